"""A mailbox that gives less than it is asked for: what can be read is read, and the rest is told."""

from __future__ import annotations

import contextlib
import socket
import threading
from datetime import date

import pytest

from automations.common.texts import texts
from automations.messages.inbox import MailboxProblem, NotPutAwayError
from automations.messages.mailbox import ImapInbox
from automations.messages.settings import InboxSettings
from tests.support.mailserver import make_authority

TODAY = date(2024, 10, 31)
LETTER = b"Subject: eins\r\n\r\nGuten Tag\r\n"


class Grudging:
    """An IMAP server with three letters. `noes` are the beginnings of commands that it says no to."""

    def __init__(self, authority, noes, readonly):
        self.noes, self.readonly, self.asked = noes, readonly, []
        self.context, self.listener = authority.server_context(), socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self.listener.accept()
                with contextlib.suppress(OSError), self.context.wrap_socket(peer, server_side=True) as line:
                    self.talk(line)

    def talk(self, line):
        line.sendall(b"* OK ready\r\n")
        lines = line.makefile("rb")
        for raw in lines:
            tag, _, what = raw.strip().partition(b" ")
            self.asked.append(what)
            if what.startswith(b"AUTHENTICATE"):
                line.sendall(b"+ \r\n")
                self.asked.append(next(lines).strip())
            if any(what.startswith(no) for no in self.noes):
                line.sendall(tag + (b" NO [READ-ONLY]" if b"STORE" in what else b" NO") + b" not for you\r\n")
            else:
                line.sendall(self.answer(what) + tag + b" OK done\r\n")

    def answer(self, what):
        if what.startswith(b"UID FETCH"):
            size, uid = len(LETTER), what.split()[2]
            said = b"* %b FETCH (UID %b RFC822.SIZE %d BODY[] {%d}\r\n%b)\r\n" % (uid, uid, size, size, LETTER)
            return said.replace(b"BODY[]", b"BODY[HEADER]") if b"HEADER" in what else said
        return {
            b"CAPABILITY": b"* CAPABILITY IMAP4rev1 MOVE\r\n",
            b"SELECT": b"* 3 EXISTS\r\n" + (b"* OK [READ-ONLY] yours to read\r\n" if self.readonly else b""),
            b"STATUS": b'* STATUS "INBOX" (MESSAGES 3 UIDVALIDITY 7)\r\n',
            b"LIST": b'* LIST () "/" "Processed"\r\n',
            b"LOGOUT": b"* BYE\r\n",
            b"UID": b"* SEARCH 1 2 3\r\n" if b"SEARCH" in what else b"",
        }.get(what.split()[0], b"")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return make_authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def grudging(authority, monkeypatch):
    """A mailbox and its server, which ends with the test."""
    with contextlib.ExitStack() as ends:

        def begin(*noes, readonly=False, word="geheim"):
            monkeypatch.setenv("INBOX", word)
            server = Grudging(authority, noes, readonly)
            ends.callback(server.listener.close)
            login = {"user": "kim", "password_env": "INBOX", "ca_file": str(authority.ca), "timeout_seconds": 5}
            return ImapInbox(InboxSettings(host="127.0.0.1", port=server.port, **login), texts("de")), server

        yield begin


def test_a_letter_that_the_server_cannot_give_out_keeps_no_other_from_being_read(grudging):
    inbox, _ = grudging(b"UID FETCH 1 ")
    with inbox.opened() as box:
        assert [(one.uid, one.whole) for one in box.letters(0, TODAY)] == [(1, False), (2, True), (3, True)]


def test_what_cannot_be_given_out_at_the_end_is_asked_for_again(grudging):
    inbox, _ = grudging(b"UID FETCH 2 ", b"UID FETCH 3 ")
    found = []

    def reads():
        with inbox.opened() as box:
            found.extend(one.uid for one in box.letters(0, TODAY))

    with pytest.raises(MailboxProblem, match="not for you"):  # perhaps it can give out nothing just now
        reads()
    assert found == [1]


@pytest.mark.parametrize("no", [b"UID STORE", b"UID MOVE"])
def test_a_letter_that_may_not_be_put_away_leaves_the_mailbox_readable(no, grudging):
    inbox, _ = grudging(no)
    with inbox.opened() as box:
        with pytest.raises(NotPutAwayError, match="not for you"):
            box.put_away(1)
        assert len(list(box.letters(0, TODAY))) == 3


def test_a_goodbye_in_other_words_spoils_nothing(grudging):
    inbox, _ = grudging(b"LOGOUT")
    with inbox.opened() as box:
        assert len(list(box.letters(0, TODAY))) == 3


def test_a_mailbox_that_may_only_be_read_is_read(grudging):
    inbox, server = grudging(b"UID STORE", readonly=True)
    with inbox.opened() as box:
        assert len(list(box.letters(0, TODAY))) == 3
        with pytest.raises(NotPutAwayError):
            box.put_away(1)
    assert b'EXAMINE "INBOX"' in server.asked


@pytest.mark.parametrize("no", [b"LOGIN", b"AUTHENTICATE"])
def test_a_refused_login_is_told_as_such_whatever_way_it_took(no, grudging):
    inbox, _ = grudging(no, word="geheim" if no == b"LOGIN" else "größe")
    with pytest.raises(MailboxProblem, match=r"lehnt die Anmeldung ab \(.*not for you"), inbox.opened():
        pass


def test_a_password_may_have_letters_of_any_language(grudging):
    inbox, server = grudging(word="größe\n")
    with inbox.opened() as box:
        assert box.validity == 7
    assert b"AGtpbQBncsO2w59l" in server.asked  # \0kim\0größe, in UTF-8
