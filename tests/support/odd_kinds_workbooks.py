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


def days_with_slashes() -> TeamBook:
    """Sessions as texts with slashes in columns; the day of a consent below words that kim does not know."""
    heads = ["Ref", "First name", "Surname", "Language", "Mobile", "Aktenvermerk (Datum)", "Session 1", "Session 2"]
    rows = _rows(
        NUMBER, FIRST, LAST, SPOKEN, PHONE, always(date(2026, 2, 1)), lambda i, *_: f"{1 + i:02d}/12/2026 11:00",
        lambda i, *_: f"{16 + i % 9}/12/2026 14:00",
    )  # fmt: skip
    tab = "Cohort"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"}, {(tab, "Aktenvermerk (Datum)"): ""}, {"cases": 12, "appointments": 24}
    )


def headings_again_and_again() -> TeamBook:
    """Below each month the headings again, with languages among them; right below the first ones hints in words."""
    heads = [
        "Name",
        "Eingang",
        "Arabisch",
        "Türkisch",
        "Rumänisch",
        "Sprache",
        "Telefon",
        "E-Mail",
        "Stand",
        "gesehen von",
    ]
    rows = _rows(
        LAST, RECEIVED, *(lambda i, *_, n=n: "x" if i % 4 == n else None for n in range(3)), SPOKEN, PHONE, MAIL,
        lambda i, *_: ("N", "L")[i % 2], CODE,
    )  # fmt: skip
    hints = ["wie im Ausweis", "Tag", "", "", "", "bitte alle", "wenn erlaubt", "privat", "", "Kürzel"]
    tab = "Liste"
    return TeamBook(
        {tab: [heads, hints, ["MAI"], *rows[:6], [], ["JUNI"], heads, *rows[6:], [], ["Legende:", "N = neu",
               "L = laufend", "Z = zurückgestellt", "R = ruht"]]},
        {tab: "cases"}, {(tab, "Eingang"): "received", (tab, "Arabisch"): "languages"}, {"cases": 12},
    )  # fmt: skip


def asked_in_few_words() -> TeamBook:
    """Headings of appointments that ask: "Who?", "When?"; and whole questions in German."""
    people = _rows(LAST, FIRST, RECEIVED, SPOKEN, PHONE, CODE)
    talks = _rows(
        lambda i, last, first, _: f"{first} {last}", COMING, always(time(9, 30)), always("Rathaus"), CODE, EMPTY
    )
    heads = ["Wer kommt?", "An welchem Tag?", "Ab wann?", "Wo findet es statt?", "Wer berät?", "Ist jemand gekommen?"]
    tab = "Gespräche"
    return TeamBook(
        {"Personen": [["Nachname", "Vorname", "Eingang", "Sprache", "Telefon", "Zuständig"], *people],
         tab: [heads, *talks]},
        {"Personen": "cases", tab: "appointments"},
        {(tab, heads[0]): "case", (tab, heads[1]): "date", (tab, heads[2]): "time", (tab, heads[3]): "place",
         (tab, heads[4]): "manager", (tab, heads[5]): "status"},
        {"cases": 12, "appointments": 12},
    )  # fmt: skip


ODD_KINDS = (
    talks_below_titles,
    sections_beside_a_legend,
    left_alone_and_said,
    clients_named_with_more,
    days_with_slashes,
    headings_again_and_again,
    asked_in_few_words,
)
