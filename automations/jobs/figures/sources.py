"""Where each figure comes from: without its tables and columns there is no figure, no chart and no zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from automations.model.records import Record
from automations.model.snapshot import Snapshot

Reason = Literal[
    "nameless", "upcoming", "no_arrival", "bad_arrival", "closed_undated", "contradictory", "unrecorded",
    "no_day", "bad_day", "bad_count", "future", "replaced", "backwards", "undated",
]  # fmt: skip
"""nameless: neither name nor number; upcoming: received after today; closed_undated: closed, without a day of closing
that can be; contradictory: a first contact before the arrival or after today; unrecorded: beyond the first contact
without its day; no_day and bad_day: no date, or one that nobody can read; replaced: another row has the count of the
same month; backwards: a decision before its application, both counted as typed; undated: a decision without its day."""


class LeftOut(Struct, frozen=True):
    """How many rows are left out for one reason, and the numbers of their rows where they have one."""

    reason: Reason
    count: int
    lines: tuple[int, ...]


def left_out(pairs: Iterable[tuple[Reason, Record]]) -> tuple[LeftOut, ...]:
    """The rows by their reasons, in the order in which the reasons came up."""
    found: dict[Reason, list[int]] = {}
    for reason, record in pairs:
        found.setdefault(reason, []).append(record.line)
    return tuple(
        LeftOut(reason, len(lines), tuple(sorted(line for line in lines if line))) for reason, lines in found.items()
    )


# What reading finds where a tab is there and cannot be read.
_UNREAD = frozenset({"missing_heading", "renamed_heading", "double_tab"})

Need = tuple[str, str]  # a table and one of its fields; of fields joined with "|" one is enough

_OPEN: tuple[Need, ...] = (("cases", "phase|closed_on"),)
NEEDS: Mapping[str, tuple[Need, ...]] = MappingProxyType({
    "open": _OPEN,
    "new": (("cases", "received"),),
    "closed": (*_OPEN, ("cases", "closed_on|phase_since")),
    "waiting": (("cases", "received"), ("cases", "first_contact_on")),
    "still": _OPEN,
    "household": (("cases", "household"),),
    "points": (*_OPEN, ("cases", "manager"), ("team", "code")),
    "capacity": (("team", "capacity"),),
    "outcomes": (("appointments", "date"), ("appointments", "status")),
    "coming": (("appointments", "date"),),
    "phase": (("cases", "phase"),),
    "language": (("cases", "languages"),),
    "source": (("cases", "source"),),
    "office": (("cases", "manager"), ("team", "office")),
    "applications": (("naturalisation", "applications|applied_on"),),
    "decisions": (("naturalisation", "naturalisations|decided_on"),),
    "persons": (*_OPEN, ("cases", "received"), ("cases", "closed_on|phase_since")),
})  # fmt: skip
"""What each figure is made from."""


class Missing(Struct, frozen=True):
    """A tab (`columns` empty) or a column of one that is not there, by what it is called. `said`: why a tab
    that is there could not be read, with what to do about it."""

    tab: str
    columns: tuple[str, ...] = ()
    said: str = ""


class Sources:
    """Which tables and columns a snapshot has."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._layouts, self._called = snapshot.layouts, snapshot.called
        self._unread = {
            one.table: f"{one.message} {one.advice}"
            # Reversed: of several problems of a tab the first is told, as the others often come of it.
            for one in reversed(snapshot.problems)
            if one.code in _UNREAD and one.severity == "error" and one.table not in snapshot.layouts
        }
        self.schema = snapshot.schema

    def lacking(self, *figures: str) -> tuple[Missing, ...]:
        """What is missing for one of the figures of NEEDS; nothing where all is there."""
        return self.lacks(need for figure in figures for need in NEEDS[figure])

    def lacks(self, needs: Iterable[Need]) -> tuple[Missing, ...]:
        """What is missing of some tables and fields, each once."""
        return tuple(dict.fromkeys(found for need in needs if (found := self._missing(*need))))

    def has(self, *figures: str) -> bool:
        """Whether all is there that the figures are made from."""
        return not self.lacking(*figures)

    def _missing(self, table: str, fields: str) -> Missing | None:
        layout = self._layouts.get(table)
        if layout is None:
            return Missing(self._called.get((table, ""), table), said=self._unread.get(table, ""))
        names = fields.split("|")
        if not fields or any(map(layout.tells, names)):
            return None
        return Missing(layout.tab, tuple(self._called.get((table, name), name) for name in names))
