"""Workbooks that mix two oddities: titles above appointments in columns, legends beside sections, tables on their side,
appointments that name the client by more than a number. All people are invented."""

from __future__ import annotations

from datetime import date, time

from tests.support.team_workbooks import (
    BORN,
    CODE,
    CODES,
    EMPTY,
    FIRST,
    LAST,
    MAIL,
    NUMBER,
    PHONE,
    RECEIVED,
    SPOKEN,
    TeamBook,
    _rows,
    always,
)

COMING = lambda i, *_: date(2026, 12, 1 + i)  # noqa: E731
HELD = lambda i, *_: date(2026, 9, 1 + i)  # noqa: E731


def talks_below_titles() -> TeamBook:
    """Headings "Datum", "Uhrzeit", "Ort" below "Erstgespräch" and below "Folgegespräch": no arrival."""
    heads = ["Fallnr", "Nachname", "Vorname", "Sprache", "Tel.", "Beraterin",
             "Datum", "Uhrzeit", "Ort", "Datum", "Uhrzeit", "Ort", "Status"]  # fmt: skip
    titles = [*[None] * 6, "Erstgespräch", None, None, "Folgegespräch", None, None]
    rows = _rows(
        NUMBER, LAST, FIRST, SPOKEN, PHONE, CODE, HELD, always(time(10)), always("Büro"),
        COMING, always(time(14)), always("Rathaus"), lambda i, *_: ("offen", "laufend")[i % 2],
    )  # fmt: skip
    tab = "Klienten"
    return TeamBook(
        {tab: [titles, heads, *rows]}, {tab: "cases"}, {(tab, "Status"): "phase"},
        {"cases": 12, "appointments": 24}, merged={tab: ("G1:I1", "J1:L1")},
    )  # fmt: skip


def sections_beside_a_legend() -> TeamBook:
    """A section "April (6)" right below the headings, with a legend on the same rows beside the table."""
    heads = ["Date", "Surname", "First name", "Language", "Mobile", "Worker"]
    rows = _rows(RECEIVED, LAST, FIRST, SPOKEN, PHONE, CODE)
    tab = "New referrals"
    beside = [None] * 7
    return TeamBook(
        {tab: [heads, ["April (6)", *beside, "Key"], [*rows[0], None, None, "x = yes"], *rows[1:6], [], ["May (6)"],
               *rows[6:]]},
        {tab: "cases"}, {(tab, "Date"): "received"}, {"cases": 12},
    )  # fmt: skip


def left_alone_and_said() -> TeamBook:
    """A team on its side, hours without anybody, and a log of what was done: none is a table, and each is said."""
    cases = _rows(NUMBER, RECEIVED, LAST, FIRST, SPOKEN, CODE)
    hours = _rows(COMING, always(time(9)), lambda i, *_: 30 + i, CODE, always("Rathaus"))
    log = _rows(NUMBER, HELD, lambda i, *_: ("Antrag", "Wohnung")[i % 2], EMPTY)
    team = [
        ["Name", "Kern", "Sand", "Dorn"],
        ["E-Mail", *(f"{n}@amt.example" for n in "ksd")],
        ["Sprachen", *["Deutsch"] * 3],
    ]
    return TeamBook(
        {"Fälle": [["Fall-Nr.", "Eingang", "Nachname", "Vorname", "Sprachen", "Zuständig"], *cases],
         "Sprechzeiten": [["Datum", "Uhrzeit", "Dauer", "Beratung durch", "Ort"], *hours],
         "Doku 26": [["Fall", "am", "Thema", "Notiz"], *log], "Wir": team},
        {"Fälle": "cases"}, {}, {"cases": 12}, ("turned", "nobodys", "past"),
    )  # fmt: skip


def clients_named_with_more() -> TeamBook:
    """Appointments name the client by initials with the number, below "Wer"; a team has "On leave"."""
    cases = _rows(NUMBER, RECEIVED, LAST, FIRST, BORN, SPOKEN, MAIL, CODE)
    talks = _rows(
        COMING, always(time(9)), lambda i, last, first, _: f"{first[0]}. {last[0]}. (B-{i + 1:03d})", CODE,
        always("geplant"),
    )  # fmt: skip
    team = [[code, f"{code} Muster", f"{code.lower()}@amt.example", "21.12. - 04.01."] for code in CODES]
    return TeamBook(
        {"Fälle": [["Fall-Nr.", "Eingang", "Nachname", "Vorname", "geb.", "Sprache", "E-Mail", "Zuständig"], *cases],
         "Kalender": [["Datum", "Uhrzeit", "Person oder Anlass", "Beratung durch", "Status"], *talks],
         "Team": [["Kürzel", "Name", "E-Mail", "On leave"], *team]},
        {"Fälle": "cases", "Kalender": "appointments", "Team": "team"},
        {("Kalender", "Person oder Anlass"): "case", ("Team", "On leave"): ("", "absent_from")},
        {"cases": 12, "appointments": 12, "team": 3},
    )  # fmt: skip


ODD_KINDS = (talks_below_titles, sections_beside_a_legend, left_alone_and_said, clients_named_with_more)
