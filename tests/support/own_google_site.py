"""The same small site whose workbook is a Google sheet on the emulator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import structs

from automations.engine.parts import World
from automations.workbooks.protocol import RawTab
from tests.sheets_emulator import Emulator
from tests.support.google_sheets import Clock, SheetDesk, new_sheet, open_sheet
from tests.support.own_site import ALWAYS, OwnSite


class GoogleOwnSite(OwnSite):
    """`OwnSite` on an emulator; people type in the browser."""

    def __init__(self, folder: Path, google: Emulator) -> None:
        super().__init__(folder)
        self.google, self.sheet, self.clock = google, "", Clock()

    @contextmanager
    def world(self, now: datetime) -> Iterator[World]:
        """See OwnSite."""
        with super().world(now) as world:
            yield structs.replace(world, workbooks={"team": open_sheet(self.google, self.sheet, self.clock)})

    def book(self, tabs: Mapping[str, Sequence[Sequence[Any]]]) -> None:
        """See OwnSite."""
        self.sheet = new_sheet(self.google, {**ALWAYS, **tabs})

    def desk(self) -> SheetDesk:
        """A colleague."""
        return SheetDesk(self.google.person("team", self.sheet))

    def _tabs(self) -> Mapping[str, RawTab]:
        raw = open_sheet(self.google, self.sheet, self.clock, user="team").read()
        return {tab.name: tab for tab in raw.tabs}

    def cells(self, tab: str) -> list[list[Any]]:
        """See OwnSite."""
        return [list(row) for row in self._tabs()[tab].rows]

    def tabs(self) -> list[str]:
        """See OwnSite."""
        return list(self._tabs())

    def rows(self, tab: str) -> list[dict[str, Any]]:
        """See OwnSite."""
        head, *rows = self.cells(tab)
        return [{str(name): row[n] if n < len(row) else None for n, name in enumerate(head)} for row in rows]

    def type(self, tab: str, key: str, **cells: Any) -> None:
        """See OwnSite."""
        head, *rows = self.cells(tab)
        found = [n for n, row in enumerate(rows, start=2) if row and row[0] == key]
        for name, value in {head[0]: key, **cells}.items():
            self.desk().type(tab, found[0] if found else len(rows) + 2, head.index(name) + 1, value)
