"""Forms that `kim init` finds: what their questions are, and whose answers are never the client's."""

from __future__ import annotations

import os
import tomllib
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from automations.common.texts import texts
from automations.config.site import load_columns
from automations.jobs.take_in import TakeInSettings
from automations.model.settings import SiteFacts
from automations.setup.dialogue import Conversation
from automations.setup.form_dialogue import Numbering, ask_numbering, common_numbering, numbering_of
from automations.setup.forms import find_folder, find_forms, stanza
from automations.workbooks.protocol import RawTab, RawWorkbook, WorkbookError

TODAY = date(2026, 11, 28)
NOW = datetime(2026, 11, 28, 8, tzinfo=ZoneInfo("Europe/Berlin"))
SENT = datetime(2026, 11, 2, 9, 30)  # noqa: DTZ001 - cells have no zone
PEOPLE = [("Haddad", "Samir", "Arabisch"), ("Petrenko", "Olena", "Ukrainisch"), ("Yildiz", "Ayşe", "Türkisch")]


def forms(name, heads, *rows):
    raw = RawWorkbook("team", "1", (RawTab(name, "1", (heads, *rows)),))
    return find_forms(raw, load_columns(), SiteFacts(), TODAY)


GOOGLE = ("Formularantworten 1",
          ("Zeitstempel", "E-Mail-Adresse", "Name der meldenden Person", "Nachname der Person", "Vorname der Person",
           "Welche Sprache spricht die Person?", "Dürfen wir der Person E-Mails schreiben?"),
          *((SENT, "schule@example.org", "Frau Berg", *person, "Ja") for person in PEOPLE))  # fmt: skip
MICROSOFT = ("Form1",
             ("ID", "Startzeit", "Fertigstellungszeit", "E-Mail", "Name", "Nachname", "Vorname", "Sprache"),
             *((i, SENT, SENT, "anonymous", None, *person) for i, person in enumerate(PEOPLE, 1)))  # fmt: skip
ENGLISH = ("Form Responses 1",
           ("Timestamp", "Email Address", "Family name of client", "First name of client", "May we email the client?"),
           *((SENT, "school@example.org", last, first, "Yes") for last, first, _ in PEOPLE))  # fmt: skip


@pytest.mark.parametrize(
    ("tab", "key", "sent", "consent", "fields"),
    [
        (GOOGLE, "", "Zeitstempel", "Dürfen wir der Person E-Mails schreiben?",
         {"last_name": "Nachname der Person", "first_name": "Vorname der Person",
          "languages": "Welche Sprache spricht die Person?"}),
        (MICROSOFT, "ID", "Fertigstellungszeit", "",
         {"last_name": "Nachname", "first_name": "Vorname", "languages": "Sprache"}),
        (ENGLISH, "", "Timestamp", "May we email the client?",
         {"last_name": "Family name of client", "first_name": "First name of client"}),
    ],
)  # fmt: skip
def test_the_questions_of_a_form(tab, key, sent, consent, fields):
    (form,) = forms(*tab)
    assert (form.key, form.sent, form.consent, form.fields) == (key, sent, consent, fields)
    assert form.rows == len(PEOPLE)
    assert {heading.confidence for heading in form.table.headings if heading.field} == {"likely"}, "each is asked about"


@pytest.mark.parametrize("tab", [GOOGLE, MICROSOFT, ENGLISH])
def test_the_stanza_is_one_that_the_job_takes(tab):
    (form,) = forms(*tab)
    found = tomllib.loads(stanza(form, "so", active=True))["take_in"]
    assert TakeInSettings.model_validate(found).forms[form.name].fields == form.fields
    assert tomllib.loads(stanza(form, "so", active=False)) == {}


def test_a_list_of_cases_is_no_form():
    assert forms("Fälle", ("Eingang", "Nachname", "Vorname", "Sprache"), *((SENT, *person) for person in PEOPLE)) == ()


def dropped(folder, name, text, encoding="cp1252"):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding=encoding)
    os.utime(folder / name, (NOW.timestamp() - 3600,) * 2)


def test_a_folder_of_exports(tmp_path):
    dropped(
        tmp_path / "in", "a.csv", "Zeitstempel;Nachname;Vorname;Darf sie Mails bekommen?\n01.11.2026;Groß;Anna;ja\n"
    )
    form = find_folder(tmp_path / "in", "in", load_columns(), SiteFacts(), NOW)
    assert (form.folder, form.sent, form.consent) == ("in", "Zeitstempel", "Darf sie Mails bekommen?")
    assert form.fields == {"last_name": "Nachname", "first_name": "Vorname"}


@pytest.mark.parametrize("content", [None, "", "x;y\n1;2\n"])
def test_a_folder_in_which_nothing_can_be_read(tmp_path, content):
    if content is not None:
        dropped(tmp_path / "in", "a.csv", content)
    with pytest.raises(WorkbookError):
        find_folder(tmp_path / "in", "in", load_columns(), SiteFacts(), NOW)


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        (["HER-2026-00012", "HER-2026-00013"], Numbering("HER", 5)),
        (["KI-HER-2025-001", "KI-HER-2026-044", "?"], Numbering("KI-HER", 3)),
        (["F17", "F18"], None),
        (["HER-2026-0001", "F2", "F3"], None),
        ([17, 18], None),
        ([], None),
    ],
)
def test_the_numbers_that_a_team_gives(numbers, found):
    assert common_numbering(numbers) == found


@pytest.mark.parametrize("numbering", [Numbering(), Numbering("HER", 6)])
def test_an_example_is_understood_again(numbering):
    assert numbering_of(numbering.example(2026)) == numbering


def test_any_heading_can_stand_in_the_stanza():
    """One sign that TOML does not take would make the whole config unreadable."""
    odd = 'Dürfen wir\x7f "schreiben" \\?'
    (found,) = forms(*MICROSOFT)
    text = stanza(replace(found, consent=odd), "Antworten", active=True)
    assert tomllib.loads(text)["take_in"]["forms"][found.name]["consent"] == odd


def talking(asked, *typed, language="de"):
    """A conversation that notes what was asked; each question gets the next answer."""
    answers = iter(typed)

    def ask(question):
        asked.append(question)
        return next(answers)

    return Conversation(ask, load_columns(), texts(language))


def test_no_answer_about_numbers_is_asked_for_and_thrown_away():
    asked = []
    talk = talking(asked, "?", "?", "?", "HER-2026-00001")
    assert ask_numbering(Numbering(), 2026, talk, texts("de")) == Numbering()
    assert len(asked) == 3
    assert ask_numbering(Numbering(), 2026, talk, texts("de")) == Numbering("HER", 5)


def test_what_may_be_typed_is_named_in_the_language_of_the_question():
    asked = []
    assert not talking(asked, "perhaps", "no", language="en").yes("Is it?")
    assert "yes, no" in asked[1]
    assert talking(asked, "vielleicht", "ja").yes("Ist es so?")
    assert "ja, nein" in asked[3]
