"""What the gate tells the guards about the recipient of a mail."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from automations.engine.send_facts import Gate
from automations.messages.samples import samples
from automations.messages.text_settings import TextMessageSettings
from automations.model.history import History
from automations.model.records import Case, ContactWay
from automations.model.settings import SiteFacts
from automations.model.told import address_digest
from tests.support.builders import snapshot

NOW = datetime(2024, 10, 31, 8, tzinfo=UTC)
LATE = datetime(2024, 10, 1, 22, 30, tzinfo=UTC)  # the second of October in Berlin
ADDRESS, CASE = "klient@kim.test", "KIM-2024-0001"
MAIL = replace(
    next(mail for mail in samples() if mail.template == "appointment_reminder"),
    to=ADDRESS, case=CASE, not_after=NOW.replace(month=12),
)  # fmt: skip
FILE = SimpleNamespace(guards=SimpleNamespace(mail_brake=50), text_messages=TextMessageSettings())
SITE = SimpleNamespace(facts=SiteFacts(), file=FILE, live=True)


def reason(history: History, consent: date, mail=MAIL) -> str:
    case = Case(number=CASE, email=mail.to, consent_on=consent, contact_way=ContactWay.EMAIL)
    return Gate(SITE, snapshot(cases=[case]), history).verdict(mail, NOW).reason


@pytest.mark.parametrize(
    ("history", "name"),
    [
        (History(objected={CASE: LATE}), "objected"),
        (History(objected={address_digest(ADDRESS): LATE}), "objected"),
        (History(objected={CASE: LATE.replace(month=1), address_digest(ADDRESS): LATE}), "objected"),
        (History(bounced={address_digest(ADDRESS): LATE}), "bounced"),
    ],
)
def test_only_consent_after_the_local_day_lifts_the_newest_objection_or_return(history, name):
    assert [reason(history, date(2024, 10, day)) for day in (1, 2, 3)] == [name, name, ""]


def test_what_happened_to_others_is_nothing_to_this_mail():
    others = History(objected={"KIM-2024-0002": LATE}, bounced={address_digest("other@kim.test"): LATE})
    assert reason(others, date(2024, 1, 1)) == ""


def test_another_address_has_not_bounced():
    bounced = History(bounced={address_digest(ADDRESS): LATE})
    assert reason(bounced, date(2024, 1, 1), replace(MAIL, to="klient@example.test")) == ""
