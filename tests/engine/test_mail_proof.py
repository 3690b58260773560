"""Mails that cannot leave as they read: what people are shown, and what is done all the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from automations.engine.calendar_names import CalendarNames
from automations.engine.mail_proof import Proof
from automations.engine.proven_mails import Proofs, forget_proofs, keep_proofs, proofs_kept
from automations.messages.inspection import Secrets
from automations.messages.render import Renderer
from automations.messages.samples import samples
from automations.messages.settings import MailSettings
from automations.messages.text_settings import TextMessageSettings
from automations.model.history import History, MailRecord
from automations.model.records import Appointment, Case, ContactWay, Location
from automations.model.settings import SiteFacts
from tests.support.builders import snapshot

NOW = datetime(2024, 10, 31, 8, tzinfo=UTC)
FACTS = SiteFacts(name="Beratung Musterstadt", approved_languages=("de", "ar"), mail_from="termine@stadt.example.org")
SITE = SimpleNamespace(
    facts=FACTS, live=True,
    file=SimpleNamespace(
        guards=SimpleNamespace(mail_brake=50), mail=MailSettings(sender="termine@stadt.example.org"),
        text_messages=TextMessageSettings(),
    ),
)  # fmt: skip
HOUSE = Location(name="Frauenhaus Musterstadt", protected=True, address="Stillgasse 99, 44649 Musterstadt")
CAFE = Location(name="Café Ost", neutral_name="Café Ost", address="Marktweg 5", directions="neben dem Frauenhaus")
CASE = Case(number="KIM-2024-0143", manager="AB", contact_way=ContactWay.EMAIL)
VISIT = Appointment(number="T-2024-2855", case=CASE.number, line=7)
SNAPSHOT = snapshot(cases=[CASE], appointments=[VISIT], locations=[HOUSE, CAFE])
MAIL = next(mail for mail in samples() if mail.template == "appointment_reminder")


def proof(tmp_path, **files):
    (tmp_path / "mail").mkdir(exist_ok=True)
    for name, text in files.items():
        (tmp_path / "mail" / f"appointment_reminder.{name}.j2").write_text(text, encoding="utf-8")
    return Proof(SITE, SNAPSHOT, History(), NOW, Renderer(FACTS, tmp_path))


def test_an_ordinary_mail_leaves_as_it_is(tmp_path):
    proved = proof(tmp_path).read([MAIL])
    assert (proved.stopped, proved.problems) == ({}, [])


def test_directions_that_name_a_protected_place_are_left_out_and_to_be_mended(tmp_path):
    told = replace(MAIL, context={**MAIL.context, "directions": CAFE.directions})
    proved = proof(tmp_path).read([told])
    assert (proved.stopped, proved.mails[0].context["directions"]) == ({}, "")
    assert [(each.code, each.table, each.field, each.key) for each in proved.problems] == [
        ("protected_place", "locations", "directions", "Café Ost")
    ]


def test_a_subject_that_names_one_stops_the_mail_and_both_are_told(tmp_path):
    proved = proof(tmp_path, **{"subject.txt": "Beratung im Frauenhaus"}).read([MAIL])
    assert proved.stopped == {MAIL.key: "protected_place"}
    assert [(each.code, each.key, each.who) for each in proved.problems] == [
        ("protected_place", "", "operator"),
        ("mail_stopped", VISIT.number, "AB"),
    ]
    assert not any("Frauenhaus" in each.message + each.advice for each in proved.problems)


def test_a_catalogue_of_the_site_that_cannot_be_read_stops_its_mails_and_not_the_run(tmp_path):
    path = tmp_path / "locales" / "de" / "LC_MESSAGES" / "mail.po"
    path.parent.mkdir(parents=True)
    path.write_bytes('msgid "Hällo"\n'.encode("latin-1"))
    assert proof(tmp_path).read([MAIL]).stopped == {MAIL.key: "template"}


def test_a_blank_template_stops_its_mails(tmp_path):
    proved = proof(tmp_path, txt="\n").read([MAIL])
    assert proved.stopped == {MAIL.key: "template"}
    assert [each.code for each in proved.problems] == ["template", "mail_stopped"]


def test_a_mail_without_text_in_the_clients_language_leaves_in_german(tmp_path):
    text = "Guten Tag, bitte kommen Sie am {{ date }} zu uns in die Beratung."
    files = {"txt": text, "html": text, "subject.txt": "Ihr Termin bei uns im Haus"}
    proved = proof(tmp_path, **files).read([replace(MAIL, language="ar")])
    assert ([mail.language for mail in proved.mails], proved.stopped) == (["de"], {})
    assert [each.code for each in proved.problems] == ["template_language"]


@pytest.mark.parametrize(
    ("lacks", "field"),
    [({"phone": ""}, ""), ({"case_manager": ""}, "manager"), ({"place": "", "address": ""}, "place")],
)
def test_what_a_mail_lacks_is_said_before_it_leaves(tmp_path, lacks, field):
    proved = proof(tmp_path).read([replace(MAIL, context={**MAIL.context, **lacks})])
    assert [(each.code, each.key, each.field) for each in proved.problems] == [("mail_incomplete", VISIT.number, field)]
    assert proved.stopped == {}


def names(history, now=NOW):
    return CalendarNames(SITE, history, now)


def test_an_entry_keeps_the_domain_under_which_it_left_and_others_have_the_senders():
    old = replace(MAIL, calendar=replace(MAIL.calendar, uid="abc@kim.invalid"))
    record = MailRecord("k", "r", "c", MAIL.subject_key, 1, "sent", NOW - timedelta(days=1))
    gone = History(mails={"k": record})
    assert names(History()).named(old).calendar.uid == "abc@stadt.example.org"
    assert names(gone).named(old).calendar.uid == "abc@kim.invalid"
    (fact,) = names(gone).facts(old)
    later = History(mails={"k": record}, facts={(fact.kind, fact.key): fact.data})
    assert names(later).named(old).calendar.uid == "abc@kim.invalid"
    assert names(later).named(replace(old, subject_key="T-2")).calendar.uid == "abc@stadt.example.org"
    assert names(later).facts(old) == ()


class Counting(Renderer):
    """A renderer that counts what it renders."""

    rendered = 0

    def render(self, mail):
        self.rendered += 1
        return super().render(mail)


def read_with(known, ground, *mails, places=(HOUSE, CAFE)):
    """What came of reading mails with what is known of earlier ones, and how often one was rendered."""
    shot, renderer = snapshot(cases=[CASE], appointments=[VISIT], locations=places), Counting(FACTS, None)
    proofs = Proofs(ground, known)
    proved = Proof(SITE, shot, History(), NOW, renderer, proofs).read(mails)
    return proved, renderer.rendered, set(proofs.fit)


def test_a_mail_that_was_found_fit_is_not_rendered_again_unless_something_changed():
    _, first, fit = read_with((), "g", MAIL)
    again, second, still = read_with(fit, "g", MAIL)
    assert (first > 0, second, still) == (True, 0, fit)
    assert (again.stopped, again.problems, again.mails[0].key) == ({}, [], MAIL.key)
    other = replace(MAIL, context={**MAIL.context, "case_manager": "Jemand anders"})
    refuge = Location(name="Haus Zuflucht", protected=True, address="Am Rain 3, 44649 Musterstadt")
    assert read_with(fit, "g", other)[1]
    assert read_with(fit, "another program, config or template", MAIL)[1]
    assert read_with(fit, "g", MAIL, places=(HOUSE, CAFE, refuge))[1]
    assert read_with(fit, "", MAIL)[1]


def looked_at(known, *mails):
    """The languages that mails leave in, how many were looked at for sentences of another one, and what is kept."""
    looked = []

    class Looking(Renderer):
        def _said(self, mail, language, missed):
            looked.append(mail.key)
            return super()._said(mail, language, missed)

    shot, proofs = snapshot(cases=[CASE], appointments=[VISIT], locations=(HOUSE, CAFE)), Proofs("g", known)
    proved = Proof(SITE, shot, History(), NOW, Looking(FACTS, None), proofs).read(mails)
    return [mail.language for mail in proved.mails], set(looked), set(proofs.fit)


def test_only_who_spoke_for_the_others_before_is_taken_to_be_in_its_own_language():
    first, second = replace(MAIL, key="a", language="ar"), replace(MAIL, key="b", language="ar")
    languages, looked, fit = looked_at((), first, second)
    assert (languages, looked) == (["ar", "ar"], {"a"})
    assert looked_at(fit, first, second) == (["ar", "ar"], set(), fit)
    assert looked_at(fit, second, first)[1] == {"b"}
    assert looked_at(fit, replace(first, context={**MAIL.context, "case_manager": "Jemand anders"}), second)[1] == {"a"}


def test_a_mail_in_another_language_than_its_readers_is_looked_at_each_time(monkeypatch):
    monkeypatch.setattr("automations.messages.foreign_text._MOSTLY", 0.0)
    odd = replace(MAIL, key="a", language="ar")
    languages, looked, fit = looked_at((), odd)
    assert (languages, looked, fit) == (["de"], {"a"}, set())


def test_what_is_stopped_is_never_kept_as_fit():
    bad = replace(MAIL, context={**MAIL.context, "place": HOUSE.name})
    proved, _, fit = read_with((), "g", bad)
    assert (set(proved.stopped.values()), fit) == ({"protected_place"}, set())


def test_marks_of_mails_are_private_and_only_of_the_last_planning(tmp_path):
    for names in (["a", "b"], ["b"]):
        proofs = Proofs("g")
        for name in names:
            proofs.add(proofs.mark(replace(MAIL, key=name), Secrets()))
        keep_proofs(tmp_path, proofs)
        assert proofs_kept(tmp_path) == len(names)
    assert (tmp_path / "proofs").stat().st_mode & 0o077 == 0
    assert b"KIM-2024" not in (tmp_path / "proofs").read_bytes()
    forget_proofs(tmp_path)
    assert proofs_kept(tmp_path) == 0
