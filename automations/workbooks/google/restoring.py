"""Puts back what stood in cells that were written by mistake, while people go on moving rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

from automations.model.values import Value
from automations.workbooks.cellrefs import Position
from automations.workbooks.google.account import Account, Elsewhere
from automations.workbooks.google.changes import cell_requests
from automations.workbooks.google.client import Rejected
from automations.workbooks.google.locking import Held
from automations.workbooks.google.reading import State
from automations.workbooks.google.verifying import Slip, alike, line_of, stood, undone
from automations.workbooks.positions import find_table
from automations.workbooks.protocol import WorkbookError

ROUNDS = 5  # how often a repair that missed its row itself is followed by another


class Repair(Struct):
    """What could not be put back, and the spreadsheet as last seen."""

    state: State
    left: list[Slip] = field(default_factory=list)


def take_back(account: Account, lost: Sequence[Slip], state: State, token: str) -> Repair:
    """Put back all that can be found again; each repair is verified like the write that made it necessary."""
    repair, open_slips = Repair(state), list(lost)
    for _ in range(ROUNDS):
        if not open_slips:
            return repair
        try:
            open_slips = _round(account, open_slips, repair, token)
        except (Rejected, WorkbookError, Elsewhere):
            # What is left is told to people, whatever went wrong with putting it right.
            break
    repair.left += open_slips
    return repair


def _round(account: Account, lost: Iterable[Slip], repair: Repair, token: str) -> list[Slip]:
    """One lock, one batch; what is still wrong afterwards."""
    lost = list(lost)
    acquired = account.acquire(_areas(lost, repair.state), token)
    if isinstance(acquired, Held):
        return lost
    found = [(slip, undone(slip, acquired.state)) for slip in lost]
    plan = [(slip, cells) for slip, cells in found if cells]
    repair.left += [slip for slip, cells in found if not cells]
    requests = [
        request
        for slip, cells in plan
        for grid in acquired.state.grids.values()
        if str(grid.id) == slip.tab
        for request in cell_requests(grid.id, cells, grid.types)
    ]
    release = acquired.lock.release() if acquired.lock else []
    # Without right to a lock, and nothing found again: there is nothing to send.
    if not requests and not release:
        return []
    repair.state = account.change([*requests, *release], repeatable=acquired.lock is not None)
    # Several repairs may be about one row: judged one by one, each would find the others' cells wrong.
    together: dict[tuple[str, int], dict[int, Value]] = {}
    for slip, cells in plan:
        for (row, column), value in cells.items():
            together.setdefault((slip.tab, row), {})[column] = value
    return [wrong for slip, cells in plan for wrong in _missed(slip, cells, together, acquired.state, repair.state)]


def _missed(
    slip: Slip,
    cells: Mapping[Position, Value],
    together: Mapping[tuple[str, int], Mapping[int, Value]],
    before: State,
    after: State,
) -> list[Slip]:
    """What a repair that landed in another row leaves to do: the first mistake, and its own. `together`
    are all repairs by tab and row."""
    row = next(iter(cells))[0]
    wanted = list(line_of(before, slip.tab, row))
    written = together[slip.tab, row]
    for column, value in written.items():
        wanted += [None] * (column - len(wanted))
        wanted[column - 1] = value
    now = line_of(after, slip.tab, row)
    # The repair's answer was lost, not the repair.
    if alike(now, wanted):
        return []
    table = find_table(before.raw, slip.layout, drafts=False)
    tab = next((tab for tab in after.raw.tabs if tab.id == slip.tab), None)
    restore = stood(table, tab, row, cells, written) if table and tab else None
    return [slip, Slip(slip.group, slip.tab, slip.layout, cells, restore, now)]


def _areas(lost: Iterable[Slip], state: State) -> list[Mapping[str, int]]:
    tabs = {slip.tab for slip in lost}
    return [state.to_lock(tab) for tab in state.raw.tabs if tab.id in tabs]
