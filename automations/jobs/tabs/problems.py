"""Tab `Prüfliste`: what is to be mended, by whom, and what to type instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from automations.jobs.tabs.common import Frame, head
from automations.model.problems import Problem, Severity
from automations.model.snapshot import Snapshot
from automations.model.tabdoc import Block, Column, Grid, Link, Style, TabCell, Text

# lines: a first run over an old workbook can find tens of thousands, and Excel becomes slow with links
MOST = 2000
_ROLES = ("", "lead", "operator")
_NAMED = 12  # so many rows are named in one line; each row's own note says the rest
_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "note": 2}
_STYLES: dict[Severity, Style] = {"error": "bad", "warning": "warn", "note": "muted"}
_WORDS: dict[Severity, str] = {"error": "row unusable", "warning": "please check", "note": "note"}


def blocks(frame: Frame, snapshot: Snapshot) -> tuple[Block, ...]:
    """How much there is for whom, then every problem; the worst first for each person."""
    say = frame.say
    found = lines(frame, snapshot.problems)
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


def _summary(frame: Frame, found: list[list[Problem]]) -> Text:
    """How much there is for whom, in one line: the list below has to stay in sight. How many faults stand in the
    rows of one colleague is told only where figures about single colleagues may be."""
    told = frame.site.staff_figures.allowed(frame.today)
    colleagues = frame.say.say("case managers")
    counts = Counter(
        _who(frame, problem) if told or not _of_colleague(problem) else colleagues
        for group in found
        for problem in group
    )
    people = " · ".join(f"{who}: {number}" for who, number in sorted(counts.items()))
    return Text(people, "strong")


def _of_colleague(problem: Problem) -> bool:
    return problem.who not in _ROLES


def lines(frame: Frame, problems: Iterable[Problem]) -> list[list[Problem]]:
    """The problems by line: those with the same fault in the same column are one line for each person, the
    worst first. What names several rows stands alone."""
    found: dict[tuple[object, ...], list[Problem]] = {}
    # Sorted before grouping, so that the first of a group, whose sentence is shown, is the same in each run.
    for problem in sorted(set(problems), key=lambda problem: _order(frame, problem)):
        fault = (_who(frame, problem), problem.severity, problem.code, problem.table, problem.field, problem.advice)
        # Where no advice says what the fault is, the sentence alone does: another sentence is another fault.
        alone = (problem,) if problem.keys or not problem.key else () if problem.advice else (problem.message,)
        found.setdefault((*fault, *alone), []).append(problem)
    return list(found.values())


def _line(frame: Frame, group: list[Problem], snapshot: Snapshot) -> tuple[TabCell, ...]:
    first, say = group[0], frame.say
    message = first.message
    if any(problem.message != message for problem in group):
        message = say.say("{first} (and the like in the other rows)", first=message)
    since = min((problem.since for problem in group if problem.since), default=None)
    rows = [str(problem.row) for problem in group if problem.row]
    told = frame.site.staff_figures.allowed(frame.today)
    return (
        TabCell(_who(frame, first)),
        TabCell(say.say(_WORDS[first.severity]), _STYLES[first.severity]),
        TabCell(len(group)) if told or not _of_colleague(first) else TabCell(None),
        TabCell(first.tab),
        TabCell(first.row if len(group) == 1 else _some(rows), link=_link(first, snapshot)),
        TabCell(_some([key for problem in group if (key := _key(problem))])),
        TabCell(since, "date"),
        TabCell(first.column or ""),
        TabCell(_some(list(dict.fromkeys(problem.shown for problem in group if problem.shown)))),
        TabCell(message),
        TabCell(first.advice),
    )


def _some(words: list[str]) -> str:
    return ", ".join(words[:_NAMED]) + (f" … (+{len(words) - _NAMED})" if len(words) > _NAMED else "")


def _list(frame: Frame, found: list[list[Problem]], snapshot: Snapshot) -> Grid:
    say = frame.say
    rows = tuple(_line(frame, group, snapshot) for group in found)
    columns = (
        Column(say.say("Who can mend it"), 12, wrap=True), Column(say.say("How bad"), 15, wrap=True),
        Column(say.say("How many"), 9, "number"),
        Column(say.say("Tab"), 11, wrap=True), Column(say.say("Row"), 9, wrap=True),
        Column(say.say("No."), 16, wrap=True), Column(say.say("since"), 12, "date"),
        Column(say.say("Column"), 16, wrap=True),
        Column(say.say("What stands there"), 16, wrap=True), Column(say.say("What is wrong"), 36, wrap=True),
        Column(say.say("What to do"), 34, wrap=True),
    )  # fmt: skip
    return Grid("problems", columns, rows, filter=True, freeze=True)


def _key(problem: Problem) -> str:
    key = ", ".join(problem.keys) or problem.key
    # A draft's name is a digest, which means nothing to anybody.
    return "" if key.startswith("draft:") else key


def _link(problem: Problem, snapshot: Snapshot) -> Link | None:
    layout = snapshot.layouts.get(problem.table)
    if layout is None or not problem.key:
        return None
    field = problem.field if problem.field in layout.columns else layout.key_field
    return Link(layout.workbook, problem.table, problem.key, field)
