"""The rules: what stands between a unit and a colleague."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache

from automations.common.alike import alike
from automations.jobs.assigning.needs import has_focus, known_focuses, lacking
from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.assigning.units import Unit, Worker, is_staying
from automations.model.records import CaseManager, Urgency


class Rule(StrEnum):
    """A reason why a colleague cannot take a unit."""

    INACTIVE = "inactive"
    LEAVING = "leaving"
    UNREADABLE = "unreadable"
    AWAY = "away"
    HOUSEHOLD = "household"
    FOCUS = "focus"
    NEED = "need"
    LANGUAGE = "language"
    OFFICE = "office"
    CAPACITY = "capacity"


SURE = frozenset({"capacity", "ends_on", "absent_from", "absent_until"})
"""Cells of a colleague without which nobody knows whether there is room and somebody to take a case. One that cannot
be read is no blank one."""

SURE_AT_ONCE = SURE | {"starts_on", "working_days"}
"""Those that an emergency rests on, which goes to somebody who is there the same day."""


class Rules:
    """The rules of one morning. `today` is the local date; presence is looked up once a colleague."""

    def __init__(self, today: date, settings: AssignSettings) -> None:
        self.today, self.settings = today, settings
        site = settings.site
        self.days = site.working_days
        wait = settings.wait
        limits = {Urgency.EMERGENCY: wait.emergency, Urgency.HIGH: wait.high, Urgency.NORMAL: wait.normal}
        # On a Sunday the wait begins on Monday, or an emergency of the weekend would find nobody in time.
        first = today if self.days.is_working_day(today) else self.days.shift(today, 1)
        self.deadlines = {urgency: self.days.shift(first, limit) for urgency, limit in limits.items()}
        self._is_working_day = self.days.is_working_day(today)
        # Rules that no setting names (away, unreadable, …) are always hard.
        self._soft = frozenset(rule for rule in Rule if str(getattr(settings.rules, rule.value, "hard")) == "soft")
        self._first_days: dict[CaseManager, date | None] = {}

    def obstacles(self, unit: Unit, worker: Worker) -> tuple[Rule, ...]:
        """All rules in the way but capacity, hard and soft; () where there is none."""
        return tuple(Colleague(worker, self).obstacles(unit))

    def hard(self, unit: Unit, worker: Worker) -> tuple[Rule, ...]:
        """Those in the way that may not be broken."""
        return tuple(rule for rule in self.obstacles(unit, worker) if not self.is_soft(rule))

    def is_soft(self, rule: Rule) -> bool:
        """Whether the team lets this rule give way."""
        return rule in self._soft

    def limit(self, worker: Worker) -> int:
        """What a colleague may carry at most, in hundredths of a point."""
        return round(worker.capacity * (1 + self.settings.overload))

    def personal(self, person: CaseManager, urgency: Urgency) -> tuple[Rule, ...]:
        """Whether a colleague is there in time for what is so urgent, whatever else it asks for."""
        if not person.active or (person.ends_on and person.ends_on < self.today):
            return (Rule.INACTIVE,)
        if not is_staying(person, self.today, self.settings):
            return (Rule.LEAVING,)
        if person.bad and person.bad & (SURE_AT_ONCE if urgency is Urgency.EMERGENCY else SURE):
            return (Rule.UNREADABLE,)
        first = self.first_day(person)
        return () if first and first <= self.deadlines[urgency] else (Rule.AWAY,)

    def is_long_away(self, person: CaseManager) -> bool:
        """Whether a colleague is back only after a normal case had to be seen."""
        first = self.first_day(person)
        return first is None or first > self.deadlines[Urgency.NORMAL]

    def first_day(self, person: CaseManager) -> date | None:
        """The next day (today included) on which a colleague is at work; None within a year."""
        if self._is_working_day and is_at_work(person, self.today):
            return self.today
        if person not in self._first_days:
            # A year: longer absences (parental leave) count as "no known return" for everything that is decided here.
            days = (self.today + timedelta(days=n) for n in range(366))
            at_work = (day for day in days if self.days.is_working_day(day) and is_at_work(person, day))
            self._first_days[person] = next(at_work, None)
        return self._first_days[person]


class Colleague:
    """A colleague as the rules see them: for thousands of units, what is the same for many is looked up once."""

    def __init__(self, worker: Worker, rules: Rules) -> None:
        self.worker, self.rules = worker, rules
        self.codes = frozenset((worker.code, *worker.codes))
        self.languages = frozenset(worker.person.languages)
        self._focuses = known_focuses(worker.person.focuses)
        self._personal: dict[Urgency, tuple[Rule, ...]] = {}
        self._served: dict[tuple[tuple[str, ...], ...], int] = {}
        self._firsts: dict[tuple[tuple[str, ...], ...], int] = {}
        self._lacks: dict[tuple[str, ...], bool] = {}

    def served(self, unit: Unit) -> int:
        """How many members of a unit share a language with them."""
        languages = unit.languages
        if (found := self._served.get(languages)) is None:
            found = self._served[languages] = unit.served(self.languages)
        return found

    def firsts(self, unit: Unit) -> int:
        """How many members of a unit have a first language that they speak."""
        languages = unit.languages
        if (found := self._firsts.get(languages)) is None:
            found = self._firsts[languages] = sum(codes[0] in self.languages for codes in languages if codes)
        return found

    def _lacks_focus(self, focuses: tuple[str, ...]) -> bool:
        if (found := self._lacks.get(focuses)) is None:
            found = self._lacks[focuses] = not all(has_focus(self._focuses, focus) for focus in focuses)
        return found

    def obstacles(self, unit: Unit) -> list[Rule]:
        """All rules in the way of a unit but capacity, hard and soft."""
        person, urgency = self.worker.person, unit.urgency
        if urgency not in self._personal:
            self._personal[urgency] = self.rules.personal(person, urgency)
        found = [*self._personal[urgency]]
        if unit.known_to and self.codes.isdisjoint(unit.known_to):
            found.append(Rule.HOUSEHOLD)
        if unit.focuses and self._lacks_focus(unit.focuses):
            found.append(Rule.FOCUS)
        if unit.needs and lacking(person, unit.needs, self.rules.settings):
            found.append(Rule.NEED)
        # A member without a known language asks for none, and does not count against anybody.
        if self.served(unit) < unit.asking:
            found.append(Rule.LANGUAGE)
        if unit.office and not same_office(unit.office, person.office):
            found.append(Rule.OFFICE)
        return found


@cache
def same_office(wish: str, office: str | None) -> bool:
    """Whether a wish names a colleague's office, as people compare names."""
    return alike(wish) == alike(office or "")


def is_at_work(person: CaseManager, day: date) -> bool:
    """Whether a colleague works on that day, holidays apart."""
    employed = (person.starts_on is None or person.starts_on <= day) and (
        person.ends_on is None or day <= person.ends_on
    )
    scheduled = person.working_days is None or day.weekday() in person.working_days
    return employed and scheduled and not person.is_absent(day)


def rules_of(settings: AssignSettings, now: datetime) -> Rules:
    """The rules of the local day of `now` (aware)."""
    return Rules(settings.site.today(now), settings)
