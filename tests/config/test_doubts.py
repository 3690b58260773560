"""Whatever lies in a site's folder and is read by nothing is named by `kim check`."""

from __future__ import annotations

import pytest

from automations.config.doubts import doubts
from automations.config.loading import load_site
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
