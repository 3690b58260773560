"""What the morning mail says of clients' answers: each once, to somebody who reads it, as it now stands."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from automations.jobs.remind import Remind
from automations.jobs.reminding.rules import RemindSettings
from automations.model.history import History, MailRecord, Reply
from automations.model.records import Appointment, AppointmentStatus, Case, CaseManager
from automations.model.told import Told
from tests.support.builders import snapshot
from tests.support.scenarios import shipped_settings

BERLIN = ZoneInfo("Europe/Berlin")
RULES = RemindSettings.model_validate(shipped_settings("reminders.toml"))
CLIENT = Case(number="K-1", manager="AB", phase="support", first_contact_on=date(2024, 1, 2))
OTHER = replace(CLIENT, number="K-2")
VISIT = Appointment(
    number="T-1", case="K-1", date=date(2024, 11, 15), time=time(10), status=AppointmentStatus.CANCELLED
)
ANNA = CaseManager(code="AB", name="Anna Berg", email="anna@example.org")
LEAD = CaseManager(code="LL", name="Leo Lang", email="lead@example.org", role="Teamleitung")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def said(action: str, when: str, read: str = "", case: str = "K-1") -> Reply:
    return Reply("T-1", case, 1, action, at(when), read_at=at(read or when))


def digest_sent(when: str, code: str = "AB", state: str = "sent") -> dict[str, MailRecord]:
    key = f"staff_digest/{code}/0/{when[:10]}"
    return {key: MailRecord(key, "staff_digest", "", "", 0, state, at(when))}


def freed(now: str, *replies: Reply, visit: Appointment | None = VISIT, team=(ANNA, LEAD), **past):
    """Who is told of which cancelled appointments."""
    rows = snapshot(cases=[CLIENT, OTHER], appointments=[visit] if visit else [], team=list(team))
    plan = Remind().plan(rows, RULES, at(now), History(replies={"T-1": replies}, **past))
    return {mail.to: mail.context["cancelled"] for mail in plan.mails if mail.context.get("cancelled")}


FRIDAY_MORNING = {"mails": digest_sent("2024-11-08T06:30")}


def test_what_was_cancelled_after_the_last_digest_stands_in_the_next_one():
    [item] = freed("2024-11-11T07:00", said("cancel", "2024-11-09T23:10"))["anna@example.org"]
    assert (item["case"], item["number"], item["day"], item["time"]) == ("K-1", "T-1", "2024-11-15", "10:00")
    assert (item["kept"], item["note"]) == (False, "")


def test_a_cancellation_that_was_read_late_is_news_all_the_same():
    reply = said("cancel", "2024-11-07T20:00", read="2024-11-08T09:00")
    assert freed("2024-11-11T07:00", reply, **FRIDAY_MORNING)


def test_it_is_told_on_the_working_morning_after_a_mail_at_noon():
    assert freed("2024-11-11T07:00", said("cancel", "2024-11-08T10:00"), mails=digest_sent("2024-11-08T12:30"))


def test_it_is_told_once():
    reply = said("cancel", "2024-11-07T10:00")
    assert freed("2024-11-08T07:00", reply)
    assert not freed("2024-11-11T07:00", reply, **FRIDAY_MORNING)


def test_a_digest_that_came_back_or_may_not_have_arrived_told_nobody():
    for state in ("bounced", "unknown", "failed"):
        lost = digest_sent("2024-11-08T06:30", state=state)
        assert freed("2024-11-11T07:00", said("cancel", "2024-11-07T10:00"), mails=lost), state


def test_whoever_cannot_be_written_to_is_spoken_for_by_the_lead():
    nobody = replace(ANNA, email=None)
    assert list(freed("2024-11-11T07:00", said("cancel", "2024-11-09T10:00"), team=(nobody, LEAD))) == [LEAD.email]


def test_who_changes_her_mind_before_the_digest_did_not_cancel():
    assert not freed("2024-11-11T07:00", said("cancel", "2024-11-09T10:00"), said("confirm", "2024-11-09T11:00"))


def test_who_comes_after_all_is_told_to_those_who_believe_otherwise():
    stands = replace(VISIT, status=AppointmentStatus.CONFIRMED)
    answers = said("cancel", "2024-11-07T10:00"), said("confirm", "2024-11-09T11:00")
    [item] = freed("2024-11-11T07:00", *answers, visit=stands, **FRIDAY_MORNING)["anna@example.org"]
    assert (item["kept"], item["note"]) == (True, "")


def test_a_row_that_moved_meanwhile_is_not_called_off():
    moved = replace(VISIT, date=date(2024, 11, 19), status=AppointmentStatus.PLANNED)
    printed = {"date": "2024-11-15", "time": "10:00:00", "person": "K-1"}
    known = Told(
        "k", "k", "K-1", "T-1", 1, at("2024-11-08T08:00"), content={"version": 1, "facts": "", "printed": printed}
    )
    reply = said("cancel", "2024-11-09T10:00")
    [item] = freed("2024-11-11T07:00", reply, visit=moved, told={"T-1": (known,)})["anna@example.org"]
    assert item["day"] == "2024-11-15"
    assert "19.11.2024 10:00" in item["note"]


def test_a_row_that_is_gone_is_told_by_what_the_client_answered_about():
    printed = {"date": "2024-11-15", "time": "10:00:00", "person": "K-1", "code": "AB"}
    known = Told(
        "k", "k", "K-1", "T-1", 1, at("2024-11-08T08:00"), content={"version": 1, "facts": "", "printed": printed}
    )
    found = freed("2024-11-11T07:00", said("cancel", "2024-11-09T10:00"), visit=None, told={"T-1": (known,)})
    assert found["anna@example.org"][0]["note"]


def test_whoever_has_no_part_in_the_appointment_any_more_frees_nothing():
    assert not freed("2024-11-11T07:00", said("cancel", "2024-11-09T10:00", case="K-2"))


def test_whoever_would_come_for_it_alone_is_told_even_on_a_day_off():
    off = replace(ANNA, working_days=frozenset({1, 2}))  # not on Fridays
    assert freed("2024-11-15T07:00", said("cancel", "2024-11-14T20:00"), team=(off, LEAD))
    assert not freed("2024-11-14T07:00", said("cancel", "2024-11-13T20:00"), team=(off, LEAD))


def test_on_leave_without_a_substitute_the_lead_is_told():
    away = replace(ANNA, absent_from=date(2024, 11, 11), absent_until=date(2024, 11, 22))
    assert list(freed("2024-11-12T07:00", said("cancel", "2024-11-11T10:00"), team=(away, LEAD))) == [LEAD.email]
    assert list(freed("2024-11-25T07:00", said("cancel", "2024-11-11T10:00"), team=(away, LEAD)))[:1] == [ANNA.email]


TODAY = {"mails": digest_sent("2024-11-15T06:30")}


def test_an_hour_of_today_that_is_cancelled_after_the_mail_of_the_morning_is_told_at_once_and_once():
    reply = said("cancel", "2024-11-15T08:10")
    [item] = freed("2024-11-15T08:20", reply, **TODAY)["anna@example.org"]
    assert (item["number"], item["time"]) == ("T-1", "10:00")
    assert not freed("2024-11-15T10:20", reply, **TODAY), "the hour is over"
    assert not freed("2024-11-15T08:20", said("cancel", "2024-11-14T20:00"), **TODAY), "the morning's mail said so"
    later = replace(VISIT, date=date(2024, 11, 18))
    assert not freed("2024-11-15T08:20", reply, visit=later, **TODAY), "tomorrow's mail is early enough"
    rows = snapshot(cases=[CLIENT], appointments=[VISIT], team=[ANNA, LEAD])
    [mail] = Remind().plan(rows, RULES, at("2024-11-15T08:20"), History(replies={"T-1": (reply,)}, **TODAY)).mails
    twice = {
        **TODAY["mails"],
        mail.key: MailRecord(mail.key, "staff_digest", "", "", 0, "sent", at("2024-11-15T08:20")),
    }
    assert not freed("2024-11-15T08:30", reply, mails=twice)
