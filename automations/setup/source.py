"""The team's own workbook before there is a site: a file, or whatever kind a URL names."""

from __future__ import annotations

from pathlib import Path

from automations.config.models import SiteFile, WorkbookSettings
from automations.config.site import Site
from automations.engine.opened_workbooks import open_workbooks
from automations.setup.additions import Additions, FileAdditions
from automations.setup.site_files import Source
from automations.tables.columns import Columns
from automations.workbooks.protocol import RawWorkbook, Workbook, WorkbookError
from automations.workbooks.stores.disk import Disk
from automations.workbooks.stores.opening import read_bytes, workbooks_in
from automations.workbooks.xlsx.backend import StoredWorkbook
from automations.workbooks.xlsx.reading import read_workbook


class TeamWorkbook:
    """What was named by --workbook, and how site.toml calls it. Opened when it is first read."""

    def __init__(self, source: Source, folder: Path, columns: Columns, name: str = "team") -> None:
        self._source, self._folder, self._columns, self._name = source, folder, columns, name
        self._remote: Workbook | None = None

    def read(self) -> RawWorkbook:
        """The workbook as it stands. Raises WorkbookError with one sentence where it cannot be read."""
        path = self._source.path
        if path is None:
            return self._opened().read()
        # A document of Numbers may be a folder.
        if not path.is_file() and path.suffix.lower() != ".numbers":
            raise _nothing_there(path)
        return read_workbook(self._name, read_bytes(path), path)

    def content(self) -> bytes | None:
        """The file as it stands; None where there is none (a Google sheet). Raises WorkbookError."""
        if self._source.path is not None:
            return read_bytes(self._source.path)
        opened = self._opened()
        return opened.store.fetch() if isinstance(opened, StoredWorkbook) else None

    def additions(self) -> Additions | None:
        """What adds columns and tabs to it; None for a kind of workbook that cannot grow."""
        if self._source.path is not None:
            return FileAdditions(Disk(self._source.path))
        opened = self._opened()
        if isinstance(opened, StoredWorkbook):
            return FileAdditions(opened.store)
        return opened if isinstance(opened, Additions) else None

    def _opened(self) -> Workbook:
        if self._remote is None:
            settings = SiteFile(workbooks={self._name: WorkbookSettings(url=self._source.url)})
            self._remote = open_workbooks(Site(self._folder, settings, self._columns, {}, {}))[self._name]
        return self._remote


def _nothing_there(path: Path) -> WorkbookError:
    """The error for a name with no file behind it; workbooks in that folder are named."""
    folder = path.is_dir()
    others = workbooks_in(path if folder else path.parent)
    message = "{file} is a folder, not a workbook." if folder else "There is no file {file}."
    advice = "Please check what was typed after --workbook."
    if others:
        advice = "Please check what was typed after --workbook; in that folder lies: {others}."
    values = {"file": str(path), "others": ", ".join(others)}
    return WorkbookError(message, advice, code="folder" if folder else "missing", values=values)
