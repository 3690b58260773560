"""Workbooks of services of other kinds than those before: a job coach's list of participants, an interpreters' pool,
health mediation, an emergency housing office, exports of case systems. All people are invented."""

from __future__ import annotations

from datetime import date, time, timedelta

from tests.support.team_workbooks import (
    CODE,
    FIRST,
    LAST,
    MAIL,
    NUMBER,
    PHONE,
    RECEIVED,
    SPOKEN,
    START,
    TeamBook,
    _rows,
    day,
)

COMING = lambda i, *_: date(2026, 12, 1 + i)  # noqa: E731
HOUR = lambda i, *_: time(9 + i % 6)  # noqa: E731
WHOLE = lambda i, last, first, _: f"{last}, {first}"  # noqa: E731


def _one(*words):
    return lambda i, *_: words[i % len(words)]


def sent_before_they_began() -> TeamBook:
    """A day of being sent ("Zuweisung") and a later one of beginning ("Eintritt"): the first is the arrival."""
    heads = ["TN-Nr.", "Name", "Vorname", "IFK", "Coach", "Zuweisung", "Eintritt", "mobil", "Mail"]
    begun = lambda i, *_: day(i) + timedelta(days=8)  # noqa: E731
    rows = _rows(NUMBER, LAST, FIRST, _one("Fr. Amt", "Hr. Rat"), CODE, RECEIVED, begun, PHONE, MAIL)
    tab = "TN-Liste"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "Zuweisung"): "received", (tab, "Eintritt"): "", (tab, "IFK"): "", (tab, "Coach"): "manager"},
        {"cases": 12},
    )  # fmt: skip


def ticks_below_topics() -> TeamBook:
    """Topics as columns with ticks, one of them called like a field; days to come back, which withdraw nothing."""
    titles = [None, None, None, None, None, None, "THEMEN", None, None]
    heads = ["Nachname", "Vorname", "Tel.", "Sprache", "Beraterin", "wieder da am", "Wohnen", "Aufenthalt", "Arbeit"]
    ticks = _one("✓", None)
    rows = _rows(LAST, FIRST, PHONE, SPOKEN, CODE, COMING, ticks, _one(None, "✔"), ticks)
    tab = "Liste"
    return TeamBook(
        {tab: [titles, heads, *rows]}, {tab: "cases"}, {(tab, "Aufenthalt"): "", (tab, "wieder da am"): ""},
        {"cases": 12}, merged={tab: ("G1:I1",)},
    )  # fmt: skip


def talks_with_what_they_were_about() -> TeamBook:
    """Talks, and what each was about ("Gespräch 1", "Inhalt 1", "Gespräch 2", …): no concern of the case."""
    heads = ["Nr.", "Anmeldung", "Name", "Vorname", "Sprache", "BeraterIn"]
    talks = [f"{what} {number}" for number in (1, 2, 3) for what in ("Gespräch", "Inhalt")]
    held = [lambda i, *_, k=k: START + timedelta(days=i + 21 * k) for k in (1, 2, 3)]
    about = _one("Wohngeld", "Kita", "Pass")
    rows = _rows(NUMBER, RECEIVED, LAST, FIRST, SPOKEN, CODE, held[0], about, held[1], about, held[2], about)
    tab = "Beratungsliste"
    return TeamBook(
        {tab: [[*heads, *talks], *rows]}, {tab: "cases"}, {(tab, "Inhalt 1"): "", (tab, "Anmeldung"): "received"},
        {"cases": 12, "appointments": 36},
    )  # fmt: skip


def people_and_events_beside() -> TeamBook:
    """A pool of interpreters whose tab does not say so, and events with the number of those who came ("TN")."""
    cases = ["Datum", "Ratsuchende Person", "Sprache", "Erreichbarkeit", "Gesundheitsthema", "Mediatorin", "Gemeinde"]
    rows = _rows(
        RECEIVED, WHOLE, SPOKEN, PHONE, _one("Diabetes", "Zähne"), _one("Dr. Aziz", "Petrova"), _one("Au", "Horst")
    )
    pool = _rows(WHOLE, SPOKEN, PHONE, MAIL, _one(35, 40))[:4]
    events = _rows(COMING, HOUR, _one("Kita Sonne", "VHS"), _one("Impfen", "Zähne"), SPOKEN, _one(8, 12, 15))
    tab = "Einzelkontakte"
    return TeamBook(
        {tab: [cases, *rows], "Pool": [["Dolmetscher/in", "Sprachen", "Telefon", "E-Mail", "Satz/Std."], *pool],
         "Infoveranstaltungen": [["Veranstaltung am", "Beginn", "Einrichtung", "Thema", "Sprache", "TN"], *events]},
        {tab: "cases", "Pool": "", "Infoveranstaltungen": ""},
        {(tab, "Gesundheitsthema"): "concern", (tab, "Gemeinde"): "district"}, {"cases": 12}, ("nobodys",),
    )  # fmt: skip


def heads_of_households() -> TeamBook:
    """Whole names below a heading of which nothing is known, who told of them, and a state that is no colleague."""
    heads = ["Az.", "HH-Vorstand", "Mitteilung durch", "Mitteilung vom", "Fachkraft", "Tel.", "Sprache", "Bearbeitung"]
    rows = _rows(
        NUMBER, WHOLE, _one("Vermieter", "Jobcenter", "Amtsgericht"), RECEIVED, CODE, PHONE, SPOKEN,
        _one("offen", "laufend", "beendet"),
    )  # fmt: skip
    tab = "Wohnungsnotfälle"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "HH-Vorstand"): "full_name", (tab, "Mitteilung durch"): "source", (tab, "Fachkraft"): "manager",
         (tab, "Bearbeitung"): ("phase", "")},
        {"cases": 12},
    )  # fmt: skip


def reasons_of_their_own() -> TeamBook:
    """A register in capitals: "CASE REASON" says why somebody comes, and not why kim gave the case to whom."""
    heads = ["CLIENT REF.", "DATE REC'D", "NAME", "LANG.", "TEL. NO.", "ALLOC. OFFICER", "CASE REASON", "STATUS"]
    rows = _rows(
        NUMBER, RECEIVED, WHOLE, SPOKEN, PHONE, _one("J. BELL", "S. KAUR"), _one("Housing", "Debt"),
        _one("OPEN", "CLOSED"),
    )  # fmt: skip
    tab = "RESETTLEMENT"
    return TeamBook(
        {tab: [["CASE REGISTER"], ["PRINTED 12/11/2026"], [], heads, *rows, [], ["TOTAL", 12]]}, {tab: "cases"},
        {(tab, "CASE REASON"): ("concern", ""), (tab, "ALLOC. OFFICER"): "manager"}, {"cases": 12},
    )  # fmt: skip


def appointments_by_two_names() -> TeamBook:
    """An appointment book that names the client in two columns, as the waiting list does."""
    rows = _rows(RECEIVED, LAST, FIRST, SPOKEN, PHONE, _one("Kern", "Sand"))
    talks = _rows(COMING, HOUR, LAST, FIRST, _one("Kern", "Sand"), _one("ja", "nein", None))
    return TeamBook(
        {"Warteliste": [["angemeldet am", "Familienname", "Rufname", "Sprache", "Tel.", "Beraterin"], *rows],
         "Terminbuch": [["Tag", "Zeit", "Familienname", "Rufname", "bei", "gekommen?"], *talks]},
        {"Warteliste": "cases", "Terminbuch": "appointments"},
        {("Terminbuch", "Familienname"): "client_last_name", ("Terminbuch", "Rufname"): "client_first_name"},
        {"cases": 12, "appointments": 12},
    )  # fmt: skip


def the_archive_has_more_columns() -> TeamBook:
    """A tab for each phase, the one of those who left with a day and a reason that the first one lacks."""
    heads = ["Kennz.", "Name", "Vorname", "Spr.", "Telefon", "Anfrage vom", "Bezugsperson"]
    rows = _rows(NUMBER, LAST, FIRST, SPOKEN, PHONE, RECEIVED, CODE)
    left = [[*row, date(2026, 10, n), "Umzug"] for n, row in enumerate(rows[8:], start=1)]
    return TeamBook(
        {"Aktive Fälle": [heads, *rows[:8]], "Archiv 2026": [[*heads, "Austritt am", "Grund"], *left]},
        {"Aktive Fälle": "cases", "Archiv 2026": "cases"}, {}, {"cases": 12},
    )  # fmt: skip


ELSEWHERE = (
    sent_before_they_began,
    ticks_below_topics,
    talks_with_what_they_were_about,
    people_and_events_beside,
    heads_of_households,
    reasons_of_their_own,
    appointments_by_two_names,
    the_archive_has_more_columns,
)
