"""Workbooks whose headings, rows or tabs were taken for others at first sight. All people are invented."""

from __future__ import annotations

from datetime import date, time, timedelta

from tests.support.team_workbooks import BORN, FIRST, LAST, MAIL, PHONE, RECEIVED, SPOKEN, TeamBook, _rows, always, day

CODES = ("HAA", "STE", "KOL")
CODE = lambda i, *_: CODES[i % 3]  # noqa: E731


def named_by_a_database() -> TeamBook:
    """Headings with the letter of their table; the last rows hold codes that look like headings."""
    cases = _rows(
        lambda i, *_: f"F{1000 + i}", RECEIVED, LAST, FIRST, SPOKEN, lambda i, *_: "Deutsch" if i % 5 == 0 else None,
        PHONE, MAIL, CODE, lambda i, *_: ("1-neu", "2-aktiv", "3-zu")[i % 3],
    )  # fmt: skip
    talks = _rows(
        lambda i, *_: f"T{i}", lambda i, *_: f"F{1000 + i}", lambda i, *_: date(2026, 12, 1 + i), always(time(9, 30)),
        lambda i, *_: ("Büro", "Außenstelle")[i % 2], CODE, lambda i, *_: ("geplant", "erledigt")[i % 2],
    )  # fmt: skip
    return TeamBook(
        {"Fallmanagement": [["FallID", "ErfDat", "NName", "VName", "Spr1", "Spr2", "Tel1", "EMail", "FM", "FStatus"],
                            *cases],
         "Terminierung": [["TerminID", "FallID", "TDatum", "TZeit", "TOrt", "FM", "TStatus"], *talks]},
        {"Fallmanagement": "cases", "Terminierung": "appointments"},
        {("Fallmanagement", "FStatus"): "phase", ("Fallmanagement", "NName"): "last_name",
         ("Terminierung", "TDatum"): "date", ("Terminierung", "TOrt"): "place"},
        {"cases": 12, "appointments": 12},
    )  # fmt: skip


def cut_short() -> TeamBook:
    """Headings of which little is left: BER is the Berater and no Beratungsstelle; below stands a sum as a sign."""
    heads = ["lfd. Nr.", "Name", "Vorname", "Spr.", "Tel.", "Zugang d.", "BER", "CM j/n", "Kd-Status"]
    rows = _rows(
        lambda i, *_: i + 1, LAST, FIRST, SPOKEN, PHONE, lambda i, *_: ("JC", "ABH")[i % 2],
        lambda i, *_: ("Kl", "Sa")[i % 2], always("j"), lambda i, *_: ("aktiv", "passiv")[i % 2],
    )  # fmt: skip
    tab = "MBE 26"
    return TeamBook(
        {tab: [["MBE – Übersicht"], heads, *rows, ["∑", 12]]},
        {tab: "cases"},
        {(tab, "BER"): "manager", (tab, "Zugang d."): "source", (tab, "Kd-Status"): "phase", (tab, "CM j/n"): ""},
        {"cases": 12},
    )


def interpreters_alone() -> TeamBook:
    """A pool of interpreters is no list of cases, even where there is none."""
    heads = ["Name", "Vorname", "Sprachen", "Telefon", "E-Mail", "verfügbar"]
    return TeamBook(
        {"Dolmetscherpool": [heads, *_rows(LAST, FIRST, SPOKEN, PHONE, MAIL, always("abends"))]},
        {"Dolmetscherpool": ""},
    )


def marks_for_the_cell_above() -> TeamBook:
    """Children stand below their mother, with marks for what is as above."""
    heads = ["Zimmer", "Nachname", "Vorname", "Geburtsdatum", "Sprache", "Aufnahme", "Mobil", "Betreuung"]
    rows = _rows(lambda i, *_: str(100 + i), LAST, FIRST, BORN, SPOKEN, RECEIVED, PHONE,
                 lambda i, *_: ("Mert", "Sven")[i % 2])  # fmt: skip
    child = ['"', '"', "Lina", date(2015, 3, 1), '"', '"', None, '"']
    tab = "Belegung"
    return TeamBook(
        {tab: [heads, rows[0], child, rows[1], child, *rows[2:], child]},
        {tab: "cases"},
        {(tab, "Nachname"): "last_name", (tab, "Betreuung"): "manager", (tab, "Zimmer"): ""},
        notes=("ditto_marks",),
    )


def name_of_the_child() -> TeamBook:
    """Only one of the names says that it is a child's; the row of hints has one that is no word."""
    heads = ["AZ", "Zugang\nam", "Name\nKind/Jgdl.", "Vorname", "Fam.-\nsprache", "fallf.\nFachkraft", "Stand"]
    hints = ["(autom.)", "Datum", "", "", "mehrere mögl.", "Kürzel", "1-4"]
    rows = _rows(
        lambda i, *_: f"51.3-{200 + i}", RECEIVED, LAST, FIRST, SPOKEN, CODE,
        lambda i, *_: ("1 neu", "2 laufend", "3 beendet")[i % 3],
    )  # fmt: skip
    tab = "HzE-Fälle Süd"
    return TeamBook(
        {tab: [heads, hints, *rows]},
        {tab: "cases"},
        {(tab, "Name Kind/Jgdl."): "last_name", (tab, "Vorname"): "first_name", (tab, "fallf. Fachkraft"): "manager"},
        {"cases": 12},
    )


def hours_beside_names() -> TeamBook:
    """Appointments with both names of the client look like cases; the hours say what they are."""
    people = _rows(LAST, FIRST, BORN, RECEIVED, SPOKEN, PHONE, MAIL, CODE, always("Klärung"))
    talks = _rows(
        lambda i, *_: day(i) + timedelta(400), lambda i, *_: f"{9 + i % 6}:30", LAST, FIRST, always("Antrag"), CODE,
        always("EG 04"),
    )  # fmt: skip
    return TeamBook(
        {"Hilfesuchende": [["Familienname", "Vorname(n)", "geb.", "Aufnahme", "Sprache", "Mobil", "Mail", "zuständig",
                            "Fallphase"], *people],
         "Terminbuch": [["Datum", "Uhr", "Familienname", "Vorname(n)", "Thema", "Beratung", "Ort"], *talks]},
        {"Hilfesuchende": "cases", "Terminbuch": "appointments"},
        {("Terminbuch", "Datum"): "date", ("Terminbuch", "Uhr"): "time", ("Terminbuch", "Ort"): "place"},
        {"cases": 12, "appointments": 12},
    )  # fmt: skip


def words_of_their_tables() -> TeamBook:
    """Each heading begins with the word of its table."""
    cases = _rows(lambda i, *_: i + 1, RECEIVED, LAST, FIRST, SPOKEN, MAIL, CODE)
    talks = _rows(lambda i, *_: i + 1, lambda i, *_: date(2026, 12, 1 + i), always(time(9, 30)), always("Raum 1"), CODE)
    staff = [
        [code, name, f"{code.lower()}@amt.example"] for code, name in zip(CODES, ("Haas", "Stein", "Kolb"), strict=True)
    ]
    return TeamBook(
        {"tbl_Klienten": [["Klient_Nr", "Aufnahme_Dat", "Nachname", "Vorname", "Sprache", "E_Mail", "Zustaendig"],
                          *cases],
         "tbl_Termine": [["Klient_Nr", "Termin_Datum", "Termin_Zeit", "Termin_Ort", "Mitarbeiter"], *talks],
         "tbl_MA": [["MA_Kurz", "MA_Name", "MA_Mail"], *staff]},
        {"tbl_Klienten": "cases", "tbl_Termine": "appointments", "tbl_MA": "team"},
        {("tbl_Termine", "Termin_Zeit"): "time", ("tbl_Termine", "Termin_Ort"): "place",
         ("tbl_MA", "MA_Kurz"): "code", ("tbl_MA", "MA_Name"): "name", ("tbl_MA", "MA_Mail"): "email"},
        {"cases": 12, "appointments": 12, "team": 3},
    )  # fmt: skip


def carried_over() -> TeamBook:
    """Numbered columns, a sum carried over to the next page under its headings again; "über" says who sent somebody."""
    heads = ["Kenn-Nr.", "Beratung ab", "Name", "Vorname", "Sprache", "über", "Fallf.", "Beratungen (Anz.)"]
    rows = _rows(
        lambda i, *_: f"K-{i + 1:03d}", RECEIVED, LAST, FIRST, SPOKEN, lambda i, *_: ("JC", "Schule")[i % 2], CODE,
        lambda i, *_: i % 4,
    )  # fmt: skip
    numbers = [f"({n})" for n in range(1, len(heads) + 1)]
    over = ["Übertrag", None, None, None, None, None, None, 33]
    tab = "Klientenverzeichnis"
    return TeamBook(
        {tab: [heads, numbers, *rows[:7], over, heads, *rows[7:], ["Summe gesamt", *[None] * 6, 61]]},
        {tab: "cases"},
        {(tab, "Beratung ab"): "received", (tab, "über"): "source", (tab, "Fallf."): "manager",
         (tab, "Beratungen (Anz.)"): ""},
        {"cases": 12},
    )  # fmt: skip


FIRST_SIGHT = (
    words_of_their_tables,
    carried_over,
    named_by_a_database,
    cut_short,
    interpreters_alone,
    marks_for_the_cell_above,
    name_of_the_child,
    hours_beside_names,
)
