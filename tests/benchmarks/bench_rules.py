"""What twenty rules over a large table cost, beside reading the file in the same process.

    python -m tests.benchmarks.bench_rules [rows, default 100000]

Seconds are processor time. Wanted: the rules cost at most twice the reading of the file.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import xlsxwriter

from automations.jobs.follow_rules import FollowRules, begin
from automations.jobs.rules.model import RuleSettings
from automations.model.history import History
from automations.model.settings import SiteFacts
from automations.tables.snapshot import read_tables
from automations.workbooks.xlsx.backend import XlsxWorkbook
from tests.support.declared import table
from tests.support.own_tables import own_columns

T = TypeVar("T")
NOW = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo("Europe/Berlin"))
COLUMNS = (
    table(
        "loans", "Ausleihen", "nr", nr="Nr.", case="Fall-Nr.: cases", out="ausgegeben am: date",
        back="zurück bis: date", state="Stand", price="Wert: number", tags="Merkmale: list", fit="geprüft: yes_no",
        note="Bemerkung", who="Wer: manager",
    )
)  # fmt: skip
CONDITIONS = (
    'state == "weg"', "price > 4990", 'lower(note) == "notiz 17"', 'starts_with(lower(note), "notiz 99")',
    "days_since(out) > 995", '"b7" in tags and price > 4900', "not fit == true and price < 5", "back < out",
    'case.phase == "new" and price > 4990', 'state == "da" and days_until(back) == 3', "price / 2 > 2498",
    "is_blank(state) and price > 4900", "months_since(out) == 40", 'state in ["kaputt", "alt"] and price < 10',
    "age(out) >= 3", 'who == "AB" and price > 4990', "case.languages and price < 2", "year(back) == 2040",
    "price == 17", 'ends_with(note, "00") and price > 4000',
)  # fmt: skip
ACTIONS = ("note", "list", "ask", "set")


def made(path: Path, rows: int) -> None:
    """Ten columns of a table of the team's own, a thousand cases, two colleagues."""
    with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "dd.mm.yyyy"}) as book:
        sheet = book.add_worksheet("Fälle")
        sheet.write_row(0, 0, ["Fall-Nr.", "Nachname", "Sprachen", "Phase"])
        for n in range(1, 1001):
            sheet.write_row(n, 0, [f"K-{n}", f"N{n}", "Arabisch", "Neu" if n % 3 else "Begleitung"])
        sheet = book.add_worksheet("Team")
        sheet.write_row(0, 0, ["Kürzel", "Name"])
        sheet.write_row(1, 0, ["AB", "Anna"])
        sheet = book.add_worksheet("Ausleihen")
        sheet.write_row(0, 0, ["Nr.", "Fall-Nr.", "ausgegeben am", "zurück bis", "Stand", "Wert", "Merkmale", "geprüft",
                               "Bemerkung", "Wer"])  # fmt: skip
        for n in range(1, rows + 1):
            out = date(2024, 1, 1) + timedelta(days=n % 1000)
            state = ("da", "weg", "alt")[n % 1009 % 3]
            sheet.write_row(n, 0, [
                f"L-{n}", f"K-{n % 1000 + 1}", out, out + timedelta(days=30 + n % 7), state, n % 5000,
                f"a{n % 5}, b{n % 9}", "ja" if n % 2 else "nein", f"Notiz {n}", "AB",
            ])  # fmt: skip


def timed(what: str, act: Callable[[], T]) -> tuple[float, T]:
    """The processor seconds of something, told."""
    begun = time.process_time()
    result = act()
    seconds = time.process_time() - begun
    sys.stdout.write(f"{what:<40} {seconds:7.2f} s\n")
    return seconds, result


def main() -> None:
    """Print the seconds and their ratio."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    columns = own_columns(COLUMNS)
    rules = [
        {"name": f"r{n}", "table": "loans", "when": when, "action": ACTIONS[n % 4], "text": "x",
         **({"set": {"note": "x"}} if ACTIONS[n % 4] == "set" else {})}
        for n, when in enumerate(CONDITIONS)
    ]  # fmt: skip
    settings = RuleSettings.model_validate({"rules": rules})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "team.xlsx"
        made(path, rows)
        file, raw = timed("the file read", XlsxWorkbook("team", path, versions=Path(folder) / "versions").read)
    homes = dict.fromkeys(columns.specs, "team")
    table, snapshot = timed("its rows understood", lambda: read_tables({"team": raw}, columns, SiteFacts(), homes, NOW))
    history = History()
    cost, plan = timed("twenty rules", lambda: FollowRules().plan(snapshot, settings, NOW, history))
    begun = begin(snapshot, settings, NOW, history)
    sys.stdout.write(f"{len(begun.ready)} rules, {len(plan.groups)} edits, {len(plan.problems)} notes; ")
    sys.stdout.write(f"{cost / file:.2f} × of the reading, {cost / (file + table):.2f} × with the understanding\n")


if __name__ == "__main__":
    main()
