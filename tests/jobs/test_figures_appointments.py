from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from automations.jobs.figures.appointments import Outcomes, answers, meetings
from automations.jobs.figures.sources import LeftOut
from automations.model.history import History, MailRecord, Reply
from automations.model.records import Appointment, AppointmentStatus

TODAY = date(2024, 10, 31)
S = AppointmentStatus
BERLIN = ZoneInfo("Europe/Berlin")


def test_past_appointments_are_counted_by_how_they_went():
    days = [Appointment(number=f"T{n}", date=date(2024, 10, 30), status=status) for n, status in enumerate([*S, None])]
    found = meetings(days, TODAY, 14).between(date(2024, 10, 1), TODAY)
    assert found == Outcomes(kept=1, cancelled=1, missed=1, postponed=1, open=3)
    assert (found.total, found.missed_share) == (7, 0.5)


def test_no_appointments_have_no_share():
    assert meetings([], TODAY, 14).between(date(2024, 1, 1), TODAY).missed_share is None


def test_those_without_a_result_are_listed_newest_first():
    found = meetings(
        [
            Appointment(number="a", date=date(2024, 10, 1), status=S.PLANNED),
            Appointment(number="b", date=date(2024, 10, 2), status=S.CONFIRMED),
            Appointment(number="c", date=date(2024, 10, 3), status=S.ATTENDED),
        ],
        TODAY,
        14,
    )
    assert [item.number for item in found.unclear] == ["b", "a"]


def test_coming_ones_are_in_order_of_day_place_and_time():
    def on(number, day, place, hour):
        return Appointment(number=number, date=date(2024, 11, day), place=place, time=time(hour), status=S.PLANNED)

    items = [
        on("late", 2, "A", 9),
        on("b9", 1, "B", 9),
        on("a9", 1, "A", 9),
        on("a8", 1, "A", 8),
        on("far", 15, "A", 8),
    ]
    assert [item.number for item in meetings(items, TODAY, 14).coming] == ["a8", "a9", "b9", "late"]


def test_undated_and_unreadable_ones_are_told_apart():
    found = meetings([Appointment(line=4), Appointment(usable=False, bad=frozenset({"date"}), line=9)], TODAY, 14)
    assert (found.left_out, found.coming) == ((LeftOut("no_day", 1, (4,)), LeftOut("bad_day", 1, (9,))), ())


def mail(key, number, state="sent", day=20, version=1):
    at = datetime(2024, 10, day, 8, tzinfo=UTC)
    return key, MailRecord(key, "reminder", "K", number, version, state, at)


def test_an_appointment_counts_once_with_its_last_answer():
    history = History(
        mails=dict(
            [mail("1", "T1"), mail("2", "T1"), mail("3", "T2"), mail("4", "T3", "queued"), mail("5", "T4", day=1)]
        ),
        replies={
            "T1": (
                Reply("T1", "K", 1, "confirm", datetime(2024, 10, 21, tzinfo=UTC)),
                Reply("T1", "K", 1, "cancel", datetime(2024, 10, 22, tzinfo=UTC)),
            ),
            "T4": (Reply("T4", "K", 1, "confirm", datetime(2024, 10, 21, tzinfo=UTC)),),
        },
    )
    found = answers(history, BERLIN, date(2024, 10, 10), TODAY)
    assert (found.asked, found.confirmed, found.cancelled, found.objected, found.silent) == (2, 0, 1, 0, 1)


def test_mails_that_are_about_no_appointment_are_no_reminders():
    history = History(mails=dict([mail("digest", "", version=0)]))
    assert answers(history, BERLIN, date(2024, 10, 1), TODAY).asked == 0
