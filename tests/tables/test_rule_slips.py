"""Slips of people who type rules: nothing is left out in silence, and each sentence says what to type instead."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.declared import table
from tests.support.own_tables import own_snapshot
from tests.support.rule_rows import RULES, row, rows_hit
from tests.tables.test_rule_words import COLUMNS, TABS, TODAY, hits, read

NO_YEAR = "„{}“ braucht hier das Jahr, sonst hieße es nächstes Jahr etwas anderes; schreiben Sie etwa „{}“."
TEXTS = ["Name", "Sprache", "Betreff", "Text"]


@pytest.mark.parametrize(
    "cells", [{"Vergleich": "ist", "Wert": "vergeben"}, {"Wert": "vergeben"}, {"Vergleich": "ist leer"},
              {"Spalte": "Stand", "Vergleich": "ist leer", "Wert_2": "9"}],
)  # fmt: skip
def test_a_comparison_without_its_column_does_not_hold_for_every_row(cells):
    assert "fehlt die Spalte" in hits(**cells)


def test_a_number_alone_counts_days_but_years_of_a_life():
    assert hits(Spalte="frei ab", Vergleich="älter als", Wert="30") == "W2"
    assert hits(Spalte="frei ab", Vergleich="jünger als", Wert="30") == "W1"
    assert hits("Fälle", Spalte="Geburtsdatum", Vergleich="älter als", Wert="30") == "K-2"
    assert hits("Fälle", weitere_Bedingung="[Geburtsdatum] unter 18") == "K-1"


def test_lines_of_a_cell_are_values():
    assert hits(Spalte="Stand", Vergleich="ist eins von", Wert="Offen\nvergeben") == "W1 W2"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("wenn [Miete] größer 1.000", "W1"), ("[Miete] kleiner 1.000", "W2"), ("[Miete] größer/gleich 780", "W1 W2"),
        ("[frei ab] im Jahr 2026", "W1 W2"), ("[Stand ist leer", "Klammer ist nicht geschlossen"),
        ("[Stand] = offen und", "Hinter „und“ fehlt etwas"), ("[Stand] iss leer", "„ist leer“"),
        ("Summe(Termine → Dauer) > 60", "letztes"), ("[frei ab] vor heute minus 30 Tage", "W2"),
        ("[Stand] = offen, [Miete] > 3", "kein Komma"),
    ],
)  # fmt: skip
def test_conditions(text, found):
    got = hits(weitere_Bedingung=text)
    assert got == found or found in got


def test_many_rows_are_asked_with_a_function():
    assert "Anzahl(Wohnungen; [Stand] = …)" in hits("Fälle", weitere_Bedingung="[Wohnungen → Stand] = Offen")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"Was_passiert": "E-Mail", "Text": "T"}, "„Empfänger“"),
        ({"Was_passiert": "E-Mail", "Empfänger": "Teamleitung"}, "„Text“"),
        ({"Was_passiert": "E-Mail", "Empfänger": "Teamleitung, Vertretung", "Text": "T"}, "für jeden eine eigene"),
        ({"Was_passiert": "Spalte ausfüllen", "mit": "x"}, "„Spalte ausfüllen“"),
        ({"Was_passiert": "Zeile anlegen", "mit": "x"}, "„Spalte ausfüllen“"),
        ({"Was_passiert": "Sammelmail", "Empfänger": "Teamleitung"}, "„Zeitpunkt“"),
        ({"Was_passiert": "Sammelmail", "Empfänger": "Teamleitung", "Zeitpunkt": "einmal"}, "jeden Montag"),
        ({"Was_passiert": "Frage", "Text": "?", "Zeitpunkt": "alle 7 Tage, höchstens 0 Mal"}, "„0“"),
        ({"Was_passiert": "Frage", "Text": "?", "Zeitpunkt": "jeden Mohntag"}, "„jeden Montag“"),
    ],
)
def test_what_is_missing_is_said_by_its_heading(cells, said):
    _, rule = read(Tabelle="Wohnungen", **cells)
    assert said in rule.fault
    assert "action" not in rule.fault


def test_an_unknown_tab_names_those_of_the_workbook():
    assert hits("Aufgaben").endswith("Wohnungen.")


def test_a_text_without_words_is_told_apart_from_none():
    tabs = {**TABS, "Texte": [TEXTS, ["Leer", "Deutsch", "x", None]]}
    typed = row(Name="x", Tabelle="Wohnungen", Was_passiert="E-Mail", Empfänger="Teamleitung", Text="Leer")
    (rule,) = own_snapshot(COLUMNS, {**tabs, "Regeln": [RULES, typed]}).console.rules
    assert "noch leer" in rule.fault


def test_an_english_site_is_told_the_choices_in_english():
    typed = row(Name="x", Tabelle="Wohnungen", Was_passiert="E-Mail", Text="T")
    (rule,) = own_snapshot(COLUMNS, {**TABS, "Regeln": [RULES, typed]}, language="en").console.rules
    assert rule.fault == "Say who is written to: client, case manager, substitute, team lead, referring office."


@pytest.mark.parametrize("arrow", ["→", " -> ", "->", "›", "➔", " –> ", "⇒"])
def test_whatever_arrow_people_type_leads_to_the_row(arrow):
    assert hits(weitere_Bedingung=f"[für Fall{arrow}Nachname] = Adler") == "W1"
    assert hits("Fälle", weitere_Bedingung=f"letztes(Wohnungen{arrow}frei ab) nach heute") == "K-1"
    assert hits("Fälle", weitere_Bedingung=f"letztes([Wohnungen{arrow}frei ab]) nach heute") == "K-1"


def test_the_tab_of_the_row_itself_may_stand_before_its_column():
    assert hits(weitere_Bedingung="[Wohnungen → Stand] = offen") == "W1"
    assert hits(Spalte="Wohnungen → Stand", Vergleich="ist", Wert="offen") == "W1"


@pytest.mark.parametrize("minus", ["-", "–", "−"])
def test_a_minus_is_whatever_a_program_made_of_it(minus):
    for text in (f"[frei ab]{minus}1 = heute", f"[frei ab] {minus} 1 = heute", f"[frei ab] > heute {minus} 7"):
        assert hits(weitere_Bedingung=text) == "W1"
    assert hits(weitere_Bedingung=f"[frei ab] >= heute{minus}7 Tage") == "W1"


def test_a_heading_may_have_square_brackets_of_its_own():
    flats = table(
        "flats", "Wohnungen", "offer", offer="Angebot", size="Größe [m²]: number", free="[neu] frei [ab]: date"
    )
    tabs = {**TABS, "Wohnungen": [["Angebot", "Größe [m²]", "[neu] frei [ab]"], ["W1", 54, date(2026, 11, 3)]]}

    def typed(**cells):
        return own_snapshot(
            flats, {**tabs, "Regeln": [RULES, row(Name="x", Tabelle="Wohnungen", **cells)]}
        ).console.rules[0]

    for cells in ({"Spalte": "Größe [m²]", "Vergleich": "mehr als", "Wert": "50"},
                  {"weitere_Bedingung": "[Größe [m²]] > 50 und [[neu] frei [ab]] nach heute"}):  # fmt: skip
        assert rows_hit(flats, tabs, TODAY, Tabelle="Wohnungen", **cells) == ["W1"]
    listed = typed(Was_passiert="Liste", Spalte_ausfüllen="[Angebot], [Größe [m²]]", mit="sortiert nach [Größe [m²]]")
    assert (listed.stanza["columns"], listed.stanza["order"]) == (("offer", "size"), ("size",))
    due = typed(Was_passiert="Frage", Text="Nun?", Zeitpunkt="14 Tage vor [[neu] frei [ab]]").stanza["due"]
    assert due == {"field": "free", "days_before": [14]}


def test_a_word_of_kims_own_columns_needs_no_comparison():
    cases = {"Fälle": [["Fall-Nr.", "Nachname", "Phase"], ["K-1", "Adler", "Neu"], ["K-2", "Bär", "Begleitung"]]}

    def hit(text):
        return rows_hit(COLUMNS, {**TABS, **cases}, TODAY, Tabelle="Fälle", weitere_Bedingung=text)

    assert hit("[Phase] neu") == hit("[Nachname] ist nicht leer und [Phase] Neu") == ["K-1"]
    assert hit("[Phase] nicht Neu") == ["K-2"]


def test_a_list_adds_up_and_counts_as_rules_toml_does():
    _, rule = read(Tabelle="Wohnungen", Was_passiert="Liste",
                   mit="gruppiert nach [Stand]; Summe [Miete], [Größe (m²)]; nur Anzahl")  # fmt: skip
    assert (rule.fault, rule.stanza["sums"], rule.stanza["counts"]) == ("", ("rent", "size"), True)


def test_a_word_of_a_column_stays_one_where_another_column_is_called_so():
    def hit(condition):
        tabs = {
            "Anträge": [
                ["Nr.", "Art", "Stand", "bewilligt", "Frist", "Quittung"],
                ["A1", "Wohngeld", "offen", None, date(2027, 1, 31), "ja"],
                ["A2", "BuT", "bewilligt", 2, date(2027, 2, 1), "nein"],
                ["A3", "Rente", "ruht", 3, date(2026, 11, 1), None],
            ]
        }
        return rows_hit("", tabs, date(2026, 12, 1), Tabelle="Anträge", weitere_Bedingung=condition)

    assert hit("[Stand] nicht bewilligt oder ruht") == ["A1"]
    assert hit("[Stand] ist nicht bewilligt") == ["A1", "A3"]
    # “BuT” joins nothing.
    assert hit("[Art] ist Wohngeld oder BuT") == hit("[Art] = Wohngeld, BuT") == ["A1", "A2"]
    # A heading without brackets behind a value: never one word that no cell says.
    assert hit("Art = BuT und bewilligt 2") == ["A2"]
    assert hit("[bewilligt] = 2 oder Stand ruht") == ["A2", "A3"]
    assert hit("Stand = bewilligt und Frist bald") == "Setzen Sie die Überschrift in eckige Klammern: [Frist]."
    assert hit("bewilligt mehr als 1 und keine Quittung") == ["A2", "A3"]


@pytest.mark.parametrize(("condition", "found"), [
    ("[Zimmer] 3 oder mehr", ["W2"]), ("Zimmer = 2 oder weniger und Miete 500 € oder mehr", ["W1"]),
    ("[Zimmer] mehr als 1 und weniger als 3", ["W1"]),
    ("[frei] heute oder früher", ["W1"]), ("[frei] 15.12.2026 oder später", ["W2"]),
    ("[frei] später als [Antrag]", ["W2"]), ("[frei] bis Ende Dezember 2026", ["W1", "W2"]),
    ("[frei] ab Mitte Dezember 2026", ["W2"]), ("[frei] bis Anfang Dezember 2026", ["W1"]),
    ("[frei] until the end of December 2026", ["W1", "W2"]),
    ("[frei] bis Ende Januar", NO_YEAR.format("Ende Januar", "Ende Januar 2027")),
    ("[frei] bis 31. Januar", NO_YEAR.format("31. Januar", "31. Januar 2026")),
    ("[frei] in 5 Werktagen",
     "Werktage zählt kim nur unter „Zeitpunkt“: Schreiben Sie dort etwa „5 Werktage vor [Spalte]“."),
])  # fmt: skip
def test_so_much_or_more_and_the_ends_of_a_month(condition, found):
    tabs = {
        "Wohnungen": [
            ["Nr.", "Zimmer", "Miete", "frei", "Antrag"],
            ["W1", 2, 500, date(2026, 12, 1), date(2026, 12, 1)],
            ["W2", 3, 700, date(2026, 12, 15), date(2026, 12, 1)],
        ]
    }
    assert rows_hit("", tabs, date(2026, 12, 1), Tabelle="Wohnungen", weitere_Bedingung=condition) == found


@pytest.mark.parametrize(
    "recipient", ["Zuständige; a@stadt.test", "a@stadt.test und b@stadt.test", "[Mail], Teamleitung"]
)
def test_two_recipients_need_two_rules_however_they_are_named(recipient):
    tabs = {
        "Kurse": [["Kurs", "Mail"], ["A", "a@kurs.test"]],
        "Texte": [TEXTS, ["T", "Deutsch", "B", "Text"]],
        "Regeln": [RULES, row(Name="x", Tabelle="Kurse", Was_passiert="E-Mail", Empfänger=recipient, Text="T")],
    }
    said = "Hier kann ein Empfänger stehen; machen Sie für jeden eine eigene Regel."
    assert own_snapshot("", tabs).console.rules[0].fault == said


def test_a_filled_cell_is_one_that_is_not_blank():
    tabs = {"Kurse": [["Kurs", "Ort"], ["A", "Saal"], ["B", None]]}
    for condition, found in (("[Ort] ist gefüllt", ["A"]), ("Ort gefüllt", ["A"]), ("[Ort] nicht gefüllt", ["B"])):
        assert rows_hit("", tabs, date(2026, 12, 1), Tabelle="Kurse", weitere_Bedingung=condition) == found


@pytest.mark.parametrize(("condition", "found"), [
    ("Anmeldeschluss noch nicht vorbei", ["A", "B"]), ("[Anmeldeschluss] ist noch nicht vorbei und belegt > 10", ["A"]),
    ("Anmeldeschluss nicht in den nächsten 7 Tagen", ["B"]),
    ("Anmeldeschluss nicht in diesem Jahr oder leer", ["B", "C"]),
    ("[Träger] nicht gleich VHS", ["B"]), ("Träger ist nicht genau vhs", ["B"]),
    ("Träger is not equal to VHS", ["B"]), ("Anmeldeschluss is not yet overdue", ["A", "B"]),
    ("belegt 18+", ["A"]), ("belegt + 2 >= Plätze", ["A"]), ("Plätze - [belegt] > 5", ["B", "C"]),
    ("Träger ist VHS und offen", "Setzen Sie die Überschrift in eckige Klammern: [offen]."),
    ("Träger ist VHS und [offen]", ["A"]),
])  # fmt: skip
def test_what_is_denied_and_what_else_was_taken_as_a_word(condition, found):
    tabs = {
        "Kurse": [
            ["Kurs", "Träger", "Plätze", "belegt", "Anmeldeschluss", "offen"],
            ["A", "VHS", 20, 18, date(2026, 12, 7), "ja"],
            ["B", "AWO", 18, 7, date(2027, 1, 4), "ja"],
            ["C", "VHS", 12, 5, None, "nein"],
        ]
    }
    assert rows_hit("", tabs, date(2026, 12, 1), Tabelle="Kurse", weitere_Bedingung=condition) == found


def test_a_plus_behind_a_number_is_no_unit_in_a_cell_either():
    tabs = {"Kurse": [["Kurs", "Plätze"], ["A", 3], ["B", 5]]}
    cells = {"Tabelle": "Kurse", "Spalte": "Plätze", "Vergleich": "ist", "Wert": "3+"}
    assert rows_hit("", tabs, date(2026, 12, 1), **cells) == ["A", "B"]
