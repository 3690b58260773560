"""Workbooks of teams that nobody thought of: what is right was written down before kim was asked. All people are
invented.

A field given as several is right as any of them; "" is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from tests.support.team_workbooks import TeamBook

Right = str | tuple[str, ...]

PEOPLE = (
    ("Yılmaz", "Ayşe", "Türkisch"), ("Öztürk", "İbrahim", "Türkisch"), ("Al-Hassan", "Fatima", "Arabisch"),
    ("محمود", "سارة", "Arabisch"), ("Kovalenko", "Олена", "Ukrainisch"), ("Шевченко", "Taras", "Ukrainisch"),
    ("Popescu", "Maria", "Rumänisch"), ("Diallo", "Mamadou", "Französisch"), ("Schmidt-Rahimi", "Nasrin", "Persisch"),
    ("O'Connor", "Sean", "Englisch"), ("Çelik", "Gül", "Türkisch"), ("Haddad", "Yusuf", "Arabisch"),
    ("Ivanova", "Юлія", "Ukrainisch"), ("Nguyen", "Thi Lan", "Vietnamesisch"), ("Kaya", "Mehmet", "Türkisch"),
    ("Barzani", "Rojin", "Kurdisch"),
)  # fmt: skip
ENGLISH = {
    "Türkisch": "Turkish", "Arabisch": "Arabic", "Ukrainisch": "Ukrainian", "Rumänisch": "Romanian",
    "Französisch": "French", "Persisch": "Persian", "Englisch": "English", "Vietnamesisch": "Vietnamese",
    "Kurdisch": "Kurdish",
}  # fmt: skip
STAFF = ("Krause", "Demir", "Okafor")
N = range(len(PEOPLE))
L, F, S = zip(*PEOPLE, strict=True)
START = datetime(2026, 1, 7)  # noqa: DTZ001 - as a cell has it


def mail(i: int) -> str:
    return f"kl{i}@example.org"


def phone(i: int) -> str:
    return f"0176 99{i:06d}"


def day(i: int) -> datetime:
    return START + timedelta(days=9 * i)


def born(i: int) -> datetime:
    return datetime(1980 + i, 3, i + 1)  # noqa: DTZ001


def of(i: int, *words: Any) -> Any:
    return words[i % len(words)]


def later(i: int, days: int) -> datetime:
    return day(i) + timedelta(days=days)


def whole(i: int) -> str:
    return f"{L[i]}, {F[i]}"


def book(
    tabs: Mapping[str, Sequence[Sequence[Any]]],
    tables: Mapping[str, Right],
    fields: Mapping[str, Mapping[str, Right]],
    rows: Mapping[str, int],
    notes: tuple[str, ...] = (),
) -> TeamBook:
    flat = {(tab, heading): right for tab, known in fields.items() for heading, right in known.items()}
    lists = {tab: [list(row) for row in given] for tab, given in tabs.items()}
    return TeamBook(lists, tables, flat, rows, notes)  # type: ignore[arg-type]


def shelter() -> TeamBook:
    """A women's shelter: requests, who is talked with, a rota, a list of rooms."""
    return book(
        {
            "Belegung": [["Zimmer", "Bewohnerin", "Einzug", "Auszug", "Kinder"],
                         *([100 + i, whole(i), day(i), None, i % 3] for i in range(8))],
            "Anfragen": [["Lfd. Nr.", "Anfragedatum", "Name", "Vorname", "Geb.", "Muttersprache", "Mobil",
                          "Anfragende Stelle", "Bezugsfrau", "Stand", "Sicherer Kontakt?", "Notiz"],
                         *([i + 1, day(i), L[i], F[i], born(i), S[i], phone(i), of(i, "Polizei", "Jugendamt", "selbst"),
                            of(i, *STAFF), of(i, "neu", "aufgenommen", "abgelehnt", "in Klärung"), of(i, "ja", "nein"),
                            "-"] for i in N)],
            "Gespräche": [["Wann", "Uhrzeit", "Bewohnerin", "Raum", "Gespräch mit", "Stattgefunden"],
                          *([later(i, 20), time(9 + i % 6, 30), whole(i), "Büro 2", of(i, *STAFF),
                             of(i, "ja", "nein", None)] for i in range(10))],
            "Dienstplan": [["Woche", "Mo", "Di", "Mi", "Do", "Fr"],
                           *([f"KW {i + 1}", *(of(i + j, *STAFF) for j in range(5))] for i in range(12))],
        },
        {"Anfragen": "cases", "Gespräche": "appointments", "Dienstplan": "", "Belegung": ""},
        {
            "Anfragen": {"Lfd. Nr.": "number", "Anfragedatum": "received", "Name": "last_name",
                         "Vorname": "first_name", "Geb.": "birth_date", "Muttersprache": "languages", "Mobil": "phone",
                         "Anfragende Stelle": "source", "Bezugsfrau": "manager", "Stand": "phase",
                         "Sicherer Kontakt?": ("", "contact_way"), "Notiz": ""},
            "Gespräche": {"Wann": "date", "Uhrzeit": "time", "Bewohnerin": "case", "Raum": "place",
                          "Gespräch mit": "manager", "Stattgefunden": "status"},
        },
        {"cases": 16, "appointments": 10},
    )  # fmt: skip


def youth() -> TeamBook:
    """A youth office: the child is the client, phone and mail are those of the parents."""
    return book(
        {
            "Hilfen": [["Aktenzeichen", "Kind", "geb. am", "Personensorgeberechtigte", "Tel. Eltern", "E-Mail Eltern",
                        "Familiensprache", "Meldung vom", "Meldende Stelle", "FK", "HPG am", "Hilfeart",
                        "Ende der Hilfe"],
                       *([f"51.2/{i + 100}", f"{F[i]} {L[i]}", datetime(2008 + i % 12, 3, i + 1),  # noqa: DTZ001
                          f"{F[(i + 3) % 16]} {L[i]}",
                          phone(i), mail(i), S[i], day(i), of(i, "Schule", "Kita", "Polizei"), of(i, *STAFF),
                          later(i, 90), of(i, "SPFH", "Erziehungsbeistand"), later(i, 200) if i % 4 == 0 else None]
                         for i in N)],
            "Fachkräfte": [["FK", "Name", "Mail", "Durchwahl", "Stellenanteil", "Sprachen"],
                           *([s, f"Frau {s}", f"{s.lower()}@jugendamt.example", f"-{200 + i}",
                              of(i, "100 %", "50 %", "75 %"), "Deutsch, Englisch"] for i, s in enumerate(STAFF))],
        },
        {"Hilfen": "cases", "Fachkräfte": "team"},
        {
            "Hilfen": {"Aktenzeichen": "number", "Kind": "full_name", "geb. am": "birth_date",
                       "Personensorgeberechtigte": ("guardian", ""), "Tel. Eltern": "", "E-Mail Eltern": "",
                       "Familiensprache": "languages", "Meldung vom": "received", "Meldende Stelle": "source",
                       "FK": "manager", "HPG am": "", "Hilfeart": ("", "concern"), "Ende der Hilfe": "closed_on"},
            "Fachkräfte": {"FK": "code", "Name": "name", "Mail": "email", "Durchwahl": "phone", "Stellenanteil": "",
                           "Sprachen": "languages"},
        },
        {"cases": 16, "team": 3},
    )  # fmt: skip


def form() -> TeamBook:
    """Answers of a form that the team goes on working in: questions as headings, two columns of its own behind."""
    tab = "Formularantworten 1"
    return book(
        {tab: [["Zeitstempel", "Wie heißen Sie (Nachname)?", "Ihr Vorname", "Wann sind Sie geboren?",
                "Welche Sprachen sprechen Sie?", "Unter welcher Handynummer erreichen wir Sie?",
                "Ihre E-Mail-Adresse", "Dürfen wir Ihnen E-Mails schicken?", "Wer hat Sie zu uns geschickt?",
                "Wobei brauchen Sie Hilfe?", "bearbeitet von", "Status"],
               *([day(i) + timedelta(hours=9, minutes=i), L[i], F[i], born(i), S[i] + ", Deutsch", phone(i), mail(i),
                  of(i, "Ja", "Nein"), of(i, "Jobcenter", "Schule"), "Kurs", of(i, *STAFF) if i < 9 else None,
                  of(i, "offen", "erledigt")] for i in N)]},
        {tab: "cases"},
        {tab: {"Zeitstempel": ("received", ""), "Wie heißen Sie (Nachname)?": "last_name", "Ihr Vorname": "first_name",
               "Wann sind Sie geboren?": "birth_date", "Welche Sprachen sprechen Sie?": "languages",
               "Unter welcher Handynummer erreichen wir Sie?": "phone", "Ihre E-Mail-Adresse": "email",
               "Dürfen wir Ihnen E-Mails schicken?": ("consent_on", ""), "Wer hat Sie zu uns geschickt?": "source",
               "Wobei brauchen Sie Hilfe?": "concern", "bearbeitet von": "manager", "Status": "phase"}},
        {"cases": 16},
    )  # fmt: skip


def abbreviated() -> TeamBook:
    """Titles above, a legend below, every heading shortened, codes of two letters."""
    tab = "Liste"
    heads = ["Nr", "Name, Vorname", "Geb.-Dat.", "Spr.", "Tel./Mobil", "Mail", "SB", "Aufn.-Datum", "1. Kontakt",
             "zust. Stelle", "Phase", "erl. am"]  # fmt: skip
    return book(
        {tab: [["Beratungsstelle Mitte – Klientenliste"], [], ["Stand:", datetime(2026, 11, 1)], [], heads,  # noqa: DTZ001
               *([i + 1, whole(i), born(i), S[i][:3] + ".", phone(i), mail(i), of(i, *STAFF)[:2].upper(), day(i),
                  later(i, 5), of(i, "JC", "ABH", "EBH"), of(i, "A", "B", "C"),
                  later(i, 100) if i % 5 == 0 else None] for i in N),
               [], ["Legende:", "A = Neuzugang"], ["", "B = laufend"], ["", "C = beendet"]]},
        {tab: "cases"},
        {tab: {"Nr": "number", "Name, Vorname": "full_name", "Geb.-Dat.": "birth_date", "Spr.": "languages",
               "Tel./Mobil": "phone", "Mail": "email", "SB": "manager", "Aufn.-Datum": "received",
               "1. Kontakt": "first_contact_on", "zust. Stelle": "", "Phase": "phase", "erl. am": "closed_on"}},
        {"cases": 16},
    )  # fmt: skip


def swiss() -> TeamBook:
    """Swiss words; a year of birth is no date of birth."""
    return book(
        {
            "Dossiers": [["Dossier", "Eröffnet am", "Familienname", "Rufname", "Jahrgang", "Erstsprache", "Natel",
                          "Fallführung", "Zuweisende Stelle", "Stand", "Abschluss"],
                         *([f"D{i:04}", day(i), L[i], F[i], 1980 + i, S[i], phone(i), of(i, *STAFF),
                            of(i, "Sozialamt", "Schule"), of(i, "offen", "abgeschlossen"),
                            later(i, 99) if i % 2 else None] for i in N)],
            "Besprechungen": [["Dossier", "Tag", "Zeit", "Dauer (Min.)", "Wo", "Besprochen mit", "erschienen"],
                              *([f"D{i:04}", later(i, 30), time(8 + i % 8, 15), 45, of(i, "Büro", "Video"),
                                 of(i, *STAFF), of(i, "ja", "nein")] for i in N)],
        },
        {"Dossiers": "cases", "Besprechungen": "appointments"},
        {
            "Dossiers": {"Dossier": "number", "Eröffnet am": "received", "Familienname": "last_name",
                         "Rufname": "first_name", "Jahrgang": "", "Erstsprache": "languages", "Natel": "phone",
                         "Fallführung": "manager", "Zuweisende Stelle": "source", "Stand": "phase",
                         "Abschluss": "closed_on"},
            "Besprechungen": {"Dossier": "case", "Tag": "date", "Zeit": "time", "Dauer (Min.)": "duration",
                              "Wo": "place", "Besprochen mit": "manager", "erschienen": "status"},
        },
        {"cases": 16, "appointments": 16},
    )  # fmt: skip


def sections() -> TeamBook:
    """Rows that hold nothing but the name of a section, totals under each."""
    tab = "Fälle nach Büro"
    rows: list[list[Any]] = [["Fallnr.", "Eingang", "Name", "Vorname", "Sprache", "Telefon 1", "Telefon 2", "Datum",
                              "Zuständig", "Bemerkung"]]  # fmt: skip
    for o, name in enumerate(("Mitte", "Wanne", "Eickel")):
        rows.append([f"Büro {name}"])
        rows += [[f"F-{i:03}", day(i), L[i], F[i], S[i], phone(i), None, later(i, 9), STAFF[o], "x"]
                 for i in range(o * 5, o * 5 + 5)]  # fmt: skip
        rows.append(["Summe", None, 5])
    return book(
        {tab: rows}, {tab: "cases"},
        {tab: {"Fallnr.": "number", "Eingang": "received", "Name": "last_name", "Vorname": "first_name",
               "Sprache": "languages", "Telefon 1": "phone", "Telefon 2": "", "Datum": "", "Zuständig": "manager",
               "Bemerkung": ""}},
        {"cases": 15},
    )  # fmt: skip


def american() -> TeamBook:
    """Plain English columns, dates as texts with the month first, day and time in one cell."""
    return book(
        {
            "Intake": [["Client ID", "Intake date", "Last", "First", "DOB", "Primary language", "Cell", "Email",
                        "OK to email?", "Referred by", "Case worker", "Status", "Closed"],
                       *([f"C{i + 1}", f"{i % 12 + 1}/{i % 27 + 1}/2026", L[i], F[i],
                          f"{i % 12 + 1}/{i + 1}/{1980 + i}", ENGLISH[S[i]], phone(i), mail(i), of(i, "Y", "N"),
                          of(i, "School", "Hospital"), of(i, *STAFF), of(i, "Active", "Closed"), None] for i in N)],
            "Visits": [["Client ID", "When", "With", "Where", "Outcome"],
                       *([f"C{i + 1}", f"{i % 12 + 1}/{i % 27 + 1}/2026 2:30 PM", of(i, *STAFF), "Office",
                          of(i, "Attended", "No show", "Cancelled", "Scheduled")] for i in N)],
            "Staff": [["Initials", "Full name", "Work email", "Languages", "Hours/week", "On leave from",
                       "On leave until"],
                      *([s, f"{s} X", f"{s.lower()}@charity.example", "English, Spanish", 30, None, None]
                        for s in STAFF)],
        },
        {"Intake": "cases", "Visits": "appointments", "Staff": "team"},
        {
            "Intake": {"Client ID": "number", "Intake date": "received", "Last": "last_name", "First": "first_name",
                       "DOB": "birth_date", "Primary language": "languages", "Cell": "phone", "Email": "email",
                       "OK to email?": ("consent_on", ""), "Referred by": "source", "Case worker": "manager",
                       "Status": "phase", "Closed": ("closed_on", "")},
            "Visits": {"Client ID": "case", "When": "date", "With": "manager", "Where": "place", "Outcome": "status"},
            "Staff": {"Initials": "code", "Full name": "name", "Work email": "email", "Languages": "languages",
                      "Hours/week": "", "On leave from": "absent_from", "On leave until": "absent_until"},
        },
        {"cases": 16, "appointments": 16, "team": 3},
        ("month_first",),
    )  # fmt: skip


def housing() -> TeamBook:
    """People who look for a flat, and visits of flats; mail or phone in one column."""
    return book(
        {
            "Wohnungssuchende": [["WS-Nr", "Antrag vom", "Haushaltsvorstand", "Pers.", "Sprache", "Kontakt", "WBS bis",
                                  "Betreuer/in", "Erledigt"],
                                 *([f"WS{i + 1}", day(i), f"{F[i]} {L[i]}", i % 5 + 1, S[i],
                                    mail(i) if i % 2 else phone(i), later(i, 365), of(i, *STAFF), of(i, "", "x")]
                                   for i in N)],
            "Besichtigungen": [["WS-Nr", "Besichtigung", "Uhrzeit", "Adresse", "Begleitung", "Ergebnis"],
                               *([f"WS{i + 1}", later(i, 60), time(10 + i % 5, 0), f"Hauptstr. {i + 1}", of(i, *STAFF),
                                  of(i, "zugesagt", "abgesagt", None)] for i in N)],
        },
        {"Wohnungssuchende": "cases", "Besichtigungen": "appointments"},
        {
            "Wohnungssuchende": {"WS-Nr": "number", "Antrag vom": "received", "Haushaltsvorstand": "full_name",
                                 "Pers.": "", "Sprache": "languages", "Kontakt": "contact", "WBS bis": "",
                                 "Betreuer/in": "manager", "Erledigt": ""},
            "Besichtigungen": {"WS-Nr": "case", "Besichtigung": "date", "Uhrzeit": "time", "Adresse": ("place", ""),
                               "Begleitung": "manager", "Ergebnis": ("status", "")},
        },
        {"cases": 16, "appointments": 16},
    )  # fmt: skip


def debts() -> TeamBook:
    """Debt counselling: a list of creditors with contacts of their own beside the list of debtors."""
    return book(
        {
            "Schuldner 2026": [["Vorgangsnr.", "Erstgespräch am", "Schuldner/in", "Geb.", "Anz. Gläubiger",
                                "Schulden in €", "Verfahren", "Tel.", "Spricht", "Berater", "Stand"],
                               *([f"S26-{i + 1}", day(i), f"{L[i]} {F[i].split()[0]}", born(i), 3 + i,
                                  1200.5 * (i + 1), of(i, "InsO", "außergerichtl."), phone(i), S[i], of(i, *STAFF),
                                  of(i, "offen", "Vergleich", "beendet")] for i in N)],
            "Gläubiger": [["Vorgangsnr.", "Gläubiger", "Forderung", "Aktenzeichen", "Ansprechpartner", "E-Mail",
                           "Telefon"],
                          *([f"S26-{i + 1}", of(i, "Sparkasse", "Telekom", "Stadtwerke"), 400.0 + i, f"AZ {i}/26",
                             f"Herr Bank{i % 3}", f"info{i % 3}@bank.example", f"0211 55{i % 3}000"] for i in N)],
        },
        {"Schuldner 2026": "cases", "Gläubiger": ""},
        {"Schuldner 2026": {"Vorgangsnr.": "number", "Erstgespräch am": ("first_contact_on", "received"),
                            "Schuldner/in": "full_name", "Geb.": "birth_date", "Anz. Gläubiger": "",
                            "Schulden in €": "", "Verfahren": "", "Tel.": "phone", "Spricht": "languages",
                            "Berater": "manager", "Stand": "phase"}},
        {"cases": 16},
    )  # fmt: skip


def addiction() -> TeamBook:
    """Addiction counselling: codes instead of names; talks from … to."""
    codes = [f"{F[i][0]}{L[i][0]}-{80 + i}" for i in N]
    return book(
        {
            "Betreuungen": [["Code", "Aufnahme", "Hauptsubstanz", "Zugang über", "Jahrgang", "Muttersprache",
                             "Handy (nur SMS!)", "Bezugsberatung", "Betreuungsende", "Beendigungsgrund"],
                            *([codes[i], day(i), of(i, "Alkohol", "Cannabis", "Opiate"),
                               of(i, "Klinik", "Gericht", "selbst"), 1970 + i, S[i], phone(i), of(i, *STAFF),
                               later(i, 120) if i % 3 == 0 else None, "regulär" if i % 3 == 0 else None] for i in N)],
            "Einzelgespräche": [["Code", "Datum", "von", "bis", "Gespräch durch", "Setting", "gekommen?"],
                                *([codes[i], later(i, 7), time(9 + i % 7, 0), time(10 + i % 7, 0), of(i, *STAFF),
                                   of(i, "Einzel", "Paar"), of(i, "ja", "nein")] for i in N)],
        },
        {"Betreuungen": "cases", "Einzelgespräche": "appointments"},
        {
            "Betreuungen": {"Code": ("last_name", "number"), "Aufnahme": "received", "Hauptsubstanz": "",
                            "Zugang über": "source", "Jahrgang": "", "Muttersprache": "languages",
                            "Handy (nur SMS!)": "phone", "Bezugsberatung": "manager", "Betreuungsende": "closed_on",
                            "Beendigungsgrund": "outcome"},
            "Einzelgespräche": {"Code": ("case", ""), "Datum": "date", "von": "time", "bis": "ends_at",
                                "Gespräch durch": "manager", "Setting": ("", "kind"), "gekommen?": "status"},
        },
        {"appointments": 16},
    )  # fmt: skip


def refugee_home() -> TeamBook:
    """A home for refugees: a tab a house, a list of keys, papers that end."""
    heads = ["Zi.", "Name", "Vorname", "geb.", "StA", "Sprache", "Einzug", "Einreise", "Gestattung gültig bis", "Handy",
             "Sozialbetreuung", "Auszug"]  # fmt: skip
    tabs: dict[str, list[list[Any]]] = {}
    for h, part in enumerate((range(8), range(8, 16))):
        tabs[f"Haus {'AB'[h]}"] = [
            [f"Unterkunft Hafenstraße – Haus {'AB'[h]}"], [], heads,
            *([100 + i, L[i], F[i], born(i), of(i, "Syrien", "Ukraine", "Türkei"), S[i], day(i),
               later(i, -200 - 40 * (i % 3)), later(i, 500), phone(i), of(i, *STAFF),
               later(i, 150) if i % 5 == 0 else None] for i in part),
        ]  # fmt: skip
    tabs["Schlüssel"] = [["Nr.", "Zimmer", "ausgegeben am", "zurück"], *([i, 100 + i, day(i), None] for i in N)]
    known: dict[str, Right] = {
        "Zi.": "", "Name": "last_name", "Vorname": "first_name", "geb.": "birth_date", "StA": "nationality",
        "Sprache": "languages", "Einzug": ("received", ""), "Einreise": "",
        "Gestattung gültig bis": ("permit_until", ""), "Handy": "phone", "Sozialbetreuung": "manager",
        "Auszug": ("closed_on", ""),
    }  # fmt: skip
    return book(
        tabs, {"Haus A": "cases", "Haus B": "cases", "Schlüssel": ""}, {"Haus A": known, "Haus B": known}, {"cases": 16}
    )


def school() -> TeamBook:
    """School social work: phones of mother and father, a teacher who reports."""
    tab = "SchülerInnen 26-27"
    return book(
        {
            tab: [["Schüler/in", "Klasse", "gemeldet von (Lehrkraft)", "Erstkontakt", "Anlass", "Sprache zu Hause",
                   "Telefon Mutter", "Telefon Vater", "Mail Eltern", "SSA", "Verlauf", "beendet am"],
                  *([f"{F[i]} {L[i]}", f"{5 + i % 5}b", of(i, "Fr. Lang", "Hr. Groß"), day(i),
                     of(i, "Schulabsentismus", "Konflikt"), S[i], phone(i), phone(i + 50), f"eltern{i}@example.org",
                     of(i, *STAFF), "siehe Akte", later(i, 80) if i % 3 == 0 else None] for i in N)],
            "Gruppenangebote": [["Angebot", "Wochentag", "Leitung", "Plätze"],
                                ["Soziales Lernen", "Mo", "Krause", 12], ["Streitschlichter", "Mi", "Demir", 8]],
        },
        {tab: "cases", "Gruppenangebote": ""},
        {tab: {"Schüler/in": "full_name", "Klasse": "", "gemeldet von (Lehrkraft)": "source",
               "Erstkontakt": ("first_contact_on", "received"), "Anlass": "concern", "Sprache zu Hause": "languages",
               "Telefon Mutter": "", "Telefon Vater": "", "Mail Eltern": "", "SSA": ("manager", ""), "Verlauf": "",
               "beendet am": "closed_on"}},
        {"cases": 16},
    )  # fmt: skip


def hospital() -> TeamBook:
    """Discharge from hospital: a planned day of discharge is no end of a case, relatives' phones no client's."""
    tab = "Fallliste Sozialdienst"
    return book(
        {
            tab: [["Pat.-Nr.", "Angemeldet am", "Patient", "Geb.-Dat.", "Station", "angefordert von", "Entl. geplant",
                   "Sozialdienst", "Tel. Pat.", "Angehörige", "Tel. Angehörige", "Sprache", "Pflegegrad", "erl."],
                  *([880100 + i, day(i), whole(i), born(i), of(i, "A3", "B1", "Intensiv"),
                     of(i, "Dr. Weber", "Pflege B1", "Dr. Sommer"), later(i, 12), of(i, *STAFF), phone(i),
                     f"{F[(i + 2) % 16]} {L[i]}", phone(i + 40), S[i], i % 5, of(i, "x", None)] for i in N)],
        },
        {tab: "cases"},
        {tab: {"Pat.-Nr.": "number", "Angemeldet am": "received", "Patient": "full_name", "Geb.-Dat.": "birth_date",
               "Station": "", "angefordert von": ("source", ""), "Entl. geplant": "", "Sozialdienst": "manager",
               "Tel. Pat.": "phone", "Angehörige": "", "Tel. Angehörige": "", "Sprache": "languages",
               "Pflegegrad": "", "erl.": ""}},
        {"cases": 16},
    )  # fmt: skip


def austrian() -> TeamBook:
    """Austrian words."""
    return book(
        {
            "Klient-innen": [["Zl.", "Datum Erstgespräch", "Zuname", "Vorname", "SV-Nr.", "Geburtsdatum", "Mobil",
                              "Dolmetsch", "Erstsprache", "Zubringer", "Bezugsbetreuung", "Abschluss am"],
                             *([f"{i + 1}/2026", day(i), L[i], F[i], f"{1000 + i} 010{i % 9 + 1}80", born(i), phone(i),
                                of(i, "ja", "nein"), S[i], of(i, "AMS", "BH", "Caritas"), of(i, *STAFF),
                                later(i, 160) if i % 4 == 0 else None] for i in N)],
            "Termine": [["Zl.", "Datum", "von", "bis", "Betreuung", "Anmerkung", "erschienen?"],
                        *([f"{i + 1}/2026", later(i, 14), time(8 + i % 8, 30), time(9 + i % 8, 30), of(i, *STAFF), None,
                           of(i, "ja", "nein", None)] for i in N)],
        },
        {"Klient-innen": "cases", "Termine": "appointments"},
        {
            "Klient-innen": {"Zl.": "number", "Datum Erstgespräch": ("first_contact_on", "received"),
                             "Zuname": "last_name", "Vorname": "first_name", "SV-Nr.": "", "Geburtsdatum": "birth_date",
                             "Mobil": "phone", "Dolmetsch": "", "Erstsprache": "languages", "Zubringer": ("source", ""),
                             "Bezugsbetreuung": "manager", "Abschluss am": "closed_on"},
            "Termine": {"Zl.": "case", "Datum": "date", "von": "time", "bis": "ends_at", "Betreuung": "manager",
                        "Anmerkung": "", "erschienen?": "status"},
        },
        {"cases": 16, "appointments": 16},
    )  # fmt: skip


def dutch() -> TeamBook:
    """Dutch headings, English words in the cells."""
    return book(
        {
            "Cliënten": [["Cliëntnr.", "Datum aanmelding", "Achternaam", "Voornaam", "Geboortedatum", "Taal",
                          "Telefoon", "E-mail", "Verwijzer", "Begeleider", "Status", "Opmerkingen"],
                         *([f"NL{i + 1:03}", day(i), L[i], F[i], born(i), ENGLISH[S[i]], phone(i), mail(i),
                            of(i, "Gemeente", "School"), of(i, *STAFF), of(i, "open", "closed"), "-"] for i in N)],
            "Afspraken": [["Cliëntnr.", "Datum", "Tijd", "Locatie", "Met wie", "Status"],
                          *([f"NL{i + 1:03}", later(i, 21), time(9 + i % 7, 0), "Stadhuis", of(i, *STAFF),
                             of(i, "attended", "no show", "planned")] for i in N)],
        },
        {"Cliënten": "cases", "Afspraken": "appointments"},
        {
            "Cliënten": {"Cliëntnr.": "number", "Datum aanmelding": "received", "Achternaam": "last_name",
                         "Voornaam": "first_name", "Geboortedatum": "birth_date", "Taal": "languages",
                         "Telefoon": "phone", "E-mail": "email", "Verwijzer": "source", "Begeleider": "manager",
                         "Status": "phase", "Opmerkingen": ""},
            "Afspraken": {"Cliëntnr.": "case", "Datum": "date", "Tijd": "time", "Locatie": "place",
                          "Met wie": "manager", "Status": "status"},
        },
        {"cases": 16, "appointments": 16},
    )  # fmt: skip


def french() -> TeamBook:
    """A French-speaking commune."""
    return book(
        {
            "Bénéficiaires": [["N° dossier", "Date de demande", "Nom", "Prénom", "Date de naissance", "Langue", "Tél.",
                               "Courriel", "Orienté par", "Référent", "Date de clôture", "Observations"],
                              *([f"F{i + 1:03}", day(i), L[i], F[i], born(i), S[i], phone(i), mail(i),
                                 of(i, "CPAS", "École"), of(i, *STAFF), later(i, 90) if i % 3 == 0 else None, None]
                                for i in N)],
            "Rendez-vous": [["N° dossier", "Date", "Heure", "Lieu", "Avec", "Présent"],
                            *([f"F{i + 1:03}", later(i, 10), time(9 + i % 8, 0), "Maison communale", of(i, *STAFF),
                               of(i, "oui", "non")] for i in N)],
        },
        {"Bénéficiaires": "cases", "Rendez-vous": "appointments"},
        {
            "Bénéficiaires": {"N° dossier": "number", "Date de demande": "received", "Nom": "last_name",
                              "Prénom": "first_name", "Date de naissance": "birth_date", "Langue": "languages",
                              "Tél.": "phone", "Courriel": "email", "Orienté par": "source", "Référent": "manager",
                              "Date de clôture": "closed_on", "Observations": ""},
            "Rendez-vous": {"N° dossier": "case", "Date": "date", "Heure": "time", "Lieu": "place", "Avec": "manager",
                            "Présent": ("status", "")},
        },
        {"cases": 16, "appointments": 16},
    )  # fmt: skip


def shouted() -> TeamBook:
    """LibreOffice: Tabelle1, capitals, dates as texts with years of two digits, phones that became numbers."""
    return book(
        {
            "Tabelle1": [["WARTELISTE BERATUNG"], [],
                         ["LFD NR", "SEIT", "NACHNAME", "VORNAME", "GEB.", "TEL", "SPRACHE", "WER", "WARTET AUF",
                          "STATUS"],
                         *([i + 1, f"{day(i):%d.%m.%y}", L[i], F[i], f"{born(i):%d.%m.%Y}", 17699000000 + i, S[i],
                            of(i, "KR", "DE", "OK"), of(i, "Kurs", "Termin"), of(i, "neu", "läuft", "fertig")]
                           for i in N)],
            "Tabelle2": [["KÜRZEL", "NAME", "DURCHWAHL"], ["KR", "Krause, Petra", 4411], ["DE", "Demir, Ali", 4412],
                         ["OK", "Okafor, Joy", 4413]],
            "Tabelle3": [],
        },
        {"Tabelle1": "cases", "Tabelle2": "team", "Tabelle3": ""},
        {
            "Tabelle1": {"LFD NR": "number", "SEIT": "received", "NACHNAME": "last_name", "VORNAME": "first_name",
                         "GEB.": "birth_date", "TEL": "phone", "SPRACHE": "languages", "WER": "manager",
                         "WARTET AUF": "", "STATUS": "phase"},
            "Tabelle2": {"KÜRZEL": "code", "NAME": "name", "DURCHWAHL": "phone"},
        },
        {"cases": 16, "team": 3},
    )  # fmt: skip


def since_2009() -> TeamBook:
    """A list kept since 2009: several title rows, headings that stand there twice, years of cases."""
    tab = "Gesamtliste"
    heads = ["Nr.", "Aufn.", "Name", "Vorname", "Geb.-Dat.", "Sprache", "Telefon", "Telefon", "Kontakt am",
             "Bemerkung", "Kontakt am", "Bemerkung", "Zust. MA", "Ende"]  # fmt: skip
    when = [datetime(2009 + i, 2, 3 + i) for i in N]  # noqa: DTZ001
    return book(
        {tab: [["Migrationsberatung"], ["Klientenliste seit 2009 (nur unten anfügen!)"], ["Stand", None, "laufend"],
               [], heads,
               *([i + 1, when[i], L[i], F[i], datetime(1958 + i, 6, i + 1), S[i], phone(i),  # noqa: DTZ001
                  phone(i + 60) if i % 4 == 0 else None, when[i] + timedelta(days=20), "tel.",
                  when[i] + timedelta(days=50) if i % 2 else None, "pers." if i % 2 else None, of(i, *STAFF),
                  when[i] + timedelta(days=300) if i % 3 else None] for i in N)]},
        {tab: "cases"},
        {tab: {"Nr.": "number", "Aufn.": "received", "Name": "last_name", "Vorname": "first_name",
               "Geb.-Dat.": "birth_date", "Sprache": "languages", "col:G": "phone", "col:H": "", "col:J": "",
               "col:I": ("", "first_contact_on", "date"), "col:K": ("", "date"), "col:L": "", "Zust. MA": "manager",
               "Ende": "closed_on"}},
        {"cases": 16},
    )  # fmt: skip


def months() -> TeamBook:
    """A tab a month with the same headings, a pivot beside."""
    heads = ["Tag", "Name", "Vorname", "Herkunft", "Sprache", "Anliegen", "Berater/in"]
    known: dict[str, Right] = {"Tag": "received", "Name": "last_name", "Vorname": "first_name",
                               "Herkunft": "nationality", "Sprache": "languages", "Anliegen": "concern",
                               "Berater/in": "manager"}  # fmt: skip
    names = ("Jan 26", "Feb 26", "März 26")
    tabs: dict[str, list[list[Any]]] = {
        name: [heads, *([datetime(2026, 1 + m, 2 + i), L[i], F[i], of(i, "Syrien", "Türkei", "Ukraine"), S[i],  # noqa: DTZ001
                         of(i, "Wohnung", "Arbeit"), of(i, *STAFF)] for i in range(m * 5, m * 5 + 5))]
        for m, name in enumerate(names)
    }  # fmt: skip
    tabs["Pivot"] = [["Anzahl von Name", "Spaltenbeschriftungen"],
                     ["Zeilenbeschriftungen", *STAFF, "Gesamtergebnis"],
                     ["Arabisch", 1, 2, None, 3], ["Türkisch", 2, None, 1, 3],
                     ["Gesamtergebnis", 3, 2, 1, 6]]  # fmt: skip
    return book(tabs, {**dict.fromkeys(names, "cases"), "Pivot": ""}, dict.fromkeys(names, known), {"cases": 15})


def ticked() -> TeamBook:
    """Boxes to tick, titles before names, mail and phone in one cell."""
    titles = ("Fr. ", "Hr. ", "Dr. ", "Frau ")
    return book(
        {
            "Übersicht Fälle": [["ID", "Neu am", "Klient*in", "Dringend", "Kontakt", "Sprache", "DSE unterschrieben",
                                 "fallverantwortlich", "Abgeschlossen"],
                                *([f"K{i + 1}", day(i), f"{of(i, *titles)}{F[i]} {L[i]}", i % 4 == 0,
                                   f"{phone(i)} / {mail(i)}", S[i], i % 3 > 0, of(i, *STAFF), i % 5 == 0] for i in N)],
            "Termine": [["ID", "Termin", "bei", "Ort", "erledigt"],
                        *([f"K{i + 1}", day(i) + timedelta(days=30, hours=9 + i % 6), of(i, *STAFF), "Rathaus",
                           i % 2 == 0] for i in N)],
        },
        {"Übersicht Fälle": "cases", "Termine": "appointments"},
        {
            "Übersicht Fälle": {"ID": "number", "Neu am": "received", "Klient*in": "full_name",
                                "Dringend": ("urgency", ""), "Kontakt": "contact", "Sprache": "languages",
                                "DSE unterschrieben": ("", "consent_on"), "fallverantwortlich": "manager",
                                "Abgeschlossen": ("", "phase")},
            "Termine": {"ID": "case", "Termin": "date", "bei": "manager", "Ort": "place", "erledigt": ("status", "")},
        },
        {"cases": 16, "appointments": 16},
    )  # fmt: skip


def serials() -> TeamBook:
    """Days as serial numbers formatted as text, times as parts of a day, phones without their zero."""
    serial = lambda when: str((when - datetime(1899, 12, 30)).days)  # noqa: E731, DTZ001
    return book(
        {
            "Beratungsfälle": [["Fall", "Eing.-Dat.", "Nachname", "Vorname", "Geburtsdat.", "Handy", "Sprache",
                                "zuständig"],
                               *([f"B{i + 1}", serial(day(i)), L[i], F[i], serial(born(i)), 17699000000 + i, S[i],
                                  of(i, *STAFF)] for i in N)],
            "Beratungsgespräche": [["Fall", "am", "um", "Min.", "wo", "wer"],
                                   *([f"B{i + 1}", serial(later(i, 40)), 0.375 + (i % 6) / 24, 45, "Büro",
                                      of(i, *STAFF)] for i in N)],
        },
        {"Beratungsfälle": "cases", "Beratungsgespräche": "appointments"},
        {
            "Beratungsfälle": {"Fall": "number", "Eing.-Dat.": "received", "Nachname": "last_name",
                               "Vorname": "first_name", "Geburtsdat.": "birth_date", "Handy": "phone",
                               "Sprache": "languages", "zuständig": "manager"},
            "Beratungsgespräche": {"Fall": "case", "am": "date", "um": "time", "Min.": "duration", "wo": "place",
                                   "wer": "manager"},
        },
        {"cases": 16, "appointments": 16},
    )  # fmt: skip


def mentors() -> TeamBook:
    """Tandems: the mentor's phone is not the client's, the mentor no colleague."""
    return book(
        {
            "Tandems": [["Mentee", "Sprache", "Telefon Mentee", "Pate/Patin", "Telefon Pate", "gematcht am",
                         "Koordination", "Status"],
                        *([f"{F[i]} {L[i]}", S[i], phone(i), f"Pate{i} Muster", phone(i + 30), day(i), of(i, *STAFF),
                           of(i, "aktiv", "beendet")] for i in N)],
            "Koordination": [["Name", "Mail", "Sprachen", "Std."],
                             *([s, f"{s.lower()}@verein.example", "Deutsch", 20] for s in STAFF)],
        },
        {"Tandems": "cases", "Koordination": "team"},
        {
            "Tandems": {"Mentee": "full_name", "Sprache": "languages", "Telefon Mentee": ("phone", ""),
                        "Pate/Patin": "", "Telefon Pate": "", "gematcht am": ("received", ""),
                        "Koordination": "manager", "Status": "phase"},
            "Koordination": {"Name": ("name", "code"), "Mail": "email", "Sprachen": "languages", "Std.": ""},
        },
        {"cases": 16},
    )  # fmt: skip


def english_form() -> TeamBook:
    """An English form whose last column the team fills in; a child is asked about, too."""
    tab = "Form Responses 1"
    return book(
        {tab: [["Timestamp", "What is your last name?", "What is your first name?", "When were you born?",
                "Which language(s) do you speak?", "What is your phone number?", "What is your email address?",
                "Who referred you to us?", "What do you need help with?", "Name of your child's school?",
                "Assigned to"],
               *([day(i) + timedelta(hours=8, minutes=i), L[i], F[i], born(i), ENGLISH[S[i]], phone(i), mail(i),
                  of(i, "Jobcentre", "School"), "Housing", of(i, "Park School", "Hill School"),
                  of(i, *STAFF) if i < 12 else None] for i in N)]},
        {tab: "cases"},
        {tab: {"Timestamp": ("received", ""), "What is your last name?": "last_name",
               "What is your first name?": "first_name", "When were you born?": "birth_date",
               "Which language(s) do you speak?": "languages", "What is your phone number?": "phone",
               "What is your email address?": "email", "Who referred you to us?": "source",
               "What do you need help with?": "concern", "Name of your child's school?": "", "Assigned to": "manager"}},
        {"cases": 16},
    )  # fmt: skip


def nameless() -> TeamBook:
    """Headings that say nothing: a tab "Daten", names, births, languages, one row a person."""
    return book(
        {"Daten": [["#", "am", "Person 1", "*", "Spr", "Nr. mobil", "Referenz", "Kz", "Freitext"],
                   *([i + 1, day(i), whole(i), born(i), S[i], phone(i), of(i, "Jobcenter", "ABH"),
                      of(i, "KR", "DE", "OK"), "kommt wieder"] for i in N)],
         "Kz": [["Kz", "wer", "Mail"], ["KR", "Petra Krause", "krause@stadt.example"],
                ["DE", "Ali Demir", "demir@stadt.example"], ["OK", "Joy Okafor", "okafor@stadt.example"]]},
        {"Daten": "cases", "Kz": "team"},
        {"Daten": {"#": ("number", ""), "am": ("received", ""), "Person 1": "full_name", "*": ("birth_date", ""),
                   "Spr": "languages", "Nr. mobil": "phone", "Referenz": ("", "source"), "Kz": "manager",
                   "Freitext": ""},
         "Kz": {"Kz": "code", "wer": "name", "Mail": "email"}},
        {"cases": 16, "team": 3},
    )  # fmt: skip


GIVEN = (shelter, youth, form, abbreviated, swiss, sections, american, housing)
UNFORESEEN = (
    *GIVEN, debts, addiction, refugee_home, school, hospital, austrian, dutch, french, shouted, since_2009, months,
    ticked, serials, mentors, english_form, nameless,
)  # fmt: skip
