"""Moments as people type them, in German and English: understood as they are meant, or refused in one sentence whose
examples are understood."""

from __future__ import annotations

import re
from datetime import date

import pytest

from automations.jobs.rules.model import Due
from tests.support.declared import table
from tests.support.own_tables import own_snapshot
from tests.tables.test_rule_rows import RULES, row

COLUMNS = table("rides", "Fahrten", "nr", nr="Nr.", day="Tag: date", state="Stand")
MONDAY, MONTHLY, QUARTERLY = (
    {"every": "monday"},
    {"every": "month", "day": 1},
    {"every": "month", "interval": 3, "day": 1},
)
UNDERSTOOD = {
    ("am [Tag], alle 7 Tage, höchstens 3 Mal", "am [Tag]; alle 7 Tage; höchstens 3 mal",
     "am [Tag] ; alle 7 Tage höchstens 3 Mal."):
        {"field": "day", "days_before": [0], "repeat_days": 7, "repeats": 2},
    ("im November", "in November", "jeden November", "every November", "Anfang November", "jedes Jahr im November"):
        {"every": "year", "day": "11-01"},
    ("1.11.", "am 1.11.", "1. November", "am 1. Nov.", "November 1", "on 1 November", "every year on November 1st"):
        {"every": "year", "day": "11-01"},
    ("Mitte November", "mid November", "middle of November"): {"every": "year", "day": "11-15"},
    ("Ende Februar", "end of February"): {"every": "year", "day": "02-28"},
    ("im Januar und Juli", "1.1. und 1.7.", "January and July", "am 1. Januar und am 1. Juli"):
        {"every": "year", "day": ["01-01", "07-01"]},
    ("Mo und Do", "montags und donnerstags", "Montag, Donnerstag", "jeden Montag und Donnerstag", "Mon and Thu",
     "every Monday and Thursday", "Mondays & Thursdays", "Do/Mo"): {"every": ["monday", "thursday"]},
    ("Mo, Mi und Fr", "montags, mittwochs und freitags", "Monday, Wednesday and Friday"):
        {"every": ["monday", "wednesday", "friday"]},
    ("Mo-Mi", "Mo – Mi", "Montag bis Mittwoch", "von Montag bis Mittwoch", "Monday to Wednesday"):
        {"every": ["monday", "tuesday", "wednesday"]},
    ("Mo-Fr", "Montag bis Freitag", "von Montag bis Freitag", "Monday to Friday", "jeden Werktag", "werktags",
     "an Werktagen", "every working day", "on weekdays"): {"every": "working_day"},
    ("Mo", "montags", "Mondays", "wöchentlich", "einmal in der Woche", "einmal pro Woche", "weekly",
     "once a week"): MONDAY,
    ("am 1. und 15.", "am 1. und 15. jedes Monats", "jeden Monat am 1. und 15.", "zweimal im Monat", "twice a month",
     "on the 1st and 15th", "on the 1st and 15th of each month"): {"every": "month", "day": [1, 15]},
    ("am 5.", "zum 5.", "den 5. des Monats", "jeden 5.", "on the 5th"): {"every": "month", "day": 5},
    ("einmal im Monat", "1x im Monat", "monatlich", "Monatsanfang", "am Monatsersten", "am Ersten", "once a month",
     "start of the month", "Anfang des Monats"): MONTHLY,
    ("Mitte des Monats", "zur Monatsmitte", "mid-month", "middle of the month"): {"every": "month", "day": 15},
    ("Ende des Monats", "Monatsende", "am Monatsletzten", "ultimo",
     "end of the month"): {"every": "month", "day": "last"},
    ("vierteljährlich", "einmal im Quartal", "quartalsweise", "zum Quartalsbeginn", "quarterly", "once a quarter"):
        QUARTERLY,
    ("am Quartalsende", "end of the quarter"): {"every": "year", "day": ["03-31", "06-30", "09-30", "12-31"]},
    ("jährlich", "einmal im Jahr", "once a year", "zum Jahresanfang"): {"every": "year", "day": "01-01"},
    ("am Jahresende", "end of the year"): {"every": "year", "day": "12-31"},
    ("alle zwei Wochen", "alle 2 Wochen", "14-tägig", "fortnightly", "every other week", "every two weeks"):
        {"every": "monday", "interval": 2},
    ("jeden 2. Dienstag", "every other Tuesday", "alle 2 Wochen dienstags"): {"every": "tuesday", "interval": 2},
    ("am 2. Dienstag", "zweiter Dienstag im Monat",
     "on the second Tuesday of the month"): {"every": "tuesday", "nth": 2},
    ("jeden ersten Montag", "erster Montag im Monat"): {"every": "monday", "nth": 1},
    ("1. und 3. Montag im Monat", "jeden ersten und dritten Montag", "first and third Monday of the month"):
        {"every": "monday", "nth": [1, 3]},
    ("alle 3 Tage", "jeden dritten Tag", "every 3 days"): {"every": "day", "interval": 3},
    ("24.12.2026", "am 24.12.2026", "2026-12-24", "24. Dezember 2026", "on 24 December 2026", "December 24, 2026"):
        {"on": date(2026, 12, 24)},
    ("freitags 14:30", "Fr 14:30", "freitags um 14.30 Uhr", "Fridays 14:30", "Friday 2:30 pm", "Friday at 2:30pm"):
        {"every": "friday", "at": "14:30"},
    ("täglich mittags", "mittags", "daily at noon"): {"every": "day", "at": "12:00"},
    ("am ersten Werktag", "erster Werktag im Monat", "first working day of the month"):
        {"every": "month", "day": "first_working_day"},
    ("[Tag]", "am [Tag]", "am Tag", "on [Tag]", "zum [Tag]", "am Tag des [Tag]", "on the day of [Tag]"):
        {"field": "day", "days_before": [0]},
    ("ab [Tag] alle 7 Tage, höchstens 3 Mal", "höchstens 3 Mal, alle 7 Tage ab [Tag]"):
        {"field": "day", "days_before": [0], "repeat_days": 7, "repeats": 2},
    ("2 Tage nach [Tag], dann alle 2 Wochen, höchstens 3 Mal",
     "2 days after [Tag], then every 2 weeks, at most 3 times"):
        {"field": "day", "days_after": [2], "repeat_days": 14, "repeats": 2},
    ("spätestens 3 Tage vor [Tag]", "ab 3 Tage vor [Tag]", "immer 3 Tage vor [Tag]"):
        {"field": "day", "days_before": [3]},
    ("ab 14 Tage vor [Tag]",): {"field": "day", "days_before": [14]},
    ("spätestens 5 Werktage nach [Tag]",): {"field": "day", "days_after": [5], "days": "working"},
    ("montags und donnerstags 8.30", "Mo und Do um 8.30 h"): {"every": ["monday", "thursday"], "at": "08:30"},
    ("einmal im Jahr im Januar", "alle Jahre am 1. Januar"): {"every": "year", "day": "01-01"},
    ("wenn [Tag] geändert wird", "[Tag] wechselt", "wenn [Tag] wechselt"): {"event": "changed", "fields": ["day"]},
    ("immer wenn eine neue Zeile dazukommt", "bei neuem Eintrag"): {"event": "added"},
    ("sofort", "as soon as it is true", "sobald es zutrifft"): {"event": "holds"},
    ("neue Zeile", "sobald eine neue Zeile da ist"): {"event": "added"},
}  # fmt: skip
REFUSED = {
    ("wenn [Tag] vorbei ist", "sobald [Tag] eingetragen ist", "when [Tag] is over"): "„weitere Bedingung“",
    ("solange [Tag] leer ist",): "„weitere Bedingung“",
    ("alle 2 Wochen, bis [Stand] gefüllt ist", "alle 14 Tage solange [Tag] leer", "every 2 weeks until [Tag] is set"):
        "Sie steht unter „weitere Bedingung“, und hier nur „alle 2 Wochen“",
    ("14 Tage nach [Tag], dann alle 2 Wochen",): "„alle 7 Tage, höchstens 3 Mal“",
    ("innerhalb von 5 Tagen nach [Tag]",): "„3 Tage nach [Spalte]“",
    ("nach 14 Tagen ohne Antwort",): "von welchem Tag an", ("bei neuem Fall",): "jeden Montag um 08:00",
    ("alle 2 Stunden", "stündlich", "2 Stunden vor [Tag]"): "„1 Tag vor [Spalte]“",
    ("bei Änderung", "wenn sich etwas ändert"): "„wenn sich [Spalte] ändert“",
    ("3 Tage vorher", "eine Woche davor"): "von welchem Tag an",
    ("vor [Tag]", "kurz nach [Tag]"): "wie viele Tage",
    ("jeden Montag außer in den Ferien",): "„montags und mittwochs“", ("in den Ferien",): "„jedes Jahr am 24.12.“",
    ("jeden Montga",): "meinten Sie „jeden Montag“", ("wochentlich",): "meinten Sie „wöchentlich“",
    ("am 30.2.", "am 32.", "6. Montag im Monat", "31.2.2027", "Freitag bis Montag", "irgendwann"):
        "jeden Montag um 08:00",
    ("[Tag], höchstens 3 Mal", "jeden Montag, alle 7 Tage"): "„alle 7 Tage, höchstens 3 Mal“",
    ("freitags 25:30",): "keine Uhrzeit",
}  # fmt: skip


def read(*moments: str):
    """What the tab of rules makes of moments, in their order."""
    rows = [
        row(Name=f"x{n}", Tabelle="Fahrten", Was_passiert="Prüfhinweis", Text="x", Zeitpunkt=one)
        for n, one in enumerate(moments)
    ]
    tabs = {"Fahrten": [["Nr.", "Tag", "Stand"], ["F1", None, "x"]], "Regeln": [RULES, *rows]}
    return own_snapshot(COLUMNS, tabs).console.rules


@pytest.mark.parametrize(
    ("moments", "due"), UNDERSTOOD.items(), ids=lambda one: one[0] if isinstance(one, tuple) else ""
)
def test_moments_are_understood(moments, due):
    found = {one: rule.stanza.get("due", rule.fault) for one, rule in zip(moments, read(*moments), strict=True)}
    assert found == dict.fromkeys(moments, due)
    Due.model_validate(due)


@pytest.mark.parametrize(("moments", "said"), REFUSED.items(), ids=lambda one: one[0] if isinstance(one, tuple) else "")
def test_others_are_refused_with_what_to_type(moments, said):
    found = {one: rule.fault for one, rule in zip(moments, read(*moments), strict=True)}
    assert {one: fault for one, fault in found.items() if said not in fault} == {}


def test_whatever_a_refusal_shows_is_understood():
    faults = [rule.fault for moments in REFUSED for rule in read(*moments)]
    shown = {one.replace("Spalte", "Tag") for fault in faults for one in re.findall(r"„([^“]+)“", fault)}
    shown -= {one.rstrip(" .") for moments in REFUSED for one in moments}
    shown.discard("weitere Bedingung")  # a heading
    shown = {f"einmal, {one}" if one.startswith("alle 7") else one for one in shown if one != "25:30"}
    assert {one: rule.fault for one, rule in zip(sorted(shown), read(*sorted(shown)), strict=True) if rule.fault} == {}
    assert len(shown) > 8


def test_days_around_a_birthday_come_back_each_year():
    typed = [
        "am [Geburtsdatum]", "7 Tage vor dem Geburtsdatum", "18 Jahre nach [Geburtsdatum]", "1 Monat vor [Geburtsdatum]"
    ]  # fmt: skip
    rows = [row(Name=one, Tabelle="Fälle", Was_passiert="Prüfhinweis", Text="x", Zeitpunkt=one) for one in typed]
    tabs = {"Fälle": [["Fall-Nr.", "Geburtsdatum"], ["K-1", date(1990, 3, 20)]], "Regeln": [RULES, *rows]}
    found = [rule.stanza["due"] for rule in own_snapshot(COLUMNS, tabs).console.rules]
    assert found == [
        {"field": "birth_date", "days_before": [0], "every": "year"},
        {"field": "birth_date", "days_before": [7], "every": "year"},
        {"field": "birth_date", "months_after": [216]},
        {"field": "birth_date", "months_before": [1], "every": "year"},
    ]
    assert [Due.model_validate(due).field for due in found] == ["birth_date"] * 4


def test_a_weekday_behind_its_rhythm():
    typed = ["jede Woche am Montag", "14-tägig montags", "alle 14 Tage am Freitag", "every other week on Friday"]
    assert [rule.stanza["due"] for rule in read(*typed)] == [
        {"every": "monday"}, {"every": "monday", "interval": 2}, {"every": "friday", "interval": 2},
        {"every": "friday", "interval": 2},
    ]  # fmt: skip
