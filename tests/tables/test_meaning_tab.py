"""What the team lead says in `Einstellungen` counts from the next reading on; guesses and slips do not."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.own_tables import own_snapshot

HEADS = ["Wann", "Wie heißen Sie", "Vorname", "Kontakt", "Amt-Mail", "Lage"]
ROW = [date(2026, 1, 7), "Yılmaz", "Ayşe", "ayse@example.org", "jc@example.org", "1 - Aufnahme"]
MEANINGS = ["Ihre Tabelle", "Ihre Überschrift", "Ihr Wort", "Beispiele", "Bedeutung", "bitte prüfen"]


def read(*rows, known=None):
    tabs = {"Blatt 7": [HEADS, ROW], "Einstellungen": [["Dienst", "KIM"], [], MEANINGS, *rows]}
    return own_snapshot("", tabs) if known is None else own_snapshot("", tabs, known=known)


def row(heading, meaning, doubt="", word=""):
    return ["Blatt 7", heading, word, "", meaning, doubt]


NAMED = (row("Wann", "Fälle: Eingang"), row("Wie heißen Sie", "Fälle: Nachname"), row("Vorname", "Fälle: Vorname"))


def test_the_tab_says_which_tab_and_columns_are_the_cases():
    (case,) = read(*NAMED, row("Kontakt", "Fälle: E-Mail")).cases
    assert (case.received, case.last_name, case.first_name, case.email) == (
        date(2026, 1, 7), "Yılmaz", "Ayşe", "ayse@example.org",
    )  # fmt: skip


def test_english_meanings_and_other_words_for_a_heading_are_understood():
    (case,) = read(row("Wie heißen Sie", "Cases: Surname"), row("Wann", "fälle: eingangsdatum")).cases
    assert (case.last_name, case.received) == ("Yılmaz", date(2026, 1, 7))


def test_what_is_still_to_be_checked_does_not_count():
    (case,) = read(*NAMED, row("Kontakt", "Fälle: E-Mail", "ja")).cases
    assert case.email is None
    assert read(*[[*line[:5], "ja"] for line in NAMED]).cases == ()


def test_a_column_that_is_not_used_is_left_alone_whatever_its_heading():
    (case,) = read(*NAMED[:2], row("Vorname", "wird nicht gebraucht")).cases
    assert case.first_name is None


def test_a_word_gets_its_meaning():
    lines = (*NAMED, row("Lage", "Fälle: Phase"), row("Lage", "Neu", word="1 - Aufnahme"))
    (case,) = read(*lines).cases
    assert case.phase == "new"


def test_what_is_not_understood_is_said_with_its_row():
    found = read(*NAMED, row("Kontakt", "Fälle: Mehl"), row("Lage", "Fälle: Phase"), row("Lage", "Quark", word="1"))
    told = [(problem.row, problem.message) for problem in found.problems if problem.code == "unknown_meaning"]
    assert told == [
        (7, "„Fälle: Mehl“ ist keine der Bedeutungen, die eine Spalte haben kann."),
        (9, "„Quark“ ist keine der Bedeutungen, die dieses Wort haben kann."),
    ]


def test_an_english_site_is_told_where_by_the_names_of_its_own_tab():
    heads = ["Your table", "Your heading", "Your word", "Examples", "Meaning", "please check"]
    said = [["Cases", "Contact", "", "", "Cases: Mehl", ""], ["Cases", "Surname", "", "", "Cases: Surname", ""]]
    tabs = {"Cases": [["Surname", "Contact"], ["Kaya", "x"]], "Settings": [heads, *said]}
    (found,) = [one for one in own_snapshot("", tabs, language="en").problems if one.code == "unknown_meaning"]
    assert (found.tab, found.column, found.row) == ("Settings", "Meaning", 2)
    assert "“Meaning”" in found.advice


def test_a_cell_never_turns_messages_to_another_address():
    known = {"cases": {"email": "Kontakt"}}
    found = read(*NAMED, row("Amt-Mail", "Fälle: E-Mail"), known=known)
    assert found.cases[0].email is None
    assert [problem.code for problem in found.problems if problem.tab == "Einstellungen"] == ["unknown_meaning"]


def test_a_meaning_gives_kim_no_right_to_write():
    lines = (*NAMED, row("Lage", "Fälle: Zuständig"))
    assert "manager" not in read(*lines).layouts["cases"].writable


def test_tabs_with_the_same_meanings_are_one_table():
    tabs = {
        "2026": [["Wer"], ["Yılmaz"]], "2025": [["Wer"], ["Kaya"]],
        "Einstellungen": [MEANINGS, *([year, "Wer", "", "", "Fälle: Nachname"] for year in ("2026", "2025"))],
    }  # fmt: skip
    assert [case.last_name for case in own_snapshot("", tabs).cases] == ["Yılmaz", "Kaya"]


def test_a_blank_meaning_takes_no_field_away_that_the_team_declared():
    own = '[tables.cases.fields]\nfirst_word = { headings = ["Rufname neu"] }\n'
    tabs = {
        "Blatt 7": [[*HEADS, "Rufname neu"], [*ROW, "Ay"]],
        "Einstellungen": [MEANINGS, *NAMED, row("Rufname neu", "")],
    }
    assert own_snapshot(own, tabs).cases[0].own["first_word"] == "Ay"
    tabs["Einstellungen"][-1] = row("Rufname neu", "wird nicht gebraucht")
    assert own_snapshot(own, tabs).cases[0].own.get("first_word") is None


OWN = """
[tables.cases.fields]
kursbeginn = { headings = ["Kursbeginn"], kind = "date", class = "open" }
[tables.leihgeraete]
tabs = ["Leihgeräte"]
optional = true
key = "inventar_nr"
[tables.leihgeraete.fields]
inventar_nr = { headings = ["Inventar-Nr."] }
ausgeliehen_an = { headings = ["Ausgeliehen an"], kind = "cases" }
zurueck_bis = { headings = ["zurück bis"], kind = "date", class = "sensitive" }
pfand = { headings = ["Pfand"], kind = "number" }
wer = { headings = ["Wer"], kind = "manager" }
"""
CASE_TAB = [["Fall-Nr.", "Nachname", "Kursbeginn"], ["K-1", "Adler", date(2026, 11, 16)]]
LOANS = [["Inventar-Nr.", "Ausgeliehen an", "zurück bis", "Pfand", "Wer"], [17, "K-1", date(2026, 12, 1), "5 €", "AB"]]
DECLARED = [
    ["Fälle", "Kursbeginn", "", "", "eigenes Feld: Datum, offen", ""],
    ["Leihgeräte", "Inventar-Nr.", "", "", "eigenes Feld: Schlüssel", ""],
    ["Leihgeräte", "Ausgeliehen an", "", "", "eigenes Feld: Zeile aus Fälle", ""],
    ["Leihgeräte", "zurück bis", "", "", "own field: date, sensitive", ""],
    ["Leihgeräte", "Pfand", "", "", "eigene Spalte: Zahl", ""],
    ["Leihgeräte", "Wer", "", "", "eigenes Feld: Kollegin/Kollege", ""],
]


def test_own_fields_and_tables_of_the_tab_are_those_of_columns_toml():
    tabs = {"Fälle": CASE_TAB, "Leihgeräte": LOANS, "Team": [["Kürzel", "Name"], ["AB", "Anna Beispiel"]]}
    by_tab = own_snapshot("", {**tabs, "Einstellungen": [MEANINGS, *DECLARED]})
    by_file = own_snapshot(OWN, tabs)
    assert by_tab.schema == by_file.schema
    assert by_tab.tables == by_file.tables
    assert by_tab.own_tables["leihgeraete"][0].own["ausgeliehen_an"] == "K-1"


def test_a_kind_or_a_tab_that_is_not_known_is_said_and_the_rest_counts():
    slips = [["Leihgeräte", "Pfand", "", "", "eigenes Feld: Gold", ""],
             ["Leihgeräte", "Wer", "", "", "eigenes Feld: Zeile aus Mond", ""]]  # fmt: skip
    tabs = {"Fälle": CASE_TAB, "Leihgeräte": LOANS, "Einstellungen": [MEANINGS, *DECLARED[:3], *slips]}
    found = own_snapshot("", tabs)
    told = [problem.message for problem in found.problems if problem.code == "unknown_meaning"]
    assert ["Gold" in told[0], "Mond" in told[1]] == [True, True]
    assert set(found.schema["leihgeraete"].fields) == {"inventar_nr", "ausgeliehen_an"}


LONG = [f"Ist die Einwilligung zur Weitergabe an das {office} da" for office in ("Amt A", "Amt B", "Amt C")]


@pytest.mark.parametrize("tab", ["Fälle", "Прокат"])
def test_headings_of_which_no_letter_is_left_and_those_cut_alike_have_names_of_their_own(tab):
    heads = [*LONG, "Курс", "№ 1", "#"]
    key = [] if tab == "Fälle" else [[tab, "Nr", "", "", "eigenes Feld: Schlüssel", ""]]
    said = [*key, *([tab, head, "", "", "eigenes Feld: Text", ""] for head in heads)]
    rows = [["Fall-Nr." if tab == "Fälle" else "Nr", "Nachname", *heads], ["1", "Kaya", *"abcdef"]]

    def read(said):
        found = own_snapshot("", {"Fälle": CASE_TAB, tab: rows, "Einstellungen": [MEANINGS, *said]})
        (record,) = found.cases if tab == "Fälle" else next(iter(found.own_tables.values()))
        return {value: name for name, value in record.own.items() if value in list("abcdef")}

    assert sorted(read(said)) == list("abcdef")
    assert {read(said[::-1])[letter] for letter in "df"} == {read(said)[letter] for letter in "df"}


def test_an_own_field_whose_tab_or_heading_is_not_there_is_said():
    slips = [
        ["Leihgeräte", "Farbe", "", "", "eigenes Feld: Text", ""],
        ["Keller", "Kiste", "", "", "eigenes Feld: Text", ""],
    ]
    tabs = {"Fälle": CASE_TAB, "Leihgeräte": LOANS, "Einstellungen": [MEANINGS, *DECLARED[:3], *slips]}
    told = [one.message for one in own_snapshot("", tabs).problems if one.code == "missing_meant"]
    assert ["„Leihgeräte“" in told[0] and "„Farbe“" in told[0], "„Keller“" in told[1]] == [True, True]


@pytest.mark.parametrize("heads", [("Blatt", "Überschrift"), ("Tabelle", "Spalte"), ("Tab", "Column")])
def test_whoever_makes_the_tab_by_hand_may_call_its_columns_otherwise(heads):
    rows = [(tab, heading, meaning) for tab, heading, _, _, meaning, _ in DECLARED[:3]]
    meaning = "Meaning" if heads[0] == "Tab" else "Bedeutung"
    tabs = {"Fälle": CASE_TAB, "Leihgeräte": LOANS, "Einstellungen": [(*heads, meaning), *rows]}
    assert "leihgeraete" in own_snapshot("", tabs).schema
