"""Who is there in each coming week, with how much capacity, and whom each kind of unit may go to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from msgspec import Struct, structs

from automations.jobs.assigning.batch import make_batch
from automations.jobs.assigning.rules import Rules
from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.assigning.units import POINT, Unit, Worker, is_staying
from automations.jobs.forecasting.past import AHEAD, Floats, Ints
from automations.model.console import Change
from automations.model.records import CaseManager
from automations.model.values import RowKey

FORBIDDEN = np.inf
_ROOMY = 10**9  # room is counted week by week, not in the offers
# What counts first: soft rules kept, people in a shared language, relative load (below 10), wishes, order.
_BROKEN, _SERVED, _WISH, _ORDER = 1e7, 10.0, 1e-7, 1e-9


class Staff(Struct, frozen=True):
    """`capacity` by week and colleague in hundredths of a point, `here` where they belong to the team, `taking`
    where they may get new cases. Week 0 is today, 1 ends seven days later."""

    workers: tuple[Worker, ...]
    capacity: Ints
    here: np.ndarray
    taking: np.ndarray

    @property
    def total(self) -> Ints:
        """The team's capacity by week."""
        return np.asarray(self.capacity.sum(axis=1))


def staff_of(workers: Sequence[Worker], changes: Sequence[Change], day: date, settings: AssignSettings) -> Staff:
    """The team in the weeks to come, as the table of the team says and a scenario changes it."""
    team = [_changed(worker, changes, day) for worker in workers]
    common = settings.common_language
    # Whoever joins the team speaks its language, named or not; else German clients would be without one with them.
    spoken = (common,) if any(common in worker.person.languages for worker in workers) else ()
    team += [_added(change, number, day, spoken) for number, change in enumerate(changes) if _adds(change)]
    days = [day + timedelta(days=7 * week) for week in range(AHEAD + 1)]
    capacity = np.zeros((AHEAD + 1, len(team)), dtype=int)
    here, taking = np.zeros(capacity.shape, dtype=bool), np.zeros(capacity.shape, dtype=bool)
    for week, monday in enumerate(days):
        rules = Rules(monday, settings)
        for index, worker in enumerate(team):
            here[week, index] = worker.person.belongs(monday)
            capacity[week, index] = worker.capacity * here[week, index]
            # The rules of that Monday: holidays and absences to come count as the real assignment will count them then.
            taking[week, index] = is_staying(worker.person, monday, settings) and not rules.is_long_away(worker.person)
    for change in changes:
        if change.kind == "capacity" and not _adds(change):
            _scale(capacity, team, change, days)
    return Staff(tuple(team), capacity, here, taking)


def _adds(change: Change) -> bool:
    return change.kind == "capacity" and change.points > 0 and not change.person


def _changed(worker: Worker, changes: Sequence[Change], day: date) -> Worker:
    person = worker.person
    for change in changes:
        # A person under two codes is meant by either.
        if change.person not in worker.codes:
            continue
        if change.kind == "leaves":
            person = structs.replace(person, ends_on=min(change.starts or day, person.ends_on or date.max))
        elif change.kind == "away":
            person = structs.replace(person, absent_from=change.starts or day, absent_until=change.ends)
    return structs.replace(worker, person=person)


def _added(change: Change, number: int, day: date, spoken: tuple[str, ...]) -> Worker:
    """The points that a scenario adds, as a colleague with its languages and those `spoken` anyway."""
    languages = tuple(dict.fromkeys((*change.languages, *spoken)))
    person = CaseManager(
        code=f"+{number}", languages=languages, capacity=change.points,
        starts_on=change.starts or day, ends_on=change.ends,
    )  # fmt: skip
    return Worker(person, f"+{number}", 0, round(change.points * POINT), (f"+{number}",))


def _scale(capacity: Ints, team: Sequence[Worker], change: Change, days: Sequence[date]) -> None:
    """Fewer points, or a share more or less, of those who speak the languages (none named: of all)."""
    meant = [
        index for index, worker in enumerate(team)
        if (not change.person or change.person in worker.codes)
        and (not change.languages or set(change.languages) & set(worker.person.languages))
    ]  # fmt: skip
    for week, day in enumerate(days):
        if change.holds_on(day):
            before = capacity[week, meant]
            factor = change.factor
            if change.points and before.sum():
                # Points that are gone are taken from all in the share of what each has.
                factor = max(0.0, float(1 + change.points * POINT / before.sum()))
            capacity[week, meant] = np.round(before * factor).astype(int)


class Costs:
    """What each kind of unit costs with each colleague, relative load apart; infinite where a rule forbids it.
    The numbers are those of the real assignment. All scenarios of a day share them: colleagues who are alike are looked
    at once, whenever they are there."""

    def __init__(self, kinds: Sequence[Unit], rules: Rules) -> None:
        self.kinds, self._rules = tuple(kinds), rules
        # Whom a household knows, and what it needs by a column of the team's own, is asked of each colleague by name.
        self._by_name = any((*unit.known_to, *unit.knew, *unit.meets, *unit.needs, *unit.likes) for unit in kinds)
        self._known: dict[Worker, Floats] = {}

    def of(self, staff: Staff) -> Floats:
        """A row a kind and a column a colleague of the scenario."""
        team = [_timeless(worker) for worker in staff.workers]
        if not self._by_name:
            team = list(map(_nameless, team))
        self._look_at(tuple(worker for worker in dict.fromkeys(team) if worker not in self._known))
        columns = [self._known[worker] for worker in team]
        if not columns:
            return np.full((len(self.kinds), 0), FORBIDDEN)
        broken, served, wishes = np.stack(columns, axis=-1)
        # What is lost against the best colleague, not what is served: larger units would cost less otherwise.
        most = np.where(np.isnan(served), 0, served).max(axis=1, keepdims=True)
        found = _BROKEN * broken + _SERVED * (most - served) - _WISH * wishes + _ORDER * np.arange(len(columns))
        return np.where(np.isnan(served), FORBIDDEN, found)

    def _look_at(self, workers: tuple[Worker, ...]) -> None:
        """Broken rules, people served and wishes by kind; not a number where a rule forbids it."""
        found = np.full((3, len(workers), len(self.kinds)), np.nan)
        batch = make_batch(self.kinds, workers, self._rules)
        told = [
            (offer.worker, index, offer.broken, offer.served, offer.wishes)
            for index, offers in enumerate(batch.offers)
            for offer in offers
        ]
        if told:
            worker, kind, *numbers = zip(*told, strict=True)
            found[:, worker, kind] = numbers
        self._known |= zip(workers, found.swapaxes(0, 1), strict=True)


def _timeless(worker: Worker) -> Worker:
    """A colleague who is always there, with room for all: both are counted week by week."""
    always = structs.replace(
        worker.person, starts_on=None, ends_on=None, absent_from=None, absent_until=None, active=True
    )
    return structs.replace(worker, load=0, capacity=_ROOMY, person=always)


def _nameless(worker: Worker) -> Worker:
    """A colleague by what the rules ask of all alike; of a hundred a dozen are left."""
    person = structs.replace(
        worker.person, row=RowKey("", "", ""), line=0, code=None, name=None, email=None, phone=None, substitute=None,
        capacity=None,
    )  # fmt: skip
    return structs.replace(worker, person=person, code="", codes=())
