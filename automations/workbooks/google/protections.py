"""What people protected in a spreadsheet, so that it is left out of a write instead of stopping it.

Google refuses a batch as a whole where one request touches what the account may not edit. It says beforehand what
that is (`ProtectedRange.requestingUserCanEdit`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from automations.workbooks.cellrefs import Box, Position, cell_name
from automations.workbooks.google.locking import is_lock
from automations.workbooks.refusals import Refusal
from automations.workbooks.wanted_changes import Wanted


class Protection(Struct, frozen=True):
    """Cells of a tab that the account may not edit, and those among them that are free all the same."""

    area: Box
    free: tuple[Box, ...] = ()

    def shuts(self, place: Position) -> bool:
        """Whether a cell may not be edited."""
        return self.area.covers(place) and not any(box.covers(place) for box in self.free)


def protections(sheet: Mapping[str, Any]) -> tuple[Protection, ...]:
    """The protections of a tab (Sheet of the API) that shut the account out. Warnings shut nobody out, and locks of
    kim's own go by themselves."""
    size = sheet["properties"].get("gridProperties", {})
    return tuple(
        Protection(
            box_of(item.get("range", {}), size), tuple(box_of(hole, size) for hole in item.get("unprotectedRanges", ()))
        )
        for item in sheet.get("protectedRanges", ())
        if not item.get("warningOnly")
        and not item.get("requestingUserCanEdit")
        and not is_lock(str(item.get("description", "")))
    )


def box_of(area: Mapping[str, int], size: Mapping[str, int]) -> Box:
    """A GridRange (from 0, end exclusive, open where missing), counted from 1."""
    bottom, right = size.get("rowCount", 0), size.get("columnCount", 0)
    return Box(
        area.get("startRowIndex", 0) + 1,
        area.get("startColumnIndex", 0) + 1,
        area.get("endRowIndex", bottom),
        area.get("endColumnIndex", right),
    )


def leave_out(wanted: Wanted, shut: Mapping[str, Sequence[Protection]], account: str) -> None:
    """Take out of a write the tabs and groups that touch what is protected, and name them. `shut` are the
    protections by tab, `account` is who would have to be let in."""
    ours = {tab.mark.id: tab.name for tab in wanted.before.tabs if tab.mark}
    for doc in list(wanted.docs):
        # A tab is rewritten as a whole, so one closed cell closes all of it.
        if shut.get(ours.get(doc.id, "")):
            wanted.docs.remove(doc)
            wanted.refused[doc.id] = Refusal("tab_shut", tab=ours[doc.id], account=account)
    while found := dict(_closed(wanted, shut, account)):  # what is taken out makes the rows of others move up
        for group, refusal in found.items():
            wanted.leave_out(group, refusal)


def _closed(wanted: Wanted, shut: Mapping[str, Sequence[Protection]], account: str) -> Iterator[tuple[str, Refusal]]:
    formulas = {tab.name: tab.formulas for tab in wanted.before.tabs}
    rows = wanted.rows()
    for decision in wanted.live():
        places = list(wanted.places(decision, rows))
        for place in places:
            if decision.append is not None and place in formulas[decision.tab]:
                yield decision.group.id, Refusal("formula", cell=cell_name(*place), tab=decision.tab)
            elif any(protection.shuts(place) for protection in shut.get(decision.tab, ())):
                yield decision.group.id, Refusal("shut", cell=cell_name(*place), tab=decision.tab, account=account)
