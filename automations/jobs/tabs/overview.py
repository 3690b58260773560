"""Tab `Übersicht`: the state of the service on one screen, for the team and for its managers."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import structs

from automations.jobs.figures.collected import Figures
from automations.jobs.figures.own import OwnResult
from automations.jobs.figures.periods import WEEK, YEAR_OF_WEEKS
from automations.jobs.figures.waiting import spread
from automations.jobs.figures.weekly import QUARTER, Headline, of_enough
from automations.jobs.tabs import naturalisation, parts, weeks
from automations.jobs.tabs.attention import attention
from automations.jobs.tabs.common import WIDE, Frame, cell, count, head, link, notes
from automations.jobs.tabs.gathered import gathered
from automations.jobs.tabs.left_out import gone, left_out
from automations.jobs.tabs.own import own_blocks
from automations.model.history import History
from automations.model.snapshot import Snapshot
from automations.model.tabdoc import Block, Chart, Column, Grid, Heading, Style, TabCell, Text

_LONGEST = 8


def blocks(
    frame: Frame, figures: Figures, snapshot: Snapshot, own: tuple[OwnResult, ...], history: History, *, load_by: str
) -> tuple[Block, ...]:
    """The whole tab. `load_by` is "person", "office" or "none"; persons only in the team's own."""
    say = frame.say
    top = head(
        frame,
        say.say("Overview"),
        say.say("The state of the service today. Point at a heading to read what a figure means."),
    )
    if not frame.private:
        rough = say.say("Counts of people are rounded to multiples of {n}.", n=frame.threshold)
        top = (*top, Text(rough, "muted"))
    # What lies undone names cases and colleagues: it is for the team alone.
    first = attention(frame, figures, snapshot, held=history.held) if frame.private else ()
    found: tuple[Block, ...] = (
        *top,
        _tiles(frame, figures),
        *first,
        Heading(say.say("Cases by month")),
        *parts.months(frame, figures.cases),
        Heading(say.say("Waiting for the first contact")),
        *_waiting(frame, figures),
        *_load(frame, figures, load_by),
        Heading(say.say("Open cases by kind")),
        *parts.kinds(frame, figures, snapshot),
        Heading(say.say("Appointments")),
        *parts.appointments(frame, figures),
        *naturalisation.summary(frame, figures.naturalisation),
        *weeks.blocks(frame, history.weekly, figures),
        *own_blocks(frame, own),
        *notes(frame, [*left_out(frame, figures), *gone(frame, snapshot, history)]),
    )
    return gathered(found, say)


def _tiles(frame: Frame, figures: Figures) -> Grid:
    """Headline figures: today, and the change against last week and last year."""
    say = frame.say
    load = figures.loads.total()
    today = figures.today
    now, week_ago, year_ago = (
        _rough(frame, figures, found, day)
        for found, day in (
            (figures.now, today), (figures.week_ago, today - WEEK), (figures.year_ago, today - YEAR_OF_WEEKS),
        )
    )  # fmt: skip
    # The load of a small team tells of single colleagues.
    may = frame.sources.has("points", "capacity") and (frame.private or load.people >= frame.smallest_office)
    shown = frame.whole_part(load.share) if may else None
    tiles: list[tuple[str, str, Style, Style, str]] = [
        (say.say("Open cases"), "open", "number", "signed", "open"),
        (say.say("New in 4 weeks"), "new", "number", "signed", "new"),
        (say.say("Closed in 4 weeks"), "closed", "number", "signed", "closed"),
        (_wait_caption(frame, figures), "median_wait", "decimal", "signed", f"waiting_{figures.day_kind}"),
        (say.say("Missed appointments in 4 weeks"), "missed_share", "percent", "signed_points", "missed_share"),
    ]
    captions = [TabCell(title, "caption", note=frame.meaning(term)) for title, _, _, _, term in tiles]
    values = [cell(_whole(getattr(now, name)), "figure") for _, name, _, _, _ in tiles]
    # The cell style "figure" has one number format for all headline figures; a share would stand there as 0.1.
    values[4] = _percent_figure(now.missed_share, say.language)
    week = [_change(now, week_ago, name, style) for _, name, _, style, _ in tiles]
    year = [_change(now, year_ago, name, style) for _, name, _, style, _ in tiles]
    load_title = TabCell(say.say("Load of the team"), "caption", note=frame.meaning("load_share"))
    blank = TabCell(None)
    rows = (
        (blank, *captions, load_title),
        (TabCell(say.say("today"), "caption"), *values, _percent_figure(shown, say.language)),
        (TabCell(say.say("against last week"), "caption", note=frame.meaning("change")), *week, blank),
        (TabCell(say.say("against last year"), "caption", note=frame.meaning("change")), *year, blank),
    )
    columns = (Column("", WIDE), *(Column("", 15, wrap=True) for _ in range(6)))
    return Grid("headline", columns, rows, header=False)


def _wait_caption(frame: Frame, figures: Figures) -> str:
    if figures.day_kind == "working":
        return frame.say.say("Working days to first contact (median of 13 weeks)")
    return frame.say.say("Days to first contact (median of 13 weeks)")


def _rough(frame: Frame, figures: Figures, found: Headline, day: date) -> Headline:
    """The headline of a day as it may be shown."""
    if not frame.private:
        found = of_enough(found, figures.waits, figures.meetings, day, frame.threshold)
    return structs.replace(
        found, open=frame.people(found.open), new=frame.people(found.new), closed=frame.people(found.closed),
        missed_share=frame.whole_part(found.missed_share),
    )  # fmt: skip


def _whole(value: float | None) -> float | None:
    return int(value) if value is not None and float(value).is_integer() else value


def _percent_figure(value: float | None, language: str) -> TabCell:
    """A share as a headline: a text, as a headline figure has no number format of its own."""
    if value is None:
        return cell(None)
    text = f"{value * 100:.0f} %" if language == "de" else f"{value * 100:.0f}%"
    return TabCell(text, "figure")


def _change(now: Headline, before: Headline, name: str, style: Style) -> TabCell:
    new, old = getattr(now, name), getattr(before, name)
    points = 100 if style == "signed_points" else 1
    return cell(None if new is None or old is None else round((new - old) * points, 4), style)


def _waiting(frame: Frame, figures: Figures) -> tuple[Block, ...]:
    say, today, days = frame.say, figures.today, frame.days(figures.day_kind)
    if gap := frame.gap("waiting"):
        return gap
    found = spread(figures.waits.between(today - QUARTER + timedelta(days=1), today))
    still = [wait.days for wait in figures.waits.still]
    few = not frame.private and 0 < found.count < frame.threshold
    if few:
        # A median of few people is nearly one person's wait.
        found = spread(())
    rows: list[tuple[str, TabCell, str]] = [
        (say.say("First contacts in 13 weeks"), count(frame.people(found.count)), ""),
        (say.say("Half waited at most ({days})", days=days), count(found.median, "decimal"), frame.meaning("median")),
        (say.say("Nine of ten waited at most ({days})", days=days), count(found.ninety), frame.meaning("ninety")),
    ]
    known = not (gap := frame.gap("still"))
    if known:
        rows.append((say.say("Still waiting"), count(frame.people(len(still))), frame.meaning("still_waiting")))
    # The longest of few people is one person's wait.
    if known and (frame.private or len(still) >= frame.threshold):
        rows.append((say.say("Longest still waiting ({days})", days=days), count(max(still, default=None)), ""))
    cells = tuple((TabCell(title, note=note), value) for title, value, note in rows)
    meaning = frame.meaning(f"waiting_{figures.day_kind}")
    grid = Grid("waiting", (Column(say.say("Waiting time"), WIDE, note=meaning), Column("", 15, "number")), cells)
    return (grid, *gap, *(_longest(frame, figures) if frame.private and known else ()))


def _longest(frame: Frame, figures: Figures) -> tuple[Block, ...]:
    say = frame.say
    rows = tuple(
        (
            link(wait.case, wait.case.number),
            count(wait.days),
            cell(wait.case.received, "date"),
            TabCell(frame.word("cases", "urgency", wait.case.urgency)),
            TabCell(wait.case.manager or frame.nobody()),
        )
        for wait in figures.waits.still[:_LONGEST]
    )
    columns = (
        Column(say.say("Longest waiting"), 15),
        Column(frame.days(figures.day_kind).capitalize(), 15, "number", bar=True),
        Column(say.say("Came in"), 15, "date"),
        Column(say.say("Urgency"), 15),
        Column(say.say("In charge"), 15),
    )
    return (Grid("longest", columns, rows, empty=say.say("Nobody is waiting."), beside="waiting"),)


def _load(frame: Frame, figures: Figures, load_by: str) -> tuple[Block, ...]:
    if load_by == "none":
        return ()
    if gap := frame.gap("points"):
        return (Heading(frame.say.say("Load against capacity")), *gap)
    by_person = load_by == "person" and frame.private and figures.loads.personal
    fewest = 1 if frame.private else frame.smallest_office
    loads = figures.loads.by_person() if by_person else figures.loads.by_office(fewest)
    # Persons have it among them; what the managers see of offices stays what it was.
    rest = figures.loads.of_nobody() if frame.private and not by_person else ()
    grid = parts.load_grid(frame, loads, "load", rest)
    title = frame.say.say("Load against capacity")
    if not grid.rows and figures.loads.total().people:
        return (Heading(title), Text(parts.too_few_people(frame, fewest), "muted"))
    if not grid.rows:
        return ()
    missing = frame.gap("phase", "capacity")
    unknown = parts.capacity_gap(frame, figures.loads)
    # A chart with one pair of bars says nothing, and one without capacities half of it.
    if len(loads) == 1 or missing:
        return (Heading(title), grid, *missing, *unknown)
    chart = Chart(
        "load_chart", "bar", title, "load", 0, (2, 3), beside="load", width_cm=13,
        height_cm=parts.bars_height((*loads, *rest)),
    )  # fmt: skip
    return (Heading(title), grid, chart, *unknown)
