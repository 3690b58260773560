"""Reading the team's own workbook before there is a site: a file, or whatever kind a URL names."""

from __future__ import annotations

from pathlib import Path

from automations.config import Site, SiteFile, WorkbookSettings
from automations.starting.site_files import Source
from automations.tables.columns import Columns
from automations.workbooks.opening import read_bytes
from automations.workbooks.protocol import RawWorkbook, WorkbookError
from automations.workbooks.reading import read_workbook
from automations.world import open_workbooks


def read_source(source: Source, folder: Path, columns: Columns) -> RawWorkbook:
    """The workbook as it stands. Raises WorkbookError with one sentence where it cannot be read."""
    if source.path is not None and not source.path.is_file():
        advice = "Please check what was typed after --workbook."
        raise WorkbookError("There is no file {file}.", advice, code="missing", values={"file": str(source.path)})
    if source.path is not None:
        return read_workbook("team", read_bytes(source.path), source.path)
    settings = SiteFile(workbooks={"team": WorkbookSettings(url=source.url)})
    return open_workbooks(Site(folder, settings, columns, {}, {}))["team"].read()
