"""A changed copy of a workbook file beside it, and the proof that it says what it should: what was edited is read back,
and what holds the same bytes as before needs no reading."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from pathlib import Path

from automations.common.limits import give_back
from automations.model.tabdoc import TabDoc
from automations.model.values import Value, same
from automations.workbooks.cellrefs import constant
from automations.workbooks.outcomes import free_name
from automations.workbooks.positions import cell
from automations.workbooks.protocol import RawTab, RawWorkbook, WorkbookError
from automations.workbooks.refusals import Refusal
from automations.workbooks.stores.opening import revision_of
from automations.workbooks.wanted_changes import Cells, Wanted
from automations.workbooks.xlsx import marks
from automations.workbooks.xlsx.changes import Changes
from automations.workbooks.xlsx.package import Package
from automations.workbooks.xlsx.reading import read_workbook
from automations.workbooks.xlsx.remembered import Sketches


def build(path: Path, target: Path, wanted: Wanted, sketches: Sketches) -> bool:
    """Write the changed copy of `path` to `target`; False where nothing is left to change.

    Groups and tabs that the format refuses are taken out of `wanted` and noted there. Raises
    WorkbookError where the workbook as a whole refuses."""
    while wanted.changes_anything():
        try:
            build_once(path, target, wanted, sketches)
        except TabRefused as refused:
            wanted.docs.remove(refused.doc)
            wanted.refused[refused.doc.id] = refused.error
        except Refusal as error:
            # Begun anew without what was refused, as a draft is changed in place; what cannot be left out refuses the
            # whole.
            if not wanted.refuse((error, *error.also)):
                raise
        else:
            return True
    return False


class TabRefused(Exception):  # noqa: N818 - never leaves this room
    """A tab that the format refuses."""

    def __init__(self, doc: TabDoc, error: Refusal) -> None:
        super().__init__(doc.id)
        self.doc, self.error = doc, error


def build_once(path: Path, target: Path, wanted: Wanted, sketches: Sketches) -> None:
    """Write the changed copy of `path` to `target`. Raises Refusal, and TabRefused for a tab."""
    with Package(path) as package, tempfile.TemporaryDirectory(prefix="kim-") as folder:
        changes = Changes(package, offered=True)
        for tab, cells in wanted.cells().items():
            changes.set_cells(tab, cells)
        for tab, rows in wanted.rows().items():
            changes.append_rows(tab, rows)
        names = [tab.name for tab in wanted.before.tabs]
        for number, doc in enumerate(wanted.docs):
            scratch = Path(folder) / f"{number}.xlsx"
            sketches.draw(doc, scratch, wanted.resolver(), wanted.language)
            try:
                names.append(_graft(changes, doc, scratch, wanted.before, names))
            except Refusal as error:
                raise TabRefused(doc, error) from error
        if wanted.before.ledger != wanted.ledger:
            changes.set_name(marks.LEDGER_NAME, constant(wanted.ledger), hidden=True)
        changes.write(target)


def _graft(changes: Changes, doc: TabDoc, scratch: Path, before: RawWorkbook, names: list[str]) -> str:
    ours = next((tab.name for tab in before.tabs if tab.mark and tab.mark.id == doc.id), None)
    name = ours or free_name(doc.title, names)
    changes.graft(name, scratch, replace=ours)
    stand = doc.stand.isoformat() if doc.stand else ""
    # Two names: one follows the tab through renames, the other says which document it shows.
    changes.set_name(marks.tab_name(doc.id), marks.points_to(name), hidden=True)
    changes.set_name(marks.mark_name(doc.id), marks.mark_text(doc.id, doc.fingerprint(), stand), hidden=True)
    return name


def verify(path: Path, data: bytes, wanted: Wanted, known: Collection[str] = ()) -> RawWorkbook:
    """Read the copy of `path` back, and give what was read: edited cells hold their new values, all others of their
    tabs what they held, no tab is missing. The tabs in `known` are known to hold what they should: they are not read
    again. Raises WorkbookError (code "not_verified") where anything differs."""
    wish = wanted.wish()
    give_back(len(data))  # what building it took is not held beside what reading it takes
    after = read_workbook(wanted.before.name, data, path, lambda name, key: name not in known and wish(name, key))
    found = {tab.name: tab for tab in after.tabs}
    # Tabs may have come, and none may be gone.
    fine = set(found) >= {tab.name for tab in wanted.before.tabs} and after.ledger == wanted.ledger
    expected = _expected(wanted)
    for tab in wanted.before.tabs:
        # Tabs of ours were drawn whole; that they are there, and marked, is asked below.
        seen = tab.mark is not None or tab.name in known
        fine = fine and (seen or _as_expected(tab, found[tab.name], expected.get(tab.name, {})))
    if not fine or not {doc.id for doc in wanted.docs} <= {tab.mark.id for tab in after.tabs if tab.mark}:
        raise WorkbookError(
            "The changed copy of {file} did not read back as it should, so the workbook was left as it is.",
            "Please report this: it is a fault of kim.",
            code="not_verified",
            values={"file": path.name},
        )
    return after


def _expected(wanted: Wanted) -> Cells:
    """What cells of which tabs should hold."""
    expected = wanted.cells()
    for name, rows in wanted.rows().items():
        expected.setdefault(name, {}).update({(row, c): value for row, new in rows for c, value in new.items()})
    return expected


def untouched(source: Path, copy: Path, wanted: Wanted) -> frozenset[str]:
    """The tabs that a copy of `source` holds as they were, and was to leave as they are."""
    if revision_of(source.read_bytes()) != wanted.before.revision:
        return frozenset()  # somebody has just saved: nothing is known of what stood there
    return same_tabs(source, copy) - _expected(wanted).keys()


def _as_expected(before: RawTab, after: RawTab, cells: dict[tuple[int, int], Value]) -> bool:
    rows = {row for row, _ in cells}
    # kim never writes a formula or merges cells: whatever differs there is a fault of the patcher.
    if before.formulas != after.formulas or before.merged != after.merged:
        return False
    for number in range(1, max(len(before.rows), len(after.rows)) + 1):
        old = before.rows[number - 1] if number <= len(before.rows) else ()
        new = after.rows[number - 1] if number <= len(after.rows) else ()
        if number not in rows and list(old) != list(new):
            return False
        # Cell by cell only there: all others are compared as whole rows, which is far quicker.
        if number in rows and not _row_as_expected(before, after, number, cells):
            return False
    return True


def _row_as_expected(before: RawTab, after: RawTab, row: int, cells: dict[tuple[int, int], Value]) -> bool:
    width = max(len(tab.rows[row - 1]) if row <= len(tab.rows) else 0 for tab in (before, after))
    places = ((row, column) for column in range(1, width + 1))
    return all(same(cell(after, *place), cells.get(place, cell(before, *place))) for place in places)


# What the cells of all tabs count in: with other formats a number is a date, with other texts all is another.
_COUNTED_IN = ("styles", "sharedStrings")


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
