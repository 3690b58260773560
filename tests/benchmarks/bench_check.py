"""How long checking takes, beside reading the same file with openpyxl (read-only) in the same process.

    python -m tests.benchmarks.bench_check [cases, default 100000]

Seconds are processor time, so that other programs on the machine do not count.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import xlsxwriter

from automations.common.shipped import config_folder
from automations.jobs.check_data import CheckData, CheckSettings
from automations.jobs.duplicates.names import Names, shipped_names
from automations.jobs.duplicates.search import likely_duplicates
from automations.model.history import History
from automations.model.settings import SiteFacts
from automations.tables.columns import Columns
from automations.tables.rows import row_fingerprints
from automations.tables.snapshot import read_tables
from automations.workbooks.protocol import RawTab, RawWorkbook
from tests.support.labelled_pairs import NAMES

NOW = datetime(2024, 10, 31, 7, tzinfo=ZoneInfo("Europe/Berlin"))
SYLLABLES = (
    "ba",
    "ko",
    "len",
    "mir",
    "sta",
    "tov",
    "gan",
    "der",
    "ryl",
    "shi",
    "no",
    "pat",
    "zur",
    "fel",
    "wich",
    "usk",
)


def made(columns: Columns, cases: int) -> list[tuple[str, list[list[Any]]]]:
    """The tabs of a team with that many cases and 4.8 appointments to each."""
    rng = random.Random(5)  # noqa: S311 (no secret)
    headings = {
        table: {k: v[0] for k, v in columns.tables[table].headings.items() if k != "full_name"}
        for table in ("cases", "appointments")
    }
    tabs = [("Fälle", [list(headings["cases"].values())]), ("Termine", [list(headings["appointments"].values())])]
    tabs[0][1].extend([[row.get(name) for name in headings["cases"]] for row in _cases(rng, cases)])
    tabs[1][1].extend([[row.get(name) for name in headings["appointments"]] for row in _appointments(rng, cases)])
    tabs.append(("Team", [["Kürzel", "Name", "Kapazität"], *([f"M{i}", f"Person {i}", 10**6] for i in range(50))]))
    return tabs


def _cases(rng: random.Random, count: int) -> Iterator[dict[str, Any]]:
    groups = list(NAMES.values())
    for number in range(count):
        group = rng.choice(groups)
        received = date(2023, 1, 1) + timedelta(days=rng.randrange(660))
        last = "".join(rng.sample(SYLLABLES, 3)).title() if number % 4 else rng.choice(rng.choice(group["last"]))
        yield {
            "number": f"KIM-2024-{number:06}", "received": received, "source": "Jobcenter", "last_name": last,
            "first_name": rng.choice(rng.choice([*group["women"], *group["men"]])), "nationality": "Syrien",
            "birth_date": date(1950, 1, 1) + timedelta(days=rng.randrange(21000)), "consent_on": received,
            "languages": rng.choice(["Arabisch", "Deutsch, Englisch", "ukr.", "Russisch; Ukrainisch"]),
            "email": f"p{number}@beispiel.test" if number % 3 else None, "phone": f"0151 {rng.randrange(10**7, 10**8)}",
            "contact_way": "E-Mail", "urgency": "normal", "manager": f"M{number % 50}", "outcome": "ok",
            "phase": rng.choice(["Begleitung", "Neu", "Assessment", "Abgeschlossen"]),
        }  # fmt: skip


def _appointments(rng: random.Random, cases: int) -> Iterator[dict[str, Any]]:
    for number in range(int(cases * 4.8)):
        yield {
            "number": f"T-{number}", "case": f"KIM-2024-{number % cases:06}", "duration": 45, "place": "Büro Mitte",
            "date": date(2023, 1, 1) + timedelta(days=rng.randrange(690)), "time": f"{9 + number % 8}:00",
            "manager": f"M{number % cases % 50}", "status": "wahrgenommen",
        }  # fmt: skip


def saved(tabs: list[tuple[str, list[list[Any]]]], path: Path) -> None:
    """The tabs as a file of Excel."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "dd.mm.yyyy"})
    for name, rows in tabs:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()


def read_with_openpyxl(path: Path, tabs: tuple[str, ...]) -> int:
    """The yardstick: every value of the tabs once."""
    book = openpyxl.load_workbook(path, read_only=True)
    count = sum(1 for name in tabs for _ in book[name].iter_rows(values_only=True))
    book.close()
    return count


def timed(what: str, work: Callable[[], Any]) -> Any:
    """Run it and print processor seconds and the most memory used so far."""
    started = time.process_time()
    result = work()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(f"{what:44} {time.process_time() - started:7.2f} s {memory:6} MB\n")
    return result


def main() -> None:
    """Print the table."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    columns = Columns.model_validate(tomllib.loads((config_folder() / "columns.toml").read_text(encoding="utf-8")))
    tabs = made(columns, cases)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "team.xlsx"
        saved(tabs, path)
        timed("openpyxl read-only, cases", lambda: read_with_openpyxl(path, ("Fälle",)))
    homes = dict.fromkeys(columns.tables, "team")
    only = RawWorkbook("team", "1", (RawTab("Fälle", "1", tabs[0][1]), RawTab("Team", "3", tabs[2][1])))
    job, settings = CheckData(), CheckSettings(off=("possible_duplicate",))
    snapshot = timed("cases understood", lambda: read_tables({"team": only}, columns, SiteFacts(), homes, NOW))
    timed("all checks but duplicates", lambda: job.plan(snapshot, settings, NOW, History()))
    timed("duplicates searched", lambda: likely_duplicates(snapshot.cases, Names(shipped_names())))
    whole = RawWorkbook("team", "1", tuple(RawTab(name, name, rows) for name, rows in tabs))
    snapshot = timed(
        "cases and appointments understood", lambda: read_tables({"team": whole}, columns, SiteFacts(), homes, NOW)
    )
    timed("their fingerprints", lambda: row_fingerprints(snapshot))
    timed("all checks of both", lambda: job.plan(snapshot, settings, NOW, History()))


if __name__ == "__main__":
    main()
