"""Whatever staff do to an appointment, in whatever order: what its client hears is right, and once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from automations.jobs.remind import Remind
from automations.jobs.reminding.rules import RemindSettings
from automations.model.history import History
from automations.model.plan import Mail
from automations.model.records import Appointment, AppointmentStatus, Case, CaseManager, ContactWay, Location
from automations.model.snapshot import Snapshot
from tests.support.scenarios import remembered, shipped_settings

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2024, 10, 21, 8, 0, tzinfo=BERLIN)
RULES = RemindSettings.model_validate(shipped_settings("reminders.toml"))
CLIENT = Case(
    number="F-1", email="amal@example.org", phone="+4923231", consent_on=date(2024, 1, 1), contact_way=ContactWay.EMAIL,
    phase="support", first_contact_on=date(2024, 1, 2), manager="AB",
)  # fmt: skip
BOOKED = Appointment(number="T-1", case="F-1", date=date(2024, 11, 5), time=time(10), place="Mitte")
TABLES = Snapshot(
    cases=(CLIENT,),
    team=(CaseManager(code="AB", name="Anna Berg", phone="1"),),
    locations=(Location(name="Mitte", neutral_name="Mitte"), Location(name="Süd", neutral_name="Süd")),
)

CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "date": st.integers(0, 20).map(lambda n: date(2024, 10, 25) + timedelta(days=n)),
        "time": st.sampled_from([time(9), time(10), time(15, 30)]),
        "place": st.sampled_from(["Mitte", "Süd"]),
        "duration": st.sampled_from([45, 60]),
        "status": st.sampled_from([None, *AppointmentStatus]),
    },
)
RUNS = st.tuples(
    st.integers(1, 60),  # hours since the run before
    st.one_of(st.just({}), CHANGES),
    st.sampled_from(["sent", "sent", "queued", "unknown", "failed"]),
    st.booleans(),  # changed only just now?
)


class Client:
    """What a client with a good memory knows."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    def gets(self, mails: list[Mail]) -> None:
        """Mails that arrived."""
        self.mails += mails

    def knows(self) -> tuple[object, ...]:
        """Date, time, place and whether it takes place, as the last mail said."""
        last = self.mails[-1]
        assert last.calendar is not None
        return last.context["date"], last.context["time"], last.context["place"], last.calendar.method == "REQUEST"


@given(st.lists(RUNS, min_size=1, max_size=12))
@settings(max_examples=50, deadline=None)
def test_what_the_client_hears_is_right_and_heard_once(runs):
    told(runs)


@pytest.mark.soak
@given(st.lists(RUNS, min_size=4, max_size=20))
@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_the_client_hears_is_right_in_very_many_stories(runs):
    told(runs)


def test_a_change_that_could_not_be_sent_is_called_about():
    reminder = (102, {"date": date(2024, 10, 30)}, "sent", False)
    told([reminder, (1, {"date": date(2024, 11, 12)}, "failed", False), (1, {}, "sent", False)])


def told(runs) -> Client:
    now, visit, history, client = START, BOOKED, History(live=True), Client()
    for hours, changes, outcome, young in runs:
        now += timedelta(hours=hours)
        visit = replace(visit, **changes)
        unsettled = frozenset({visit.row}) if young else frozenset()
        plan = Remind().plan(replace(TABLES, appointments=(visit,), unsettled=unsettled), RULES, now, history)
        mails = [mail for mail in plan.mails if mail.audience == "client"]
        assert len(mails) <= 1
        for mail in mails:
            check(mail, visit, client, now)
        if outcome in {"sent", "unknown"}:
            client.gets(mails)
        history = remembered(history, plan, outcome, now)
        if not young and outcome == "sent":
            nothing_is_left_wrong(visit, client, now, called=bool(plan.calls))
    return client


def check(mail: Mail, visit: Appointment, client: Client, now: datetime) -> None:
    """Every mail says what stands in the table, in time, and was not sent before."""
    assert mail.key not in {earlier.key for earlier in client.mails}
    said = (mail.context["date"], mail.context["time"])
    if visit.status is AppointmentStatus.CANCELLED:
        # What is off is the hour at which the client would come, wherever the row was moved meanwhile.
        assert said == client.knows()[:2]
    else:
        assert said == (visit.date.isoformat(), f"{visit.time:%H:%M}")
    assert mail.context["place"] == visit.place
    assert now < mail.not_after <= datetime.combine(visit.date, visit.time, tzinfo=BERLIN)
    assert mail.calendar is not None
    earlier = [one.calendar.sequence for one in client.mails if one.calendar]
    assert all(mail.calendar.sequence >= sequence for sequence in earlier)
    cancelled = visit.status is AppointmentStatus.CANCELLED
    assert (mail.template == "appointment_cancelled") is cancelled
    assert (mail.calendar.method == "CANCEL") is cancelled
    if mail.template == "appointment_moved":
        known_date, known_time, known_place, _ = client.knows()
        known = (known_date, known_time, known_place, client.mails[-1].context["duration"])
        assert known != (visit.date.isoformat(), mail.context["time"], visit.place, visit.duration or 60)
        assert (mail.context["old_date"], mail.context["old_time"]) == (known_date, known_time)


def nothing_is_left_wrong(visit: Appointment, client: Client, now: datetime, *, called: bool) -> None:
    """After a run that sent all it wanted, a client who was told anything knows what holds, or is called."""
    begins = datetime.combine(visit.date, visit.time, tzinfo=BERLIN)
    stands = visit.status in {None, AppointmentStatus.PLANNED, AppointmentStatus.CONFIRMED}
    if not client.mails or begins <= now or not (stands or visit.status is AppointmentStatus.CANCELLED):
        return
    known = client.knows()
    knows_it_is_off = not stands and known[-1] is False  # for whichever hour
    assert called or knows_it_is_off or known == (visit.date.isoformat(), f"{visit.time:%H:%M}", visit.place, stands)


@pytest.mark.parametrize(("kind", "mails"), [("telefonisch", 0), ("persönlich", 1)])
def test_another_room_is_told_to_whoever_comes_and_to_nobody_who_is_called(kind, mails):
    history, visit = History(live=True), replace(BOOKED, kind=kind, date=date(2024, 11, 14))
    for month, day, hour, place in ((10, 21, 8, "Mitte"), (11, 8, 8, "Mitte"), (11, 8, 12, "Süd")):
        now = datetime(2024, month, day, hour, tzinfo=BERLIN)
        plan = Remind().plan(replace(TABLES, appointments=(replace(visit, place=place),)), RULES, now, history)
        clients = [mail for mail in plan.mails if mail.audience == "client"]
        history = remembered(history, plan, "sent", now)
    assert len(clients) == mails, [mail.key for mail in clients]
