"""One message for a household that shares address and appointment, and for a person and day; all else apart."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from automations.jobs.remind import Remind
from automations.jobs.reminding.rules import RemindSettings
from automations.messages.one_a_day import waiting
from automations.model.decisions import question_number
from automations.model.history import History, MailRecord
from automations.model.records import (
    Answer,
    Appointment,
    AppointmentStatus,
    Case,
    CaseManager,
    Consent,
    ContactWay,
    Decision,
)
from automations.model.settings import SiteFacts
from automations.model.values import digest
from tests.support.builders import layout, snapshot
from tests.support.scenarios import remembered, shipped_settings

BERLIN = ZoneInfo("Europe/Berlin")
RULES = RemindSettings.model_validate({**shipped_settings("reminders.toml"), "site": {"settle_minutes": 0}})
ANNA = CaseManager(code="AB", name="Anna Berg", email="anna@example.org", phone="1")
HIM = Case(
    number="K-1", email="paar@example.org", consent_on=date(2024, 1, 1), contact_way=ContactWay.EMAIL, manager="AB",
    phase="support", first_contact_on=date(2024, 1, 2), household="H-7", languages=("de",),
)  # fmt: skip
HER = replace(HIM, number="K-2")
NEIGHBOUR = replace(HIM, number="K-3", household="H-8")
HIS = Appointment(number="T-1", case="K-1", date=date(2024, 11, 28), time=time(10), duration=45, manager="AB")
HERS = replace(HIS, number="T-2", case="K-2")
LONG_BEFORE = "2024-11-11T09:00"
NEW = History(live=True)
DUE = "2024-11-22T09:00"  # five days before, moved from Saturday to Friday


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def planned(cases, visits, now=DUE, history=None, asked=()):
    rows = snapshot(cases=list(cases), appointments=list(visits), team=[ANNA], decisions=list(asked))
    history = history or known(rows)
    return Remind().plan(rows, RULES, at(now), history)


def known(rows):
    """What the ledger knows after a first look, long before anything is due."""
    return remembered(NEW, Remind().plan(rows, RULES, at(LONG_BEFORE), NEW), "sent", at(LONG_BEFORE))


def after(cases, visits, now=DUE):
    """What it knows once the mails of a run have left."""
    rows = snapshot(cases=list(cases), appointments=list(visits), team=[ANNA])
    return remembered(known(rows), planned(cases, visits, now), "sent", at(now))


def mails(plan):
    return [mail for mail in plan.mails if mail.audience == "client"]


def test_a_couple_with_one_address_household_and_appointment_gets_one_mail():
    [mail] = mails(planned([HIM, HER], [HIS, HERS]))
    assert {(one.case, one.subject) for one in mail.tellings} == {("K-1", "T-1"), ("K-2", "T-2")}


def test_everything_else_stays_apart():
    other_day = replace(HERS, time=time(11))
    other_colleague = replace(HERS, manager="CD")
    for her, hers in ((replace(HER, email="sie@example.org"), HERS), (HER, other_day), (HER, other_colleague)):
        assert len(mails(planned([HIM, her], [HIS, hers]))) == 2


def test_of_a_family_whose_members_read_different_languages_each_reads_it():
    [mail] = mails(planned([HIM, replace(HER, languages=("en",))], [HIS, HERS]))
    assert mail.languages in {("de",), ("de", "en")}


def test_an_address_that_households_share_is_asked_about_before_it_is_used():
    plan = planned([HIM, HER, NEIGHBOUR], [HIS, HERS, replace(HIS, number="T-3", case="K-3")], history=NEW)
    assert mails(plan) == []
    [question] = [group for group in plan.groups if group.id.startswith("ask/shared/")]
    [fact] = [fact for fact in plan.facts if fact.kind == "shared"]
    assert "K-1" in question.why
    key = fact.key
    known = History(live=True, questions={key: question_number(key)}, facts={("shared", key): fact.data})
    for said, count in ((Answer.YES, 2), (Answer.NO, 0), (None, 0)):
        row = Decision(number=question_number(key), question="?", decision=said)
        again = planned(
            [HIM, HER, NEIGHBOUR], [HIS, HERS, replace(HIS, number="T-3", case="K-3")], history=known, asked=[row]
        )
        assert len(mails(again)) == count, said
        assert not [group for group in again.groups if group.id.startswith("ask/shared/")]


def test_whoever_comes_to_a_shared_address_later_is_asked_about_anew():
    visits = [HIS, replace(HIS, number="T-3", case="K-3")]
    first = planned([HIM, NEIGHBOUR], visits, history=NEW)
    [fact] = [fact for fact in first.facts if fact.kind == "shared"]
    known = History(
        live=True, questions={fact.key: "F-1"}, facts={("shared", fact.key): fact.data}, answers={fact.key: "yes"}
    )
    assert len(mails(planned([HIM, NEIGHBOUR], visits, history=known))) == 2
    third = replace(HIM, number="K-4", household="H-9")
    assert mails(planned([HIM, NEIGHBOUR, third], visits, history=known)) == []


def test_a_closed_case_shares_nothing():
    assert len(mails(planned([HIM, replace(NEIGHBOUR, phase="closed")], [HIS]))) == 1


def test_what_changes_for_both_is_one_mail_and_what_changes_for_one_is_no_mail():
    history = after([HIM, HER], [HIS, HERS])
    off = {"status": AppointmentStatus.CANCELLED}
    [mail] = mails(planned([HIM, HER], [replace(HIS, **off), replace(HERS, **off)], "2024-11-25T09:00", history))
    assert {one.case for one in mail.tellings} == {"K-1", "K-2"}
    plan = planned([HIM, HER], [HIS, replace(HERS, **off)], "2024-11-25T09:00", history)
    assert not [mail for mail in mails(plan) if mail.template == "appointment_cancelled"]
    assert any("K-2" in group.why for group in plan.groups), "people are asked who tells her"


def test_whoever_has_an_address_of_her_own_since_is_told_there_what_changes_for_her():
    history = after([HIM, HER], [HIS, HERS])
    moved, now = replace(HERS, time=time(15)), "2024-11-25T09:00"
    [mail] = mails(planned([HIM, replace(HER, email="sie@example.org")], [HIS, moved], now, history))
    assert (mail.to, mail.context["time"], mail.template) == ("sie@example.org", "15:00", "appointment_moved")
    both = planned(
        [replace(HIM, email="neu@example.org"), replace(HER, email="Neu@example.org")], [HIS, moved], now, history
    )
    assert not [mail for mail in mails(both) if mail.template == "appointment_moved"]


def test_a_persons_appointments_are_one_mail_the_soonest_first():
    later = replace(HIS, number="T-9", time=time(14))
    [mail] = mails(planned([HIM], [later, HIS]))
    assert (mail.subject_key, [one.subject_key for one in mail.joined]) == ("T-1", ["T-9"])
    assert {one.subject for one in mail.tellings} == {"T-1", "T-9"}


def test_a_correction_is_a_mail_of_its_own():
    other = replace(HIS, number="T-9", date=date(2024, 12, 2))
    history = after([HIM], [HIS])
    moved = replace(HIS, time=time(15))
    found = mails(planned([HIM], [moved, replace(other, date=date(2024, 11, 30))], "2024-11-25T09:00", history))
    assert sorted(mail.correction for mail in found) == [False, True]
    assert not any(mail.joined for mail in found)


def test_nothing_identical_leaves_on_two_days_running():
    tuesday = replace(HIS, date=date(2024, 11, 26))  # five days before is Thursday, two days before a Sunday
    history = after([HIM], [tuesday], "2024-11-21T09:00")
    assert mails(planned([HIM], [tuesday], "2024-11-22T09:00", history)) == []
    assert len(mails(planned([HIM], [tuesday], "2024-11-25T09:00", history))) == 1


SITE = SiteFacts()


def crowded(found, history=None, now=DUE):
    return waiting(found, history or History(live=True), SITE, at(now))


def test_of_two_messages_on_a_day_the_one_that_can_wait_does():
    [mail] = mails(planned([HIM], [HIS]))
    second = replace(mail, key="own/K-1", not_after=at("2024-12-20T10:00"))
    assert crowded([second, mail]) == {"own/K-1"}
    assert crowded([second]) == frozenset()
    assert crowded([second, replace(mail, correction=True)]) == {"own/K-1"}
    soon = at("2024-11-25T10:00")
    urgent = [replace(one, not_after=soon) for one in (second, mail)]
    assert crowded(urgent) == frozenset(), "on the next working day it would be too late"
    assert crowded([replace(second, correction=True), mail]) == {mail.key}
    assert crowded([replace(second, case="K-9", tells=()), mail]) == frozenset(), "another person"


def test_what_left_today_counts():
    [mail] = mails(planned([HIM], [HIS]))
    left = MailRecord(
        "x", "own", "K-1", "", 0, "sent", at("2024-11-22T08:10"), address_digest=digest("paar@example.org")
    )
    assert crowded([mail], History(live=True, mails={"x": left})) == {mail.key}
    yesterday = replace(left, at=at("2024-11-21T08:10"))
    assert crowded([mail], History(live=True, mails={"x": yesterday})) == frozenset()


def test_a_shared_address_is_asked_about_where_consents_stand_in_a_tab_of_their_own():
    given = {"purpose": "reminder", "channel": ContactWay.EMAIL, "given_on": date(2024, 1, 1)}
    rows = snapshot(cases=[replace(HIM, consent_on=None), replace(NEIGHBOUR, consent_on=None)],
                    appointments=[HIS, replace(HIS, number="T-3", case="K-3")], team=[ANNA])  # fmt: skip
    rows = replace(
        rows,
        layouts={**rows.layouts, "consents": layout("consents", Consent)},
        consents=tuple(Consent(case=number, **given) for number in ("K-1", "K-3")),
    )
    plan = Remind().plan(rows, RULES, at(DUE), NEW)
    assert mails(plan) == []
    assert [group.id for group in plan.groups if group.id.startswith("ask/shared/")] != []
