# ruff: noqa: T201 - a script that prints; each candidate loads its own libraries, as they count
"""All summary tabs of a large workbook against the same figures with pandas, in one run.

    python tests/benchmarks/bench_figures.py [cases [appointments]]

Each candidate runs in a process of its own, so that its peak of memory is its own. kim reads every
cell strictly (problems, rows to write back to); pandas reads the four tables and groups them. kim
pauses the garbage collector, as its runs do; pandas is measured as scripts use it, and with the same pause.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from automations.common.limits import uncollected
from automations.setup.demo.site import CLOCK, invent
from automations.setup.demo.workbook import write_team_workbook

if TYPE_CHECKING:
    import pandas as pd

TODAY = CLOCK.date()
HALF_YEARS = ((date(2024, 1, 1), date(2024, 6, 30)), (date(2023, 7, 1), date(2023, 12, 31)))
KINDS = ["Phase", "Sprache", "Vermittelt durch", "Büro"]
DIMENSIONS = ["Geschlecht", "Alter", "Staatsangehörigkeit", "Aufenthaltsstatus", "Rechtskreis", "Phase",
              "Vermittelt durch", "Weitergeleitet an", "Ergebnis", "Dauer"]  # fmt: skip


@uncollected
def with_kim(path: Path) -> dict[str, float]:
    """From the file to the documents of all eleven tabs."""
    from automations.common.shipped import config_folder
    from automations.jobs.summarise import Summarise
    from automations.jobs.tabs.settings import SummariseSettings
    from automations.model.history import History
    from automations.model.schema import SHIPPED
    from automations.model.settings import SiteFacts
    from automations.tables.columns import Columns
    from automations.tables.snapshot import read_tables
    from automations.workbooks.xlsx.reading import read_workbook

    clock = _Clock()
    raw = read_workbook("team", path.read_bytes(), path)
    clock.lap("read")
    columns = Columns(**tomllib.loads((config_folder() / "columns.toml").read_text(encoding="utf-8")))
    snapshot = read_tables({"team": raw}, columns, SiteFacts(), dict.fromkeys(SHIPPED, "team"), CLOCK)
    del raw
    clock.lap("understand")
    plan = Summarise().plan(snapshot, SummariseSettings(), CLOCK, History())
    clock.lap("figures and tabs")
    assert all(tab.fingerprint() for tab in plan.tabs)
    return clock.laps


def with_pandas(path: Path) -> dict[str, float]:
    """The same figures, without tabs, links or problems."""
    import pandas as pd

    clock = _Clock()
    sheets = pd.read_excel(path, sheet_name=["Fälle", "Termine", "Team", "Einbürgerung"], engine="calamine")
    clock.lap("read")
    cases, meetings = _understood(sheets["Fälle"], sheets["Termine"], sheets["Team"])
    clock.lap("understand")
    _of_cases(cases)
    _of_meetings(meetings, cases)
    for first, last in HALF_YEARS:
        _of_half_year(cases, pd.Timestamp(first), pd.Timestamp(last))
    counts = sheets["Einbürgerung"]
    counts["Monat"] = pd.to_datetime(counts["Monat"], errors="coerce")
    counts.groupby(counts["Monat"].dt.year)["Anträge"].cumsum()
    clock.lap("figures and tabs")
    return clock.laps


def with_pandas_uncollected(path: Path) -> dict[str, float]:
    """The same, with kim's pause of the garbage collector."""
    return uncollected(with_pandas)(path)


class _Clock:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = now - self._last
        self._last = now


def _understood(cases: pd.DataFrame, meetings: pd.DataFrame, team: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    import pandas as pd

    for name in ("Eingang", "Erstkontakt am", "Abgeschlossen am", "Phase seit", "Geburtsdatum"):
        cases[name] = pd.to_datetime(cases[name], errors="coerce")
    meetings["Datum"] = pd.to_datetime(meetings["Datum"], errors="coerce")
    cases["Sprache"] = cases["Sprachen"].str.split(",").str[0].str.strip()
    cases["Büro"] = cases["Zuständig"].map(team.drop_duplicates("Kürzel").set_index("Kürzel")["Büro"])
    closed = cases["Phase"].isin(["Abgeschlossen", "Abgebrochen", "Abgelehnt", "Weitergeleitet"])
    cases["offen"] = ~closed
    ended = cases["Abgeschlossen am"].fillna(cases["Phase seit"]).fillna(cases["Eingang"])
    cases["Ende"] = ended.where(closed)
    return cases, meetings


def _of_cases(cases: pd.DataFrame) -> None:
    import pandas as pd

    for name in ("Eingang", "Ende"):
        cases.groupby(cases[name].dt.to_period("M")).size()
    months = pd.period_range(end=pd.Period(TODAY, "M"), periods=13, freq="M")
    for day in [*(month.end_time for month in months), *(pd.Timestamp(TODAY - timedelta(days=n)) for n in (0, 7, 364))]:
        int((cases["Eingang"] <= day).sum() - (cases["Ende"] <= day).sum())
    still_open = cases[cases["offen"]]
    for kind in KINDS:
        still_open.groupby(kind, dropna=False).size().sort_values(ascending=False)
    weights = {"Erstkontakt": 1.5, "Assessment": 2.0, "Integrationsplanung": 1.5, "Abschluss": 0.5}
    points = still_open["Phase"].map(weights).fillna(1.0)
    points.groupby(still_open["Zuständig"], dropna=False).agg(["size", "sum"])
    both = cases.dropna(subset=["Eingang", "Erstkontakt am"])
    known = both[both["Erstkontakt am"] >= both["Eingang"]]
    wait = pd.Series(_working_days(known["Eingang"], known["Erstkontakt am"]), index=known.index)
    for by in (known["Erstkontakt am"].dt.to_period("M"), known["Sprache"], known["Dringlichkeit"]):
        wait.groupby(by, dropna=False).agg(["size", "median", "max", lambda s: s.quantile(0.9, interpolation="higher")])
    waiting = still_open[still_open["Erstkontakt am"].isna() & still_open["Eingang"].notna()]
    waiting.assign(Tage=(pd.Timestamp(TODAY) - waiting["Eingang"]).dt.days).sort_values("Tage", ascending=False).head(
        500
    )


def _working_days(first: pd.Series, last: pd.Series) -> object:
    import numpy as np

    return np.busday_count(first.to_numpy().astype("datetime64[D]"), last.to_numpy().astype("datetime64[D]"))


def _of_meetings(meetings: pd.DataFrame, cases: pd.DataFrame) -> None:
    import pandas as pd

    past = meetings[meetings["Datum"] < pd.Timestamp(TODAY)]
    past.groupby([past["Datum"].dt.to_period("M"), "Status"], dropna=False).size()
    past[past["Status"].isin(["geplant", "bestätigt"])].sort_values("Datum")
    coming = meetings[meetings["Datum"].between(pd.Timestamp(TODAY), pd.Timestamp(TODAY + timedelta(days=14)))]
    languages = cases[["Fall-Nr.", "Sprache"]].drop_duplicates("Fall-Nr.")
    coming.merge(languages, on="Fall-Nr.", how="left").sort_values(["Datum", "Ort"])


def _of_half_year(cases: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> None:
    import pandas as pd

    people = cases[(cases["Eingang"] <= last) & ~(cases["Ende"] < first)].copy()
    people["neu"] = people["Eingang"] >= first
    people["beendet"] = people["Ende"] <= last
    age = (last - people["Geburtsdatum"]).dt.days // 365.25
    people["Alter"] = pd.cut(age, [-1, 17, 26, 39, 59, 150]).astype(object)
    stayed = (people["Ende"].fillna(last).clip(upper=last) - people["Eingang"]).dt.days
    people["Dauer"] = pd.cut(stayed, [-1, 90, 180, 365, 36_500]).astype(object)
    for name in DIMENSIONS:
        people.groupby(name, dropna=False)[["neu", "beendet"]].agg(["size", "sum"])


def _measured(job: Callable[[Path], dict[str, float]], path: Path, answers: multiprocessing.SimpleQueue) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    laps = job(path)
    seconds = time.perf_counter() - started
    answers.put((seconds, laps, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024, before / 1024))


_CANDIDATES = (("kim", with_kim), ("pandas", with_pandas), ("paused", with_pandas_uncollected))


def main() -> None:
    """Make the workbook, let both work on it, print both."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    meetings = int(sys.argv[2]) if len(sys.argv) > 2 else cases * 5 // 2
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.xlsx"
        tables = invent(cases, 1, CLOCK)
        tables = replace(tables, appointments=tables.appointments[:meetings])
        write_team_workbook(path, tables, CLOCK, large=True)
        print(f"{cases} cases, {len(tables.appointments)} appointments, {path.stat().st_size >> 20} MB")
        del tables
        for name, job in _CANDIDATES:
            answers = context.SimpleQueue()
            process = context.Process(target=_measured, args=(job, path, answers))
            process.start()
            seconds, laps, peak, before = answers.get()
            process.join()
            shares = ", ".join(f"{lap} {value:.1f} s" for lap, value in laps.items())
            print(f"{name:8}{seconds:6.1f} s{peak:8.0f} MB (of it {before:.0f} MB libraries): {shares}")


if __name__ == "__main__":
    main()
