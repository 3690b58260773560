"""Workbooks whose lists stand beside such as look like them: courses, doctors, meetings of the team, states of
residence, a list of another country; and lists with lines between that are no people. All people are invented."""

from __future__ import annotations

from datetime import date, time

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
)


def _one(*words):
    return lambda i, *_: words[i % len(words)]


def courses_and_other_people() -> TeamBook:
    """Who came to a café, with a column a day; doctors; meetings of the team: none of them is a table of kim's."""
    heads = ["Nr.", "Nachname", "Vorname", "Telefon", "Sprache", "Eingang", "Berater:in"]
    rows = _rows(NUMBER, LAST, FIRST, PHONE, SPOKEN, RECEIVED, _one("Brandt", "Sommer", "Okafor"))
    days = ["03.11.", "10.11.", "17.11."]
    came = _rows(LAST, FIRST, PHONE, _one("x", None), _one(None, "x"), _one("x", None))[:8]
    walks = [["Tanja Wolf", "0151 990011", "wolf@verein.example"], ["Ugur Ay", "0151 990022", "ay@verein.example"]]
    doctors = _rows(lambda i, last, *_: f"Dr. {last}", _one("Hausarzt", "Zahnarzt"), PHONE, _one("Markt 1"), SPOKEN)
    topics = (("Teamsitzung", "Brandt"), ("Supervision", "Sommer")) * 2
    meetings = [[date(2026, 12, 1 + 7 * n), time(9), "Saal", *topic] for n, topic in enumerate(topics)]
    return TeamBook(
        {"Klientenkartei": [heads, *rows], "Teilnehmerliste Café": [["Name", "Vorname", "Tel", *days], *came],
         "Wandergruppe": [["Name", "Telefon", "E-Mail"], *walks],
         "Hausärzte": [["Name", "Fachrichtung", "Telefon", "Adresse", "Sprachen"], *doctors],
         "Besprechungen": [["Datum", "Uhrzeit", "Ort", "Thema", "Protokoll"], *meetings]},
        {"Klientenkartei": "cases", "Teilnehmerliste Café": "", "Wandergruppe": "", "Hausärzte": "",
         "Besprechungen": ""},
        {("Klientenkartei", "Berater:in"): "manager"}, {"cases": 12},
    )  # fmt: skip


def states_of_residence() -> TeamBook:
    """A "Status" whose words are those of residence; "Objekt" is a house, and "Begleitende Person" a colleague."""
    heads = ["Objekt", "Nachname", "Vorname", "Geb.", "Status", "Sprache", "Tel.", "Einzug", "Begleitende Person"]
    rows = _rows(_one("Ring 7", "Am Markt 1"), LAST, FIRST, BORN, _one("Duldung", "§ 25 II", "AE"), SPOKEN, PHONE,
                 RECEIVED, _one("Kern", "Sand", "Wolf"))  # fmt: skip
    tab = "Hausliste"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "Objekt"): "", (tab, "Status"): "residence_status", (tab, "Begleitende Person"): "manager"},
        {"cases": 12},
    )  # fmt: skip


def papers_of_switzerland() -> TeamBook:
    """A Swiss "Ausweis" is a permit whose letter says which; the end beside it is the permit's. Houses stand below
    each other in another tab, which is not turned."""
    heads = ["Dossiernr.", "Name", "Vorname", "Ausweis", "Gültig bis", "Natel", "Sprache", "Zuweisung", "Fallführung"]
    rows = _rows(NUMBER, LAST, FIRST, _one("N", "F", "B"), lambda i, *_: date(2027, 1 + i % 12, 5), PHONE, SPOKEN,
                 RECEIVED, CODE)  # fmt: skip
    houses = [["Objekt", "Strasse", "Plätze", "belegt"], ["Linde", "Lindenweg 4", 12, 9], ["Post", "Postweg 1", 6, 5]]
    tab = "Asyl"
    return TeamBook(
        {tab: [heads, *rows], "Unterkünfte": houses}, {tab: "cases", "Unterkünfte": ""},
        {(tab, "Ausweis"): "residence_status", (tab, "Gültig bis"): "permit_until", (tab, "Fallführung"): "manager"},
        {"cases": 12},
    )  # fmt: skip


def headings_of_denmark() -> TeamBook:
    """A list behind the border, in Danish."""
    heads = ["Sagsnr.", "Efternavn", "Fornavn", "Født", "Sprog", "Tlf.", "E-mail", "Henvist af", "Modtaget",
             "Sagsbehandler", "Sagsstatus", "Bemærkninger"]  # fmt: skip
    rows = _rows(NUMBER, LAST, FIRST, BORN, _one("Arabisk", "Polsk", "Engelsk"), PHONE, MAIL, _one("Jobcenter"),
                 RECEIVED, CODE, _one("Åben", "Lukket"), _one(None))  # fmt: skip
    fields = ["number", "last_name", "first_name", "birth_date", "languages", "phone", "email", "source", "received",
              "manager", "phase", ""]  # fmt: skip
    tab = "Borgere"
    known = {(tab, head): field for head, field in zip(heads, fields, strict=True)}
    return TeamBook({tab: [heads, *rows]}, {tab: "cases"}, known, {"cases": 12})


def talks_below_a_person() -> TeamBook:
    """Further talks on lines of their own below each person: no people, and what they were about no concern."""
    heads = ["Nr.", "Name", "Vorname", "Telefon", "Sprache", "Berater", "Termin", "Uhrzeit", "Inhalt"]
    rows = []
    for n, row in enumerate(_rows(NUMBER, LAST, FIRST, PHONE, SPOKEN, CODE)[:8]):
        rows.append([*row, date(2026, 10, 1 + n), time(10), "Erstberatung"])
        rows.append([*[None] * 6, date(2026, 11, 1 + n), time(11), "Antrag"])
        rows.append([*[None] * 6, date(2026, 12, 1 + n), time(9, 30), "Bescheid"])
    tab = "Beratung"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"}, {(tab, "Inhalt"): "", (tab, "Name"): "last_name"}, {"cases": 8},
        ("appointments_in_columns",),
    )  # fmt: skip


def people_below_their_colleague() -> TeamBook:
    """Sections called by a colleague's name where last names stand, and a request below the list: no people."""
    heads = ["Nachname", "Vorname", "Tel.", "Sprache", "Eingang", "Stand"]
    people = _rows(LAST, FIRST, PHONE, SPOKEN, RECEIVED, _one("offen"))
    parts = [
        line for n, who in enumerate(("Brandt", "Sommer", "Petrov")) for line in ([who], *people[4 * n : 4 * n + 4])
    ]
    tab = "Fälle nach Kollegin"
    lines = [heads, *parts, [], ["* Eingang beim Amt"], ["Bitte nichts löschen!"]]
    return TeamBook({tab: lines}, {tab: "cases"}, {(tab, "Nachname"): "last_name"}, {"cases": 12})


def offers_for_groups_and_a_car() -> TeamBook:
    """Hours at which the house offers something, and those of its car: nobody's appointments, as no client is named."""
    rows = _rows(NUMBER, LAST, FIRST, PHONE, SPOKEN, RECEIVED, CODE)
    offers = _rows(lambda i, *_: date(2026, 12, 1 + i), lambda *_: time(10), _one("Saal"),
                   _one("Yoga", "Nähen", "Kochen", "Malen"), lambda i, *_: f"Frau {chr(65 + i)}.")  # fmt: skip
    drives = [[date(2026, 12, n), time(9), time(11), CODES[n % 3], "Hausbesuch", 12 + n] for n in range(1, 9)]
    return TeamBook(
        {"Klientenkartei": [["Nr.", "Nachname", "Vorname", "Telefon", "Sprache", "Eingang", "Zuständig"], *rows],
         "Offene Angebote": [["Tag", "Zeit", "Raum", "Angebot", "Dozentin"], *offers[:7]],
         "Dienstwagen": [["Datum", "Uhrzeit von", "Uhrzeit bis", "Fahrer/in", "Ziel", "km"], *drives]},
        {"Klientenkartei": "cases", "Offene Angebote": "", "Dienstwagen": ""}, {}, {"cases": 12},
    )  # fmt: skip


def two_offices_side_by_side() -> TeamBook:
    """Two lists beside each other, each below the name of an office: a title above all headings is the list's own."""
    heads, people = ["Name", "Vorname", "Tel.", "Sprache", "CM"], _rows(LAST, FIRST, PHONE, SPOKEN, _one("Kern"))
    rows = [[*one, None, *other] for one, other in zip(people[:6], people[6:], strict=True)]
    titles, tab = ["Büro Mitte", *[None] * 5, "Büro Nord"], "Übersicht"
    return TeamBook(
        {tab: [titles, [*heads, None, *heads], *rows]}, {tab: "cases"},
        {(tab, "col:A"): "last_name", (tab, "col:C"): "phone", (tab, "col:E"): "manager"},
    )  # fmt: skip


def persons_and_their_cases() -> TeamBook:
    """A small database: "Fälle" names persons by their number, and is no book of their appointments."""
    persons = _rows(NUMBER, LAST, FIRST, BORN, SPOKEN, PHONE)
    cases = _rows(lambda i, *_: f"F{i}", NUMBER, RECEIVED, _one("Wohnen"), CODE, _one("offen", "beendet"))
    return TeamBook(
        {"Personen": [["Personen-ID", "Nachname", "Vorname", "Geburtsdatum", "Sprache", "Telefon"], *persons],
         "Fälle": [["Fall-ID", "Personen-ID", "Eröffnet", "Anliegen", "Zuständig", "Status"], *cases]},
        {"Personen": "cases", "Fälle": ("", "cases")}, {},
    )  # fmt: skip


def children_with_godparents() -> TeamBook:
    """Children in a tab that is called after those who help them, too."""
    rows = _rows(lambda i, last, first, _: f"{first} {last}", _one(6, 7, 8), SPOKEN, RECEIVED, CODE)
    tab = "Paten-Kinder"
    return TeamBook(
        {tab: [["Kind", "Alter", "Sprache zu Hause", "angemeldet", "betreut von"], *rows]}, {tab: "cases"},
        {(tab, "Kind"): "full_name", (tab, "betreut von"): "manager"}, {"cases": 12},
    )  # fmt: skip


def other_people_under_the_same_headings() -> TeamBook:
    """Mentors and colleagues under the headings of the clients; who looked after these before does so no longer."""
    heads = ["Nachname", "Vorname", "Telefon", "E-Mail", "Sprachen"]
    people = _rows(LAST, FIRST, PHONE, MAIL, SPOKEN, _one("Kern", "Sand"), _one("Sand", "Kern"))
    team = [["Kern", "Ada", "02323 1600", "kern@stadt.example", "Deutsch"],
            ["Sand", "Edgar", "02323 1601", "sand@stadt.example", "Deutsch"]]  # fmt: skip
    tab = "Mentees"
    return TeamBook(
        {tab: [[*heads, "Betreuer (alt)", "Betreuer (neu)"], *people[:7]],
         "Mentor_innen": [heads, *(row[:5] for row in people[7:])], "Kolleginnen": [heads, *team]},
        {tab: "cases", "Mentor_innen": "", "Kolleginnen": "team"},
        {(tab, "Betreuer (alt)"): "", (tab, "Betreuer (neu)"): "manager"}, {"cases": 7, "team": 2},
    )  # fmt: skip


def states_of_a_person() -> TeamBook:
    """A "Status" of families is no phase; that stands under "Fallstand"."""
    heads = ["Fall", "Name", "Vorname", "Status", "Tel.", "Sprache", "Erstberatung", "Beraterin", "Fallstand"]
    rows = _rows(NUMBER, LAST, FIRST, _one("ledig", "verheiratet", "geschieden"), PHONE, SPOKEN, RECEIVED, CODE,
                 _one("offen", "zu"))  # fmt: skip
    tab = "Beratung 2026"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"}, {(tab, "Status"): "", (tab, "Fallstand"): "phase"}, {"cases": 12}
    )


NEIGHBOURS = (
    states_of_a_person,
    other_people_under_the_same_headings,
    offers_for_groups_and_a_car,
    two_offices_side_by_side,
    persons_and_their_cases,
    children_with_godparents,
    courses_and_other_people,
    states_of_residence,
    papers_of_switzerland,
    headings_of_denmark,
    talks_below_a_person,
    people_below_their_colleague,
)
