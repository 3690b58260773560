"""Workbooks in which a heading alone says too little: what stands beside it, or below it, tells. All people are
invented."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from tests.support.team_workbooks import (
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
    phone,
)

STAFF = ("Krause", "Demir", "Okafor")
WORKER = lambda i, *_: STAFF[i % 3]  # noqa: E731


def moments_in_the_row() -> TeamBook:
    """Day and time of two talks in one cell each, a third column still empty; no talk is the end of the case."""
    heads = ["Az", "Zugang", "Name", "Vorname", "Sprache", "Tel", "Mail", "FM", "1. Beratung", "2. Beratung",
             "3. Beratung", "Stand", "ausgeschieden am"]  # fmt: skip
    at = lambda i, days: datetime.combine(day(i) + timedelta(days), time(9 + i % 6, 30))  # noqa: E731
    rows = _rows(
        lambda i, *_: f"{i + 1}/26", RECEIVED, LAST, FIRST, SPOKEN, PHONE, MAIL, WORKER, lambda i, *_: at(i, 7),
        lambda i, *_: at(i, 21) if i % 4 else None, always(None), always("läuft"),
        lambda i, *_: date(2026, 10, 1) if i % 5 == 0 else None,
    )  # fmt: skip
    tab = "Fallübersicht"
    return TeamBook(
        {tab: [heads, *rows]},
        {tab: "cases"},
        {(tab, "Az"): "number", (tab, "FM"): "manager", (tab, "2. Beratung"): "date", (tab, "3. Beratung"): "date",
         (tab, "ausgeschieden am"): "closed_on"},
        {"cases": 12, "appointments": 21},
    )  # fmt: skip


def family_beside_given_name() -> TeamBook:
    """A column "Familie" beside given names is of family names; a telephone behind busy offices is the client's."""
    heads = ["Fall", "vom", "Familie", "Vorname", "Sprache", "von wem geschickt", "Handynummer", "Problemlage",
             "übernimmt"]  # fmt: skip
    rows = _rows(
        lambda i, *_: f"K{i + 1}", RECEIVED, LAST, FIRST, SPOKEN, lambda i, *_: ("Jobcenter", "Schule")[i % 2],
        lambda i, *_: phone(i), always("Wohnung"), WORKER,
    )  # fmt: skip
    tab = "Anmeldungen"
    return TeamBook(
        {tab: [heads, *rows, ["* Angaben der Familien"], ["Druckdatum: 20.11.2026"]]},
        {tab: "cases"},
        {(tab, "Familie"): "last_name", (tab, "Handynummer"): "phone", (tab, "von wem geschickt"): "source",
         (tab, "Problemlage"): "concern", (tab, "übernimmt"): "manager"},
        {"cases": 12},
    )  # fmt: skip


LATER = (moments_in_the_row, family_beside_given_name)
