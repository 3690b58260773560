"""A mailbox whose server never ends what it says, whole runs of the command: the run ends soon, says so and goes on."""

from __future__ import annotations

import contextlib
import json
import resource
import socket
import threading
from time import monotonic

import pytest

from automations.cli import run_command
from automations.common.texts import texts
from automations.messages.inbox import MailboxProblem
from automations.messages.mailbox import open_mailbox
from automations.messages.settings import ImapSettings
from tests.support.mailserver import make_authority
from tests.support.small_site import case, small_site

# The servers of these tests never end: their sockets go with the test's process.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")

SECONDS = 1
"""That the site gives its mailbox for an answer."""
ASKED = {"greeting": b"", "login": b"LOGIN", "folder": b"SELECT", "search": b"SEARCH"}
ENDLESS = {
    "one line": lambda: b"x" * 2**16,
    "many lines": lambda: b"* 1 EXISTS\r\n" * 2**12,
    "one byte at a time": lambda: b"*",
    "a letter of a size that nobody has": lambda: b"* 1 FETCH (BODY[] {9999999999}\r\n" + b"x" * 2**16,
    "nothing": lambda: b"",
}


class Mailbox:
    """An IMAP server that is well behaved until it is asked one thing, and never ends the answer to that."""

    def __init__(self, authority, at, kind):
        self.at, self.kind, self.done = at, kind, threading.Event()
        self.context, self.listener = authority.server_context(), socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while not self.done.is_set():
            with contextlib.suppress(OSError):
                peer, _ = self.listener.accept()
                threading.Thread(target=self.talk, args=(peer,), daemon=True).start()

    def talk(self, peer):
        with contextlib.suppress(OSError), self.context.wrap_socket(peer, server_side=True) as line:
            if self.at == "greeting":
                self.never_end(line)
            line.sendall(b"* OK ready\r\n")
            for asked in line.makefile("rb"):
                tag, what = asked.split(b" ", 1)
                if ASKED[self.at] in what.upper():
                    self.never_end(line)
                line.sendall(self.answer(what.upper()) + tag + b" OK done\r\n")

    def answer(self, what):
        if what.startswith(b"CAPABILITY"):
            return b"* CAPABILITY IMAP4rev1\r\n"
        if what.startswith(b"SELECT"):
            return b"* 1 EXISTS\r\n"
        return b'* STATUS "INBOX" (MESSAGES 1 UIDVALIDITY 7)\r\n' if what.startswith(b"STATUS") else b""

    def never_end(self, line):
        said = ENDLESS[self.kind]()
        while not self.done.is_set():
            if said:
                line.sendall(said)
            self.done.wait(0.2 if len(said) < 2 else 0)

    def close(self):
        self.done.set()
        self.listener.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return make_authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def ran(tmp_path, authority, capsys, monkeypatch):
    """What `kim run` and `kim status` came to beside such a mailbox: their statuses, what they said, seconds."""
    monkeypatch.setenv("INBOX", "geheim")

    def run(at, kind):
        small_site(tmp_path, [case(1), case(2)], few_tabs=True)
        mailbox = Mailbox(authority, at, kind)
        path = tmp_path / "config" / "site.toml"
        path.write_text(
            path.read_text("utf-8") + f'[mail.inbox]\nhost = "127.0.0.1"\nport = {mailbox.port}\nuser = "kim"\n'
            f'password_env = "INBOX"\nca_file = "{authority.ca}"\ntimeout_seconds = {SECONDS}\n', "utf-8",
        )  # fmt: skip
        started = monotonic()
        status = run_command(["--site", str(tmp_path), "--json", "run", "--at", "2024-10-31T07:00"])
        seconds = monotonic() - started
        mailbox.close()
        said = json.loads(capsys.readouterr().out)
        after = run_command(["--site", str(tmp_path), "status"])
        return status, said, seconds, after, capsys.readouterr().out

    return run


@pytest.mark.sliced(6)
@pytest.mark.parametrize("kind", ENDLESS)
@pytest.mark.parametrize("at", ASKED)
def test_an_answer_without_end_is_given_up_and_said(at, kind, ran):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    status, said, seconds, after, shown = ran(at, kind)
    assert (status, said["outcome"], after) == (1, "attention", 1)
    assert [edit for edit in said["edits"] if edit["state"] == "applied"], "the rest of the run is done"
    assert any(problem["code"] == "inbox_unreachable" for problem in said["problems"])
    assert "127.0.0.1" in shown
    assert seconds < 20 + 3 * SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 250_000, "kilobytes"


def test_a_goodbye_without_an_answer_closes_the_connection_all_the_same(authority, monkeypatch):
    monkeypatch.setenv("INBOX", "geheim")
    mailbox, held = Mailbox(authority, "search", "nothing"), []
    settings = ImapSettings(
        host="127.0.0.1", port=mailbox.port, user="kim", password_env="INBOX", ca_file=str(authority.ca),
        timeout_seconds=SECONDS,
    )  # fmt: skip

    def asks():
        with open_mailbox(settings, texts("de")) as box:
            held.append(box)
            box.client.search(None, "ALL")

    with pytest.raises(MailboxProblem):
        asks()
    mailbox.close()
    assert held[0].client.sock.fileno() == -1
