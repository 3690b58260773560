"""A small site on a real .xlsx: tabs as rows, config as text, runs as `kim run` does them."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import openpyxl

from automations.common.shipped import config_folder
from automations.config.loading import load_site
from automations.engine.applied import RunResult
from automations.engine.outcomes import Prepared
from automations.engine.parts import World, open_world
from automations.engine.runner import plan, run
from automations.engine.undo import Undone, undo
from tests.support.shelf import copied
from tests.support.xlsx_files import make_file

BERLIN = ZoneInfo("Europe/Berlin")
SITE = """
[site]
name = "Beratung Musterstadt"
settle_minutes = 0
phone = "02323 160"
mail_from = "Beratung <beratung@stadt.test>"
approved_languages = ["de", "ar"]
[workbooks.team]
path = "Team.xlsx"
[mail]
transport = "folder"
folder = "outbox"
"""
CASES = [
    "Fall-Nr.", "Eingang", "Nachname", "Vorname", "Geburtsdatum", "Sprachen", "E-Mail", "Telefon", "Kontaktweg",
    "E-Mail-Einwilligung am", "Vermittelt durch", "Phase", "Zuständig", "Erstkontakt am",
    "Aufenthaltstitel gültig bis", "Abgeschlossen am", "Prüfhinweis",
]  # fmt: skip
VISITS = ["Termin-Nr.", "Fall-Nr.", "Datum", "Uhrzeit", "Ort", "Beratung durch", "Status", "Prüfhinweis"]
TEAM = [
    ["Kürzel", "Name", "E-Mail", "Rolle", "Sprachen"],
    ["AB", "Anna Beispiel", "ab@stadt.test", "Teamleitung", "Deutsch"],
    ["CD", "Cem Demo", "cd@verband.test", None, "Arabisch"],
]
FEW_TABS = "\n[summarise.tabs]\n" + "".join(
    f'{name} = ""\n'
    for name in ("overview", "workload", "waiting", "appointments", "guide", "overview_managers", "naturalisation",
                 "land_report")
)  # fmt: skip
"""For automations.toml: none of the tabs of figures, which a test of something else need not draw in each run."""
DECISIONS = ["Nr.", "Frage", "Vorschlag", "Anlass", "Entscheidung", "durch", "erledigt am"]

ALWAYS: dict[str, Sequence[Sequence[Any]]] = {
    "Fälle": [CASES], "Termine": [VISITS], "Team": TEAM, "Entscheidungen": [DECISIONS],
}  # fmt: skip


def case(number: str, **cells: Any) -> list[Any]:
    """A row of the cases: consent given, reachable by mail, unless `cells` (heading -> value) say otherwise."""
    usual: dict[str, Any] = {
        "Fall-Nr.": number, "Eingang": date(2026, 1, 7), "Nachname": f"N{number}", "Vorname": f"V{number}",
        "E-Mail": f"{number.casefold()}@post.test", "Kontaktweg": "E-Mail",
        "E-Mail-Einwilligung am": date(2026, 1, 8), "Phase": "Begleitung", "Zuständig": "AB", "Sprachen": "Deutsch",
    }  # fmt: skip
    return [{**usual, **cells}.get(heading) for heading in (*CASES, *(name for name in cells if name not in CASES))]


@dataclass
class OwnSite:
    """A site in a folder. With `few_tabs` it has of kim's tabs those of problems, calls and runs, unless its
    automations.toml says something of [summarise]."""

    folder: Path
    few_tabs: bool = field(default=True, kw_only=True)
    _kept: tuple[tuple[int, ...], openpyxl.Workbook] | None = field(default=None, init=False, repr=False, compare=False)

    def write(self, **files: str) -> None:
        """Config files by name without ".toml"."""
        (self.folder / "config").mkdir(parents=True, exist_ok=True)
        given = files.get("automations")
        if self.few_tabs and given is None and not (self.folder / "config" / "automations.toml").exists():
            given = (config_folder() / "automations.toml").read_text(encoding="utf-8")
            files["automations"] = given + FEW_TABS
        elif self.few_tabs and given is not None and "[summarise" not in given:
            files["automations"] = given + FEW_TABS
        for name, text in files.items():
            (self.folder / "config" / f"{name}.toml").write_text(text, encoding="utf-8")

    def start(
        self, tabs: Mapping[str, Sequence[Sequence[Any]]], *, met: str = "", site: str = SITE, **files: str
    ) -> Self:
        """Its config, its workbook, and the day on which it `met` that workbook, where one is said. In an empty folder
        such a day is lived once a session (tests/support/shelf.py)."""
        if met and type(self) is OwnSite and not any(self.folder.iterdir()):
            told = {name: value for name, value in os.environ.items() if name.startswith("KIM_")}
            made = ("own site", self.few_tabs, tabs, met, site, files, told)
            copied(
                made, lambda place: OwnSite(place, few_tabs=self.few_tabs)._begin(tabs, met, site, files), self.folder
            )
        else:
            self._begin(tabs, met, site, files)
        return self

    def _begin(
        self, tabs: Mapping[str, Sequence[Sequence[Any]]], met: str, site: str, files: Mapping[str, str]
    ) -> None:
        self.write(site=site, **files)
        self.book(tabs)
        if met:
            self.met(met)

    def world(self, now: datetime) -> AbstractContextManager[World]:
        """The site as a command opens it."""
        return open_world(load_site(self.folder), now)

    def book(self, tabs: Mapping[str, Sequence[Sequence[Any]]]) -> None:
        """The workbook with these tabs; those of the team and of decisions come with them."""
        make_file(self.path, {**ALWAYS, **tabs})

    def add(self, tabs: Mapping[str, Sequence[Sequence[Any]]]) -> None:
        """A person adds tabs."""

        def change(book: openpyxl.Workbook) -> None:
            for name, rows in tabs.items():
                sheet = book.create_sheet(name)
                for row in rows:
                    sheet.append(list(row))

        self.edit(change)

    @property
    def path(self) -> Path:
        return self.folder / "Team.xlsx"

    def opened(self) -> openpyxl.Workbook:
        """The file as openpyxl reads it, which knows less of it than Excel."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(self.path)

    def edit(self, change: Callable[[openpyxl.Workbook], object]) -> None:
        """A person changes the workbook and saves it."""
        book = self.opened()
        change(book)
        book.save(self.path)

    def rows(self, tab: str) -> list[dict[str, Any]]:
        """The rows of a tab as they stand in the file, by heading."""
        head, *rows = self._read()[tab].values
        return [{str(name): _day(cell) for name, cell in zip(head, row, strict=False)} for row in rows]

    def cells(self, tab: str) -> list[list[Any]]:
        """All cells of a tab."""
        return [[_day(cell) for cell in row] for row in self._read()[tab].values]

    def tabs(self) -> list[str]:
        return list(self._read().sheetnames)

    def _read(self) -> openpyxl.Workbook:
        """The file for reading alone, parsed once as long as it is the same."""
        stat = self.path.stat()
        mark = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if self._kept is None or self._kept[0] != mark:
            self._kept = mark, self.opened()
        return self._kept[1]

    def type(self, tab: str, key: str, **cells: Any) -> None:
        """A person types into the row whose first cell is the key; a new row where there is none."""
        made = self.opened()
        sheet = made[tab]
        head = [cell.value for cell in sheet[1]]
        line = next((row[0].row for row in sheet.iter_rows(min_row=2) if row[0].value == key), sheet.max_row + 1)
        for name, value in {head[0]: key, **cells}.items():
            sheet.cell(line, head.index(name) + 1).value = value
        made.save(self.path)

    def run(self, at: str, *jobs: str) -> RunResult:
        """`kim run --at`."""
        now = moment(at)
        with self.world(now) as world:
            return run(world, lambda: now, jobs)

    def plan(self, at: str, *jobs: str) -> Prepared:
        """`kim plan --at`."""
        now = moment(at)
        with self.world(now) as world:
            return plan(world, lambda: now, jobs)

    def undo(self, run_id: str, at: str) -> Undone:
        """`kim undo`."""
        now = moment(at)
        with self.world(now) as world:
            return undo(world, run_id, lambda: now)

    def met(self, at: str) -> None:
        """The site meets the workbook two days before a moment: what is due then is none of its business."""
        before = moment(at) - timedelta(days=2)
        with suppress(FileNotFoundError), self.world(before) as world:
            run(world, lambda: before)

    def mails(self) -> list[EmailMessage]:
        """All mails that were laid down, oldest first."""
        found = sorted((self.folder / "outbox").glob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name))
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]  # type: ignore[arg-type,misc]


def moment(at: str) -> datetime:
    """A local moment of the site."""
    return datetime.fromisoformat(at).replace(tzinfo=BERLIN)


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) and value.time() == datetime.min.time() else value


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
