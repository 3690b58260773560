"""Months, quarters and years as people type them into the tab of rules: by the calendar, never by thirty days."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automations.common.dates import months_later
from automations.common.working_days import WorkingDays
from automations.jobs.rules.due import steps_from
from automations.jobs.rules.model import Due
from tests.support.declared import table
from tests.support.own_tables import own_snapshot
from tests.support.rule_rows import RULES, row, rows_hit

BERLIN = ZoneInfo("Europe/Berlin")
COLUMNS = (
    table("children", "Kita", "child", child="Kind", since="angemeldet am: date", born="geboren: date")
)  # fmt: skip


def hits(condition, today, days, heading="angemeldet am", **cells):
    """Which of the days (as the cells of one column) are hit, or the sentence why the rule cannot be used."""
    kita = [["Kind", "angemeldet am", "geboren"], *([n, day, day] for n, day in enumerate(days, 1))]
    cases = [["Fall-Nr.", "Nachname", "Geburtsdatum"], *([f"K-{n}", "X", day] for n, day in enumerate(days, 1))]
    table = "Fälle" if heading == "Geburtsdatum" else "Kita"
    named = {"weitere_Bedingung": f"[{heading}] {condition}"} if condition else {"Spalte": heading, **cells}
    found = rows_hit(COLUMNS, {"Fälle": cases, "Kita": kita}, today, Tabelle=table, **named)
    return found if isinstance(found, str) else [int(key.removeprefix("K-")) for key in found]


MARCH = date(2026, 3, 1)


@pytest.mark.parametrize(
    "wording",
    [
        "älter als 6 Monate", "länger her als 6 Monate", "vor mehr als 6 Monaten", "mehr als 6 Monate her",
        "seit mehr als sechs Monaten", "vor mehr als einem halben Jahr", "vor über zwei Quartalen",
        "older than 6 months", "longer ago than 6 months", "vor heute - 6 Monate",
        "+ 6 Monate vor heute", "älter als ein Halbjahr",
        "ist älter als 6 Monate",
    ],
)  # fmt: skip
def test_so_many_months_ago_is_a_day_of_the_calendar(wording):
    days = [date(2025, 8, 31), date(2025, 9, 1), date(2025, 8, 30), date(2026, 3, 1)]
    assert hits(wording, MARCH, days) == [1, 3]  # six months after 31 August is 28 February


@pytest.mark.parametrize(
    ("wording", "found"),
    [
        ("in höchstens 3 Monaten", [2, 3]), ("in den nächsten 3 Monaten", [2, 3]), ("in mehr als 3 Monaten", [4]),
        ("genau in 3 Monaten", [3]), ("in den letzten 2 Jahren", [1, 2]), ("within the next 3 months", [2, 3]),
        ("weniger als 3 Monate her", [2]), ("mindestens 2 Jahre her", [1]),
        ("jünger als 1 Jahr", [2, 3, 4]), ("seit 1 Monat", [1]),
        ("vor 6 Monaten", "länger her als 6 Monate"), ("nach 3 Monaten", "länger her als 6 Monate"),
        ("länger her als sechsig Monate", "sechsig"), ("vor mehr als 2 Jahren", []), ("ab 1 Jahr", [1]),
    ],
)  # fmt: skip
def test_months_ahead_and_back(wording, found):
    days = [date(2024, 11, 30), date(2026, 11, 30), date(2027, 2, 28), date(2027, 3, 1)]
    told = hits(wording, date(2026, 11, 30), days)
    assert told == found if isinstance(found, list) else isinstance(told, list) or found in told


def test_the_same_words_in_three_cells():
    days = [date(2025, 8, 31), date(2025, 9, 1)]
    for phrase, value in (
        ("älter als", "6 Monate"),
        ("länger her als", "6 Monate"),
        ("länger her als (Tage)", "ein halbes Jahr"),
    ):
        assert hits("", MARCH, days, Vergleich=phrase, Wert=value) == [1]


def test_years_of_a_life_are_completed_ones_and_those_of_a_waiting_list_are_exact():
    days = [date(2008, 3, 1), date(2008, 3, 2), date(2007, 3, 1), date(2008, 2, 29)]
    assert hits("jünger als 18 Jahre", MARCH, days, "Geburtsdatum") == [2]
    assert hits("mindestens 18 Jahre alt", MARCH, days, "Geburtsdatum") == [1, 3, 4]
    assert hits("älter als 18 Jahre", MARCH, days, "Geburtsdatum") == [3]
    assert hits("älter als 18 Jahre", MARCH, days) == [3, 4]
    assert hits("unter 18 Jahre alt", MARCH, days, "geboren") == [2]


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)), (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)), (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)), (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)  # fmt: skip
def test_a_month_without_that_day_ends_it(day, months, found):
    assert months_later(day, months) == found


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(-600, 600))
def test_a_month_later_is_in_that_month_and_never_after_the_day(day, months):
    found = months_later(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == day.day or (found.day < day.day and months_later(found, 1).month != found.month)


def due(**given):
    return Due(field="x", closed_days="keep", **given)


def days_of(made, base):
    steps = steps_from(made, base, WorkingDays(), BERLIN, base)
    return [(step.name.removeprefix(f"{base}-"), step.due.astimezone(BERLIN).date()) for step in steps]


def test_a_rule_acts_months_before_or_after_a_day():
    end = date(2027, 5, 31)
    assert days_of(due(months_before=(3,), days_before=(14,)), end) == [
        ("3m", date(2027, 2, 28)),
        ("14", date(2027, 5, 17)),
    ]
    assert days_of(due(months_after=(1,), repeat_days=7, repeats=1), end) == [
        ("1m", date(2027, 6, 30)), ("m+1", date(2027, 7, 7)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        ("jeden Monat am 15.", {"every": "month", "day": 15}), ("am 15. jedes Monats", {"every": "month", "day": 15}),
        ("alle 3 Monate", {"every": "month", "day": 1, "interval": 3}),
        ("alle drei Monate am 15.", {"every": "month", "day": 15, "interval": 3}),
        ("alle 3 Monate am letzten Werktag um 9 Uhr",
         {"every": "month", "day": "last_working_day", "interval": 3, "at": "09:00"}),
        ("every 3 months on the 15th", {"every": "month", "day": 15, "interval": 3}),
        ("jeden zweiten Monat am 1.", {"every": "month", "day": 1, "interval": 2}),
        ("alle 2 Jahre", {"every": "month", "day": 1, "interval": 24}),
        ("3 Monate vor [angemeldet am]", {"field": "since", "months_before": [3]}),
        ("ein halbes Jahr nach [angemeldet am]", {"field": "since", "months_after": [6]}),
        ("ein Jahr nach [angemeldet am]", {"field": "since", "months_after": [12]}),
        ("3 Monate und 14 Tage vor [angemeldet am]", "Spalte"),
        ("3 Monate vor [angemeldet am], 14 Tage vor [angemeldet am]",
         {"field": "since", "months_before": [3], "days_before": [14]}),
        ("two months before [angemeldet am]", {"field": "since", "months_before": [2]}),
        ("alle 5 Jahre", "weiß"),
    ],
)  # fmt: skip
def test_moments_in_months(typed, made):
    tabs = {"Kita": [["Kind", "angemeldet am", "geboren"], [1, MARCH, MARCH]],
            "Regeln": [RULES, row(Name="x", Tabelle="Kita", Zeitpunkt=typed, Was_passiert="Prüfhinweis", Text="x")],
            }  # fmt: skip
    rule = own_snapshot(COLUMNS, tabs).console.rules[0]
    if isinstance(made, str):
        assert rule.fault
    else:
        assert (rule.fault, rule.stanza.get("due")) == ("", made)
        Due.model_validate(made)
