"""Takes the cell changes of a run back, where nobody changed them since, and sees that they stay so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, structs

from automations.engine.applied import Applied
from automations.engine.apply import settle_open_writes, write_once
from automations.engine.known_columns import rows_known
from automations.engine.lock import site_lock
from automations.engine.outcomes import Refused
from automations.engine.parts import Clock, World
from automations.engine.runner import new_run_id
from automations.engine.whereabouts import place_trouble, settle_in
from automations.model.layout import Base
from automations.model.plan import EditGroup, Veto
from automations.model.runs import RunRecord
from automations.model.values import RowKey, is_draft
from automations.tables.snapshot import read_tables


class Undone(Struct, frozen=True):
    """What undoing came to. `back` are groups whose cells are as they were before; `kept` are those
    that somebody changed since, or that cannot be found any more; `already` are groups whose cells were as before when
    this began; `added` are rows that the run added, which stay;
    `forgotten`: the run had changes to make, and the ledger keeps none of them."""

    run: str
    back: tuple[EditGroup, ...]
    kept: tuple[EditGroup, ...]
    applied: Applied
    added: tuple[EditGroup, ...] = ()
    forgotten: bool = False
    already: tuple[EditGroup, ...] = ()


def undo(world: World, run: str, clock: Clock) -> Undone | Refused:
    """Take the cell changes of a run back. This is a run of its own, and can be undone, too.

    Questions that were asked stay where they are. A change that was taken back is not made again
    until one of the values that it rested on, or the cell itself, changes."""
    with site_lock(world.site.state):
        now = clock()
        # A copy of the site shares the workbook with it: what it takes back there, the other one would not know.
        if elsewhere := place_trouble(world.site, world.ledger):
            return Refused(run, now, sentence=f"{elsewhere} {settle_in(world.site.facts.texts)}")
        # What became of an earlier write must be known first: only what stands in the workbook can be taken back.
        settle_open_writes(world, clock)
        undoing = new_run_id(now)
        world.ledger.begin_run(undoing, now, ("undo",), kind="undo")
        done = world.ledger.written_groups(run)
        reversals = {group.id: group for group in reversed_groups(done)}
        applied = _write(world, undoing, tuple(reversals.values()), clock)
        stands = tuple(group for group in done if f"undo/{group.id}" in applied.applied)
        kept = tuple(group for group in done if group not in stands and f"undo/{group.id}" in reversals)
        untouched = {name for name, result in applied.writes.items() if result.status == "unchanged"}
        already = tuple(group for group in stands if group.row.workbook in untouched)
        back = tuple(group for group in stands if group not in already)
        outcome = "busy" if applied.busy else "attention" if applied.errors else "done"
        added = tuple(group for group in done if group.op == "append")
        edits = sum(len(group.edits) for group in back)
        world.ledger.end_run(RunRecord(undoing, now, outcome, ("undo",), edits), {})
        forgotten = not done and _had_changes(world, run)
        return Undone(undoing, back, kept, applied, added, forgotten, already)


def _had_changes(world: World, run: str) -> bool:
    # The ledger keeps a run's record far longer than its cells; a thousand runs are about three months of nights and
    # noons.
    return any(record.edits for record in world.ledger.runs(1000) if record.run == run)


def reversed_groups(done: Sequence[EditGroup]) -> Iterator[EditGroup]:
    """Each written group the other way round. A row that got its number then is found by it now."""
    numbers = _numbers_given(done)
    for group in done:
        # A row that was added stays: it may have been worked in, and rows are never deleted by kim.
        if group.op == "append":
            continue
        edits = tuple(structs.replace(edit, old=edit.new, new=edit.old) for edit in group.edits)
        row = numbers.get(group.row, group.row)
        # No guards: the cell's own value, which must still be what the run wrote, is the only thing that counts.
        # The vetoes stand with the cells: before, they would be a lie of the ledger; after, a crash could lose them.
        vetoes = tuple(_vetoes(group, {group.row, row}))
        yield EditGroup(f"undo/{group.id}", row, edits, "undo", group.why, vetoes=vetoes)


def _numbers_given(done: Iterable[EditGroup]) -> Mapping[RowKey, RowKey]:
    found: dict[RowKey, RowKey] = {}
    for group in done:
        for edit in group.edits:
            if edit.field == "number" and is_draft(group.row.key) and group.op == "edit":
                found[group.row] = structs.replace(group.row, key=str(edit.new))
    return found


def _vetoes(group: EditGroup, rows: Iterable[RowKey]) -> Iterator[Veto]:
    for edit in group.edits:
        # Under both names: the number was taken back too, and the job will meet the row as a draft again.
        for row in sorted(rows):
            yield Veto(row, edit.field, edit.new, dict(group.guards))


def _write(world: World, run: str, groups: Sequence[EditGroup], clock: Clock) -> Applied:
    applied = Applied()
    for name in {group.row.workbook for group in groups}:
        raw = world.workbooks[name].read()
        site, before = world.site, rows_known(world.ledger, everything=True)  # the rule may be gone by now
        snapshot = read_tables({name: raw}, site.columns, site.facts, site.homes, clock(), before=before)
        # Read anew: rows may have moved since the run, and are found by their keys.
        layouts = {table: layout for table, layout in snapshot.layouts.items() if layout.workbook == name}
        wanted = [group for group in groups if group.row.workbook == name]
        write_once(world, name, run, wanted, (), Base(raw.revision, layouts), clock, applied)
    return applied
