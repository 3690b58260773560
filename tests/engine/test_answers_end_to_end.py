"""A whole site: a reminder leaves, its button is tapped, and the next run writes it into the workbook."""

from __future__ import annotations

import dataclasses
import email
import re
import shutil
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs
from openpyxl.utils import get_column_letter

from automations.config.loading import load_site
from automations.engine.parts import open_world
from automations.engine.runner import plan, run
from automations.engine.undo import undo
from automations.messages.transport import Delivery
from automations.model.records import AppointmentStatus, ContactWay
from automations.setup.demo.site import make_site
from automations.setup.demo.story import say_yes
from automations.workbooks.xlsx.one_cell import set_cell
from tests.support.fake_inbox import FakeInbox
from tests.support.letters import calendar_reply, letter, returned
from tests.support.shelf import moved_in

AT = datetime(2024, 10, 31, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
LATER = AT + timedelta(hours=3)
BOX = '[mail.inbox]\nhost = "127.0.0.1"\nuser = "kim"\npassword_env = "KIM_TEST_PASSWORD"\n'


class Postman:
    """A mail server that takes everything and keeps it."""

    live = True

    def __init__(self):
        self.taken: list[EmailMessage] = []

    def deliver(self, message, recipient):
        del recipient
        self.taken.append(email.message_from_bytes(message.as_bytes(), policy=policy.default))
        return Delivery("sent")

    def close(self):
        """Nothing to close."""


@dataclasses.dataclass
class Story:
    """A site whose reminders have left."""

    folder: object
    box: FakeInbox
    post: Postman

    def run(self, at=LATER):
        """One run."""
        with self.world(at) as world:
            return run(world, lambda: at)

    def world(self, at=LATER):
        """The site, with the fake mailbox and mail server."""
        return _world(self, at)

    @property
    def sent(self):
        """A reminder that left, with its appointment and case."""
        with self.world() as world:
            queued = next(each for each in world.ledger.mails("sent") if each.mail.rule == "appointment_reminder")
        message = next(each for each in self.post.taken if str(each["Message-ID"]).strip() == queued.message_id.strip())
        return message, queued.mail

    def appointment(self, number):
        """The appointment as the workbook says it now."""
        with self.world() as world:
            found = plan(world, lambda: LATER, ("summarise",)).snapshot
        return next(each for each in found.appointments if each.number == number)

    def case(self, number):
        """The case as the workbook says it now."""
        with self.world() as world:
            return plan(world, lambda: LATER, ("summarise",)).snapshot.case_by_number[number]


@dataclasses.dataclass
class _world:  # noqa: N801 - a context manager
    story: Story
    at: datetime

    def __enter__(self):
        self._opened = open_world(load_site(self.story.folder), self.at)
        world = self._opened.__enter__()
        return structs.replace(world, transport=self.story.post, inbox=self.story.box)

    def __exit__(self, *error):
        return self._opened.__exit__(*error)


@pytest.fixture(scope="module")
def reminded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("answers") / "site"
    make_site(folder, cases=60, seed=3, at=AT)
    toml = folder / "config" / "site.toml"
    text = toml.read_text(encoding="utf-8")
    smtp = 'transport = "smtp"\nhost = "127.0.0.1"\nfrom = "termine@stadt-emscherbrueck.example"'
    toml.write_text(text.replace('transport = "folder"', smtp) + BOX, encoding="utf-8")
    story = Story(folder, FakeInbox(), Postman())
    before = AT - timedelta(days=1)
    with story.world(before) as world:
        run(world, lambda: before)
        say_yes(world, before)
    story.run(AT)
    assert story.post.taken
    return story


@pytest.fixture
def story(reminded, tmp_path):
    folder = tmp_path / "site"
    moved_in(shutil.copytree(reminded.folder, folder))
    return dataclasses.replace(reminded, folder=folder, box=FakeInbox())


def tapped(message, number):
    """What a mail program makes of the button with that number (0: I am coming)."""
    text = message.get_body(("plain",)).get_content()
    link = urlsplit(re.findall(r"<(mailto:[^>]+)>", text)[number])
    said = parse_qs(link.query)
    return letter(said["subject"][0], said["body"][0], "phone@example.test", Message_ID=f"<tap{number}@example.test>")


def test_a_confirmation_is_written_and_nothing_more_is_sent_about_it(story):
    message, mail = story.sent
    story.box.put(tapped(message, 0))
    before = len(story.post.taken)
    result = story.run()
    shown = story.appointment(mail.subject_key)
    assert shown.answer == "bestätigt 31.10.2024"
    assert shown.status is AppointmentStatus.CONFIRMED
    assert result.outcome == "done"
    assert len(story.post.taken) == before
    assert not story.run(LATER + timedelta(minutes=5)).prepared.groups


def test_a_cancellation_frees_the_hour_without_another_mail(story):
    message, mail = story.sent
    story.box.put(tapped(message, 1))
    before = len(story.post.taken)
    story.run()
    shown = story.appointment(mail.subject_key)
    assert (shown.answer, shown.status) == ("abgesagt 31.10.2024", AppointmentStatus.CANCELLED)
    story.run(LATER + timedelta(days=1))
    assert mail.to not in {str(each["To"]) for each in story.post.taken[before:]}


def test_the_first_answer_is_followed_by_the_second(story):
    message, mail = story.sent
    story.box.put(tapped(message, 0))
    story.run()
    story.box.put(tapped(message, 1))
    story.run(LATER + timedelta(minutes=5))
    shown = story.appointment(mail.subject_key)
    assert (shown.answer, shown.status) == ("abgesagt 31.10.2024", AppointmentStatus.CANCELLED)


def test_what_staff_enter_after_the_answer_stands(story):
    message, mail = story.sent
    story.box.put(tapped(message, 0))
    story.run()
    type_in(story, mail.subject_key, "Status", "geplant")
    result = story.run(LATER + timedelta(minutes=5))
    assert story.appointment(mail.subject_key).status is AppointmentStatus.PLANNED
    assert not contradictions(result, mail)


def test_what_staff_entered_before_the_answer_stands_and_is_pointed_out_until_the_row_changes(story):
    message, mail = story.sent
    type_in(story, mail.subject_key, "Status", "verschoben")
    story.box.put(tapped(message, 0))
    result = story.run()
    shown = story.appointment(mail.subject_key)
    assert (shown.answer, shown.status) == ("bestätigt 31.10.2024", AppointmentStatus.POSTPONED)
    assert contradictions(result, mail)
    assert contradictions(story.run(LATER + timedelta(minutes=5)), mail)
    type_in(story, mail.subject_key, "Datum", "2025-01-14")
    assert not contradictions(story.run(LATER + timedelta(minutes=9)), mail)


def test_an_answer_to_a_date_that_staff_have_just_changed_sets_no_status(story):
    message, mail = story.sent
    type_in(story, mail.subject_key, "Datum", "2025-01-14")
    story.box.put(tapped(message, 0))
    result = story.run()
    shown = story.appointment(mail.subject_key)
    assert shown.answer == "bestätigt 31.10.2024"
    assert shown.status is not AppointmentStatus.CONFIRMED
    assert contradictions(result, mail)


def test_an_answer_by_calendar(story):
    message, mail = story.sent
    entry = next(part for part in message.walk() if part.get_content_type() == "text/calendar").get_content()
    entry = re.sub(r"\r?\n ", "", entry)
    assert "RSVP=TRUE" in entry
    uid = re.search(r"UID:(\S+)", entry)[1]
    sequence = int(re.search(r"SEQUENCE:(\d+)", entry)[1])
    story.box.put(calendar_reply(uid, sequence, "DECLINED"))
    story.run()
    assert story.appointment(mail.subject_key).status is AppointmentStatus.CANCELLED


def test_an_objection_sets_the_way_of_contact(story):
    message, mail = story.sent
    story.box.put(stop(message, mail))
    story.run()
    assert story.case(mail.case).contact_way is ContactWay.NONE


@pytest.mark.parametrize(("said", "way"), [("ja", ContactWay.NONE), ("nein", ContactWay.EMAIL)])
def test_an_objection_that_anybody_could_have_written_is_asked_about(story, said, way):
    _, mail = story.sent
    story.box.put(letter("Re: Termin", "STOP", mail.to))
    story.run()
    assert story.case(mail.case).contact_way is ContactWay.EMAIL
    decide(story, mail.case, said)
    story.run(LATER + timedelta(minutes=5))
    story.run(LATER + timedelta(minutes=9))
    assert story.case(mail.case).contact_way is way


@pytest.mark.parametrize(
    ("said", "status"), [("ja", AppointmentStatus.CANCELLED), ("nein", AppointmentStatus.CONFIRMED)]
)
def test_words_against_the_button_are_asked_about_and_the_answer_is_done(story, said, status):
    message, mail = story.sent
    made = tapped(message, 0)
    made.set_content("Ich kann leider nicht kommen")
    story.box.put(made)
    story.run()
    assert story.appointment(mail.subject_key).status not in {AppointmentStatus.CONFIRMED, AppointmentStatus.CANCELLED}
    decide(story, mail.case, said)
    story.run(LATER + timedelta(minutes=5))
    story.run(LATER + timedelta(minutes=9))
    assert story.appointment(mail.subject_key).status is status


def test_a_returned_mail_is_noted_and_shown(story):
    message, mail = story.sent
    story.box.put(returned(message["Message-ID"], to=mail.to))
    result = story.run()
    with story.world() as world:
        assert world.ledger.history(live=True).mails[mail.key].state == "bounced"
    assert [each.key for each in result.prepared.problems if each.code == "address_bounced"] == [mail.case]


def test_all_of_it_can_be_undone_and_stays_so(story):
    message, mail = story.sent
    before = story.appointment(mail.subject_key), story.case(mail.case)
    story.box.put(tapped(message, 0), stop(message, mail))
    result = story.run()
    with story.world() as world:
        undo(world, result.prepared.run, lambda: LATER)
    assert (story.appointment(mail.subject_key), story.case(mail.case)) == before
    story.run(LATER + timedelta(minutes=5))
    after = story.appointment(mail.subject_key)
    assert (after.status, after.answer) == (before[0].status, before[0].answer)
    assert story.case(mail.case).contact_way == before[1].contact_way


def test_a_mailbox_out_of_reach_is_told_and_the_run_goes_on(story):
    story.box.breaks = 0
    result = story.run()
    assert result.outcome == "attention"
    (found,) = [each for each in result.prepared.problems if each.code == "inbox_unreachable"]
    assert found.who == "operator"
    assert "the line is dead" in found.message
    with story.world() as world:
        assert found.message in world.ledger.runs(1)[0].trouble


def test_without_a_mailbox_there_are_no_buttons(story):
    toml = story.folder / "config" / "site.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace(BOX, ""), encoding="utf-8")
    message, mail = story.sent
    assert "mailto:" in message.get_body(("plain",)).get_content()
    with open_world(load_site(story.folder), LATER) as world:
        assert (world.inbox, world.replies, world.sender.answers) == (None, None, False)
        text = world.renderer.render(mail).text
    assert "mailto:" not in text
    assert "+49" in text or "0221" in text


def type_in(story, number, heading, value):
    """A colleague types into the appointments."""
    with story.world() as world:
        found = plan(world, lambda: LATER, ("summarise",)).snapshot
    layout = found.layouts["appointments"]
    field = next(name for name, text in layout.headings.items() if text == heading)
    line = next(each.line for each in found.appointments if each.number == number)
    column = get_column_letter(layout.columns[field])
    set_cell(story.folder / "KIM-Team.xlsx", f"{layout.tab}!{column}{line}", value)


def stop(message, mail):
    """A client's answer to a mail: the word alone."""
    return letter("Re: Termin", "STOP", mail.to, In_Reply_To=str(message["Message-ID"]).strip())


def decide(story, case, said):
    """A colleague answers the question about a case."""
    with story.world() as world:
        found = plan(world, lambda: LATER, ("summarise",)).snapshot
    layout = found.layouts["decisions"]
    (line,) = [each.line for each in found.decisions if each.cause == case and not each.decision]
    column = get_column_letter(layout.columns["decision"])
    set_cell(story.folder / "KIM-Team.xlsx", f"{layout.tab}!{column}{line}", said)


def contradictions(result, mail):
    """The problems about answers that do not fit."""
    return [
        each for each in result.prepared.problems if each.code.startswith("reply_") and each.key == mail.subject_key
    ]
