"""Conditions as people shorten them: a column named once and compared twice, a value without “=”, a day that is there
or not. A furniture store, mentors, lent devices (German) and flats (English), none of which the code knows."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.declared import table
from tests.support.own_site import CASES, case
from tests.support.rule_rows import rows_hit

COLUMNS = (
    table(
        "store", "Möbellager", "nr", nr="Nr.", what="Gegenstand", got="Eingang: date", state="Zustand",
        ready="abholbereit: yes_no", price="Wert in €: number", out="ausgegeben am: date",
    )
    + table(
        "pairs", "Patenschaften", "pair", pair="Tandem", child="Kind: cases", born="Geburtsdatum Kind: date",
        last="Letztes Treffen: date", hours="Stunden: number", status="Status", langs="Sprachen: languages",
    )
    + table(
        "loans", "Leihgeräte", "id", id="Inventar", to="ausgeliehen an: cases", until="Rückgabe bis: date",
        back="zurück am: date", deposit="Kaution bezahlt: yes_no",
    )
    + table(
        "flats", "Flats", "ref", ref="Ref", rent="Rent: number", free="Free from: date", tenant="Tenant: cases",
        lift="Lift?: yes_no", status="State", note="Note",
    )
)  # fmt: skip
TABS = {
    "Fälle": [CASES, case("K-1"), case("K-2"), case("K-3")],
    "Möbellager": [
        ["Nr.", "Gegenstand", "Eingang", "Zustand", "abholbereit", "Wert in €", "ausgegeben am"],
        ["M1", "Sofa, dreisitzig", date(2026, 8, 1), "gut", "ja", 50, None],
        ["M2", "Kühlschrank", date(2026, 10, 30), "defekt", "nein", 0, None],
        ["M3", "Bett 90x200", date(2026, 9, 28), "sehr gut", "ja", 30.5, date(2026, 10, 29)],
        ["M4", "Kühlschrank klein", date(2026, 11, 2), "in Arbeit", None, None, None],
    ],
    "Patenschaften": [
        ["Tandem", "Kind", "Geburtsdatum Kind", "Letztes Treffen", "Stunden", "Status", "Sprachen"],
        ["P1", "K-1", date(2012, 11, 5), date(2026, 7, 1), 12.5, "läuft", "Türkisch, Deutsch"],
        ["P2", "K-2", date(2009, 2, 28), date(2026, 10, 31), 3, "läuft", "Deutsch"],
        ["P3", None, None, None, 0, "ruht", None],
    ],
    "Leihgeräte": [
        ["Inventar", "ausgeliehen an", "Rückgabe bis", "zurück am", "Kaution bezahlt"],
        ["L1", "K-1", date(2026, 11, 1), None, "ja"],
        ["L2", "K-2", date(2026, 11, 9), None, None],
        ["L3", None, date(2026, 6, 1), date(2026, 5, 30), "nein"],
    ],
    "Flats": [
        ["Ref", "Rent", "Free from", "Tenant", "Lift?", "State", "Note"],
        ["W1", 600, date(2026, 11, 20), "K-1", "yes", "offered", "near the sea, quiet"],
        ["W2", 900, date(2026, 12, 20), None, "no", "not yet viewed", None],
        ["W3", 450, None, "K-2", None, "let", "in use"],
        ["W4", 450, date(2026, 10, 1), "K-2", None, "in use", "old but quiet"],
    ],
}


def hits(table_name, condition="", tabs=TABS, **cells):
    found = rows_hit(COLUMNS, tabs, date(2026, 11, 2), Tabelle=table_name, weitere_Bedingung=condition, **cells)
    return found if isinstance(found, str) else " ".join(found)


@pytest.mark.parametrize(
    ("table_name", "condition", "found"),
    [
        # of one column twice
        ("Möbellager", "[Eingang] nach 1.9.2026 und vor 1.11.2026", "M2 M3"),
        ("Möbellager", "[Eingang] vor 1.9.2026 oder nach 1.11.2026", "M1 M4"),
        ("Möbellager", "[Eingang] vor 1.9.2026 oder in den letzten 3 Tagen", "M1 M2 M4"),
        ("Möbellager", "[Wert in €] mehr als 0 und weniger als 40", "M3"),
        ("Möbellager", "[Gegenstand] enthält Kühlschrank und enthält nicht klein", "M2"),
        ("Möbellager", "[Gegenstand] beginnt mit K und endet mit klein", "M4"),
        ("Möbellager", "[Gegenstand] enthält Sofa oder beginnt mit Bett", "M1 M3"),
        ("Möbellager", "[Gegenstand] enthält nicht Sofa und nicht Bett", "M2 M4"),
        ("Möbellager", "[Gegenstand] enthält weder Sofa noch Bett", "M2 M4"),
        ("Möbellager", "[Zustand] ist nicht leer und ist nicht defekt", "M1 M3 M4"),
        # of several columns none
        ("Möbellager", "weder [Zustand] = defekt noch [Gegenstand] enthält Sofa", "M3 M4"),
        ("Möbellager", "weder [Zustand] = defekt oder gut noch [Wert in €] ist leer oder [Wert in €] = 0", "M2 M3"),
        ("Flats", "neither [Rent] above 600 nor [Tenant] is blank and [Rent] = 450", "W3 W4"),
        ("Möbellager", "(weder [Zustand] ist leer noch [Zustand] = gut) und [Gegenstand] enthält klein", "M4"),
        ("Möbellager", "[Zustand] ist nicht defekt und nicht gut", "M3 M4"),
        ("Patenschaften", "[Letztes Treffen] ist leer oder länger her als 2 Monate", "P1 P3"),
        ("Patenschaften", "[Letztes Treffen] ist leer oder länger her als 2 Monate und [Status] = läuft", "P1"),
        ("Patenschaften", "[Sprachen] enthält Türkisch und enthält Deutsch", "P1"),
        ("Patenschaften", "[Sprachen] enthält Deutsch und nicht Türkisch", "P2"),
        ("Flats", "[Rent] at least 450 but below 600", "W3 W4"),
        ("Flats", "[Free from] is after today and before 1 Dec 2026", "W1"),
        ("Flats", "[Free from] is blank or within 30 days", "W1 W3"),
        ("Flats", "[Note] contains quiet, but not old", "W1"),
        ("Flats", "[Rent] is not blank and not 900", "W1 W3 W4"),
        # another column behind “und nicht” is no value
        ("Möbellager", "[Gegenstand] enthält Kühlschrank und nicht [abholbereit]", "M2 M4"),
        # blank by “=”, or a value beside it
        ("Möbellager", "[ausgegeben am] = leer", "M1 M2 M4"), ("Möbellager", "[ausgegeben am] <> leer", "M3"),
        ("Möbellager", "[Wert in €] leer oder 0", "M2 M4"), ("Möbellager", "[Zustand] = gut oder ist leer", "M1"),
        ("Flats", "[Note] is blank or in use", "W2 W3"), ("Flats", "[Lift?] is blank or no", "W2 W3 W4"),
        # a value without a comparison, and values that begin like one
        ("Möbellager", "[Zustand] defekt", "M2"), ("Möbellager", "[Zustand] in Arbeit", "M4"),
        ("Möbellager", "[Zustand] = gut oder in Arbeit", "M1 M4"),
        ("Leihgeräte", "[Kaution bezahlt] nein oder leer", "L2 L3"), ("Leihgeräte", "[Kaution bezahlt] ja", "L1"),
        ("Flats", "[State] is not yet viewed", "W2"), ("Flats", "[State] not yet viewed", "W2"),
        ("Flats", "[State] = offered or not yet viewed", "W1 W2"),
        ("Flats", "[State] offered or let", "W1 W3"), ("Flats", "[State] = let or in use", "W3 W4"),
        # a day that is there or not, and rows that are
        ("Leihgeräte", "noch nicht [zurück am]", "L1 L2"), ("Leihgeräte", "[zurück am]", "L3"),
        ("Leihgeräte", "noch kein [zurück am]", "L1 L2"), ("Flats", "not yet [Free from]", "W3"),
        ("Leihgeräte", "[zurück am] ist noch leer", "L1 L2"),
        ("Leihgeräte", "[Rückgabe bis] ist vorbei und nicht [zurück am]", "L1"),
        ("Leihgeräte", "[Rückgabe bis] überschritten und [zurück am] leer", "L1"),
        ("Leihgeräte", "[Rückgabe bis] war vor weniger als einer Woche", "L1"),
        ("Leihgeräte", "[Rückgabe bis] war gestern", "L1"), ("Flats", "[Free from] was over 30 days ago", "W4"),
        ("Fälle", "keine Patenschaften", "K-3"), ("Fälle", "no flats and no Leihgeräte", "K-3"),
    ],
)  # fmt: skip
def test_what_is_shortened_hits_what_is_meant(table_name, condition, found):
    assert hits(table_name, condition) == found


@pytest.mark.parametrize(
    ("table_name", "heading", "phrase", "value", "found"),
    [
        ("Flats", "Free from", "is", "blank", "W3"), ("Flats", "Free from", "is not", "blank", "W1 W2 W4"),
        ("Flats", "State", "=", "not yet viewed", "W2"), ("Leihgeräte", "zurück am", "ist", "leer", "L1 L2"),
        ("Möbellager", "Wert in €", "=", "leer", "M4"),
    ],
)  # fmt: skip
def test_a_cell_may_say_that_it_is_blank(table_name, heading, phrase, value, found):
    assert hits(table_name, Spalte=heading, Vergleich=phrase, Wert=value) == found


@pytest.mark.parametrize(
    ("condition", "found"),
    [("[Zustand] = leer", "K1"), ("[Zustand] = voll oder leer", "K1 K2"), ("[Zustand] leer", "K1")],
)
def test_a_word_for_blank_that_the_column_says_is_its_word(condition, found):
    """Boxes that are full or empty, and one of which nobody said it."""
    rows = [["K1", "Kiste", None, "leer"], ["K2", "Kiste", None, "voll"], ["K3", "Kiste", None, None]]
    assert hits("Möbellager", condition, {**TABS, "Möbellager": [TABS["Möbellager"][0], *rows]}) == found


def test_a_word_that_begins_like_a_day_is_a_word():
    rows = [["M1", "heute-Kiste", None, "gut"], ["M2", "Bett", None, "gut"]]
    tabs = {**TABS, "Möbellager": [TABS["Möbellager"][0], *rows]}
    assert hits("Möbellager", "[Gegenstand] = heute-Kiste", tabs) == "M1"


def test_a_heading_alone_that_is_no_day_needs_its_comparison():
    assert (
        hits("Möbellager", "[Gegenstand]")
        == "Hinter [Gegenstand] fehlt ein Vergleich: =, ist leer, enthält, vor, nach …"
    )
    assert "beginnen" in hits("Möbellager", "keine Fahrten").casefold()
    assert hits("Fälle", "Anzahl(Leihgeräte)").startswith("Hinter Anzahl(Leihgeräte) fehlt ein Vergleich")


@pytest.mark.parametrize(("numbers", "found"), [((0.25, 0.5), ""), ((), ""), ((25, 50), "M2"), ((0.25, 30), "M2")])
def test_per_cent_is_a_part_of_one_where_cells_show_it_so(numbers, found):
    rows = [[f"M{n}", "Kiste", None, None, None, number] for n, number in enumerate(numbers, 1)]
    said = hits("Möbellager", "[Wert in €] > 25 %", {**TABS, "Möbellager": [TABS["Möbellager"][0], *rows]})
    assert said == found or (not found and "0,25" in said)


@pytest.mark.parametrize(
    ("table_name", "condition", "found"),
    [
        # the verb behind, as German has it after “wenn”
        ("Leihgeräte", "wenn [zurück am] leer ist", "L1 L2"),
        ("Leihgeräte", "falls [zurück am] noch nicht eingetragen ist und [Rückgabe bis] vor heute liegt", "L1"),
        ("Leihgeräte", "[zurück am] fehlt noch", "L1 L2"),
        ("Leihgeräte", "wenn die [Rückgabe bis] in den nächsten 10 Tagen liegt", "L2"),
        ("Möbellager", "[Zustand]: gut oder defekt", "M1 M2"),
        ("Leihgeräte", "[Rückgabe bis] läuft in den nächsten 4 Wochen ab und [Kaution bezahlt] ist leer", "L2"),
        ("Leihgeräte", "[Rückgabe bis] endet in den nächsten 10 Tagen", "L2"),
        ("Patenschaften", "[Status] läuft", "P1 P2"),
        # exceptions: of the value, and of a whole condition
        ("Möbellager", "[Zustand] alle außer defekt", "M1 M3 M4"),
        ("Möbellager", "[Zustand] außer gut und defekt", "M3 M4"),
        ("Möbellager", "alle außer [Zustand] = defekt", "M1 M3 M4"),
        ("Möbellager", "[Wert in €] > 20, außer wenn [ausgegeben am] ausgefüllt ist", "M1"),
        ("Möbellager", "[Zustand] = gut oder [Zustand] = defekt, bis auf [Wert in €] = 0 oder [Nr.] = M9", "M1"),
        ("Flats", "[Rent] above 400 except [State] = let", "W1 W2 W4"),
        # short for other words
        ("Möbellager", "[Zustand] entweder gut oder defekt", "M1 M2"), ("Möbellager", "[Wert in €] max. 30,5", "M2 M3"),
        ("Möbellager", "[Wert in €] mind. 30 & [abholbereit]", "M1 M3"),
        ("Möbellager", "[Wert in €] zw. 30 u. 50", "M1 M3"),
        ("Patenschaften", "[Sprachen] Türkisch oder Dari", "P1"),
        ("Patenschaften", "[Sprachen] ohne Türkisch", "P2 P3"),
        ("Patenschaften", "[Geburtsdatum Kind] minderjährig", "P1 P2"),
        ("Patenschaften", "[Geburtsdatum Kind] ist volljährig", ""),
        # stretches of the calendar
        ("Leihgeräte", "[Rückgabe bis] spätestens in 7 Tagen", "L2"),
        ("Leihgeräte", "[Rückgabe bis] frühestens in 7 Tagen", "L2"),
        ("Leihgeräte", "[Rückgabe bis] spätestens bis Monatsende", "L1 L2 L3"),
        ("Leihgeräte", "[Rückgabe bis] im Juni", "L3"), ("Leihgeräte", "[Rückgabe bis] im Nov. 2026", "L1 L2"),
        ("Leihgeräte", "[Rückgabe bis] ab November 2026", "L1 L2"),
        ("Leihgeräte", "[Rückgabe bis] vor November 2026", "L3"),
        ("Leihgeräte", "[Rückgabe bis] bis November 2026", "L1 L2 L3"),
        ("Leihgeräte", "[Rückgabe bis] nach Juni 2026", "L1 L2"),
        ("Leihgeräte", "[Rückgabe bis] in diesem Quartal", "L1 L2"),
        ("Leihgeräte", "[Rückgabe bis] im letzten Halbjahr", "L3"),
        ("Leihgeräte", "[Rückgabe bis] im letzten Quartal", ""), ("Flats", "[Free from] this quarter", "W1 W2 W4"),
        ("Leihgeräte", "[Rückgabe bis] in KW 46/2026", "L2"), ("Leihgeräte", "[Rückgabe bis] ab KW 45 2026", "L2"),
        ("Leihgeräte", "[Rückgabe bis] vor KW 45/2026", "L1 L3"), ("Flats", "[Free from] in week 47 2026", "W1"),
        # headings without their brackets, where a comparison begins
        ("Leihgeräte", "Rückgabe bis in den nächsten 7 Tagen und zurück am ist leer", "L2"),
        ("Leihgeräte", "wenn die Rückgabe bis vor heute liegt", "L1 L3"),
        ("Leihgeräte", "Kaution bezahlt", "L1"), ("Leihgeräte", "nicht Kaution bezahlt", "L2 L3"),
        ("Leihgeräte", "weder zurück am noch ausgeliehen an ist leer", ""),
        ("Möbellager", "Zustand ist gut oder defekt", "M1 M2"), ("Möbellager", "Wert in € mehr als 40", "M1"),
        ("Möbellager", "ausgegeben am nach Eingang", "M3"), ("Flats", "State = let and Rent < 500", "W3"),
        ("Fälle", "mindestens 1 Leihgeräte mit Rückgabe bis nach heute", "K-2"),
        ("Leihgeräte", "[Rückgabe bis] nächstes Jahr", ""), ("Leihgeräte", "[Rückgabe bis] vorgestern", ""),
    ],
)  # fmt: skip
def test_what_case_workers_type_hits_what_is_meant(table_name, condition, found):
    assert hits(table_name, condition) == found


@pytest.mark.parametrize(
    ("table_name", "condition", "said"),
    [
        ("Möbellager", "[Zustand] defeckt", "meinten Sie „= defekt“"),
        ("Fälle", "keine Patenschaften in den nächsten 4 Wochen", "steht hinter „mit“"),
        ("Leihgeräte", "[Rückgabe bis] ab Oktober", "Oktober 2026"),
            ("Leihgeräte", "[Rückgabe bis] vor dem 20.12.", "20.12.2026"),
            ("Leihgeräte", "[Rückgabe bis] in KW 50", "KW 50/2026"),
            ("Leihgeräte", "[Rückgabe bis] und [Zustand] leer", "[Rückgabe bis] ist leer"),
    ],
)  # fmt: skip
def test_what_is_not_understood_shows_how_to_type_it(table_name, condition, said):
    assert said in hits(table_name, condition)


@pytest.mark.parametrize(
    ("table_name", "heading", "phrase", "value", "found"),
    [
        # several words that the column says: as one word “ist nicht” would hold for all rows
        ("Möbellager", "Zustand", "ist nicht", "gut, defekt", "M3 M4"),
        ("Möbellager", "Zustand", "ist", "gut/defekt", "M1 M2"),
        ("Möbellager", "Zustand", "alle außer", "gut und defekt", "M3 M4"),
        ("Möbellager", "Gegenstand", "ist", "Sofa, dreisitzig", "M1"),
        # wherever the cells are cut
        ("Leihgeräte", "Rückgabe bis", "spätestens", "in 7 Tagen", "L2"),
        ("Leihgeräte", "Rückgabe bis", "im", "Juni", "L3"),
        ("Leihgeräte", "Rückgabe bis", "läuft ab in", "7 Tagen", "L2"),
        ("Patenschaften", "Geburtsdatum Kind", "ist", "minderjährig", "P1 P2"),
        ("Leihgeräte", "Rückgabe bis", "bis", "Monatsende", "L1 L2 L3"),
    ],
)  # fmt: skip
def test_several_words_and_sentences_cut_into_cells(table_name, heading, phrase, value, found):
    assert hits(table_name, Spalte=heading, Vergleich=phrase, Wert=value) == found


def test_words_with_a_stroke_between_them_are_several_in_a_condition_too():
    assert hits("Möbellager", "[Zustand] ist nicht gut/defekt und [Wert in €] ist nicht leer") == "M3"
