"""Tab `Wartezeiten`: how long people wait for their first contact, and who still does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from automations.jobs.figures.collected import Figures
from automations.jobs.figures.counting import first_language
from automations.jobs.figures.periods import YEAR_OF_WEEKS, first_day, last_day
from automations.jobs.figures.waiting import Spread, Wait, spread
from automations.jobs.tabs.common import NARROW, WIDE, Frame, cell, count, head, link, notes
from automations.jobs.tabs.left_out import left_out
from automations.jobs.tabs.parts import months_since
from automations.jobs.tabs.settings import Targets
from automations.model.records import Urgency
from automations.model.tabdoc import Block, Chart, Column, Grid, Heading, TabCell

# rows: longer lists are worked through from the top, and the count of all stands in the overview
_MOST_WAITING = 500
_URGENCIES = (Urgency.EMERGENCY, Urgency.HIGH, Urgency.NORMAL)


def blocks(frame: Frame, figures: Figures, targets: Targets) -> tuple[Block, ...]:
    """Those who wait, then the times by month, language and urgency."""
    say, today = frame.say, figures.today
    title = head(frame, say.say("Waiting times"), frame.meaning(f"waiting_{figures.day_kind}"))
    if gap := frame.gap("waiting"):
        return (*title, *gap)
    by_month = _by_month(frame, figures)
    last_year = figures.waits.between(today - YEAR_OF_WEEKS + timedelta(days=1), today)
    chart = Chart(
        "by_month_chart", "line", first_contact_title(frame, figures), "by_month", 0, (2, 3), beside="by_month"
    )
    return (
        *title,
        Heading(say.say("Waiting now")),
        *(frame.gap("still") or (_still(frame, figures, targets),)),
        Heading(say.say("First contacts by month")),
        by_month,
        *((chart,) if by_month.rows else ()),
        Heading(say.say("First contacts in the last 52 weeks")),
        *_by(frame, figures, last_year, "by_language", lambda wait: first_language(wait.case), "languages"),
        *_by(frame, figures, last_year, "by_urgency", lambda wait: wait.case.urgency, "urgency"),
        *notes(frame, left_out(frame, figures)),
    )


def _by_urgency(wait: Wait, targets: Targets) -> tuple[int, int]:
    """The most urgent first; among the equally urgent those who are longest over their target."""
    urgency = wait.case.urgency or Urgency.NORMAL
    return _URGENCIES.index(urgency), targets.of(wait.case.urgency) - wait.days


def _overdue(frame: Frame, wait: Wait, targets: Targets) -> TabCell:
    late = wait.days - targets.of(wait.case.urgency)
    if late > 0:
        return TabCell(frame.say.say("overdue by {n}", n=late), "bad")
    return TabCell(frame.say.say("due today"), "warn") if late == 0 else TabCell("")


def _still(frame: Frame, figures: Figures, targets: Targets) -> Grid:
    say = frame.say
    still = sorted(figures.waits.still, key=lambda wait: _by_urgency(wait, targets))
    rows = tuple(
        (
            link(wait.case, wait.case.number),
            TabCell(frame.word("cases", "urgency", wait.case.urgency)),
            count(wait.days),
            count(targets.of(wait.case.urgency)),
            _overdue(frame, wait, targets),
            cell(wait.case.received, "date"),
            TabCell(frame.word("cases", "languages", first_language(wait.case))),
            TabCell(wait.case.manager or frame.nobody()),
        )
        for wait in still[:_MOST_WAITING]
    )
    columns = (
        Column(say.say("Case"), WIDE), Column(say.say("Urgency"), 15),
        Column(frame.days(figures.day_kind).capitalize(), NARROW, "number", bar=True),
        Column(f"{say.say('Target')} ({frame.days(figures.day_kind)})", 15, "number",
               note=say.say("Within how many days the first contact should be made.")),
        Column(say.say("Overdue"), 17), Column(say.say("Came in"), 13, "date"),
        Column(say.say("Language"), 15), Column(say.say("In charge"), 15),
    )  # fmt: skip
    return Grid("still", columns, rows, empty=say.say("Nobody is waiting."), filter=True)


def first_contact_title(frame: Frame, figures: Figures) -> str:
    """What a chart of waiting times is called, with the kind of days that it counts."""
    if figures.day_kind == "working":
        return frame.say.say("Working days to the first contact")
    return frame.say.say("Days to the first contact")


def _columns(frame: Frame, figures: Figures, title: str) -> tuple[Column, ...]:
    say, kind = frame.say, figures.day_kind
    return (
        Column(title, WIDE), Column(say.say("Contacts"), NARROW, "number"),
        frame.days_column("median", kind, "decimal"), frame.days_column("ninety", kind),
        Column(f"{say.say('Longest')} ({frame.days(kind)})", 15, "number", wrap=True),
    )  # fmt: skip


def _cells(found: Spread) -> tuple[TabCell, ...]:
    return (
        count(found.count),
        cell(found.median, "decimal"),
        cell(found.ninety, "number"),
        cell(found.longest, "number"),
    )


def _by_month(frame: Frame, figures: Figures) -> Grid:
    rows = tuple(
        (TabCell(frame.month(number)), *_cells(spread(figures.waits.between(first_day(number), last_day(number)))))
        for number in months_since(figures.cases.since, frame.today)
    )
    return Grid(
        "by_month", _columns(frame, figures, frame.say.say("Month")), rows, empty=frame.say.say("There are none.")
    )


def _by(
    frame: Frame, figures: Figures, waits: Iterable[Wait], name: str, kind: Callable[[Wait], str | None], field: str
) -> tuple[Block, ...]:
    title = frame.say.say("Language") if field == "languages" else frame.say.say("Urgency")
    if gap := frame.gap(needs=(("cases", field),)):
        return gap
    groups: dict[str | None, list[Wait]] = {}
    for wait in waits:
        groups.setdefault(kind(wait) or None, []).append(wait)
    # Those of whom nothing is recorded stand last, however many: they tell of the typing, not of the waiting.
    ordered = sorted(groups.items(), key=lambda pair: (pair[0] is None, -len(pair[1]), pair[0] or ""))
    rows = tuple((TabCell(frame.word("cases", field, group)), *_cells(spread(of))) for group, of in ordered)
    columns = _columns(frame, figures, title)
    return (Grid(name, columns, rows, empty=frame.say.say("There was no first contact yet.")),)
