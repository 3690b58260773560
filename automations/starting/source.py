"""Reading the team's own workbook before there is a site: a file, or whatever kind a URL names."""

from __future__ import annotations

from pathlib import Path

from automations.config import Site, SiteFile, WorkbookSettings
from automations.starting.site_files import Source
from automations.tables.columns import Columns
from automations.workbooks.opening import read_bytes
from automations.workbooks.protocol import RawWorkbook
from automations.workbooks.reading import read_workbook
from automations.world import open_workbooks


def read_source(source: Source, folder: Path, columns: Columns) -> RawWorkbook:
    """The workbook as it stands. Raises WorkbookError with one sentence where it cannot be read."""
    if source.path is not None:
        return read_workbook("team", read_bytes(source.path), source.path)
    settings = SiteFile(workbooks={"team": WorkbookSettings(url=source.url)})
    return open_workbooks(Site(folder, settings, columns, {}, {}))["team"].read()
