"""A site of a few rows, made of lists: what most tests of whole runs need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from automations.config.loading import load_site
from automations.config.site import Site
from automations.model.values import Value
from automations.workbooks.xlsx.backend import XlsxWorkbook
from tests.support.own_site import BERLIN, FEW_TABS, OwnSite
from tests.support.xlsx_files import make_file

DAY = datetime(2024, 10, 31, 7, 0, tzinfo=BERLIN)
CASES = (
    "Fall-Nr.", "Eingang", "Nachname", "Vorname", "Geburtsdatum", "Sprachen", "E-Mail", "Kontaktweg",
    "E-Mail-Einwilligung am", "Phase", "Phase seit", "Zuständig", "Zuständig seit", "Begründung", "Prüfhinweis",
)  # fmt: skip
VISITS = ("Termin-Nr.", "Fall-Nr.", "Datum", "Uhrzeit", "Ort", "Beratung durch", "Status", "Erinnert am")
TEAM = ("Kürzel", "Name", "E-Mail", "Telefon", "Sprachen", "Kapazität", "Aktiv")
PLACES = ("Name", "Anschrift", "Telefon")
ASKED = ("Nr.", "Frage", "Vorschlag", "Anlass", "Entscheidung", "durch", "erledigt am")

Row = Mapping[str, Value]


def case(number: int | None, **more: Value) -> dict[str, Value]:
    """A usable case; `number` None is a row that has none yet."""
    seed = number or 99
    return {
        "Fall-Nr.": f"K-{number}" if number else None, "Eingang": date(2024, 10, 1), "Nachname": f"Familie{seed}x",
        "Vorname": f"Name{seed}y", "Geburtsdatum": date(1970, 1, seed % 28 + 1), "Sprachen": "Deutsch", "Phase": "Neu",
        **more,
    }  # fmt: skip


def reachable(number: int) -> dict[str, Value]:
    """What a case needs to get mails."""
    return {"E-Mail": f"k{number}@example.org", "Kontaktweg": "E-Mail", "E-Mail-Einwilligung am": date(2024, 1, 2)}


def colleague(code: str, **more: Value) -> dict[str, Value]:
    """Somebody who can take cases."""
    return {
        "Kürzel": code, "Name": f"Frau {code}", "E-Mail": f"{code.lower()}@team.example.org", "Telefon": "0201 4710100",
        "Sprachen": "Deutsch", "Kapazität": 20, "Aktiv": "ja", **more,
    }  # fmt: skip


def tables(
    cases: Sequence[Row], visits: Sequence[Row] = (), *, headings: Mapping[str, str] | None = None
) -> dict[str, list[list[Value]]]:
    """The tabs of the workbook. `headings` are other names for columns of the cases."""
    other = headings or {}
    place = {"Name": "Büro Nord", "Anschrift": "Musterweg 1, 44649 Musterstadt", "Telefon": "0201 4710100"}
    team = [colleague("AA"), colleague("BB")]
    named = [*zip(("Fälle", "Termine", "Team", "Standorte", "Entscheidungen"),
                  (CASES, VISITS, TEAM, PLACES, ASKED), (cases, visits, team, [place], []), strict=True)]  # fmt: skip
    return {
        tab: [[other.get(name, name) for name in columns], *([row.get(name) for name in columns] for row in rows)]
        for tab, columns, rows in named
    }


def small_site(
    folder: Path, cases: Sequence[Row], visits: Sequence[Row] = (), *, headings: Mapping[str, str] | None = None,
    ask_first: bool = False, few_tabs: bool = False,
) -> Site:  # fmt: skip
    """The site's folder with its two workbooks, mails into a folder, no resting time. `few_tabs`: without kim's tabs of
    figures, for tests of many runs."""
    made = OwnSite(folder)
    make_file(made.path, tables(cases, visits, headings=headings))
    make_file(folder / "Leitung.xlsx", {"Leer": [["-"]]})
    made.write(
        site='[site]\nname = "Beratung"\nsettle_minutes = 0\nphone = "0201 4710100"\nreply_to = "t@example.org"\n'
        'mail_from = "t@example.org"\n[workbooks.team]\npath = "Team.xlsx"\n'
        '[workbooks.managers]\npath = "Leitung.xlsx"\n'
        '[mail]\ntransport = "folder"\nfolder = "mails"\n',
        automations=f"[assign_cases]\nask_first = {str(ask_first).lower()}\n[summarise]\nwarn_standstill = false\n"
        + (FEW_TABS if few_tabs else ""),
    )
    return load_site(folder)


def rows(folder: Path, tab: str) -> list[dict[str, Value]]:
    """A tab of the team's workbook as dicts by the headings of its first row."""
    raw = XlsxWorkbook("team", folder / "Team.xlsx", versions=folder / "v").read()
    grid = next((found.rows for found in raw.tabs if found.name == tab), ())
    return [dict(zip(map(str, grid[0]), row, strict=False)) for row in grid[1:]] if grid else []


def text(folder: Path, tab: str) -> str:
    """All that a tab of the team's workbook says."""
    raw = XlsxWorkbook("team", folder / "Team.xlsx", versions=folder / "v").read()
    grid = next((found.rows for found in raw.tabs if found.name == tab), ())
    return "\n".join(" | ".join(str(value) for value in row if value is not None) for row in grid)
