"""The outbox on the real ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from automations.ledger.book import open_ledger
from automations.ledger.errors import LedgerError
from automations.ledger.recording import PlannedMail
from automations.messages.message import Sender
from automations.messages.outbox import send_all
from automations.messages.render import Renderer
from automations.messages.samples import samples
from automations.messages.stuck_mails import settle_stuck
from automations.messages.transport import Delivery, FolderTransport
from automations.model.history import Reply
from automations.model.settings import SiteFacts

NOW = datetime(2024, 10, 31, 7, tzinfo=UTC)
SENDER = Sender("Stadt Herne <kim@kim.test>", b"k" * 32)
REMINDER = next(mail for mail in samples() if mail.template == "appointment_reminder")


@pytest.fixture
def ledger():
    with open_ledger("sqlite://", now=NOW) as opened:
        yield opened


def fill(ledger, *keys, **changes):
    mails = [replace(REMINDER, key=key, to="klient@kim.test", **changes) for key in keys]
    ledger.record("run", NOW, (), [PlannedMail(mail, "queued") for mail in mails], (), frozenset(), live=True)
    return set(keys)


def send(ledger, transport, keys, now=NOW):
    return send_all(ledger, Renderer(SiteFacts()), transport, SENDER, lambda _: None, lambda: now, keys)


def telling_meanwhile(ledger, deed):
    """Mails leave by an older plan; after the first one something else is entered."""
    keys, mark = fill(ledger, "a", "b", "c"), ledger.history(live=True).mark
    post = Answering("sent")

    def leave(mail):
        if mail.key == "b":
            deed()

    return send_all(ledger, Renderer(SiteFacts()), post, SENDER, leave, lambda: NOW, keys, mark)


@pytest.mark.parametrize("kind", ["answer", "objection", "bounce", "bounce again", "erasure"])
def test_the_ledger_is_asked_right_before_each_mail(ledger, kind):
    reply = Reply("T-9", "KIM-9", 1, "confirm", NOW)
    ledger.note_address("old@kim.test", "bounced", NOW)
    ledger.record_reply(reply, NOW)
    deeds = {
        "answer": lambda: ledger.record_reply(replace(reply, version=2), NOW),
        "objection": lambda: ledger.note_address("x@kim.test", "objected", NOW),
        "bounce": lambda: ledger.note_address("x@kim.test", "bounced", NOW),
        "bounce again": lambda: ledger.note_address("old@kim.test", "bounced", NOW + timedelta(days=1)),
        "erasure": lambda: ledger.erase_subject("KIM-9", ["T-9"], NOW),
    }
    report = telling_meanwhile(ledger, deeds[kind])
    assert report.counts == {"sent": 1}
    assert "nächsten Lauf" in report.trouble
    assert len(ledger.due(NOW)) == 2
    assert ledger.check() == ()


def test_what_the_plan_knew_and_its_own_steps_hold_nothing_up(ledger):
    ledger.note_address("old@kim.test", "bounced", NOW)
    report = telling_meanwhile(ledger, lambda: ledger.set_hold(False, NOW))
    assert (report.counts, report.trouble) == ({"sent": 3}, "")


class Answering:
    """A server that gives the same answer to everything."""

    live = True

    def __init__(self, *answer) -> None:
        self.answer, self.count = Delivery(*answer), 0

    def deliver(self, message, recipient):
        self.count += 1
        return self.answer

    def close(self):
        pass


def test_mails_in_a_folder_are_tests_and_go_once(ledger, tmp_path):
    keys = fill(ledger, "a", "b", "c")
    assert send(ledger, FolderTransport(tmp_path), keys).counts == {"test": 3}
    assert send(ledger, FolderTransport(tmp_path), keys).counts == {}
    assert len(list(tmp_path.iterdir())) == 3
    assert ledger.outbox_counts() == {"test": 3}


def test_what_is_put_off_goes_later_and_what_is_sent_stays_sent(ledger):
    keys = fill(ledger, "a", "b")
    assert send(ledger, Answering("retry", "450 later"), keys).counts == {"retry": 2}
    assert send(ledger, Answering("sent"), keys).counts == {}
    assert send(ledger, Answering("sent"), keys, NOW + timedelta(minutes=6)).counts == {"sent": 2}
    assert send(ledger, Answering("sent"), keys, NOW + timedelta(hours=6)).counts == {}


def test_too_late_is_too_late(ledger):
    keys = fill(ledger, "a", not_after=NOW - timedelta(minutes=1))
    server = Answering("sent")
    assert send(ledger, server, keys).counts == {"suppressed": 1}
    assert server.count == 0


def test_unknown_ones_are_settled_by_the_archive(ledger):
    keys = fill(ledger, "a", "b")
    send(ledger, Answering("unknown", "connection lost"), keys)
    later = NOW + timedelta(minutes=20)
    settle_stuck(ledger, None, later, timedelta(minutes=10))
    assert ledger.outbox_counts() == {"unknown": 2}
    settle_stuck(ledger, lambda mail: mail.key == "a", NOW + timedelta(minutes=5), timedelta(minutes=10))
    assert ledger.outbox_counts() == {"unknown": 2}
    settle_stuck(ledger, lambda mail: mail.key == "a", later, timedelta(minutes=10))
    assert ledger.outbox_counts() == {"sent": 1, "retry": 1}
    server = Answering("sent")
    assert send(ledger, server, keys, later).counts == {"sent": 1}
    assert server.count == 1


def test_steps_together_are_one_commit_or_none(ledger):
    fill(ledger, "a", "b")
    with ledger.together():
        assert ledger.claim("a", NOW)
        assert ledger.claim("b", NOW)
    assert ledger.outbox_counts() == {"sending": 2}
    with pytest.raises(LedgerError):
        settle_both(ledger)
    assert ledger.outbox_counts() == {"sending": 2}
    ledger.settle_mail("a", "sent", NOW)
    assert ledger.outbox_counts() == {"sending": 1, "sent": 1}


def settle_both(ledger):
    with ledger.together():
        ledger.settle_mail("a", "sent", NOW)
        ledger.settle_mail("nowhere", "sent", NOW)


def test_a_stopped_outbox_sends_nothing(ledger):
    keys = fill(ledger, "a")
    ledger.set_hold(True, NOW)
    server = Answering("sent")
    assert send(ledger, server, keys).counts == {}
    assert server.count == 0
