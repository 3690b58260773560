"""What goes wrong with rules of the workbook: each time one sentence beside the rule, and nothing half done."""

from __future__ import annotations

import re

import pytest

from automations.engine.runner import run
from tests.support.declared import table
from tests.support.own_site import CASES, SITE, OwnSite, case, moment
from tests.support.rule_rows import RULES, row

AT, NEXT = "2026-11-02T09:00", "2026-11-02T09:30"
COLUMNS = (
    table("courses", "Kurse", "name", name="Kurs", room="Raum: rooms", seats="Plätze: number", state="Stand")
    + table("rooms", "Räume", "number", number="Raum-Nr.", main="Hauptkurs: courses", next="Nebenraum: rooms")
)  # fmt: skip
COURSES = [["Kurs", "Raum", "Plätze", "Stand"], ["B1", "R1", 5, None], ["B2", "R2", 2, None], ["B2", "R1", 2, None]]
ROOMS = [["Raum-Nr.", "Hauptkurs", "Nebenraum"], ["R1", "B1", "R2"], ["R2", "B1", "R1"]]


@pytest.fixture
def site(tmp_path):
    made = OwnSite(tmp_path)
    made.write(site=SITE, columns=COLUMNS, rules="")
    return made


def began(site, *rules, courses=COURSES):
    site.book({"Fälle": [CASES, case("K-1")], "Kurse": courses, "Räume": ROOMS, "Regeln": [RULES, *rules]})
    site.met(AT)


def hints(site):
    return {one["Name"]: str(one["Hinweis"]) for one in site.rows("Regeln")}


def filling(name, when, value):
    return row(Name=name, Tabelle="Kurse", Spalte="Stand", Vergleich=(when and "ist") or "ist leer", Wert=when,
               Was_passiert="Spalte ausfüllen", Spalte_ausfüllen="Stand", mit=value)  # fmt: skip


def test_references_that_lead_round_in_a_circle_are_followed_as_far_as_they_are_written(site):
    way = "Raum → Nebenraum"
    began(
        site, row(Name="Kreis", Tabelle="Kurse", weitere_Bedingung=f"[{way} → Raum-Nr.] = R1", Was_passiert="Liste"),
        row(Name="Endlos", Tabelle="Kurse", weitere_Bedingung=f"[{way} → {way}] ist leer", Was_passiert="Liste"),
    )  # fmt: skip
    site.run(AT)
    assert hints(site) == {
        "Kreis": "aktiv", "Endlos": "Von Zeile zu Zeile geht eine Regel höchstens 2 Mal; hier wären es 3.",
    }  # fmt: skip
    assert "B2" in str(site.cells("Kreis"))


def test_rows_whose_key_stands_twice_are_left_alone_and_told(site):
    began(site, filling("Neu", None, "neu"))
    problems = site.run(AT).prepared.problems
    assert [one["Stand"] for one in site.rows("Kurse")] == ["neu", None, None]
    assert {(one.code, one.row) for one in problems if one.table == "courses"} >= {("duplicate_number", 3)}


def test_a_heading_that_was_renamed_and_a_tab_that_was_deleted_stop_the_rules_that_need_them(site):
    began(
        site, row(Name="Voll", Tabelle="Kurse", Spalte="Plätze", Vergleich="mehr als", Wert=3, Was_passiert="Liste"),
        row(Name="Räume", Tabelle="Räume", Was_passiert="Prüfhinweis", Text="ansehen"),
    )  # fmt: skip
    site.run(AT)
    assert hints(site) == {"Voll": "aktiv", "Räume": "aktiv"}

    def change(book):
        book["Kurse"]["C1"] = "Teilnehmerzahl"
        del book["Räume"]

    site.edit(change)
    refused = site.run("2026-11-02T11:00")
    assert (refused.outcome, "Kurse" in refused.prepared.sentence) == ("refused", True)
    now = moment("2026-11-02T11:30")
    with site.world(now) as world:
        assert run(world, lambda: now, (), accepted=frozenset({"heading", "tab"})).outcome == "done"
    told = hints(site)
    assert "Plätze" in told["Voll"]
    assert "Räume" in told["Räume"]
    assert all(one != "aktiv" and one.count("\n") == 0 for one in told.values())


def test_formulas_and_endless_texts_in_the_tab_of_rules_let_the_rule_rest(site):
    began(
        site, row(Name="Formel", Tabelle='=T("Kurse")', Was_passiert="Liste"),
        row(Name="Lang", Tabelle="Kurse", Was_passiert="Frage", Text="x" * 32_000),
        row(Name="Bedingung", Tabelle="Kurse", weitere_Bedingung="[Stand] = " + "y" * 32_000, Was_passiert="Liste"),
        row(Name="n" * 32_000, Tabelle="Kurse", Was_passiert="Liste"),
    )  # fmt: skip
    result = site.run(AT)
    assert result.outcome == "done"
    told = list(hints(site).values())
    assert "Formel" in told[0]
    assert "32000" in told[1].replace(".", "")
    assert all(0 < len(one) < 400 and one != "aktiv" for one in told), [one[:200] for one in told]


def test_a_rule_that_sets_what_makes_it_fire_comes_to_rest(site):
    began(site, filling("Leer", None, "neu"), filling("Neu", "neu", "alt"), filling("Alt", "alt", "neu"))
    site.run(AT)
    for hour in ("09:30", "10:00", "10:30"):
        assert site.run(f"2026-11-02T{hour}").prepared.groups == ()
    assert site.rows("Kurse")[0]["Stand"] == "neu"


@pytest.mark.parametrize("number", [2_000, pytest.param(10_000, marks=pytest.mark.soak)])
def test_thousands_of_hits_at_once_do_nothing_but_say_so(site, number):
    many = [COURSES[0], *([f"C{n}", "R1", 5, None] for n in range(number))]
    began(
        site, filling("Ausfüllen", None, "neu"),
        row(Name="Fragen", Tabelle="Kurse", Was_passiert="Frage", Text="?"),
        row(Name="Hinweis", Tabelle="Kurse", Was_passiert="Prüfhinweis", Text="ansehen"),
        row(Name="Schreiben", Tabelle="Kurse", Was_passiert="E-Mail", Empfänger="Teamleitung", Text="T"),
        row(Name="Anlegen", Tabelle="Kurse", Was_passiert="Zeile anlegen", Spalte_ausfüllen="Räume → Raum-Nr.",
            mit="R-{Kurs}"),
        courses=many,
    )  # fmt: skip
    site.add({"Texte": [["Name", "Sprache", "Betreff", "Text"]]})
    site.type("Texte", "T", Sprache="Deutsch", Betreff="x", Text="{Kurs}")
    result = site.run(AT)
    assert result.outcome == "done"
    assert (len(site.rows("Räume")), {one["Stand"] for one in site.rows("Kurse")}) == (2, {None})
    assert len(site.rows("Entscheidungen")) < 10
    assert site.mails() == []
    told = hints(site)
    counted = re.compile(rf"\b{number // 1000}\W?000\b")
    assert {name for name, one in told.items() if counted.search(one)} >= {
        "Ausfüllen",
        "Fragen",
        "Schreiben",
        "Anlegen",
    }, told


def test_a_row_without_name_or_tab_or_with_an_odd_word_under_active_rests_and_says_so(site):
    began(
        site,
        row(Name="Ohne Blatt", Was_passiert="Liste"),
        row(Name="Vielleicht", Tabelle="Kurse", Was_passiert="Liste", Aktiv="vielleicht"),
        row(Tabelle="Kurse", Was_passiert="Liste"),
        row(Name="Gut", Tabelle="Kurse", Was_passiert="Liste", Aktiv="ja"),
    )
    problems = site.run(AT).prepared.problems
    assert hints(site) == {
        "Ohne Blatt": "Bitte sagen Sie, um welches Blatt es geht: Fälle, Termine, Team, Kurse, "
        "Räume.",
        "Vielleicht": "Unter „Aktiv“ steht ja oder nein; bis dahin ruht die Regel.", None: "None", "Gut": "aktiv",
    }  # fmt: skip
    assert [(one.row, one.message) for one in problems if "keinen Namen" in one.message] == [
        (4, "Diese Regel hat keinen Namen; darum ruht sie.")
    ]
    assert "Vielleicht" not in site.tabs()


def test_a_column_of_words_is_not_added_up(site):
    rule = '[[rules]]\nname = "full"\ntable = "courses"\naction = "list"\ncolumns = ["name"]\nsums = ["{sums}"]\n'
    site.write(rules=rule.format(sums="state"))
    began(site)
    (told,) = [one for one in site.run(AT).prepared.problems if one.code == "wrong_rule"]
    assert told.field == "rules.0.sums"
    assert "seats" in told.advice
