"""Whatever people do to the rows: whoever was told something untrue has a mail, a call or a question; nobody is
told twice, and nobody who must not be. The oracle looks at mails, calls and rows alone."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from automations.jobs.remind import Remind
from automations.jobs.reminding.rules import RemindSettings
from automations.model.history import History
from automations.model.plan import Mail, Plan
from automations.model.records import Appointment, AppointmentStatus, Case, CaseManager, ContactWay, Decision, Location
from tests.support.builders import snapshot
from tests.support.scenarios import remembered, shipped_settings

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2024, 10, 21, 9, 0, tzinfo=BERLIN)
RULES = RemindSettings.model_validate({**shipped_settings("reminders.toml"), "site": {"settle_minutes": 0}})
TEAM = [CaseManager(code=code, name=name, phone="1") for code, name in (("AB", "Anna Berg"), ("CD", "Cem Demir"))]
PLACES = [Location(name="Mitte", neutral_name="Mitte"), Location(name="Süd", neutral_name="Süd")]
BOOKED = Appointment(
    number="T-1", case="K-1", date=date(2024, 11, 1), time=time(10), duration=45, place="Mitte", manager="AB"
)
STANDS = {None, AppointmentStatus.PLANNED, AppointmentStatus.CONFIRMED}

ROW = {
    "date": [date(2024, 10, 24) + timedelta(days=n) for n in range(17)],
    "time": [time(9), time(10), time(15, 30)],
    "place": ["Mitte", "Süd"],
    "duration": [45, 120],
    "kind": [None, "telefonisch", "Video"],
    "manager": ["AB", "CD"],
    "status": [None, *AppointmentStatus],
    "case": ["K-1", "K-2"],
}
PERSON = {
    "email": ["a@example.org", "b@example.org", None],
    "consent_on": [date(2024, 1, 1), None],
    "contact_way": [ContactWay.EMAIL, ContactWay.UNSAFE, ContactWay.PHONE],
    "languages": [("de",), ("ar",)],
}
OUTCOMES = ["sent", "sent", "sent", "failed", "bounced", "retry"]


def one_of(cells):
    """One cell of a table, and what is typed there."""
    return st.one_of([st.fixed_dictionaries({name: st.sampled_from(values)}) for name, values in cells.items()])


EDITS = st.one_of(
    st.tuples(st.just("row"), one_of(ROW)), st.tuples(st.just("row"), one_of(ROW)),
    st.tuples(st.just("person"), one_of(PERSON)),
    st.tuples(st.sampled_from(["delete", "undo", "nothing"]), st.just({})),
)  # fmt: skip
STEPS = st.tuples(st.integers(1, 40), EDITS, st.sampled_from(OUTCOMES))


def drawn(chance: random.Random):
    """A step by chance, for long runs: what a limit of time cuts off there says nothing of the others."""
    what = chance.choice(["row", "row", "row", "person", "person", "delete", "undo", "nothing"])
    cells = {"row": ROW, "person": PERSON}.get(what)
    name = chance.choice(list(cells)) if cells else ""
    changes = {name: chance.choice(cells[name])} if cells else {}
    return chance.randint(1, 40), (what, changes), chance.choice(OUTCOMES)


@dataclass
class Office:
    """The rows as they stand, and everything that anybody heard."""

    now: datetime = START
    row: Appointment = BOOKED
    there: bool = True
    before: Appointment | None = None
    cases: dict[str, Case] = field(
        default_factory=lambda: {
            key: Case(
                number=key, email="a@example.org", phone="+4923231", contact_way=ContactWay.EMAIL, manager="AB",
                consent_on=date(2024, 1, 1), phase="support", first_contact_on=date(2024, 1, 2),
            )
            for key in ("K-1", "K-2")
        }
    )  # fmt: skip
    asked: list[Decision] = field(default_factory=list)
    history: History = field(default_factory=lambda: History(live=True))
    beliefs: dict[str, Mail] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    untrue: dict[str, tuple[object, ...]] = field(default_factory=dict)

    def edit(self, what: str, changes: dict[str, object]) -> None:
        """One thing that people do."""
        if what == "row":
            self.before, self.row = self.row, replace(self.row, **changes)
        elif what == "person":
            self.cases["K-1"] = replace(self.cases["K-1"], **changes)
        elif what == "delete":
            self.there = False
        elif what == "undo":
            self.row, self.there = (self.before or self.row) if self.there else self.row, True

    def run(self, outcome: str) -> Plan:
        """One run."""
        rows = snapshot(
            cases=list(self.cases.values()), appointments=[self.row] if self.there else [], team=TEAM,
            locations=PLACES, decisions=self.asked,
        )  # fmt: skip
        plan = Remind().plan(rows, RULES, self.now, self.history)
        self.history = remembered(self.history, plan, outcome, self.now)
        for group in plan.groups:
            cells = {edit.field: edit.new for edit in group.edits}
            self.asked.append(Decision(number=cells["number"], question=cells["question"], cause=cells["cause"]))
        return plan

    def true_for(self, case: str) -> tuple[object, ...]:
        """What this person ought to believe of the appointment: nothing, that it is off, or what the row says."""
        if not self.there or self.row.case != case or self.row.status not in {*STANDS, AppointmentStatus.CANCELLED}:
            return ("unknown",)
        if self.row.status is AppointmentStatus.CANCELLED:
            return ("off",)
        return said(
            self.row.date.isoformat(), f"{self.row.time:%H:%M}", self.row.kind or "", self.row.place,
            {"AB": "Anna Berg", "CD": "Cem Demir"}[self.row.manager], self.row.duration,
        )  # fmt: skip


def said(day, clock, kind, place, who, minutes) -> tuple[object, ...]:
    """What matters to the reader; whoever is called needs no place."""
    kind = {"": "personal", "telefonisch": "telephone", "Video": "video"}.get(kind, kind)
    return day, clock, kind, place if kind == "personal" else "", who, minutes


def believed(mail: Mail) -> tuple[object, ...]:
    """What a mail made its reader believe."""
    assert mail.calendar is not None
    if mail.calendar.method == "CANCEL":
        return ("off",)
    c = mail.context
    return said(c["date"], c["time"], c["kind"], c["place"], c["case_manager"], c["duration"])


def tell(steps) -> None:
    """One story, judged after each run."""
    office = Office()
    for hours, (what, changes), outcome in steps:
        office.now += timedelta(hours=hours)
        office.edit(what, changes)
        waiting = len(office.asked)
        plan = office.run(outcome)
        to_clients = [mail for mail in plan.mails if mail.audience == "client"]
        for mail in to_clients:
            allowed(mail, office)
        judge(office, plan, to_clients, office.asked[waiting:])
        if outcome == "sent":
            for mail in to_clients:
                assert mail.key not in office.keys, "told twice"
                office.keys.add(mail.key)
                office.beliefs[mail.case] = mail


def allowed(mail: Mail, office: Office) -> None:
    """Nobody who must not be told, nothing untrue, nothing that is known already but a reminder."""
    case = office.cases[mail.case]
    assert case.contact_way is ContactWay.EMAIL
    assert case.consent_on is not None
    assert mail.to == case.email
    assert believed(mail) == office.true_for(mail.case)
    known = office.beliefs.get(mail.case)
    if mail.template in {"appointment_moved", "appointment_cancelled"}:
        assert known is not None
        assert believed(known) != believed(mail), "the same again"


def judge(office: Office, plan: Plan, mails: list[Mail], asked: list[Decision]) -> None:
    """Everybody who believes something untrue of an hour to come is seen to."""
    for case, mail in office.beliefs.items():
        belief, truth = believed(mail), office.true_for(case)
        begins = datetime.combine(date.fromisoformat(str(mail.context["date"])), time.fromisoformat(str(mail.context["time"])), BERLIN)  # noqa: E501  # fmt: skip
        if belief == truth or begins <= office.now or (belief == ("off",) and truth == ("unknown",)):
            office.untrue.pop(case, None)
            continue
        told = any(one.case == case for one in mails) or any(one.case == case for one in plan.calls)
        question = any(one.cause == case for one in asked)
        # A question that waits for its answer is about the row as it stands then.
        assert told or question or case in office.untrue, f"{case} believes {belief}, true is {truth}"
        if question:
            office.untrue[case] = truth
        elif told:
            office.untrue.pop(case, None)


@given(st.lists(STEPS, min_size=3, max_size=16))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nobody_is_left_with_an_untruth(steps):
    tell(steps)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(625))
def test_nobody_is_left_with_an_untruth_in_ten_thousand_steps(seed):
    chance = random.Random(seed)  # noqa: S311 (a story, no secret)
    tell([drawn(chance) for _ in range(16)])
