"""What the ledger knows is shown in the tables; what staff enter stands."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from msgspec.structs import replace

from automations.jobs.outcomes.answers import mark_of
from automations.jobs.record_outcomes import RecordOutcomes, RecordOutcomesSettings
from automations.jobs.reminding.printed import printed
from automations.jobs.reminding.versions import versions
from automations.model.history import History, MailRecord, Reply, VersionRecord
from automations.model.records import Appointment, AppointmentStatus, Case, CaseManager, ContactWay, Location
from automations.model.told import Told
from automations.model.values import RowKey, digest
from tests.support.builders import NOW, snapshot

SENT = datetime(2024, 10, 30, 8, 0, tzinfo=UTC)
PLANNED, CONFIRMED, CANCELLED = AppointmentStatus.PLANNED, AppointmentStatus.CONFIRMED, AppointmentStatus.CANCELLED
ATTENDED, POSTPONED = AppointmentStatus.ATTENDED, AppointmentStatus.POSTPONED


def appointment(status=PLANNED, **more):
    values = {"number": "T-1", "case": "K-1", "date": date(2024, 11, 4), "time": time(10), "status": status}
    return Appointment(**(values | more))


def case(**more):
    return Case(number="K-1", phase="support", **more)


def plan(item, history, **tables):
    return RecordOutcomes().plan(table(item, **tables), RecordOutcomesSettings(), NOW, history)


def table(item, **tables):
    return snapshot(appointments=[item], **tables)


def edits(planned):
    return {edit.field: edit.new for group in planned.groups for edit in group.edits}


def codes(planned):
    return [problem.code for problem in planned.problems]


def mail(state):
    return {"r/T-1/1/5": MailRecord("r/T-1/1/5", "r", "K-1", "T-1", 1, state, SENT)}


def told(item, *later):
    """The versions after a client was told of the appointment, and it changed to each of `later`."""
    record, state = None, None
    for each in (item, *later):
        known = table(each)
        found = versions(printed(known.appointments[0], known), record, state, SENT)
        fact, state = found.fact("T-1"), found.now
        record = VersionRecord(fact.data["version"], fact.data["facts"], fact.data["data"])
    return {"T-1": record}


def reply(action="confirm", version=1, *, asked=None, at=SENT, appointment="T-1", case="K-1"):
    return Reply(appointment, case, version, action, at, {} if asked is None else {"status": asked})


def answered(*replies, known=None, followed=(), facts=None):
    by_number = {"T-1": tuple(replies)}
    projected = frozenset(f"status/T-1/{mark_of(each)}" for each in followed)
    history = History(replies=by_number, versions=known or told(appointment()), projected=projected)
    return replace(history, facts={(fact.kind, fact.key): fact.data for fact in facts or ()})


def test_a_sent_reminder_is_shown_with_its_day():
    assert edits(plan(appointment(), History(mails=mail("sent")))) == {"reminded_on": date(2024, 10, 30)}


@pytest.mark.parametrize(
    ("stood", "states", "expected"),
    [
        (date(2024, 10, 29), ("bounced",), {"reminded_on": None}),
        (date(2024, 10, 29), ("bounced", "sent"), {"reminded_on": date(2024, 10, 30)}),
        (None, ("bounced",), {}),
        (date(2024, 11, 2), ("bounced",), {}),
    ],
)
def test_a_message_that_came_back_reminded_nobody(stood, states, expected):
    mails = {f"r/T-1/1/{n}": replace(mail(state)["r/T-1/1/5"], key=f"r/T-1/1/{n}") for n, state in enumerate(states)}
    assert edits(plan(appointment(reminded_on=stood), History(mails=mails))) == expected


def test_mails_to_a_folder_leave_the_cell_blank():
    assert edits(plan(appointment(), History(mails=mail("test")))) == {}


@pytest.mark.parametrize(
    ("action", "shown", "status"), [("confirm", "bestätigt", CONFIRMED), ("cancel", "abgesagt", CANCELLED)]
)
def test_an_answer_is_shown_and_sets_the_status(action, shown, status):
    planned = plan(appointment(), answered(reply(action, asked="planned")))
    assert edits(planned) == {"answer": f"{shown} 30.10.2024", "status": status}
    assert len(planned.groups) == 2, "the answer stands even where the status cannot be written"
    assert codes(planned) == []


def test_an_answer_to_an_older_date_changes_no_status_and_is_pointed_out():
    moved = appointment(date=date(2024, 11, 11))
    planned = plan(moved, answered(reply("cancel"), known=told(appointment(), moved)))
    assert "status" not in edits(planned)
    assert codes(planned) == ["reply_contradicts"]


def test_a_date_that_staff_changed_a_moment_ago_counts_at_once():
    planned = plan(appointment(date=date(2024, 11, 11)), answered(reply("confirm")))
    assert "status" not in edits(planned)
    assert codes(planned) == ["reply_contradicts"]


def test_another_duration_makes_no_other_date():
    longer = appointment(duration=90)
    known = told(appointment(), longer)
    assert known["T-1"].version == 2
    assert edits(plan(longer, answered(reply("confirm", 1), known=known)))["status"] is CONFIRMED


def test_an_answer_after_the_appointment_changes_nothing():
    late = reply("confirm", at=datetime(2024, 11, 4, 11, 0, tzinfo=UTC))
    assert "status" not in edits(plan(appointment(), answered(late)))


def test_the_last_of_several_answers_counts():
    changed = answered(reply("confirm"), reply("cancel", at=SENT + timedelta(minutes=1)))
    assert edits(plan(appointment(), changed))["status"] is CANCELLED


def test_an_objection_hides_no_answer():
    history = answered(reply("confirm"), reply("object", at=SENT + timedelta(minutes=1)))
    assert edits(plan(appointment(), history))["answer"] == "bestätigt 30.10.2024"
    assert edits(plan(appointment(), answered(reply("object"))))["answer"] == "keine Mails mehr 30.10.2024"


@pytest.mark.parametrize(
    ("action", "status", "shown"),
    [
        ("cancel", ATTENDED, True),
        ("cancel", AppointmentStatus.NO_SHOW, True),
        ("cancel", POSTPONED, False),
        ("confirm", POSTPONED, True),
        ("confirm", CANCELLED, True),
        ("confirm", ATTENDED, False),
        ("confirm", AppointmentStatus.NO_SHOW, False),
    ],
)
def test_what_staff_entered_stands_and_what_does_not_fit_is_shown(action, status, shown):
    planned = plan(appointment(status), answered(reply(action, asked="planned")))
    assert "status" not in edits(planned)
    assert codes(planned) == (["reply_contradicts"] if shown else [])


def test_a_status_that_staff_set_between_question_and_answer_stands():
    planned = plan(appointment(CONFIRMED), answered(reply("cancel", asked="planned")))
    assert "status" not in edits(planned)
    assert codes(planned) == ["reply_contradicts"]


def test_a_status_that_stood_when_the_client_was_asked_or_that_an_answer_brought_is_followed():
    assert edits(plan(appointment(CONFIRMED), answered(reply("cancel", asked="confirmed"))))["status"] is CANCELLED
    first, second = reply("confirm", asked="planned"), reply("cancel", asked="planned", at=SENT + timedelta(hours=1))
    history = answered(first, second, followed=[first])
    assert edits(plan(appointment(CONFIRMED), history))["status"] is CANCELLED


def test_an_answer_sets_the_status_once():
    planned = plan(appointment(), answered(reply(), followed=[reply()]))
    assert "status" not in edits(planned)
    assert codes(planned) == [], "staff know, they set it back"


def test_a_contradiction_is_shown_until_the_row_changes():
    history = answered(reply("cancel"))
    first = plan(appointment(ATTENDED), history)
    history = answered(reply("cancel"), facts=first.facts)
    again = plan(appointment(ATTENDED), history)
    assert codes(again) == ["reply_contradicts"]
    assert again.facts == first.facts
    changed = plan(appointment(ATTENDED, time=time(11)), history)
    assert (codes(changed), changed.facts) == ([], ())


def test_nothing_is_decided_from_a_row_that_was_changed_just_now():
    fresh = table(appointment())
    fresh = replace(fresh, unsettled=frozenset({fresh.appointments[0].row}))
    planned = RecordOutcomes().plan(fresh, RecordOutcomesSettings(), NOW, answered(reply()))
    assert set(edits(planned)) == {"answer"}


def without_right(tables, name, field):
    layout = tables.layouts[name]
    narrowed = replace(layout, writable=layout.writable - {field})
    return replace(tables, layouts={**tables.layouts, name: narrowed})


def test_where_the_status_is_not_ours_to_write_people_are_asked_to():
    guarded = without_right(table(appointment()), "appointments", "status")
    planned = RecordOutcomes().plan(guarded, RecordOutcomesSettings(), NOW, answered(reply("cancel")))
    assert codes(planned) == ["reply_to_enter"]
    assert "abgesagt" in planned.problems[0].message


def test_an_objection_sets_the_way_of_contact_once():
    history = answered(reply("object"))
    planned = plan(appointment(), history, cases=[case(contact_way=ContactWay.EMAIL)])
    assert edits(planned)["contact_way"] is ContactWay.NONE
    followed = replace(history, projected=frozenset({f"contact_way/K-1/{mark_of(reply('object'))}"}))
    again = plan(appointment(), followed, cases=[case(contact_way=ContactWay.PHONE)])
    assert "contact_way" not in edits(again)


@pytest.mark.parametrize(("way", "said"), [(ContactWay.EMAIL, True), (None, True), (ContactWay.PHONE, False)])
def test_that_an_objection_stands_is_said_where_the_way_of_contact_is_email_again(way, said):
    followed = replace(answered(reply("object")), projected=frozenset({f"contact_way/K-1/{mark_of(reply('object'))}"}))
    planned = plan(appointment(), followed, cases=[case(contact_way=way, consent_on=SENT.date())])
    assert codes(planned) == (["objection"] if said else [])
    renewed = [case(contact_way=way, consent_on=SENT.date() + timedelta(days=1))]
    assert codes(plan(appointment(), followed, cases=renewed)) == []


def test_who_shares_the_address_of_somebody_who_objected_is_named_as_nothing_reaches_them():
    other = Case(number="K-2", row=RowKey("team", "cases", "K-2"), email="Olena@example.test", manager="CD")
    history = answered(reply("object"))
    history = replace(history, objected={**history.objected, digest("olena@example.test"): SENT})
    planned = plan(appointment(), history, cases=[case(email="olena@example.test"), other])
    assert [(each.code, each.key, each.who, each.field) for each in planned.problems] == [
        ("address_objected", "K-2", "CD", "email")
    ]
    for changed in ({"contact_way": ContactWay.NONE}, {"phase": "closed"}, {"consent_on": SENT.date() + timedelta(1)}):
        quiet = plan(appointment(), history, cases=[case(), replace(other, **changed)])
        assert codes(quiet) == [], changed


@pytest.mark.parametrize("way", [ContactWay.NONE, ContactWay.UNSAFE])
def test_whoever_gets_no_message_anyway_stays_as_they_are(way):
    assert "contact_way" not in edits(plan(appointment(), answered(reply("object")), cases=[case(contact_way=way)]))


def test_where_the_way_of_contact_is_not_ours_to_write_its_manager_is_asked_to():
    item = case(contact_way=ContactWay.EMAIL, manager="AB")
    guarded = without_right(table(appointment(), cases=[item]), "cases", "contact_way")
    planned = RecordOutcomes().plan(guarded, RecordOutcomesSettings(), NOW, answered(reply("object")))
    (found,) = planned.problems
    assert (found.code, found.key, found.who) == ("objection", "K-1", "AB")


@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize(("days", "lifted"), [(0, False), (1, True)])
def test_who_consented_anew_on_a_later_day_objects_no_more(right, days, lifted):
    agreed = SENT.date() + timedelta(days=days)
    agreeing = table(appointment(), cases=[case(contact_way=ContactWay.EMAIL, consent_on=agreed)])
    found = agreeing if right else without_right(agreeing, "cases", "contact_way")
    planned = RecordOutcomes().plan(found, RecordOutcomesSettings(), NOW, answered(reply("object")))
    assert (bool(edits(planned).get("contact_way")) or bool(planned.problems)) is not lifted


def test_an_address_that_a_client_consented_to_anew_is_asked_for_no_more():
    history = History(bounced={digest("olena@example.test"): NOW - timedelta(days=2)})
    agreed = [case(email="olena@example.test", consent_on=NOW.date() - timedelta(days=day)) for day in (1, 2)]
    assert [len(plan(appointment(), history, cases=[one]).problems) for one in agreed] == [0, 1]


def record(state, hours, address="olena@example.test", detail="550 no such user"):
    at = SENT + timedelta(hours=hours)
    return MailRecord(f"r/{state}/{hours}", "r", "K-1", "T-1", 1, state, at, "de", digest(address), detail)


@pytest.mark.parametrize(
    ("records", "shown"),
    [
        ([record("failed", 0)], True),
        ([record("sent", 0), record("failed", 1)], True),
        ([record("failed", 0), record("sent", 1)], False),  # it works again
        ([record("failed", 0), record("queued", 1)], True),
        ([record("failed", 0, "old@example.test")], False),  # the address was changed
        ([record("retry", 0)], False),
    ],
)
def test_an_address_that_the_server_refuses_is_shown_with_the_reason(records, shown):
    history = History(mails={each.key: each for each in records})
    team = [CaseManager(code="AB", email="Olena@example.test")]
    found = plan(appointment(), history, cases=[case(email="olena@example.test")], team=team).problems
    assert [(each.code, each.table) for each in found] == (
        [("address_refused", "cases"), ("address_refused", "team")] if shown else []
    )
    assert all("550 no such user" in each.message for each in found)


def test_addresses_that_mails_came_back_from_are_shown_where_they_are_mended():
    history = History(bounced={digest("olena@example.test"): NOW})
    cases = [case(email="Olena@example.test"), Case(number="K-2", phase="closed", email="olena@example.test")]
    team = [CaseManager(code="AB", email="olena@example.test"), CaseManager(code="CD", email="other@example.test")]
    planned = plan(appointment(), history, cases=cases, team=team)
    assert [(each.code, each.table, each.key) for each in planned.problems] == [
        ("address_bounced", "cases", "K-1"),
        ("address_bounced", "team", "AB"),
    ]


def heard(mail, at, **more):
    return Told(mail, mail, "K-1", "T-1", 1, at, **({"address": digest("olena@example.test")} | more))


def written(*records, entries=None, **more):
    entries = entries or [heard(each.key, each.at) for each in records if each.state in {"sent", "unknown"}]
    mails = {each.key: each for each in records}
    return History(mails=mails, versions=told(appointment()), told={"T-1": tuple(entries)}, **more)


def test_an_appointment_whose_message_may_not_have_left_is_shown_until_the_client_is_known_to_know():
    doubtful = record("unknown", 0)
    managed = appointment(manager="AB")
    found = plan(managed, written(doubtful), cases=[case()])
    assert [(each.code, each.key, each.who) for each in found.problems] == [("mail_unclear", "T-1", "AB")]
    assert codes(plan(managed, written(doubtful, record("sent", 1)), cases=[case()])) == []
    answer = {"T-1": (reply("confirm"),)}
    assert "mail_unclear" not in codes(plan(managed, written(doubtful, replies=answer), cases=[case()]))
    called = [heard(doubtful.key, SENT), heard("call/1", SENT + timedelta(hours=2), channel="phone")]
    assert codes(plan(managed, written(doubtful, entries=called), cases=[case()])) == []
    over = appointment(date=NOW.date() - timedelta(days=1))
    assert codes(plan(over, written(doubtful), cases=[case()])) == []
    assert codes(plan(appointment(ATTENDED), written(doubtful), cases=[case()])) == []


def test_what_left_before_an_earlier_message_came_back_may_not_have_arrived_either():
    late, newest = record("bounced", 5), record("sent", 1)
    found = plan(appointment(), written(late, newest), cases=[case(email="olena@example.test")])
    assert codes(found) == ["mail_unclear"]
    after = record("sent", 6)
    assert "mail_unclear" not in codes(plan(appointment(), written(late, after), cases=[case()]))
    elsewhere = record("bounced", 5, "old@example.test")
    assert "mail_unclear" not in codes(plan(appointment(), written(elsewhere, newest), cases=[case()]))
    dead = written(late, newest, bounced={digest("olena@example.test"): NOW})
    assert codes(plan(appointment(), dead, cases=[case(email="olena@example.test")])) == ["address_bounced"]


def knows(item, **more):
    """That the client was told of the appointment as it stood."""
    known = table(item)
    state = versions(printed(known.appointments[0], known), None, None, SENT).now
    return {"T-1": (Told("r", "r", "K-1", "T-1", 1, SENT, content=state.plain(), **more),)}


@pytest.mark.parametrize(
    ("changed", "status"),
    [({}, None), ({"time": time(16)}, PLANNED), ({"date": date(2024, 11, 5)}, PLANNED), ({"manager": "CD"}, None)],
)
def test_a_yes_that_kim_entered_does_not_outlive_the_hour_that_it_was_given_to(changed, status):
    yes = reply("confirm")
    history = replace(answered(yes, followed=[yes]), told=knows(appointment()))
    assert edits(plan(appointment(CONFIRMED, **changed), history)).get("status") == status
    by_hand = replace(answered(yes), told=knows(appointment()))
    assert "status" not in edits(plan(appointment(CONFIRMED, **changed), by_hand))
    done = replace(history, projected=history.projected | {f"status/T-1/{mark_of(yes)}/outlived"})
    assert "status" not in edits(plan(appointment(CONFIRMED, **changed), done))


def test_a_yes_to_a_call_stands_wherever_the_room_is():
    yes, call = reply("confirm"), {"kind": "telefonisch", "place": "Café"}
    rooms = [Location(name="Café", neutral_name="Café"), Location(name="Büro", neutral_name="Büro")]
    told_of = table(appointment(**call), locations=rooms)
    state = versions(printed(told_of.appointments[0], told_of), None, None, SENT).now
    heard = {"T-1": (Told("r", "r", "K-1", "T-1", 1, SENT, content=state.plain()),)}
    history = replace(answered(yes, followed=[yes]), told=heard)
    assert "status" not in edits(plan(appointment(CONFIRMED, **call | {"place": "Büro"}), history, locations=rooms))


def test_a_yes_is_not_another_clients():
    yes = reply("confirm", case="K-9")
    history = replace(answered(yes, followed=[yes]), told=knows(appointment()))
    assert edits(plan(appointment(CONFIRMED), history)).get("status") == PLANNED


@pytest.mark.parametrize("answer", ["", "cancel"])
def test_a_cancelled_appointment_that_gets_a_new_day_is_pointed_out(answer):
    history = History(told=knows(appointment(), answer=answer))
    assert codes(plan(appointment(CANCELLED), history)) == []
    assert codes(plan(appointment(CANCELLED, date=date(2024, 11, 12)), history)) == ["cancelled_but_moved"]
    assert codes(plan(appointment(CANCELLED, date=date(2024, 10, 1)), history)) == []
