"""Which tabs of two copies of a workbook hold the same bytes: of these no cell can read otherwise."""

from __future__ import annotations

from pathlib import Path

from automations.workbooks.xlsx.package import Package

_COUNTED_IN = ("styles", "sharedStrings")
"""What the cells of all tabs count in: with other formats a number is a date, with other texts all is another."""


def same_tabs(one: Path, other: Path) -> frozenset[str]:
    """The names of the tabs with cells whose part is the same in both files, byte for byte, and so is all that their
    cells count in. Raises Refusal."""
    with Package(one) as before, Package(other) as after:
        shared = ((before.related(before.workbook_part, kind), after.related(after.workbook_part, kind))
                  for kind in _COUNTED_IN)  # fmt: skip
        if before.date1904 != after.date1904 or not all(_same(before, after, *parts) for parts in shared):
            return frozenset()
        places = {sheet.name: sheet.part for sheet in before.all_sheets if sheet.kind == "worksheet"}
        return frozenset(
            sheet.name
            for sheet in after.all_sheets
            if sheet.name in places and _same(before, after, places[sheet.name], sheet.part)
        )


def _same(before: Package, after: Package, one: str | None, other: str | None) -> bool:
    """Whether a part is called the same and holds the same in both; a part that neither has is the same."""
    if one != other or one is None:
        return one == other
    first, second = before.member(one), after.member(one)
    if first is None or second is None:
        return first == second
    return before.archive.packed(first) == after.archive.packed(second)
