"""`kim mail setup`: asks, sends a test, and writes site.toml only once it went out."""

from __future__ import annotations

import socket
import tomllib
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller

from automations.cli import run_command

SITE = """# about us
[site]
name = "Beratung Mitte"  # as in mails
[workbooks.team]
path = "Team.xlsx"
[mail]
transport = "folder"  # not yet
"""


RELAY = {
    "Welcher_Server": "127.0.0.1", "Verschlüsselung": "none", "Von_welcher": "kim@beratung.example.org",
    "bekommt_die_Probe": "it@beratung.example.org",
}  # fmt: skip


class Mailbox:
    def __init__(self):
        self.got = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's own name
        self.got.append(envelope)
        return "250 OK"


@contextmanager
def relay():
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield box, port
    finally:
        server.stop()


@pytest.fixture
def site(tmp_path, monkeypatch):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "site.toml").write_text(SITE, encoding="utf-8")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("automations.cli.mail_setup.getpass", lambda _: "not shown")
    return tmp_path


def answered(monkeypatch, **answers):
    asked = []

    def typed(question):
        asked.append(question)
        return next((text for part, text in answers.items() if part.replace("_", " ") in question), "")

    monkeypatch.setattr("builtins.input", typed)
    return asked


def settings(site):
    return tomllib.loads((site / "config" / "site.toml").read_text(encoding="utf-8"))["mail"]


@pytest.mark.parametrize("word", ["ja", ""])
def test_a_relay_without_login(site, monkeypatch, capsys, word):
    with relay() as (box, port):
        monkeypatch.setattr("automations.messages.settings.MailSettings.smtp_port", port)
        answered(monkeypatch, **RELAY, wirklich=word)
        assert run_command(["--site", str(site), "mail", "setup"]) == 0, capsys.readouterr().out
    (mail,) = box.got
    assert mail.rcpt_tos == ["it@beratung.example.org"]
    found = settings(site)
    assert (found["transport"], found["host"], found["from"]) == ("smtp", "127.0.0.1", "kim@beratung.example.org")
    assert found.get("test_address", "") == ("" if word else "it@beratung.example.org")
    text = (site / "config" / "site.toml").read_text(encoding="utf-8")
    assert all(comment in text for comment in ("# about us", "# as in mails", "# not yet"))


def test_nothing_is_written_where_the_test_does_not_leave(site, monkeypatch, capsys):
    monkeypatch.setattr("automations.messages.settings.MailSettings.smtp_port", 1)
    answered(monkeypatch, **RELAY)
    assert run_command(["--site", str(site), "mail", "setup"]) == 1
    assert "nichts geändert" in capsys.readouterr().out
    assert (site / "config" / "site.toml").read_text(encoding="utf-8") == SITE


def test_a_password_lies_in_the_keyring_and_nowhere_else(site, monkeypatch, capsys):
    kept = {}
    monkeypatch.setattr(
        "automations.cli.mail_setup.keep_in_keyring", lambda name, user, secret, _: kept.update({(name, user): secret})
    )
    tried = []
    monkeypatch.setattr("automations.cli.mail_setup._tried", lambda *seen: tried.append(seen) or Sent())
    answered(
        monkeypatch,
        Welcher_Server="smtp.example.org",
        Konto_am="termine@example.org",
        bekommt_die_Probe="it@example.org",
    )
    assert run_command(["--site", str(site), "mail", "setup"]) == 0
    assert kept == {("kim-mail", "termine@example.org"): "not shown"}
    text = (site / "config" / "site.toml").read_text(encoding="utf-8")
    assert "not shown" not in text + capsys.readouterr().out
    found = settings(site)
    assert (found["user"], found["password_keyring"], found["security"]) == (
        "termine@example.org",
        "kim-mail",
        "starttls",
    )
    assert "password_env" not in found


class Sent:
    state, detail = "sent", ""


def test_a_password_never_goes_over_an_open_line(site, monkeypatch, capsys):
    answered(monkeypatch, Welcher_Server="smtp.example.org", Konto_am="termine@example.org", Verschlüsselung="none")
    assert run_command(["--site", str(site), "mail", "setup"]) == 2
    assert "Ohne Verschlüsselung" in capsys.readouterr().err
    assert (site / "config" / "site.toml").read_text(encoding="utf-8") == SITE


def test_without_a_terminal_it_says_so(site, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    assert run_command(["--site", str(site), "mail", "setup"]) == 2
    assert "Terminal" in capsys.readouterr().err
