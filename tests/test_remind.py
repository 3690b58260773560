"""The job `remind` on small tables."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from automations.history import History
from automations.jobs.remind import Remind, explain
from automations.jobs.reminding.rules import RemindSettings
from automations.records import Appointment, AppointmentStatus, Case, CaseManager, ContactWay, Location, Snapshot
from automations.shipped import config_folder

BERLIN = ZoneInfo("Europe/Berlin")


def shipped() -> RemindSettings:
    return RemindSettings.model_validate(tomllib.loads((config_folder() / "reminders.toml").read_text("utf-8")))


CLIENT = Case(
    number="KIM-2024-0001", email="amal@example.org", consent_on=date(2024, 1, 1), languages=("ar", "de"),
    phase="support", contact_way=ContactWay.EMAIL, manager="AB",
    first_contact_on=date(2024, 1, 2), received=date(2024, 1, 1),
)  # fmt: skip
VISIT = Appointment(
    number="T-2024-0001", case="KIM-2024-0001", date=date(2024, 11, 7), time=time(10), duration=45, place="Mitte",
    status=AppointmentStatus.PLANNED,
)  # fmt: skip
COLLEAGUE = CaseManager(code="AB", name="Anna Berg", email="berg@example.org", phone="02323 1", languages=("de",))
OFFICE = Location(name="Mitte", neutral_name="Stadtteilbüro", address="Weg 1")


def tables(**changes) -> Snapshot:
    base = {"cases": (CLIENT,), "appointments": (VISIT,), "team": (COLLEAGUE,), "locations": (OFFICE,)}
    return Snapshot(**{**base, **changes})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("now", "keys"),
    [
        ("2024-10-31T05:59", []),
        ("2024-10-31T07:00", ["appointment_reminder/T-2024-0001/1/5"]),
        ("2024-11-07T10:00", []),
    ],
)
def test_a_reminder_is_due_five_days_before(now, keys):
    plan = Remind().plan(tables(), shipped(), at(now), History(adopting=True))
    assert [mail.key for mail in plan.mails if mail.audience == "client"] == keys
    assert plan.problems == ()


def test_explain_names_the_due_moment():
    (first, second) = explain(
        "appointment_reminder", "KIM-2024-0001", tables(), shipped(), at("2024-10-30T07:00"), History()
    )
    assert "31.10.2024" in first
    assert "05.11.2024" in second  # 2 November is a Saturday, 1 November a holiday


def test_a_wrong_condition_is_a_problem_and_the_other_rules_go_on():
    raw = shipped().model_dump()
    raw["rules"][1]["when"] = "statuss == 1"
    plan = Remind().plan(tables(), RemindSettings.model_validate(raw), at("2024-10-31T07:00"), History(adopting=True))
    assert [problem.key for problem in plan.problems] == ["appointment_confirmation"]
    assert any(mail.rule == "appointment_reminder" for mail in plan.mails)
