"""A case whose row was typed over with somebody else: who was told first is asked about, and a stranger hears nothing
of an appointment that is not known to be theirs."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from msgspec.structs import replace

from automations.jobs.remind import Remind
from automations.jobs.reminding.differences import identity, is_another
from automations.model.history import History
from tests.jobs.test_remind_stories import BERLIN, BOOKED, CLIENT, RULES, TABLES
from tests.support.scenarios import remembered

PERSON = replace(CLIENT, first_name="Amal", last_name="Berg", birth_date=date(1990, 1, 1))
STRANGER = replace(
    PERSON, first_name="Ivo", last_name="Kern", birth_date=date(1971, 3, 5), email="ivo@example.org", phone="0151 9"
)
VISIT = replace(BOOKED, date=date(2024, 11, 12))  # booked late, so confirmed at once


def second_run(case, visit=VISIT):
    """What the run after the first message plans: mails to clients, and what people are asked."""
    history, plan = History(live=True), None
    for day, person, row in ((1, PERSON, BOOKED), (8, PERSON, VISIT), (9, case, visit)):
        now = datetime(2024, 11, day, 8, 5, tzinfo=BERLIN)
        tables = replace(TABLES, cases=(person,), appointments=(row,))
        plan = Remind().plan(tables, RULES, now, history)
        history = remembered(history, plan, "sent", now)
    asked = [edit.new for group in plan.groups for edit in group.edits] + [one.message for one in plan.problems]
    return [mail.to for mail in plan.mails if mail.audience == "client"], " ".join(map(str, asked))


def test_people_are_asked_who_tells_the_first_person_and_the_stranger_waits():
    mails, asked = second_run(STRANGER)
    assert "jemand anderes" in asked
    assert mails == []


def test_a_married_client_is_the_same_person_and_gets_the_correction():
    married = replace(PERSON, first_name="Amal", last_name="Stein", email="amal.stein@example.org")
    mails, asked = second_run(married, replace(VISIT, time=time(15)))
    assert mails == ["amal.stein@example.org"]
    assert "jemand anderes" not in asked


@pytest.mark.parametrize(
    ("changes", "another"),
    [
        ({"first_name": "Ivo", "last_name": "Kern"}, False),  # a respelling: born on the same day
        ({"birth_date": date(1971, 3, 5)}, False),  # a slip in the date
        ({"first_name": "Berg", "last_name": "Amal", "birth_date": date(1971, 3, 5)}, False),  # columns exchanged
        ({"first_name": "Ivo", "last_name": "Kern", "birth_date": None}, False),  # the same address still
        ({"first_name": "Ivo", "last_name": "Kern", "birth_date": None, "email": "i@example.org", "phone": "1"}, True),
        ({"first_name": "Ivo", "last_name": "Kern", "birth_date": date(1971, 3, 5)}, True),
        ({"first_name": None, "last_name": None, "birth_date": date(1971, 3, 5)}, False),  # half typed
    ],
)
def test_who_counts_as_another_person(changes, another):
    assert is_another(identity(PERSON), replace(PERSON, **changes)) is another


def test_what_an_older_version_told_has_no_person_to_compare():
    assert not is_another(None, STRANGER)
