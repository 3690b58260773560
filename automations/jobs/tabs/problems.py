"""Tab `Prüfliste`: what is to be mended, by whom, and what to type instead."""

from __future__ import annotations

from collections import Counter

from automations.jobs.tabs.common import Frame, head
from automations.model.problems import Problem, Severity
from automations.model.snapshot import Snapshot
from automations.model.tabdoc import Block, Column, Grid, Link, Style, TabCell, Text

MOST = 2000
_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "note": 2}
_STYLES: dict[Severity, Style] = {"error": "bad", "warning": "warn", "note": "muted"}
_WORDS: dict[Severity, str] = {"error": "row unusable", "warning": "please check", "note": "note"}


def blocks(frame: Frame, snapshot: Snapshot) -> tuple[Block, ...]:
    """How much there is for whom, then every problem; the worst first for each person."""
    say = frame.say
    found = sorted(set(snapshot.problems), key=lambda problem: _order(frame, problem))
    sentence = say.say("Nothing here is lost: mend the cell, and the line disappears with the next run.")
    more: tuple[Block, ...] = ()
    if len(found) > MOST:
        left = say.say("The first {shown} of {all} are shown.", shown=MOST, all=len(found))
        more = (Text(left, "warn"),)
    if not found:
        thanks = Text(say.say("There is nothing to mend. Thank you!"), "good")
        return (*head(frame, say.say("Check list"), sentence), thanks)
    return (
        *head(frame, say.say("Check list"), sentence),
        _summary(frame, found),
        *more,
        _list(frame, found[:MOST], snapshot),
    )


def _order(frame: Frame, problem: Problem) -> tuple[object, ...]:
    who = _who(frame, problem)
    return who, _RANK[problem.severity], problem.tab, problem.row or 0, problem.column, problem.message, problem.key


def _who(frame: Frame, problem: Problem) -> str:
    roles = {"lead": frame.say.say("team lead"), "operator": frame.say.say("IT"), "": frame.say.say("everyone")}
    return roles.get(problem.who, problem.who)


def _summary(frame: Frame, found: list[Problem]) -> Text:
    """How much there is for whom, in one line: the list below has to stay in sight."""
    counts = Counter(_who(frame, problem) for problem in found)
    people = " · ".join(f"{who}: {number}" for who, number in sorted(counts.items()))
    return Text(people, "strong")


def _list(frame: Frame, found: list[Problem], snapshot: Snapshot) -> Grid:
    say = frame.say
    rows = tuple(
        (
            TabCell(_who(frame, problem)),
            TabCell(say.say(_WORDS[problem.severity]), _STYLES[problem.severity]),
            TabCell(problem.tab),
            TabCell(problem.row, link=_link(problem, snapshot)),
            TabCell(_key(problem)),
            TabCell(problem.since, "date"),
            TabCell(problem.column or ""),
            TabCell(problem.shown),
            TabCell(problem.message),
            TabCell(problem.advice),
        )
        for problem in found
    )
    columns = (
        Column(say.say("Who can mend it"), 18), Column(say.say("How bad"), 19), Column(say.say("Tab"), 14),
        Column(say.say("Row"), 9), Column(say.say("No."), 16), Column(say.say("since"), 12, "date"),
        Column(say.say("Column"), 24),
        Column(say.say("What stands there"), 22, wrap=True), Column(say.say("What is wrong"), 48, wrap=True),
        Column(say.say("What to do"), 48, wrap=True),
    )  # fmt: skip
    return Grid("problems", columns, rows, filter=True, freeze=True)


def _key(problem: Problem) -> str:
    key = ", ".join(problem.keys) or problem.key
    return "" if key.startswith("draft:") else key


def _link(problem: Problem, snapshot: Snapshot) -> Link | None:
    layout = snapshot.layouts.get(problem.table)
    if layout is None or not problem.key:
        return None
    field = problem.field if problem.field in layout.columns else layout.key_field
    return Link(layout.workbook, problem.table, problem.key, field)
