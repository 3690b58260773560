"""What needs a decision today: questions, rows to mend, people without a case manager."""

from __future__ import annotations

from collections.abc import Iterable

from automations.jobs.figures.collected import Figures
from automations.jobs.tabs.common import NARROW, WIDE, Frame, link
from automations.model.records import Answer, Decision, Record, Urgency
from automations.model.snapshot import Snapshot
from automations.model.tabdoc import Block, Column, Grid, Heading, Style, TabCell, Text

_SHOWN = 4


def open_questions(decisions: Iterable[Decision]) -> list[Decision]:
    """Questions that nobody has answered, or that were put off."""
    return [
        item for item in decisions if item.question and item.done_on is None and item.decision in {None, Answer.LATER}
    ]


def attention(frame: Frame, figures: Figures, snapshot: Snapshot, *, held: bool) -> tuple[Block, ...]:
    """One row for each kind of thing that waits for a person, with links to the first few."""
    say = frame.say
    has, still = frame.sources.has, [wait.case for wait in figures.waits.still]
    errors = sum(1 for problem in snapshot.problems if problem.severity == "error")
    rows: list[tuple[str, int, list[tuple[Record, str | None]], Style]] = [
        (say.say("Open questions in the tab of decisions"), *_first(open_questions(snapshot.decisions)), "warn"),
        (say.say("Open cases that nobody has yet"),
         *_first([case for case in figures.cases.open_cases if not case.manager and has("points")]), "warn"),
        (say.say("Emergencies without a first contact"),
         *_first([case for case in still if case.urgency is Urgency.EMERGENCY and has("waiting")]), "bad"),
        (say.say("Past appointments without a result"),
         *_first(figures.meetings.unclear if has("outcomes") else ()), "warn"),
        # A set: the list counts a fault once, too, whoever found it.
        (say.say("Rows to mend, see the check list"), len(set(snapshot.problems)), [], "bad" if errors else "warn"),
    ]  # fmt: skip
    cells = tuple(
        (TabCell(title), TabCell(number, style), *_links(targets)) for title, number, targets, style in rows if number
    )
    blank = [Column("", 15) for _ in range(_SHOWN - 1)]
    columns = (Column(say.say("What waits for you"), WIDE, wrap=True), Column(say.say("How many"), NARROW, "number"),
               Column(say.say("for example"), 15), *blank)  # fmt: skip
    banner = (Text(say.say("All mails are held back. The team lead can let them go."), "bad"),) if held else ()
    grid = Grid("attention", columns, cells, empty=say.say("Nothing waits for a decision today."))
    return (*banner, Heading(say.say("Needs a decision today")), grid)


def _first(records: Iterable[Record]) -> tuple[int, list[tuple[Record, str | None]]]:
    listed = list(records)
    return len(listed), [(record, getattr(record, "number", None)) for record in listed[:_SHOWN]]


def _links(targets: list[tuple[Record, str | None]]) -> list[TabCell]:
    cells = [link(record, number) for record, number in targets]
    return cells + [TabCell(None)] * (_SHOWN - len(cells))
