"""Lists that are kept like those of clients or appointments and are something else: of employees, members, donors; of
what is booked or held in rooms. Told by what they have, and by what no list of clients lacks."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from functools import cache

from automations.common.shipped import config_folder
from automations.messages.folding import fold

_FEWEST = 2  # headings that tell what a list is of
_OF_CLIENTS = frozenset({"source", "concern", "phase", "languages", "consent_on", "first_contact_on", "contact_way"})
"""Fields of cases that no list of employees or members has."""


def of_other_people(tab: str, headings: Iterable[str], fields: Collection[str]) -> bool:
    """Whether what has the `fields` of a list of cases is one of people who work or pay somewhere."""
    told = _says(tab, "staff") or sum(_says(text, "people") for text in headings) >= _FEWEST
    return told and not set(fields) & _OF_CLIENTS


def of_events(headings: Iterable[str], fields: Collection[str]) -> bool:
    """Whether what has the `fields` of appointments is nobody's: a calendar of rooms or events."""
    return "case" not in fields and sum(_says(text, "events") for text in headings) >= _FEWEST


def _says(text: str, of: str) -> bool:
    said = f"| {fold(text)} |"
    return any(word in said for word in _words(of))


@cache
def _words(of: str) -> tuple[str, ...]:
    """Words of the thesaurus; they come with kim and do not change while a program runs."""
    return tuple(tomllib.loads((config_folder() / "thesaurus.toml").read_text(encoding="utf-8"))["words"]["lists"][of])
