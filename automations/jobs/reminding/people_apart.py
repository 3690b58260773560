"""Columns of the cases that make messages or appointments impossible as they stand: people are told at the row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import combinations

from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.printed import USUAL_MINUTES
from automations.messages.consent import permission
from automations.messages.may_send import consent_after
from automations.messages.readers import guardian_case, is_minor, reader_of
from automations.model.cases import household_key, kept_apart, named_apart
from automations.model.problems import Problem
from automations.model.records import STANDS, Appointment, Case

NEAR = timedelta(hours=1)  # between the beginnings of two appointments at one place: who leaves meets who waits

# So long before an appointment its client may wait at the door through which the one before leaves.
_COMES_EARLY = timedelta(minutes=15)


def apart_problems(desk: Desk) -> Iterator[Problem]:
    """People who must not meet and would, or who count as one household; minors whose reader is not known."""
    coming = [
        (row, case)
        for row in desk.snapshot.appointments
        if row.date is not None and row.date >= desk.today and row.status in STANDS
        for case in [desk.snapshot.case_by_number.get(row.case or "")]
        if case is not None
    ]
    yield from _meetings(coming, desk)
    yield from _households(desk)
    without = {case.number: case for _, case in coming if _has_no_reader(case, desk)}
    for case in without.values():
        yield _problem(
            "guardian_unknown", case, "guardian", desk,
            desk.words.say("Messages about a minor go to whoever has custody, and nobody can be reached."),
            desk.words.say("Please enter a case number, an email address or a telephone number."),
        )  # fmt: skip
    # Once a case, and not where nobody can be reached anyway: that is told already.
    left = {case.number: case for _, case in coming if case.number not in without and _guardian_left(case, desk)}
    for case in left.values():
        yield _problem(
            "guardian_withdrew", case, "guardian", desk,
            desk.words.say("Whoever has custody withdrew the consent to our messages: none is sent about this minor."),
            desk.words.say("Please talk with them; a consent given for the minor on a later day lets messages leave."),
        )  # fmt: skip


def _meetings(coming: list[tuple[Appointment, Case]], desk: Desk) -> Iterator[Problem]:
    by_place: dict[object, list[tuple[Appointment, Case]]] = defaultdict(list)
    # Only rows of people who keep away from somebody, from either side, are compared: a few of thousands.
    wary = {
        number.casefold()
        for _, case in coming
        for number in (*named_apart(case), *([case.number or ""] if named_apart(case) else []))
    }
    for row, case in coming:
        if (case.number or "").casefold() in wary:
            by_place[row.date, row.place].append((row, case))
    for some in by_place.values():
        for (first, one), (second, other) in combinations(some, 2):
            if kept_apart(one, other) and _near(first, second):
                yield _problem(
                    "would_meet", second, "time", desk,
                    desk.words.say("{one} and {other} must not meet, but their appointments are at one place, one soon"
                                   " after the other.", one=one.number, other=other.number),
                    desk.words.say("Please choose another hour or place for one of them."),
                )  # fmt: skip


def _households(desk: Desk) -> Iterator[Problem]:
    by_number = {number.casefold(): case for number, case in desk.snapshot.case_by_number.items()}
    for case in desk.snapshot.cases:
        for number in named_apart(case):
            other = by_number.get(number.casefold())
            # A cell may name its own case by a slip; that keeps nobody apart.
            if other not in (None, case) and case.household and household_key(other) == household_key(case):
                yield _problem(
                    "apart_in_one_household", case, "household", desk,
                    desk.words.say("{one} and {other} must not meet, but have the same household.",
                                   one=case.number, other=other.number),
                    desk.words.say("Please take one of them out of the household; kim treats them as two."),
                )  # fmt: skip


def _has_no_reader(case: Case, desk: Desk) -> bool:
    if not is_minor(case, desk.today):
        return False
    reader = reader_of(case, desk.snapshot, desk.today)
    return reader is not case and not reader.email and not reader.phone


def _guardian_left(case: Case, desk: Desk) -> bool:
    """Whether messages about a minor stop for a withdrawal that does not stand in the minor's own row."""
    if guardian_case(case, desk.snapshot, desk.today) is None or case.withdrawn_on is not None:
        return False
    given = permission(desk.snapshot, case, desk.today)
    day = given.withdrawn_on
    return day is not None and given.given_on is not None and not consent_after(given.given_on, day, desk.today)


def _near(first: Appointment, second: Appointment) -> bool:
    # Without a time they may well meet: people look at it sooner than two meet who must not.
    if first.date is None or first.time is None or second.time is None:
        return True
    begins = {id(each): datetime.combine(first.date, each.time or time()) for each in (first, second)}
    earlier, later = sorted((first, second), key=lambda each: begins[id(each)])
    lasts = timedelta(minutes=earlier.duration or USUAL_MINUTES)
    # A long one ends when another client waits already.
    return begins[id(later)] - begins[id(earlier)] <= max(NEAR, lasts + _COMES_EARLY)


def _problem(code: str, record: Case | Appointment, field: str, desk: Desk, message: str, advice: str) -> Problem:
    return Problem(
        code, message, advice, **desk.snapshot.where(record, field), key=record.number or "",
        who=record.manager or "lead",
    )  # fmt: skip
