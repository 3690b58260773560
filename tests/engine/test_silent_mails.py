"""A message that cannot leave keeps no other from the same reader."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from automations.engine.planner import Planner
from automations.jobs.protocol import READS_NOTHING
from automations.messages.samples import samples
from automations.messages.text_settings import TextMessageSettings
from automations.model.history import History
from automations.model.plan import Plan
from automations.model.records import Case, ContactWay
from automations.model.settings import SiteFacts
from tests.support.builders import snapshot
from tests.support.demo_worlds import run_site
from tests.support.own_site import BERLIN
from tests.support.small_site import DAY, case, reachable, small_site

RULE = """
[[rules]]
name = "gruss"
table = "cases"
when = 'phase == "support"'
due = { every = "wednesday" }
recipient = "client"
template = "gruss"
"""


def test_a_reminder_waits_for_no_message_whose_text_is_broken(tmp_path):
    visit = {"Termin-Nr.": "T-1", "Fall-Nr.": "K-1", "Datum": date(2024, 11, 15), "Uhrzeit": time(10),
             "Ort": "Büro Nord", "Beratung durch": "AA", "Status": "geplant"}  # fmt: skip
    small_site(tmp_path, [case(1, **reachable(1) | {"Phase": "Begleitung", "Zuständig": "AA"})], [visit], few_tabs=True)
    (tmp_path / "config" / "rules.toml").write_text(RULE, encoding="utf-8")
    (tmp_path / "templates" / "mail").mkdir(parents=True)
    for end, said in (("subject.txt", "Gruß"), ("txt", "{{ nothing }}"), ("html", "<p>{{ nothing }}</p>")):
        (tmp_path / "templates" / "mail" / f"gruss.{end}.j2").write_text(said + "\n", encoding="utf-8")
    run_site(tmp_path, DAY)
    for day in (6, 8):  # five days before is a Sunday, so that the reminder could still leave on Monday
        run_site(tmp_path, datetime(2024, 11, day, 9, tzinfo=BERLIN))
    left = [path.read_text(encoding="utf-8") for path in (tmp_path / "mails").rglob("*.eml")]
    assert [one for one in left if "To: k1@example.org" in one and "15.11.2024" in one]


MORNING = datetime(2024, 10, 31, 9, tzinfo=UTC)
CASE = Case(number="KIM-2024-0001", consent_on=date(2024, 1, 1), contact_way=ContactWay.EMAIL)
ONE = next(mail for mail in samples() if mail.template == "appointment_reminder")
PATIENT = replace(ONE, key="patient", to="klient@kim.test", case=CASE.number, not_after=MORNING + timedelta(30))


@pytest.mark.parametrize(
    ("hour", "until", "state", "patient"),
    [
        (9, timedelta(minutes=-1), "expired", ""),  # it comes first, as it ends first, and nobody will read it
        (9, timedelta(hours=9), "", "crowded"),
        (4, timedelta(hours=9), "hours", "crowded"),  # it leaves later this morning
    ],
)
def test_only_a_message_that_may_still_leave_today_keeps_another_of_the_same_reader(hour, until, state, patient):
    now = MORNING.replace(hour=hour)
    urgent = replace(PATIENT, key="urgent", not_after=now + until)
    job = SimpleNamespace(
        name="remind", reads=READS_NOTHING, plan=lambda *_: Plan("remind", mails=(urgent, PATIENT))
    )  # fmt: skip
    file = SimpleNamespace(
        schedule=SimpleNamespace(job_timeout_minutes=5), guards=SimpleNamespace(mail_brake=50),
        text_messages=TextMessageSettings(),
    )  # fmt: skip
    site = SimpleNamespace(facts=SiteFacts(), file=file, jobs={"remind": None}, live=True)
    planner = Planner(site, snapshot(cases=[CASE]), History(live=True), now, "R")
    planner.plan(job)
    assert {key: item.detail for key, item in planner.mails.items()} == {"urgent": state, "patient": patient}
