"""More workbooks of teams, of other origins: nurseries, debt advice, refugee social work, schools, volunteers,
forms; among them a kind each that was taken for what it is not before.
All people are invented."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from openpyxl.styles import PatternFill
from openpyxl.worksheet.table import Table

from tests.support.team_workbooks import (
    AGENCY,
    CODE,
    EMPTY,
    FIRST,
    LAST,
    MAIL,
    NUMBER,
    PEOPLE,
    PHONE,
    RECEIVED,
    SPOKEN,
    TeamBook,
    _rows,
    always,
    born,
    day,
    mail,
    phone,
)

BORN = lambda i, *_: born(i)  # noqa: E731
STAFF = ("Frau Behrend", "Herr Yıldız", "Frau Osei")
WORKER = lambda i, *_: STAFF[i % 3]  # noqa: E731


def kita_waiting_list() -> TeamBook:
    """A nursery's waiting list: the child has a birth date, the mother an address and a number."""
    heads = ["Anmeldung am", "Name des Kindes", "Vorname Kind", "Geburtsdatum Kind", "Mutter", "Telefon Mutter",
             "E-Mail Mutter", "Familiensprache", "Wunschkita", "Geschwisterkind", "Platz ab", "Zusage"]  # fmt: skip
    rows = _rows(
        RECEIVED, LAST, FIRST, lambda i, *_: date(2021 + i % 4, 1 + i % 12, 3), lambda i, last, *_: f"Frau {last}",
        PHONE, MAIL, SPOKEN, lambda i, *_: ("Sonnenschein", "Regenbogen")[i % 2],
        lambda i, *_: "ja" if i % 3 == 0 else "nein", lambda i, *_: date(2026, 8, 1),
        lambda i, *_: "ja" if i % 4 == 0 else None,
    )  # fmt: skip
    tab = "Warteliste"
    return TeamBook(
        {tab: [["Kita-Warteliste Stadtteil Süd"], [], heads, *rows]},
        {tab: "cases"},
        {(tab, "Telefon Mutter"): "", (tab, "E-Mail Mutter"): "", (tab, "Zusage"): "", (tab, "Mutter"): "",
         (tab, "Platz ab"): ""},
        {"cases": 12},
    )  # fmt: skip


def debt_counselling() -> TeamBook:
    """Debt advice: file numbers, creditors, sums of money, a status with numbers before the words."""
    heads = ["Az.", "Erstkontakt", "Name", "Vorname", "geb.", "Tel.", "Anzahl Gläubiger", "Gesamtschulden", "P-Konto",
             "InsO beantragt am", "Berater", "Status", "nächste Frist"]  # fmt: skip
    status = ("1 - Aufnahme", "2 - Unterlagen", "3 - Regulierung", "9 - beendet")
    rows = _rows(
        lambda i, *_: f"SB-26/{i + 1:03d}", RECEIVED, LAST, FIRST, BORN, PHONE, lambda i, *_: 3 + i,
        lambda i, *_: 4200.5 + 731 * i, lambda i, *_: "ja" if i % 2 else "nein",
        lambda i, *_: day(i) + timedelta(days=90) if i % 3 == 0 else None, CODE, lambda i, *_: status[i % 4],
        lambda i, *_: date(2026, 12, 1 + i),
    )  # fmt: skip
    tab = "Fallübersicht"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "Az."): "number", (tab, "Name"): "last_name", (tab, "geb."): "birth_date", (tab, "Berater"): "manager",
         (tab, "Status"): "phase", (tab, "Gesamtschulden"): "", (tab, "P-Konto"): "", (tab, "nächste Frist"): "",
         (tab, "Anzahl Gläubiger"): "", (tab, "InsO beantragt am"): ""},
        {"cases": 12},
    )  # fmt: skip


def refugee_social_work() -> TeamBook:
    """Social work in a shelter: room, AZR number, interview with the office, year of birth alone."""
    heads = ["Zimmer", "Nachname", "Vorname", "Jahrgang", "Herkunftsland", "Sprachen", "AZR-Nr.", "Einzug", "Auszug",
             "Aufenthaltsstatus", "BAMF-Anhörung", "Handy", "zuständige SozA", "Bemerkungen"]  # fmt: skip
    rows = _rows(
        lambda i, *_: f"{1 + i // 4}.{1 + i % 4:02d}", LAST, FIRST, lambda i, *_: 1961 + 3 * i,
        lambda i, *_: ("Syrien", "Afghanistan", "Eritrea")[i % 3], SPOKEN, lambda i, *_: 26_000_000_000 + 977 * i,
        RECEIVED, EMPTY, lambda i, *_: ("Gestattung", "Duldung", "AE § 25")[i % 3],
        lambda i, *_: date(2026, 12, 3 + i) if i % 2 else None, PHONE, CODE, always("siehe Akte"),
    )  # fmt: skip
    tab = "Bewohnerliste"
    return TeamBook(
        {tab: [heads, *rows], "Ausgezogen": [heads]},
        {tab: "cases"},
        {(tab, "Nachname"): "last_name", (tab, "Jahrgang"): "", (tab, "AZR-Nr."): "", (tab, "Handy"): "phone",
         (tab, "BAMF-Anhörung"): "", (tab, "Aufenthaltsstatus"): "residence_status", (tab, "Zimmer"): "",
         (tab, "Auszug"): ("", "closed_on"), (tab, "Bemerkungen"): ""},
        {"cases": 12},
    )  # fmt: skip


def youth_migration_service() -> TeamBook:
    """A youth migration service: age by formula, German level, two phone columns, guardians."""
    heads = ["lfd. Nr.", "Aufnahmedatum", "Familienname", "Vorname", "geb. am", "Alter", "m/w/d", "Sprachniveau",
             "Muttersprache", "Schule", "Telefon", "Telefon Eltern", "Mail", "Begleitung durch", "Stand"]  # fmt: skip
    rows = [
        [i + 1, day(i), last, first, date(2004 + i % 6, 1 + i, 9), f'=DATEDIF(E{i + 2},TODAY(),"Y")', "mwd"[i % 3],
         ("A2", "B1", "B2")[i % 3], spoken, "Gesamtschule", phone(i), phone(i + 40), mail(i), CODE(i),
         ("laufend", "Abschluss", "neu")[i % 3]]
        for i, (last, first, spoken) in enumerate(PEOPLE)
    ]  # fmt: skip
    tab = "JMD 2026"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "Alter"): "", (tab, "Telefon"): "phone", (tab, "Telefon Eltern"): "", (tab, "Mail"): "email",
         (tab, "Sprachniveau"): "german_level", (tab, "Familienname"): "last_name", (tab, "Stand"): "phase",
         (tab, "geb. am"): "birth_date", (tab, "Schule"): ""},
        {"cases": 12},
    )  # fmt: skip


def volunteers() -> TeamBook:
    """Coordination of volunteers beside the people they accompany: volunteers are no clients and no team."""
    people = ["Nr.", "Eingang", "Nachname", "Vorname", "Sprachen", "Anliegen", "Pate/Patin", "Koordination", "Status"]
    rows = _rows(
        lambda i, *_: i + 1, RECEIVED, LAST, FIRST, SPOKEN, always("Behördengänge"),
        lambda i, *_: f"Patin {chr(65 + i)}", CODE, lambda i, *_: ("laufend", "beendet")[i % 2],
    )  # fmt: skip
    helpers = ["Name", "Vorname", "Telefon", "E-Mail", "Sprachen", "Führungszeugnis vom", "Stunden/Monat"]
    others = [[f"Helfer{i}", "Kim", phone(60 + i), f"pate{i}@example.org", "Englisch", day(i), 6] for i in range(8)]
    return TeamBook(
        {"Begleitungen": [people, *rows], "Ehrenamtliche": [helpers, *others]},
        {"Begleitungen": "cases", "Ehrenamtliche": ""},
        {("Begleitungen", "Pate/Patin"): "", ("Begleitungen", "Nachname"): "last_name",
         ("Ehrenamtliche", "Telefon"): "", ("Ehrenamtliche", "E-Mail"): ""},
        {"cases": 12},
    )  # fmt: skip


def english_caseload() -> TeamBook:
    """An English charity's caseload: ages, next of kin, risk colours in words, who holds the case."""
    heads = ["Case ID", "Surname", "Forename", "DOB", "Age", "Nationality", "Language(s)", "Interpreter needed?",
             "Mobile", "Email", "Next of kin", "NOK phone", "Referred by", "Referrer email", "Date opened",
             "Caseworker", "RAG", "Case status", "Date closed"]  # fmt: skip
    english = {"Türkisch": "Turkish", "Dari": "Dari", "Arabisch": "Arabic", "Deutsch": "German"}
    rows = _rows(
        NUMBER, LAST, FIRST, BORN, lambda i, *_: 2026 - born(i).year, lambda i, *_: ("Iran", "Sudan")[i % 2],
        lambda i, _, __, spoken: english.get(spoken, "French / Arabic"), lambda i, *_: "Y" if i % 2 else "N", PHONE,
        MAIL, lambda i, last, *_: f"Mr {last}", lambda i, *_: phone(80 + i), AGENCY,
        lambda i, *_: f"worker{i}@council.example", RECEIVED, CODE, lambda i, *_: ("Red", "Amber", "Green")[i % 3],
        lambda i, *_: ("Open", "Closed")[i % 2], lambda i, *_: day(i) + timedelta(60) if i % 2 else None,
    )  # fmt: skip
    tab = "Caseload"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "Case ID"): "number", (tab, "Age"): "", (tab, "NOK phone"): "", (tab, "Referrer email"): "",
         (tab, "Email"): "email", (tab, "Mobile"): "phone", (tab, "Caseworker"): "manager", (tab, "RAG"): "",
         (tab, "Date closed"): "closed_on", (tab, "Case status"): "phase", (tab, "Next of kin"): ""},
        {"cases": 12},
    )  # fmt: skip


def mixed_languages() -> TeamBook:
    """German and English headings in one row, names "first last", dates with a vague one among them."""
    heads = ["ID", "Intake", "Client", "Sprache/Language", "Phone", "Email", "Anliegen / Need", "Case Manager:in",
             "Status", "Next steps"]  # fmt: skip
    rows = _rows(
        lambda i, *_: f"X{i:02d}", lambda i, *_: "Mitte Mai" if i == 5 else day(i),
        lambda i, last, first, _: f"{first} {last}", SPOKEN, PHONE, MAIL, always("Housing"), CODE,
        lambda i, *_: ("new", "in Bearbeitung", "closed")[i % 3], always("call back"),
    )  # fmt: skip
    tab = "Clients DE-EN"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "Client"): "full_name", (tab, "Intake"): "received", (tab, "Email"): "email", (tab, "ID"): "number",
         (tab, "Next steps"): "", (tab, "Phone"): "phone"},
        {"cases": 12},
    )  # fmt: skip


def form_export() -> TeamBook:
    """An export of a form: ID and times first, whole questions as headings, who sent it before the answers."""
    heads = ["ID", "Startzeit", "Fertigstellungszeit", "E-Mail", "Name", "Wie heißt die Person mit Nachnamen?",
             "Wie heißt die Person mit Vornamen?", "Welche Sprachen spricht die Person?",
             "Unter welcher Telefonnummer erreichen wir die Person?", "Ihre Einrichtung"]  # fmt: skip
    at = datetime(2026, 5, 4, 9, 30)  # noqa: DTZ001 - cells have no zone
    rows = _rows(
        lambda i, *_: i + 1, lambda i, *_: at + timedelta(days=i), lambda i, *_: at + timedelta(days=i, minutes=3),
        always("anonymous"), EMPTY, LAST, FIRST, SPOKEN, PHONE, AGENCY,
    )  # fmt: skip
    return TeamBook({"Form1": [heads, *rows]}, {}, {("Form1", "E-Mail"): "", ("Form1", "Name"): ""})


def school_social_worker() -> TeamBook:
    """Social work at a school: class, teacher's and parents' contacts, names of pupils."""
    heads = ["Datum", "Schüler/in Nachname", "Schüler/in Vorname", "Klasse", "Klassenlehrer/in", "E-Mail Klassenlehrer",
             "Eltern", "Tel. Eltern", "Thema", "Maßnahme", "erledigt am"]  # fmt: skip
    rows = _rows(
        RECEIVED, LAST, FIRST, lambda i, *_: f"{5 + i % 6}{'abc'[i % 3]}", lambda i, *_: f"Hr. Lehrer{i % 3}",
        lambda i, *_: f"lehrer{i % 3}@schule.example", lambda i, last, *_: f"Familie {last}", PHONE,
        lambda i, *_: ("Mobbing", "Fehlzeiten", "Sprache")[i % 3], always("Gespräch"),
        lambda i, *_: day(i) + timedelta(20) if i % 2 else None,
    )  # fmt: skip
    tab = "Fälle SJ 2026-27"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "E-Mail Klassenlehrer"): "", (tab, "Tel. Eltern"): "", (tab, "Klasse"): "", (tab, "Maßnahme"): "",
         (tab, "Klassenlehrer/in"): ""},
        {"cases": 12},
    )  # fmt: skip


def pivot_beside() -> TeamBook:
    """A tab with a pivot table's result beside the list."""
    heads = ["Fall-Nr.", "Eingang", "Nachname", "Vorname", "Sprache", "Zuständig", "Phase"]
    rows = _rows(NUMBER, RECEIVED, LAST, FIRST, SPOKEN, CODE, lambda i, *_: ("Neu", "Begleitung")[i % 2])
    pivot = [
        ["Anzahl von Fall-Nr.", "Spaltenbeschriftungen"],
        ["Zeilenbeschriftungen", "Begleitung", "Neu", "Gesamtergebnis"],
        *[[code, 2, 2, 4] for code in ("DE", "KR", "OK")],
        ["Gesamtergebnis", 6, 6, 12],
    ]
    return TeamBook(
        {"Pivot": pivot, "Liste": [heads, *rows]},
        {"Pivot": "", "Liste": "cases"},
        {("Liste", "Phase"): "phase"},
        {"cases": 12},
    )


def hidden_and_frozen() -> TeamBook:
    """Hidden columns, frozen panes, a filter, coloured rows, an Excel table."""
    heads = ["Aktenzeichen", "Aufnahme", "Nachname", "Vorname", "intern", "E-Mail", "Einwilligung am", "CM"]
    rows = _rows(NUMBER, RECEIVED, LAST, FIRST, always("x1"), MAIL, RECEIVED, CODE)
    tab = "Klientinnen und Klienten"

    def finish(book):
        sheet = book[tab]
        sheet.column_dimensions["E"].hidden = True
        sheet.freeze_panes = "C2"
        sheet.add_table(Table(displayName="tblKlienten", ref="A1:H13"))
        for row in (3, 5, 6):
            for cell in sheet[row]:
                cell.fill = PatternFill("solid", fgColor="FFFF00")

    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "intern"): "", (tab, "CM"): "manager", (tab, "Einwilligung am"): "consent_on",
         (tab, "E-Mail"): "email"},
        {"cases": 12},
        finish=finish,
    )  # fmt: skip


def two_tables_on_a_tab() -> TeamBook:
    """The team's list below the cases on one tab."""
    heads = ["Fallnummer", "Eingang", "Nachname", "Vorname", "Sprachen", "Telefon", "Zuständig"]
    rows = _rows(NUMBER, RECEIVED, LAST, FIRST, SPOKEN, PHONE, CODE)
    team = [["Kürzel", "Name", "E-Mail", "Sprachen"],
            *[[code, name, f"{name.lower()}@stadt.example", "Deutsch"] for code, name in
              (("KR", "Krause"), ("DE", "Demir"), ("OK", "Okafor"))]]  # fmt: skip
    return TeamBook(
        {"KIM": [heads, *rows, [], [], *team]},
        {},
        {("KIM", "Fallnummer"): "number", ("KIM", "Kürzel"): "code"},
        {"cases": 12, "team": 3},
    )


def numbered_visits() -> TeamBook:
    """Visits as numbered columns with time and outcome beside each, in English."""
    heads = ["Ref", "Opened", "Last name", "First name", "Key worker", "Visit 1", "Time 1", "Attended 1", "Visit 2",
             "Time 2", "Attended 2", "Notes"]  # fmt: skip
    rows = _rows(
        NUMBER, RECEIVED, LAST, FIRST, CODE, lambda i, *_: day(i) + timedelta(7), always(time(10)), always("yes"),
        lambda i, *_: day(i) + timedelta(28) if i % 2 else None, lambda i, *_: time(11, 30) if i % 2 else None,
        lambda i, *_: "no" if i % 2 else None, always("ok"),
    )  # fmt: skip
    tab = "Client list"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "Ref"): "number", (tab, "Visit 2"): "date", (tab, "Time 2"): "time", (tab, "Attended 1"): "status",
         (tab, "Notes"): ""},
        {"cases": 12, "appointments": 18},
    )  # fmt: skip


def tabs_of_colleagues() -> TeamBook:
    """A tab for each colleague, and a tab with the team's names."""
    heads = ["Eingang", "Nachname", "Vorname", "Sprache", "Telefon", "Thema"]
    rows = _rows(RECEIVED, LAST, FIRST, SPOKEN, PHONE, always("Arbeit"))
    team = [["Kürzel", "Name", "E-Mail"], ["KR", "Ina Krause", "krause@stadt.example"],
            ["DE", "Can Demir", "demir@stadt.example"], ["OK", "Ada Okafor", "okafor@stadt.example"]]  # fmt: skip
    return TeamBook(
        {"Krause": [heads, *rows[:4]], "Demir": [heads, *rows[4:8]], "Okafor": [heads, *rows[8:]], "Team": team},
        {"Krause": "cases", "Demir": "cases", "Okafor": "cases", "Team": "team"},
        {("Krause", "Thema"): "concern"},
        {"cases": 12, "team": 3},
    )


def legend_above() -> TeamBook:
    """A title, a legend of colours and a date of printing above the headings, a total and a footnote below."""
    heads = ["Lfd. Nr.", "Zugang", "Name", "Vorname", "Sprache(n)", "Mobil", "Status", "Fallmanager/in"]
    rows = _rows(
        lambda i, *_: i + 1, RECEIVED, LAST, FIRST, SPOKEN, PHONE, lambda i, *_: ("offen", "erledigt")[i % 2], CODE
    )
    top = [["Fallmanagement Kreis Musterland"], ["gelb = wartet auf Unterlagen", None, "grün = fertig"],
           ["Stand: 28.11.2026"], []]  # fmt: skip
    tab = "Gesamtliste"
    return TeamBook(
        {tab: [*top, heads, *rows, ["Summe", 12], ["* Angaben ohne Gewähr, bitte vertraulich behandeln"]]},
        {tab: "cases"},
        {(tab, "Mobil"): "phone", (tab, "Fallmanager/in"): "manager", (tab, "Name"): "last_name"},
        {"cases": 12},
    )


def courses_and_participants() -> TeamBook:
    """Participants of courses: an attendance list with dates as headings is not a list of cases."""
    heads = ["Name", "Vorname", *[date(2026, 9, 1) + timedelta(days=7 * n) for n in range(8)]]
    rows = [[last, first, *["x" if (i + n) % 3 else None for n in range(8)]] for i, (last, first, _) in
            enumerate(PEOPLE)]  # fmt: skip
    people = ["Fall-Nr.", "Anmeldung", "Nachname", "Vorname", "Sprache", "E-Mail", "Kurs", "Kursbeginn", "Zuständig"]
    cases = _rows(
        NUMBER, RECEIVED, LAST, FIRST, SPOKEN, MAIL, lambda i, *_: ("A1", "B1")[i % 2], always(date(2027, 1, 11)), CODE
    )
    return TeamBook(
        {"Anwesenheit": [heads, *rows], "Teilnehmende": [people, *cases]},
        {"Anwesenheit": "", "Teilnehmende": "cases"},
        {("Teilnehmende", "Kursbeginn"): "", ("Teilnehmende", "Kurs"): "", ("Teilnehmende", "E-Mail"): "email"},
        {"cases": 12},
    )


def two_languages_a_heading() -> TeamBook:
    """Each heading says it twice, and so does the tab."""
    heads = ["Case No.", "Datum Eingang", "Familienname / Surname", "Vorname / First name", "Sprache / Language",
             "E-Mail", "Status", "Case Manager", "Dolmetscher nötig?"]  # fmt: skip
    rows = _rows(
        lambda i, *_: f"2026-{i + 1:03d}", RECEIVED, LAST, FIRST, SPOKEN, MAIL,
        lambda i, *_: ("1 - open", "2 - in progress", "3 - closed")[i % 3], CODE,
        lambda i, *_: "ja" if i % 2 else "nein",
    )  # fmt: skip
    tab = "Cases - Fälle"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "Familienname / Surname"): "last_name", (tab, "Sprache / Language"): "languages",
         (tab, "Case No."): "number", (tab, "Status"): "phase", (tab, "Dolmetscher nötig?"): ""},
        {"cases": 12},
    )  # fmt: skip


def short_words_and_counted_total() -> TeamBook:
    """Headings cut short, assigned by an office, and a last row that counts in words."""
    heads = ["Nr", "Name, Vorname", "Spr.", "Tel.", "Mail", "zust.", "Zuweisung am", "Stand", "Bem."]
    rows = _rows(
        lambda i, *_: i + 1, lambda i, last, first, _: f"{last}, {first}", SPOKEN, PHONE, MAIL, CODE, RECEIVED,
        lambda i, *_: ("lfd.", "abg.")[i % 2], always("ruft zurück"),
    )  # fmt: skip
    tab = "KIM Liste"
    return TeamBook(
        {tab: [["Stadt Musterhausen"], [], heads, *rows, [], ["Summe", "12 Fälle"]]},
        {tab: "cases"},
        {(tab, "Name, Vorname"): "full_name", (tab, "Zuweisung am"): "received", (tab, "Bem."): "",
         (tab, "zust."): "manager"},
        {"cases": 12},
    )  # fmt: skip


def reporter_before_client() -> TeamBook:
    """Whoever reported somebody has mail and number right behind, the client the same under shorter words."""
    heads = ["Gemeldet am", "Gemeldet von", "E-Mail", "Telefon", "Nachname", "Vorname", "Mail", "Mobil",
             "spricht", "Übernommen durch", "Info"]  # fmt: skip
    rows = _rows(
        RECEIVED, always("Frau Lang, Schule"), lambda i, *_: f"lang{i}@schule.example", lambda i, *_: phone(i + 70),
        LAST, FIRST, MAIL, PHONE, SPOKEN, WORKER, always("Abschluss offen"),
    )  # fmt: skip
    tab = "Meldungen"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "E-Mail"): "", (tab, "Telefon"): "", (tab, "Mail"): "email", (tab, "Mobil"): "phone",
         (tab, "Gemeldet von"): "source", (tab, "Übernommen durch"): "manager", (tab, "Info"): ""},
        {"cases": 12},
    )  # fmt: skip


def countries_and_ways() -> TeamBook:
    """Countries under "Herkunft", offices under "Zugang", two dates of one heading, a last contact that is no first
    one, hours under "Std."."""
    heads = ["Datum", "Name", "Vorname", "Herkunft", "Zugang", "Sprache", "Datum", "letzter Kontakt", "Std.", "Wer?"]
    rows = _rows(
        RECEIVED, LAST, FIRST, lambda i, *_: ("Syrien", "Türkei", "Iran")[i % 3],
        lambda i, *_: ("Jobcenter", "Schule")[i % 2], SPOKEN, lambda i, *_: day(i) + timedelta(20),
        lambda i, *_: day(i) + timedelta(30), lambda i, *_: 1.5 * i, WORKER,
    )  # fmt: skip
    tab = "Liste"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "Herkunft"): "nationality", (tab, "Zugang"): "source", (tab, "col:A"): "received", (tab, "col:G"): "",
         (tab, "letzter Kontakt"): "", (tab, "Std."): "", (tab, "Wer?"): "manager"},
        {"cases": 12},
    )  # fmt: skip


def empty_columns_between() -> TeamBook:
    """Narrow empty columns part a table for the eye, and a legend stands beside."""
    heads = [
        "Fall",
        None,
        "Name",
        "Vorname",
        None,
        "Sprache",
        "Tel",
        None,
        "CM",
        "Eingang",
        "Status",
        None,
        "A = aktiv",
    ]
    rows = [
        [f"{i + 1}/26", None, last, first, None, spoken, phone(i), None, CODE(i), day(i), "ABC"[i % 3]]
        for i, (last, first, spoken) in enumerate(PEOPLE)
    ]
    rows[0] += [None, "B = beendet"]
    tab = "Daten"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "Fall"): "number", (tab, "Vorname"): "first_name", (tab, "CM"): "manager", (tab, "Eingang"): "received"},
        {"cases": 12},
    )  # fmt: skip


def total_by_excel() -> TeamBook:
    """Excel calls the row of totals of a table "Ergebnis"; a legend stands below."""
    heads = ["Lfd.", "Eing.", "Zuname", "Vorname", "Spr.", "Mobil", "Std.", "Status"]
    rows = _rows(lambda i, *_: i + 1, RECEIVED, LAST, FIRST, SPOKEN, PHONE, lambda i, *_: 2 * i, always("laufend"))
    return TeamBook(
        {"2026": [["Klient*innen 2026"], [], heads, *rows, ["Ergebnis", *[None] * 5, 132], [], ["grün = neu"]]},
        {"2026": "cases"},
        {("2026", "Std."): "", ("2026", "Eing."): "received", ("2026", "Mobil"): "phone"},
        {"cases": 12},
    )  # fmt: skip


def pupils() -> TeamBook:
    """School social work: the pupil's name stands under "Schüler/in", "beendet?" holds a yes."""
    heads = ["Klasse", "Schüler/in", "geb.", "Klassenlehrer/in", "Tel. Eltern", "Mail Eltern", "Familiensprache",
             "Anlass", "Schulsoz.", "beendet?"]  # fmt: skip
    rows = [
        [f"{5 + i % 5}b", f"{first} {last}", date(2010 + i % 5, 3, 4), "Fr. Stein", phone(i), mail(i), spoken, "Streit",
         CODE(i), "ja" if i % 4 == 0 else None]
        for i, (last, first, spoken) in enumerate(PEOPLE)
    ]  # fmt: skip
    tab = "SJ 25-26"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "Schüler/in"): "full_name", (tab, "Klassenlehrer/in"): "", (tab, "Tel. Eltern"): "",
         (tab, "Mail Eltern"): "", (tab, "beendet?"): "", (tab, "Schulsoz."): "manager"},
        {"cases": 12},
    )  # fmt: skip


def number_beats_name() -> TeamBook:
    """Appointments quote the number and repeat the name; who did it stands under "Wer"; tallies are no table."""
    cases = ["Kürzel", "Nachname", "Vorname", "Sprache", "Telefon", "Aufnahmedatum", "zuständige Kollegin"]
    visits = ["Wochentag", "Datum", "Zeit", "Kürzel", "Name", "Wer", "Bemerkung", "ok?"]
    rows = [[f"{last[:2]}{i}", last, first, spoken, phone(i), day(i), STAFF[i % 3]]
            for i, (last, first, spoken) in enumerate(PEOPLE)]  # fmt: skip
    held = [["Mo", date(2026, 12, 1 + i), "10:30", rows[i % 12][0], rows[i % 12][1], STAFF[i % 3], "abgesagt", "x"]
            for i in range(15)]  # fmt: skip
    tally = [[date(2026, 11, 1 + i), 1, i % 3, 2, 3 + i % 3] for i in range(15)]
    return TeamBook(
        {"Klienten": [cases, *rows], "Termine 2026": [visits, *held],
         "Zählung": [["Tag", "Arbeit", "Wohnen", "Kita", "gesamt"], *tally]},
        {"Klienten": "cases", "Termine 2026": "appointments", "Zählung": ""},
        {("Klienten", "Kürzel"): "number", ("Termine 2026", "Kürzel"): "case", ("Termine 2026", "Wer"): "manager",
         ("Termine 2026", "Name"): "", ("Termine 2026", "Bemerkung"): "",
         ("Klienten", "zuständige Kollegin"): "manager"},
        {"cases": 12, "appointments": 15},
    )  # fmt: skip


def stars_and_brackets() -> TeamBook:
    """Headings with stars and hints in brackets, two colleagues, a guardian's name and number under a merged title."""
    top = ["Stammdaten", *[None] * 4, "Gesetzl. Vertreter", None, "Fallführung", None, None]
    heads = ["KIM-Nr.*", "Nachname*", "Vorname*", "Sprache (Dropdown)", "Telefon (mobil)", "Name", "Telefon", "CM 1",
             "CM 2", "Aufnahme am*"]  # fmt: skip
    rows = _rows(
        lambda i, *_: f"{i + 1:04d}", LAST, FIRST, SPOKEN, PHONE, lambda i, last, *_: f"V. {last}",
        lambda i, *_: phone(i + 60), WORKER, lambda i, *_: STAFF[(i + 1) % 3], RECEIVED,
    )  # fmt: skip
    tab = "Klientenverwaltung"
    return TeamBook(
        {tab: [top, heads, *rows]},
        {tab: "cases"},
        {(tab, "KIM-Nr.*"): "number", (tab, "Sprache (Dropdown)"): "languages", (tab, "col:E"): "phone",
         (tab, "col:F"): "", (tab, "col:G"): "", (tab, "CM 1"): "manager", (tab, "CM 2"): "",
         (tab, "Aufnahme am*"): "received"},
        {"cases": 12},
        merged={tab: ("A1:E1", "F1:G1", "H1:J1")},
    )  # fmt: skip


def english_charity() -> TeamBook:
    """Apostrophes, the referrer's address, when somebody was seen last, a mother tongue that is no mother's."""
    heads = ["Client ref", "Forename", "Surname", "D.O.B", "Ref'd by", "Ref'd by email", "Mother tongue", "Contact no",
             "Case holder", "Date opened", "Last seen", "Next appt", "Bank"]  # fmt: skip
    rows = _rows(
        lambda i, *_: f"HS/{i + 1:03d}", FIRST, LAST, BORN, always("GP surgery"),
        lambda i, *_: f"gp{i}@nhs.example", lambda i, *_: ("Turkish", "Arabic", "Dari")[i % 3], PHONE, WORKER, RECEIVED,
        lambda i, *_: day(i) + timedelta(40), lambda i, *_: date(2026, 12, 1 + i), always("closed account"),
    )  # fmt: skip
    tab = "Active caseload"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "Ref'd by"): "source", (tab, "Ref'd by email"): "", (tab, "Mother tongue"): "languages",
         (tab, "Last seen"): "", (tab, "Case holder"): "manager", (tab, "Bank"): "", (tab, "Date opened"): "received"},
        {"cases": 12},
    )  # fmt: skip


def headings_again() -> TeamBook:
    """A second part of the same list under a title and headings of its own; clients bear pseudonyms."""
    heads = ["Nr", "Datum Erstkontakt", "Code-Name", "Alter", "Sprache", "Kontakt erlaubt", "Beraterin", "Ende"]
    rows = _rows(
        lambda i, *_: i + 1, RECEIVED, lambda i, _, first, __: f"{first[:2]}{i}", lambda i, *_: 25 + i, SPOKEN,
        lambda i, *_: "nur Tel." if i % 2 else "nicht anrufen", WORKER, always(None),
    )  # fmt: skip
    tab = "Beratungen 2026"
    return TeamBook(
        {tab: [heads, *rows[:7], [], ["Warteliste"], heads, *rows[7:]]},
        {tab: "cases"},
        {(tab, "Code-Name"): "last_name", (tab, "Kontakt erlaubt"): "", (tab, "Alter"): "",
         (tab, "Beraterin"): "manager"},
        {"cases": 12},
    )  # fmt: skip


def youth_welfare() -> TeamBook:
    """A child is the client; the address of whoever has custody names that column, the service stands behind the
    colleague's heading."""
    heads = ["Az.", "Name des Kindes", "Vorname des Kindes", "geb.", "PSB", "Tel. PSB", "Mail PSB", "Hilfeart",
             "Beginn der Hilfe", "Fachkraft ASD"]  # fmt: skip
    rows = _rows(lambda i, *_: f"51-{i}", LAST, FIRST, BORN, always("Mutter"), PHONE, MAIL, always("§ 31"), RECEIVED,
                 WORKER)  # fmt: skip
    tab = "HzE-Fälle"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "Name des Kindes"): "last_name", (tab, "PSB"): "", (tab, "Tel. PSB"): "", (tab, "Mail PSB"): "",
         (tab, "Hilfeart"): "", (tab, "Fachkraft ASD"): "manager"},
        {"cases": 12},
    )  # fmt: skip


def integration_course() -> TeamBook:
    """A course: what ends is the right to take part, no permit; the teacher is no case manager."""
    heads = ["Lfd. Nr.", "PKZ", "Name", "Vorname", "Geburtsdatum", "Staatsang.", "Muttersprache", "Telefon", "E-Mail",
             "Anmeldedatum", "Berechtigung gültig bis", "Kursbeginn", "Std. beansprucht", "Lehrkraft"]  # fmt: skip
    rows = _rows(
        lambda i, *_: i + 1, lambda i, *_: f"26{i:05d}", LAST, FIRST, BORN, always("Syrien"), SPOKEN, PHONE, MAIL,
        RECEIVED, lambda i, *_: day(i) + timedelta(400), always(date(2026, 9, 1)), lambda i, *_: 100 + i, WORKER,
    )  # fmt: skip
    tab = "TN-Liste"
    return TeamBook(
        {tab: [["Integrationskurs 14"], [], heads, *rows]},
        {tab: "cases"},
        {(tab, "Berechtigung gültig bis"): "", (tab, "Kursbeginn"): "", (tab, "Std. beansprucht"): "",
         (tab, "Anmeldedatum"): "received", (tab, "Lehrkraft"): ""},
        {"cases": 12},
    )  # fmt: skip


def two_languages_beside_reminders() -> TeamBook:
    """Headings in two languages with a stroke between; a tab of what is to be looked at again is no appointments."""
    heads = ["Nr. / No.", "Datum / Date", "Name / Surname", "Vorname / First name", "Sprache / Language",
             "Telefon / Phone", "E-Mail", "Berater/in / Counsellor"]  # fmt: skip
    rows = _rows(lambda i, *_: f"H-{i + 1}", RECEIVED, LAST, FIRST, SPOKEN, PHONE, MAIL, WORKER)
    again = [[f"H-{i + 1}", day(i), "anrufen", STAFF[i % 3]] for i in range(len(PEOPLE))]
    tab, other = "Liste", "Wiedervorlagen"
    return TeamBook(
        {tab: [heads, *rows], other: [["Fall", "Datum", "Was", "Wer"], *again]},
        {tab: "cases"},
        {(tab, "Name / Surname"): "last_name", (tab, "Sprache / Language"): "languages",
         (tab, "Telefon / Phone"): "phone", (tab, "Berater/in / Counsellor"): "manager",
         (tab, "Datum / Date"): "received"},
        {"cases": 12},
    )  # fmt: skip


def talks_by_word() -> TeamBook:
    """Appointments in the row whose headings count in words, each with its time and whether somebody came."""
    heads = ["Nr", "Name", "Vorname", "Sprache", "Telefon", "Anmeldung", "Berater", "Erstgespräch", "Uhrzeit",
             "erschienen", "Zweitgespräch", "Uhrzeit", "erschienen", "Bemerkung"]  # fmt: skip
    rows = _rows(
        lambda i, *_: i + 1, LAST, FIRST, SPOKEN, PHONE, RECEIVED, WORKER, lambda i, *_: day(i) + timedelta(7),
        always("10:30"), lambda i, *_: ("ja", "nein", None)[i % 3],
        lambda i, *_: None if i % 2 else day(i) + timedelta(21), lambda i, *_: None if i % 2 else "11:00",
        always(None), always(None),
    )  # fmt: skip
    tab = "Beratung 2026"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "Nr"): "number", (tab, "Name"): "last_name", (tab, "Anmeldung"): "received",
         (tab, "Berater"): "manager", (tab, "Bemerkung"): ""},
        {"cases": 12, "appointments": 18},
    )  # fmt: skip


def short_words_under_titles() -> TeamBook:
    """Headings that say something only with the title above them ("Betreuung", below it "durch"), totals between."""
    titles = ["Fall", None, "Person", None, None, "Betreuung", None, None]
    heads = ["Nr.", "vom", "Nachname", "Vorname", "Spr.", "durch", "Status", "Std."]
    rows = _rows(lambda i, *_: i + 1, RECEIVED, LAST, FIRST, SPOKEN, WORKER, always("offen"), lambda i, *_: i % 5)
    total = ["Zwischensumme", None, None, None, None, None, None, 14]
    tab = "Klienten"
    return TeamBook(
        {tab: [titles, heads, *rows[:6], total, *rows[6:], ["Gesamt", *total[1:]], ["* Std. = Stunden"]]},
        {tab: "cases"},
        {(tab, "Nr."): "number", (tab, "vom"): "received", (tab, "durch"): "manager", (tab, "Std."): ""},
        {"cases": 12},
    )


MORE = (
    two_languages_a_heading,
    short_words_and_counted_total,
    kita_waiting_list,
    debt_counselling,
    refugee_social_work,
    youth_migration_service,
    volunteers,
    english_caseload,
    mixed_languages,
    form_export,
    school_social_worker,
    pivot_beside,
    hidden_and_frozen,
    two_tables_on_a_tab,
    numbered_visits,
    tabs_of_colleagues,
    legend_above,
    courses_and_participants,
    talks_by_word,
    short_words_under_titles,
    youth_welfare,
    integration_course,
    two_languages_beside_reminders,
    headings_again,
    reporter_before_client,
    countries_and_ways,
    empty_columns_between,
    total_by_excel,
    pupils,
    number_beats_name,
    stars_and_brackets,
    english_charity,
)
