"""Single cells of a workbook changed, with everything else in the file kept as it is.

Why: docs/decisions/01-patch-cells.md
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from automations.model.values import Value
from automations.workbooks.cellrefs import parse_cell
from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.changes import Changes
from automations.workbooks.xlsx.package import Package, open_package

__all__ = ["Changes", "Package", "Refusal", "open_package", "patch"]


def patch(source: Path | str, target: Path | str, edits: Mapping[str, Mapping[str, Value]]) -> None:
    """Write `source` to `target` with cells changed: `edits = {tab: {"B7": value}}`.

    Values are text, numbers, booleans, dates, times (wall clock, no zone) or None, which clears the
    cell and keeps its format. Dates keep the date format of their cell or column. Every part but the
    edited sheets keeps its bytes; the formats grow where a date needs one. Raises `Refusal`, and
    nothing else for a file or an edit that is not safe; `target` is then as it was.
    """
    with open_package(source) as package:
        changes = Changes(package)
        for tab, cells in edits.items():
            changes.set_cells(tab, {parse_cell(reference): value for reference, value in cells.items()})
        changes.write(Path(target))
