"""More workbooks invented before looking at how they would be read: headings twice, plain words, closing lines. All
people are invented."""

from __future__ import annotations

from datetime import date, time

from tests.support.team_workbooks import (
    BORN,
    CODE,
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


def headings_in_two_rows() -> TeamBook:
    """The headings stand there again in another language, right below: the upper ones count, the lower are no case."""
    heads = ["Nr.", "Zugang", "Name", "Vorname", "Sprache", "Telefon", "Betreut durch", "Kontakte"]
    again = ["no.", "entry", "surname", "first name", "language", "phone", "worker", "contacts"]
    rows = _rows(NUMBER, RECEIVED, LAST, FIRST, SPOKEN, PHONE, CODE, lambda i, *_: i % 5)
    tab = "Betreuung"
    return TeamBook(
        {tab: [heads, again, *rows]}, {tab: "cases"}, {(tab, "Zugang"): "received", (tab, "Name"): "last_name"},
        {"cases": 12},
    )  # fmt: skip


def place_and_signature() -> TeamBook:
    """A line with the place, the day and a signature closes the list; "Fall zu?" is answered by yes and is no day."""
    heads = ["Fallnr.", "Aufnahme", "Name", "Vorname", "Geb.", "Sprache", "Telefon", "Bearb.", "Fall zu?"]
    rows = _rows(
        NUMBER, RECEIVED, LAST, FIRST, BORN, SPOKEN, PHONE, CODE, lambda i, *_: "ja" if i == 0 else None,
    )  # fmt: skip
    closing = ["Linz, am 1.10.", None, None, None, None, None, "Unterschrift Pichler"]
    tab = "Q3"
    return TeamBook({tab: [heads, *rows, [], closing]}, {tab: "cases"}, {(tab, "Fall zu?"): ""}, {"cases": 12})


def whose_visits_a_number_tells() -> TeamBook:
    """Visits whose headings are plain words: the number is that of the people's tab, and beside it stand days and
    hours."""
    people = _rows(lambda i, *_: f"P{i + 1:03d}", RECEIVED, LAST, FIRST, SPOKEN, MAIL, CODE)
    visits = _rows(
        lambda i, *_: f"P{i + 1:03d}",
        lambda i, *_: date(2026, 12, 1 + i),
        always(time(10, 0)),
        always("zu Hause"),
        CODE,
    )
    return TeamBook(
        {"Personen": [["Pers-Nr", "dabei ab", "Nachname", "Rufname", "Sprache", "Mail", "Zuständig"], *people],
         "Besuche": [["Pers-Nr", "an welchem Tag", "um wie viel Uhr", "wo treffen", "wer geht hin"], *visits]},
        {"Personen": "cases", "Besuche": "appointments"},
        {("Besuche", "Pers-Nr"): "case", ("Besuche", "an welchem Tag"): "date", ("Besuche", "wer geht hin"): "manager"},
        {"cases": 12, "appointments": 12},
    )  # fmt: skip


def telephones_below_the_list() -> TeamBook:
    """Numbers of the house stand apart below the people: they are no cases, and no name is a number for them."""
    heads = ["Zi.-Nr.", "Einzug am", "Familienname", "Vorname", "Sprache", "Mobil", "zust. SozArb"]
    rows = _rows(lambda i, *_: f"{101 + i}", RECEIVED, LAST, FIRST, SPOKEN, PHONE, CODE)
    below = [[], [], ["Wichtige Kontakte"], ["Hausmeister", "Herr Pohl", "0201 778"], ["Wache", "24 h", "0201 779"]]
    tab = "GU Ost"
    return TeamBook(
        {tab: [heads, *rows, *below]}, {tab: "cases"}, {(tab, "Zi.-Nr."): "", (tab, "Familienname"): "last_name"},
        {"cases": 12},
    )  # fmt: skip


def states_of_talks_and_of_the_case() -> TeamBook:
    """Under “Status” stands what became of each talk; the case has a state of its own."""
    heads = ["Kl.Nr.", "Name", "Vorname", "Sprache", "Aufnahme", *["Beratung I", "Zeit", "Status"],
             *["Beratung II", "Zeit", "Status"], "Fallstand"]  # fmt: skip
    talk = lambda n: (  # noqa: E731
        lambda i, *_: date(2026, 11 + n, 1 + i), always("10:30"), lambda i, *_: "erledigt" if n == 0 else None,
    )  # fmt: skip
    rows = _rows(NUMBER, LAST, FIRST, SPOKEN, RECEIVED, *talk(0), *talk(1), lambda i, *_: ("laufend", "beendet")[i % 2])
    tab = "Übersicht Klienten"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"}, {(tab, "Fallstand"): "phase"}, {"cases": 12, "appointments": 24},
    )  # fmt: skip


def a_year_that_nobody_has_begun() -> TeamBook:
    """Next year's tab has better headings and no row yet: the cases still stand in this year's."""
    rows = _rows(NUMBER, RECEIVED, LAST, FIRST, SPOKEN, PHONE, CODE)
    heads = ["Fall-Nr.", "Eingang", "Nachname", "Vorname", "Sprachen", "E-Mail", "Telefon", "Zuständig", "Phase"]
    return TeamBook(
        {"Fälle 2026": [["Nr.", "Eingang", "Name", "Vorname", "Sprache", "Tel", "CM"], *rows], "Fälle 2027": [heads]},
        {"Fälle 2026": "cases"}, {}, {"cases": 12},
    )  # fmt: skip


def rooms_are_nobodys_appointments() -> TeamBook:
    """Bookings of rooms name no client. Below the sum stands what it is made of, and who has looked at it."""
    heads = ["Fallkennung", "Datum Anfrage", "Name", "Vorname", "Sprache", "Case-Manager/in"]
    rows = _rows(NUMBER, RECEIVED, LAST, FIRST, SPOKEN, CODE)
    below = [["Summe", None, "12 Pers."], ["davon Frauen", None, 7], [], ["geprüft: Heß, 30.11.2026"]]
    rooms = _rows(
        lambda i, *_: f"R{i % 2}", lambda i, *_: date(2026, 12, 1 + i), always(time(9, 0)), always(time(11, 0)), CODE
    )
    return TeamBook(
        {"Fälle": [heads, *rows, *below], "Raumbuchung": [["Raum", "Datum", "von", "bis", "gebucht von"], *rooms]},
        {"Fälle": "cases", "Raumbuchung": ""}, {}, {"cases": 12},
    )  # fmt: skip


def wages_and_rooms_of_clients() -> TeamBook:
    """Clients have wages, relatives and leases, too, and talks with them a room and a purpose: the tabs' names say
    whose they are."""
    heads = ["Name", "Vorname", "geb.", "Haushaltsmitglieder", "Gehalt netto", "Vertragsende", "Berater", "Aufnahme"]
    rows = _rows(LAST, FIRST, BORN, lambda i, *_: 1 + i % 4, lambda i, *_: 1200 + 50 * i, always(date(2027, 3, 31)),
                 CODE, RECEIVED)  # fmt: skip
    talks = _rows(lambda i, *_: date(2026, 12, 1 + i), always(time(9, 0)), LAST, lambda i, *_: f"{1 + i % 2}",
                  always("Beratung"), CODE)  # fmt: skip
    of_talks = ["Datum", "Uhrzeit", "wer kommt", "Raum", "Zweck", "mit wem"]
    return TeamBook(
        {"Fälle 2026": [heads, *rows], "Termine": [of_talks, *talks]},
        {"Fälle 2026": "cases", "Termine": "appointments"}, {("Fälle 2026", "Vertragsende"): ""}, {"cases": 12},
    )  # fmt: skip


FURTHER_INVENTIONS = (
    wages_and_rooms_of_clients,
    headings_in_two_rows,
    place_and_signature,
    whose_visits_a_number_tells,
    telephones_below_the_list,
    states_of_talks_and_of_the_case,
    a_year_that_nobody_has_begun,
    rooms_are_nobodys_appointments,
)
