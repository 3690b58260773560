"""Sentences for people, in the site's language, from gettext catalogues.

Code says a sentence in English; `templates/locales/<language>/LC_MESSAGES/*.po` says it to people.
The files of a language are read together, so that each room keeps a catalogue of its own.
"""

from __future__ import annotations

import gettext
import io
from datetime import date
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from automations.common.shipped import templates_folder

CLIENT_CATALOGUES = frozenset({"mail"})
"""Catalogues of texts for clients, in every language; the others are for staff."""


class Texts:
    """Sentences in one language; an untranslated one appears in English."""

    def __init__(self, language: str, translations: gettext.NullTranslations) -> None:
        self.language = language
        self._translations = translations

    def say(self, message: str, **values: object) -> str:
        """The sentence with its `{names}` filled in."""
        text = self._translations.gettext(message)
        return text.format(**values) if values else text

    def count(self, one: str, many: str, n: int, **values: object) -> str:
        """The sentence in the plural form for `n`, which is also available as `{n}`."""
        return self._translations.ngettext(one, many, n).format(n=n, **values)

    def name(self, context: str, message: str) -> str:
        """A word that means different things in different places ("open" cases, "open" doors)."""
        return self._translations.pgettext(context, message)

    def spoken(self, code: str) -> str:
        """A language's name by its ISO 639-1 code (CLDR): "Arabisch"; an unknown code as it is."""
        return str(Locale.parse(self.language).languages.get(code, code))

    def date(self, day: date, pattern: str = "short") -> str:
        """A day in words: "short" 31.10.2024, "month" Okt 2024, "weekday" Do."""
        patterns = {"short": "dd.MM.yyyy", "month": "LLL yyyy", "weekday": "EEE"}
        return str(format_date(day, patterns[pattern], locale=self.language))


@cache
def texts(language: str, catalogue: str = "") -> Texts:
    """The sentences of a language: those for staff, or one named catalogue ("mail").

    Cached, as catalogues do not change while a program runs.
    """
    folder = templates_folder() / "locales" / language / "LC_MESSAGES"
    wanted = [folder / f"{catalogue}.po"] if catalogue else sorted(folder.glob("*.po"))
    merged: Translations | None = None
    for path in wanted:
        if path.is_file() and (catalogue or path.stem not in CLIENT_CATALOGUES):
            found = load_catalogue(path, language)
            merged = merged.merge(found) if merged else found
    return Texts(language, merged or gettext.NullTranslations())


def load_catalogue(path: Path, language: str) -> Translations:
    """A .po file as translations, without a compile step for people who edit it."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)
