"""Conditions and moments as people write them, and the same from rules.toml, give equal models."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from automations.conditions.book import Book, compile_for
from automations.model.console import RuleRow
from automations.tables.rule_conditions import comparison, condition_of
from automations.tables.rule_moments import due_of
from automations.tables.rule_tokens import ConditionError
from tests.support.declared import table
from tests.support.own_tables import own_snapshot
from tests.support.rule_rows import RULES, row

TODAY = date(2026, 11, 2)
COURSES = (
    table("courses", "Kurse", "course", course="Kurs", starts="Kursbeginn: date", room="Raum", case="Fall-Nr.: cases")
)  # fmt: skip
TABS = {
    "Fälle": [
        ["Fall-Nr.", "Nachname", "Vorname", "Geburtsdatum", "Sprachen", "Phase", "Erstkontakt am", "Zuständig"],
        ["K-1", "Adler", "Ada", date(2010, 5, 1), "Arabisch", "Begleitung", None, "AB"],
        ["K-2", "Bär", "Bo", date(1980, 5, 1), "Deutsch, Dari", "Neu", date(2026, 10, 1), None],
    ],
    "Termine": [
        ["Termin-Nr.", "Fall-Nr.", "Datum", "Status", "Ort"],
        ["T-1", "K-1", date(2026, 8, 1), "nicht erschienen", "Café und Treff"],
        ["T-2", "K-1", date(2026, 8, 2), "nicht erschienen", "Büro"],
        ["T-3", "K-1", date(2026, 8, 3), "nicht erschienen", "Büro"],
        ["T-4", "K-2", date(2026, 12, 1), "geplant", "Büro"],
    ],
    "Team": [["Kürzel", "Name", "E-Mail"], ["AB", "Anna Beispiel", "ab@stadt.test"]],
    "Kurse": [["Kurs", "Kursbeginn", "Raum", "Fall-Nr."], ["B1", date(2026, 11, 16), "Saal", "K-1"]],
    "Texte": [["Name", "Sprache", "Betreff", "Text"], ["Kurs beginnt", "Deutsch", "Kurs", "Hallo {Vorname}"]],
}


def read(*rows) -> tuple[RuleRow, ...]:
    return own_snapshot(COURSES, {**TABS, "Regeln": [RULES, *rows]}).console.rules


def condition(text, table="Termine"):
    (found,) = read(row(Name="x", Tabelle=table, weitere_Bedingung=text, Was_passiert="Liste"))
    return found.fault or found.stanza["when"]


@pytest.mark.parametrize(
    ("table", "text", "toml"),
    [
        ("Termine", "[Status] = geplant oder bestätigt", 'status in ["planned", "confirmed"]'),
        ("Fälle", "[Erstkontakt am] ist leer", "is_blank(first_contact_on)"),
        ("Fälle", "[Sprachen] ist eins von Arabisch, Dari", '("ar" in languages or "fa" in languages)'),
        ("Fälle", 'Anzahl(Termine, [Status] = "nicht erschienen") > 2', 'appointments.count(status == "no_show") > 2'),
        ("Fälle", "Anzahl(Termine, [Status] = nicht erschienen) mehr als 2",
         'appointments.count(status == "no_show") > 2'),
        ("Fälle", "letztes(Termine → Datum) länger her als 60 Tage", "days_since(appointments.latest(date)) > 60"),
        ("Fälle", "Alter([Geburtsdatum]) < 18", "age(birth_date) < 18"),
        ("Termine", '[Ort] = "Café und Treff"', 'place == "Café und Treff"'),
        ("Termine", "[Ort] = Café und Treff", 'place == "Café und Treff"'),
        ("Termine", "[Ort] = Café und Treff und [Datum] vor heute", '(place == "Café und Treff" and date < today)'),
        ("Termine", "[Fälle → Sprachen] enthält Arabisch", '"ar" in case.languages'),
        ("Termine", "[Datum] nach 01.11.2026", 'date > day("2026-11-01")'),
        ("Termine", "nicht ([Status] ist abgesagt oder [Datum] in höchstens 3 Tagen)",
         'not ((status == "cancelled" or (days_until(date) >= 0 and days_until(date) <= 3)))'),
        ("Kurse", "[Kursbeginn] genau in 14 Tagen", "days_until(starts) == 14"),
        ("Fälle", "[Zuständig] = Anna Beispiel", 'manager == "AB"'),
        ("Appointments", "[Status] is one of planned, confirmed", 'status in ["planned", "confirmed"]'),
    ],
)  # fmt: skip
def test_conditions_of_people_are_those_of_toml(table, text, toml):
    assert condition(text, table) == toml
    snapshot = own_snapshot(COURSES, TABS)
    name = {"Termine": "appointments", "Appointments": "appointments", "Fälle": "cases", "Kurse": "courses"}[table]
    Book(snapshot.schema, snapshot.tables, TODAY).matching(name, compile_for(toml, snapshot.schema, name))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[Statsu] = geplant", "status"), ("[Status] = geplannt", "geplant"), ("Status = geplannt", "geplant"),
        ("[Status] geplannt", "kein Vergleich"), ("[Status] =", "Wert"), ("([Status] = geplant", "Klammer"),
        ("Summe([Datum]) > 3", "summe"), ("[Datum] vor irgendwann", "irgendwann"), ("Anzahl(Termin) > x", "Termin"),
        ("[Datum] länger her als vielen Tagen", "vielen"), ("[Status] = geplant )", ")"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_told_in_one_sentence(text, said):
    (found,) = read(row(Name="x", Tabelle="Termine", weitere_Bedingung=text, Was_passiert="Liste"))
    assert said.casefold() in found.fault.casefold()


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("14 Tage vor [Kursbeginn]", {"field": "starts", "days_before": [14]}),
        ("3 Werktage nach [Kursbeginn] um 8 Uhr",
         {"field": "starts", "days_after": [3], "days": "working", "at": "08:00"}),
        ("einmal, sobald es zutrifft", {"event": "holds"}),
        ("jeden Montag", {"every": "monday"}),
        ("jeden 2. Dienstag um 09:00", {"every": "tuesday", "interval": 2, "at": "09:00"}),
        ("jeden 2. Dienstag im Monat", {"every": "tuesday", "nth": 2}),
        ("am 1. jedes Monats", {"every": "month", "day": 1}),
        ("letzter Werktag im Monat", {"every": "month", "day": "last_working_day"}),
        ("jedes Jahr am [Kursbeginn]", {"field": "starts", "every": "year"}),
        ("10 Tage nach [Kursbeginn], alle 7 Tage, höchstens 3 Mal",
         {"field": "starts", "days_after": [10], "repeat_days": 7, "repeats": 2}),
        ("every 2nd Tuesday at 09:00", {"every": "tuesday", "interval": 2, "at": "09:00"}),
        ("wenn sich [Raum] ändert", {"event": "changed", "fields": ["room"]}),
    ],
)  # fmt: skip
def test_moments(moment, due):
    (found,) = read(row(Name="x", Tabelle="Kurse", Zeitpunkt=moment, Was_passiert="Frage", Text="?"))
    assert found.fault == ""
    assert found.stanza["due"] == due


def test_a_whole_row_is_the_stanza_of_toml():
    (found,) = read(
        row(
            Name="Kurs beginnt", Tabelle="Kurse", Spalte="Raum", Vergleich="ist", Wert="Saal",
            Zeitpunkt="14 Tage vor [Kursbeginn]", Was_passiert="E-Mail", Empfänger="Klient/in",
            Text="Kurs beginnt", Aktiv="ja",
        )
    )  # fmt: skip
    assert (found.name, found.fault) == ("kurs_beginnt", "")
    assert found.stanza == {
        "name": "kurs_beginnt", "title": "Kurs beginnt", "table": "courses", "action": "mail", "active": True,
        "when": 'lower(room) == "saal"', "due": {"field": "starts", "days_before": [14]}, "recipient": "client",
        "template": "kurs_beginnt",
    }  # fmt: skip


def test_rows_that_cannot_be_rules_say_why_and_leave_the_others_alone():
    found = read(
        row(Name="a", Tabelle="Kuse", Was_passiert="Liste"),
        row(Name="b", Tabelle="Kurse", Was_passiert="Lsite"),
        row(Name="c", Tabelle="Kurse", Was_passiert="E-Mail", Empfänger="Klient/in", Text="Kurs beginnnt"),
        row(Name="d", Tabelle="Kurse", Was_passiert="Liste"),
        row(Name="e", Tabelle="Kurse", Was_passiert="Liste"),
        row(Name="e", Tabelle="Kurse", Was_passiert="Liste"),
    )
    assert [bool(one.fault) for one in found] == [True, True, True, False, True, True]
    assert "Kurse" in found[0].fault
    assert "Liste" in found[1].fault
    assert "kurs_beginnt" in found[2].fault


class _Anything:
    def __init__(self, kind="text"):
        self._kind = kind

    def path(self, heading, table):
        return "f"

    def is_heading(self, words, table):
        return len(words) % 5 == 0

    def table(self, tab):
        return "t"

    def kind(self, path, table):
        return self._kind

    def says(self, words, path, table):
        return False

    def knows(self, heading, table):
        return False

    def searched(self, path, table):
        return path

    def names_rows(self, table, of):
        return False

    def born(self, path, table):
        return False

    def tells(self, words, path, table):
        return self.says(words, path, table)

    def speaks(self, word):
        return word == "x"

    def near(self, word, path, table):
        return ""

    def literals(self, word, path, table):
        return ('"w"',)


@example("[0]")
@given(st.text(alphabet='[]()"„“,=<>→ abnichtoderundist leer05', max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_condition_or_one_sentence(text):
    with suppress(ConditionError):
        assert isinstance(condition_of(text, "t", _Anything()), str)
    with suppress(ConditionError):
        assert isinstance(due_of(text, "t", _Anything()), dict)
    with suppress(ConditionError):
        assert isinstance(comparison(text, text, text, "t", _Anything()), str)


KINDS = ["date", "text", "languages", "yes_no", "number"]
PIECES = ("[x]", "[y]", "wenn", "außer", "alle", "bis auf", "und", "oder", "u.", "nicht", "ist", "leer", "noch",
          "läuft", "ab", "in", "14", "Tagen", "im", "Dezember", "2026", "(", ")", "=", "x", ",", "spätestens",
          "entweder", "minderjährig", "kein", "zw.", "Monatsende", "bis")  # fmt: skip


@given(
    st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from(["date", "text", "languages", "yes_no", "number"])
)
@settings(max_examples=300, deadline=None)
def test_any_words_of_people_are_a_condition_or_one_sentence(pieces, kind):
    with suppress(ConditionError):
        assert isinstance(condition_of(" ".join(pieces), "t", _Anything(kind)), str)


def test_words_that_a_column_has_are_listed_as_the_team_spells_them():
    shouted = [[*row[:3], str(row[3]).upper(), *row[4:]] for row in TABS["Termine"][1:]]
    tabs = {**TABS, "Termine": [TABS["Termine"][0], *shouted]}
    only = row(Name="x", Tabelle="Termine", weitere_Bedingung="[Status] = vertagt", Was_passiert="Liste")
    (found,) = own_snapshot(COURSES, {**tabs, "Regeln": [RULES, only]}).console.rules
    assert "NICHT ERSCHIENEN" in found.fault


def test_what_happens_is_listed_where_no_word_is_near():
    (found,) = read(row(Name="x", Tabelle="Termine", Was_passiert="Aufgabe"))
    assert "E-Mail, Anruf, Frage" in found.fault
    (found,) = read(row(Name="x", Tabelle="Termine", Was_passiert="Prüfhinweiss"))
    assert "meinten Sie „Prüfhinweis“" in found.fault
