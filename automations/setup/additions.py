"""Columns and tabs that a team's workbook gets from `kim init`: a file, or what another kind of workbook offers."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, runtime_checkable

from automations.workbooks.new_files import NewTab, write_new_workbook
from automations.workbooks.stores.locks import holders
from automations.workbooks.stores.opening import revision_of
from automations.workbooks.stores.replacing import copy_name, file_revision, make_durable, replace
from automations.workbooks.xlsx.patching import Changes, Refusal, open_package

_EVERY_LOCK_COUNTS = 0.0  # seconds since the epoch: no lock is older, so none is taken for stale


@runtime_checkable
class Additions(Protocol):
    """A workbook that can grow. Each call is carried out wholly, or raises WorkbookError (Refusal) and
    leaves the workbook as it was."""

    def append_columns(self, tab: str, row: int, headings: Mapping[int, str]) -> None:
        """Headings, by column, right of the last one of the header row."""

    def add_tab(self, tab: NewTab) -> None:
        """A new tab with headings."""


class FileAdditions:
    """The same for a workbook file, in one replacement a call."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append_columns(self, tab: str, row: int, headings: Mapping[int, str]) -> None:
        """See `Additions`."""
        self._replace(lambda changes: changes.append_columns(tab, row, headings))

    def add_tab(self, tab: NewTab) -> None:
        """See `Additions`."""
        with tempfile.TemporaryDirectory(prefix="kim-") as folder:
            scratch = Path(folder) / "tab.xlsx"
            write_new_workbook(scratch, [tab])
            self._replace(lambda changes: changes.graft(tab.name, scratch))

    def _replace(self, change: Callable[[Changes], object]) -> None:
        path = self._path
        if holders(path, _EVERY_LOCK_COUNTS):
            raise Refusal("open", path=path.name)
        before, copy = file_revision(path), copy_name(path, "kim init")
        try:
            with open_package(path) as package:
                changes = Changes(package)
                change(changes)
                changes.write(copy)
            make_durable(copy, path)
            if not replace(copy, path, before, revision_of(copy.read_bytes())):
                raise Refusal("changed", path=path.name)
        except OSError as error:
            raise Refusal("unwritable", path=path, reason=error.strerror or error) from error
        finally:
            copy.unlink(missing_ok=True)
