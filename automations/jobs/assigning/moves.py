"""New hands for the cases of colleagues who leave or are away.

Nothing here changes a case: a move is carried out only after people said yes (see `proposals`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta

from msgspec import Struct, structs

from automations.jobs.assigning.batch import make_batch
from automations.jobs.assigning.obstacles import Obstacles
from automations.jobs.assigning.reasons import Others, reason
from automations.jobs.assigning.rules import Rules
from automations.jobs.assigning.solver import decide_together
from automations.jobs.assigning.units import (
    Faces,
    Unit,
    build_unit,
    home,
    in_order,
    is_open,
    is_staying,
    make_workers,
    spoken_in,
)
from automations.model.records import Case, CaseManager
from automations.model.snapshot import Snapshot


class Move(Struct, frozen=True):
    """One case that should change hands, and why; codes of colleagues."""

    case: str
    giver: str
    taker: str
    why: str


class Left(Struct, frozen=True):
    """A case that nobody can take, and which rule is in the way."""

    case: Case
    why: str


def is_departing(person: CaseManager, rules: Rules) -> bool:
    """Whether a colleague's cases need somebody else: gone, inactive, or leaving within the days of the settings."""
    soon = rules.today + timedelta(days=rules.settings.moving.departure_days)
    return person.usable and (not person.active or (person.ends_on is not None and person.ends_on <= soon))


def movable(snapshot: Snapshot, rules: Rules, codes: Collection[str]) -> tuple[Case, ...]:
    """The open, settled cases that lie with one of the colleagues."""
    return tuple(
        case
        for case in snapshot.cases
        if case.manager in codes
        and case.usable
        # What cannot be named cannot be asked about: a question of tomorrow must still know the case.
        and case.number is not None
        and case.row in snapshot.rows
        # Somebody is typing there.
        and case.row not in snapshot.unsettled
        and is_open(case, rules.settings)
    )


def hand_over(
    cases: Sequence[Case], snapshot: Snapshot, rules: Rules, takers: Collection[str] | None = None
) -> tuple[tuple[Move, ...], tuple[Left, ...]]:
    """The best new colleagues for cases, household by household, and the cases that nobody can take.
    `takers` limits who may take them; those who have the cases now never do."""
    givers = {case.manager for case in cases}
    units = _units(cases, snapshot, rules, givers)
    team = make_workers(snapshot, rules.settings)
    workers = tuple(
        # A colleague with two rows in the tab has several codes: under none of them may they get their own cases back.
        worker
        for worker in team
        if not givers & set(worker.codes) and (takers is None or worker.code in takers)
    )
    batch = make_batch(units, workers, rules)
    choice = decide_together(batch, rules.settings).choice
    loads = batch.loads(choice)
    say, others = rules.settings.site.texts, Others(workers, loads, snapshot.team)
    moves = [
        Move(case.number or "", case.manager or "", workers[w].code,
             reason(units[u], workers[w], loads[w], others, rules, say))
        for u, w in sorted(choice.items()) for case in units[u].cases
    ]  # fmt: skip
    left = tuple(
        Left(case, Obstacles(unit, workers, loads, rules, say).why())
        for index, unit in enumerate(units)
        if index not in choice
        for case in unit.cases
    )
    return tuple(moves), left


def _units(cases: Sequence[Case], snapshot: Snapshot, rules: Rules, givers: Collection[str | None]) -> tuple[Unit, ...]:
    homes: defaultdict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        homes[home(case)].append(case)
    # Who already has somebody of the family, and stays, has the first claim on the rest of it.
    others: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    staying = {
        code for code, person in snapshot.manager_by_code.items() if is_staying(person, rules.today, rules.settings)
    }
    for case in snapshot.cases:
        if case.manager in staying and case.manager not in givers and is_open(case, rules.settings):
            others[home(case)].add(case.manager or "")
    spoken = spoken_in(snapshot, rules.settings, rules.today)
    return in_order(
        build_unit(members, rules.settings, rules.today, Faces(others[place]), spoken=spoken)
        for place, members in homes.items()
    )


def as_if(snapshot: Snapshot, moves: Sequence[Move]) -> Snapshot:
    """The snapshot as it would be after moves."""
    taker = {move.case: move.taker for move in moves}
    cases = tuple(
        structs.replace(case, manager=taker[case.number]) if case.number in taker else case for case in snapshot.cases
    )
    return structs.replace(snapshot, cases=cases)
