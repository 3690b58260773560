"""Snapshots read from tabs of a team's own, as columns.toml declares them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from automations.config.files import completed
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot
from automations.model.values import Value
from automations.tables.columns import Columns
from automations.tables.snapshot import read_tables
from automations.workbooks.protocol import RawTab, RawWorkbook

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=ZoneInfo("Europe/Berlin"))


def own_columns(text: str) -> Columns:
    """The shipped columns.toml with a site's own lines over it."""
    return Columns.model_validate(completed("columns.toml", tomllib.loads(text)))


def own_snapshot(
    text: str,
    tabs: Mapping[str, Sequence[Sequence[Value]]],
    now: datetime = NOW,
    known: Mapping[str, Mapping[str, str]] | None = None,
    formulas: Mapping[str, Mapping[tuple[int, int], str]] | None = None,
    language: str = "de",
) -> Snapshot:
    """The snapshot of a workbook with these tabs (name -> rows, headings first; name -> formulas)."""
    columns = own_columns(text)
    raws = tuple(RawTab(name, name, rows, (formulas or {}).get(name, {})) for name, rows in tabs.items())
    homes = dict.fromkeys(columns.specs, "team")
    return read_tables(
        {"team": RawWorkbook("team", "r", raws)}, columns, SiteFacts(language=language), homes, now, known or {}
    )
