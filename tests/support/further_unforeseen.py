"""Further workbooks of teams that nobody thought of, and tables that are none of kim's. All people are invented."""

from __future__ import annotations

from datetime import datetime, time

from tests.support.team_workbooks import TeamBook
from tests.support.unforeseen_workbooks import ENGLISH, STAFF, F, L, N, S, book, born, day, later, mail, of, phone


def legal() -> TeamBook:
    """Legal advice: opponents are named by their whole names."""
    return book(
        {
            "Mandate": [
                [
                    "Mandatsnummer",
                    "Erstmals vorgesprochen",
                    "Mandant/in",
                    "Geburtstag",
                    "Spricht",
                    "Erreichbar (Tel.)",
                    "Jurist/in",
                    "Sachstand",
                    "Gegner",
                    "Streitwert",
                ],
                *(
                    [
                        f"M{i + 1}/26",
                        day(i),
                        f"{F[i]} {L[i]}",
                        born(i),
                        S[i],
                        phone(i),
                        of(i, *STAFF),
                        of(i, "offen", "beendet"),
                        f"Herr {L[(i + 5) % 16]}",
                        100 * i,
                    ]
                    for i in N
                ),
            ]
        },
        {"Mandate": "cases"},
        {
            "Mandate": {
                "Mandatsnummer": "number",
                "Erstmals vorgesprochen": ("received", "first_contact_on", ""),
                "Mandant/in": "full_name",
                "Geburtstag": "birth_date",
                "Spricht": "languages",
                "Erreichbar (Tel.)": "phone",
                "Jurist/in": ("manager", ""),
                "Sachstand": ("phase", ""),
                "Gegner": "",
                "Streitwert": "",
            }
        },
        {"cases": 16},
    )


def kita() -> TeamBook:
    """A nursery: children are the clients, phones are their parents'."""
    return book(
        {
            "Kinder": [
                [
                    "Kind Name",
                    "Kind Vorname",
                    "geb.",
                    "Mutter",
                    "Tel. Mutter",
                    "Vater",
                    "Tel. Vater",
                    "Familiensprache",
                    "angemeldet seit",
                    "Bezugserzieherin",
                    "Gruppe",
                ],
                *(
                    [
                        L[i],
                        F[i],
                        datetime(2020 + i % 4, 3, i + 1),  # noqa: DTZ001
                        f"{F[(i + 1) % 16]} {L[i]}",
                        phone(i),
                        f"{F[(i + 2) % 16]} {L[i]}",
                        phone(i + 30),
                        S[i],
                        day(i),
                        of(i, *STAFF),
                        of(i, "Bären", "Igel"),
                    ]
                    for i in N
                ),
            ]
        },
        {"Kinder": "cases"},
        {
            "Kinder": {
                "Kind Name": "last_name",
                "Kind Vorname": "first_name",
                "geb.": "birth_date",
                "Mutter": "",
                "Tel. Mutter": "",
                "Vater": "",
                "Tel. Vater": "",
                "Familiensprache": "languages",
                "angemeldet seit": "received",
                "Bezugserzieherin": "manager",
                "Gruppe": "",
            }
        },
        {"cases": 16},
    )


def coaching() -> TeamBook:
    """Job coaching, in English: an employer has a name and a phone, too."""
    return book(
        {
            "Participants": [
                [
                    "Participant #",
                    "Enrolled",
                    "Participant Name",
                    "Birthdate",
                    "Native language",
                    "Phone",
                    "Coach",
                    "Employer contact",
                    "Employer phone",
                    "Exit",
                ],
                *(
                    [
                        i + 1,
                        day(i),
                        f"{F[i]} {L[i]}",
                        born(i),
                        ENGLISH[S[i]],
                        phone(i),
                        of(i, *STAFF),
                        f"John {L[(i + 4) % 16]}",
                        phone(i + 40),
                        later(i, 90) if i % 3 == 0 else None,
                    ]
                    for i in N
                ),
            ],
            "Check-ins": [
                ["Participant #", "Date", "Time", "Coach", "Mode", "Showed up?"],
                *(
                    [
                        i + 1,
                        later(i, 20),
                        time(9 + i % 6),
                        of(i, *STAFF),
                        of(i, "phone", "in person"),
                        of(i, "yes", "no"),
                    ]
                    for i in N
                ),
            ],
        },
        {"Participants": "cases", "Check-ins": "appointments"},
        {
            "Participants": {
                "Participant #": "number",
                "Enrolled": "received",
                "Participant Name": "full_name",
                "Birthdate": "birth_date",
                "Native language": "languages",
                "Phone": "phone",
                "Coach": "manager",
                "Employer contact": "",
                "Employer phone": "",
                "Exit": ("closed_on", ""),
            },
            "Check-ins": {
                "Participant #": "case",
                "Date": "date",
                "Time": "time",
                "Coach": "manager",
                "Mode": ("kind", ""),
                "Showed up?": ("status", ""),
            },
        },
        {},
    )


def italian() -> TeamBook:
    """Headings of a language that kim has no words of: names, births and days are told by their cells."""
    return book(
        {
            "Utenti": [
                [
                    "N. pratica",
                    "Data richiesta",
                    "Cognome",
                    "Nome",
                    "Data di nascita",
                    "Lingua",
                    "Cellulare",
                    "Operatore",
                    "Chiusura",
                ],
                *(
                    [
                        f"P{i + 1}",
                        day(i),
                        L[i],
                        F[i],
                        born(i),
                        S[i],
                        phone(i),
                        of(i, *STAFF),
                        later(i, 60) if i % 3 == 0 else None,
                    ]
                    for i in N
                ),
            ],
            "Operatori": [["Sigla", "Nome", "Mail"], *([s, f"Anna {s}", f"{s.lower()}@comune.example"] for s in STAFF)],
        },
        {"Utenti": "cases", "Operatori": "team"},
        {
            "Utenti": {
                "N. pratica": ("number", ""),
                "Data richiesta": "received",
                "Cognome": "last_name",
                "Nome": "first_name",
                "Data di nascita": "birth_date",
                "Lingua": "languages",
                "Cellulare": "phone",
                "Operatore": "manager",
                "Chiusura": ("closed_on", ""),
            },
            "Operatori": {"Sigla": "code", "Nome": ("name", ""), "Mail": "email"},
        },
        {},
    )


def codes() -> TeamBook:
    """A column of codes under a single letter, and the list of them in another tab."""
    return book(
        {
            "Wer ist wer": [
                ["Kz.", "Wer", "Tel.", "Tage"],
                ["KR", "Petra Krause", "02323 1", "Mo-Mi"],
                ["DE", "Ali Demir", "02323 2", "Mo-Fr"],
                ["OK", "Joy Okafor", "02323 3", "Di, Do"],
            ],
            "aktuell": [
                [
                    "K",
                    "Name",
                    "Vorname",
                    "reingekommen",
                    "spricht",
                    "Nummer",
                    "Mailadresse",
                    "worum's geht",
                    "erledigt?",
                ],
                *(
                    [
                        of(i, "KR", "DE", "OK"),
                        L[i],
                        F[i],
                        day(i),
                        S[i],
                        phone(i),
                        mail(i),
                        of(i, "Wohnung", "Arbeit"),
                        of(i, "x", None),
                    ]
                    for i in N
                ),
            ],
        },
        {"Wer ist wer": "team", "aktuell": "cases"},
        {
            "aktuell": {
                "K": "manager",
                "Name": "last_name",
                "Vorname": "first_name",
                "reingekommen": "received",
                "spricht": "languages",
                "Nummer": "phone",
                "Mailadresse": "email",
                "worum's geht": ("concern", ""),
                "erledigt?": ("phase", ""),
            },
            "Wer ist wer": {"Kz.": "code", "Wer": "name", "Tel.": "phone", "Tage": "working_days"},
        },
        {},
    )


def traps() -> TeamBook:
    """Tables that are none of kim's: a cash book, a room plan, a list of donors."""
    return book(
        {
            "Kasse": [
                ["Datum", "Beleg", "Text", "Einnahme", "Ausgabe", "Wer"],
                *([day(i), i + 1, of(i, "Porto", "Kaffee"), None, 3.5, of(i, *STAFF)] for i in N),
            ],
            "Spender": [
                ["Name", "Vorname", "Mail", "Betrag", "Datum"],
                *([L[i], F[i], mail(i), 50 + i, day(i)] for i in N),
            ],
            "Fälle": [
                [
                    "Fall-Nr.",
                    "Eingang",
                    "Nachname",
                    "Vorname",
                    "Sprache",
                    "Heiratsdatum",
                    "Einreisedatum",
                    "Vermieter",
                    "Zuständig",
                ],
                *(
                    [
                        f"F{i}",
                        day(i),
                        L[i],
                        F[i],
                        S[i],
                        later(i, -3000),
                        later(i, -1000),
                        f"Fam. {L[(i + 2) % 16]}",
                        of(i, *STAFF),
                    ]
                    for i in N
                ),
            ],
        },
        {"Kasse": "", "Spender": "", "Fälle": "cases"},
        {
            "Fälle": {
                "Fall-Nr.": "number",
                "Eingang": "received",
                "Nachname": "last_name",
                "Heiratsdatum": "",
                "Einreisedatum": "",
                "Vermieter": "",
                "Zuständig": "manager",
            }
        },
        {},
    )


def thin() -> TeamBook:
    """No received at all; an Einreise that goes up; Beratungsform under a stem."""
    return book(
        {
            "Liste": [
                [
                    "Name",
                    "Vorname",
                    "Einreise am",
                    "Sprache",
                    "Beratungsform",
                    "Betreuungsart",
                    "gesetzl. Betreuer",
                    "Wunsch",
                    "Handy",
                ],
                *(
                    [
                        L[i],
                        F[i],
                        day(i),
                        S[i],
                        of(i, "Telefon", "Video"),
                        of(i, "Einzel", "Gruppe"),
                        of(i, "Weber", "Sommer", "Klein"),
                        of(i, "Kurs", "Arbeit"),
                        phone(i),
                    ]
                    for i in N
                ),
            ]
        },
        {"Liste": "cases"},
        {
            "Liste": {
                "Einreise am": "",
                "Beratungsform": ("", "contact_way"),
                "Betreuungsart": "",
                "gesetzl. Betreuer": "",
                "Name": "last_name",
                "Vorname": "first_name",
                "Sprache": "languages",
                "Handy": "phone",
                "Wunsch": ("", "concern"),
            }
        },
        {},
    )


LAST_OF_ALL = (legal, kita, coaching, italian, codes, traps, thin)
