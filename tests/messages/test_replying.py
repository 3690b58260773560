"""From the mailbox into the ledger: once, before the message is put away, and for the right case."""

from __future__ import annotations

import email
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from automations.ledger.book import open_ledger
from automations.ledger.recording import PlannedMail
from automations.messages.calendar_answers import secret_uid
from automations.messages.inbox import NotPutAwayError
from automations.messages.message import Sender, message_id
from automations.messages.reply_tokens import ReplyTokens, make
from automations.messages.replying.inflow import read_inbox
from automations.messages.return_path import marked
from automations.messages.samples import samples
from automations.model.fact_kinds.messages import Letter
from automations.model.told import Telling, address_digest
from tests.support.fake_inbox import FakeInbox
from tests.support.letters import CLIENT, calendar_reply, letter, returned

NOW = datetime(2024, 10, 31, 8, 0, tzinfo=UTC)
SENDER = Sender("Stadt Herne <termine@kim.test>", b"s" * 32, answers=True, archive="archive@kim.test")
TOKENS = ReplyTokens((b"k" * 32,), "termine@kim.test")
SAMPLE = next(mail for mail in samples() if mail.template == "appointment_reminder")
BERLIN = ZoneInfo("Europe/Berlin")
CASE, NUMBER = "KIM-2024-0001", "T-2024-00001"
STEPS = NOW + timedelta(days=9)


def mail(number=NUMBER, case=CASE, version=2, to=CLIENT, step="5", **more):
    entry = replace(SAMPLE.calendar, uid=f"uid-{number}@kim.test", sequence=version)
    return replace(
        SAMPLE, key=f"{SAMPLE.rule}/{number}/{version}/{step}", case=case, subject_key=number, version=version, to=to,
        not_after=STEPS, calendar=entry, context={**SAMPLE.context, "status": "planned"}, **more,
    )  # fmt: skip


@pytest.fixture
def ledger():
    with open_ledger("sqlite://", now=NOW) as opened:
        yield opened


def left(ledger, *mails, state="sent"):
    ledger.record("R1", NOW, (), [PlannedMail(item, "queued") for item in mails], (), frozenset(), live=True)
    for item in mails:
        assert ledger.claim(item.key, NOW)
        ledger.settle_mail(item.key, state, NOW)


def take(ledger, box, now=NOW):
    return read_inbox(box, ledger, TOKENS, SENDER, now, "de")


def inbox(*messages):
    box = FakeInbox()
    box.put(*messages)
    return box


def button(action, version=2, number=NUMBER, body="Ja", **headers):
    return letter(f"Ja {make(number, version, action, TOKENS.keys[0])}", body, **headers)


def history(ledger):
    return ledger.history(live=True)


def test_a_confirmation_is_kept_with_the_status_that_the_client_was_asked_at(ledger):
    left(ledger, mail())
    box = inbox(button("confirm"))
    found = take(ledger, box)
    assert (dict(found.results), found.unread, box.seen) == ({"confirm": 1}, 0, {1})
    (reply,) = history(ledger).replies[NUMBER]
    assert (reply.case, reply.version, reply.action, dict(reply.seen)) == (CASE, 2, "confirm", {"status": "planned"})


def test_waiting_mails_of_the_version_are_dropped_at_once(ledger):
    left(ledger, mail())
    later = mail(step="2")
    ledger.record("R2", NOW, (), [PlannedMail(later, "queued")], (), frozenset(), live=True)
    take(ledger, inbox(button("cancel")))
    assert history(ledger).mails[later.key].state == "suppressed"


def test_the_same_message_is_taken_once(ledger):
    left(ledger, mail())
    box = inbox(button("confirm"))
    take(ledger, box)
    box.validity = 2  # the server numbers its messages anew
    assert dict(take(ledger, box).results) == {"known": 1}
    assert len(history(ledger).replies[NUMBER]) == 1


def test_two_taps_are_two_answers_in_their_order(ledger):
    left(ledger, mail())
    same = {"Received": "by box; Thu, 31 Oct 2024 07:00:00 +0000"}
    take(ledger, inbox(button("cancel", **same), button("confirm", body="doch", **same)))
    assert [reply.action for reply in history(ledger).replies[NUMBER]] == ["cancel", "confirm"]


@pytest.mark.parametrize("spelt", [str.lower, str.upper, str.swapcase])
def test_a_telephone_that_writes_subjects_in_other_letters_answers_all_the_same(ledger, spelt):
    left(ledger, mail(), mail(number="Termin 7ä"))
    codes = [make(number, 2, "cancel", TOKENS.keys[0]) for number in (NUMBER, "Termin 7ä")]
    box = inbox(*(letter(spelt(f"Nein {code}"), "Nein") for code in codes))
    assert dict(take(ledger, box).results) == {"cancel": 2}
    assert [one.action for one in history(ledger).replies["Termin 7ä"]] == ["cancel"]


def test_a_code_about_nothing_that_was_sent_is_for_people(ledger):
    box = inbox(button("confirm"))
    assert (dict(take(ledger, box).results), box.seen) == ({"people": 1}, set())
    assert history(ledger).replies == {}


def test_what_is_for_people_stays_unread_and_is_counted(ledger):
    box = inbox(letter("Frage", "Wo ist das?"), letter("Re: Termin", "abwesend", Auto_Submitted="auto-replied"))
    found = take(ledger, box)
    assert (dict(found.results), found.unread, box.seen) == ({"people": 1, "ignored": 1}, 1, {2})
    assert history(ledger).facts["inbox", "unread"] == {"count": 1}
    assert dict(take(ledger, box).results) == {}, "looked at once"
    box.seen.add(1)
    assert take(ledger, box).unread == 0


def test_what_people_read_first_counts_all_the_same(ledger):
    left(ledger, mail())
    box = inbox(button("confirm"))
    box.seen.add(1)
    take(ledger, box)
    assert NUMBER in history(ledger).replies


@pytest.mark.parametrize("about", ["maybe", "counter", "handed_on"])
def test_a_calendar_that_says_neither_yes_nor_no_is_asked_about_by_the_case(ledger, about):
    """Also where the time proposed is none that anybody was told of."""
    left(ledger, mail(), mail(number="T-9", case="KIM-2024-0009"))
    start = SAMPLE.calendar.start + timedelta(hours=6)
    uid = secret_uid(f"uid-{NUMBER}@kim.test", SENDER.key)
    box = inbox(
        calendar_reply(uid, None, method="COUNTER", start=start)
        if about == "counter"
        else calendar_reply(uid, 2, {"maybe": "TENTATIVE", "handed_on": "DELEGATED"}[about])
    )
    assert dict(take(ledger, box).results) == {"asked": 1}
    (letter_of,) = history(ledger).facts_of(Letter).values()
    assert (letter_of.about, letter_of.case, letter_of.appointment) == (about, CASE, NUMBER)
    assert letter_of.words == (f"{start.astimezone(BERLIN):%d.%m.%Y %H:%M}" if about == "counter" else "–")
    assert history(ledger).replies == {}


@pytest.mark.parametrize("kind", ["application/ics", "application/octet-stream"])
def test_a_calendar_answer_may_be_a_file_whose_domain_came_back_in_capitals(ledger, kind):
    left(ledger, mail())
    name, _, domain = secret_uid(f"uid-{NUMBER}@kim.test", SENDER.key).partition("@")
    text = calendar_reply(f"{name}@{domain.upper()}", 2, "declined").get_payload(1).get_payload(decode=True)
    reply = letter("Declined: Termin", "Tapped in a calendar")
    reply.add_attachment(text, *kind.split("/"), filename="invite.ics")
    assert dict(take(ledger, inbox(reply)).results) == {"cancel": 1}
    assert [one.action for one in history(ledger).replies[NUMBER]] == ["cancel"]


def test_a_calendar_answer_is_known_by_its_secret_name(ledger):
    left(ledger, mail())
    uid = secret_uid(f"uid-{NUMBER}@kim.test", SENDER.key)
    box = inbox(calendar_reply(uid, 2, "DECLINED"), calendar_reply(f"uid-{NUMBER}@kim.test", 2, "ACCEPTED"))
    assert dict(take(ledger, box).results) == {"cancel": 1, "people": 1}
    assert [(reply.action, reply.version) for reply in history(ledger).replies[NUMBER]] == [("cancel", 2)]


@pytest.mark.parametrize(
    ("start", "answered"),
    [
        (SAMPLE.calendar.start, 2),
        (SAMPLE.calendar.start - timedelta(days=1), 1),
        (SAMPLE.calendar.start + timedelta(9), None),
    ],
)
def test_a_calendar_that_names_no_version_means_the_one_with_its_start(ledger, start, answered):
    earlier = mail(version=1)
    entry = replace(earlier.calendar, start=SAMPLE.calendar.start - timedelta(days=1))
    left(ledger, replace(earlier, calendar=entry), mail())
    uid = secret_uid(f"uid-{NUMBER}@kim.test", SENDER.key)
    take(ledger, inbox(calendar_reply(uid, None, start=start)))
    assert [reply.version for reply in history(ledger).replies.get(NUMBER, ())] == ([answered] if answered else [])


def test_an_objection_by_button_is_about_the_case(ledger):
    left(ledger, mail())
    assert dict(take(ledger, inbox(button("object"))).results) == {"object": 1}
    assert history(ledger).objected.keys() == {CASE}


def test_a_typed_stop_is_about_the_mail_that_it_answers(ledger):
    first, other = mail(), mail("T-2024-00002", "KIM-2024-0002", to="other@example.test")
    left(ledger, first, other)
    quoting = letter("Re: Termin", "STOP", "third@example.test", In_Reply_To=message_id(other.key, SENDER))
    take(ledger, inbox(quoting))
    assert history(ledger).objected.keys() == {"KIM-2024-0002", address_digest("third@example.test")}


def letters(ledger):
    return [data for (kind, _), data in history(ledger).facts.items() if kind == "letter"]


@pytest.mark.parametrize("tapped", [False, True])
def test_words_beside_an_objection_are_for_people(ledger, tapped):
    sent, words = mail(), "Bitte keine Mails mehr, mein Mann liest mit."
    left(ledger, sent)
    quoting = letter("Re: Termin", words, In_Reply_To=message_id(sent.key, SENDER))
    take(ledger, inbox(button("object", body=words) if tapped else quoting))
    assert history(ledger).objected.keys() >= {CASE}
    assert [(data["about"], data["action"], data["words"]) for data in letters(ledger)] == [("words", "object", words)]


def test_a_typed_stop_without_reference_is_a_question_about_each_case_of_the_sender(ledger):
    left(ledger, mail(), mail("T-2024-00002", "KIM-2024-0002"), mail("T-2024-00003", "KIM-2024-0003", to="x@y.test"))
    box = inbox(letter("Re: Termin", "Стоп"))
    assert (dict(take(ledger, box).results), box.seen) == ({"asked": 1}, set())
    assert history(ledger).objected == {}
    assert {(data["case"], data["about"], data["reason"]) for data in letters(ledger)} == {
        (CASE, "objection", "unknown"),
        ("KIM-2024-0002", "objection", "unknown"),
    }


@pytest.mark.parametrize(
    ("verdict", "believed"),
    [
        ("mx.kim.test; dmarc=fail header.from=example.test", False),
        ("mx.kim.test; spf=fail smtp.mailfrom=x.test; dkim=none", False),
        ("mx.kim.test; spf=fail; dkim=pass; dmarc=pass", True),
        ("mx.kim.test; spf=softfail; dkim=none", True),
    ],
)
def test_an_objection_whose_sender_the_server_doubts_is_a_question(ledger, verdict, believed):
    sent = mail()
    left(ledger, sent)
    made = letter("Re: Termin", "STOP", In_Reply_To=message_id(sent.key, SENDER), Authentication_Results=verdict)
    take(ledger, inbox(made))
    assert (CASE in history(ledger).objected) == believed
    assert [data["reason"] for data in letters(ledger)] == ([] if believed else ["forged"])


def test_words_beside_a_button_are_kept_for_people_and_the_answer_counts(ledger):
    left(ledger, mail())
    box = inbox(
        button("cancel", body="Ja\n\nMein Kind ist krank, ich brauche dringend Hilfe.\n\nGesendet von meinem iPhone")
    )
    assert (dict(take(ledger, box).results), box.seen) == ({"cancel": 1}, set())
    (data,) = letters(ledger)
    assert (data["about"], data["words"]) == ("words", "Mein Kind ist krank, ich brauche dringend Hilfe.")


def test_words_without_a_button_in_answer_to_a_mail_of_ours_are_asked_about_at_once(ledger):
    sent = mail()
    left(ledger, sent)
    said = "Hallo,\nich kann am Mittwoch nicht kommen, mein Kind ist krank.\nMit freundlichen Grüßen\n\n> Guten Tag"
    box = inbox(letter("Re: Termin", said, In_Reply_To=message_id(sent.key, SENDER)))
    assert (dict(take(ledger, box).results), box.seen) == ({"asked": 1}, set())
    (data,) = letters(ledger)
    assert (data["about"], data["case"], data["appointment"]) == ("mail", CASE, NUMBER)
    assert data["words"] == "ich kann am Mittwoch nicht kommen, mein Kind ist krank."
    assert history(ledger).replies == {}, "nothing follows from it by itself"


@pytest.mark.parametrize(
    ("said", "quotes"), [("Vielen Dank!\nGesendet von meinem iPhone", True), ("Wo ist das?", False)]
)
def test_thanks_and_letters_that_quote_nothing_of_ours_are_left_in_the_mailbox(ledger, said, quotes):
    sent = mail()
    left(ledger, sent)
    refers = {"In_Reply_To": message_id(sent.key, SENDER)} if quotes else {}
    box = inbox(letter("Re: Termin", said, **refers))
    found = take(ledger, box)
    assert (dict(found.results), found.unread, letters(ledger)) == ({"people": 1}, 1, [])


def test_words_against_the_button_make_a_question_of_it(ledger):
    left(ledger, mail())
    box = inbox(button("confirm", body="Ich kann leider doch nicht kommen."))
    assert (dict(take(ledger, box).results), box.seen) == ({"asked": 1}, set())
    assert history(ledger).replies == {}
    assert [(data["about"], data["action"], data["case"]) for data in letters(ledger)] == [
        ("contrary", "confirm", CASE)
    ]


def test_an_answer_belongs_to_the_case_that_was_asked(ledger):
    left(ledger, mail(version=1, case="KIM-2024-0007"), mail(version=2))
    take(ledger, inbox(button("cancel", version=1)))
    assert [reply.case for reply in history(ledger).replies[NUMBER]] == ["KIM-2024-0007"]


def test_a_stop_of_a_stranger_or_a_colleague_is_for_people(ledger):
    left(ledger, mail(to="lead@kim.test", audience="staff"))
    box = inbox(letter("Re: Morgen", "STOP", "lead@kim.test"), letter("x", "STOP", "nobody@example.test"))
    assert dict(take(ledger, box).results) == {"people": 2}
    assert history(ledger).objected == {}


def test_an_objection_counts_from_when_it_is_read_whatever_clock_its_sender_has(ledger):
    left(ledger, mail())
    made = letter(
        "Re: Termin", "STOP", Date="Mon, 02 Sep 2024 08:00:00 +0000", In_Reply_To=message_id(mail().key, SENDER)
    )
    take(ledger, inbox(made))
    assert set(history(ledger).objected.values()) == {NOW}


def test_a_yes_with_a_stop_is_both(ledger):
    left(ledger, mail())
    take(ledger, inbox(button("confirm", body="STOP")))
    assert {reply.action for reply in history(ledger).replies[NUMBER]} == {"confirm", "object"}


@pytest.mark.parametrize(
    ("status", "action", "state", "dead", "result"),
    [
        ("5.1.1", "failed", "bounced", True, "bounced"),
        ("5.2.2", "failed", "bounced", False, "bounced"),
        ("4.4.1", "delayed", "sent", False, "ignored"),
    ],
)
def test_returned_mails(ledger, status, action, state, dead, result):
    sent = mail()
    left(ledger, sent)
    box = inbox(returned(message_id(sent.key, SENDER), status, action))
    assert dict(take(ledger, box).results) == {result: 1}
    known = history(ledger)
    assert known.mails[sent.key].state == state
    assert known.bounced.keys() == ({address_digest(CLIENT)} if dead else set())
    assert CLIENT not in known.mails[sent.key].detail


def test_a_returned_mail_that_is_none_of_ours_is_for_people(ledger):
    left(ledger, mail())
    assert dict(take(ledger, inbox(returned("<other@kim.test>"))).results) == {"people": 1}
    assert history(ledger).bounced == {}


def test_a_copy_in_the_archive_that_came_back_says_nothing_about_the_client(ledger):
    sent = mail(to="other@example.test")
    left(ledger, sent)
    notice = returned(message_id(sent.key, SENDER), to="archive@kim.test")
    assert dict(take(ledger, inbox(notice)).results) == {"people": 1}
    assert history(ledger).mails[sent.key].state == "sent"
    assert history(ledger).bounced == {}


def test_a_forwarder_reports_an_address_of_its_own(ledger):
    sent = mail()
    left(ledger, sent)
    take(ledger, inbox(returned(message_id(sent.key, SENDER), to="old@other.test")))
    assert history(ledger).mails[sent.key].state == "bounced"


def test_a_report_is_known_by_the_address_that_it_came_to(ledger):
    sent = mail()
    left(ledger, sent)
    back = marked("termine@kim.test", message_id(sent.key, SENDER))
    notice = returned("", to="old@other.test").as_string().replace("Message-ID: \n", "")
    made = email.message_from_string(notice.replace("To: termine@kim.test\nSubject", f"To: {back}\nSubject", 1))
    assert dict(take(ledger, inbox(made)).results) == {"bounced": 1}
    assert history(ledger).mails[sent.key].state == "bounced"


def test_a_report_that_names_no_mail_is_about_the_newest_to_its_address(ledger):
    left(ledger, mail(step="5"), mail("T-2024-00002", "KIM-2024-0002", to="other@example.test"))
    notice = returned("").as_string().replace("Message-ID: \n", "")
    assert dict(take(ledger, inbox(email.message_from_string(notice))).results) == {"bounced": 1}
    assert [item.mail.to for item in ledger.mails("bounced")] == [CLIENT]


def test_an_address_in_foreign_letters_is_known_again(ledger):
    sent = mail(to="olena@bücher.test")
    left(ledger, sent)
    notice = (
        returned(message_id(sent.key, SENDER)).as_string().replace("olena@example.test", "olena@xn--bcher-kva.test")
    )
    assert dict(take(ledger, inbox(email.message_from_string(notice))).results) == {"bounced": 1}


def test_copies_of_our_own_mails_stay_where_they_are(ledger):
    sent = mail()
    left(ledger, sent)
    box = inbox(letter("Ihr Termin", Auto_Submitted="auto-generated", Message_ID=message_id(sent.key, SENDER)))
    assert (dict(take(ledger, box).results), box.seen) == ({"own": 1}, set())


def test_the_same_notice_twice_changes_nothing(ledger):
    sent = mail()
    left(ledger, sent)
    notice = returned(message_id(sent.key, SENDER))
    assert dict(take(ledger, inbox(notice, notice)).results) == {"bounced": 2}
    assert ledger.check() == ()


@pytest.mark.parametrize("steps", range(6))
def test_a_line_that_is_cut_anywhere_loses_and_doubles_nothing(ledger, steps):
    left(ledger, mail(), mail("T-2024-00002", "KIM-2024-0002"))
    box = inbox(button("confirm"), button("cancel", number="T-2024-00002"))
    box.breaks = steps
    found = take(ledger, box)
    assert bool(found.trouble) == (steps < 5)
    assert ("the line is dead" in found.trouble) == (steps < 5)
    box.breaks = None
    assert take(ledger, box).trouble == ""
    replies = history(ledger).replies
    assert {number: [reply.action for reply in some] for number, some in replies.items()} == {
        NUMBER: ["confirm"],
        "T-2024-00002": ["cancel"],
    }
    assert box.seen == {1, 2}


def test_a_mailbox_that_lets_nothing_be_put_away_keeps_no_answer_from_being_read(ledger, monkeypatch):
    left(ledger, mail(), mail("T-2024-00002", "KIM-2024-0002"))
    box = inbox(button("confirm"), button("cancel", number="T-2024-00002"))

    def shut(_):
        raise NotPutAwayError("[READ-ONLY]")

    monkeypatch.setattr(box, "put_away", shut)
    found = take(ledger, box)
    assert found.results == {"confirm": 1, "cancel": 1}
    assert found.trouble.endswith("nicht als gelesen kennzeichnen oder verschieben: [READ-ONLY]")
    # Once: the next run has nothing new to say of them.
    again = take(ledger, box)
    assert (again.results, again.trouble) == ({}, "")


def test_a_message_that_cannot_be_understood_stops_no_other(ledger, monkeypatch):
    left(ledger, mail())
    box = inbox(letter("bad"), button("confirm"))
    monkeypatch.setattr(type(box.letters_in[1]), "walk", _broken_walk(box.letters_in[1]))
    assert dict(take(ledger, box).results) == {"people": 1, "confirm": 1}


def _broken_walk(broken):
    walk = type(broken).walk

    def walking(self):
        if self is broken:
            raise RuntimeError("no such thing")
        return walk(self)

    return walking


def test_old_messages_and_dates_from_the_future(ledger):
    left(ledger, mail())
    box = FakeInbox()
    box.put(button("cancel"), on=(NOW - timedelta(days=90)).date())
    box.put(button("confirm", Date="Mon, 01 Jan 2035 00:00:00 +0000"))
    take(ledger, box)
    (reply,) = history(ledger).replies[NUMBER]
    assert (reply.action, reply.at.date()) == ("confirm", NOW.date())


def together(**more):
    """One mail for two people of a household, and another appointment of theirs that it carries."""
    his, hers = Telling("r/T-1/2/5", "K-1", "T-1", 2), Telling("r/T-2/4/5", "K-2", "T-2", 4, {"status": ""})
    later = replace(mail("T-7", "K-1", 1), tells=(Telling("r/T-7/1/5", "K-1", "T-7", 1),))
    return replace(mail("T-1", "K-1"), tells=(his, hers), joined=(later,), **more)


@pytest.mark.parametrize(("number", "version"), [("T-1", 2), ("T-2", 4)])
def test_an_answer_to_a_households_mail_counts_for_each_member_and_for_this_appointment_alone(ledger, number, version):
    left(ledger, together())
    take(ledger, inbox(button("cancel", version, number)))
    replies = history(ledger).replies
    assert {name: [(one.case, one.version, one.action) for one in found] for name, found in replies.items()} == {
        "T-1": [("K-1", 2, "cancel")], "T-2": [("K-2", 4, "cancel")],
    }  # fmt: skip
    assert (dict(replies["T-1"][0].seen), dict(replies["T-2"][0].seen)) == ({"status": "planned"}, {"status": ""})


def test_an_answer_about_what_a_mail_carried_is_about_that(ledger):
    left(ledger, together())
    take(ledger, inbox(button("confirm", 1, "T-7")))
    assert list(history(ledger).replies) == ["T-7"]


def test_stop_on_a_households_mail_is_everybodys(ledger):
    left(ledger, together())
    take(ledger, inbox(button("object", 2, "T-1", body="STOP")))
    assert {"K-1", "K-2"} <= set(history(ledger).objected)


def test_half_signs_in_an_answer_do_not_stop_the_reading(ledger):
    left(ledger, mail())
    odd = button("confirm", body="+2AA- Ich bringe meine Schwester mit")
    odd.replace_header("Content-Type", "text/plain; charset=utf-7")
    assert dict(take(ledger, inbox(odd, button("cancel"))).results) == {"asked": 1, "cancel": 1}
