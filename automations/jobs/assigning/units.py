"""What is assigned: households and single cases; and who could take them, with their load.

Loads are whole hundredths of a point, so that sums are exact and equal on every machine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct, field

from automations.common.alike import alike
from automations.jobs.assigning.needs import Need, focuses_of, needs_of, shared_languages
from automations.jobs.assigning.settings import AssignSettings
from automations.model.cases import household_key
from automations.model.cases import is_open as is_open_on
from automations.model.history import History
from automations.model.records import AppointmentStatus, Case, CaseManager, Urgency
from automations.model.snapshot import Snapshot
from automations.model.values import same

URGENCY_ORDER = {Urgency.EMERGENCY: 0, Urgency.HIGH: 1, Urgency.NORMAL: 2}
POINT = 100  # hundredths in a load point

GUARDS = ("languages", "german_level", "household", "phase", "urgency", "focus", "closed_on")
"""Cells of a case that an assignment rests on."""

BEFORE_CONTACT = frozenset({None, "new", "first_contact"})  # phases in which nobody of the team knows the client yet

_NEVER_MET = frozenset({AppointmentStatus.CANCELLED, AppointmentStatus.NO_SHOW, AppointmentStatus.POSTPONED})


class Faces(Struct, frozen=True):
    """Codes of colleagues by how they know a household; see `Unit`."""

    known: set[str] = field(default_factory=set)
    knew: set[str] = field(default_factory=set)
    meets: set[str] = field(default_factory=set)
    agreed: set[str] = field(default_factory=set)


class Unit(Struct, frozen=True):
    """Cases that go to one colleague together. `load` is in hundredths of a point; `languages` holds each member's
    languages that count as shared, `makeshift` how many members could do with the common language where nobody shares
    one; `known_to` are the colleagues who have an open case of the household, `knew` those who had one or met it,
    `meets` those who agreed an appointment with it that is to come (`agreed`) or of which nobody wrote down how it
    went; `since` is the earliest receipt. `stand_in`: those of `known_to` stand in for who has the family."""

    key: str
    cases: tuple[Case, ...]
    load: int
    languages: tuple[tuple[str, ...], ...]
    urgency: Urgency
    since: date
    office: str | None
    focuses: tuple[str, ...]
    known_to: tuple[str, ...]
    knew: tuple[str, ...] = ()
    meets: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()
    makeshift: int = 0
    needs: tuple[Need, ...] = ()
    likes: tuple[Need, ...] = ()
    stand_in: bool = False

    @property
    def people(self) -> int:
        """How many clients it is."""
        return len(self.cases)

    @property
    def needed(self) -> tuple[str, ...]:
        """All languages of its members, in the order typed."""
        return tuple(dict.fromkeys(code for codes in self.languages for code in codes))

    def served(self, languages: Collection[str]) -> int:
        """How many members share one of the languages."""
        spoken = languages if isinstance(languages, frozenset) else frozenset(languages)
        return sum([not spoken.isdisjoint(codes) for codes in self.languages])

    @property
    def asking(self) -> int:
        """How many members have a known language."""
        return len(self.languages) - self.languages.count(())


class Worker(Struct, frozen=True):
    """A colleague, the load of the open cases already there, and the capacity, in hundredths of a
    point. `codes` are all codes under which the same person stands in the team."""

    person: CaseManager
    code: str
    load: int
    capacity: int
    codes: tuple[str, ...] = ()

    @property
    def free(self) -> int:
        """What still fits."""
        return max(0, self.capacity - self.load)


def is_open(case: Case, settings: AssignSettings) -> bool:
    """Whether a case is still worked on. One without a phase whose closing day is still to come is given to
    nobody any more."""
    # On the last of all days: a closing day that is still to come counts as closed.
    return is_open_on(case, settings.site, date.max)


def weight(case: Case, settings: AssignSettings) -> int:
    """The load of a case in hundredths of a point; without phase as much as a new one."""
    # A blank or unknown phase must not make a case weightless: it is as much work as a new one.
    phase = settings.site.phase(case.phase) or settings.site.phase(settings.first_phase)
    return round(phase.weight * POINT) if phase else POINT


def home(case: Case) -> tuple[str, str]:
    """What holds cases together: the household as people compare names, else the case itself."""
    name = household_key(case)
    return ("household", name) if name else ("case", case.number or case.row.key)


def is_staying(person: CaseManager, today: date, settings: AssignSettings) -> bool:
    """Whether a colleague can have cases at all: active, and not leaving within the next days."""
    last = today + timedelta(days=settings.stays_days)
    return person.usable and person.active and (person.ends_on is None or person.ends_on > last)


def make_units(
    snapshot: Snapshot, settings: AssignSettings, today: date, history: History | None = None
) -> tuple[Unit, ...]:
    """The open, unassigned, settled cases, household by household, most urgent and oldest first.

    A household waits as a whole while a row of it is unsettled, or while the assignment of one of
    its members was taken back and nothing changed since."""
    waiting: defaultdict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in snapshot.cases:
        if is_open(case, settings) and waits(case, snapshot):
            waiting[home(case)].append(case)
    # Whole homes are held, not single rows: the rest of the family would be given away before the row is finished.
    held = _held_homes(snapshot, history)
    staying = {code for code, person in snapshot.manager_by_code.items() if is_staying(person, today, settings)}
    faces = _acquaintance(snapshot, settings, set(waiting), staying, today)
    spoken = spoken_in(snapshot, settings, today)
    return in_order(
        build_unit(cases, settings, today, faces.get(place, Faces()), spoken)
        for place, cases in waiting.items()
        if place not in held
    )


def spoken_in(snapshot: Snapshot, settings: AssignSettings, today: date) -> frozenset[str]:
    """The languages of colleagues who can have cases."""
    people = snapshot.manager_by_code.values()
    return frozenset(
        # Who takes no cases speaks for nobody: otherwise German would not count as shared, and nobody could serve.
        code for person in people if is_staying(person, today, settings) and person.capacity != 0
        for code in person.languages
    )  # fmt: skip


def in_order(units: Iterable[Unit]) -> tuple[Unit, ...]:
    """Most urgent first, then longest waiting, then by number."""
    return tuple(sorted(units, key=lambda unit: (URGENCY_ORDER[unit.urgency], unit.since, unit.key)))


def build_unit(
    cases: Sequence[Case],
    settings: AssignSettings,
    today: date,
    faces: Faces | None = None,
    spoken: Collection[str] = (),
) -> Unit:
    """Cases of one household as a unit; named after its first number. `spoken` are the team's languages."""
    # By number, not by row: sorting the tab must not change who is asked first, nor the unit's name.
    members = tuple(sorted(cases, key=lambda case: case.number or case.row.key))
    told = [shared_languages(case, spoken, settings) for case in members]
    faces = faces or Faces()
    return Unit(
        key=members[0].number or members[0].row.key,
        cases=members,
        load=sum(weight(case, settings) for case in members),
        languages=tuple(languages for languages, _ in told),
        urgency=min((case.urgency for case in members), key=URGENCY_ORDER.__getitem__),
        # No day of receipt counts as today, or a blank cell would jump the queue.
        since=min((case.received or today) for case in members),
        # One wish for all: they go to one colleague, and the first who wished speaks for them.
        office=next((case.office_wish for case in members if case.office_wish), None),
        focuses=tuple(sorted({alike(focus): focus for case in members for focus in focuses_of(case.focus)}.values())),
        known_to=tuple(sorted(faces.known)),
        # Each colleague counts once, by the strongest tie.
        knew=tuple(sorted(faces.knew - faces.known)),
        meets=tuple(sorted(faces.meets - faces.knew - faces.known)),
        agreed=tuple(sorted(faces.agreed)),
        needs=needs_of(members, settings.needs, settings),
        likes=needs_of(members, settings.prefers, settings),
        makeshift=sum(makeshift for _, makeshift in told),
    )


def waits(case: Case, snapshot: Snapshot) -> bool:
    """Whether a case can be read, has a number, and nobody's name."""
    return (
        case.usable
        and case.number is not None
        and not case.manager
        # A name that kim cannot read is somebody's decision all the same.
        and "manager" not in case.bad
        and case.row in snapshot.rows
    )


def taken_back(case: Case, snapshot: Snapshot, history: History) -> bool:
    """Whether people took an assignment of this case back and nothing that it rested on changed."""
    row = snapshot.rows.get(case.row)
    return row is not None and any(
        veto.row == case.row
        and veto.field == "manager"
        and all(same(row.value(name), value) for name, value in veto.guards.items() if name in row.cells)
        for veto in history.vetoes
    )


def _held_homes(snapshot: Snapshot, history: History | None) -> set[tuple[str, str]]:
    held = {home(case) for case in snapshot.cases if case.row in snapshot.unsettled}
    if history and history.vetoes:
        held |= {home(case) for case in snapshot.cases if waits(case, snapshot) and taken_back(case, snapshot, history)}
    return held


def _acquaintance(
    snapshot: Snapshot,
    settings: AssignSettings,
    homes: Collection[tuple[str, str]],
    staying: Collection[str],
    today: date,
) -> Mapping[tuple[str, str], Faces]:
    """By household, who knows it of those who stay."""
    found: defaultdict[tuple[str, str], Faces] = defaultdict(Faces)
    place_of: dict[str, tuple[str, str]] = {}
    for case in snapshot.cases:
        place = home(case)
        if place in homes:
            # Closed cases too: who looked after somebody two years ago still knows them.
            place_of[case.number or ""] = place
            if case.manager in staying:
                faces = found[place]
                (faces.known if is_open(case, settings) else faces.knew).add(case.manager or "")
    for appointment in snapshot.appointments:
        if appointment.case in place_of and appointment.manager in staying and appointment.status not in _NEVER_MET:
            faces = found[place_of[appointment.case or ""]]
            # A meeting that nobody wrote down may not have been: it is weaker evidence than one that was kept.
            met = appointment.status is AppointmentStatus.ATTENDED and (appointment.date or date.max) <= today
            (faces.knew if met else faces.meets).add(appointment.manager or "")
            if appointment.date and appointment.date >= today and not met:
                faces.agreed.add(appointment.manager or "")
    return found


def make_workers(snapshot: Snapshot, settings: AssignSettings) -> tuple[Worker, ...]:
    """The team with its load, by code. Rows that cannot be used (such as a code that stands twice) are
    left out; a person under two codes is one worker, under the first of them."""
    loads: defaultdict[str, int] = defaultdict(int)
    for case in snapshot.cases:
        if case.manager and is_open(case, settings):
            loads[case.manager] += weight(case, settings)
    without = {role.strip().casefold() for role in settings.roles_without_cases}
    people: defaultdict[tuple[str, str], list[CaseManager]] = defaultdict(list)
    for person in snapshot.team:
        # By role and not by capacity 0: the lead's row may hold a capacity for the figures.
        if person.usable and person.code and (person.role or "").strip().casefold() not in without:
            people[_identity(person)].append(person)
    return tuple(sorted((_worker(rows, loads, settings) for rows in people.values()), key=lambda worker: worker.code))


def _identity(person: CaseManager) -> tuple[str, str]:
    name = " ".join((person.name or "").casefold().split())
    # The name alone would make one colleague of two who are called alike.
    return (name, (person.email or "").casefold()) if name else ("", person.code or "")


def _worker(rows: Sequence[CaseManager], loads: Mapping[str, int], settings: AssignSettings) -> Worker:
    # The active row speaks for the person; the old one still counts for what lies under its code.
    rows = sorted(rows, key=lambda person: (not person.active, person.code or ""))
    codes = tuple(dict.fromkeys(person.code or "" for person in rows))
    person = rows[0]
    blank = 0.0 if "capacity" in person.bad else settings.default_capacity  # what cannot be read is no room
    capacity = blank if person.capacity is None else max(0.0, person.capacity)
    return Worker(person, codes[0], sum(loads[code] for code in codes), round(capacity * POINT), codes)
