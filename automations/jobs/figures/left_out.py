"""Rows that a figure leaves out, with the reason why: nothing is missing in silence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from automations.model.records import Record

Reason = Literal[
    "nameless", "upcoming", "no_arrival", "bad_arrival", "closed_undated", "contradictory", "unrecorded",
    "no_day", "bad_day", "bad_count", "future", "replaced", "backwards", "undated",
]  # fmt: skip
"""nameless: neither name nor number; upcoming: received after today; closed_undated: closed, without a day of
closing that can be; contradictory: a first contact before the arrival or after today; unrecorded: beyond the
first contact without its day; no_day and bad_day: no date, or one that nobody can read; replaced: another row has the
count of the same month; backwards: a decision before its application, both counted as typed; undated: a decision
without its day."""


@dataclass(frozen=True, slots=True)
class LeftOut:
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
