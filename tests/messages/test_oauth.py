"""Signing in by a refresh token: a token endpoint on loopback, Postfix and Dovecot that ask it about tokens."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from pydantic import ValidationError

from automations.common.texts import texts
from automations.messages.credentials import CredentialsError, secret
from automations.messages.inbox import MailboxProblem
from automations.messages.mailbox import open_mailbox
from automations.messages.message import Sender, build
from automations.messages.render import Rendered
from automations.messages.settings import InboxSettings, MailSettings
from automations.messages.smtp import SmtpTransport
from automations.model.plan import Mail
from tests.support.mailserver import USER, post_office, why_no_post_office

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
SAY = texts("de")
ENDED = "Die Anmeldung von kim bei 127.0.0.1 ist abgelaufen; jemand muss sich neu anmelden."


class Provider:
    """Gives tokens for the refresh token "dauerhaft", and says which are good; `signed_out` ends that."""

    def __init__(self):
        self.signed_out, self.forms, self.good, provider = False, [], set(), self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                status, answer = provider.answer(self.path, form)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *_):
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.base = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, path, form):
        if path == "/introspect":
            token = form.get("token", [""])[0]
            return 200, {"active": token in self.good and not self.signed_out, "username": USER}
        self.forms.append(form)
        if self.signed_out or form.get("refresh_token") != ["dauerhaft"]:
            return 400, {"error": "invalid_grant", "error_description": "dauerhaft is gone"}
        token = f"token-{len(self.forms)}"
        self.good.add(token)
        return 200, {"access_token": token, "expires_in": 3600}


@pytest.fixture
def provider(monkeypatch):
    monkeypatch.setenv("KIM_REFRESH", "dauerhaft")
    made = Provider()
    yield made
    made.server.shutdown()
    made.server.server_close()


def oauth(provider, **more):
    return {"token_url": f"{provider.base}/token", "client_id": "kim", "refresh_env": "KIM_REFRESH", **more}


@pytest.mark.servers
def test_a_token_is_had_for_a_refresh_token_and_its_end_is_said_in_a_sentence(provider):
    settings = InboxSettings(host="localhost", user=USER, oauth=oauth(provider, scope="imap"))
    found = secret(settings, SAY)
    assert (found.kind, found.text) == ("token", "token-1")
    assert provider.forms[0]["scope"] == ["imap"]
    provider.signed_out = True
    with pytest.raises(CredentialsError) as caught:
        secret(settings, SAY)
    assert str(caught.value) == ENDED
    assert "dauerhaft" not in str(caught.value)


def test_an_endpoint_out_of_reach_is_said(monkeypatch):
    monkeypatch.setenv("KIM_REFRESH", "dauerhaft")
    login = {"token_url": "http://127.0.0.1:9/token", "client_id": "kim", "refresh_env": "KIM_REFRESH"}
    with pytest.raises(CredentialsError, match="nicht erreichbar"):
        secret(InboxSettings(host="localhost", user=USER, oauth=login), SAY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"token_url": "http://login.example.org/token"}, {"token_url": "https://a:b@login.example.org/"},
        {"refresh_env": ""}, {"refresh_keyring": "kim"}, {"client_id": ""},
    ],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused(wrong):
    fine = {"token_url": "https://login.example.org/token", "client_id": "kim", "refresh_env": "KIM_REFRESH"}
    assert InboxSettings(host="localhost", user=USER, oauth=fine).oauth
    with pytest.raises(ValidationError):
        InboxSettings(host="localhost", user=USER, oauth={**fine, **wrong})


@pytest.mark.servers
@pytest.mark.skipif(bool(why_no_post_office()), reason=why_no_post_office())
def test_mails_leave_and_are_read_with_tokens_alone(provider):
    with post_office(f"{provider.base}/introspect") as office:
        ca = str(office.authority.ca)
        out = MailSettings(**{"from": "kim@kim.test", "transport": "smtp", "host": "localhost", "port": office.smtp,
                              "ca_file": ca, "user": USER, "oauth": oauth(provider)})  # fmt: skip
        box = InboxSettings(host="localhost", port=office.imaps, ca_file=ca, user=USER, oauth=oauth(provider))
        mail = Mail("k", "r", "K-1", "kim@kim.test", "de", "r", NOW + timedelta(days=1), "")
        message = build(mail, Rendered("Betreff", "Text", "<p>Text</p>"), Sender("kim@kim.test", b"key"), NOW)
        transport = SmtpTransport(out, SAY)
        assert transport.deliver(message, "kim@kim.test").state == "sent"
        transport.close()
        office.wait_until_delivered()
        with open_mailbox(box, SAY) as opened:
            assert len(opened.uids("ALL")) == 1
        provider.signed_out = True
        refused = SmtpTransport(out, SAY).deliver(message, "kim@kim.test")
        assert (refused.state, refused.down, refused.detail) == ("retry", True, ENDED)
        with pytest.raises(MailboxProblem, match="abgelaufen"), open_mailbox(box, SAY):
            pass
