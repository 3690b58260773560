"""Workbooks in which a heading alone says too little: what stands beside it, or below it, tells. All people are
invented."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from tests.support.team_workbooks import FIRST, LAST, MAIL, PHONE, RECEIVED, SPOKEN, TeamBook, _rows, always, day, phone

STAFF = ("Krause", "Demir", "Okafor")
WORKER = lambda i, *_: STAFF[i % 3]  # noqa: E731


def moments_in_the_row() -> TeamBook:
    """Day and time of two talks in one cell each, a third column still empty; no talk is the end of the case."""
    heads = ["Az", "Zugang", "Name", "Vorname", "Sprache", "Tel", "Mail", "FM", "1. Beratung", "2. Beratung",
             "3. Beratung", "Stand"]  # fmt: skip
    at = lambda i, days: datetime.combine(day(i) + timedelta(days), time(9 + i % 6, 30))  # noqa: E731
    rows = _rows(
        lambda i, *_: f"{i + 1}/26", RECEIVED, LAST, FIRST, SPOKEN, PHONE, MAIL, WORKER, lambda i, *_: at(i, 7),
        lambda i, *_: at(i, 21) if i % 4 else None, always(None), always("läuft"),
    )  # fmt: skip
    tab = "Fallübersicht"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "Az"): "number", (tab, "FM"): "manager", (tab, "2. Beratung"): "date", (tab, "3. Beratung"): "date"},
        {"cases": 12, "appointments": 21},
    )  # fmt: skip


def family_beside_given_name() -> TeamBook:
    """A column "Familie" beside given names is of family names; a telephone behind busy offices is the client's."""
    heads = ["Fall", "vom", "Familie", "Vorname", "Sprache", "von wem geschickt", "Handynummer", "Problemlage",
             "übernimmt", "ausgeschieden am"]  # fmt: skip
    rows = _rows(
        lambda i, *_: f"K{i + 1}", RECEIVED, LAST, FIRST, SPOKEN, lambda i, *_: ("Jobcenter", "Schule")[i % 2],
        lambda i, *_: phone(i), always("Wohnung"), WORKER, lambda i, *_: date(2026, 10, 1) if i % 5 == 0 else None,
    )  # fmt: skip
    tab = "Anmeldungen"
    return TeamBook(
        {tab: [heads, *rows, ["* Angaben der Familien"], ["Druckdatum: 20.11.2026"]]},
        {tab: "cases"},
        {(tab, "Familie"): "last_name", (tab, "Handynummer"): "phone", (tab, "von wem geschickt"): "source",
         (tab, "Problemlage"): "concern", (tab, "übernimmt"): "manager", (tab, "ausgeschieden am"): "closed_on"},
        {"cases": 12},
    )  # fmt: skip


def talks_by_their_times() -> TeamBook:
    """Talks in the row whose headings do not count: the times beside the days say that they are appointments."""
    heads = ["Az", "Zugang", "Name", "Vorname", "Sprache", "CM", "Beratung", "Uhrzeit", "Hausbesuch", "Uhrzeit"]
    rows = _rows(
        lambda i, *_: f"{i + 1}/26", RECEIVED, LAST, FIRST, SPOKEN, WORKER, lambda i, *_: day(i) + timedelta(7),
        always("10:30"), lambda i, *_: None if i % 2 else day(i) + timedelta(21),
        lambda i, *_: None if i % 2 else "14:00",
    )  # fmt: skip
    tab = "Liste"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "Az"): "number", (tab, "Zugang"): "received", (tab, "Beratung"): "date", (tab, "Hausbesuch"): "date"},
        {"cases": 12, "appointments": 18},
    )


def called_addresses() -> TeamBook:
    """The only list of clients is called "Adressen"; postcodes are no days, telephones have lost their nought."""
    heads = ["Kunde Nr", "Name", "Straße", "PLZ", "Ort", "Mobil", "Spricht", "1. Vorsprache", "Berater"]
    rows = _rows(
        lambda i, *_: 1000 + i, lambda i, last, first, *_: f"{last} {first}", lambda i, *_: f"Weg {i}",
        lambda i, *_: 44620 + i, always("Herne"), lambda i, *_: 17699000000 + i, SPOKEN,
        lambda i, *_: f"{day(i):%d.%m.%Y}", WORKER,
    )  # fmt: skip
    tab = "Adressen"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "Kunde Nr"): "number", (tab, "Name"): "full_name", (tab, "PLZ"): "", (tab, "Mobil"): "phone",
         (tab, "Spricht"): "languages", (tab, "Berater"): "manager"},
        {"cases": 12},
    )  # fmt: skip


def partners_addresses() -> TeamBook:
    """Beside a list of cases "Adressen" are those of partners; people of a shelter have a cipher for a name."""
    heads = ["Chiffre", "Kontakt seit", "Alter", "Sprache", "Zuständige Person", "Beratungsanlass", "Anzahl Kontakte"]
    rows = _rows(lambda i, *_: f"A{i + 10}", RECEIVED, lambda i, *_: 30 + i, SPOKEN, WORKER, always("Gewalt"),
                 lambda i, *_: i)  # fmt: skip
    partners = [[f"Stelle {i}", f"Frau Lang{i}", phone(i), f"stelle{i}@partner.example", "Deutsch"] for i in range(8)]
    return TeamBook(
        {"anonym": [heads, *rows], "Adressen": [["Name", "Ansprechpartnerin", "Telefon", "E-Mail", "Sprachen"],
                                                *partners]},
        {"anonym": "cases"},
        {("anonym", "Sprache"): "languages", ("anonym", "Zuständige Person"): "manager", ("anonym", "Alter"): ""},
        {"cases": 12},
    )  # fmt: skip


def one_word_for_the_day() -> TeamBook:
    """The heading Date is the day of the referral, however many longer words begin with it."""
    heads = ["Ref", "Date", "Client", "Age", "Lang", "Tel", "Lead", "Outcome", "Closed"]
    rows = _rows(
        lambda i, *_: f"25/{i + 1}", RECEIVED, lambda i, last, first, *_: f"{first} {last}", lambda i, *_: 30 + i,
        SPOKEN, PHONE, WORKER, always(None), lambda i, *_: day(i) + timedelta(90) if i % 2 else None,
    )  # fmt: skip
    tab = "FY25-26"
    return TeamBook(
        {tab: [["Client register FY25-26"], heads, *rows, ["Total", None, 12]]},
        {tab: "cases"},
        {(tab, "Ref"): "number", (tab, "Date"): "received", (tab, "Client"): "full_name", (tab, "Lead"): "manager",
         (tab, "Closed"): "closed_on"},
        {"cases": 12},
    )  # fmt: skip


LATER = (
    talks_by_their_times,
    called_addresses,
    partners_addresses,
    one_word_for_the_day,
    moments_in_the_row,
    family_beside_given_name,
)
