"""Answers on a real Postfix and Dovecot: what a client taps, and what a server sends back."""

from __future__ import annotations

import email
import re
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email import policy
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace

from automations.common.texts import texts
from automations.ledger.book import open_ledger
from automations.ledger.recording import PlannedMail
from automations.messages.mailbox import ImapInbox
from automations.messages.message import Sender
from automations.messages.outbox import send_all
from automations.messages.render import Renderer
from automations.messages.reply_tokens import ReplyTokens
from automations.messages.replying.inflow import read_inbox
from automations.messages.settings import InboxSettings, MailSettings
from automations.messages.smtp import SmtpTransport
from automations.model.settings import SiteFacts
from automations.model.told import address_digest
from tests.messages.test_replying import mail
from tests.support.letters import letter
from tests.support.mailserver import PASSWORD, USER

NOW = datetime.now(UTC)
SENDER = Sender("Stadt Herne <kim@kim.test>", b"s" * 32, answers=True)
TOKENS = ReplyTokens((b"k" * 32,), "kim@kim.test")
WORDS = texts("de")
NOBODY = "umgezogen@kim.test"


@pytest.mark.servers
def test_a_tap_and_a_returned_mail(office, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", PASSWORD)
    login = {
        "host": "localhost",
        "ca_file": str(office.authority.ca),
        "user": USER,
        "password_env": "KIM_TEST_PASSWORD",
    }
    settings = MailSettings.model_validate({**login, "transport": "smtp", "port": office.smtp, "from": SENDER.sender})
    inbox = ImapInbox(InboxSettings(**login, port=office.imaps), WORDS)
    good, bad = mail(to="klient@kim.test"), mail("T-2024-00002", "KIM-2024-0002", to=NOBODY)
    late = NOW + timedelta(days=3)
    with open_ledger("sqlite://", now=NOW) as ledger:
        planned = [PlannedMail(_later(each, late), "queued") for each in (good, bad)]
        ledger.record("R1", NOW, (), planned, (), frozenset(), live=True)
        _send(ledger, settings, {good.key, bad.key})
        office.wait_until_delivered()
        _tap(office, settings)
        office.wait_until_delivered()
        found = read_inbox(inbox, ledger, TOKENS, SENDER, datetime.now(UTC), "de")
        assert dict(found.results) == {"confirm": 1, "bounced": 1}
        assert (found.unread, found.trouble) == (0, "")
        history = ledger.history(live=True)
        assert [reply.action for reply in history.replies[good.subject_key]] == ["confirm"]
        assert history.mails[bad.key].state == "bounced"
        assert history.bounced.keys() == {address_digest(NOBODY)}
        assert dict(read_inbox(inbox, ledger, TOKENS, SENDER, datetime.now(UTC), "de").results) == {}


def _later(each, moment):
    return replace(each, not_after=moment)


def _send(ledger, settings, keys):
    renderer = Renderer(SiteFacts(), None, TOKENS)
    transport = SmtpTransport(settings, WORDS)
    report = send_all(ledger, renderer, transport, SENDER, lambda _: None, lambda: datetime.now(UTC), keys)
    assert report.counts == {"sent": 2}


def _tap(office, settings):
    """What the client's telephone makes of the button in the mail that arrived."""
    (raw,) = office.messages("klient")
    text = email.message_from_bytes(raw, policy=policy.default).get_body(("plain",)).get_content()
    link = urlsplit(re.findall(r"<(mailto:[^>]+)>", text)[0])
    assert link.path == "kim@kim.test"
    said = parse_qs(link.query)
    answer = letter(said["subject"][0], said["body"][0], "klient@kim.test")
    with closing(SmtpTransport(settings, WORDS)) as transport:
        assert transport.deliver(answer, link.path).state == "sent"
