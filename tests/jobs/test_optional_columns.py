"""Columns that a team may add to its cases, and what they do to messages."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from automations.jobs.remind import Remind
from automations.jobs.reminding.rules import RemindSettings
from automations.messages.readers import reader_of
from automations.model.history import History
from automations.model.layout import TableLayout
from automations.model.records import Appointment, Case, CaseManager, ContactWay
from tests.support.builders import snapshot
from tests.support.scenarios import remembered, shipped_settings

BERLIN = ZoneInfo("Europe/Berlin")
SITE = {"settle_minutes": 0, "approved_languages": ["de", "ar", "uk"]}
RULES = RemindSettings.model_validate({**shipped_settings("reminders.toml"), "site": SITE})
ANNA = CaseManager(code="AB", name="Anna Berg", email="anna@example.org", phone="1", languages=("de",))
ADULT = Case(
    number="K-1", email="eins@example.org", phone="+49232311", consent_on=date(2024, 1, 1), manager="AB",
    contact_way=ContactWay.EMAIL, phase="support", first_contact_on=date(2024, 1, 2), birth_date=date(1980, 5, 1),
)  # fmt: skip
CHILD = replace(ADULT, number="K-2", email="kind@example.org", phone="+49232322", birth_date=date(2012, 5, 1))
VISIT = Appointment(
    number="T-1", case="K-1", date=date(2024, 11, 28), time=time(10), duration=45, manager="AB", place="X"
)
FIRST, LAST = "2024-11-22T09:00", "2024-11-26T09:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def plan(cases, visits=(VISIT,), now=FIRST):
    rows = snapshot(cases=list(cases), appointments=list(visits), team=[ANNA])
    known = rows.layouts["cases"]
    columns = {**known.columns, "guardian": 99}
    rows = replace(rows, layouts={**rows.layouts, "cases": replace(known, columns=columns)})
    assert isinstance(known, TableLayout)
    new = History(live=True)
    before = remembered(new, Remind().plan(rows, RULES, at("2024-11-11T09:00"), new), "sent", at("2024-11-11T09:00"))
    return Remind().plan(rows, RULES, at(now), before)


def mails(found):
    return [mail for mail in found.mails if mail.audience == "client"]


def codes(found):
    return {problem.code for problem in found.problems}


def test_no_calendar_entry_where_the_calendar_is_shared():
    assert mails(plan([ADULT]))[0].calendar is not None
    assert mails(plan([replace(ADULT, calendar_entry=False)]))[0].calendar is None


def test_what_is_spoken_is_not_read():
    [mail] = mails(plan([replace(ADULT, languages=("ar",), writing_languages=("uk",))]))
    assert mail.language == "uk"


def test_whoever_does_not_read_is_called():
    found = plan([replace(ADULT, reads_not=True)], now=LAST)
    assert mails(found) == []
    assert [call.case for call in found.calls] == ["K-1"]
    assert len(mails(plan([replace(ADULT, reads_not=True, phone=None)], now=LAST))) == 1, "somebody may read it out"


def test_a_minors_messages_go_to_whoever_has_custody():
    child = replace(VISIT, case="K-2")
    for said, address in (("K-1", "eins@example.org"), ("mutter@example.org", "mutter@example.org")):
        assert [mail.to for mail in mails(plan([ADULT, replace(CHILD, guardian=said)], [child]))] == [address]
    for said in (None, "Mutter", "kind ist allein", "K-9"):
        found = plan([ADULT, replace(CHILD, guardian=said)], [child], LAST)
        assert (mails(found), found.calls) == ([], ())
        assert "guardian_unknown" in codes(found)
    called = plan([replace(CHILD, guardian="0151 2000 111", contact_way=ContactWay.PHONE)], [child], LAST)
    assert [call.phone.replace(" ", "")[-7:] for call in called.calls] == ["2000111"]


def test_who_has_custody_reads_also_where_nobody_knows_how_old_the_client_is():
    visit = replace(VISIT, case="K-2")
    for said, address in (("K-1", "eins@example.org"), (None, "kind@example.org")):
        [mail] = mails(plan([ADULT, replace(CHILD, birth_date=None, guardian=said)], [visit]))
        assert mail.to == address


def test_custody_that_is_unsafe_silences():
    unsafe = replace(ADULT, contact_way=ContactWay.UNSAFE)
    found = plan([unsafe, replace(CHILD, guardian="K-1")], [replace(VISIT, case="K-2")], LAST)
    assert (mails(found), found.calls) == ([], ())


def test_on_the_eighteenth_birthday_everybody_reads_for_themselves():
    rows = snapshot(cases=[CHILD])
    rows = replace(rows, layouts={"cases": replace(rows.layouts["cases"], columns={"guardian": 1})})
    assert reader_of(CHILD, rows, date(2030, 4, 30)).email is None
    assert reader_of(CHILD, rows, date(2030, 5, 1)) is CHILD


def test_without_such_a_column_nothing_changes():
    rows = snapshot(cases=[CHILD])
    layout = replace(rows.layouts["cases"], columns={"number": 1})
    assert reader_of(CHILD, replace(rows, layouts={"cases": layout}), date(2024, 11, 22)) is CHILD


def test_people_who_must_not_meet_are_kept_apart():
    wary = replace(ADULT, number="K-3", not_with="K-1", email="drei@example.org")
    near = replace(VISIT, number="T-3", case="K-3", time=time(10, 30))
    assert "would_meet" in codes(plan([ADULT, wary], [VISIT, near]))
    for other in (replace(near, time=time(12)), replace(near, place="Y"), replace(near, date=date(2024, 11, 29))):
        assert "would_meet" not in codes(plan([ADULT, wary], [VISIT, other]))


@pytest.mark.parametrize(("minutes", "meet"), [(120, True), (90, False), (None, False)])
def test_who_leaves_a_long_appointment_meets_who_waits(minutes, meet):
    wary = replace(ADULT, number="K-3", not_with="K-1", email="drei@example.org")
    long = replace(VISIT, time=time(10), duration=minutes)
    after = replace(VISIT, number="T-3", case="K-3", time=time(12))
    for rows in ([long, after], [after, long]):
        assert ("would_meet" in codes(plan([ADULT, wary], rows))) is meet


def test_they_are_never_one_household():
    one = replace(ADULT, household="H-1")
    other = replace(one, number="K-3", not_with="K-1")
    found = plan([one, other], [VISIT, replace(VISIT, number="T-3", case="K-3")])
    assert "apart_in_one_household" in codes(found)
    assert all(len(mail.tellings) == 1 for mail in mails(found))


def test_no_message_makes_up_how_long_it_is():
    """Where no cell says it, the mail names the beginning alone; the calendar, which needs an end, has an hour."""
    (mail,) = mails(plan([ADULT], [replace(VISIT, duration=None)]))
    assert (mail.context["time"], mail.context["until"], mail.context["duration"]) == ("10:00", "", 0)
    assert mail.calendar.minutes == 60
    (mail,) = mails(plan([ADULT]))
    assert (mail.context["until"], mail.context["duration"]) == ("10:45", 45)
