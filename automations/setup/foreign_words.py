"""What words of other languages than the site's mean in a cell: languages ("arabo"), phases ("kapandı"). They are
proposed, and written to columns.toml when somebody has agreed; no run reads by them."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from functools import cache

from automations.common.shipped import config_folder
from automations.tables.folding import fold

_SPOKEN_BY_TEAMS = ("nl", "fr", "it", "es", "pt", "pl", "tr", "ro", "uk", "ru", "hr", "bg", "cs", "sv", "da")
"""Languages in which teams name languages."""


@cache
def foreign_words(kind: str) -> Mapping[str, str]:
    """Folded words of other languages -> what they stand for, for a kind of words; those that stand for two things
    are left out. They come with kim and do not change while a program runs."""
    if kind == "language":
        return _language_names()
    data = tomllib.loads((config_folder() / "thesaurus.toml").read_text(encoding="utf-8"))
    words = data["words"].get(kind, {})
    return _single([(fold(word), value) for value, found in words.items() for word in found])


def _language_names() -> Mapping[str, str]:
    from babel import Locale  # here, as it takes long to load, and few commands ask

    return _single(
        [(fold(name), code) for language in _SPOKEN_BY_TEAMS for code, name in Locale(language).languages.items()]
    )


def _single(pairs: Collection[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, set[str]] = {}
    for word, value in pairs:
        values.setdefault(word, set()).add(value)
    # A word of two meanings would be proposed wrongly in one of its languages; better it is asked about.
    return {word: found.pop() for word, found in values.items() if len(found) == 1}
