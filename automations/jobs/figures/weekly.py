"""Weekly figures without persons: what the ledger keeps, so that trends outlive erased cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from automations.jobs.figures.appointments import Meetings
from automations.jobs.figures.counting import Caseload
from automations.jobs.figures.periods import monday_of
from automations.jobs.figures.waiting import Waiting, spread
from automations.model.values import Plain

FOUR_WEEKS = timedelta(days=28)
QUARTER = timedelta(days=91)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Headline:
    """The headline figures of one day. `new`, `closed`, `kept` and `missed` are of the four weeks
    that end with it, waiting is of the first contacts of its 13 weeks. None: nothing to measure.
    """

    open: int | None
    new: int | None
    closed: int | None
    median_wait: float | None
    ninety_wait: float | None
    missed_share: float | None


def headline(load: Caseload, waits: Waiting, meets: Meetings, day: date) -> Headline:
    """The headline as of the end of a day up to today."""
    first, quarter = day - FOUR_WEEKS + _DAY, day - QUARTER + _DAY
    wait, outcomes = spread(waits.between(quarter, day)), meets.between(first, day)
    return Headline(
        load.open_on(day), load.new_between(first, day), load.closed_between(first, day), wait.median, wait.ninety,
        outcomes.missed_share,
    )  # fmt: skip


def as_fact(figures: Headline, day: date) -> dict[str, Plain]:
    """A week's figures for the ledger."""
    return {
        "as_of": day.isoformat(), "open": figures.open, "new": figures.new, "closed": figures.closed,
        "median_wait": figures.median_wait, "ninety_wait": figures.ninety_wait, "missed_share": figures.missed_share,
    }  # fmt: skip


def recorded(weekly: Mapping[str, Mapping[str, Plain]], day: date) -> Headline | None:
    """What the ledger kept of the week that a day lies in; None where it kept nothing."""
    data = weekly.get(monday_of(day).isoformat())
    if not data:
        return None
    return Headline(
        _whole(data.get("open")), _whole(data.get("new")), _whole(data.get("closed")),
        _number(data.get("median_wait")), _number(data.get("ninety_wait")), _number(data.get("missed_share")),
    )  # fmt: skip


def _whole(value: Plain) -> int | None:
    return int(value) if isinstance(value, int | float) else None


def _number(value: Plain) -> float | None:
    return float(value) if isinstance(value, int | float) else None
