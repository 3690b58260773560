# ruff: noqa: T201 - a script that prints, and runs kim as a user does
"""What a run costs beside what it cannot do without: reading every tab, and writing the file once.

    python -m tests.benchmarks.bench_cost [CASES or SITE …, default 600 5000]

A number makes a demonstration site of so many cases; a folder is a site that is copied first. Seconds are processor
time of whole processes, start-up included. The floor is calamine over all tabs of the team's workbook and a copy of it.
Wanted: nothing new at most the greater of 0.2 s and 0.15 floors above start-up; ten rows 1.3 floors and a working day
3 floors from 5 000 cases on; no exponent above 1.
"""

from __future__ import annotations

import atexit
import itertools
import json
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import python_calamine

from automations.workbooks.xlsx.one_cell import set_cell

DAY = "2024-11-04"
"""A Monday after the demonstration's day."""

HEADINGS = "Fall-Nr."


def spent(command: list[str]) -> tuple[float, dict[str, object]]:
    """Processor seconds of a command, and what it says as JSON."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, check=False, env=_as_installed())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode not in {0, 1}:
        raise SystemExit(done.stderr.decode() or done.stdout.decode())
    try:
        return seconds, json.loads(done.stdout or b"{}")
    except ValueError:
        return seconds, {}


@cache
def _as_installed() -> Mapping[str, str]:
    """The environment of a command as installers leave kim: compiled. Python would else compile it anew for every
    command where its files may not be written, which is more than a second."""
    folder = Path(tempfile.mkdtemp(prefix="kim-compiled-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "PYTHONPYCACHEPREFIX": str(folder)}
    subprocess.run(
        [sys.executable, "-c", "import automations.cli.runs"], capture_output=True, check=True, env=environment
    )
    return environment


class Measured:
    """One site, run as its schedule would have it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.book, self._edits = folder, folder / "KIM-Team.xlsx", 0

    def run(self, clock: str, *more: str) -> tuple[float, dict[str, object]]:
        at = f"{DAY}T{clock}"
        return spent(
            [sys.executable, "-m", "automations", "--site", str(self.folder), "run", "--json", "--at", at, *more]
        )

    def edit(self) -> None:
        """Ten rows of the cases say something else, in a column that is the team's own business."""
        book = python_calamine.CalamineWorkbook.from_path(str(self.book))
        rows = book.get_sheet_by_name("Fälle").to_python(skip_empty_area=False)
        head = next(index for index, row in enumerate(rows) if HEADINGS in row)
        column = rows[head].index("Stadtteil")
        for _ in range(10):
            self._edits += 1
            row = head + 2 + self._edits * 7 % (len(rows) - head - 1)
            set_cell(self.book, f"Fälle!{_letters(column)}{row}", f"Ort {self._edits}")

    def floor(self) -> float:
        begun = time.process_time()
        book = python_calamine.CalamineWorkbook.from_path(str(self.book))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()
        copy = self.folder / "copy.xlsx"
        with self.book.open("rb") as source, copy.open("wb") as target:
            shutil.copyfileobj(source, target)
            os.fsync(target.fileno())
        copy.unlink()
        return time.process_time() - begun


def _letters(column: int) -> str:
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def measured(folder: Path) -> dict[str, float]:
    """Seconds by what was done."""
    site = Measured(folder)
    start, _ = spent([sys.executable, "-m", "automations", "--site", str(folder), "status"])
    site.run("06:00", "--due")
    day = site.run("06:30", "--due")[0]
    for clock in ("12:30", "17:00"):
        site.edit()
        day += site.run(clock, "--due")[0]
    # In the evening: at half past five appointments begin, and what is written because of that is none of the ten rows.
    site.run("19:01")
    site.run("19:02")  # what a run wrote, the next one reads
    unchanged, said = site.run("19:03")
    site.edit()
    begun = time.perf_counter()
    ten, document = site.run("19:40")
    took = time.perf_counter() - begun
    seconds = document.get("seconds")
    parts = {str(name): float(value) for name, value in seconds.items()} if isinstance(seconds, dict) else {}
    jobs = document.get("jobs")
    by_job = {name: job["seconds"] for name, job in jobs.items()} if isinstance(jobs, dict) else {}
    shown = sorted((parts | by_job).items(), key=lambda one: -one[1])
    print("  ten rows, seconds by the clock:", ", ".join(f"{name} {value:.2f}" for name, value in shown[:12]))
    print("  nothing was written because of them:", not document.get("edits") and not document.get("tabs"))
    print(f"  its seconds add up to {100 * sum(parts.values()) / took:.1f} % of the process")
    print("  nothing was planned where nothing is new:", not said.get("jobs"))
    state = sum(path.stat().st_size for path in (folder / "state").rglob("*") if path.is_file())
    print(f"  state {state / 2**20:.1f} MB beside a workbook of {site.book.stat().st_size / 2**20:.2f} MB")
    return {"floor": site.floor(), "status": start, "nothing new": unchanged, "ten rows": ten, "working day": day}


def main(wanted: list[str]) -> None:
    """Print the table, and how each cost grows from size to size."""
    found: list[tuple[int, dict[str, float]]] = []
    for one in wanted or ["600", "5000"]:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "site"
            if one.isdigit():
                spent([sys.executable, "-m", "automations", "demo", str(folder), "--cases", one])
            else:
                shutil.copytree(one, folder)
            rows = python_calamine.CalamineWorkbook.from_path(str(folder / "KIM-Team.xlsx"))
            cases = len(rows.get_sheet_by_name("Fälle").to_python()) - 1
            print(f"{cases} cases")
            costs = measured(folder)
            found.append((cases, costs))
            for name, seconds in costs.items():
                print(f"  {name:<12} {seconds:8.2f} s   {seconds / costs['floor']:7.1f} floors")
    for (few, before), (many, after) in itertools.pairwise(found):
        grows = {name: math.log(after[name] / before[name]) / math.log(many / few) for name in before}
        print(f"from {few} to {many}:", ", ".join(f"{name} {power:.2f}" for name, power in grows.items()))


if __name__ == "__main__":
    main(sys.argv[1:])
