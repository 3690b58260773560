"""What comes into the mailbox is told apart: answers, objections, returned mails, machines, people."""

from __future__ import annotations

import email
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automations.messages.calendar_answers import secret_uid
from automations.messages.incoming import classify
from automations.messages.reply_tokens import ReplyToken, ReplyTokens, make
from automations.messages.stop_words import STOP_WORDS, is_objection
from tests.support.letters import CLIENT, calendar_reply, letter, reread, returned

KEY, OLD = b"k" * 32, b"o" * 32
TOKENS = ReplyTokens((KEY, OLD), "termine@kim.test")


def subject(action="confirm", words="Ja, ich komme", key=KEY):
    return f"{words} {make('T-2024-00001', 2, action, key)}"


def read(message):
    return classify(reread(message), TOKENS.verify)


def token(action):
    return ReplyToken("T-2024-00001", 2, action)


@pytest.mark.parametrize("action", ["confirm", "cancel"])
def test_a_button_is_an_answer_whoever_sends_it(action):
    for sender in (CLIENT, "Somebody Else <other@example.test>", ""):
        reading = read(letter(subject(action), "Ja, ich komme", sender))
        assert (reading.kind, reading.why, reading.token, reading.objects) == ("answer", "token", token(action), False)


def test_a_subject_that_was_encoded_and_folded_is_read():
    made = letter(subject(words="Re: так, я прийду на цю дуже важливу для мене зустріч у вівторок"))
    assert b"=?utf-8?" in made.as_bytes()
    assert read(made).token == token("confirm")


def test_an_old_key_still_counts_and_a_foreign_one_is_for_people():
    assert read(letter(subject(key=OLD))).token == token("confirm")
    reading = read(letter(subject(key=b"x" * 32)))
    assert (reading.kind, reading.token) == ("people", None)


def test_the_button_that_objects():
    reading = read(letter(subject("object", "STOP – keine Erinnerungen mehr"), "STOP – keine Erinnerungen mehr"))
    assert (reading.kind, reading.objects) == ("answer", True)


def test_stop_typed_into_the_prepared_answer_is_both():
    reading = read(letter(subject("cancel"), "STOP"))
    assert (reading.token, reading.objects) == (token("cancel"), True)


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto_submitted"),
        ({"Auto_Submitted": "auto-generated (vacation)"}, "auto_submitted"),
        ({"X_Auto_Response_Suppress": "All"}, "auto_suppress"),
        ({"X_Autoreply": "yes"}, "auto_suppress"),
        ({"Precedence": "bulk"}, "bulk"),
        ({"Precedence": "auto_reply"}, "bulk"),
        ({"Return_Path": "<>"}, "null_sender"),
    ],
)
def test_machines_are_ignored_even_with_a_code_or_a_stop(headers, why):
    for made in (letter(subject(), "Ich bin im Urlaub", **headers), letter("Re: Termin", "STOP", **headers)):
        reading = read(made)
        assert (reading.kind, reading.why, reading.token, reading.objects) == ("automatic", why, None, False)


def test_a_mail_program_that_unsubscribes_for_its_reader_is_believed():
    made = letter(subject("object"), "This message was automatically generated.", Auto_Submitted="auto-generated")
    reading = read(made)
    assert (reading.kind, reading.objects, reading.remark.text) == ("answer", True, "")


def test_what_says_that_it_is_no_machine_is_none():
    assert read(letter(subject(), Auto_Submitted="no", Return_Path=f"<{CLIENT}>")).kind == "answer"


def test_a_failure_told_in_an_old_way_names_no_mail():
    made = letter("failure notice", "Sorry, no mailbox here", "MAILER-DAEMON@old.example.test", Return_Path="<>")
    reading = read(made)
    assert reading.bounce is not None
    assert (reading.kind, reading.bounce.message_id, reading.bounce.recipients[0].final) == ("bounce", "", True)


def test_what_a_server_writes_about_other_things_is_left_to_people():
    assert read(letter("Quota", "Your archive is filling up", "postmaster@old.example.test")).kind == "people"


@pytest.mark.parametrize(("said", "action"), [("ACCEPTED", "confirm"), ("DECLINED", "cancel")])
def test_a_calendar_answers_by_itself(said, action):
    reading = read(calendar_reply("abc@kim.test", 3, said))
    assert reading.kind == "answer"
    assert reading.calendar is not None
    assert (reading.calendar.uid, reading.calendar.sequence, reading.calendar.action) == ("abc@kim.test", 3, action)


@pytest.mark.parametrize(
    "made",
    [
        calendar_reply("u@kim.test", 3, "TENTATIVE"),
        calendar_reply("u@kim.test", 3, method="COUNTER"),
        letter("Frage", "Wo ist das?"),
    ],
)
def test_neither_yes_nor_no_is_for_people(made):
    reading = read(made)
    assert reading.kind == "people"
    assert reading.calendar is None or reading.calendar.action is None


def test_an_invitation_is_no_answer():
    assert read(calendar_reply("u@kim.test", 3, method="REQUEST")).kind == "automatic"


def test_the_name_of_an_entry_cannot_be_guessed_and_stays_the_same():
    assert secret_uid("abc@kim.test", KEY) == secret_uid("abc@kim.test", KEY) != secret_uid("abc@kim.test", OLD)
    assert secret_uid("abc@kim.test", KEY).endswith("@kim.test")
    assert "abc" not in secret_uid("abc@kim.test", KEY)


@pytest.mark.parametrize(
    ("status", "action", "final", "dead"),
    [
        ("5.1.1", "failed", True, True),
        ("5.2.1", "failed", True, True),
        ("5.2.2", "failed", True, False),
        ("5.7.1", "failed", True, False),
        ("4.4.1", "failed", True, False),
        ("4.4.1", "delayed", False, False),
        ("2.0.0", "delivered", False, False),
    ],
)
def test_returned_mails(status, action, final, dead):
    for headers_only in (False, True):
        reading = read(returned("<m1@kim.test>", status, action, headers_only=headers_only))
        assert reading.kind == "bounce"
        assert reading.bounce is not None
        assert reading.bounce.message_id == "<m1@kim.test>"
        found = reading.bounce.of(CLIENT.upper())
        assert found is not None
        assert (found.status, found.final, found.dead) == (status, final, dead)
        assert reading.bounce.of("archive@kim.test") is None


@pytest.mark.parametrize(("language", "phrase"), [(code, text) for code in STOP_WORDS for text in STOP_WORDS[code]])
def test_every_stop_word_of_every_language_is_an_objection(language, phrase):
    del language
    for body in (phrase, f"  {phrase.lower()}!!", f"{phrase.upper()}.\n\n-- \nOlena\n", f"\n{phrase}\n> STOP\n> Text"):
        assert read(letter("Re: Ihr Termin", body)).objects, body


@pytest.mark.parametrize(
    "body",
    [
        "Bitte stop", "STOP, danke!", "Пожалуйста, стоп", "Будь ласка, не нагадуйте", "Stop, s'il vous plaît",
        "Vă rog opriți", "توقف من فضلك", "Lütfen durdurun",
    ],
)  # fmt: skip
def test_courtesy_changes_nothing(body):
    assert read(letter("Re: Termin", body)).objects


@pytest.mark.parametrize(
    "body",
    [
        "Wir treffen uns an der Haltestelle, stop: nein, am Markt",
        "Ich kann nicht kommen",
        "Stop by the café first, please",
        "Ja\n\nAm 30.10.2024 um 08:00 schrieb Stadt Herne <termine@kim.test>:\n> STOP – keine Erinnerungen mehr",
        "Danke\n-----Ursprüngliche Nachricht-----\nSTOP",
        "Danke\nVon: Stadt Herne\nSTOP",
        "STOP\n" + "Ich muss Ihnen etwas erzählen. " * 10,
        "",
    ],
)
def test_what_is_more_than_the_word_itself_is_for_people(body):
    reading = read(letter("Re: Ihr Termin am Dienstag", body))
    assert (reading.kind, reading.objects) == ("people", False)


@pytest.mark.parametrize(
    ("subject", "words", "objected"),
    [
        ("Ich kann nicht kommen", "Ich kann nicht kommen", False),
        ("Bitte schicken Sie mir keine Mails mehr", "", True),
        ("Re: Ihr Termin", "", False),
        ("Fwd: Ihr Termin", "", False),
        ("AW[2]: Ihr Termin", "", False),
    ],
)
def test_an_answer_that_stands_in_the_subject_alone_is_read(subject, words, objected):
    reading = read(letter(subject, ""))
    assert (reading.remark.text, reading.objects) == (words, objected)


def test_stop_in_the_subject_of_an_empty_message():
    assert read(letter("Re: AW: STOP", "")).objects
    assert not read(letter("Re: AW: STOP", "Ich komme gern")).objects


def test_a_message_in_html_alone():
    made = letter("Re: Termin")
    made.set_content(
        "<html><head><style>p { color: red }</style></head><body><p>STOP</p>"
        "<blockquote>Guten Tag, Ihr Termin</blockquote></body></html>",
        subtype="html",
    )
    assert read(made).objects
    made.set_content("<p>Danke</p><blockquote><p>STOP</p></blockquote>", subtype="html")
    assert not read(made).objects


def test_sender_time_and_what_it_answers():
    made = letter(
        "Re: Termin", "?", "Olena <OLENA@Example.test>", Message_ID="<a@b>", In_Reply_To="<1@kim.test>",
        References="<0@kim.test> <1@kim.test>", Date="Mon, 01 Jan 2035 00:00:00 +0000",
        Received="from mx by box; Thu, 31 Oct 2024 08:00:00 +0100",
    )  # fmt: skip
    reading = read(made)
    assert (reading.identity, reading.sender, reading.refers) == ("<a@b>", CLIENT, ("<1@kim.test>", "<0@kim.test>"))
    assert reading.at == datetime(2024, 10, 31, 7, tzinfo=UTC)


def test_messages_without_an_id_are_told_apart():
    first, second = letter("a"), letter("b")
    for made in (first, second):
        del made["Message-ID"]
    assert read(first).identity == read(first).identity != read(second).identity


@settings(max_examples=50)
@given(st.binary(max_size=400))
def test_no_bytes_make_it_fall_over(content):
    head = b"Subject: =?x?b?//?= \xff\r\nContent-Type: text/calendar; charset=nonsense\r\n\r\n"
    for raw in (content, head + content):
        assert classify(email.message_from_bytes(raw), TOKENS.verify).token is None


def test_a_thousand_brackets_are_nothing_to_wait_for():
    assert not is_objection("[" * 100_000)
