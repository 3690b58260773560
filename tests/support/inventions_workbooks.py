"""Workbooks invented before looking at how they would be read, each for a kind that was not understood at first
sight: sums between the rows, calendars, years under other headings, families, numbers that two tabs share. All people
are invented."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tests.support.team_workbooks import (
    BORN,
    CODE,
    FIRST,
    LAST,
    NUMBER,
    PHONE,
    RECEIVED,
    SPOKEN,
    TeamBook,
    _rows,
    always,
    day,
)


def sums_of_each_month() -> TeamBook:
    """A sum after the rows of each month, under the name and not under its word: names are no numbers for it."""
    heads = ["Aktenz.", "Aufnahme", "Nachname", "Vorname", "Geb.datum", "Sprache(n)", "Tel.", "BA"]
    rows = _rows(NUMBER, RECEIVED, LAST, FIRST, BORN, SPOKEN, PHONE, CODE)
    with_sums = [line for n in range(4) for line in (*rows[3 * n : 3 * n + 3], [None, f"Zwischensumme {n + 1}", 3])]
    tab = "JMD"
    return TeamBook({tab: [heads, *with_sums]}, {tab: "cases"}, {(tab, "Nachname"): "last_name"}, {"cases": 12})


def calendar_with_beginning_and_end() -> TeamBook:
    """Days with hours under the word for a beginning, and a client under a word for one, are appointments."""
    cases = _rows(LAST, FIRST, RECEIVED, SPOKEN, PHONE, CODE)
    hour = lambda i, *_: datetime(2026, 12, 1 + i, 9 + i % 6, 30)  # noqa: E731, DTZ001
    booked = _rows(
        hour, lambda i, *_: hour(i) + timedelta(hours=1), lambda i, last, first, _: f"{first} {last}",
        always("Büro"), CODE, always(None),
    )  # fmt: skip
    return TeamBook(
        {"Mandanten": [["Name", "Vorname", "Aufnahmedatum", "Muttersprache", "Tel", "SB"], *cases],
         "Kalender": [["Beginn", "Ende", "Mandant", "Ort", "SB", "Notiz"], *booked]},
        {"Mandanten": "cases", "Kalender": "appointments"},
        {("Kalender", "Beginn"): "date", ("Kalender", "Ende"): "ends_at", ("Kalender", "Mandant"): "case"},
        {"cases": 12, "appointments": 12},
    )  # fmt: skip


def crosses_for_the_way_in() -> TeamBook:
    """Crosses for how somebody came ("pers.") beside crosses for languages: a few letters alone are no language."""
    heads = ["Tag", "Name", "Vorname", "telef.", "pers.", "Mail", "Arabisch", "Farsi", "Türkisch", "Telefonnr."]
    cross = lambda n: lambda i, *_: "x" if i % 3 == n else None  # noqa: E731
    rows = _rows(RECEIVED, LAST, FIRST, *map(cross, (0, 1, 2, 0, 1, 2)), PHONE)
    tab = "Beratungen"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "pers."): "", (tab, "Farsi"): "languages", (tab, "Türkisch"): "languages"}, {"cases": 12},
    )  # fmt: skip


def day_of_whoever_sent_somebody() -> TeamBook:
    """The day is called as those are who sent somebody; where people come from is told by codes of countries."""
    heads = ["GV-Nr.", "Zuname", "Vorname", "Herk.", "Zugew. am", "zugew. von", "Sprache", "Tel.", "Bezugsbetreuung"]
    rows = _rows(
        NUMBER, LAST, FIRST, lambda i, *_: ("SYR", "AFG", "UKR")[i % 3], RECEIVED,
        lambda i, *_: ("Land", "Bund")[i % 2], SPOKEN, PHONE, CODE,
    )  # fmt: skip
    tab = "aktuell"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "Zugew. am"): "received", (tab, "zugew. von"): "source", (tab, "Herk."): "nationality"}, {"cases": 12},
    )  # fmt: skip


def years_under_other_headings() -> TeamBook:
    """Each year's tab has headings of its own: the newest is in use, the others are left alone."""
    rows = {year: _rows(NUMBER, always(date(year, 2, 3)), LAST, FIRST, SPOKEN, PHONE, CODE) for year in (2024, 2025)}
    now = _rows(NUMBER, lambda i, *_: day(i), LAST, FIRST, SPOKEN, PHONE, CODE)
    return TeamBook(
        {"Fälle 2024": [["Nr.", "Datum", "Name", "Vorname", "Sprache", "Tel", "CM"], *rows[2024]],
         "Fälle 2025": [["Nr.", "Eingang", "Nachname", "Vorname", "Sprachen", "Telefon", "CM"], *rows[2025]],
         "Fälle 2026": [["Fallnr.", "Eingangsdat.", "Nachname", "Vorname", "Sprache(n)", "Tel./Handy", "zust. CM"],
                        *now]},
        {"Fälle 2024": "", "Fälle 2025": "", "Fälle 2026": "cases"}, {}, {"cases": 12},
    )  # fmt: skip


def families_and_their_helpers() -> TeamBook:
    """A list of families names nobody in them: what their parents speak is theirs; who helps them is the colleague."""
    heads = ["Fam.", "Kinder", "Hilfebeginn", "Hilfeende", "Familienhelferin", "Sprache der Eltern", "Schulden ca."]
    rows = _rows(
        LAST, lambda i, *_: 1 + i % 4, RECEIVED, lambda i, *_: day(i + 3) if i % 5 == 4 else None,
        lambda i, *_: ("Britta", "Selma", "Ute")[i % 3], SPOKEN, lambda i, *_: 12000 + 911 * i,
    )  # fmt: skip
    tab = "Familien"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"},
        {(tab, "Fam."): "last_name", (tab, "Hilfebeginn"): "received", (tab, "Familienhelferin"): "manager",
         (tab, "Sprache der Eltern"): "languages", (tab, "Schulden ca."): ""},
        {"cases": 12},
    )  # fmt: skip


def one_number_in_two_tabs() -> TeamBook:
    """Under “Nr.” stands the case's number in both tabs, and not the appointment's own; rooms are nobody's number."""
    cases = _rows(
        lambda i, *_: f"{1 + i // 4}.0{i % 4}", lambda i, *_: f"J{i + 1}", RECEIVED, LAST, FIRST, SPOKEN, CODE
    )
    talks = _rows(lambda i, *_: date(2026, 12, 1 + i), always("10:30"), lambda i, *_: f"J{i + 1}", CODE, always("Büro"))
    return TeamBook(
        {"Ratsuchende": [["Zi.", "Nr.", "Aufn.-Datum", "Nachname", "Vorname", "Sprache", "zuständig"], *cases],
         "Termine": [["Tag", "Uhrz.", "Nr.", "wer", "wo"], *talks]},
        {"Ratsuchende": "cases", "Termine": "appointments"},
        {("Ratsuchende", "Zi."): "", ("Ratsuchende", "Nr."): "number", ("Termine", "Nr."): "case"},
        {"cases": 12, "appointments": 12},
    )  # fmt: skip


def rooms_and_no_number() -> TeamBook:
    """A house's list begins with rooms, each once: they are no numbers of cases."""
    heads = ["Zi.", "Bett", "Name", "Vorname", "Sprache", "Einzug", "Soz.-Arb."]
    rows = _rows(
        lambda i, *_: f"{1 + i // 4}.0{i % 4}", lambda i, *_: "AB"[i % 2], LAST, FIRST, SPOKEN, RECEIVED,
        lambda i, *_: ("Lena", "Tarek")[i % 2],
    )  # fmt: skip
    tab = "Bewohner"
    return TeamBook(
        {tab: [heads, *rows]}, {tab: "cases"}, {(tab, "Zi."): "", (tab, "Bett"): "", (tab, "Soz.-Arb."): "manager"},
        {"cases": 12},
    )  # fmt: skip


def talks_below_their_titles() -> TeamBook:
    """The same headings for each talk, below its title: the first day is no arrival of the case."""
    heads = ["Fall", "Name", "Vorname", "Sprache", "Tel", "seit", *["Datum", "Uhrzeit", "Ort"] * 3]
    titles = [
        "Stammdaten",
        *[None] * 5,
        "1. Gespräch",
        None,
        None,
        "2. Gespräch",
        None,
        None,
        "3. Gespräch",
        None,
        None,
    ]
    talk = lambda n: (  # noqa: E731
        lambda i, *_: date(2026, 11, 10 + n + i) if i % 3 >= n else None,
        lambda i, *_: "10:30" if i % 3 >= n else None, lambda i, *_: "Büro" if i % 3 >= n else None,
    )  # fmt: skip
    rows = _rows(NUMBER, LAST, FIRST, SPOKEN, PHONE, RECEIVED, *talk(0), *talk(1), *talk(2))
    tab = "Begleitete"
    return TeamBook(
        {tab: [titles, heads, *rows]}, {tab: "cases"}, {(tab, "seit"): "received"}, {"cases": 12, "appointments": 24},
        merged={tab: ("A1:F1", "G1:I1", "J1:L1", "M1:O1")},
    )  # fmt: skip


def phases_as_titles_and_a_legend() -> TeamBook:
    """Single words for phases between the rows, and letters explained in one row below them, are no cases."""
    heads = ["Familienname", "Anfrage", "Vorname", "Sprache", "Telefon", "Lotse/Lotsin", "St."]
    rows = _rows(LAST, RECEIVED, FIRST, SPOKEN, PHONE, CODE, lambda i, *_: "ABC"[i % 3])
    legend = ["A = ruft an", None, "B = kommt", None, "C = unklar"]
    tab = "Lotsendienst"
    return TeamBook(
        {tab: [heads, ["laufend"], *rows[:6], ["abgeschlossen"], *rows[6:], [], legend]}, {tab: "cases"},
        {(tab, "Familienname"): "last_name"}, {"cases": 12},
    )  # fmt: skip


def a_word_above_numbers() -> TeamBook:
    """A single word where the rows below have a number is a title."""
    heads = ["ID", "Anfragedatum", "Nachname", "Vorname", "Sprache", "Telefon", "Lotse"]
    rows = _rows(NUMBER, RECEIVED, LAST, FIRST, SPOKEN, PHONE, CODE)
    tab = "Integrationslotsen"
    return TeamBook(
        {tab: [heads, ["Nordviertel"], *rows[:6], ["Südviertel"], *rows[6:]]}, {tab: "cases"}, {}, {"cases": 12}
    )


INVENTIONS = (
    sums_of_each_month,
    calendar_with_beginning_and_end,
    crosses_for_the_way_in,
    day_of_whoever_sent_somebody,
    years_under_other_headings,
    families_and_their_helpers,
    one_number_in_two_tabs,
    rooms_and_no_number,
    talks_below_their_titles,
    phases_as_titles_and_a_legend,
    a_word_above_numbers,
)
