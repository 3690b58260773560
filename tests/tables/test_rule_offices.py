"""Rows that people of three more offices typed, none of whose words the code knows: a driving service with volunteers,
a store of donations, an English list of trainings. Each is understood as it is meant, or refused in one sentence."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.support.declared import table
from tests.support.rule_rows import rows_hit

TODAY = date(2026, 11, 2)  # a Monday
COLUMNS = (
    table(
        "rides", "Fahrdienst", "nr", nr="Fahrt-Nr.", day="Fahrtag: date", at="Abfahrt: time",
        driver="Fahrer*in: helpers", client="Fahrgast (Fall-Nr.): cases", seats="Sitze: number", state="Stand",
    )
    + table(
        "helpers", "Ehrenamtliche", "name", name="Name, Vorname", langs="Sprachen: languages",
        cert="Führungszeugnis vom: date",
    )
    + table(
        "stock", "Spendenlager", "item", item="Artikel", n="Anzahl: number", least="Mindestbestand: number",
        best="haltbar bis: date",
    )
    + table(
        "training", "Training", "course", course="Course", start="Start date: date", done="Completed?: yes_no",
        hours="Hours: number",
    )
)  # fmt: skip
TABS = {
    "Fälle": [["Fall-Nr.", "Nachname"], ["K-1", "Adler"]],
    "Ehrenamtliche": [
        ["Name, Vorname", "Sprachen", "Führungszeugnis vom"],
        ["Ünal, Ayşe", "Türkisch, Deutsch", date(2023, 1, 31)], ["Meier und Sohn", "Deutsch", date(2026, 1, 1)],
    ],
    "Fahrdienst": [
        ["Fahrt-Nr.", "Fahrtag", "Abfahrt", "Fahrer*in", "Fahrgast (Fall-Nr.)", "Sitze", "Stand"],
        ["F1", date(2026, 11, 3), time(9, 0), "Ünal, Ayşe", "K-1", 2, "offen"],
        ["F2", date(2026, 11, 14), time(14, 30), "Meier und Sohn", None, 1, "Hin und zurück"],
        ["F3", date(2026, 10, 1), time(8, 0), None, "K-1", 3, "gefahren"],
    ],
    "Spendenlager": [
        ["Artikel", "Anzahl", "Mindestbestand", "haltbar bis"],
        ["Kinderwagen", 2, 5, None], ["Töpfe & Pfannen", 10, 3, date(2026, 12, 1)], ["Decken", None, 1, None],
    ],
    "Training": [
        ["Course", "Start date", "Completed?", "Hours"],
        ["First aid", date(2026, 11, 20), "no", 8], ["Law, part 1", date(2025, 11, 1), "yes", 16],
    ],
}  # fmt: skip


def hits(table, condition="", **cells):
    return rows_hit(COLUMNS, TABS, TODAY, Tabelle=table, weitere_Bedingung=condition, **cells)


@pytest.mark.parametrize(
    ("table", "condition", "found"),
    [
        ("Fahrdienst", "[Fahrtag] ist ein Dienstag", ["F1"]),
        ("Fahrdienst", "[Fahrtag] = Samstag oder Sonntag", ["F2"]),
        ("Fahrdienst", "[Fahrtag] am Wochenende", ["F2"]), ("Fahrdienst", "[Fahrtag] ist nicht Samstag", ["F1", "F3"]),
        ("Fahrdienst", "[Abfahrt] zwischen 9 und 15 Uhr", ["F1", "F2"]), ("Fahrdienst", "[Abfahrt] vor 9 Uhr", ["F3"]),
        ("Fahrdienst", "[Sitze] groesser gleich 2", ["F1", "F3"]), ("Fahrdienst", "[Sitze] >= zwei", ["F1", "F3"]),
        ("Fahrdienst", "[Sitze] mehr als einer", ["F1", "F3"]),
        ("Fahrdienst", "[Sitze] nicht größer als 2", ["F1", "F2"]),
        ("Fahrdienst", "[Fahrer*in → Sprachen] enthaelt Tuerkisch", ["F1"]),
        ("Fahrdienst", "[Fahrer*in] = Meier und Sohn", ["F2"]), ("Fahrdienst", "[Stand] = Hin und zurück", ["F2"]),
        ("Fahrdienst", "[Fahrtag] ist vorbei", ["F3"]), ("Fahrdienst", "[Fahrtag] liegt in der Zukunft", ["F1", "F2"]),
        ("Fahrdienst", "[Fahrtag] in weniger als 2 Wochen", ["F1", "F2"]), ("Fahrdienst", "[Fahrtag] vor 2026", []),
        ("Fahrdienst", "[Fahrtag] in weniger als 12 Tagen", ["F1"]), ("Fahrdienst", "[Stand] ist nicht in Arbeit",
                                                                    ["F1", "F2", "F3"]),
        ("Ehrenamtliche", "[Sprachen] enthält Türkisch und Deutsch", ["Ünal, Ayşe"]),
        ("Ehrenamtliche", "[Sprachen] enthält Türkisch, Deutsch", ["Ünal, Ayşe", "Meier und Sohn"]),
        ("Ehrenamtliche", "[Sprachen] sind Türkisch", ["Ünal, Ayşe"]),
        ("Ehrenamtliche", "[Führungszeugnis vom] älter als 3 Jahre", ["Ünal, Ayşe"]),
        ("Ehrenamtliche", "Anzahl(Fahrdienst; [Fahrtag] in den letzten 6 Monaten) < 1",
         ["Ünal, Ayşe", "Meier und Sohn"]),
        ("Ehrenamtliche", "[Führungszeugnis vom] ist nicht ausgefüllt", []),
        ("Ehrenamtliche", "keine Fahrdienst", []),
        ("Ehrenamtliche", "[Sprachen] enthält Deutsch, aber nicht Türkisch", ["Meier und Sohn"]),
        ("Spendenlager", "[Anzahl] < [Mindestbestand]", ["Kinderwagen"]),
        ("Spendenlager", "[Anzahl] = 2 oder leer", ["Kinderwagen", "Decken"]),
        ("Spendenlager", "[Artikel] = 'Toepfe & Pfannen'", ["Töpfe & Pfannen"]),
        ("Spendenlager", "[haltbar bis] zw. 1.11.2026 und 31.12.2026", ["Töpfe & Pfannen"]),
        ("Spendenlager", "[haltbar bis] von 1.11.2026 bis 31.12.2026", ["Töpfe & Pfannen"]),
        ("Spendenlager", "[haltbar bis] abgelaufen", []),
        ("Spendenlager", "[Anzahl] unter Mindestbestand", ["Kinderwagen"]),
        ("Training", "[Start date] in less than 14 days", []), ("Training", "[Hours] at least eight",
                                                                ["First aid", "Law, part 1"]),
        ("Training", "[Completed?] and [Start date] in the past", ["Law, part 1"]),
        ("Training", "[Start date] in the past 13 months", ["Law, part 1"]),
        ("Training", "[Start date] before 2026", ["Law, part 1"]),
    ],
)  # fmt: skip
def test_what_is_understood_hits_what_is_meant(table, condition, found):
    assert hits(table, condition) == found


def test_who_parts_words_by_semicolons_may_have_commas_in_them():
    found = hits("Training", Spalte="Course", Vergleich="ist eins von", Wert="First aid; Law, part 1")
    assert found == ["First aid", "Law, part 1"]


@pytest.mark.parametrize(
    ("table", "condition", "said"),
    [
        ("Fahrdienst", "[Fahrer] ist leer", "Fahrer*in"), ("Fahrdienst", "[Fahrtag] nach dem 1.11.", "1.11.2026"),
        ("Ehrenamtliche", "Anzahl(Fahrten) > 2", "Fahrdienst"),
        ("Ehrenamtliche", "keine Fahrten", "Anzahl(Termine)"),
        ("Spendenlager", "[Anzahl] unter Mindestbestnd", "Mindestbest"),
        ("Training", "Anzahl(Training) > 1", "Keine Spalte von „Training“ nennt eine Zeile dieser Tabelle"),
        ("Fahrdienst", "mehr als zweimal `nicht erschienen`", "Anzahl(Termine)"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_the_nearest(table, condition, said):
    assert said in hits(table, condition)
