"""How much work lies with whom: load points of open cases against capacity."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct, structs

from automations.common.alike import Spellings
from automations.model.records import Case, CaseManager
from automations.model.settings import SiteFacts
from automations.model.staff_figures import FEWEST_TOGETHER

State = Literal["active", "absent", "left", "unknown", "unassigned"]
UNKNOWN_PHASE_WEIGHT = 1.0
_ORDER: Mapping[State, int] = {"active": 0, "absent": 1, "left": 2, "unknown": 3, "unassigned": 4}


class Load(Struct, frozen=True):
    """Open cases of one case manager, or of one office. `capacity` None: not given.

    `code` None with state "unassigned": nobody's cases. `people` are those behind it."""

    code: str | None
    name: str
    office: str | None
    cases: int
    points: float | None
    capacity: float | None
    state: State = "active"
    people: int = 1

    @property
    def share(self) -> float | None:
        """The part of the capacity that is used; None without a capacity above nought that a part can be told of."""
        share = self.points / self.capacity if self.capacity and self.points is not None else None
        return share if share is not None and math.isfinite(share) else None


def state_of(person: CaseManager, today: date) -> State:
    """Whether a colleague is at work today."""
    if not person.active or (person.ends_on and person.ends_on < today):
        return "left"
    if person.starts_on and person.starts_on > today:
        return "absent"
    return "absent" if person.is_absent(today) else "active"


def load_by_person(
    cases: Iterable[Case], team: Iterable[CaseManager], site: SiteFacts, today: date
) -> tuple[Load, ...]:
    """Every colleague, in the team's order, then codes that the team does not know, then what
    nobody has. Colleagues who left appear only while cases lie with them."""
    weights = {phase.id: phase.weight for phase in site.phases}
    cells = Counter((case.manager, case.phase) for case in cases)
    counts: Counter[str | None] = Counter()
    points: dict[str | None, float] = defaultdict(float)
    for (manager, phase), count in cells.items():
        counts[manager] += count
        # Multiplied by kind, not added one by one: sums of fractions would differ with the order of the rows.
        points[manager] += count * weights.get(phase or "", UNKNOWN_PHASE_WEIGHT)
    # Reversed twice: of a code that stands twice the upper row counts, as everywhere.
    people = {person.code: person for person in reversed(tuple(team)) if person.code and person.usable}
    spelled = Spellings(person.office for person in people.values())
    loads = [
        _of_person(person, spelled.of(person.office), counts[code], points[code], today)
        for code, person in reversed(people.items())
    ]
    # Cases of somebody who left must be seen by whoever hands them over.
    loads = [load for load in loads if load.state != "left" or load.cases]
    strange = sorted(code for code in counts if code and code not in people)
    loads += [Load(code, code, None, counts[code], points[code], None, "unknown") for code in strange]
    if counts[None]:
        loads.append(Load(None, "", None, counts[None], points[None], None, "unassigned"))
    return tuple(sorted(loads, key=lambda load: _ORDER[load.state]))


def _of_person(person: CaseManager, office: str | None, cases: int, points: float, today: date) -> Load:
    state = state_of(person, today)
    # Who has left carries nothing any more, and their capacity would make the office look empty.
    capacity = None if state == "left" else person.capacity
    return Load(person.code, person.name or person.code or "", office, cases, points, capacity, state)


def without_points(loads: Iterable[Load]) -> tuple[Load, ...]:
    """The same loads where no phase is recorded that would say what a case weighs."""
    return tuple(structs.replace(load, points=None) for load in loads)


class Loads(Struct, frozen=True):
    """Everybody's load. What a single colleague carries is given out only where it may be (`personal`)."""

    _persons: tuple[Load, ...]
    personal: bool

    def by_person(self) -> tuple[Load, ...]:
        """Each colleague's load; nothing where figures about single colleagues are off."""
        return self._persons if self.personal else ()

    def by_office(self, fewest: int = 1) -> tuple[Load, ...]:
        """The loads by office, each of at least `fewest` people, and of two where persons must not be told."""
        # An office of one colleague is that colleague.
        return load_by_office(self._persons, fewest if self.personal else max(fewest, FEWEST_TOGETHER))

    def of_nobody(self) -> tuple[Load, ...]:
        """What no office has: cases that nobody has yet, and those of codes that are not in the team."""
        rest = [load for load in self._persons if load.state in {"unassigned", "unknown"}]
        return (
            (Load(None, "", None, sum(load.cases for load in rest), _points(rest), None, "unassigned"),) if rest else ()
        )

    def total(self) -> Load:
        """The whole team. Points and share of a team of one are left out where persons must not be told."""
        whole = total_load(self._persons)
        return whole if self.personal else _of_a_team(whole)

    @property
    def without_capacity(self) -> int:
        """How many of the team have none recorded: then there is no load of the whole team."""
        return sum(load.capacity is None for load in self._persons if load.state in {"active", "absent"})

    def team(self) -> Load:
        """The whole team as it may be told to other towns: never what one colleague carries."""
        return _of_a_team(total_load(self._persons))


def _of_a_team(whole: Load) -> Load:
    """Without points and share where the team is one person."""
    if whole.people >= FEWEST_TOGETHER:
        return whole
    return Load(None, "", None, whole.cases, None, None, people=whole.people)


def load_by_office(loads: Sequence[Load], fewest: int = 1) -> tuple[Load, ...]:
    """The same by office. A load of one person is personal: offices with fewer than `fewest` people
    are told together (name ""), with the next smallest office where even these are too few, as the
    team's total would give them back. Nothing is told of a team smaller than `fewest`.

    A capacity counts only when all people of the office have one."""
    offices: dict[str | None, list[Load]] = {}
    for load in loads:
        if load.state in {"active", "absent", "left"}:
            offices.setdefault(load.office, []).append(load)
    small = told_together({name: len(members) for name, members in offices.items()}, fewest)
    if small is None:
        return ()
    named = sorted((name for name in offices if name not in small), key=lambda name: (name is None, name or ""))
    rows = [_together(name or "", name, offices[name]) for name in named]
    rest = [load for name in small for load in offices[name]]
    return (*rows, _together("", None, rest)) if rest else tuple(rows)


def told_together(people: Mapping[str | None, int], fewest: int) -> tuple[str | None, ...] | None:
    """The offices that must be told as one, by their number of people: those with fewer than `fewest`, and the
    next smallest where even these are too few together. None: the whole team is too small."""
    by_size = sorted(people, key=lambda name: (people[name], name or ""))
    small = [name for name in by_size if people[name] < fewest]
    large = [name for name in by_size if people[name] >= fewest]
    # The rest of all but one office is the total less all others: it must hold enough people itself.
    while small and sum(people[name] for name in small) < fewest and large:
        small.append(large.pop(0))
    # Nothing is left to put with them: then even the total would be about single colleagues.
    return None if small and sum(people[name] for name in small) < fewest else tuple(small)


def total_load(loads: Sequence[Load]) -> Load:
    """The whole team, with what nobody has yet. A capacity counts only when all colleagues have one."""
    known = [load for load in loads if load.state in {"active", "absent"}]
    given = [load.capacity for load in known if load.capacity is not None]
    # Half of the capacities would make the team look twice as full.
    capacity = sum(given) if given and len(given) == len(known) else None
    return Load(None, "", None, sum(load.cases for load in loads), _points(loads), capacity, people=len(known))


def _points(loads: Sequence[Load]) -> float | None:
    """The points of all; None where those of one are not known."""
    known = [load.points for load in loads if load.points is not None]
    return sum(known) if len(known) == len(loads) else None


def _together(name: str, office: str | None, members: Sequence[Load]) -> Load:
    capacities = [load.capacity for load in members if load.state != "left"]
    given = [capacity for capacity in capacities if capacity is not None]
    capacity = sum(given) if given and len(given) == len(capacities) else None
    cases = sum(load.cases for load in members)
    return Load(office, name, office, cases, _points(members), capacity, people=len(members))
