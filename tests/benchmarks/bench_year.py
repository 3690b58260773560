# ruff: noqa: T201 - a script that prints
"""What a site leaves over many working days: the workbook, `state/` by kind, formats, and processor time a run.

    python -m tests.benchmarks.bench_year [CASES, default 150] [WORKING DAYS, default 40]

Each working day the invented team takes in a client with three appointments in the fortnight to come, says of past
ones that they took place, and types ten remarks; kim runs at 06:30 and at 17:00. Wanted: formats and seconds flat,
`state/` at most 20 times the workbook at 600 cases.
"""

from __future__ import annotations

import os
import re
import statistics
import sys
import tempfile
import time as clock
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine

from automations.common.working_days import WorkingDays
from automations.config.loading import load_site
from automations.engine.parts import open_world
from automations.engine.runner import run
from automations.model.values import Value
from automations.setup.demo.site import CLOCK, make_site
from automations.setup.demo.story import get_to_know
from automations.workbooks.cellrefs import cell_name
from automations.workbooks.xlsx.changes import patch

STEP = 20
"""Working days between two lines."""

FORMATS = re.compile(rb'<cellXfs count="(\d+)"')


@dataclass
class Year:
    """One site, from day to day. `spent` are processor seconds of each run since the last line."""

    folder: Path
    book: Path = field(init=False)
    spent: list[float] = field(default_factory=list)
    outcomes: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.book = self.folder / "KIM-Team.xlsx"

    def day(self, number: int, day: date) -> None:
        """What people type before the evening, and two runs."""
        self.run(datetime.combine(day, time(6, 30), CLOCK.tzinfo))
        self.type(number, day)
        self.run(datetime.combine(day, time(17), CLOCK.tzinfo))

    def run(self, now: datetime) -> None:
        begun = clock.process_time()
        with open_world(load_site(self.folder), now) as world:
            self.outcomes.add(run(world, lambda: now).outcome)
        self.spent.append(clock.process_time() - begun)

    def type(self, number: int, day: date) -> None:
        """A day's work of the team, in one save."""
        book = python_calamine.CalamineWorkbook.from_path(str(self.book))
        tabs = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in ("Fälle", "Termine")}
        edits = {name: dict(rows) for name, rows in _typed(tabs, number, day).items()}
        copy = self.book.with_name("typed.xlsx")
        patch(self.book, copy, edits)
        copy.replace(self.book)
        moment = datetime.combine(day, time(12), CLOCK.tzinfo).timestamp()
        os.utime(self.book, (moment, moment))

    def line(self, number: int) -> str:
        """Where the site stands."""
        state = self.folder / "state"
        sizes = {one.name: _size(one) for one in sorted(state.iterdir())}
        kinds = ", ".join(f"{name} {size / 2**20:.2f}" for name, size in sizes.items() if size > 2**16)
        size = self.book.stat().st_size
        with zipfile.ZipFile(self.book) as package:
            formats = FORMATS.search(package.read("xl/styles.xml"))
        seconds = statistics.median(self.spent[-2 * STEP :])
        return (
            f"day {number:>3}: workbook {size / 2**20:.2f} MB, state {sum(sizes.values()) / size:.1f} × ({kinds}), "
            f"{int(formats[1]) if formats else 0} formats, {seconds:.2f} s a run; {', '.join(sorted(self.outcomes))}"
        )


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return sum(one.stat().st_size for one in files)


def _typed(tabs: dict[str, list[list[Any]]], number: int, day: date) -> dict[str, Iterator[tuple[str, Value]]]:
    cases, visits = tabs["Fälle"], tabs["Termine"]
    column = {name: {str(head): index for index, head in enumerate(rows[0], 1)} for name, rows in tabs.items()}

    def of_cases() -> Iterator[tuple[str, Value]]:
        heads = column["Fälle"]
        for one in range(10):
            row = 2 + (number * 10 + one) * 7 % (len(cases) - 1)
            yield cell_name(row, heads["Bemerkung"]), f"Anruf {number}-{one}"
        new: dict[str, Value] = {
            "Eingang": day, "Nachname": f"Muster{number}", "Vorname": f"Probe{number * 7 % 97}", "Phase": "Neu",
            "Sprachen": ("Deutsch", "Arabisch", "Ukrainisch")[number % 3], "Vermittelt durch": "Jobcenter",
            "E-Mail": f"klient{number}@mail.example", "Kontaktweg": "E-Mail", "E-Mail-Einwilligung am": day,
        }  # fmt: skip
        for head, value in new.items():
            yield cell_name(len(cases) + 1, heads[head]), value

    def of_visits() -> Iterator[tuple[str, Value]]:
        heads = column["Termine"]
        for row, cells in enumerate(visits[1:], 2):
            when, status = cells[heads["Datum"] - 1], cells[heads["Status"] - 1]
            if isinstance(when, date) and when <= day and status in {"geplant", "bestätigt"}:
                yield cell_name(row, heads["Status"]), "wahrgenommen"
        for one in range(3):
            known = cases[-1 - (number + one * 5) % (len(cases) - 1)]
            new: dict[str, Value] = {
                "Fall-Nr.": str(known[column["Fälle"]["Fall-Nr."] - 1]), "Datum": day + timedelta(days=5 + 3 * one),
                "Uhrzeit": time(9 + one * 2), "Dauer": 45, "Ort": "Beratungsstelle Mitte", "Status": "geplant",
                "Beratung durch": str(known[column["Fälle"]["Zuständig"] - 1]), "Art": "persönlich",
            }  # fmt: skip
            for head, value in new.items():
                yield cell_name(len(visits) + 1 + one, heads[head]), value

    return {"Fälle": of_cases(), "Termine": of_visits()}


def main(cases: int = 150, days: int = 40) -> None:
    """A line every twenty working days."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "site"
        make_site(folder, cases=cases)
        site = load_site(folder)
        get_to_know(site, CLOCK - timedelta(days=1))
        year, working = Year(folder), WorkingDays()
        day = CLOCK.date()
        for number in range(1, days + 1):
            day += timedelta(days=1)
            while not working.is_working_day(day):
                day += timedelta(days=1)
            year.day(number, day)
            if number in {1, 5} or number % STEP == 0:
                print(year.line(number), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
