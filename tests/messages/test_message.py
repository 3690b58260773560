"""Messages for the wire: safe headers, a lasting identity, a calendar entry."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from msgspec.structs import replace

from automations.messages.addresses import AddressProblem, address, named_address
from automations.messages.message import Sender, build, message_id
from automations.messages.render import Rendered, Renderer
from automations.messages.reply_tokens import ReplyTokens
from automations.messages.samples import samples
from automations.model.settings import SiteFacts

NOW = datetime(2024, 10, 31, 8, 15, tzinfo=ZoneInfo("Europe/Berlin"))
SENDER = Sender('"Stadt Herne, Termine" <termine@herne.test>', b"k" * 32, reply_to="antwort@herne.test", answers=True)
REMINDER = next(mail for mail in samples() if mail.template == "appointment_reminder")
TEXTS = Rendered("Erinnerung – تذكير", "Text äöü\n", "<p>Text äöü</p>", ("ar", "de"))
ONE_OF_EACH = {"From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language"}


def built(**changes) -> EmailMessage:
    return build(replace(REMINDER, **changes), TEXTS, SENDER, NOW)


def reread(message: EmailMessage) -> EmailMessage:
    return email.message_from_bytes(message.as_bytes(), policy=policy.default)


def test_the_message_says_who_it_is_from_and_that_a_program_wrote_it():
    message = reread(built())
    assert message["From"].addresses[0].display_name == "Stadt Herne, Termine"
    assert message["From"].addresses[0].addr_spec == "termine@herne.test"
    assert message["To"] == "klient@example.org"
    assert message["Reply-To"] == "antwort@herne.test"
    assert message["Subject"] == "Erinnerung – تذكير"
    assert message["Date"].datetime == NOW
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "ar, de"
    assert not {"List-Unsubscribe", "List-Unsubscribe-Post", "Bcc", "Cc"} & set(message.keys())


def test_every_byte_is_ascii_and_lines_are_short():
    content = built().as_bytes()
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize("language", ["de", "ar", "ru"])
def test_the_bytes_are_those_that_the_library_would_write(language):
    tokens = ReplyTokens((b"k" * 32,), "antwort@herne.test")
    renderer = Renderer(SiteFacts(mail_from=SENDER.sender), None, tokens)
    for mail in samples():
        message = build(mail, renderer.render(replace(mail, language=language)), SENDER, NOW)
        assert message.as_bytes() == EmailMessage.as_bytes(message)


def test_the_same_mail_has_the_same_bytes():
    assert built().as_bytes() == built().as_bytes()


def test_the_message_id_depends_on_the_key_of_the_mail_alone():
    assert built()["Message-ID"] == built(to="other@kim.test")["Message-ID"]
    assert built()["Message-ID"] != built(key="another")["Message-ID"]
    assert message_id("k", SENDER) != message_id("k", replace(SENDER, key=b"x" * 32))
    assert "reminder" not in built()["Message-ID"]


def test_text_html_and_calendar_stand_beside_each_other():
    message = reread(built())
    alternatives = [part.get_content_type() for part in next(message.iter_parts()).iter_parts()]
    assert alternatives == ["text/plain", "text/html", "text/calendar"]
    calendar = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert calendar.get_param("method") == "REQUEST"
    assert [part.get_filename() for part in message.iter_attachments()] == ["termin.ics"]
    content = calendar.get_payload(decode=True)
    assert b"@example.org" in content
    assert b"T-2024-2855" not in content, "whoever knows the number could answer for others"
    assert message.get_body(("plain",)).get_content().strip() == "Text äöü"


def test_without_an_appointment_there_is_no_calendar():
    assert not [part for part in reread(built(calendar=None)).walk() if part.get_content_type() == "text/calendar"]


def test_a_protected_place_is_not_in_the_calendar_even_if_it_was_given():
    message = built(context={"protected": True}, calendar=replace(REMINDER.calendar, location="Geheim"))
    parts = [part.get_payload(decode=True) for part in reread(message).walk() if not part.is_multipart()]
    assert not [part for part in parts if b"Geheim" in part]


def test_replies_go_to_the_sender_where_no_other_mailbox_is_named():
    plain = build(REMINDER, TEXTS, Sender("termine@herne.test", b"k"), NOW)
    assert plain["Reply-To"] == "termine@herne.test"
    assert plain["From"] == "termine@herne.test"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("klient@kim.test", "klient@kim.test"),
        (" klient@kim.test \t", "klient@kim.test"),
        ("klient@kim.test\u00a0", "klient@kim.test"),
        ("klient@bücher.test", "klient@xn--bcher-kva.test"),
        ("klient@BÜCHER.test", "klient@xn--bcher-kva.test"),
        ("klient@straße.test", "klient@xn--strae-oqa.test"),
        ("klient+x@почта.test", "klient+x@xn--80a1acny.test"),
        ("o'brien@kim.test", "o'brien@kim.test"),
        ("klient@kim.test\n", "klient@kim.test"),
    ],
)
def test_addresses_that_can_be_used(typed, expected):
    assert address(typed).addr_spec == expected
    assert built(to=typed)["To"] == expected


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "klient",
        "@kim.test",
        "klient@",
        "a@kim.test, b@kim.test",
        "a@kim.test; b@kim.test",
        "a@kim.test b@kim.test",
        "a@b@kim.test",
        "Anna <a@kim.test>",
        "a@kim.test\r\nBcc: all@kim.test",
        "a@kim.test\nSubject: x",
        "jürgen@kim.test",
        "a@kim..test",
        "a@-kim.test\u3002",
        'a"b@kim.test',
        "a@[::1",
        "a@ki m.test",
        "a@" + "ü" * 80 + ".test",
    ],
)
def test_addresses_that_cannot(typed):
    with pytest.raises(AddressProblem):
        built(to=typed)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60))
def test_whatever_stands_in_the_address_cell_there_is_one_recipient_or_a_problem(typed):
    try:
        message = reread(built(to=typed))
    except AddressProblem:
        return
    assert len(message["To"].addresses) == 1
    assert set(message.keys()) - {"MIME-Version", "Content-Type", "X-Auto-Response-Suppress"} == ONE_OF_EACH


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=80), st.text(max_size=40))
def test_no_text_adds_a_header(subject, name):
    sender = replace(SENDER, sender="x <termine@herne.test>")
    rendered = replace(TEXTS, subject=subject + "\r\nBcc: all@kim.test")
    message = reread(build(replace(REMINDER, context={"place": name}, key=name + "\r\nBcc: x"), rendered, sender, NOW))
    assert len(message.keys()) == len(ONE_OF_EACH) + 3
    assert "Bcc" not in message


@pytest.mark.parametrize(
    ("typed", "name", "spec"),
    [
        ("Stadt Herne <a@b.test>", "Stadt Herne", "a@b.test"),
        ('"Herne, Stadt" <a@b.test>', "Herne, Stadt", "a@b.test"),
        ("Herne, Stadt <a@b.test>", "Herne, Stadt", "a@b.test"),
        ("<a@b.test>", "", "a@b.test"),
        ("Bürgerbüro Ümläut <a@bücher.test>", "Bürgerbüro Ümläut", "a@xn--bcher-kva.test"),
        ("a@b.test", "", "a@b.test"),
    ],
)
def test_senders_with_names(typed, name, spec):
    found = named_address(typed)
    assert (found.display_name, found.addr_spec) == (name, spec)
    message = reread(build(REMINDER, TEXTS, replace(SENDER, sender=typed), NOW))
    assert message["From"].addresses[0].display_name == name


def test_a_header_copied_from_a_message_stays_text():
    evil = EmailMessage()
    evil["Subject"] = "=?utf-8?q?Hallo=0D=0ABcc=3A_all=40kim=2Etest?="
    message = reread(build(REMINDER, replace(TEXTS, subject=str(evil["Subject"])), SENDER, NOW))
    assert "Bcc" not in message


def test_calendar_programs_can_read_it():
    part = next(part for part in reread(built()).walk() if part.get_content_type() == "text/calendar")
    event = Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")[0]
    assert event["organizer"] == "mailto:antwort@herne.test"
    assert event["attendee"] == "mailto:klient@example.org"
    assert event["attendee"].params["RSVP"] == "TRUE"
    assert event.start == datetime(2024, 11, 5, 9, 30, tzinfo=UTC)


def test_a_link_to_object_survives_the_wire_unbroken():
    tokens = ReplyTokens((b"k" * 32,), "ein.langes.postfach.fuer.antworten@termine.stadt-musterstadt.example.org")
    link = tokens.bare_link("T-2024-2855", 12, "object", "STOP")
    message = reread(build(REMINDER, replace(TEXTS, unsubscribe=link), SENDER, NOW))
    assert message["List-Unsubscribe"] == f"<{link}>"
    assert b"?utf-8?" not in build(REMINDER, replace(TEXTS, unsubscribe=link), SENDER, NOW)["List-Unsubscribe"].encode()
    assert "List-Unsubscribe-Post" not in message
