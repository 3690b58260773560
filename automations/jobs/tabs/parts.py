"""Blocks that both overviews show: months, kinds of cases, loads, appointments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from msgspec import structs

from automations.common.alike import Spellings
from automations.jobs.figures.appointments import Outcomes
from automations.jobs.figures.collected import Figures
from automations.jobs.figures.counting import Caseload, first_language, grouped
from automations.jobs.figures.load import Load, Loads, told_together
from automations.jobs.figures.periods import first_day, last_day, month_of, months_until
from automations.jobs.figures.rounding import merged_small
from automations.jobs.figures.weekly import FOUR_WEEKS
from automations.jobs.tabs.common import (
    LABEL,
    NARROW,
    WIDE,
    Frame,
    cell,
    count,
    counted_grid,
    load_points,
    load_word,
    share,
)
from automations.model.records import Case
from automations.model.snapshot import Snapshot
from automations.model.staff_figures import FEWEST_TOGETHER
from automations.model.tabdoc import Block, Chart, Column, Grid, TabCell, Text

# a year and the running month: the same month of last year is the first thing that people compare with
MONTHS_SHOWN = 13
_TOGETHER = "\0together"  # no office of a team is called so
_STATES = {
    "active": "at work", "absent": "absent", "left": "no longer here", "unknown": "not in the team's table",
    "unassigned": "not assigned",
}  # fmt: skip


def months_since(since: date | None, today: date) -> range:
    """The last months, as far as the table reaches back: before it nobody knows that there was nothing."""
    shown = months_until(today, MONTHS_SHOWN)
    return range(max(shown.start, month_of(since)), shown.stop) if since else range(0)


def months(frame: Frame, load: Caseload) -> tuple[Block, ...]:
    """New, closed and open cases by month, with a chart."""
    if gap := frame.gap("new", "closed"):
        return gap
    rows = []
    for number in months_since(load.since, frame.today):
        # What is open at the end of the running month nobody knows yet.
        first, last = first_day(number), min(last_day(number), frame.today)
        rows.append(
            (
                TabCell(frame.month(number)),
                count(frame.people(load.new_between(first, last))),
                count(frame.people(load.closed_between(first, last))),
                count(frame.people(load.open_on(last))),
            )
        )
    say = frame.say
    columns = (Column(say.say("Month"), WIDE), frame.column("new"), frame.column("closed"), frame.column("open"))
    title = say.say("New, closed and open cases")
    chart = Chart("months_chart", "line", title, "months", 0, (1, 2, 3), beside="months", width_cm=18)
    grid = Grid("months", columns, tuple(rows), empty=say.say("There are none."))
    return (grid, chart, *running_month(frame)) if rows else (grid,)


def running_month(frame: Frame) -> tuple[Text, ...]:
    """A month that is not over is no whole one: said below a table that ends with it."""
    number = month_of(frame.today)
    if frame.today == last_day(number):
        return ()
    text = frame.say.say(
        "{month} is not over: up to {day}.", month=frame.month(number), day=frame.say.date(frame.today)
    )
    return (Text(text, "muted"),)


def kinds(frame: Frame, figures: Figures, snapshot: Snapshot) -> tuple[Block, ...]:
    """Open cases by phase, language, source and office, next to each other. For managers the load by
    office says all that may be said of offices."""
    say, cases = frame.say, figures.cases.open_cases
    if gap := frame.gap("open"):
        return gap
    made = {
        "phase": _kind(frame, "phases", say.say("Phase"), cases, lambda case: case.phase, frame.phase),
        "language": _kind(frame, "languages", say.say("Language"), cases, first_language, _word(frame, "languages")),
        "source": _kind(
            frame, "sources", say.say("Referred by"), cases, lambda case: case.source, _word(frame, "source")
        ),
    }
    if frame.private:
        made["office"] = _offices(frame, cases, snapshot, personal=figures.loads.personal)
    there = [grid for name, grid in made.items() if frame.sources.has(name)]
    paired = [_beside(grid, there[n - 1].id) if n % 2 else grid for n, grid in enumerate(there)]
    return (*paired, *frame.gap(*made))


def _beside(grid: Grid, other: str) -> Grid:
    label, *numbers = grid.columns
    return structs.replace(grid, beside=other, columns=(structs.replace(label, width=LABEL), *numbers))


def _offices(frame: Frame, cases: Sequence[Case], snapshot: Snapshot, *, personal: bool) -> Grid:
    """Open cases by the office of the colleague. The office of one is that one: without an agreement it is told
    with the next smallest."""
    spelled = Spellings(person.office for person in snapshot.team)
    office_of = {person.code: spelled.of(person.office) for person in snapshot.team}
    small = told_together(Counter(office_of.values()), 1 if personal else FEWEST_TOGETHER)
    together = dict.fromkeys(small, _TOGETHER) if small is not None else dict.fromkeys(office_of.values(), _TOGETHER)
    words = {None: frame.say.say("(no office: not assigned)"), _TOGETHER: frame.say.say("small offices together")}

    def office(case: Case) -> str | None:
        found = office_of.get(case.manager)
        return together.get(found, found) if case.manager in office_of else None

    return _kind(frame, "offices", frame.say.say("Office"), cases, office, lambda name: words.get(name) or name or "")


def _word(frame: Frame, field: str) -> Callable[[str | None], str]:
    return lambda name: frame.word("cases", field, name)


def _kind(
    frame: Frame,
    name: str,
    title: str,
    cases: Sequence[Case],
    kind: Callable[[Case], str | None],
    word: Callable[[str | None], str],
) -> Grid:
    groups = [(group.name, group.count) for group in grouped(cases, kind)]
    rest = 0
    if not frame.private:
        groups, rest = merged_small(groups, frame.threshold)
    listed = [(word(group), number) for group, number in groups]
    # All groups together are fewer than the threshold: not even their sum is shown.
    hidden = bool(rest) and not groups and rest < frame.threshold
    if hidden:
        return counted_grid(name, frame, title, (), empty=too_few(frame))
    if rest:
        listed.append((frame.say.say("small groups together"), rest))
    return counted_grid(name, frame, title, listed)


def too_few(frame: Frame) -> str:
    """What stands in place of groups that are too small to be shown."""
    return frame.say.say("Fewer than {n}: not shown here.", n=frame.threshold)


def capacity_gap(frame: Frame, loads: Loads) -> tuple[Text, ...]:
    """Why there is no load of the whole team: a capacity is blank or cannot be read."""
    if not loads.without_capacity or frame.gap("capacity"):
        return ()
    text = frame.say.count(
        "{n} colleague has no capacity in the team's table that can be read: so there is no load of the whole team.",
        "{n} colleagues have no capacity in the team's table that can be read: so there is no load of the whole team.",
        loads.without_capacity,
    )
    return (Text(text, "warn"),)


def bars_height(loads: Sequence[Load]) -> float:
    """How high (in cm) a chart with two bars for each load must be to be read."""
    return max(7.5, 3.0 + 0.75 * len(loads))


def too_few_people(frame: Frame, fewest: int) -> str:
    """Why there is no load of a team that is there."""
    fewest = max(fewest, FEWEST_TOGETHER)
    return frame.say.say("Fewer than {n} colleagues: what they carry is not shown here.", n=fewest)


def load_grid(frame: Frame, loads: Sequence[Load], name: str, rest: Sequence[Load] = ()) -> Grid:
    """Cases, load points and capacity of people or offices, with a word on how full they are; `rest` is what none of
    them has, so that the rows add up to the team."""
    say = frame.say
    rows = []
    together = say.say("small offices together") if len(loads) > 1 else say.say("all offices together")
    for load in (exact if frame.private else _rough(exact, frame) for exact in (*loads, *(rest if loads else ()))):
        nobody = say.say("(no office: not assigned)") if rest else say.say("Not assigned")
        title = load.name or (nobody if load.state == "unassigned" else together)
        at_work = load.state in {"active", "absent"}
        state = load_word(load.share, say) if at_work else TabCell(say.say(_STATES[load.state]), "warn")
        rows.append((
            TabCell(title), count(load.cases), load_points(load.points), cell(load.capacity, "decimal"),
            cell(round(load.share, 4) if load.share is not None else None, "percent"), state,
        ))  # fmt: skip
    columns = (
        Column(say.say("Who"), WIDE),
        Column(say.say("Cases"), NARROW, "number"),
        frame.column("points", "decimal"),
        frame.column("capacity", "decimal"),
        frame.column("load_share", "percent", bar=True),
        Column(say.say("Situation"), 15),
    )
    return Grid(name, columns, tuple(rows), empty=say.say("No colleague is listed in the team's table."))


def _rough(load: Load, frame: Frame) -> Load:
    cases = frame.people(load.cases) or 0
    # Points are made of cases: exact ones would tell what the rounded cases hide.
    points = None if load.points is None else frame.people(round(load.points))
    return structs.replace(load, cases=cases, points=points)


def appointments(frame: Frame, figures: Figures) -> tuple[Block, ...]:
    """How past appointments went, by month, and how reminders were answered."""
    say, by_month = frame.say, figures.meetings.by_month()
    if gap := frame.gap("outcomes"):
        return (*gap, _answers(frame, figures))
    rows = []
    for number in months_since(figures.meetings.since, frame.today):
        found = frame_outcomes(frame, by_month.get(number, Outcomes()))
        rows.append((
            TabCell(frame.month(number)),
            count(found.kept), count(found.cancelled), count(found.missed), count(found.postponed),
            count(found.open), cell(found.missed_share, "percent"),
        ))  # fmt: skip
    columns = (
        Column(say.say("Month"), WIDE), frame.column("kept"), frame.column("cancelled"), frame.column("missed"),
        frame.column("postponed"), frame.column("no_result"), frame.column("missed_share", "percent", width=15),
    )  # fmt: skip
    title = say.say("Appointments: kept, cancelled, missed")
    chart = Chart("meetings_chart", "stacked", title, "meetings", 0, (1, 2, 3), beside="meetings", width_cm=10)
    grid = Grid("meetings", columns, tuple(rows), empty=say.say("There is no past appointment yet."))
    return (grid, *((chart,) if rows else ()), _answers(frame, figures))


def frame_outcomes(frame: Frame, found: Outcomes) -> Outcomes:
    """Outcomes as they may be shown; a share is made of what is shown."""
    counts = (found.kept, found.cancelled, found.missed, found.postponed, found.open)
    return Outcomes(*(frame.people(number) or 0 for number in counts))


def _answers(frame: Frame, figures: Figures) -> Grid:
    say, found = frame.say, figures.answers
    rows = [
        (say.say("confirmed"), found.confirmed), (say.say("cancelled"), found.cancelled),
        (say.say("asked for no more mails"), found.objected), (say.say("the mail came back"), found.returned),
        (say.say("no answer yet"), found.silent),
    ]  # fmt: skip
    shown_rows = [(word, frame.people(number) or 0) for word, number in rows]
    asked = frame.people(found.asked)
    cells = tuple((TabCell(word), count(number), share(number, asked)) for word, number in shown_rows)
    first = frame.today - FOUR_WEEKS + timedelta(days=1)
    title = say.say("Answers to reminders since {day}", day=say.date(first))
    columns = (
        Column(title, WIDE, wrap=True, note=frame.meaning("answered")),
        Column(say.say("Appointments"), NARROW, "number"),
        Column(say.say("Share"), NARROW, "percent"),
    )
    # Answers of three clients are three clients.
    shown = cells if found.asked and (frame.private or found.asked >= frame.threshold) else ()
    return Grid("answers", columns, shown, empty=say.say("No reminder has left yet."))
