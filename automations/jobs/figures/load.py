"""How much work lies with whom: load points of open cases against capacity."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from automations.model.records import Case, CaseManager
from automations.model.settings import SiteFacts

State = Literal["active", "absent", "left", "unknown", "unassigned"]
UNKNOWN_PHASE_WEIGHT = 1.0
_ORDER: Mapping[State, int] = {"active": 0, "absent": 1, "left": 2, "unknown": 3, "unassigned": 4}


@dataclass(frozen=True, slots=True)
class Load:
    """Open cases of one case manager, or of one office. `capacity` None: not given.

    `code` None with state "unassigned": nobody's cases. `people` are those behind it.
    """

    code: str | None
    name: str
    office: str | None
    cases: int
    points: float
    capacity: float | None
    state: State = "active"
    people: int = 1

    @property
    def share(self) -> float | None:
        """The part of the capacity that is used; None without a capacity above nought."""
        return self.points / self.capacity if self.capacity else None


def state_of(person: CaseManager, today: date) -> State:
    """Whether a colleague is at work today."""
    if not person.active or (person.ends_on and person.ends_on < today):
        return "left"
    if person.starts_on and person.starts_on > today:
        return "absent"
    away = person.absent_from and person.absent_from <= today
    back = person.absent_until is not None and person.absent_until < today
    return "absent" if away and not back else "active"


def load_by_person(
    cases: Iterable[Case], team: Iterable[CaseManager], site: SiteFacts, today: date
) -> tuple[Load, ...]:
    """Every colleague, in the team's order, then codes that the team does not know, then what
    nobody has. Colleagues who left appear only while cases lie with them.
    """
    weights = {phase.id: phase.weight for phase in site.phases}
    cells = Counter((case.manager, case.phase) for case in cases)
    counts: Counter[str | None] = Counter()
    points: dict[str | None, float] = defaultdict(float)
    for (manager, phase), count in cells.items():
        counts[manager] += count
        points[manager] += count * weights.get(phase or "", UNKNOWN_PHASE_WEIGHT)
    people = {person.code: person for person in reversed(tuple(team)) if person.code and person.usable}
    loads = [_of_person(person, counts[code], points[code], today) for code, person in reversed(people.items())]
    loads = [load for load in loads if load.state != "left" or load.cases]
    strange = sorted(code for code in counts if code and code not in people)
    loads += [Load(code, code, None, counts[code], points[code], None, "unknown") for code in strange]
    if counts[None]:
        loads.append(Load(None, "", None, counts[None], points[None], None, "unassigned"))
    return tuple(sorted(loads, key=lambda load: _ORDER[load.state]))


def _of_person(person: CaseManager, cases: int, points: float, today: date) -> Load:
    state = state_of(person, today)
    capacity = None if state == "left" else person.capacity
    return Load(person.code, person.name or person.code or "", person.office, cases, points, capacity, state)


def load_by_office(loads: Sequence[Load], fewest: int = 1) -> tuple[Load, ...]:
    """The same by office. A load of one person is personal: offices with fewer than `fewest` people
    are told together (name ""), with the next smallest office where even these are too few, as the
    team's total would give them back. Nothing is told of a team smaller than `fewest`.

    A capacity counts only when all people of the office have one.
    """
    offices: dict[str | None, list[Load]] = {}
    for load in loads:
        if load.state in {"active", "absent", "left"}:
            offices.setdefault(load.office, []).append(load)
    by_size = sorted(offices.items(), key=lambda pair: (len(pair[1]), pair[0] or ""))
    small = [load for _, members in by_size if len(members) < fewest for load in members]
    large = [(name, members) for name, members in by_size if len(members) >= fewest]
    while small and len(small) < fewest and large:
        small += large.pop(0)[1]
    if len(small) < fewest and small:
        return ()
    named = sorted(large, key=lambda pair: (pair[0] is None, pair[0] or ""))
    rows = [_together(name or "", name, members) for name, members in named]
    return (*rows, _together("", None, small)) if small else tuple(rows)


def total_load(loads: Sequence[Load]) -> Load:
    """The whole team, with what nobody has yet. A capacity counts only when all colleagues have one."""
    known = [load for load in loads if load.state in {"active", "absent"}]
    given = [load.capacity for load in known if load.capacity is not None]
    capacity = sum(given) if given and len(given) == len(known) else None
    return Load(None, "", None, sum(load.cases for load in loads), sum(load.points for load in loads), capacity,
                people=len(known))  # fmt: skip


def _together(name: str, office: str | None, members: Sequence[Load]) -> Load:
    capacities = [load.capacity for load in members if load.state != "left"]
    given = [capacity for capacity in capacities if capacity is not None]
    capacity = sum(given) if given and len(given) == len(capacities) else None
    cases, points = sum(load.cases for load in members), sum(load.points for load in members)
    return Load(office, name, office, cases, points, capacity, people=len(members))
