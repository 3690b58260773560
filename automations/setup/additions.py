"""Columns and tabs that a team's workbook gets from `kim init`: a file, or what another kind of workbook offers."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, runtime_checkable

from automations.common.errors import why
from automations.workbooks.new_files import NewTab, write_new_workbook
from automations.workbooks.refusals import Refusal
from automations.workbooks.stores.opening import check_kind, revision_of
from automations.workbooks.stores.store import Held, Store, Unclear
from automations.workbooks.xlsx.changes import Changes
from automations.workbooks.xlsx.package import open_package


@runtime_checkable
class Additions(Protocol):
    """A workbook that can grow. Each call is carried out wholly, or raises WorkbookError (Refusal) and
    leaves the workbook as it was."""

    def append_columns(self, tab: str, row: int, headings: Mapping[int, str]) -> None:
        """Headings, by column, right of the last one of the header row."""

    def add_tab(self, tab: NewTab) -> None:
        """A new tab with headings."""


class FileAdditions:
    """The same for a workbook file, wherever it lies, in one replacement a call."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def append_columns(self, tab: str, row: int, headings: Mapping[int, str]) -> None:
        """See `Additions`."""
        self._replace(lambda changes: changes.append_columns(tab, row, headings))

    def add_tab(self, tab: NewTab) -> None:
        """See `Additions`."""
        with tempfile.TemporaryDirectory(prefix="kim-") as folder:
            # Made as a file of its own and grafted in: the team's workbook is never opened by a library that would lose
            # parts of it.
            scratch = Path(folder) / "tab.xlsx"
            write_new_workbook(scratch, [tab])
            self._replace(lambda changes: changes.graft(tab.name, scratch))

    def _replace(self, change: Callable[[Changes], object]) -> None:
        name = self._store.label.name
        try:
            with self._store.turn("kim init") as turn:
                data = turn.fetch()
                check_kind(data, self._store.label)
                with open_package(turn.source) as package:
                    changes = Changes(package)
                    change(changes)
                    changes.write(turn.copy)
                turn.secure()
                # Compared once more while the store's lock is held: somebody may have saved since it was fetched.
                if not turn.replace(revision_of(data), revision_of(turn.copy.read_bytes())):
                    raise Refusal("changed", path=name)
        except Held as held:
            raise Refusal("open", path=name) from held
        except Unclear as unclear:
            raise Refusal("unanswered", path=name) from unclear
        except OSError as error:
            raise Refusal("unwritable", path=name, reason=why(error)) from error
