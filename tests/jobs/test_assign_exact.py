"""Tiny batches against all their choices: each level is exact, and a new case moves no other without need."""

from __future__ import annotations

import random
from datetime import timedelta
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from automations.jobs.assigning.batch import make_batch
from automations.jobs.assigning.rules import Rules
from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.assigning.solver import decide
from automations.jobs.assigning.units import make_units, make_workers
from automations.model.settings import SiteFacts
from automations.tables.snapshot import read_tables
from automations.workbooks.xlsx.backend import XlsxWorkbook
from tests.support.broken import HOMES, columns
from tests.support.builders import NOW
from tests.support.xlsx_files import make_file

TODAY = NOW.date()
SETTINGS = AssignSettings()
COLUMNS = columns()
WEIGHT = {"Neu": 1, "Assessment": 2, None: 1}
CODES = {"Arabisch": "ar", "Ukrainisch": "uk", "Türkisch": "tr", "Deutsch": "de"}


def world(seed: int) -> tuple[list[dict], list[dict]]:
    dice = random.Random(seed)  # noqa: S311 (an invented world, not a secret)
    some = lambda: dice.sample(list(CODES), dice.choice([1, 1, 2]))  # noqa: E731
    team = [
        {"Kürzel": code, "Sprachen": some(), "Kapazität": dice.choice([3, 4, 5, 7, 10, 13, 20]),
         "Büro": dice.choice(["Nord", "Süd"])}
        for code in "ABC"[: dice.choice([2, 3])]
    ]  # fmt: skip
    cases = [
        {"Fall-Nr.": f"K-{n}", "Eingang": TODAY - timedelta(days=dice.randrange(9)), "Nachname": f"N{n}",
         "Sprachen": some(), "Phase": dice.choice(["Neu", "Assessment", None]), "Zuständig": None,
         "Dringlichkeit": dice.choice(["normal", "normal", "hoch", "Notfall"]),
         "Wunschbüro": dice.choice([None, "Nord", "Süd"])}
        for n in range(dice.choice([2, 3, 4, 5]))
    ]  # fmt: skip
    carried = [
        {"Fall-Nr.": f"B-{n}", "Eingang": TODAY, "Nachname": "Alt", "Sprachen": ["Deutsch"], "Phase": "Neu",
         "Zuständig": dice.choice(team)["Kürzel"], "Dringlichkeit": "normal", "Wunschbüro": None}
        for n in range(dice.choice([0, 1, 3]))
    ]  # fmt: skip
    return team, cases + carried


def grid(rows: list[dict]) -> list[list]:
    cells = [[", ".join(value) if isinstance(value, list) else value for value in row.values()] for row in rows]
    return [list(rows[0]), *cells]


def decided(team: list[dict], cases: list[dict], folder: Path) -> tuple[dict[str, str], str]:
    """Who takes what, of a workbook as it lies on the drive."""
    file = make_file(folder / "Team.xlsx", {"Fälle": grid(cases), "Team": grid(team)})
    raw = {"team": XlsxWorkbook("team", file, versions=folder / "v").read()}
    shot, rules = read_tables(raw, COLUMNS, SiteFacts(), HOMES, NOW), Rules(TODAY, SETTINGS)
    batch = make_batch(make_units(shot, SETTINGS, TODAY), make_workers(shot, SETTINGS), rules)
    outcome = decide(batch, SETTINGS)
    given = {str(batch.units[u].cases[0].number): batch.workers[w].code for u, w in outcome.choice.items()}
    return given, outcome.method


def counting(case: dict, team: list[dict]) -> list[str]:
    """The languages that count as shared: German only where the others are nobody's."""
    others = [name for name in case["Sprachen"] if name != "Deutsch"]
    known = any(name in person["Sprachen"] for person in team for name in others)
    return others if known else case["Sprachen"]


def reached(given: dict[str, str], team: list[dict], cases: list[dict]) -> tuple | None:
    """What a choice comes to on each level, from the words of the README alone; None where there is no room."""
    people, new = {row["Kürzel"]: row for row in team}, [case for case in cases if not case["Zuständig"]]
    loads = {code: sum(WEIGHT[c["Phase"]] for c in cases if c["Zuständig"] == code) for code in people}
    before = dict(loads)
    for case in new:
        if case["Fall-Nr."] in given:
            loads[given[case["Fall-Nr."]]] += WEIGHT[case["Phase"]]
    if any(loads[code] > max(before[code], people[code]["Kapazität"]) for code in people):
        return None
    if any(loads[code] > people[code]["Kapazität"] and loads[code] > before[code] for code in people):
        return None
    taken = [(case, people[given[case["Fall-Nr."]]]) for case in new if case["Fall-Nr."] in given]
    shared = sum(bool(set(counting(case, team)) & set(person["Sprachen"])) for case, person in taken)
    makeshift = sum(
        counting(case, team) != case["Sprachen"] and "Deutsch" in case["Sprachen"] and "Deutsch" in person["Sprachen"]
        for case, person in taken
    )
    uneven = sum(Fraction(loads[c] ** 2 - before[c] ** 2, people[c]["Kapazität"]) for c in people)
    wishes = sum(
        2 * (case["Wunschbüro"] == person["Büro"]) + (counting(case, team)[0] in person["Sprachen"])
        for case, person in taken
    )
    return (
        sum(case["Dringlichkeit"] == "Notfall" for case, _ in taken),
        sum(case["Dringlichkeit"] == "hoch" for case, _ in taken),
        len(taken),
        sum((TODAY - case["Eingang"]).days + 1 for case, _ in taken),
        100 * shared + makeshift,
        -uneven,
        wishes,
    )


def best(team: list[dict], cases: list[dict]) -> tuple:
    new, codes = [c["Fall-Nr."] for c in cases if not c["Zuständig"]], [None, *(row["Kürzel"] for row in team)]
    choices = ({n: c for n, c in zip(new, picked, strict=True) if c} for picked in product(codes, repeat=len(new)))
    return max(found for choice in choices if (found := reached(choice, team, cases)) is not None)


def check(seed: int, folder: Path) -> None:
    team, cases = world(seed)
    given, method = decided(team, cases, folder)
    assert (reached(given, team, cases), method) == (best(team, cases), "optimum"), seed


def stays(seed: int, folder: Path) -> None:
    """One more case: what is as good stays as it was."""
    team, cases = world(seed)
    more = {**cases[0], "Fall-Nr.": "K-99", "Sprachen": ["Tigrinya"], "Zuständig": None, "Dringlichkeit": "normal"}
    before, (after, _) = decided(team, cases, folder)[0], decided(team, [*cases, more], folder)
    moved = {number for number, code in before.items() if after.get(number) != code}
    if moved:
        kept = [before | ({"K-99": code} if code else {}) for code in (None, *(row["Kürzel"] for row in team))]
        possible = [found for choice in kept if (found := reached(choice, team, [*cases, more])) is not None]
        assert max(possible) < reached(after, team, [*cases, more]), (seed, moved)


@pytest.mark.parametrize("start", range(0, 40, 10))
def test_each_level_is_exact(start, tmp_path):
    for seed in range(start, start + 10):
        check(seed, tmp_path)


@pytest.mark.parametrize("start", range(0, 40, 10))
def test_a_new_case_moves_no_other_without_need(start, tmp_path):
    for seed in range(start, start + 10):
        stays(seed, tmp_path)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_each_level_is_exact_a_thousand_times(tmp_path):
    for seed in range(1000, 2000):
        check(seed, tmp_path)
        stays(seed, tmp_path)
