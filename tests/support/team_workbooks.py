"""Workbooks as teams keep them, after public templates of referral lists, caseload lists and appointment books
of advice centres and charities. All people are invented.

Each gives its tabs and what must be understood: `tables` tab -> table ("" left alone), `fields` (tab, heading) ->
field ("" left alone), `rows` table -> rows read, `notes` codes of what is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl

PEOPLE = (
    ("Aydın", "Elif", "Türkisch"),
    ("Rahimi", "Nasrin", "Dari"),
    ("Bondar", "Олена", "Ukrainisch, Russisch"),
    ("Saleh", "Yusuf", "Arabisch"),
    ("Popa", "Ioana", "Rumänisch"),
    ("Traoré", "Mamadou", "Französisch"),
    ("Nowak", "Anna", "Polnisch"),
    ("Tesfay", "Selam", "Tigrinya"),
    ("Müller", "Jonas", "Deutsch"),
    ("Haidari", "Ali", "Farsi / Dari"),
    ("Ivanov", "Petar", "Bulgarisch"),
    ("Kaya", "Gül", "Türkisch und Kurdisch"),
)
CODES = ("KR", "DE", "OK")
START = date(2026, 1, 7)


def mail(number: int) -> str:
    return f"person{number}@example.org"


def phone(number: int) -> str:
    return f"0151 {2300000 + 7919 * number}"


def born(number: int) -> date:
    return date(1961 + 3 * number, 1 + number, 2 + number)


def day(number: int) -> date:
    return START + timedelta(days=11 * number)


@dataclass
class TeamBook:
    """A workbook and what must be understood of it."""

    tabs: dict[str, list[list[Any]]]
    tables: Mapping[str, str]
    fields: Mapping[tuple[str, str], str] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    merged: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    finish: Callable[[openpyxl.Workbook], None] | None = None

    def write(self, path: Path) -> Path:
        made = openpyxl.Workbook()
        made.remove(made.active)
        for name, rows in self.tabs.items():
            sheet = made.create_sheet(name)
            for row in rows:
                sheet.append(row)
            for cells in self.merged.get(name, ()):
                sheet.merge_cells(cells)
        if self.finish:
            self.finish(made)
        made.save(path)
        return path


def _rows(*columns):
    """Rows of as many people, each column made by a function of number and person."""
    return [[make(i, *PEOPLE[i]) for make in columns] for i in range(len(PEOPLE))]


NUMBER = lambda i, *_: f"B-{i + 1:03d}"  # noqa: E731 - columns are named like headings
RECEIVED = lambda i, *_: day(i)  # noqa: E731
LAST = lambda i, last, *_: last  # noqa: E731
FIRST = lambda i, _, first, __: first  # noqa: E731
SPOKEN = lambda i, _, __, spoken: spoken  # noqa: E731
MAIL = lambda i, *_: mail(i)  # noqa: E731
PHONE = lambda i, *_: phone(i)  # noqa: E731
BORN = lambda i, *_: born(i)  # noqa: E731
CODE = lambda i, *_: CODES[i % 3]  # noqa: E731
PHASE = lambda i, *_: ("Neu", "in Beratung", "beendet")[i % 3]  # noqa: E731
AGENCY = lambda i, *_: ("Jobcenter", "Schule", "Jugendamt")[i % 3]  # noqa: E731
EMPTY = lambda *_: None  # noqa: E731


def always(value):
    return lambda *_: value


def referrer_under_a_title() -> TeamBook:
    """The referrer's name, phone and mail stand under a merged title, those of the client under another."""
    heads = ["Eingang", "Stelle", "Name", "Telefon", "E-Mail", "Nachname", "Vorname", "Telefon", "E-Mail", "Status"]
    rows = _rows(
        RECEIVED,
        AGENCY,
        lambda i, *_: f"Frau Amt{i}",
        lambda i, *_: f"02323 16{1000 + i}",
        lambda i, *_: f"amt{i}@behoerde.example",
        LAST,
        FIRST,
        PHONE,
        MAIL,
        PHASE,
    )
    titles = [None, "Zuweisende Stelle", None, None, None, "Klient/in", None, None, None, None]
    tab = "Zuweisungen"
    return TeamBook(
        {tab: [titles, heads, *rows]},
        {tab: "cases"},
        {(tab, "col:C"): "", (tab, "col:D"): "", (tab, "col:E"): "", (tab, "col:F"): "last_name"},
        {"cases": 12},
        merged={tab: ("B1:E1", "F1:I1")},
    )


def referrer_by_heading() -> TeamBook:
    """Headings that name the referrer, the school, an emergency contact."""
    heads = [
        "Ref no.",
        "Date referred",
        "Referring agency",
        "Referrer email",
        "Referrer phone",
        "Surname",
        "First name",
        "Client email",
        "Contact no.",
        "Emergency contact phone",
        "Caseworker",
    ]
    rows = _rows(
        NUMBER,
        RECEIVED,
        AGENCY,
        lambda i, *_: f"ref{i}@agency.example",
        lambda i, *_: f"0208 555{100 + i}",
        LAST,
        FIRST,
        MAIL,
        PHONE,
        lambda i, *_: f"0170 33{10000 + i}",
        CODE,
    )
    tab = "Client list"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {
            (tab, "Referrer email"): "",
            (tab, "Referrer phone"): "",
            (tab, "Emergency contact phone"): "",
            (tab, "Client email"): "email",
            (tab, "Contact no."): "phone",
            (tab, "Referring agency"): "source",
            (tab, "Ref no."): "number",
            (tab, "Surname"): "last_name",
            (tab, "Caseworker"): "manager",
        },
        {"cases": 12},
    )


def one_office_address() -> TeamBook:
    """A column E-Mail in which the same three offices stand again and again."""
    heads = ["Fall-Nr.", "Eingang", "Nachname", "Vorname", "Sprache", "E-Mail", "Zuständig"]
    office = lambda i, *_: ("jc@stadt.example", "abh@stadt.example", "schule@stadt.example")[i % 3]  # noqa: E731
    tab = "Fälle"
    return TeamBook(
        {tab: [heads, *_rows(NUMBER, RECEIVED, LAST, FIRST, SPOKEN, office, CODE)]},
        {tab: "cases"},
        {(tab, "E-Mail"): "", (tab, "Sprache"): "languages"},
        {"cases": 12},
    )


def form_answers() -> TeamBook:
    """Answers of a form: who filled it in stands before what was asked."""
    heads = [
        "Zeitstempel",
        "E-Mail-Adresse",
        "Meldende Stelle",
        "Nachname der Person",
        "Vorname",
        "Sprache",
        "Telefonnummer",
    ]
    rows = _rows(
        lambda i, *_: datetime.combine(date(2026, 3, 1 + i), time(9, 30)),
        lambda i, *_: f"kollegin{i}@stelle.example",
        AGENCY,
        LAST,
        FIRST,
        SPOKEN,
        PHONE,
    )
    tab = "Formularantworten 1"
    return TeamBook({tab: [heads, *rows]}, {}, {(tab, "E-Mail-Adresse"): ""})


def headings_far_down() -> TeamBook:
    """A letterhead and a legend above; the headings stand in row 18."""
    top = [["Beratungsstelle Musterstadt"], [], *[[f"Hinweis {n}: bitte vollständig ausfüllen"] for n in range(15)]]
    heads = [
        "lfd.",
        "Aufnahme am",
        "Familienname",
        "Vorname(n)",
        "geb. am",
        "Muttersprache",
        "Mobil-Nr.",
        "Fallführung",
    ]
    rows = _rows(lambda i, *_: i + 1, RECEIVED, LAST, FIRST, BORN, SPOKEN, PHONE, CODE)
    tab = "Aufnahmeliste"
    return TeamBook(
        {tab: [*top, heads, *rows]},
        {tab: "cases"},
        {
            (tab, "Aufnahme am"): "received",
            (tab, "Familienname"): "last_name",
            (tab, "geb. am"): "birth_date",
            (tab, "Mobil-Nr."): "phone",
            (tab, "Fallführung"): "manager",
        },
        {"cases": 12},
    )


def contact_in_one_cell() -> TeamBook:
    """Mail and phone in one cell, age instead of a birth date, "Anfang März" as a date, yes as consent."""
    heads = ["Nr.", "Eingang", "Name, Vorname", "Alter", "Sprachen", "Kontakt", "Einwilligung", "Beraterin"]
    vague = lambda i, *_: "Anfang März" if i % 4 == 0 else day(i)  # noqa: E731
    rows = _rows(
        lambda i, *_: i + 1,
        vague,
        lambda i, last, first, _: f"{last}, {first}",
        lambda i, *_: 20 + i,
        SPOKEN,
        lambda i, *_: f"{mail(i)}, {phone(i)}",
        lambda i, *_: "ja" if i % 3 else "nein",
        CODE,
    )
    tab = "Klientenliste 2026"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {
            (tab, "Name, Vorname"): "full_name",
            (tab, "Alter"): "",
            (tab, "Kontakt"): "contact",
            (tab, "Eingang"): "received",
            (tab, "Sprachen"): "languages",
        },
        {"cases": 12},
        ("consent_without_day",),
    )


def a_tab_an_office() -> TeamBook:
    """A tab for each office, columns in another order in one of them, a template beside."""
    heads = ["Eingang", "Nachname", "Vorname", "Sprache", "Telefon", "Berater/in", "Stand"]
    rows = _rows(RECEIVED, LAST, FIRST, SPOKEN, PHONE, CODE, PHASE)
    turned = [row[1:3] + row[:1] + row[3:] for row in [heads, *rows[6:]]]
    return TeamBook(
        {"Mitte": [heads, *rows[:6]], "Eickel": turned, "Vorlage": [heads, ["TT.MM.JJJJ", "Muster", "Max"]]},
        {"Mitte": "cases", "Eickel": "cases", "Vorlage": ""},
        {("Mitte", "Stand"): "phase"},
        {"cases": 12},
    )


def strangers_beside() -> TeamBook:
    """Interpreters, partners and lists of choices beside the cases: none of them is the team."""
    cases = ["Aktenzeichen", "Zugang am", "Name", "Vorname", "Geb.dat.", "Sprache", "bearbeitet von"]
    people = [
        ["Name", "Sprachen", "Telefon", "E-Mail"],
        ["Arslan", "Türkisch", "0177 123456", "a@example.org"],
        ["Petrova", "Russisch", "0177 654321", "p@example.org"],
        ["Amiri", "Dari", "0177 111222", "m@example.org"],
    ]
    return TeamBook(
        {
            "Übersicht Fälle": [cases, *_rows(NUMBER, RECEIVED, LAST, FIRST, BORN, SPOKEN, CODE)],
            "Dolmetscher": people,
            "Netzwerk": people,
            "Listen": [["Status", "Sprachen"], ["Neu", "Deutsch"], ["beendet", "Arabisch"], ["offen", "Türkisch"]],
        },
        {"Übersicht Fälle": "cases", "Dolmetscher": "", "Netzwerk": "", "Listen": ""},
        {("Übersicht Fälle", "Zugang am"): "received", ("Übersicht Fälle", "bearbeitet von"): "manager"},
        {"cases": 12},
    )


def months_as_rows() -> TeamBook:
    """Counts by month: no persons at all."""
    months = ("Januar", "Februar", "März", "April", "Mai", "Juni")
    heads = ["Monat", "Neuaufnahmen", "Beratungen", "Abschlüsse"]
    return TeamBook(
        {
            "Statistikblatt": [
                heads,
                *[[month, 10 + n, 40 + n, 5] for n, month in enumerate(months)],
                ["Summe", 75, 255, 30],
            ]
        },
        {"Statistikblatt": ""},
        notes=("months",),
    )


def appointment_book() -> TeamBook:
    """Two tabs in English: people, and a diary that names them as "first last"."""
    people = [
        "Client ID",
        "Forename",
        "Family name",
        "Date of birth",
        "Preferred language",
        "Key worker",
        "Date opened",
    ]
    diary = ["When", "At", "Client", "Where", "Staff member", "Attended?"]
    visits = [
        [
            date(2026, 11, 30) + timedelta(days=i % 5),
            time(9 + i % 6),
            f"{first} {last}",
            "Main office",
            CODES[i % 3],
            None,
        ]
        for i, (last, first, _) in enumerate(PEOPLE)
    ]
    return TeamBook(
        {
            "Service users": [people, *_rows(NUMBER, FIRST, LAST, BORN, SPOKEN, CODE, RECEIVED)],
            "Diary": [diary, *visits],
        },
        {"Service users": "cases", "Diary": "appointments"},
        {
            ("Diary", "Client"): "case",
            ("Diary", "When"): "date",
            ("Diary", "At"): "time",
            ("Diary", "Where"): "place",
            ("Service users", "Key worker"): "manager",
            ("Service users", "Date opened"): "received",
            ("Service users", "Client ID"): "number",
        },
        {"cases": 12, "appointments": 12},
    )


def crosses() -> TeamBook:
    """A language a column, months as titles between the rows, a sum below."""
    heads = ["Datum", "Nachname", "Vorname", "Arabisch", "Türkisch", "Farsi", "Zuständig", "erledigt"]
    spoken = lambda word: lambda i, _, __, spoken: "x" if word in spoken else None  # noqa: E731
    rows = _rows(
        RECEIVED,
        LAST,
        FIRST,
        spoken("Arab"),
        spoken("Türk"),
        spoken("Farsi"),
        CODE,
        lambda i, *_: "x" if i < 4 else None,
    )
    tab = "Neue Fälle"
    body = [["Januar"], *rows[:6], [], ["Februar"], *rows[6:], ["Summe", 12]]
    return TeamBook(
        {tab: [heads, *body]},
        {tab: "cases"},
        {
            (tab, "Datum"): "received",
            (tab, "Arabisch"): "languages",
            (tab, "Farsi"): "languages",
            (tab, "erledigt"): "",
        },
        {"cases": 12},
        ("closed_by_cross",),
    )


def look_alikes() -> TeamBook:
    """Headings that look like something they are not."""
    heads = [
        "Fallnummer",
        "Eingang",
        "Nachname",
        "Vorname",
        "§24",
        "Frist",
        "Stunden",
        "Urlaub bis",
        "Kurs",
        "Phase",
        "Anzahl Kinder",
        "Geburtsjahr",
        "E-Mail Vermieter",
        "Handy Ehemann",
        "Einbürgerung",
    ]
    rows = _rows(
        NUMBER,
        RECEIVED,
        LAST,
        FIRST,
        always("ja"),
        lambda i, *_: day(i) + timedelta(days=14),
        lambda i, *_: i,
        EMPTY,
        lambda i, *_: ("laufend", "beendet", "abgebrochen")[i % 3],
        PHASE,
        lambda i, *_: i % 4,
        lambda i, *_: 1980 + i,
        MAIL,
        PHONE,
        lambda i, *_: "offen" if i % 2 else "beantragt",
    )
    tab = "Klienten"
    left = (
        "§24",
        "Frist",
        "Stunden",
        "Urlaub bis",
        "Kurs",
        "Anzahl Kinder",
        "Geburtsjahr",
        "E-Mail Vermieter",
        "Handy Ehemann",
        "Einbürgerung",
    )
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"}, {(tab, "Phase"): "phase", **{(tab, h): "" for h in left}}, {"cases": 12}
    )


def appointments_in_the_row() -> TeamBook:
    """Three appointments in the row of their case."""
    heads = [
        "Fall",
        "Eingang",
        "Name",
        "Vorname",
        "CM",
        "1. Gespräch am",
        "2. Gespräch am",
        "3. Gespräch am",
        "Ende am",
    ]
    rows = _rows(
        NUMBER,
        RECEIVED,
        LAST,
        FIRST,
        CODE,
        lambda i, *_: day(i) + timedelta(days=7),
        lambda i, *_: day(i) + timedelta(days=21),
        lambda i, *_: day(i) + timedelta(days=35) if i % 2 else None,
        EMPTY,
    )
    tab = "Fallliste"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "Fall"): "number", (tab, "CM"): "manager", (tab, "2. Gespräch am"): "date"},
        {"cases": 12, "appointments": 30},
    )


BOOKS = (
    referrer_under_a_title,
    referrer_by_heading,
    one_office_address,
    form_answers,
    headings_far_down,
    contact_in_one_cell,
    a_tab_an_office,
    strangers_beside,
    months_as_rows,
    appointment_book,
    crosses,
    look_alikes,
    appointments_in_the_row,
)
