"""What went to an address that was corrected since was heard by nobody: it makes nothing else needless."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from msgspec.structs import replace

from automations.jobs.remind import Remind
from automations.model.history import History
from tests.jobs.test_remind_stories import BERLIN, BOOKED, CLIENT, RULES, TABLES
from tests.support.scenarios import remembered

OLD, NEW = CLIENT.email, "amal.berg@example.org"
NEXT_TUESDAY = replace(BOOKED, date=date(2024, 11, 12))


def heard(*runs):
    """What each run says to the client: (rule, address). A run is its moment, the appointment and the address."""
    history, said = History(live=True), []
    for now, visit, address in runs:
        tables = replace(TABLES, cases=(replace(CLIENT, email=address),), appointments=(visit,))
        plan = Remind().plan(tables, RULES, now, history)
        said.append([(mail.rule, mail.to) for mail in plan.mails if mail.audience == "client"])
        history = remembered(history, plan, "sent", now)
    return said


def at(day, hour=8, month=11):
    return datetime(2024, month, day, hour, 5, tzinfo=BERLIN)


def late_booking_moved(address):
    """An appointment of the next Tuesday, booked on Saturday and moved to the afternoon."""
    later = replace(BOOKED, time=time(15))
    return heard((at(2), BOOKED, OLD), (at(2, 10), later, OLD), (at(2, 11), later, address))


def test_a_change_that_went_to_an_old_address_is_confirmed_to_the_new_one():
    assert late_booking_moved(NEW) == [
        [("appointment_confirmation", OLD)], [("appointment_moved", OLD)], [("appointment_confirmation", NEW)],
    ]  # fmt: skip


def test_a_change_that_was_heard_is_not_confirmed_once_more():
    assert late_booking_moved(OLD)[-1] == []


@pytest.mark.parametrize(("address", "said"), [(OLD, []), (NEW, [("appointment_reminder", NEW)])])
def test_only_a_change_that_was_heard_makes_the_reminder_of_the_next_morning_needless(address, said):
    booked = replace(BOOKED, date=date(2024, 10, 30))
    found = heard((at(25, month=10), booked, OLD), (at(6, 20), NEXT_TUESDAY, OLD), (at(7, 7), NEXT_TUESDAY, address))
    assert found[1:] == [[("appointment_moved", OLD)], said]
