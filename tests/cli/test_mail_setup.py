"""`kim mail setup`: asks, sends a test, and writes site.toml only once it went out."""

from __future__ import annotations

import socket
import tomllib
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller

from automations.cli import run_command
from automations.config.loading import load_site
from automations.messages.inbox import MailboxProblem
from tests.support.mailserver import PASSWORD, USER, post_office, why_no_post_office

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


MAILBOX = {
    **RELAY, "Soll_kim_die_Antworten": "ja", "Auf_welchem_Server": "imap.example.org",
    "Konto_des": "termine@example.org",
}  # fmt: skip


@pytest.fixture
def opened(monkeypatch):
    """Each mailbox that was tried; it opens unless a problem is put in."""
    seen, problems = [], []

    @contextmanager
    def open_mailbox(settings, _words):
        seen.append(settings)
        if problems:
            raise MailboxProblem(problems[0])
        yield None

    monkeypatch.setattr("automations.messages.mailbox.open_mailbox", open_mailbox)
    monkeypatch.setattr("automations.cli.mail_setup._tried", lambda *_: Sent())
    return seen, problems


@pytest.fixture
def kept(monkeypatch):
    found = {}
    monkeypatch.setattr(
        "automations.cli.mail_setup.keep_in_keyring", lambda name, user, secret, _: found.update({(name, user): secret})
    )
    return found


def test_the_mailbox_for_answers_is_tried_and_written(site, monkeypatch, opened, kept):
    answered(monkeypatch, **MAILBOX)
    assert run_command(["--site", str(site), "mail", "setup"]) == 0
    (tried,) = opened[0]
    assert (tried.host, tried.port, tried.user) == ("imap.example.org", 993, "termine@example.org")
    assert kept == {("kim-inbox", "termine@example.org"): "not shown"}
    inbox = load_site(site).file.mail.inbox
    assert (inbox.host, inbox.user, inbox.password_keyring) == ("imap.example.org", "termine@example.org", "kim-inbox")


def test_without_a_clear_yes_no_mailbox_is_read(site, monkeypatch, opened):
    asked = answered(monkeypatch, **RELAY)
    assert run_command(["--site", str(site), "mail", "setup"]) == 0
    assert opened[0] == []
    assert any("Soll kim die Antworten in kim@beratung.example.org lesen?" in question for question in asked)
    assert load_site(site).file.mail.inbox is None


def test_a_mailbox_that_cannot_be_read_is_said_and_may_be_left_out(site, monkeypatch, opened, kept, capsys):
    opened[1].append("imap.example.org:993: lehnt ab")
    answered(monkeypatch, **MAILBOX)
    assert run_command(["--site", str(site), "mail", "setup"]) == 1
    assert "lehnt ab" in capsys.readouterr().out
    assert (site / "config" / "site.toml").read_text(encoding="utf-8") == SITE
    answered(monkeypatch, **MAILBOX, Ohne_Postfach="ja")
    assert run_command(["--site", str(site), "mail", "setup"]) == 0
    mail = load_site(site).file.mail
    assert (mail.live, mail.inbox, kept) == (False, None, {})


INBOX = """[mail.inbox]  # IT
host = "imap.example.org"
user = "kim"
token_command = ["token"]
"""


def test_a_mailbox_that_is_there_stays_unless_somebody_says_no(site, monkeypatch, opened, kept):
    (site / "config" / "site.toml").write_text(SITE + INBOX, encoding="utf-8")
    answered(monkeypatch, **RELAY)
    assert run_command(["--site", str(site), "mail", "setup"]) == 0
    assert load_site(site).file.mail.inbox.token_command == ("token",)
    answered(monkeypatch, **MAILBOX, Soll_das_so_bleiben="nein")
    assert run_command(["--site", str(site), "mail", "setup"]) == 0
    inbox = load_site(site).file.mail.inbox
    assert (inbox.user, inbox.token_command, inbox.password_keyring) == ("termine@example.org", (), "kim-inbox")
    answered(monkeypatch, **RELAY, Soll_das_so_bleiben="nein")
    assert run_command(["--site", str(site), "mail", "setup"]) == 0
    assert load_site(site).file.mail.inbox is None


def test_both_secrets_lie_in_the_file_of_systemd(site, monkeypatch, opened, tmp_path):
    monkeypatch.setattr("automations.cli.mail_setup.Path", lambda _: tmp_path / "etc")
    (tmp_path / "etc").mkdir()
    file = tmp_path / "etc" / f"kim-{''.join(s if s.isalnum() else '-' for s in tmp_path.name.casefold())}.env"
    file.write_text('KIM_MAIL_PASSWORD="old"\nOTHER="stays"\n', encoding="utf-8")
    answered(monkeypatch, **{**MAILBOX, "Verschlüsselung": "tls"}, Konto_am="kim", Wo_soll="2")
    assert run_command(["--site", str(site), "mail", "setup"]) == 0
    assert file.read_text(encoding="utf-8").splitlines() == [
        'OTHER="stays"', 'KIM_MAIL_PASSWORD="not shown"', 'KIM_INBOX_PASSWORD="not shown"',
    ]  # fmt: skip
    assert file.stat().st_mode & 0o777 == 0o600
    mail = load_site(site).file.mail
    assert (mail.password_env, mail.inbox.password_env) == ("KIM_MAIL_PASSWORD", "KIM_INBOX_PASSWORD")


@pytest.mark.parametrize("typed", ["leitung@example.org", ""])
def test_it_asks_who_approves_and_leaves_those_who_do(site, monkeypatch, opened, typed):
    asked = answered(monkeypatch, **RELAY, Wer_gibt_Sprachen=typed)
    assert run_command(["--site", str(site), "mail", "setup"]) == 0
    assert load_site(site).file.approvers.emails == ((typed,) if typed else ())
    asked.clear()
    assert run_command(["--site", str(site), "mail", "setup"]) == 0
    assert any("Wer gibt Sprachen" in question for question in asked) == (not typed)


def test_a_port_may_be_typed_behind_the_server(site, monkeypatch, opened, kept):
    answered(
        monkeypatch,
        **{**MAILBOX, "Welcher_Server": "relay.example.org:2525", "Auf_welchem_Server": "box.example.org:1993"},
    )
    assert run_command(["--site", str(site), "mail", "setup"]) == 0
    mail = load_site(site).file.mail
    assert (mail.host, mail.smtp_port, mail.inbox.port) == ("relay.example.org", 2525, 1993)


@pytest.mark.servers
@pytest.mark.skipif(bool(why_no_post_office()), reason=why_no_post_office())
def test_a_real_server_sends_the_test_and_opens_the_mailbox(site, monkeypatch, kept, capsys):
    monkeypatch.setattr("automations.cli.mail_setup.getpass", lambda _: PASSWORD)
    with post_office() as office:
        toml = SITE + f'ca_file = "{office.authority.ca}"\n'
        (site / "config" / "site.toml").write_text(toml, encoding="utf-8")
        answered(
            monkeypatch, Welcher_Server=f"localhost:{office.smtps}", Verschlüsselung="tls", Konto_am=USER,
            Von_welcher="kim@kim.test", bekommt_die_Probe="klient@kim.test", Soll_kim_die_Antworten="ja",
            Auf_welchem_Server=f"localhost:{office.imaps}", Konto_des=USER,
        )  # fmt: skip
        assert run_command(["--site", str(site), "mail", "setup"]) == 0, capsys.readouterr().out
        office.wait_until_delivered()
        assert len(office.messages("klient")) == 1
    assert kept == {("kim-mail", USER): PASSWORD, ("kim-inbox", USER): PASSWORD}
    assert "ist lesbar" in capsys.readouterr().out
