"""Text messages through a gateway on loopback that a site describes as data."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
from pydantic import ValidationError

from automations.common.texts import texts
from automations.messages.message import Sender
from automations.messages.render import Rendered
from automations.messages.text_gateway import GatewayTransport, build_text
from automations.messages.text_settings import TextMessageSettings
from automations.model.plan import Mail

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
MAIL = Mail("r/T-1/1/2", "r", "K-1", "+4915112345678", "de", "r", NOW, "", channel="sms")
SENDER = Sender("termine@example.org", b"key", text_domain="sms.invalid")


class Gateway:
    """Takes what comes, and answers as ordered: (status, text); None breaks off."""

    def __init__(self):
        self.taken, self.answer, gateway = [], (200, '{"status": "queued"}'), self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                gateway.taken.append((self.path, dict(self.headers), body))
                if gateway.answer is None:
                    self.close_connection = True
                    return
                status, text = gateway.answer
                self.send_response(status)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/send"


@pytest.fixture
def gateway():
    made = Gateway()
    yield made
    made.server.shutdown()
    made.server.server_close()


def settings(url, **more):
    return TextMessageSettings(**{
        "way": "gateway", "url": url, "says_yes": '"status": "(queued|sent)"', "secret_env": "KIM_SMS",
        "fields": {"to": "{number}", "message": "{text}"}, "headers": {"Authorization": "Bearer {secret}"}, **more,
    })  # fmt: skip


def deliver(made, text="Ihr Termin: Mi, 13:30 Uhr {secret}"):
    message = build_text(MAIL, Rendered("", text, ""), SENDER, NOW)
    return GatewayTransport(made, texts("de")).deliver(message, message["To"].addresses[0].addr_spec)


@pytest.mark.servers
def test_a_text_arrives_as_the_data_say(gateway, monkeypatch):
    monkeypatch.setenv("KIM_SMS", "geheim")
    assert deliver(settings(gateway.url)).state == "sent"
    path, headers, body = gateway.taken[0]
    assert (path, headers["Authorization"]) == ("/send", "Bearer geheim")
    # What people typed is text: a place in it is not filled in.
    assert parse_qs(body) == {"to": ["+4915112345678"], "message": ["Ihr Termin: Mi, 13:30 Uhr {secret}"]}
    assert deliver(settings(gateway.url, encoding="json")).state == "sent"
    assert json.loads(gateway.taken[1][2])["to"] == "+4915112345678"


@pytest.mark.servers
@pytest.mark.parametrize(
    ("answer", "state", "down"),
    [
        ((200, '{"status": "rejected"}'), "failed", False), ((400, "no"), "failed", False),
        ((503, "busy"), "retry", True), ((429, "slow"), "retry", True), ((401, "who?"), "retry", True),
        ((302, ""), "failed", False), (None, "unknown", True),
    ],
)  # fmt: skip
def test_each_answer_has_its_meaning(gateway, monkeypatch, answer, state, down):
    monkeypatch.setenv("KIM_SMS", "geheim")
    gateway.answer = answer
    found = deliver(settings(gateway.url))
    assert (found.state, found.down) == (state, down)
    assert "geheim" not in found.detail
    assert "4915112345678" not in found.detail


@pytest.mark.servers
def test_without_a_secret_or_a_server_nothing_was_taken(gateway, monkeypatch):
    monkeypatch.delenv("KIM_SMS", raising=False)
    assert deliver(settings(gateway.url)).state == "retry"
    monkeypatch.setenv("KIM_SMS", "geheim")
    assert deliver(settings("http://127.0.0.1:9/send")).state == "retry"
    assert gateway.taken == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://sms.example.org/send"}, {"url": "https://sms.example.org/?key={secret}"},
        {"url": "https://user:pass@sms.example.org/"}, {"says_yes": "("}, {"says_yes": ""}, {"fields": {"to": "x"}},
        {"countries": ["Deutschland"]}, {"way": "mail", "domain": ""}, {"way": "mail", "domain": "kein@domain"},
    ],
)  # fmt: skip
def test_settings_that_make_no_sense_or_show_secrets_are_refused(wrong):
    with pytest.raises(ValidationError):
        settings(**{"url": "https://sms.example.org/send", **wrong})
