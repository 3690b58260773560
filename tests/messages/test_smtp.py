"""Delivery over SMTP: an honest answer whatever the server does, and nothing in the clear."""

from __future__ import annotations

import base64
import smtplib
import socket
import stat
import threading
from contextlib import closing
from datetime import UTC, datetime

import pytest
from msgspec import structs

from automations.common.texts import texts
from automations.messages.inbox import MailboxProblem
from automations.messages.mailbox import open_mailbox
from automations.messages.message import Sender, build
from automations.messages.render import Rendered
from automations.messages.return_path import mark_of
from automations.messages.samples import samples
from automations.messages.settings import ImapSettings, MailSettings
from automations.messages.smtp import SmtpTransport
from automations.messages.stuck_mails import searcher
from tests.support.mailserver import PASSWORD, USER, Faults, faulty_server, free_port, make_authority

NOW = datetime(2024, 10, 31, 7, tzinfo=UTC)
SENDER = Sender("Stadt Herne <kim@kim.test>", b"k" * 32)
REMINDER = next(mail for mail in samples() if mail.template == "appointment_reminder")
WORDS = texts("de")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return make_authority(tmp_path_factory.mktemp("ca"))


def message(text: str = "Hallo\n.\n..zwei Punkte\n"):
    return build(REMINDER, Rendered("Betreff", text, "<p>Hallo</p>", ("de",)), SENDER, NOW)


def settings(port: int, **more) -> MailSettings:
    plain = {"transport": "smtp", "host": "localhost", "port": port, "from": "Stadt Herne <kim@kim.test>"}
    return MailSettings.model_validate({"security": "none", "timeout_seconds": 1, **plain, **more})


def deliver(port: int, **more):
    transport = SmtpTransport(settings(port, **more), WORDS)
    with closing(transport):
        return transport.deliver(message(), "klient@kim.test")


@pytest.mark.parametrize(
    ("steps", "state", "down"),
    [
        ({}, "sent", False),
        ({"EHLO": "drop"}, "retry", True),
        ({"EHLO": "hang"}, "retry", True),
        ({"MAIL": "450 4.3.2 later"}, "retry", False),
        ({"MAIL": "550 5.1.0 not you"}, "retry", True),  # no mail of this sender would be taken
        ({"MAIL": "421 4.3.2 closing"}, "retry", True),
        ({"MAIL": "drop"}, "retry", True),
        ({"MAIL": "hang"}, "retry", True),
        ({"RCPT": "450 4.2.0 greylisted"}, "retry", False),
        ({"RCPT": "550 5.1.1 no such user"}, "failed", False),
        ({"RCPT": "552 5.2.2 mailbox full"}, "failed", False),
        ({"RCPT": "550 5.4.1 Recipient address rejected: Access denied"}, "failed", False),
        ({"RCPT": "554 5.7.1 Relay access denied"}, "retry", True),  # it is this machine that is refused
        ({"RCPT": "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain"}, "retry", True),
        ({"RCPT": "554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked"}, "retry", True),
        ({"RCPT": "550 5.1.1 <relay@example.org>: no such user"}, "failed", False),
        ({"RCPT": "421 4.3.2 closing"}, "retry", True),
        ({"RCPT": "drop"}, "retry", True),
        ({"RCPT": "hang"}, "retry", True),
        ({"DATA": "451 4.3.0 later"}, "retry", False),
        ({"DATA": "554 5.7.1 spam"}, "failed", False),
        ({"DATA": "drop"}, "unknown", True),
        ({"DATA": "hang"}, "unknown", True),
        ({"end": "drop"}, "unknown", True),
        ({"end": "hang"}, "unknown", True),
    ],
)
def test_every_step_can_go_wrong_in_every_way(steps, state, down):
    faults = Faults(steps)
    with faulty_server(faults) as port:
        delivery = deliver(port)
    assert (delivery.state, delivery.down) == (state, down)
    assert bool(faults.taken) == (state == "sent" or "end" in steps)
    assert delivery.detail


@pytest.mark.parametrize(
    ("steps", "state", "down"),
    [
        ({"DATA": "200 taken"}, "sent", False),
        ({"DATA": "hello world"}, "unknown", True),  # a filter between may have passed it on
        ({"DATA": "354 go on"}, "unknown", True),
        ({"RCPT": "hello world"}, "retry", True),
    ],
)
def test_the_first_digit_of_an_answer_counts_and_what_is_none_leaves_a_taken_mail_in_doubt(steps, state, down):
    with faulty_server(Faults(steps)) as port:
        delivery = deliver(port)
    assert (delivery.state, delivery.down) == (state, down)
    assert ("antwortet nicht so" in delivery.detail) == (down)


def test_lines_that_begin_with_a_dot_arrive_as_they_were():
    faults = Faults()
    with faulty_server(faults) as port:
        assert deliver(port).state == "sent"
    assert faults.taken[0][1].replace(b"\r\n", b"\n").strip() == message().as_bytes().replace(b"\r\n", b"\n").strip()


@pytest.mark.parametrize("security", ["none", "tls", "starttls"])
def test_no_end_of_a_message_is_held_back_until_its_beginning_is_acknowledged(security, authority, monkeypatch):
    at_once, send = [], smtplib.SMTP.send

    def sending(self, data):
        at_once.append(self.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        send(self, data)

    monkeypatch.setattr(smtplib.SMTP, "send", sending)
    with faulty_server(Faults(), authority, security=security) as port:
        assert deliver(port, security=security, ca_file=str(authority.ca)).state == "sent"
    assert at_once
    assert all(at_once)


def test_one_connection_serves_many_mails_also_after_a_refusal():
    faults = Faults({"RCPT": "550 5.1.1 no such user"}, times=1)
    with faulty_server(faults) as port:
        transport = SmtpTransport(settings(port), WORDS)
        states = [transport.deliver(message(), f"k{n}@kim.test").state for n in range(5)]
        transport.close()
    assert states == ["failed", "sent", "sent", "sent", "sent"]
    assert faults.connections == 1
    assert [recipients for recipients, _ in faults.taken] == [[f"k{n}@kim.test"] for n in range(1, 5)]


@pytest.mark.parametrize("fault", ["421 4.3.2 closing", "drop"])
def test_after_a_lost_connection_the_next_mail_gets_a_new_one(fault):
    faults = Faults({"MAIL": fault}, times=1)
    with faulty_server(faults) as port:
        transport = SmtpTransport(settings(port), WORDS)
        states = [transport.deliver(message(), "klient@kim.test").state for _ in range(2)]
        transport.close()
    assert states == ["retry", "sent"]
    assert faults.connections == 2


def test_nobody_there():
    delivery = deliver(free_port())
    assert (delivery.state, delivery.down) == ("retry", True)
    assert "localhost:" in delivery.detail


def test_an_unknown_host():
    transport = SmtpTransport(settings(25, host="host.invalid"), WORDS)
    assert transport.deliver(message(), "klient@kim.test").state == "retry"


def test_a_server_that_never_greets():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        delivery = deliver(listener.getsockname()[1], timeout_seconds=0.3)
    assert (delivery.state, delivery.down) == ("retry", True)


def test_a_server_that_talks_nonsense():
    def babble(listener):
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"\xff\xfe\x00 nonsense\r\n" * 3)

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        thread = threading.Thread(target=babble, args=(listener,))
        thread.start()
        delivery = deliver(listener.getsockname()[1])
        thread.join()
    assert (delivery.state, delivery.down) == ("retry", True)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_encrypted_with_a_certificate_of_an_authority_of_ones_own(authority, security):
    faults = Faults()
    with faulty_server(faults, authority, security=security) as port:
        assert deliver(port, security=security, ca_file=str(authority.ca)).state == "sent"
        refused = deliver(port, security=security)
    assert (refused.state, refused.down) == ("retry", True)
    assert "Zertifikat wird nicht anerkannt" in refused.detail
    assert len(faults.taken) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_for_another_name_is_refused(tmp_path, security):
    other = make_authority(tmp_path, "mail.elsewhere.test")
    faults = Faults()
    with faulty_server(faults, other, security=security) as port:
        assert deliver(port, security=security, ca_file=str(other.ca)).state == "retry"
    assert not faults.taken


def test_a_server_without_starttls_gets_nothing():
    faults = Faults()
    with faulty_server(faults) as port:
        delivery = deliver(port, security="starttls")
    assert (delivery.state, delivery.down) == ("retry", True)
    assert not faults.taken


@pytest.mark.parametrize("file", ["missing", "key"])
def test_a_ca_file_that_is_missing_or_none_is_told(file, authority):
    named = {"missing": "/nowhere/ca.pem", "key": str(authority.key)}[file]
    with faulty_server(Faults(), authority, security="tls") as port:
        delivery = deliver(port, security="tls", ca_file=named)
    assert delivery.state == "retry"
    assert delivery.detail.endswith(f"die Datei bei „ca_file“ fehlt oder enthält keine Zertifikate ({named})")


def test_logging_in_with_a_password_from_the_environment(authority, monkeypatch):
    more = {"security": "starttls", "ca_file": str(authority.ca), "user": USER, "password_env": "KIM_TEST_PASSWORD"}
    faults = Faults()
    with faulty_server(faults, authority, security="starttls", login=True) as port:
        monkeypatch.delenv("KIM_TEST_PASSWORD", raising=False)
        missing = deliver(port, **more)
        monkeypatch.setenv("KIM_TEST_PASSWORD", "wrong")
        wrong = deliver(port, **more)
        monkeypatch.setenv("KIM_TEST_PASSWORD", PASSWORD)
        right = deliver(port, **more)
    assert (missing.state, missing.down) == ("retry", True)
    assert "KIM_TEST_PASSWORD" in missing.detail
    assert (wrong.state, wrong.down) == ("retry", True)
    assert "535" in wrong.detail
    assert "wrong" not in wrong.detail
    assert right.state == "sent"


def test_a_wrong_password_is_tried_once_a_round(authority, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "wrong")
    more = {"security": "starttls", "ca_file": str(authority.ca), "user": USER, "password_env": "KIM_TEST_PASSWORD"}
    faults = Faults()
    with faulty_server(faults, authority, security="starttls", login=True) as port:
        transport = SmtpTransport(settings(port, **more), WORDS)
        tries = [transport.deliver(message(), "klient@kim.test") for _ in range(3)]
        asked = faults.connections
        transport.close()
        transport.deliver(message(), "klient@kim.test")
    assert [(one.state, one.down, "535" in one.detail) for one in tries] == [("retry", True, True)] * 3
    assert faults.connections == 2 * asked, "the next round tries again"


def test_a_server_that_knows_no_way_of_logging_in_is_told_as_such(monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", PASSWORD)
    port, thread = oauth_server([], accept=False)
    relaxed = settings(port).model_copy(update={"user": USER, "password_env": "KIM_TEST_PASSWORD"})
    with closing(SmtpTransport(relaxed, WORDS)) as transport:
        delivery = transport.deliver(message(), "klient@kim.test")
    thread.join(5)
    assert "bietet nicht an, was die Einstellungen verlangen (AUTH PLAIN, AUTH LOGIN)" in delivery.detail


@pytest.mark.parametrize("accept", [True, False])
def test_a_password_may_have_letters_of_any_language(accept, monkeypatch):
    said: list[str] = []
    monkeypatch.setenv("KIM_TEST_PASSWORD", "größe")
    port, thread = oauth_server(said, accept)
    relaxed = settings(port).model_copy(update={"user": USER, "password_env": "KIM_TEST_PASSWORD"})
    with closing(SmtpTransport(relaxed, WORDS)) as transport:
        delivery = transport.deliver(message(), "klient@kim.test")
    thread.join(5)
    answer = next(line for line in said if line.startswith("AUTH PLAIN")).split()[2]
    assert base64.b64decode(answer).decode() == f"\0{USER}\0größe"
    assert delivery.state == ("sent" if accept else "retry")
    assert accept or "lehnt die Anmeldung ab" in delivery.detail


def oauth_server(lines: list[str], accept: bool) -> tuple[int, threading.Thread]:
    """A relay that knows XOAUTH2 alone and notes what it is told."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()

    def serve():
        connection, _ = listener.accept()
        with listener, connection, connection.makefile("rwb") as line:
            say = lambda text: (line.write(text.encode() + b"\r\n"), line.flush())  # noqa: E731
            say("220 relay")
            while received := line.readline().decode().strip():
                lines.append(received)
                verb = received.split()[0].upper()
                if verb == "EHLO":
                    say("250-relay\r\n250 AUTH XOAUTH2")
                elif verb == "AUTH":
                    say("235 ok" if accept else "334 eyJzdGF0dXMiOiI0MDEifQ==")
                elif verb == "DATA":
                    say("354 go on")
                    while line.readline() != b".\r\n":
                        pass
                    say("250 taken")
                else:
                    say("221 bye" if verb == "QUIT" else "250 ok" if verb.isalpha() else "535 no")

    thread = threading.Thread(target=serve)
    thread.start()
    return listener.getsockname()[1], thread


@pytest.fixture
def token_program(tmp_path):
    program = tmp_path / "token"
    program.write_text("#!/bin/sh\necho ya29.token-$1\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


@pytest.mark.parametrize("accept", [True, False])
def test_logging_in_with_a_token_from_a_program(token_program, accept, monkeypatch):
    said: list[str] = []
    port, thread = oauth_server(said, accept)
    relaxed = settings(port).model_copy(update={"user": USER, "token_command": (token_program, "7")})
    transport = SmtpTransport(relaxed, WORDS)
    delivery = transport.deliver(message(), "klient@kim.test")
    transport.close()
    thread.join(5)
    answer = next(line for line in said if line.startswith("AUTH")).split()[2]
    assert base64.b64decode(answer).decode() == f"user={USER}\x01auth=Bearer ya29.token-7\x01\x01"
    assert delivery.state == ("sent" if accept else "retry")
    assert "ya29" not in delivery.detail


def test_the_archive_gets_a_copy_in_the_same_transaction():
    faults = Faults()
    with faulty_server(faults) as port:
        assert deliver(port, archive="archiv@kim.test").state == "sent"
    assert [recipients for recipients, _ in faults.taken] == [["klient@kim.test", "archiv@kim.test"]]


@pytest.mark.parametrize("answer", ["450 4.2.0 later", "550 5.1.1 no such user"])
def test_without_its_copy_a_mail_does_not_leave(answer):
    faults = Faults({"RCPT2": answer})
    with faulty_server(faults) as port:
        delivery = deliver(port, archive="archiv@kim.test")
    assert delivery.state == "retry"
    assert "archive" in delivery.detail
    assert not faults.taken


def test_with_a_test_address_nothing_reaches_a_client_or_the_archive():
    faults = Faults()
    with faulty_server(faults) as port:
        transport = SmtpTransport(settings(port, archive="archiv@kim.test", test_address="probe@kim.test"), WORDS)
        delivery = transport.deliver(message(), "klient@kim.test")
        transport.close()
    assert delivery.state == "test"
    assert not transport.live
    recipients, content = faults.taken[0]
    assert recipients == ["probe@kim.test"]
    assert b"To: probe@kim.test\r\n" in content
    assert b"klient" not in content.split(b"\r\n\r\n")[0]


def test_the_rate_is_kept():
    slept: list[float] = []
    clock = iter([0.0, 0.0, 0.1, 1.0, 1.2, 2.0]).__next__
    faults = Faults()
    with faulty_server(faults) as port:
        transport = SmtpTransport(settings(port, rate_per_minute=60), WORDS, pause=slept.append, clock=clock)
        for _ in range(3):
            transport.deliver(message(), "klient@kim.test")
        transport.close()
    assert slept == pytest.approx([0.9, 0.8])


def test_bounces_go_where_they_are_told_to(authority):
    senders: list[str] = []

    class Noting(Faults):
        async def at(self, step, server):
            if step == "RCPT":
                senders.append(server.envelope.mail_from)
            return ""

    with faulty_server(Noting()) as port:
        deliver(port)
        deliver(port, return_path="bounce@kim.test")
        deliver(port, return_path="bounce@kim.test", return_path_marks=True)
    assert senders == ["kim@kim.test", "bounce@kim.test", f"bounce+{mark_of(message()['Message-ID'])}@kim.test"]


def office_settings(office, **more) -> MailSettings:
    mailbox = {"host": "localhost", "port": office.imaps, "ca_file": str(office.authority.ca), "user": "archiv"}
    return MailSettings.model_validate({
        "transport": "smtp", "host": "localhost", "port": office.smtp, "from": "Stadt Herne <kim@kim.test>",
        "ca_file": str(office.authority.ca), "user": USER, "password_env": "KIM_TEST_PASSWORD",
        "archive": "archiv@kim.test", "archive_mailbox": {**mailbox, "password_env": "KIM_TEST_PASSWORD"}, **more,
    })  # fmt: skip


@pytest.mark.servers
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_real_postfix_takes_mail_and_the_archive_can_be_asked(office, monkeypatch, security):
    monkeypatch.setenv("KIM_TEST_PASSWORD", PASSWORD)
    port = office.smtp if security == "starttls" else office.smtps
    chosen = office_settings(office, security=security, port=port)
    ask = searcher(chosen, SENDER, WORDS)
    mail = REMINDER.__class__(**structs.asdict(REMINDER) | {"key": security})
    assert not ask(mail)
    transport = SmtpTransport(chosen, WORDS)
    sent = build(mail, Rendered("Betreff تذكير", "Text\n", "<p>Text</p>", ("de",)), SENDER, NOW)
    delivery = transport.deliver(sent, "klient@kim.test")
    transport.close()
    assert delivery.state == "sent"
    office.wait_until_delivered()
    assert ask(mail)
    assert any(f"Message-ID: {sent['Message-ID']}".encode() in found for found in office.messages("klient"))


@pytest.mark.servers
def test_a_real_postfix_puts_off_and_refuses(office, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", PASSWORD)
    transport = SmtpTransport(office_settings(office), WORDS)
    with closing(transport):
        assert transport.deliver(message(), "grey@kim.test").state == "retry"
        assert transport.deliver(message(), "voll@kim.test").state == "failed"
        assert transport.deliver(message(), "klient@kim.test").state == "sent"


@pytest.mark.servers
@pytest.mark.parametrize("security", ["none", "starttls"])
def test_a_real_relay_takes_mail_from_an_address_that_it_knows_without_a_login(office, security):
    chosen = settings(office.relay, security=security, ca_file=str(office.authority.ca), timeout_seconds=10)
    sent = message()
    with closing(SmtpTransport(chosen, WORDS)) as transport:
        assert transport.deliver(sent, "klient@kim.test").state == "sent"
    office.wait_until_delivered()
    assert any(f"Message-ID: {sent['Message-ID']}".encode() in found for found in office.messages("klient"))


@pytest.mark.servers
def test_a_real_relay_that_does_not_know_this_machine_says_so_and_nothing_counts_as_sent(office):
    chosen = settings(office.stranger, timeout_seconds=10)
    with closing(SmtpTransport(chosen, WORDS)) as transport:
        refused = transport.deliver(message(), "klient@kim.test")
    assert (refused.state, refused.down) == ("retry", True)  # no client's address is to blame
    assert "554" in refused.detail


@pytest.mark.servers
def test_a_mailbox_that_cannot_be_opened_is_told(office, monkeypatch, tmp_path):
    monkeypatch.setenv("KIM_TEST_PASSWORD", "wrong")
    mailbox = office_settings(office).archive_mailbox
    other = make_authority(tmp_path)
    for changed in (
        mailbox,
        mailbox.model_copy(update={"ca_file": str(other.ca)}),
        mailbox.model_copy(update={"port": free_port()}),
        mailbox.model_copy(update={"password_env": "KIM_TEST_NOTHING"}),
    ):
        with pytest.raises(MailboxProblem), open_mailbox(changed, WORDS):
            pass


def test_without_an_archive_nobody_can_be_asked():
    assert searcher(settings(25), SENDER, WORDS) is None
    assert searcher(settings(25, archive="archiv@kim.test"), SENDER, WORDS) is None
    mailbox = ImapSettings(host="localhost", user="a", password_env="X")
    asked = settings(25, archive="archiv@kim.test", archive_mailbox=mailbox.model_dump())
    assert searcher(asked, SENDER, WORDS) is not None
    assert searcher(asked.model_copy(update={"test_address": "x@y.test"}), SENDER, WORDS) is None
