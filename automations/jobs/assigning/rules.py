"""Hard rules: what stands between a unit and a colleague."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.assigning.units import Unit, Worker
from automations.records import CaseManager
from automations.working_days import WorkingDays


class Rule(StrEnum):
    """A reason why a colleague cannot take a unit."""

    INACTIVE = "inactive"
    AWAY = "away"
    CAPACITY = "capacity"
    FOCUS = "focus"
    HOUSEHOLD = "household"


def obstacles(
    unit: Unit, worker: Worker, load: float, today: date, settings: AssignSettings, days: WorkingDays
) -> tuple[Rule, ...]:
    """All rules in the way, in the order in which people would name them; () where there is none.

    `load` is the colleague's load in points, with what this batch gave already.
    """
    found: list[Rule] = []
    if not worker.person.active or _gone(worker.person, today):
        found.append(Rule.INACTIVE)
    elif not at_work_by(worker.person, today, _deadline(unit, today, settings, days), days):
        found.append(Rule.AWAY)
    if unit.known_to and worker.code not in unit.known_to:
        found.append(Rule.HOUSEHOLD)
    if not set(unit.focuses) <= set(worker.person.focuses):
        found.append(Rule.FOCUS)
    if load + unit.load > worker.capacity + 1e-9:
        found.append(Rule.CAPACITY)
    return tuple(found)


def _gone(person: CaseManager, today: date) -> bool:
    return person.ends_on is not None and person.ends_on < today


def _deadline(unit: Unit, today: date, settings: AssignSettings, days: WorkingDays) -> date:
    limit = {"emergency": settings.wait.emergency, "high": settings.wait.high, "normal": settings.wait.normal}
    return days.shift(today, limit[unit.urgency])


def at_work_by(person: CaseManager, today: date, deadline: date, days: WorkingDays) -> bool:
    """Whether a colleague is at work on some day from today to the deadline (both included)."""
    day = today
    while day <= deadline:
        if days.is_working_day(day) and _at_work(person, day):
            return True
        day += timedelta(days=1)
    return False


def _at_work(person: CaseManager, day: date) -> bool:
    employed = (person.starts_on is None or person.starts_on <= day) and (
        person.ends_on is None or day <= person.ends_on
    )
    scheduled = person.working_days is None or day.weekday() in person.working_days
    return employed and scheduled and not _absent(person, day)


def _absent(person: CaseManager, day: date) -> bool:
    if person.absent_from is None:
        return False
    return person.absent_from <= day and (person.absent_until is None or day <= person.absent_until)
