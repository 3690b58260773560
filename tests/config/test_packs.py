"""Packs that come with kim: switched on by name, their tabs made on request, each run twice on a real .xlsx."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date

import pytest

from automations.cli import main
from automations.common.shipped import config_folder
from automations.config.files import ConfigError
from automations.config.loading import load_site
from automations.config.packs import known_packs
from automations.jobs.reminding.rules import RemindSettings
from automations.jobs.rules.model import RuleSettings
from tests.support.own_site import CASES, SITE, VISITS, OwnSite, case, text_of
from tests.support.slices import some

NOW, LATER = "2026-11-02T09:00", "2026-11-02T12:30"


@pytest.fixture
def site(tmp_path):
    return OwnSite(tmp_path)


def started(site, pack, tabs):
    site.start(tabs, met="2026-11-01T08:00", rules="")
    site.write(site=SITE + f'[packs]\nuse = ["{pack}"]\n')


def twice(site):
    first = site.run(NOW)
    assert first.outcome == "done"
    again = site.run(LATER)
    assert (again.prepared.groups, again.applied.mails) == ((), [])
    return first


def checked(site, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--site", str(site.folder), "check", "--json", "--at", NOW])
    found = json.loads(capsys.readouterr().out)["problems"]
    return ended.value.code, [one for one in found if one["tab"].startswith("packs/")]


@pytest.mark.sliced
def test_a_pack_whose_tabs_are_made_is_no_fault_and_before_that_the_command_is_named(site, capsys):
    # That of interpreters each day: all of its rules are about columns of its own.
    for pack in sorted({"interpreters", *some(known_packs(site.folder), 1, "fresh packs")}):
        visit = ["T-1", "K-1", date(2026, 11, 12), "10:00", "Büro", "AB", "geplant", None]
        cases = [[*CASES, "Dringlichkeit"], case("K-1", Dringlichkeit="normal")]
        started(site, pack, {"Fälle": cases, "Termine": [VISITS, visit]})
        _, before = checked(site, capsys)
        assert all("--make-tabs" in one["advice"] for one in before if one["code"] == "rule_stopped")
        with pytest.raises(SystemExit):
            main(["--site", str(site.folder), "rules", "--make-tabs", "--at", NOW])
        capsys.readouterr()
        status, after = checked(site, capsys)
        # Its columns came with it: that nobody has typed there yet is how a pack begins.
        assert (status, [one["message"] for one in after if "leer" in one["message"]]) == (0, []), pack


@pytest.mark.sliced
def test_each_pack_can_be_used_and_nothing_is_wrong_with_its_rules(site, capsys):
    assert known_packs(site.folder) == ["conference", "deadlines", "dormant", "feedback", "freed_hours", "interpreters"]
    for pack in some(known_packs(site.folder), 2, "packs"):
        started(site, pack, {"Fälle": [[*CASES, "Dringlichkeit"], case("K-1", Dringlichkeit="normal")]})
        wanted = ["rules", "--make-tabs", "--at", NOW]
        with pytest.raises(SystemExit):
            main(["--site", str(site.folder), *wanted])
        capsys.readouterr()
        with pytest.raises(SystemExit):
            main(["--site", str(site.folder), "rules", "--json", "--at", NOW])
        rules = [
            one
            for one in json.loads(capsys.readouterr().out)
            if one["name"].startswith(pack.partition("_")[0].rstrip("s"))
        ]
        wrong = [one for one in rules if any("{" in text or "gibt es nicht" in text for text in one["problems"])]
        assert (bool(rules), wrong) == (True, [])


def test_texts_of_packs_begin_as_each_language_begins_and_address_nobody_as_a_man():
    for path in sorted((config_folder() / "packs").glob("*/pack.toml")):
        for name, said in tomllib.loads(path.read_text(encoding="utf-8")).get("texts", {}).items():
            for language, words in said.items():
                both, begins = f"{words['subject']} {words['text']}", words["text"].partition("\n\n")[2][:1]
                # After the salutation German, Romanian and Arabic go on in small letters, or have none.
                assert not begins.islower() or language in {"de", "ro"}, (name, language)
                assert "(e)" not in both
                assert "(ă)" not in both
                # One person, a man: elsewhere all are addressed as “you” of many.
                assert language != "ar" or not re.search(r" (?:لك|لديك|يمكنك|مهمتك|نسألك|سنذكّرك)\b", both), (name, both)


def test_an_unknown_pack_is_told_with_those_that_there_are(site):
    site.write(site=SITE + '[packs]\nuse = ["dormnt"]\n')
    with pytest.raises(ConfigError, match="dormnt") as told:
        load_site(site.folder)
    assert "dormant" in told.value.problems[0].advice


def test_what_is_wrong_with_a_rule_of_a_pack_is_told_at_the_pack(site):
    started(site, "wohnen", {"Fälle": [CASES, case("K-1")]})
    folder = site.folder / "config" / "packs" / "wohnen"
    folder.mkdir(parents=True)
    rule = '[[rules]]\nname = "{}"\ntable = "cases"\nwhen = "size > 5"\naction = "note"\ntext = "x"\n'
    (folder / "pack.toml").write_text(rule.format("large") + rule.format("small"), encoding="utf-8")
    site.write(rules=rule.format("small"))
    told = {one.key: one.tab for one in site.run(NOW).prepared.problems if "size" in one.message}
    assert told == {"large": "packs/wohnen/pack.toml", "small": "rules.toml"}


def test_a_rule_of_the_site_replaces_the_packs(site):
    started(site, "dormant", {"Fälle": [CASES, case("K-1")]})
    site.write(rules='[[rules]]\nname = "dormant_sheet"\ntable = "cases"\naction = "list"\ntitle = "Alle"\n')
    site.run(NOW)
    assert "Alle" in site.tabs()
    assert "Ruhende Fälle" not in site.tabs()


def test_dormant_cases_are_asked_about_when_urgent_and_stand_on_a_sheet(site):
    cases = [
        [*CASES, "Dringlichkeit"], case("K-1", Dringlichkeit="hoch"), case("K-2", Dringlichkeit="normal"),
        case("K-3", Dringlichkeit="hoch"), case("K-4", Eingang=date(2026, 10, 25), Dringlichkeit="hoch"),
    ]  # fmt: skip
    visits = [VISITS, ["T-1", "K-3", date(2026, 11, 20), None, None, "AB", "geplant", None]]
    started(site, "dormant", {"Fälle": cases, "Termine": visits})
    twice(site)
    asked = [row["Anlass"] for row in site.rows("Entscheidungen") if "dringend" in str(row["Frage"])]
    assert asked == ["K-1"]
    shown = " ".join(str(cell) for row in site.cells("Ruhende Fälle") for cell in row)
    assert [number in shown for number in ("K-1", "K-2", "K-3", "K-4")] == [True, True, False, False]


def test_people_read_the_title_of_a_rule_and_commands_take_its_name(site, capsys):
    started(site, "dormant", {"Fälle": [[*CASES, "Dringlichkeit"], case("K-1", Dringlichkeit="hoch")]})
    site.run(NOW)
    sheet = " ".join(str(cell) for row in site.cells("Ruhende Fälle") for cell in row)
    assert ("nach der Regel „Ruhende Fälle“" in sheet, "dormant" in sheet) == (True, False)
    with pytest.raises(SystemExit):
        main(["--site", str(site.folder), "rules", "--at", NOW])
    listed = next(line for line in capsys.readouterr().out.splitlines() if "dormant_sheet" in line)
    assert "Ruhende Fälle" in listed
    assert all(rule.title for rule in load_site(site.folder).settings(RuleSettings, "follow_rules").rules)


def test_each_rule_of_the_packs_and_each_reminder_has_words_for_people(site):
    for pack in known_packs(site.folder):
        site.write(site=SITE + f'[packs]\nuse = ["{pack}"]\n', rules="")
        loaded = load_site(site.folder)
        rules = loaded.settings(RuleSettings, "follow_rules").rules
        assert rules
        assert [rule.name for rule in rules if not rule.title] == []
    german = {rule.called(loaded.facts.texts) for rule in loaded.settings(RemindSettings, "remind").rules}
    assert {"Terminerinnerung", "Erstkontakt überfällig"} <= german


def test_feedback_goes_only_with_a_consent_for_that_very_office_that_the_team_allowed(site):
    offices = [
        ["Stelle", "E-Mail", "Rückmeldung erlaubt"],
        ["Schule Nord", "buero@schule.test", "ja"], ["Jobcenter", "jc@amt.test", None],
    ]  # fmt: skip
    wanted = [
        ["Nr.", "Fall-Nr.", "Stelle", "Einwilligung am", "Widerruf am"],
        ["R1", "K-1", "Schule Nord", date(2026, 10, 1), None],
        ["R2", "K-1", "Jobcenter", date(2026, 10, 1), None],
        ["R3", "K-2", "Schule Nord", None, None],
        ["R4", "K-2", "Schule Nord", date(2026, 10, 1), date(2026, 10, 2)],
        ["R5", "K-2", "Schule Nord", date(2027, 1, 1), None],
    ]  # fmt: skip
    contact = {"Erstkontakt am": date(2026, 10, 20)}
    tabs = {"Fälle": [CASES, case("K-1", **contact), case("K-2", **contact)], "Stellen": offices}
    started(site, "feedback", {**tabs, "Rückmeldungen": wanted})
    twice(site)
    found = sorted((mail["To"], text_of(mail).splitlines()[0]) for mail in site.mails())
    assert found == [("buero@schule.test", "Guten Tag, zu K-1: Erstkontakt.")]


def test_deadlines_of_papers_and_courses_in_the_clients_language(site):
    cases = [[*CASES, "Kurs"], case("K-1", Kurs="B1", Sprachen="Arabisch"), case("K-2", Kurs=None)]
    papers = [
        ["Nr.", "Fall-Nr.", "Unterlage", "Angefordert am", "Gebracht"],
        [1, "K-2", "Pass", date(2026, 10, 23), None],
    ]
    courses = [["Kurs", "Kursbeginn"], ["B1", date(2026, 11, 10)]]
    started(site, "deadlines", {"Fälle": cases, "Unterlagen": papers, "Kurse": courses})
    twice(site)
    by_address = {mail["To"]: text_of(mail) for mail in site.mails()}
    assert "تبدأ دورتكم B1" in by_address["k-1@post.test"]
    # As it is dialled, not “160 02323”.
    assert "بنا: \u206602323 160\u2069." in by_address["k-1@post.test"]
    assert "uns fehlt noch: Pass" in by_address["k-2@post.test"]


def test_a_block_for_each_case_of_the_conference(site):
    day = {"Fallkonferenz am": date(2026, 11, 9), "Frage an die Konferenz": "Schule?"}
    cases = [
        [*CASES, "Dringlichkeit", "Fallkonferenz am", "Frage an die Konferenz"],
        case("K-1", Dringlichkeit="hoch", **day),
        case("K-2", Dringlichkeit=None, **{"Fallkonferenz am": None, "Frage an die Konferenz": None}),
    ]
    started(site, "conference", {"Fälle": cases})
    twice(site)
    shown = {str(cell) for row in site.cells("Fallkonferenz") for cell in row}
    assert "Schule?" in shown


def test_switching_a_pack_on_makes_its_tabs_and_columns_and_off_leaves_them(site, capsys):
    started(site, "interpreters", {"Fälle": [CASES, case("K-1")]})
    for _ in range(2):
        with pytest.raises(SystemExit):
            main(["--site", str(site.folder), "rules", "--make-tabs", "--at", NOW])
    assert "neue Spalten" in capsys.readouterr().out
    heads = {tab: site.cells(tab)[0] for tab in ("Fälle", "Termine", "Sprachmittelnde")}
    assert heads["Termine"] == [*VISITS, "Sprachmittlung in", "Sprachmittler/in", "Stand Sprachmittlung",
                                "Einsatz bestätigt am", "Einsatz (Minuten)"]  # fmt: skip
    assert heads["Fälle"] == [*CASES, "Sprachmittlung nicht durch", "Sprachmittlung nur durch"]
    assert site.run(LATER).outcome == "done"
    site.write(site=SITE)
    assert site.run("2026-11-02T13:30").outcome == "done"
    assert {tab: site.cells(tab)[0] for tab in heads} == heads


def test_a_pack_may_take_over_a_column_that_was_read_as_something_else(site, capsys):
    visits = [
        [*VISITS, "Sprachmittler/in"],
        ["T-1", "K-1", date(2026, 11, 12), None, None, "AB", "geplant", None, "Amina"],
    ]
    started(site, "interpreters", {"Fälle": [CASES, case("K-1")], "Termine": visits})
    with pytest.raises(SystemExit):
        main(["--site", str(site.folder), "rules", "--make-tabs", "--at", NOW])
    capsys.readouterr()
    found = site.run(LATER)
    assert (found.outcome, [one.code for one in found.prepared.problems if "heading" in one.code]) == ("done", [])


def test_columns_beside_which_something_else_stands_are_named_instead_of_added(site, capsys):
    visits = [VISITS, ["T-1", "K-1", date(2026, 11, 12), None, None, "AB", "geplant", None, None, "nicht löschen"]]
    started(site, "interpreters", {"Fälle": [CASES, case("K-1")], "Termine": visits})
    with pytest.raises(SystemExit) as ended:
        main(["--site", str(site.folder), "rules", "--make-tabs", "--at", NOW])
    assert ended.value.code == 1
    told = capsys.readouterr().out
    assert "„Termine“: Rechts neben der Tabelle steht etwas" in told
    assert "Sprachmittler/in" in told
    assert site.cells("Termine")[0][: len(VISITS)] == VISITS
    assert "Sprachmittler/in" not in site.cells("Termine")[0]


def test_what_a_rule_lacks_is_called_by_its_heading_with_advice_that_helps(site, capsys):
    started(site, "deadlines", {"Fälle": [[name for name in CASES if not name.startswith("Aufenthalt")]]})
    for words in (["rules", "--make-tabs"], ["rules", "--json"]):
        capsys.readouterr()
        with pytest.raises(SystemExit):
            main(["--site", str(site.folder), *words, "--at", NOW])
    (said,) = next(one for one in json.loads(capsys.readouterr().out) if one["name"] == "deadline_permit")["problems"]
    assert "„Aufenthaltstitel gültig bis“" in said
    assert "Bitte ergänzen Sie, was fehlt" in said
    assert "make-tabs" not in said
