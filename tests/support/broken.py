"""A workbook of broken rows: one valid row of a table for each entry, with one cell of it broken."""

from __future__ import annotations

import tomllib
from datetime import date, time
from pathlib import Path
from typing import Any

from automations.common.shipped import config_folder
from automations.jobs.check_data import CheckData, CheckSettings
from automations.model.history import History
from automations.model.problems import Problem
from automations.model.settings import SiteFacts
from automations.tables.columns import Columns
from automations.tables.snapshot import read_tables
from automations.workbooks.protocol import RawTab, RawWorkbook
from tests.support.builders import NOW

PATH = Path(__file__).parents[1] / "data" / "broken_rows.toml"
TABS = {
    "cases": "Fälle",
    "appointments": "Termine",
    "team": "Team",
    "locations": "Standorte",
    "naturalisation": "Einbürgerung",
}
HOMES = dict.fromkeys([*TABS, "decisions"], "team")
# Letters that no name shares, so that rows are not taken for one another.
LETTERS = "bdfgklmnprst"


def columns() -> Columns:
    """The columns that come with kim."""
    return Columns.model_validate(tomllib.loads((config_folder() / "columns.toml").read_text(encoding="utf-8")))


def _name(number: int) -> str:
    digits = [number // 144 % 12, number // 12 % 12, number % 12]
    return "".join(LETTERS[digit] + "aou"[place] for place, digit in enumerate(digits)).title() + "berg"


def valid(table: str, number: int) -> dict[str, Any]:
    """A row in which nothing is wrong, by German heading."""
    if table == "cases":
        return {
            "Fall-Nr.": f"KIM-2024-{number:04}", "Eingang": date(2024, 5, 6), "Nachname": _name(number),
            "Vorname": _name(1727 - number), "Geburtsdatum": date(1960 + number % 40, 1 + number % 12, 1 + number % 28),
            "Sprachen": "Arabisch", "E-Mail": f"k{number}@beispiel.test", "Telefon": f"0151 2000{number:04}",
            "Kontaktweg": "E-Mail", "E-Mail-Einwilligung am": date(2024, 5, 7), "Widerruf am": None, "Haushalt": None,
            "Dringlichkeit": "normal", "Aufenthaltstitel gültig bis": date(2026, 5, 6), "Phase": "Begleitung",
            "Phase seit": date(2024, 6, 1), "Erstkontakt am": date(2024, 5, 9), "Zuständig": "ADE",
            "Zuständig seit": date(2024, 5, 8), "Abgeschlossen am": None, "Ergebnis": None, "Prüfhinweis": None,
        }  # fmt: skip
    if table == "appointments":
        return {
            "Termin-Nr.": f"T-{number:04}", "Fall-Nr.": "KIM-2024-0000", "Datum": date(2024, 11, 4 + number % 5),
            "Uhrzeit": time(9), "Dauer": 60, "Ort": "Büro Mitte", "Beratung durch": f"C{number:03}",
            "Status": "geplant", "Prüfhinweis": None,
        }  # fmt: skip
    if table == "team":
        return {
            "Kürzel": f"C{number:03}", "Name": f"Kim {_name(number)}", "E-Mail": f"t{number}@beispiel.test",
            "Telefon": f"02323 1000{number:03}", "Sprachen": "Deutsch", "Kapazität": 20, "Arbeitstage": "Mo-Fr",
            "Beginn": date(2023, 1, 1), "Ende": None, "Abwesend von": None, "Abwesend bis": None, "Vertretung": None,
            "Aktiv": "ja",
        }  # fmt: skip
    if table == "locations":
        return {"Name": f"Ort {number}", "neutraler Name": "Treff", "geschützt": "nein", "Telefon": "02323 123456"}
    return {"Monat": date(2024, 1 + number % 9, 1), "Stand am": date(2024, 10, 1), "Anträge": 100, "Einbürgerungen": 80}


def entries() -> list[dict[str, Any]]:
    """The fixture: table, column, cell, and the problem that is to be shown."""
    return tomllib.loads(PATH.read_text(encoding="utf-8"))["row"]


def workbook(broken: list[dict[str, Any]]) -> tuple[RawWorkbook, list[tuple[str, int]]]:
    """The workbook, and where each entry stands (table, row)."""
    rows = {
        "team": [{"Kürzel": "ADE", "Name": "Ayla Demir", "Arbeitstage": "Mo-Fr", "Aktiv": "ja"}],
        "locations": [{"Name": "Büro Mitte"}],
    }
    rows["cases"] = [valid("cases", 0)]
    rows["team"] += [valid("team", number) for number in range(1, len(broken) + 1)]
    places = []
    for number, entry in enumerate(broken, start=1):
        table = entry["table"]
        base = rows["team"].pop(number) if table == "team" else valid(table, number)
        made = base | {entry["column"]: entry.get("cell")} | ({entry["blank"]: None} if "blank" in entry else {})
        rows["team"].insert(number, made) if table == "team" else rows.setdefault(table, []).append(made)
        places.append((table, number + 2 if table == "team" else len(rows[table]) + 1))
    return RawWorkbook("team", "1", tuple(_tab(table, content) for table, content in rows.items())), places


def _tab(table: str, rows: list[dict[str, Any]]) -> RawTab:
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    cells = [headings, *([row.get(heading) for heading in headings] for row in rows)]
    errors = {}
    for number, row in enumerate(cells[1:], start=2):
        for place, value in enumerate(row, start=1):
            if isinstance(value, str) and value.startswith("error:"):
                errors[number, place] = value.removeprefix("error:")
                row[place - 1] = None
    return RawTab(TABS[table], table, cells, errors=errors)


def found(broken: list[dict[str, Any]]) -> list[list[Problem]]:
    """What is shown for each entry."""
    raw, places = workbook(broken)
    snapshot = read_tables({"team": raw}, columns(), SiteFacts(), HOMES, NOW)
    problems = CheckData().plan(snapshot, CheckSettings(), NOW, History()).problems
    return [[p for p in problems if (p.table, p.row) == place] for place in places]
