"""What is assigned: households and single cases; and who could take them, with their load."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from automations.jobs.assigning.settings import AssignSettings
from automations.records import Case, CaseManager, Snapshot, Urgency

URGENCY_ORDER = {Urgency.EMERGENCY: 0, Urgency.HIGH: 1, Urgency.NORMAL: 2}


@dataclass(frozen=True, slots=True)
class Unit:
    """Cases that go to one colleague together. `load` is in points; `languages` are those that every
    member with a known language shares, else all of them; `known_to` are the codes of colleagues who
    already have an open case of the household; `since` is the earliest date of receipt."""

    key: str
    cases: tuple[Case, ...]
    load: float
    languages: tuple[str, ...]
    urgency: Urgency
    since: date
    office: str | None
    focuses: tuple[str, ...]
    known_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Worker:
    """A colleague with the load of the open cases already assigned, and the capacity, in points."""

    person: CaseManager
    code: str
    load: float
    capacity: float


def is_open(case: Case, settings: AssignSettings) -> bool:
    """Whether a case is still worked on: not closed, and in an open phase (unknown phases count)."""
    phase = settings.site.phase(case.phase)
    return case.closed_on is None and (phase is None or phase.open)


def weight(case: Case, settings: AssignSettings) -> float:
    """The load points of a case; a case without phase weighs as much as a new one."""
    phase = settings.site.phase(case.phase) or settings.site.phase(settings.first_phase)
    return phase.weight if phase else 1.0


def make_units(snapshot: Snapshot, settings: AssignSettings, today: date) -> tuple[Unit, ...]:
    """The open, unassigned, settled cases, household by household, most urgent and oldest first."""
    groups: defaultdict[str, list[Case]] = defaultdict(list)
    known: defaultdict[str, set[str]] = defaultdict(set)
    for case in snapshot.cases:
        if not is_open(case, settings):
            continue
        if case.manager and case.household:
            known[case.household].add(case.manager)
        if _waits_for_assignment(case, snapshot):
            groups[case.household or f"case {case.number}"].append(case)
    units = [_unit(key, cases, known.get(key, set()), settings, today) for key, cases in groups.items()]
    return tuple(sorted(units, key=lambda unit: (URGENCY_ORDER[unit.urgency], unit.since, unit.key)))


def _waits_for_assignment(case: Case, snapshot: Snapshot) -> bool:
    return (
        case.usable
        and case.number is not None
        and not case.manager
        and "manager" not in case.bad
        and case.row in snapshot.rows
        and case.row not in snapshot.unsettled
    )


def _unit(key: str, cases: list[Case], known: Iterable[str], settings: AssignSettings, today: date) -> Unit:
    members = tuple(sorted(cases, key=lambda case: case.number or ""))
    return Unit(
        key=key,
        cases=members,
        load=sum(weight(case, settings) for case in members),
        languages=_shared_languages(members),
        urgency=min((case.urgency for case in members), key=URGENCY_ORDER.__getitem__),
        since=min((case.received or today) for case in members),
        office=next((case.office_wish for case in members if case.office_wish), None),
        focuses=tuple(sorted({case.focus for case in members if case.focus})),
        known_to=tuple(sorted(known)),
    )


def _shared_languages(cases: tuple[Case, ...]) -> tuple[str, ...]:
    spoken = [case.languages for case in cases if case.languages]
    if not spoken:
        return ()
    common = [code for code in spoken[0] if all(code in others for others in spoken)]
    return tuple(common) or tuple(dict.fromkeys(code for languages in spoken for code in languages))


def make_workers(snapshot: Snapshot, settings: AssignSettings) -> tuple[Worker, ...]:
    """The team with its load; a code that stands twice in the table counts once, its first row."""
    loads: defaultdict[str, float] = defaultdict(float)
    for case in snapshot.cases:
        if case.manager and is_open(case, settings):
            loads[case.manager] += weight(case, settings)
    people: Mapping[str, CaseManager] = snapshot.manager_by_code
    return tuple(
        Worker(person, code, loads[code], settings.default_capacity if person.capacity is None else person.capacity)
        for code, person in sorted(people.items())
        if (person.role or "") not in settings.roles_without_cases
    )
