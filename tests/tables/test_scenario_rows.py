"""Scenarios as a team lead types them: every word understood, or a sentence that says which is not."""

from __future__ import annotations

import re
from datetime import date

import pytest
from msgspec.structs import replace

from automations.common.texts import texts
from automations.config.site import load_columns
from automations.model.console import Change
from automations.model.records import CaseManager
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot
from automations.tables.parsers import parsers
from automations.tables.scenario_rows import read_sentence

COLUMNS, FACTS = load_columns(), SiteFacts()
TODAY = date(2024, 10, 31)
TEAM = Snapshot(team=(CaseManager(code="AA", name="Anna Abel"), CaseManager(code="SHA", name="Samir Haddad")))


def read(text: str):
    return read_sentence(text, TEAM, parsers(COLUMNS, FACTS, TODAY), TODAY, texts("en"))


MARCH, NOVEMBER = date(2025, 3, 1), date(2024, 11, 15)


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("ab 1.3. 20 Punkte mehr Arabisch", [Change("capacity", points=20, languages=("ar",), starts=MARCH)]),
        ("ab 1. März 20 Punkte mehr Arabisch", [Change("capacity", points=20, languages=("ar",), starts=MARCH)]),
        ("from March 1 20 points more Arabic", [Change("capacity", points=20, languages=("ar",), starts=MARCH)]),
        ("20 Punkte mehr Arabisch und Französisch ab 1.3.25",
         [Change("capacity", points=20, languages=("ar", "fr"), starts=MARCH)]),
        ("neue Kollegin ab 1.3. mit 40 Punkten Arabisch",
         [Change("capacity", points=40, languages=("ar",), starts=MARCH)]),
        ("20,5 Punkte weniger", [Change("capacity", points=-20.5)]),
        ("AA 10 Punkte weniger", [Change("capacity", points=-10, person="AA")]),
        ("10 % weniger Kapazität", [Change("capacity", factor=0.9)]),
        ("AA geht 15.11.", [Change("leaves", person="AA", starts=NOVEMBER)]),
        ("AA geht am 15.11. in Rente", [Change("leaves", person="AA", starts=NOVEMBER)]),
        ("Anna Abel scheidet am 15.11.2024 aus", [Change("leaves", person="AA", starts=NOVEMBER)]),
        ("AA leaves on 15 Nov", [Change("leaves", person="AA", starts=NOVEMBER)]),
        ("AA fehlt von 15.11. bis 1.3.", [Change("away", person="AA", starts=NOVEMBER, ends=MARCH)]),
        ("SHA is away from 15 Nov to 1 March", [Change("away", person="SHA", starts=NOVEMBER, ends=MARCH)]),
        ("20 % mehr Eingänge", [Change("arrivals", factor=1.2)]),
        ("20 percent more arrivals from 1 March", [Change("arrivals", factor=1.2, starts=MARCH)]),
        ("30 % weniger ukrainische Eingänge", [Change("arrivals", factor=0.7, languages=("uk",))]),
        ("doppelt so viele Eingänge", [Change("arrivals", factor=2)]),
        ("keine Eingänge Ukrainisch", [Change("arrivals", factor=0, languages=("uk",))]),
        ("10 Eingänge mehr im Monat", [Change("arrivals", a_month=10)]),
        ("Fälle dauern 10 % länger", [Change("stays", factor=1.1)]),
        ("cases take 10 % less", [Change("stays", factor=0.9)]),
        ("AA geht 15.11., 20 % mehr Eingänge",
         [Change("leaves", person="AA", starts=NOVEMBER), Change("arrivals", factor=1.2)]),
        ("ab 1.3. 20 Punkte mehr Arabisch und AA geht 15.11.",
         [Change("capacity", points=20, languages=("ar",), starts=MARCH),
          Change("leaves", person="AA", starts=NOVEMBER)]),
    ],
)  # fmt: skip
def test_understood(text: str, changes: list[Change]) -> None:
    found = read(text)
    assert found.fault == ""
    assert [replace(one, factor=round(one.factor, 6)) for one in found.changes] == changes


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("BB geht 15.11.", "BB"), ("AA geht 31.11.", "31.11."), ("20 % mehr", "of what"),
        ("20 Punkte", "More or fewer"),
        ("mehr Arabisch", "mehr Arabisch"), ("20 Bananen mehr Arabisch", "Bananen"), ("geht 15.11.", "Who"),
        ("Das Jobcenter schickt mehr", "Jobcenter"), ("0 % mehr Eingänge", "between 0 and"),
        ("300 % weniger Eingänge", "between 0 and"), ("5 Eingänge mehr", "in a month or in a week"),
        ("AA fehlt von 1.3.2025 bis 1.2.2025", "before it begins"), ("ab 1.3. AA geht 15.11.", "More than one day"),
        ("20 Punkte mehr 30 % Eingänge", "20"), ("mehr weniger Eingänge 20 %", "both"), ("Punkte mehr", "number"),
        ("Fälle auf Arabisch dauern 10 % länger", "kim does not understand"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said(text: str, word: str) -> None:
    found = read(text)
    assert found.changes == ()
    assert word in found.fault


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("text", ["Bananen", "5 Eingänge mehr"])
def test_what_is_given_as_an_example_is_in_the_reader_s_language_and_understood(text: str, language: str) -> None:
    """That an English site was told to write “20 % mehr Eingänge” nobody had seen."""
    words = parsers(COLUMNS, FACTS, TODAY)
    fault = read_sentence(text, TEAM, words, TODAY, texts(language)).fault
    examples = [one for one in re.findall("[“„]([^“”„]+)[“”]", fault) if one not in text]
    assert examples
    for one in examples:
        assert read_sentence(one, TEAM, words, TODAY, texts(language)).fault == ""
        assert ("mehr" in one or "länger" in one) <= (language == "de")


def test_a_day_far_off_is_told() -> None:
    assert "after the weeks" in read("AA geht 1.10.2025").hint
    assert read("AA geht 15.11.").hint == ""


def test_a_day_that_was_lately_is_that_one() -> None:
    assert read("ab 15.10. 20 Punkte mehr").changes[0].starts == date(2024, 10, 15)
    assert read("ab 15.8. 20 Punkte mehr").changes[0].starts == date(2025, 8, 15)


def test_days_that_are_past_are_said_to_be():
    assert "over already" in read("AA fehlt von 1.3.2023 bis 1.5.2023").hint
    assert "This day is past" in read("AA geht 1.3.2023").hint
    assert read("ab sofort 10 Punkte mehr Arabisch").hint == ""


@pytest.mark.parametrize("text", ["ab sofort 10 Punkte mehr", "10 Punkte mehr ab heute", "from now 10 points more"])
def test_at_once_is_today(text):
    assert read(text).changes == (Change("capacity", points=10, starts=TODAY),)
