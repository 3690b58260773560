"""Weekly figures without persons: what the ledger keeps, so that trends outlive erased cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import asdict, replace

from automations.jobs.figures.appointments import Meetings
from automations.jobs.figures.counting import Caseload
from automations.jobs.figures.periods import monday_of
from automations.jobs.figures.sources import Sources
from automations.jobs.figures.waiting import DayKind, Waiting, spread
from automations.model.fact_kinds.figures import Weekly

FOUR_WEEKS = timedelta(days=28)
QUARTER = timedelta(days=91)
_DAY = timedelta(days=1)


class Headline(Struct, frozen=True):
    """The headline figures of one day. `new`, `closed` and the share of missed appointments are of the four
    weeks that end with it, waiting is of the first contacts of its 13 weeks. None: nothing to measure, or
    nothing to measure it by."""

    open: int | None
    new: int | None
    closed: int | None
    median_wait: float | None
    ninety_wait: float | None
    missed_share: float | None


def headline(load: Caseload, waits: Waiting, meets: Meetings, sources: Sources, day: date) -> Headline:
    """The headline as of the end of a day up to today."""
    first, quarter = day - FOUR_WEEKS + _DAY, day - QUARTER + _DAY
    wait, outcomes = spread(waits.between(quarter, day)), meets.between(first, day)
    timed = sources.has("waiting")
    return Headline(
        load.open_on(day) if sources.has("open") else None,
        load.new_between(first, day) if sources.has("new") else None,
        load.closed_between(first, day) if sources.has("closed") else None,
        wait.median if timed else None,
        wait.ninety if timed else None,
        outcomes.missed_share if sources.has("outcomes") else None,
    )


def counted_back(load: Caseload, waits: Waiting, meets: Meetings, sources: Sources, day: date) -> Headline:
    """The headline of an earlier day. What the tables do not reach back to is no figure: a table that
    begins later would say that there was nothing."""
    found = headline(load, waits, meets, sources, day)
    first, quarter = day - FOUR_WEEKS + _DAY, day - QUARTER + _DAY

    def reaches(since: date | None, start: date) -> bool:
        return since is not None and since <= start

    # All three: counted back, the open cases of a day are those that came less those that ended.
    dated = sources.has("open", "new", "closed") and reaches(load.since, day)
    return Headline(
        load.was_open_on(day) if dated else None,
        found.new if reaches(load.since, first) else None,
        found.closed if reaches(load.since, first) else None,
        found.median_wait if reaches(load.since, quarter) else None,
        found.ninety_wait if reaches(load.since, quarter) else None,
        found.missed_share if reaches(meets.since, first) else None,
    )


def of_enough(found: Headline, waits: Waiting, meets: Meetings, day: date, fewest: int) -> Headline:
    """The same without medians and shares of fewer people than `fewest`: they tell of each of them."""
    # The same windows as in `headline`: what is hidden must be counted over the days that the figure is of.
    outcomes = meets.between(day - FOUR_WEEKS + _DAY, day)
    if len(waits.between(day - QUARTER + _DAY, day)) < fewest:
        found = replace(found, median_wait=None, ninety_wait=None)
    return found if outcomes.kept + outcomes.missed >= fewest else replace(found, missed_share=None)


def to_fact(figures: Headline, day: date, kind: DayKind) -> Weekly:
    """A week's figures for the ledger. `kind` says in which days waiting is counted."""
    return Weekly(as_of=day, **asdict(figures), days=kind)


def recorded(weekly: Mapping[str, Weekly], day: date, kind: DayKind) -> Headline | None:
    """What the ledger kept of the week that a day lies in; None where it kept nothing. Waiting that was
    noted in days of another kind is left out."""
    kept = weekly.get(monday_of(day).isoformat())
    if kept is None:
        return None
    # An earlier version did not note in which days it counted: its weeks are taken for the site's.
    alike = kept.days in {"", kind}
    return Headline(
        kept.open, kept.new, kept.closed, kept.median_wait if alike else None, kept.ninety_wait if alike else None,
        kept.missed_share,
    )  # fmt: skip


def noted_on(weekly: Mapping[str, Weekly], day: date, kind: DayKind) -> Headline | None:
    """What the ledger kept of that very day; None where its week was noted on another one."""
    kept = weekly.get(monday_of(day).isoformat())
    # Of another day of the week it would be no comparison of like with like.
    return recorded(weekly, day, kind) if kept and kept.as_of == day else None
