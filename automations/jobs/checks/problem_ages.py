"""Since when a problem has stood in the list: remembered by the ledger, for the list and for the story of a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from types import MappingProxyType

from msgspec.structs import replace

from automations.model.fact_kinds.sightings import Shown
from automations.model.history import History
from automations.model.plan import Fact
from automations.model.problems import Problem
from automations.model.records import Appointment, Case
from automations.model.snapshot import Snapshot
from automations.model.values import digest, is_draft

_NONE: Mapping[str, str] = MappingProxyType({})


def with_since(
    problems: Sequence[Problem], history: History, today: date, numbers: Mapping[str, str] = _NONE
) -> tuple[tuple[Problem, ...], tuple[Fact, ...]]:
    """The problems with the day on which each was first seen, and what is to be remembered.

    One that vanished is forgotten: if it comes back, it counts from then on. `numbers` are
    those of rows that were read without one (see `numbers_given`): what was known of them goes on."""
    before = {mark: shown for mark, shown in history.facts_of(Shown).items() if shown.since}
    seen: dict[str, Problem] = {}
    dated: list[Problem] = []
    renamed: set[str] = set()
    drafts = {number: draft for draft, number in numbers.items()}
    for problem in problems:
        # A problem of a draft goes on when the row gets its number: it is the same one, and not new today.
        named, former = _named(problem, numbers), _named(problem, drafts)
        mark = _mark(named)
        old = mark if named is former else _mark(former)
        known = before.get(mark) or before.get(old) or Shown(today)
        dated.append(replace(problem, since=known.since))
        seen.setdefault(mark, replace(named, since=dated[-1].since))
        renamed |= {old} - {mark}
    facts = [_told(problem).under(mark) for mark, problem in seen.items() if mark not in before]
    gone = [(mark, shown) for mark, shown in before.items() if mark not in seen]
    # What vanished keeps its sentence, for the story of the case; what was only renamed is told under the new mark.
    facts += [(Shown() if mark in renamed else replace(shown, since=None)).under(mark) for mark, shown in gone]
    return tuple(dated), tuple(facts)


def _told(problem: Problem) -> Shown:
    """`case` is the row's number, under which a person's data are found and erased."""
    told = problem.message if problem.column in problem.message else f"{problem.column}: {problem.message}"
    return Shown(problem.since, problem.key, problem.table, told)


def numbers_given(snapshot: Snapshot, history: History) -> Mapping[str, str]:
    """Key -> number of the rows that have no number in the workbook yet, but one reserved or given in this run."""
    known = {row.key: number for row, number in history.reserved.items()}
    records: Iterable[Case | Appointment] = chain(snapshot.cases, snapshot.appointments)
    for record in records:
        if record.number and is_draft(record.row.key):
            known[record.row.key] = record.number
    return known


def _named(problem: Problem, names: Mapping[str, str]) -> Problem:
    if problem.key not in names and names.keys().isdisjoint(problem.keys):
        return problem
    keys = tuple(names.get(key, key) for key in problem.keys)
    return replace(problem, key=names.get(problem.key, problem.key), keys=keys)


def _mark(problem: Problem) -> str:
    # A row without a key can only be told by where it stands; when it moves, its age begins anew.
    place = problem.key or f"{problem.tab} {problem.row}"
    return digest(problem.code, problem.workbook, problem.table, place, problem.field, *sorted(problem.keys))
