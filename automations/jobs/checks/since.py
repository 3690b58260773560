"""Since when a problem has stood in the list: remembered by the ledger, for the list and for the story of a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from automations.history import History
from automations.plan import Fact
from automations.problems import Problem
from automations.values import digest

KIND = "problem"
"""The kind of fact; its key is a digest of what the problem is about."""


def with_since(
    problems: Sequence[Problem], history: History, today: date
) -> tuple[tuple[Problem, ...], tuple[Fact, ...]]:
    """The problems with the day on which each was first seen, and what is to be remembered.

    One that vanished is forgotten: if it comes back, it counts from then on.
    """
    seen: dict[str, Problem] = {}
    dated: list[Problem] = []
    for problem in problems:
        mark = _mark(problem)
        known = str(history.facts.get((KIND, mark), {}).get("since", "")) or today.isoformat()
        dated.append(replace(problem, since=date.fromisoformat(known)))
        seen.setdefault(mark, dated[-1])
    before = {key: data for (kind, key), data in history.facts.items() if kind == KIND and data.get("since")}
    facts = [Fact(KIND, mark, _told(problem)) for mark, problem in seen.items() if mark not in before]
    facts += [Fact(KIND, mark, {**data, "since": ""}) for mark, data in before.items() if mark not in seen]
    return tuple(dated), tuple(facts)


def _told(problem: Problem) -> Mapping[str, str]:
    """The first entry is the one that tells whether it still stands; `case` is the row's number, under which
    a person's data are found and erased."""
    since = problem.since.isoformat() if problem.since else ""
    told = problem.message if problem.column in problem.message else f"{problem.column}: {problem.message}"
    return {"since": since, "case": problem.key, "table": problem.table, "message": told}


def _mark(problem: Problem) -> str:
    place = problem.key or f"{problem.tab} {problem.row}"
    return digest(problem.code, problem.workbook, problem.table, place, problem.field, *problem.keys)
