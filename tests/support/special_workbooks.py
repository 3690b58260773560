"""Workbooks of special services (debts, youth welfare, disability, mentoring, prisons, pregnancies): what makes their
columns is told by a word of the heading and the cells together. All people are invented."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from tests.support.team_workbooks import (
    BORN,
    EMPTY,
    FIRST,
    LAST,
    MAIL,
    PHONE,
    RECEIVED,
    SPOKEN,
    TeamBook,
    _rows,
    always,
    day,
)

SHORT = lambda i, *_: ("Wo", "Ay", "Br")[i % 3]  # noqa: E731
SURNAME = lambda i, *_: ("Wolters", "Aydın", "Brandt")[i % 3]  # noqa: E731
LATER = lambda i, *_: day(i) + timedelta(days=60) if i % 4 == 0 else None  # noqa: E731


def told_by_initials() -> TeamBook:
    """A column BE with initials (one of them a language's code as well), and w/m."""
    heads = ["lfd.", "EK am", "Kl.-Name", "Vorn.", "w/m", "Spr.", "Tel.", "BE", "CM j/n"]
    rows = _rows(
        lambda i, *_: i + 1, RECEIVED, LAST, FIRST, lambda i, *_: "wm"[i % 2], SPOKEN, PHONE, SHORT,
        lambda i, *_: "jn"[i % 2],
    )  # fmt: skip
    tab = "MBE 2026"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "w/m"): "sex", (tab, "BE"): "manager", (tab, "CM j/n"): ""}, {"cases": 12},
    )  # fmt: skip


def answers_under_short_headings() -> TeamBook:
    """A column "Int. (j/n)" holds answers and no initials of clients, "Haus" two letters and no household."""
    heads = ["Anfrage am", "Name, Vorname", "Uni-Mail", "Haus", "Int. (j/n)", "Thema", "Berater*in"]
    rows = _rows(
        RECEIVED, lambda i, last, first, _: f"{last}, {first}", MAIL, lambda i, *_: "AB"[i % 2],
        lambda i, *_: "jn"[i % 2], lambda i, *_: ("Wohnen", "BAföG")[i % 2], lambda i, *_: ("Jana", "Ole")[i % 2],
    )  # fmt: skip
    tab = "Sozialberatung"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "Haus"): "", (tab, "Int. (j/n)"): "", (tab, "Name, Vorname"): "full_name"}, {"cases": 12},
    )  # fmt: skip


def ends_of_its_own() -> TeamBook:
    """The end and the state are named with what they are of; a mentor stands beside."""
    heads = ["Nr.", "Anmeldung Mentee", "Mentee Nachname", "Mentee Vorname", "Mentee Tel.", "Mentor*in Name",
             "Start Tandem", "Ende Tandem", "Koordination", "Status Tandem"]  # fmt: skip
    rows = _rows(
        lambda i, *_: i + 1, RECEIVED, LAST, FIRST, PHONE, lambda i, *_: f"Petra Lang{i}",
        lambda i, *_: day(i) + timedelta(days=20), LATER, SURNAME,
        lambda i, *_: ("gesucht", "läuft", "beendet")[i % 3],
    )  # fmt: skip
    tab = "Tandems"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "Ende Tandem"): "closed_on", (tab, "Status Tandem"): "phase", (tab, "Start Tandem"): "",
         (tab, "Mentor*in Name"): ""}, {"cases": 12},
    )  # fmt: skip


def ends_of_other_things() -> TeamBook:
    """A sentence begins and ends beside the counselling, on days to come."""
    heads = ["BuchNr.", "Antrag Kl. am", "Name", "Vorname", "geb.", "Haftbeginn", "Haftende (TE)", "Spr.", "Betr. d.",
             "ÜM beendet am"]  # fmt: skip
    rows = _rows(
        lambda i, *_: f"{480 + i}/25/1", RECEIVED, LAST, FIRST, BORN, lambda i, *_: day(i) - timedelta(days=500),
        lambda i, *_: date(2027, 6, 1) + timedelta(days=7 * i), SPOKEN, SURNAME, LATER,
    )  # fmt: skip
    tab = "Klienten ÜM"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "Antrag Kl. am"): "received", (tab, "Haftbeginn"): "", (tab, "Haftende (TE)"): "",
         (tab, "Betr. d."): "manager", (tab, "ÜM beendet am"): "closed_on"}, {"cases": 12},
    )  # fmt: skip


def first_questions() -> TeamBook:
    """A column "Erstanfrage" is the day of receipt, "Beratung abgeschl." none; "kurz" says nothing."""
    heads = ["Rats.-Nr.", "Erstanfrage", "Ratsuchende Person", "GdB", "Kontakt Tel.", "Anliegen kurz",
             "Beratung abgeschl."]  # fmt: skip
    rows = _rows(
        lambda i, *_: f"JM{i}", RECEIVED, lambda i, last, first, _: f"{first} {last}", lambda i, *_: 30 + 10 * (i % 6),
        PHONE, always("Assistenz"), LATER,
    )  # fmt: skip
    tab = "JM"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "Erstanfrage"): "received", (tab, "Beratung abgeschl."): "closed_on", (tab, "Anliegen kurz"): "concern"},
        {"cases": 12},
    )  # fmt: skip


def families_without_names() -> TeamBook:
    """Families are the clients; home visits name the family, and a colleague under "Wer"."""
    name = lambda i, last, *_: last  # noqa: E731
    who = lambda i, *_: ("Gül", "Sandra")[i % 2]  # noqa: E731
    cases = _rows(name, PHONE, SPOKEN, RECEIVED, who, always("Schule"), lambda i, *_: ("neu", "laufend")[i % 2])
    visits = _rows(lambda i, *_: date(2026, 12, 1 + i), always(time(9, 30)), name, who)
    tab = "Familien aktuell"
    return TeamBook(
        {tab: [["Familie", "Mobil", "Sprachen zu Hause", "in Begleitung seit", "Familienbegleiterin", "Themen",
                "Stand"], *cases],
         "Hausbesuche": [["Wann", "Uhr", "Familie", "Wer"], *visits]},
        {tab: "cases", "Hausbesuche": "appointments"},
        {(tab, "Familie"): "last_name", ("Hausbesuche", "Familie"): "case", ("Hausbesuche", "Wer"): "manager"},
        {"cases": 12, "appointments": 12},
    )  # fmt: skip


def numbers_for_names() -> TeamBook:
    """An anonymous list: a number tells clients apart, and appointments quote it."""
    key = lambda i, *_: f"{i + 1}/26"  # noqa: E731
    cases = _rows(key, RECEIVED, lambda i, *_: 20 + i, SPOKEN, MAIL, PHONE, SURNAME, LATER)
    talks = _rows(key, lambda i, *_: date(2026, 12, 1 + i), always(time(9, 30)), always("2.04"), SURNAME)
    return TeamBook(
        {"Klientinnen": [["Beratungsnr.", "Erstgespräch am", "Alter", "Sprache", "Mail", "Telefon", "Beraterin",
                          "Abschluss"], *cases],
         "Termine": [["Beratungsnr.", "Termin", "Zeit", "Raum", "Beraterin"], *talks]},
        {"Klientinnen": "cases", "Termine": "appointments"},
        {("Klientinnen", "Beratungsnr."): "last_name", ("Termine", "Beratungsnr."): "case"},
        {"cases": 12, "appointments": 12},
    )  # fmt: skip


def legend_above_own_headings() -> TeamBook:
    """A legend above the headings, most of which are the team's own."""
    heads = ["ID", "Erf.-Datum", "Nachname", "Vorname", "Sprache (ISO)", "DSE unterschr.", "Tel.", "IM", "A/R/B",
             "IHP erstellt", "Anschluss-UB", "Q-Gespräch", "KK"]  # fmt: skip
    rows = _rows(
        lambda i, *_: 1000 + i, RECEIVED, LAST, FIRST, lambda i, *_: ("so", "sq", "tr")[i % 3],
        lambda i, *_: "✓" if i % 3 else None, PHONE, SHORT, lambda i, *_: "ARB"[i % 3], always("✓"),
        lambda i, *_: ("ja", "nein")[i % 2], always("✓"), always("AOK"),
    )  # fmt: skip
    tab = "IM-Liste"
    return TeamBook(
        {tab: [["Integrationsmanagement"], ["Legende:", "A = aktiv", "R = ruhend", "B = beendet"], [], heads, *rows]},
        {tab: "cases"},
        {(tab, "Erf.-Datum"): "received", (tab, "Sprache (ISO)"): "languages", (tab, "IM"): "manager",
         (tab, "KK"): ""},
        {"cases": 12},
    )  # fmt: skip


def exported_from_a_database() -> TeamBook:
    """Who made a row, and when it was last changed, is no field of the case; its title is the client."""
    staff = lambda i, *_: ("Kraft, Anna", "Blum, Udo")[i % 2]  # noqa: E731
    heads = ["ID", "Titel", "Vorname", "Erstellt", "Erstellt von", "Geändert", "Geändert von", "Sprache",
             "Telefonnummer", "Zugewiesen an", "Fallstatus", "Elementtyp"]  # fmt: skip
    rows = _rows(
        lambda i, *_: i + 1, LAST, FIRST, RECEIVED, always("Sekretariat"), always(date(2026, 11, 20)), staff, SPOKEN,
        PHONE, staff, lambda i, *_: ("Neu", "In Bearbeitung")[i % 2], always("Element"),
    )  # fmt: skip
    return TeamBook(
        {"query": [heads, *rows]}, {"query": "cases"},
        {("query", "Erstellt"): "received", ("query", "Geändert"): "", ("query", "Geändert von"): "",
         ("query", "Zugewiesen an"): "manager"}, {"cases": 12},
    )  # fmt: skip


def a_form_that_says_du() -> TeamBook:
    """Whole questions; behind them the team notes who takes care."""
    heads = ["Zeitstempel", "Wie heißt du mit Vornamen?", "Und mit Nachnamen?", "Wann bist du geboren?",
             "Welche Sprachen sprichst du?", "Unter welcher Handynummer können wir dich erreichen?",
             "Wobei brauchst du Hilfe?", "Wer kümmert sich? (füllt das Team aus)"]  # fmt: skip
    rows = _rows(RECEIVED, FIRST, LAST, BORN, SPOKEN, PHONE, always("Brief vom Amt"), SURNAME)
    fields = ("received", "first_name", "last_name", "birth_date", "languages", "phone", "concern", "manager")
    tab = "Formularantworten 1"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, head): field for head, field in zip(heads, fields, strict=True)}, {"cases": 12},
    )  # fmt: skip


def quoted_by_another_key() -> TeamBook:
    """Appointments name the client, and quote a key of the team's own; the hour is a slot."""
    key = lambda i, *_: f"U{i + 1:04d}"  # noqa: E731
    who = lambda i, *_: ("Sue", "Raj")[i % 2]  # noqa: E731
    cases = _rows(key, RECEIVED, FIRST, LAST, PHONE, MAIL, who)
    talks = _rows(
        lambda i, *_: date(2026, 12, 1 + i), always("09:00-09:45"), key, lambda i, last, first, _: f"{first} {last}",
        who,
    )  # fmt: skip
    return TeamBook(
        {"People": [["Key", "Reg. date", "Forename", "Surname", "Contact no.", "Email", "Advisor"], *cases],
         "Appts Dec": [["Date", "Slot", "Key", "Client", "Advisor"], *talks]},
        {"People": "cases", "Appts Dec": "appointments"},
        {("People", "Key"): "number", ("Appts Dec", "Key"): "case", ("Appts Dec", "Client"): "",
         ("Appts Dec", "Slot"): "time"}, {"cases": 12, "appointments": 12},
    )  # fmt: skip


def booked_by_customers() -> TeamBook:
    """The export of a booking system: appointments alone, clients are customers."""
    heads = ["Booking Id", "Customer Name", "Customer Phone", "Date Time", "Staff", "Location", "Booking status"]
    rows = _rows(
        lambda i, *_: f"B{i}", lambda i, last, first, _: f"{first} {last}", PHONE,
        lambda i, *_: datetime(2026, 12, 1 + i, 9, 30), lambda i, *_: ("Sue", "Raj")[i % 2],  # noqa: DTZ001
        always("Room 1"), lambda i, *_: ("Confirmed", "Cancelled")[i % 5 == 4],
    )  # fmt: skip
    tab = "Bookings export"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "appointments"},
        {(tab, "Customer Name"): "case", (tab, "Date Time"): "date", (tab, "Staff"): "manager"},
    )  # fmt: skip


def headed_in_ukrainian() -> TeamBook:
    """Headings in Ukrainian, and a state that no word of kim's names."""
    heads = ["№", "Дата звернення", "Прізвище", "Ім'я", "Телефон", "Мова", "Консультант", "Status Dossier"]
    rows = _rows(
        lambda i, *_: i + 1, RECEIVED, LAST, FIRST, PHONE, SPOKEN, lambda i, *_: ("Олена", "Ігор")[i % 2],
        lambda i, *_: ("aktiv", "abgelöst")[i % 2],
    )  # fmt: skip
    fields = ("number", "received", "last_name", "first_name", "phone", "languages", "manager", "phase")
    tab = "Клієнти"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, head): field for head, field in zip(heads, fields, strict=True)}, {"cases": 12},
    )  # fmt: skip


def numbers_in_two_headings() -> TeamBook:
    """A heading "Nr" is no neighbour of "Handy-Nr"; "über wen" is who sent somebody."""
    heads = ["Nr", "Name", "Vorname", "über wen", "spricht", "Handy-Nr", "aufgenommen", "Fall zu (Datum)"]
    rows = _rows(
        lambda i, *_: i + 1, LAST, FIRST, lambda i, *_: ("JC", "Schule", "Kita")[i % 3], SPOKEN, PHONE, RECEIVED, LATER
    )
    tab = "Klient-innen"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "Handy-Nr"): "phone", (tab, "Fall zu (Datum)"): "closed_on", (tab, "über wen"): "source"},
        {"cases": 12},
    )  # fmt: skip


def helpers_alone() -> TeamBook:
    """Volunteers with languages, telephones and the day on which they began are no clients."""
    heads = ["Name", "Vorname", "Telefon", "E-Mail", "Sprachen", "Einsatz", "seit"]
    rows = _rows(LAST, FIRST, PHONE, MAIL, SPOKEN, lambda i, *_: ("Hausaufgaben", "Café")[i % 2], RECEIVED)
    return TeamBook({"Ehrenamtliche 2026": [heads, *rows]}, {"Ehrenamtliche 2026": ""})


def staff_called_like_days() -> TeamBook:
    """A colleague is called Mo, the hint "(s)" ends a heading; a decision is no end."""
    heads = ["YP ID", "Start", "Beschluss v.", "Legal surname", "Legal forename(s)", "First lang.",
             "Youth helper/worker", "Ende Betreuung"]  # fmt: skip
    rows = _rows(
        lambda i, *_: f"YP{i}", RECEIVED, RECEIVED, LAST, FIRST, SPOKEN, lambda i, *_: ("Dee", "Mo")[i % 2],
        always(None),
    )  # fmt: skip
    tab = "Young people"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "Beschluss v."): "", (tab, "Legal forename(s)"): "first_name", (tab, "Youth helper/worker"): "manager",
         (tab, "Ende Betreuung"): "closed_on"}, {"cases": 12},
    )  # fmt: skip


def mothers_are_clients() -> TeamBook:
    """Mothers are the clients, as nobody else is named; their home visits are columns with hours beside."""
    heads = ["Nr.", "Anfrage am", "Mutter (Vor- u. Nachname)", "Sprache", "Tel.", "Hebamme", "1. HB", "Zeit", "Erg.",
             "2. HB", "Zeit", "Erg.", "3. HB", "Zeit", "Erg."]  # fmt: skip
    rows = _rows(
        lambda i, *_: f"H{i}", RECEIVED, lambda i, last, first, _: f"{first} {last}", SPOKEN, PHONE, SURNAME,
        lambda i, *_: date(2026, 12, 1 + i), always("10:00"), always("ok"), lambda i, *_: date(2026, 12, 8 + i),
        always("10:00"), EMPTY, EMPTY, EMPTY, EMPTY,
    )  # fmt: skip
    tab = "Frühe Hilfen"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "Anfrage am"): "received", (tab, "Mutter (Vor- u. Nachname)"): "full_name", (tab, "Hebamme"): "manager"},
        {"cases": 12, "appointments": 24},
    )  # fmt: skip


def two_keys_that_count() -> TeamBook:
    """Both numbers of meetings count from 1: the one called like that of the people is theirs."""
    cases = _rows(lambda i, *_: i + 1, LAST, FIRST, RECEIVED, SPOKEN, MAIL, PHONE, SHORT)
    talks = _rows(
        lambda i, *_: i + 1, lambda i, *_: 12 - i, lambda i, *_: date(2026, 12, 1 + i), always(time(9)), always("Büro")
    )
    return TeamBook(
        {"Menschen": [["PID", "heißt", "mit Vornamen", "kam am", "spricht", "mailt", "ruft an unter",
                       "wird begleitet von"], *cases],
         "Treffen": [["TID", "PID", "wann", "ab", "wo"], *talks]},
        {"Menschen": "cases", "Treffen": "appointments"},
        {("Menschen", "PID"): "number", ("Treffen", "TID"): ("", "number"), ("Treffen", "PID"): "case",
         ("Treffen", "ab"): "time"}, {"cases": 12, "appointments": 12},
    )  # fmt: skip


def team_and_holidays() -> TeamBook:
    """The team's tab is named after its holidays as well."""
    cases = _rows(LAST, FIRST, BORN, SPOKEN, PHONE, RECEIVED, SURNAME)
    team = [[name, f"4{n}0", f"{name[:3].lower()}@stadt.example", date(2026, 12, 23), date(2027, 1, 4)]
            for n, name in enumerate(("Wolters", "Aydın", "Brandt"))]  # fmt: skip
    return TeamBook(
        {"Personen in Beratung": [["Name", "Vorname", "Geb.", "Sprachen", "Tel.", "Eingang", "Beratung bei"], *cases],
         "Team+Urlaub": [["Name", "Tel. intern", "E-Mail", "Urlaub vom", "Urlaub bis"], *team]},
        {"Personen in Beratung": "cases", "Team+Urlaub": "team"},
        {("Team+Urlaub", "E-Mail"): "email"}, {"cases": 12, "team": 3},
    )  # fmt: skip


SPECIAL = (
    told_by_initials, answers_under_short_headings, ends_of_its_own, ends_of_other_things, first_questions,
    families_without_names, numbers_for_names, legend_above_own_headings, exported_from_a_database,
    a_form_that_says_du, quoted_by_another_key, booked_by_customers, headed_in_ukrainian, numbers_in_two_headings,
    helpers_alone,
    staff_called_like_days, mothers_are_clients, two_keys_that_count, team_and_holidays,
)  # fmt: skip
