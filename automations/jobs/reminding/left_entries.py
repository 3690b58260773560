"""Calendar entries, and those that lie with a client who wants none any more, as families share calendars."""

from __future__ import annotations

from collections.abc import Iterator

from automations.jobs.desk import Addressee
from automations.jobs.reminding.contexts import calendar_entry
from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.differences import begins
from automations.jobs.reminding.false_messages import moment_told
from automations.jobs.reminding.visits import Visit
from automations.model.plan import CalendarEntry
from automations.model.problems import Problem
from automations.model.told import ARRIVED, last_told

ENTRY = "entry"  # what a message that carries an entry tells besides


def entry_for(visit: Visit, to: Addressee, desk: Desk) -> CalendarEntry | None:
    """The entry that goes along with a mail. Whoever wants none gets only the end of one that they have."""
    # A new entry would show the appointment; its end takes it off every calendar.
    ends = visit.facts.cancelled and _has_entry(visit.number, visit.case.number or "", desk)
    if to.channel != "email" or (visit.case.calendar_entry is False and not ends):
        return None
    return calendar_entry(visit.number, visit.versions.now, visit.announced, to.language, desk)


def _has_entry(number: str, case: str, desk: Desk) -> bool:
    entries = [one for one in desk.history.told.get(number, ()) if one.case == case and one.fate in ARRIVED]
    return any(one.content.get(ENTRY) for one in entries)


def entries_left(desk: Desk) -> Iterator[Problem]:
    """That an entry of an appointment to come lies in a calendar in which none is wanted any more: no mail can take it
    out without saying that the appointment is off."""
    say = desk.words.say
    for number, entries in desk.history.told.items():
        for key, told in last_told(entries).items():
            case, start = desk.snapshot.case_by_number.get(key), begins(told.printed, desk.zone)
            if case is None or case.calendar_entry is not False or start is None or start <= desk.now:
                continue
            if not told.printed.get("cancelled") and _has_entry(number, key, desk):
                yield Problem(
                    "calendar_entry_left",
                    say("{case} has an entry of the appointment on {when} ({number}) in the calendar; it stays there.",
                        case=key, when=moment_told(told.printed), number=number),
                    say("Please tell the person in private, so that they can delete it."), "warning",
                    **desk.snapshot.where(case, "calendar_entry"), key=key, who=case.manager or "lead",
                )  # fmt: skip
