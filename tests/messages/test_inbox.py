"""The mailbox, by the same tests in memory and on a real Dovecot."""

from __future__ import annotations

import imaplib
import ssl
from datetime import date, timedelta

import pytest

from automations.common.texts import texts
from automations.messages.inbox import MailboxProblem
from automations.messages.mailbox import ImapInbox
from automations.messages.settings import InboxSettings
from tests.support.fake_inbox import FakeInbox
from tests.support.letters import letter
from tests.support.mailserver import PASSWORD, USER, free_port

TODAY = date(2024, 10, 31)
WORDS = texts("de")


class Memory:
    """The fake, with what the tests need to put in and look up."""

    def __init__(self):
        self.inbox = FakeInbox()

    def put(self, message, on=TODAY):
        """A message arrives."""
        self.inbox.put(message, on=on)

    def read_by_people(self, uid):
        """Somebody opens a message."""
        self.inbox.seen.add(uid)


class Server:
    """A folder of its own on the server, so that tests do not see each other's messages."""

    def __init__(self, office, folder, **more):
        self.folder, self.office = folder, office
        with self.connection() as box:
            box.create(folder)
        self.settings = InboxSettings(
            host="localhost", port=office.imaps, ca_file=str(office.authority.ca), user=USER,
            password_env="KIM_TEST_PASSWORD", folder=folder, **more,
        )  # fmt: skip
        self.inbox = ImapInbox(self.settings, WORDS)

    def connection(self):
        """A connection of the test's own."""
        context = ssl.create_default_context(cafile=str(self.office.authority.ca))
        box = imaplib.IMAP4_SSL("localhost", self.office.imaps, ssl_context=context, timeout=30)
        box.login(USER, PASSWORD)
        return box

    def put(self, message, on=TODAY):
        """A message arrives."""
        with self.connection() as box:
            stamp = f'"{on:%d-%b-%Y} 12:00:00 +0100"'
            assert box.append(self.folder, "", stamp, message.as_bytes())[0] == "OK"

    def read_by_people(self, uid):
        """Somebody opens a message."""
        self.flag(uid, r"(\Seen)")

    def flag(self, uid, flags):
        """Flags are set on a message."""
        with self.connection() as box:
            box.select(self.folder)
            box.uid("STORE", str(uid), "+FLAGS", flags)

    def subjects(self, folder):
        """What lies in a folder."""
        with self.connection() as box:
            box.select(folder, readonly=True)
            _, found = box.search(None, "ALL")
            numbers = found[0].decode().split()
            return [box.fetch(n, "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1][0][1].strip() for n in numbers]


@pytest.fixture(params=["memory", pytest.param("dovecot", marks=pytest.mark.servers)])
def box(request, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", PASSWORD)
    if request.param == "memory":
        return Memory()
    name = "".join(sign for sign in request.node.name if sign.isalnum())
    return Server(request.getfixturevalue("office"), name)


def read(box, after=0, since=TODAY):
    with box.inbox.opened() as opened:
        return [(each.uid, str(each.message["Subject"])) for each in opened.letters(after, since)]


def test_messages_come_in_their_order_and_stay_unread(box):
    for subject in ("eins", "zwei"):
        box.put(letter(subject))
    assert read(box) == [(1, "eins"), (2, "zwei")]
    with box.inbox.opened() as opened:
        assert opened.unread() == 2


def test_what_was_looked_at_is_not_read_again(box):
    box.put(letter("eins"))
    assert read(box, after=1) == []
    box.put(letter("zwei"))
    assert read(box, after=1) == [(2, "zwei")]


def test_what_people_opened_is_read_all_the_same(box):
    box.put(letter("eins"))
    box.read_by_people(1)
    assert read(box) == [(1, "eins")]


def test_old_messages_are_left_alone(box):
    box.put(letter("alt"), on=TODAY - timedelta(days=30))
    box.put(letter("neu"))
    assert read(box) == [(2, "neu")]


def test_what_is_put_away_is_no_longer_unread(box):
    box.put(letter("eins"))
    box.put(letter("zwei"))
    with box.inbox.opened() as opened:
        opened.put_away(1)
        assert opened.unread() == 1
    with box.inbox.opened() as opened:
        assert opened.unread() == 1


def test_the_body_is_there_and_numbers_mean_the_same_next_time(box):
    box.put(letter("eins", "Grüße"))
    validities = []
    for _ in range(2):
        with box.inbox.opened() as opened:
            (found,) = opened.letters(0, TODAY)
            assert "Grüße" in found.message.get_payload(decode=True).decode()
            validities.append(opened.validity)
    assert validities[0] == validities[1] > 0


def test_an_empty_mailbox(box):
    assert read(box) == []
    with box.inbox.opened() as opened:
        assert opened.unread() == 0


@pytest.mark.servers
def test_what_is_done_goes_into_the_folder_for_it_and_nothing_else_is_removed(office, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", PASSWORD)
    box = Server(office, "filed", processed="Processed")
    with box.connection() as connection:
        connection.create("Processed")
    for subject in ("eins", "zwei"):
        box.put(letter(subject))
    box.flag(2, r"(\Deleted)")
    with box.inbox.opened() as opened:
        opened.put_away(1)
    assert box.subjects("filed") == [b"Subject: zwei"], "what people mark as deleted is theirs to remove"
    assert box.subjects("Processed") == [b"Subject: eins"]


@pytest.mark.servers
def test_a_message_that_is_too_large_comes_without_its_body(office, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", PASSWORD)
    box = Server(office, "large")
    box.put(letter("groß", "x" * 70 + "\n" * 3_100_000))
    with box.inbox.opened() as opened:
        (found,) = opened.letters(0, TODAY)
    assert (found.whole, found.message["Subject"] is None) == (False, False)
    assert not str(found.message.get_payload()).strip()


@pytest.mark.servers
def test_a_wrong_password_and_a_folder_that_is_not_there(office, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", PASSWORD)
    box = Server(office, "there")
    missing = ImapInbox(box.settings.model_copy(update={"folder": "nowhere"}), WORDS)
    with pytest.raises(MailboxProblem, match="localhost"), missing.opened():
        pass
    monkeypatch.setenv("KIM_TEST_PASSWORD", "falsch")
    with pytest.raises(MailboxProblem, match="localhost"), box.inbox.opened():
        pass


@pytest.mark.servers
def test_a_certificate_of_nobody_knows_whom_is_refused(office, monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", PASSWORD)
    settings = InboxSettings(host="localhost", port=office.imaps, user=USER, password_env="KIM_TEST_PASSWORD")
    with pytest.raises(MailboxProblem, match="Zertifikat wird nicht anerkannt"), ImapInbox(settings, WORDS).opened():
        pass


def test_a_server_that_is_not_there(monkeypatch):
    monkeypatch.setenv("KIM_TEST_PASSWORD", PASSWORD)
    settings = InboxSettings(host="localhost", port=free_port(), user=USER, password_env="KIM_TEST_PASSWORD")
    with pytest.raises(MailboxProblem, match="localhost"), ImapInbox(settings, WORDS).opened():
        pass


def test_a_password_that_is_missing_is_said(monkeypatch):
    monkeypatch.delenv("KIM_TEST_PASSWORD", raising=False)
    settings = InboxSettings(host="localhost", user=USER, password_env="KIM_TEST_PASSWORD")
    with pytest.raises(MailboxProblem, match="KIM_TEST_PASSWORD"), ImapInbox(settings, WORDS).opened():
        pass
