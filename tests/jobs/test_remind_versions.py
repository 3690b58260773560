"""Versions of an appointment: raised when what mails print changes, never used twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from automations.jobs.reminding.printed import Printed
from automations.jobs.reminding.versions import State, Versions, read_state, versions
from automations.model.history import VersionRecord
from automations.model.values import digest

NOW = datetime(2024, 10, 31, 7, 0, tzinfo=UTC)
FACTS = Printed(date(2024, 11, 7), time(10), 45, "Mitte", "Weg 1", "U35", False, "Anna Berg", "02323 1")
MOVED = replace(FACTS, date=date(2024, 11, 14))
NEW_PHONE = replace(FACTS, phone="02323 2")


def recorded(found: Versions) -> VersionRecord:
    """What the ledger gives back."""
    data = found.fact("T-1").data
    return VersionRecord(int(str(data["version"])), str(data["facts"]), data["data"])


FIRST = versions(FACTS, None, None, NOW)


def core_changed(found):
    """Whether the client was told another date, time or place."""
    return found.told is not None and found.told.core != found.now.core


def test_the_first_sight_is_version_one():
    assert (FIRST.now.version, FIRST.now.since, FIRST.told, FIRST.fresh) == (1, NOW, None, True)


def test_what_stands_as_recorded_needs_no_fact():
    again = versions(FACTS, recorded(FIRST), FIRST.now, NOW + timedelta(days=1))
    assert (again.now.version, again.now.since, again.fresh, core_changed(again)) == (1, NOW, False, False)


def test_the_ledger_notes_of_an_appointment_whose_it_is_and_no_names_or_places():
    first = versions(replace(FACTS, person="K-1"), None, None, NOW)
    assert recorded(first).data["printed"] == {"person": "K-1", "cancelled": False}
    # What mails are made from is whole all the same.
    again = versions(replace(FACTS, person="K-1"), recorded(first), None, NOW)
    assert (again.fresh, again.now.printed["place"]) == (False, FACTS.place)


def test_a_move_after_a_mail_left_remembers_what_the_client_was_told():
    later = NOW + timedelta(days=1)
    found = versions(MOVED, recorded(FIRST), FIRST.now, later)
    assert (found.now.version, found.now.core_version, found.now.since) == (2, 2, later)
    assert core_changed(found)
    assert found.told is not None
    assert found.told.printed["date"] == "2024-11-07"


def test_a_move_before_any_mail_left_is_nobodys_business():
    found = versions(MOVED, recorded(FIRST), None, NOW)
    assert (found.now.version, found.told, core_changed(found)) == (2, None, False)


def test_a_new_phone_number_raises_the_version_but_is_no_move():
    found = versions(NEW_PHONE, recorded(FIRST), FIRST.now, NOW + timedelta(days=1))
    assert (found.now.version, found.now.core_version, found.now.since) == (2, 1, NOW)
    assert not core_changed(found)


def test_moved_twice_before_the_announcement_left_tells_the_difference_to_what_was_told():
    second = recorded(versions(MOVED, recorded(FIRST), FIRST.now, NOW))
    third = versions(replace(FACTS, date=date(2024, 11, 21)), second, FIRST.now, NOW)
    assert third.now.version == 3
    assert third.told is not None
    assert third.told.printed["date"] == "2024-11-07"


def test_moved_back_is_the_version_that_the_client_knows():
    second = recorded(versions(MOVED, recorded(FIRST), FIRST.now, NOW))
    back = versions(FACTS, second, FIRST.now, NOW)
    assert (back.now.version, back.told, back.highest, back.fresh) == (1, None, 2, True)
    again = versions(MOVED, recorded(back), FIRST.now, NOW)
    assert again.now.version == 3


def test_another_client_is_another_version_and_knows_nothing_yet():
    mine = versions(replace(FACTS, person="K-1"), None, None, NOW)
    yours = versions(replace(FACTS, person="K-2"), recorded(mine), None, NOW + timedelta(days=1))
    assert (yours.now.version, yours.now.core_version, yours.told) == (2, 2, None)


def test_what_came_back_is_sent_under_a_new_number_of_the_same_date():
    again = versions(FACTS, recorded(FIRST), None, NOW + timedelta(days=1), again=True)
    assert (again.now.version, again.now.core_version, again.now.since) == (2, 1, NOW)


def test_a_record_of_an_older_kim_is_read():
    old = VersionRecord(4, "other facts", {})
    found = versions(FACTS, old, read_state({"version": 4, "facts": "other facts"}), NOW)
    assert (found.now.version, core_changed(found)) == (5, True)


def test_a_record_that_names_nobody_is_of_whoever_it_belongs_to():
    old = recorded(FIRST)
    found = versions(replace(FACTS, person="K-1"), old, FIRST.now, NOW)
    assert (found.now.version, found.fresh) == (1, False)


STEPS = st.lists(
    st.tuples(st.integers(7, 10), st.sampled_from(["1", "2"]), st.booleans(), st.booleans()), min_size=1, max_size=12
)


@given(STEPS)
@settings(max_examples=50, deadline=None)
def test_no_version_ever_stands_for_two_states(story):
    record, states, known = None, {}, None
    for day, phone, cancelled, goes in story:
        facts = replace(FACTS, date=date(2024, 11, day), phone=phone, cancelled=cancelled)
        found = versions(facts, record, known, NOW)
        assert states.setdefault(found.now.version, facts) == facts
        # The client must hear of a change exactly where what they were told last is something else.
        assert core_changed(found) == (known is not None and known.core != facts.core)
        record = recorded(found) if found.fresh else record
        if goes:
            known = found.now


def test_what_older_versions_told_of_a_call_is_known_by_its_place_as_well():
    call = Printed(date(2024, 11, 5), time(10), 45, "Mitte", "Ring 1", "Hof", False, "Anna", "1", kind="telephone")
    core = digest(call.date, call.time, call.place, call.address, call.cancelled)
    whole = digest(core, call.minutes, call.directions, call.protected, call.manager, call.phone, "telephone")
    known = State(1, 1, whole, core, None, {})
    assert known.says(call)
    assert known.shares_core(call)
    assert not known.says(replace(call, place="Süd"))
    assert State(1, 1, call.whole, call.core, None, {}).says(replace(call, place="Süd", directions="Treppe"))


def test_an_hour_that_older_versions_made_up_is_no_change():
    made_up, unknown = replace(FACTS, minutes=60), replace(FACTS, minutes=0)
    before = versions(made_up, None, None, NOW)
    again = versions(unknown, recorded(before), before.now, NOW)
    assert (again.now.version, again.fresh) == (1, False)
    assert versions(replace(unknown, minutes=90), recorded(before), before.now, NOW).now.version != 1
