"""How dates, times, numbers and names are said in a mail, language by language."""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup, escape

from automations.common.catalogues import load_catalogue
from automations.common.shipped import templates_folder

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ku", "ps", "ur"})
_SLOT = re.compile(r"\{(\w+)\}")
_FIRST_STRONG, _LEFT_TO_RIGHT, _END, _NO_BREAK = "\u2068", "\u2066", "\u2069", "\u2060"
_NUMBER = re.compile(r"[\d\s.,:/+()–-]+")
_GROUPS = re.compile(r"((?<![\d:.,])\+?\(?\d+(?:[.:,]\d+)*(?:[\s/()–-]+\d+(?:[.:,]\d+)*)+)")  # “+49 2323 16-4711”
_CODE = re.compile(r"[a-z]{2,3}")
_MONDAY = date(2024, 1, 1)


def direction(language: str) -> str:
    """Which way a language is written: "rtl" or "ltr"."""
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


@lru_cache(maxsize=64)
def endonym(language: str) -> str:
    """What a language calls itself: "Deutsch", "العربية"."""
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(language).get_display_name(language) or language).capitalize()
    except (UnknownLocaleError, ValueError):
        return language


class Wording:
    """Sentences and formats in one language, as text or (`html`) as escaped markup.

    Values put into a sentence are isolated where the language runs right to left, so that a German
    name or a number never turns the words around it. `missed` takes the sentences that have no translation."""

    def __init__(
        self,
        language: str,
        catalogue: gettext.NullTranslations,
        *,
        html: bool = False,
        subject: bool = False,
        missed: list[str] | None = None,
    ) -> None:
        self.language, self.html, self._missed = language, html, missed
        self._catalogue = catalogue
        # Mail programs show the invisible marks as boxes in their lists of subjects.
        self._isolate = direction(language) == "rtl" and not subject

    def say(self, message: str, **values: object) -> str:
        """The sentence in this language with its `{names}` filled in."""
        found = self._catalogue.gettext(message)
        # In English the sentence of the template is the translation.
        if found == message and self.language != "en" and self._missed is not None:
            self._missed.append(message)
        return self._fill(found, values)

    def count(self, one: str, many: str, n: object, **values: object) -> str:
        """The sentence in the plural form for `n`; `{n}` is the number."""
        number = int(str(n))
        return self._fill(self._catalogue.ngettext(one, many, number), {"n": number, **values})

    def translated(self, text: object) -> str:
        """A word from the data in this language, or as it stands where no translation is known."""
        plain = str(text).strip()
        return self._fill(self._catalogue.gettext(plain), {}) if plain else ""

    def weekday(self, day: object) -> str:
        """The name of the weekday of an ISO date."""
        return _weekday(_date(day).weekday(), self.language)

    def date(self, day: object) -> str:
        """dd.mm.yyyy, as it stands on German letters and calendars, with Latin digits. In English the month has its
        name: readers from America would take 05.11. for the 11th of May."""
        if self.language == "en":
            from babel.dates import format_date

            return str(format_date(_date(day), "d MMMM yyyy", locale="en_GB"))
        return f"{_date(day):%d.%m.%Y}"

    def day(self, day: object) -> str:
        """Weekday and date of an ISO date."""
        return self._plainly("{weekday}, {date}", weekday=self.weekday(day), date=self.date(day))

    def when(self, day: object, clock: object, until: object = "") -> str:
        """Weekday, date and 24-hour time of an ISO date and an "HH:MM"; no time where it is blank. With `until`,
        another "HH:MM", also when it ends."""
        if not str(clock).strip():
            return self.day(day)
        moment = f"{time.fromisoformat(str(clock)):%H:%M}"
        if str(until).strip():
            # The layout keeps a range on one line by a rule that Outlook on Windows and Samsung's mail do not know.
            dash = f"–{_NO_BREAK}" if self.html else "–"
            moment = self._left_to_right(f"{moment}{dash}{time.fromisoformat(str(until)):%H:%M}")
        return self._plainly("{day}, {time}", day=self.day(day), time=moment)

    def minutes(self, length: object) -> str:
        """A length of time in minutes."""
        return self.count("about {n} minute", "about {n} minutes", length)

    def phone(self, number: object) -> str:
        """A telephone number, left to right in every language, one to tap in HTML."""
        plain = str(number).strip()
        if not self.html:
            return self._left_to_right(plain)
        # “+49 (0) 30 …”: the nought is dialled only without the country.
        dial = re.sub(r"[^\d+]", "", plain.replace("(0)", ""))
        return Markup('<a href="tel:{}"><span dir="ltr">{}</span></a>').format(dial, self._isolated(plain))

    def in_order(self, line: object) -> str:
        """A line that somebody wrote, in which the parts of a telephone number keep their order."""
        text = str(line)
        if not self._isolate:
            return text
        parts = (self._left_to_right(part) if at % 2 else part for at, part in enumerate(_GROUPS.split(text)))
        return Markup("").join(parts) if self.html else "".join(parts)

    def _left_to_right(self, text: str) -> str:
        """Digits and signs in the order in which they stand and on one line, as the layout says. Many mail programs
        drop <bdi>, so a span and the invisible marks hold them, each where the other is lost."""
        held = self._isolated(text)
        return Markup('<span dir="ltr">{}</span>').format(held) if self.html else held

    def _isolated(self, text: str) -> str:
        return f"{_LEFT_TO_RIGHT}{text}{_END}" if self._isolate else text

    def _plainly(self, message: str, **values: str) -> str:
        sentence = self._catalogue.gettext(message)
        if self.html:
            filled = _SLOT.sub(lambda slot: str(escape(values[slot[1]])), str(_escaped(sentence)))
            return Markup(filled)  # noqa: S704 - every part of it has just been escaped
        return _SLOT.sub(lambda slot: values[slot[1]], sentence)

    def _fill(self, message: str, values: Mapping[str, object]) -> str:
        if "{" not in message:
            return _escaped(message) if self.html else message
        if self.html:
            filled = _SLOT.sub(lambda slot: self._value(values, slot), str(_escaped(message)))
            return Markup(filled)  # noqa: S704 - every part of it has just been escaped
        return _SLOT.sub(lambda slot: self._value(values, slot), message)

    def _value(self, values: Mapping[str, object], slot: re.Match[str]) -> str:
        if slot[1] not in values:
            return slot[0]
        value = values[slot[1]]
        if self.html:
            return str(self._held(value))
        text = str(value)
        return f"{_FIRST_STRONG}{text}{_END}" if self._isolate and not text.startswith(_LEFT_TO_RIGHT) else text

    def _held(self, value: object) -> str:
        """A value in a sentence, as markup; a number keeps its order, a name its own direction."""
        if not self._isolate or isinstance(value, Markup):
            return escape(value)
        way = "ltr" if _NUMBER.fullmatch(str(value)) else "auto"
        mark = _LEFT_TO_RIGHT if way == "ltr" else _FIRST_STRONG
        return Markup('<span dir="{}">{}{}{}</span>').format(way, mark, value, _END)


def in_one_piece(text: str) -> str:
    """A text in which telephone numbers are digits alone: without marks of order a text from right to left shows their
    parts the other way round."""
    return _GROUPS.sub(lambda found: found[0] if set(found[0]) & set(":.,") else _dialled(found[0]), text)


def _dialled(number: str) -> str:
    # “+49 (0) 30 …”: the nought is dialled only without the country.
    return re.sub(r"\D", "", number.replace("(0)", "").replace("+", "00") if "+" in number else number)


@lru_cache(maxsize=512)
def _weekday(number: int, language: str) -> str:
    from babel.dates import format_date

    return str(format_date(_MONDAY + timedelta(days=number), "EEEE", locale=language))


@lru_cache(maxsize=1024)
def _escaped(sentence: str) -> Markup:
    """A sentence of a catalogue as markup: all mails say the same ones."""
    return escape(sentence)


@lru_cache(maxsize=64)
def catalogue(language: str, site_templates: Path | None) -> gettext.NullTranslations | None:
    """The mail texts of a language, the site's own before the shipped ones; None where there are
    none. Cached, as catalogues do not change while a program runs."""
    # It becomes part of a path below.
    if not _CODE.fullmatch(language):
        return None
    found: gettext.NullTranslations | None = None
    for folder in (templates_folder(), site_templates):
        path = folder / "locales" / language / "LC_MESSAGES" / "mail.po" if folder else None
        if path is not None and os.path.lexists(path):  # what is no file is told where it is read
            loaded = load_catalogue(path, language)
            # The shipped sentences stay below: a site translates the few that it worded anew.
            loaded.add_fallback(found or gettext.NullTranslations())
            found = loaded
    return found


def _date(day: object) -> date:
    return day if isinstance(day, date) else date.fromisoformat(str(day)[:10])
