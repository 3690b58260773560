"""What a case needs and a colleague knows, as people type it: several in a cell, in any order, "Frauen / Gewalt"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from automations.common.alike import alike

_LISTED = re.compile(r"[,;\n|]")
_JOINED = re.compile(r"\s*[/&+]\s*|\s+(?:und|and)\s+", re.IGNORECASE)


def needed(cell: str | None) -> tuple[str, ...]:
    """The focuses that a cell asks for, each of which a colleague must have."""
    return tuple(part.strip() for part in _LISTED.split(cell or "") if part.strip())


def known(focuses: Iterable[str]) -> frozenset[str]:
    """The focuses of a colleague, and those that one of them joins."""
    whole = tuple(map(alike, focuses))
    return frozenset(whole) | {part for one in whole for part in _parts(one)}


def has(offered: Collection[str], wanted: str) -> bool:
    """Whether a focus is among those that `known` found: as a whole, as a name may hold a stroke, or part by part."""
    word = alike(wanted)
    # As a whole first: "Trennung/Scheidung" may be one focus of the team, though it looks like two.
    return word in offered or all(part in offered for part in _parts(word) or (word,))


def _parts(word: str) -> tuple[str, ...]:
    parts = tuple(part for part in _JOINED.split(word) if part)
    return parts if len(parts) > 1 else ()
