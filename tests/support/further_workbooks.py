"""Still more workbooks of teams, each for a kind that was taken for what it is not before. All people are invented."""

from __future__ import annotations

from datetime import date, timedelta

from tests.support.team_workbooks import (
    CODE,
    FIRST,
    LAST,
    MAIL,
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


FURTHER = (
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
