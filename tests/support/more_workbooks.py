"""More workbooks of teams, of other origins: nurseries, debt advice, refugee social work, schools, volunteers, forms.
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
         (tab, "Auszug"): "", (tab, "Bemerkungen"): ""},
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
)
