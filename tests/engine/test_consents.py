"""A tab of consents in a team's workbook: what leaves, what is asked, what kim explain says of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from automations.cli import run_command
from automations.engine.parts import open_world
from automations.engine.runner import run
from tests.support.small_site import BERLIN, case, reachable, small_site, tables, text
from tests.support.xlsx_files import make_file

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=BERLIN)
HEADINGS = ["Fall-Nr.", "Zweck", "Empfänger", "Kanal", "Textfassung", "Sprache", "eingeholt durch", "erteilt am",
            "gültig bis", "widerrufen am"]  # fmt: skip


def consent(of, *, given=date(2026, 1, 2), purpose="Terminerinnerung", channel="E-Mail", until=None, withdrawn=None):
    return [of, purpose, None, channel, "V1", "Deutsch", "AA", given, until, withdrawn]


@pytest.fixture
def site(tmp_path):
    def made(*rows, numbers=(1, 2, 3)):
        cases = [case(n, Zuständig="AA", Phase="Begleitung", **reachable(n)) for n in numbers]
        visits = [
            {"Termin-Nr.": f"T-{n}", "Fall-Nr.": f"K-{n}", "Datum": date(2026, 12, 20), "Uhrzeit": time(10),
             "Ort": "Büro Nord", "Beratung durch": "AA", "Status": "geplant"}
            for n in numbers
        ]  # fmt: skip
        found = small_site(tmp_path, cases, visits)
        tabs = tables(cases, visits)
        tabs["Einwilligungen"] = [HEADINGS, *rows]
        make_file(tmp_path / "Team.xlsx", tabs)
        return found

    return made


def ran(site, now):
    with open_world(site, now) as world:
        return run(world, lambda: now)


def reminded(site):
    ran(site, NOW)
    done = ran(site, datetime(2026, 12, 15, 9, 0, tzinfo=BERLIN))
    return {item.mail.case: item.mail for item in done.prepared.mails if item.mail.audience == "client"}, done


def test_a_reminder_rests_on_a_row_and_names_it(site, capsys):
    home = site(
        consent("K-1"), consent("K-2", channel="SMS"), consent("K-3", given="ja"),
    )  # fmt: skip
    mails, done = reminded(home)
    assert set(mails) == {"K-1"}
    assert "„Einwilligungen“, Zeile 2, erteilt am 02.01.2026" in mails["K-1"].why
    assert any("Tag" in problem.message for problem in done.prepared.problems if problem.table == "consents")
    run_command(["--site", str(home.folder), "explain", "K-1", "--at", "2026-12-15T10:00"])
    assert "Zeile 2" in capsys.readouterr().out


def test_what_ended_or_was_withdrawn_permits_nothing(site):
    mails, _ = reminded(
        site(consent("K-1", until=date(2026, 12, 14)), consent("K-2", withdrawn=date(2026, 12, 1)), consent("K-3"))
    )
    assert set(mails) == {"K-3"}


def test_a_consent_that_ends_within_a_month_is_asked_about_once(site):
    home = site(
        consent("K-1", until=NOW.date() + timedelta(days=30)), consent("K-2", until=NOW.date() + timedelta(days=31)),
        consent("K-3", until=NOW.date() + timedelta(days=5)), consent("K-3", until=date(2028, 1, 1)),
    )  # fmt: skip
    ran(home, NOW)
    asked = text(home.folder, "Entscheidungen")
    assert "Die Einwilligung von K-1 (Terminerinnerung, E-Mail) endet am 25.12.2026. Wird sie erneuert?" in asked
    assert asked.count("Wird sie erneuert?") == 1
    ran(home, NOW + timedelta(hours=3))
    assert text(home.folder, "Entscheidungen").count("Wird sie erneuert?") == 1


def test_rows_that_permit_nothing_are_named(site):
    home = site(consent("K-1", purpose=None), consent("K-2", channel=None), consent("K-9"))
    found = {problem.code for problem in ran(home, NOW).prepared.problems if problem.table == "consents"}
    assert {"consent_without_purpose", "consent_without_channel"} <= found
    assert len(found) == 3


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([consent("K-1")], ["K-2", "K-3"]),
        ([consent("K-1"), consent("K-2", purpose="Rückmeldung"), consent("K-3", channel="SMS")], ["K-2", "K-3"]),
        ([consent("K-1"), consent("K-2", until=date(2026, 12, 14)), consent("K-3")], ["K-2"]),
        ([consent("K-1"), consent("K-2", withdrawn=date(2026, 12, 1)), consent("K-3")], []),
    ],
)
def test_who_wants_messages_that_no_row_permits_is_named(site, rows, named):
    _, done = reminded(site(*rows))
    assert [problem.key for problem in done.prepared.problems if problem.code == "consent_missing"] == named
