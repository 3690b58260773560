"""Whatever lies in a site's folder and is read by nothing is named by `kim check`."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from automations.common.catalogues import translated
from automations.common.shipped import templates_folder
from automations.config.doubts import doubts
from automations.config.files import ConfigError
from automations.config.loading import load_site
from automations.model.records import Case
from automations.model.schema import SHIPPED
from automations.model.snapshot import Snapshot
from tests.support.small_site import case, small_site


def named(folder):
    return {problem.tab: problem.severity for problem in doubts(load_site(folder))}


@pytest.fixture
def folder(tmp_path):
    small_site(tmp_path, [case(1)])
    return tmp_path


def test_a_plain_site_has_no_doubts(folder):
    assert named(folder) == {}


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("config/rule.toml", "error"),
        ("config/reminders.toml.bak", "note"),
        ("config/rules.toml.txt", "error"),
        ("templates/mail/appointment_remider.txt.j2", "error"),
        ("templates/mail/appointment_reminder.txt", "error"),
        ("templates/mail/appointment_reminder.text.j2", "error"),
        ("templates/email/appointment_reminder.txt.j2", "error"),
        ("templates/locales/xx/LC_MESSAGES/mail.po", "error"),
        ("templates/locales/ru/mail.po", "error"),
        ("templates/papers/record.j2", "error"),
    ],
)
def test_what_nothing_reads_is_named(folder, path, severity):
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text("x", encoding="utf-8")
    assert named(folder) == {path.removeprefix("config/"): severity}


@pytest.mark.parametrize(
    "path",
    [
        "templates/LIESMICH.txt",
        "templates/mail/appointment_reminder.txt.j2",
        "templates/mail/_ours.txt.j2",
        "templates/locales/ru/LC_MESSAGES/mail.po",
        "config/names.toml",
        "config/.hidden",
    ],
)
def test_what_is_read_or_a_note_is_no_doubt(folder, path):
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text("", encoding="utf-8")
    assert named(folder) == {}


def test_a_pack_that_is_not_in_use_is_named(folder):
    (folder / "config" / "packs" / "ours").mkdir(parents=True)
    (folder / "config" / "packs" / "ours" / "pack.toml").write_text("[[[", encoding="utf-8")
    assert named(folder) == {"packs/ours": "note"}


def test_two_workbooks_that_are_one_file_are_named(folder):
    text = (folder / "config" / "site.toml").read_text(encoding="utf-8").replace("Leitung.xlsx", "./Team.xlsx")
    (folder / "config" / "site.toml").write_text(text, encoding="utf-8")
    assert named(folder) == {"site.toml": "error"}


def test_what_stands_in_the_place_of_the_templates_is_named(folder):
    (folder / "templates").write_text("x", encoding="utf-8")
    assert named(folder) == {"templates": "error"}


@pytest.mark.parametrize("name", ["console.toml", "thesaurus.toml", "ways.toml"])
def test_a_shipped_file_that_is_read_from_no_site_is_named(folder, name):
    (folder / "config" / name).write_text("[x]\ny = 1\n", encoding="utf-8")
    assert named(folder) == {name: "error"}


def add(folder, name, text):
    with (folder / "config" / name).open("a", encoding="utf-8") as file:
        file.write(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("automations.toml", '[assign_cases]\nneeds = ["nowhere"]\n'),
        ("automations.toml", '[assign_cases]\nprefers = ["nowhere"]\n'),
        ("automations.toml", '[assign_cases]\nfirst_phase = "nowhere"\n'),
        ("automations.toml", '[assign_cases]\ncommon_language = "nowhere"\n'),
        ("automations.toml", '[summarise]\nwaiting_phases = ["nowhere"]\n'),
        ("columns.toml", '[tables.cases.fields]\nstep = { headings = ["Phase"] }\n'),
        ("columns.toml", '[tables.cases.fields]\none = { headings = ["Kurs"] }\ntwo = { headings = ["kurs"] }\n'),
    ],
)
def test_a_name_of_nothing_is_told(tmp_path, name, text):
    small_site(tmp_path, [case(1)])
    (tmp_path / "config" / name).write_text(text, encoding="utf-8")
    assert named(tmp_path) == {name: "error"}


def test_a_column_that_the_tab_of_settings_declares_is_one(tmp_path):
    small_site(tmp_path, [case(1)])
    text = '[assign_cases]\nprefers = ["course"]\n'
    (tmp_path / "config" / "automations.toml").write_text(text, encoding="utf-8")
    spec = SHIPPED["cases"]
    own = replace(spec, fields={**spec.fields, "course": spec.fields["source"]})
    assert [one.shown for one in doubts(load_site(tmp_path))] == ["course"]
    assert list(doubts(load_site(tmp_path), Snapshot(schema={**SHIPPED, "cases": own}))) == []


def test_a_language_without_texts_is_told(folder):
    path = folder / "config" / "site.toml"
    text = path.read_text(encoding="utf-8").replace("[site]", '[site]\napproved_languages = ["de", "es"]', 1)
    path.write_text(text, encoding="utf-8")
    assert named(folder) == {"site.toml": "error"}
    add(folder, "rules.toml", '[texts.course.es]\nsubject = "Curso"\ntext = "Hola"\n')
    assert named(folder) == {}


def test_names_that_people_type_are_slips_where_they_are_nearly_there(folder):
    add(folder, "rules.toml", '[referrers]\nJobzentrum = "jc@stadt.example"\nWohnungsamt = "wa@stadt.example"\n')
    snapshot = Snapshot(cases=(Case(source="Jobcenter"),))
    told = {problem.shown: problem.severity for problem in doubts(load_site(folder), snapshot)}
    assert told == {"Jobzentrum": "error", "Wohnungsamt": "note"}


def test_an_office_needs_an_address(folder):
    add(folder, "rules.toml", '[referrers]\nJobcenter = "nowhere"\n')
    with pytest.raises(ConfigError, match="Mailadresse"):
        load_site(folder)


def test_own_words_for_a_sentence_that_no_mail_says_are_named(folder):
    path = folder / "templates" / "locales" / "de" / "LC_MESSAGES" / "mail.po"
    path.parent.mkdir(parents=True)
    shipped = sorted(translated(templates_folder() / "locales" / "de" / "LC_MESSAGES" / "mail.po"))
    right = next(one for one in shipped if one.isascii() and '"' not in one and "\n" not in one and len(one) > 10)
    path.write_text(f'msgid "{right}"\nmsgstr "Unser Satz."\n', encoding="utf-8")
    assert named(folder) == {}
    path.write_text(f'msgid "{right}x"\nmsgstr "Unser Satz."\n', encoding="utf-8")
    (told,) = doubts(load_site(folder))
    assert (told.severity, right in told.advice) == ("warning", True)
    (folder / "templates" / "mail").mkdir()
    # What cannot be read is told with the templates, and stops nothing here.
    (folder / "templates" / "mail" / "_broken.txt.j2").mkdir()
    (folder / "templates" / "mail" / "_ours.txt.j2").write_text(f'{{{{ _("{right}x") }}}}', encoding="utf-8")
    assert named(folder) == {}


@pytest.mark.parametrize(
    "content",
    [
        'msgid "Your appointment: {when}"\nmsgstr "Termin: {wann}"\n',
        'msgid "about {n} minute"\nmsgid_plural "about {n} minutes"\nmsgstr[0] "kurz"\nmsgstr[1] "{m} Min."\n',
    ],
)
def test_own_words_with_places_that_nothing_fills_are_named(folder, content):
    path = folder / "templates" / "locales" / "de" / "LC_MESSAGES" / "mail.po"
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="utf-8")
    assert [(one.code, one.severity) for one in doubts(load_site(folder))] == [("unfilled_sentence", "error")]


def test_numbers_of_cases_and_appointments_that_begin_alike_are_named(folder):
    path = folder / "config" / "site.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[site]\n", '[site]\ncase_prefix = "t"\n', 1), encoding="utf-8")
    assert [problem.code for problem in doubts(load_site(folder))] == ["same_prefix"]


def test_a_variable_that_holds_no_secret_here_is_named(folder, monkeypatch):
    login = 'user = "kim"\npassword_env = "KIM_{}"\n'
    path = folder / "config" / "site.toml"
    text = path.read_text(encoding="utf-8").partition("[mail]")[0]
    mail = '[mail]\ntransport = "smtp"\nhost = "mail.example.org"\nfrom = "t@example.org"\n' + login.format("OUT")
    inbox = '[mail.inbox]\nhost = "mail.example.org"\n' + login.format("IN")
    path.write_text(text + mail + inbox, encoding="utf-8")
    monkeypatch.setenv("KIM_OUT", "x")
    monkeypatch.delenv("KIM_IN", raising=False)
    [found] = doubts(load_site(folder))
    assert (found.code, found.field, found.severity) == ("no_secret", "mail.inbox.password_env", "warning")
    assert "KIM_IN" in found.message
