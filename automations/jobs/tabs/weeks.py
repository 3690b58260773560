"""The weeks as they were noted in the ledger: a trend that outlives closed and erased cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from automations.jobs.figures.collected import Figures
from automations.jobs.figures.periods import monday_of
from automations.jobs.figures.weekly import Headline, of_enough, recorded
from automations.jobs.tabs.common import WIDE, Frame, cell
from automations.model.fact_kinds.figures import Weekly
from automations.model.tabdoc import Block, Chart, Column, Grid, Heading, TabCell

_WEEKS, _FEWEST = 26, 2


def blocks(frame: Frame, weekly: Mapping[str, Weekly], figures: Figures) -> tuple[Block, ...]:
    """The last weeks before the running one; nothing before there are two of them. Outside the team without what
    rests on few people, as far as the tables still tell how many they were."""
    say, kind = frame.say, figures.day_kind
    running = monday_of(frame.today).isoformat()
    mondays = [date.fromisoformat(monday) for monday in sorted(weekly) if monday < running][-_WEEKS:]
    weeks = [(monday, found) for monday in mondays if (found := recorded(weekly, monday, kind))]
    if len(weeks) < _FEWEST:
        return ()
    title = say.say("Week by week")
    columns = (
        Column(say.say("Week of"), WIDE), frame.column("open"), Column(say.say("New in 4 weeks"), 17, "number"),
        Column(say.say("Closed in 4 weeks"), 17, "number"), frame.days_column("median", kind, "decimal"),
        frame.days_column("ninety", kind), frame.column("missed_share", "percent"),
    )  # fmt: skip
    # A median of few people tells of each of them.
    if not frame.private:
        # How few people a figure rests on is counted for the day on which it was noted.
        days = {monday: weekly[monday.isoformat()].as_of or monday for monday, _ in weeks}
        weeks = [
            (monday, of_enough(found, figures.waits, figures.meetings, days[monday], frame.threshold))
            for monday, found in weeks
        ]
    rows = tuple((TabCell(say.date(monday)), *_cells(frame, found)) for monday, found in weeks)
    chart = Chart("weeks_chart", "line", title, "weeks", 0, (1, 2, 3), beside="weeks", width_cm=18)
    return Heading(title), Grid("weeks", columns, rows), chart


def _cells(frame: Frame, week: Headline) -> tuple[TabCell, ...]:
    return (
        cell(frame.people(week.open), "number"), cell(frame.people(week.new), "number"),
        cell(frame.people(week.closed), "number"), cell(week.median_wait, "decimal"),
        cell(week.ninety_wait, "number"), cell(frame.whole_part(week.missed_share), "percent"),
    )  # fmt: skip
