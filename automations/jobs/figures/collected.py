"""All figures of one moment, each made once, for every tab that shows them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from msgspec import Struct

from automations.jobs.figures import appointments, counting, load, naturalisation, waiting, weekly
from automations.jobs.figures.periods import WEEK, YEAR_OF_WEEKS
from automations.jobs.figures.sources import Sources
from automations.model.history import History
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot


class Figures(Struct, frozen=True):
    """The figures of a site on `today` (its local date). `week_ago` and `year_ago` are as noted on
    those days, else counted back from the tables."""

    today: date
    cases: counting.Caseload
    waits: waiting.Waiting
    meetings: appointments.Meetings
    answers: appointments.Answers
    loads: load.Loads
    naturalisation: naturalisation.Numbers
    now: weekly.Headline
    week_ago: weekly.Headline
    year_ago: weekly.Headline
    day_kind: waiting.DayKind


def collect(
    snapshot: Snapshot,
    history: History,
    site: SiteFacts,
    today: date,
    *,
    day_kind: waiting.DayKind = "working",
    waiting_phases: Collection[str] = ("new", "first_contact"),
    days_ahead: int = 14,
) -> Figures:
    """Every figure, in single passes over the tables."""
    cases = counting.caseload(snapshot.cases, site, today)
    waits = waiting.waiting(cases, waiting_phases, waiting.day_counter(site, day_kind))
    meets = appointments.meetings(snapshot.appointments, today, days_ahead)
    sources = Sources(snapshot)
    first = today - weekly.FOUR_WEEKS + timedelta(days=1)

    def as_of(day: date) -> weekly.Headline:
        noted = weekly.noted_on(history.weekly, day, day_kind)
        return noted or weekly.counted_back(cases, waits, meets, sources, day)

    loads = load.load_by_person(cases.open_cases, snapshot.team, site, today)
    # Without phases all cases would weigh alike, and the points would look like a measurement.
    loads = loads if sources.has("phase") else load.without_points(loads)
    return Figures(
        today, cases, waits, meets,
        appointments.answers(history, site.time_zone, first, today),
        load.Loads(loads, site.staff_figures.allowed(today)),
        naturalisation.numbers(snapshot.naturalisation, today),
        weekly.headline(cases, waits, meets, sources, today),
        as_of(today - WEEK), as_of(today - YEAR_OF_WEEKS), day_kind,
    )  # fmt: skip
