"""Lists of words that come with kim, in the part `words` of the thesaurus: what words of other languages than the
site's mean in a cell ("arabo", "kapandı"; proposed, and written to columns.toml when somebody has agreed: no run reads
by them), and what tells lists of other things than clients and appointments, though they are kept like those."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

from automations.common.shipped import config_folder
from automations.messages.folding import fold as fold_words
from automations.tables.folding import fold

# Languages in which teams name languages.
_SPOKEN_BY_TEAMS = ("nl", "fr", "it", "es", "pt", "pl", "tr", "ro", "uk", "ru", "hr", "bg", "cs", "sv", "da")

_FEWEST = 2  # headings that tell what a list is of
# Fields of cases that no list of employees or members has.
_OF_CLIENTS = frozenset({"source", "concern", "phase", "languages", "consent_on", "first_contact_on", "contact_way"})


@cache
def _words() -> Mapping[str, Any]:
    """They do not change while a program runs."""
    data: Mapping[str, Any] = tomllib.loads((config_folder() / "thesaurus.toml").read_text(encoding="utf-8"))["words"]
    return data


@cache
def foreign_words(kind: str) -> Mapping[str, str]:
    """Folded words of other languages -> what they stand for, for a kind of words; those that stand for two things
    are left out."""
    if kind == "language":
        return _language_names()
    return _single([(fold(word), value) for value, found in _words().get(kind, {}).items() for word in found])


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


def of_other_people(tab: str, headings: Iterable[str], fields: Collection[str]) -> bool:
    """Whether what has the `fields` of a list of cases is one of people who work or pay somewhere."""
    told = _says(tab, "staff") or sum(_says(text, "people") for text in headings) >= _FEWEST
    return told and not set(fields) & _OF_CLIENTS


def of_events(tab: str, headings: Iterable[str], fields: Collection[str]) -> bool:
    """Whether what has the `fields` of appointments is nobody's: a calendar of rooms or events."""
    return "case" not in fields and sum(_says(text, "events") for text in (tab, *headings)) >= _FEWEST


def _says(text: str, of: str) -> bool:
    # In this form words stay apart: a blank in the list says where one begins or ends, "|" where the heading does.
    said = f"| {fold_words(text)} |"
    return any(word in said for word in _words()["lists"][of])
