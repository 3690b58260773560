"""The lock of a write: protected ranges with a fixed id (only one bot at a time) and with random ids (a
batch that comes late finds them gone and is refused as a whole). They also keep people's hands off the
tabs that are written, for the second that it takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

MUTEX = 7_039_341  # the id that all installations of kim use: "kim" as a number
STALE_AFTER = 600.0  # seconds after which a lock is left by a killed run: twice what one call may take

_DESCRIPTION = re.compile(r"kim \((?P<who>.*)\) #(?P<token>\S+) @(?P<at>\d+)")


class Lock(Struct, frozen=True):
    """The ids of one acquisition, and the description that they carry."""

    ids: tuple[int, ...]
    description: str

    def requests(self, areas: Sequence[Mapping[str, int]], account: str) -> list[dict[str, Any]]:
        """Requests that take the lock: the fixed id stands on one cell, random ones on each area.

        The fixed id is only there to be taken; over a whole grid it might count as a second
        protection of the sheet, of which Google allows one."""
        # Without a known account the editors are left to Google: an empty list of them may mean everybody.
        editors = {"editors": {"users": [account]}} if account else {}
        ranges = [_first_cell(areas[0]), *areas]
        return [
            {
                "addProtectedRange": {
                    "protectedRange": {
                        "protectedRangeId": number,
                        "range": dict(area),
                        "description": self.description,
                        **editors,
                    }
                }
            }
            for number, area in zip(self.ids, ranges, strict=True)
        ]

    def release(self) -> list[dict[str, Any]]:
        """Requests that give the lock back; refused where it is gone."""
        return released(self.ids)


def _first_cell(area: Mapping[str, int]) -> dict[str, int]:
    top, left = area.get("startRowIndex", 0), area.get("startColumnIndex", 0)
    return {**area, "startRowIndex": top, "endRowIndex": top + 1, "startColumnIndex": left, "endColumnIndex": left + 1}


def released(ids: Iterable[int]) -> list[dict[str, Any]]:
    """Requests that delete protected ranges."""
    return [{"deleteProtectedRange": {"protectedRangeId": number}} for number in ids]


def description(who: str, token: str, now: float) -> str:
    """What people see beside a protected range, and what tells its age (`now` in seconds)."""
    return f"kim ({who}) #{token} @{int(now)}"


class Held(Struct, frozen=True):
    """Who holds a lock, under which token, since when (seconds)."""

    ids: tuple[int, ...]
    who: str
    token: str
    at: float

    def stale(self, now: float) -> bool:
        """Whether it is left by a run that was killed. A clock far ahead of ours counts as wrong."""
        # Both ways: by a clock that is hours fast, a lock that was left would shut everybody out for hours.
        return abs(now - self.at) > STALE_AFTER


def is_lock(text: str) -> bool:
    """Whether the description of a protected range is that of a lock of kim's."""
    return _DESCRIPTION.fullmatch(text) is not None


def held(protected: Mapping[int, str]) -> list[Held]:
    """The locks of kim among protected ranges, by token."""
    found: dict[str, tuple[re.Match[str], list[int]]] = {}
    # People protect ranges, too; the description tells whose they are.
    for number, text in protected.items():
        if match := _DESCRIPTION.fullmatch(text):
            found.setdefault(match["token"], (match, []))[1].append(number)
    return [Held(tuple(sorted(ids)), match["who"], token, float(match["at"])) for token, (match, ids) in found.items()]
