"""Sentences for people, in the site's language, from gettext catalogues.

Code says a sentence in English; `templates/locales/<language>/LC_MESSAGES/*.po` says it to people.
The files of a language are read together, so that each room keeps a catalogue of its own."""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache

from automations.common.catalogues import StaffCatalogue
from automations.common.shipped import templates_folder

CLIENT_CATALOGUES = frozenset({"mail"})  # catalogues of texts for clients, in every language; the others are for staff
_SIGNED = {"gsg": "German Sign Language"}  # languages of columns.toml that CLDR does not name


class Texts:
    """Sentences in one language; an untranslated one appears in English."""

    def __init__(self, language: str, translations: gettext.NullTranslations) -> None:
        self.language = language
        self._translations = translations

    def say(self, message: str, **values: object) -> str:
        """The sentence with its `{names}` filled in."""
        text = self._translations.gettext(message)
        return text.format(**_quoted(values)) if values else text

    def count(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The sentence in the plural form for `n`, which is also `{n}` where `values` have no words for it."""
        # The values go last: a caller may say the number in words of its own.
        return self._translations.ngettext(one, many, n).format(**{"n": n, **_quoted(values)})

    def name(self, context: str, message: str) -> str:
        """A word that means different things in different places ("open" cases, "open" doors)."""
        return self._translations.pgettext(context, message)

    def quoted(self, *names: str) -> str:
        """What is typed somewhere, in the language's quotation marks: „Fälle“, „Termine“."""
        opening, closing = "„“" if self.language == "de" else "“”"
        return ", ".join(f"{opening}{name}{closing}" for name in names)

    def spoken(self, code: str) -> str:
        """A language's name by its ISO 639-1 code (CLDR): "Arabisch"; an unknown code as it is."""
        from babel import Locale  # here, as few commands name languages or days, and it takes long to load

        signed = _SIGNED.get(code)
        return self.say(signed) if signed else str(Locale.parse(self.language).languages.get(code, code))

    def number(self, value: float, digits: int = 1) -> str:
        """A number with at most so many decimals, as the language writes them: 2, "1,5" in German, "1.5" in English."""
        text = f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
        return text.replace(".", ",") if self.language == "de" else text

    def date(self, day: date, pattern: str = "short") -> str:
        """A day in words: "short" 31.10.2024, "month" Okt 2024, "weekday" Do, "said" as "short", in English with the
        month's name."""
        return _day_in_words(day, pattern, self.language)


def quotable(text: str) -> str:
    """What somebody typed, without the rest of what nobody would read to its end."""
    return f"{text[:_QUOTED].rstrip()} …" if len(text) > _LONGEST else text


_LONGEST = 1000  # characters: whatever people type, and all that kim lists, is shorter; more was pasted into a cell
_QUOTED = 150


def _quoted(values: Mapping[str, object]) -> Mapping[str, object]:
    return {name: quotable(value) if isinstance(value, str) else value for name, value in values.items()}


@lru_cache(maxsize=4096)  # a plan names few days, and each of them in hundreds of sentences
def _day_in_words(day: date, pattern: str, language: str) -> str:
    from babel.dates import format_date

    said = "d MMMM yyyy" if language == "en" else "dd.MM.yyyy"
    patterns = {"short": "dd.MM.yyyy", "month": "LLL yyyy", "weekday": "EEE", "said": said}
    return str(format_date(day, patterns[pattern], locale=language))


@cache
def texts(language: str, catalogue: str = "") -> Texts:
    """The sentences of a language: those for staff, or one named catalogue ("mail").

    Cached, as catalogues do not change while a program runs."""
    folder = templates_folder() / "locales" / language / "LC_MESSAGES"
    wanted = [folder / f"{catalogue}.po"] if catalogue else sorted(folder.glob("*.po"))
    # Sentences for staff need no more than two patterns, which reads them in a fifth of the time.
    ours = [path for path in wanted if path.is_file() and (catalogue or path.stem not in CLIENT_CATALOGUES)]
    return Texts(language, StaffCatalogue(ours) if ours else gettext.NullTranslations())
