"""Workbooks whose columns are told by a kind of sign, not by their words: neighbours, twins, prefixes, keys that two
tabs share, people with addresses of their own. All people are invented."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from tests.support.team_workbooks import (
    BORN,
    CODE,
    CODES,
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
    day,
)

NAMED = lambda i, last, first, _: f"{last}, {first}"  # noqa: E731
LATER = lambda i, *_: day(i) + timedelta(days=60) if i % 4 == 0 else None  # noqa: E731
STAFF = lambda i, *_: ("Jana", "Erol", "Ines")[i % 3]  # noqa: E731


def told_apart_by_their_own_words() -> TeamBook:
    """An EntryDate shares but the word for a day with a consent's; a day of moving in stands beside."""
    heads = ["PersonalID", "FirstName", "LastName", "DOB", "EntryDate", "MoveInDate", "PhoneNumber", "CaseManager"]
    rows = _rows(lambda i, *_: 10400 + i, FIRST, LAST, BORN, RECEIVED, LATER, PHONE, STAFF)
    tab = "Enrollments"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "EntryDate"): "received", (tab, "MoveInDate"): "", (tab, "CaseManager"): "manager"}, {"cases": 12},
    )  # fmt: skip


def helpers_beside_those_they_help() -> TeamBook:
    """Mentors are neither clients nor colleagues, though they have numbers, names and addresses."""
    heads = ["ID", "Mentee", "Sprachen", "Kennenlerngespräch", "Koordination", "Status", "Tandem mit"]
    rows = _rows(
        lambda i, *_: f"M{i + 1}", lambda i, last, first, _: f"{first} {last}", SPOKEN, RECEIVED, STAFF,
        lambda i, *_: ("sucht", "vermittelt", "beendet")[i % 3], lambda i, *_: f"P{i % 4 + 1}",
    )  # fmt: skip
    mentors = [[f"P{n + 1}", f"Lang{n}", "Petra", f"petra{n}@web.example", f"0151 44{n}1234"] for n in range(4)]
    return TeamBook(
        {"Mentees": [heads, *rows], "MentorInnen": [["ID", "Name", "Vorname", "E-Mail", "Telefon"], *mentors]},
        {"Mentees": "cases", "MentorInnen": ""}, {("Mentees", "Mentee"): "full_name"}, {"cases": 12},
    )  # fmt: skip


def starts_and_ends_with_hours() -> TeamBook:
    """Days with their hours below "Start" and "Ende"; the bookings name their people as a list of cases does."""
    cases = _rows(NUMBER, LAST, FIRST, MAIL, PHONE, SPOKEN, STAFF, RECEIVED)
    booked = _rows(
        lambda i, *_: f"BK-{i}", lambda i, *_: datetime(2026, 12, 1 + i, 9, 30),  # noqa: DTZ001
        lambda i, *_: datetime(2026, 12, 1 + i, 10, 15),  # noqa: DTZ001
        FIRST, LAST, MAIL, PHONE, STAFF, always("Rathaus"), always("bestätigt"),
    )  # fmt: skip
    heads = ["Buchungs-ID", "Start", "Ende", "Vorname", "Nachname", "E-Mail", "Telefon", "Mitarbeiter", "Standort",
             "Buchungsstatus"]  # fmt: skip
    return TeamBook(
        {"Klienten": [["Kl.-Nr.", "Name", "Vorname", "E-Mail", "Mobil", "Sprache", "Berater", "Zugang am"], *cases],
         "Buchungen": [heads, *booked]},
        {"Klienten": "cases", "Buchungen": "appointments"},
        {("Buchungen", "Start"): "date", ("Buchungen", "Ende"): "ends_at"}, {"cases": 12, "appointments": 12},
    )  # fmt: skip


def numbers_of_other_things() -> TeamBook:
    """Weeks and streets are nobody who sent somebody, a voucher's end is no permit's, a few signers no languages."""
    heads = ["Zugang (KW)", "Zugang am", "Name, Vorname", "Adr.", "AVGS-Nr.", "gültig bis", "Tel.", "Hilfsmittel", "MA"]
    rows = _rows(
        lambda i, *_: f"KW {i + 2}", RECEIVED, NAMED, lambda i, *_: f"Ufer {i}", lambda i, *_: f"955A{i}",
        lambda i, *_: day(i) + timedelta(days=400), PHONE, lambda i, *_: "DGS" if i % 3 == 0 else None, STAFF,
    )  # fmt: skip
    tab = "Zugänge"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "Zugang (KW)"): "", (tab, "Adr."): "", (tab, "gültig bis"): "", (tab, "Hilfsmittel"): "",
         (tab, "Zugang am"): "received"}, {"cases": 12},
    )  # fmt: skip


def who_did_what() -> TeamBook:
    """Signs of one shape number the cases; who raised a case sent it, who leads is responsible."""
    heads = ["UPN", "Surname", "Forename", "Parent tel", "Home lang", "Date raised", "Raised by", "Nature of concern",
             "Lead staff"]  # fmt: skip
    rows = _rows(
        lambda i, *_: f"K{8200000 + 13 * i}", LAST, FIRST, PHONE, SPOKEN, RECEIVED,
        lambda i, *_: ("Tutor", "Office", "Self")[i % 3], lambda i, *_: ("Attendance", "Friends")[i % 2], STAFF,
    )  # fmt: skip
    tab = "Pastoral log"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "UPN"): "number", (tab, "Raised by"): "source", (tab, "Nature of concern"): "concern",
         (tab, "Lead staff"): "manager"}, {"cases": 12},
    )  # fmt: skip


def joined_by_the_number_of_a_colleague() -> TeamBook:
    """A database's tables name colleagues by a number that stands under the same heading in each."""
    cases = _rows(lambda i, *_: 100 + i, LAST, FIRST, BORN, PHONE, lambda i, *_: 1 + i % 3, RECEIVED)
    visits = _rows(
        lambda i, *_: 500 + i, lambda i, *_: 100 + i, lambda i, *_: date(2026, 12, 1 + i),
        lambda i, *_: time(9 + i % 6), lambda i, *_: 1 + i % 3,
    )  # fmt: skip
    team = [[n + 1, code, f"Person {code}", f"{code.lower()}@stadt.example"] for n, code in enumerate(CODES)]
    return TeamBook(
        {"tblKlienten": [["KlientID", "Nachname", "Vorname", "GebDatum", "Mobil", "BeraterID", "Aufnahme"], *cases],
         "tblTermine": [["TerminID", "KlientID", "TerminDatum", "TerminZeit", "BeraterID"], *visits],
         "tblBerater": [["BeraterID", "Kuerzel", "BeraterName", "Mail"], *team]},
        {"tblKlienten": "cases", "tblTermine": "appointments", "tblBerater": "team"},
        {("tblKlienten", "BeraterID"): "manager", ("tblTermine", "BeraterID"): "manager",
         ("tblTermine", "TerminZeit"): "time", ("tblBerater", "BeraterID"): "code", ("tblBerater", "Kuerzel"): ""},
        {"cases": 12, "appointments": 12, "team": 3},
    )  # fmt: skip


def little_words_cut() -> TeamBook:
    """Letters stand for little words; a name and a birthday share a cell, the interpreter's language is theirs."""
    heads = ["Kart.-Nr.", "Name / Geburtsdatum", "Tel.", "Sprache / Dolm.", "Anlass d. Beratung", "Datum d. Erstgespr.",
             "Gespr. geführt v.", "Akte geschl."]  # fmt: skip
    rows = _rows(
        lambda i, *_: i + 1, lambda i, last, first, _: f"{last}, {first}\n{1 + i}.3.1980", PHONE, SPOKEN,
        lambda i, *_: ("Miete", "Kind")[i % 2], RECEIVED, CODE, LATER,
    )  # fmt: skip
    tab = "Beratungskartei"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "Name / Geburtsdatum"): "full_name", (tab, "Sprache / Dolm."): "languages",
         (tab, "Anlass d. Beratung"): "concern", (tab, "Gespr. geführt v."): "manager",
         (tab, "Akte geschl."): "closed_on"}, {"cases": 12},
    )  # fmt: skip


def guardians_outside() -> TeamBook:
    """Who has a mail and a telephone of his own beside him is a guardian, and no colleague."""
    heads = ["Klient", "Geburtsd.", "ger. Betreuer", "Mail ger. Betreuer", "Tel. ger. Betreuer", "Bezugs-MA", "Einzug",
             "Auszug am"]  # fmt: skip
    rows = _rows(
        NAMED, BORN, lambda i, *_: ("Hr. Vogt", "Fr. Seel")[i % 2], lambda i, *_: f"btr{i % 2}@kanzlei.example",
        lambda i, *_: f"040 99123{i % 2}", STAFF, RECEIVED, LATER,
    )  # fmt: skip
    tab = "Klienten"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "ger. Betreuer"): "", (tab, "Mail ger. Betreuer"): "", (tab, "Tel. ger. Betreuer"): "",
         (tab, "Bezugs-MA"): "manager"}, {"cases": 12},
    )  # fmt: skip


def one_word_before_all_of_the_client() -> TeamBook:
    """A head of household whose letters stand before all that is hers; hours told apart by what is in brackets."""
    heads = ["HH-Nr.", "XY Name", "XY Vorname", "XY geb.", "XY Tel.", "Sprache", "Kind 1 geb.", "zust. SozArb",
             "Fall seit", "Fall bis"]  # fmt: skip
    rows = _rows(
        lambda i, *_: f"HH{i + 1:02d}", LAST, FIRST, BORN, PHONE, SPOKEN, lambda i, *_: date(2018, 1 + i, 3), STAFF,
        RECEIVED, LATER,
    )  # fmt: skip
    visits = _rows(
        lambda i, *_: date(2026, 12, 1 + i),
        lambda i, *_: time(8 + i % 8, 30),
        lambda i, *_: f"HH{i + 1:02d}",
        always("R4"),
        STAFF,
    )
    return TeamBook(
        {"Haushalte": [heads, *rows],
         "Vergabe": [["Termin (Tag)", "Termin (Uhrzeit)", "Fall-Nr.", "Raum", "CM"], *visits]},
        {"Haushalte": "cases", "Vergabe": "appointments"},
        {("Haushalte", "XY geb."): "birth_date", ("Haushalte", "XY Tel."): "phone", ("Haushalte", "Kind 1 geb."): "",
         ("Haushalte", "Fall bis"): "closed_on", ("Vergabe", "Termin (Tag)"): "date",
         ("Vergabe", "Termin (Uhrzeit)"): "time"}, {"cases": 12, "appointments": 12},
    )  # fmt: skip


def records_of_what_was_done() -> TeamBook:
    """Notes on days that have been are no appointments; a deputy is nobody who sent the case."""
    cases = _rows(NUMBER, NAMED, PHONE, SPOKEN, STAFF, lambda i, *_: ("Erol", "Ines", "Jana")[i % 3], RECEIVED)
    notes = _rows(
        lambda i, *_: date(2026, 9, 1 + i), NUMBER, lambda i, last, *_: f"Anruf wegen {last}, Bescheid {i}", STAFF
    )
    return TeamBook(
        {"Stamm": [["Klienten-ID", "Fam.name, Vorname", "Mobilnr.", "Sprache", "Fall bei", "Vertr.", "Aufn."], *cases],
         "Verlauf": [["Datum", "Klienten-ID", "Notiz", "MA"], *notes]},
        {"Stamm": "cases", "Verlauf": ""},
        {("Stamm", "Fall bei"): "manager", ("Stamm", "Vertr."): ""}, {"cases": 12},
    )  # fmt: skip


KINDS = (
    told_apart_by_their_own_words, helpers_beside_those_they_help, starts_and_ends_with_hours, numbers_of_other_things,
    who_did_what, joined_by_the_number_of_a_colleague, little_words_cut, guardians_outside,
    one_word_before_all_of_the_client, records_of_what_was_done,
)  # fmt: skip
