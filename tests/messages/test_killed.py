"""kill -9 while mails leave, with a real Postfix and Dovecot: none twice, none lost."""

from __future__ import annotations

import email
import os
import random
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from automations.ledger.book import open_ledger
from automations.ledger.recording import PlannedMail
from automations.messages.message import message_id
from automations.messages.samples import samples
from tests.support.mailing_process import POINTS, SENDER
from tests.support.mailserver import PASSWORD, PostOffice, post_office, why_no_post_office

NOW = datetime.now(UTC)
REMINDER = next(mail for mail in samples() if mail.template == "appointment_reminder")


@pytest.fixture
def office():
    reason = why_no_post_office()
    if reason:
        pytest.skip(reason)
    with post_office() as running:
        yield running


def fill(path: Path, count: int) -> list[str]:
    keys = [f"reminder/T-{number}/1/5" for number in range(count)]
    mails = [
        PlannedMail(replace(REMINDER, key=key, to="klient@kim.test", not_after=NOW + timedelta(days=9)), "queued")
        for key in keys
    ]
    with open_ledger(f"sqlite:///{path}", now=NOW) as ledger:
        ledger.record("run", NOW, (), mails, (), frozenset({REMINDER.rule}), live=True)
    return keys


def run(path: Path, office: PostOffice, archive: str, point: str, nth: int) -> bool:
    """One run of the sending program; whether it came to its end."""
    arguments = [str(path), str(office.smtp), str(office.imaps), str(office.authority.ca), archive, point, str(nth)]
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.mailing_process", *arguments],
        cwd=root, env={**os.environ, "KIM_TEST_PASSWORD": PASSWORD}, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode in {0, -9}, done.stderr
    # What Postfix has taken is in the mailboxes before the next run looks: this stands for the grace period.
    office.wait_until_delivered()
    return done.returncode == 0


def states(path: Path) -> Counter[str]:
    with open_ledger(f"sqlite:///{path}", now=NOW) as ledger:
        return Counter(ledger.outbox_counts())


def delivered(office: PostOffice, user: str) -> Counter[str]:
    messages = (email.message_from_bytes(raw) for raw in office.messages(user))
    return Counter(str(message["Message-ID"]) for message in messages)


def kill_at(plan: list[tuple[str, int]], path: Path, office: PostOffice, archive: str) -> int:
    killed = sum(not run(path, office, archive, point, nth) for point, nth in plan)
    assert run(path, office, archive, "none", 1)
    return killed


def check_with_archive(count: int, plan: list[tuple[str, int]], tmp_path: Path, office: PostOffice) -> None:
    path = tmp_path / "ledger.sqlite"
    keys = fill(path, count)
    assert kill_at(plan, path, office, "yes") == len(plan)
    got = delivered(office, "klient")
    assert got == Counter(message_id(key, SENDER) for key in keys)
    assert delivered(office, "archiv") == got
    assert states(path) == {"sent": count}


def check_without_archive(count: int, plan: list[tuple[str, int]], tmp_path: Path, office: PostOffice) -> None:
    path = tmp_path / "ledger.sqlite"
    keys = fill(path, count)
    killed = kill_at(plan, path, office, "no")
    got, found = delivered(office, "klient"), states(path)
    assert killed == len(plan)
    assert max(got.values()) == 1
    assert set(found) <= {"sent", "unknown"}
    assert found.total() == count
    # The mail on the wire and the one claimed after it.
    assert found["unknown"] <= 2 * len(plan)
    with open_ledger(f"sqlite:///{path}", now=NOW) as ledger:
        unknown = {queued.mail.key for queued in ledger.mails("unknown")}
    missing = {key for key in keys if message_id(key, SENDER) not in got}
    assert missing <= unknown


@pytest.mark.servers
def test_with_an_archive_mailbox_none_is_lost_and_none_comes_twice(tmp_path, office):
    plan = [(point, 2) for point in ("after claim", "before DATA", "before dot", "after dot", "before settling")]
    check_with_archive(20, plan, tmp_path, office)


@pytest.mark.servers
def test_without_one_every_doubtful_mail_is_shown(tmp_path, office):
    plan = [(point, 2) for point in ("before dot", "after answer", "after settling")]
    check_without_archive(12, plan, tmp_path, office)


def long_plan(count: int) -> list[tuple[str, int]]:
    chance = random.Random(5)  # noqa: S311 - a test's dice
    points = [point for point in POINTS for _ in range(2)]
    chance.shuffle(points)
    return [(point, chance.randint(1, count // len(points))) for point in points]


@pytest.mark.servers
@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("check", [check_with_archive, check_without_archive])
def test_200_mails_and_a_kill_at_every_point(tmp_path, office, check):
    check(200, long_plan(200), tmp_path, office)
