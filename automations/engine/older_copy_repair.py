"""What is done about an older copy of a workbook: kim's cells written anew, or people asked."""

from __future__ import annotations

from msgspec import structs

from automations.engine.applied import Applied
from automations.engine.apply import write_once
from automations.engine.older_copies import question
from automations.engine.outcomes import OlderCopy, Prepared, Refused
from automations.engine.parts import Clock, World
from automations.engine.promises import Tried, compared, promised
from automations.model.plan import EditGroup
from automations.model.writes import Promise


def write_anew(world: World, prepared: Prepared, clock: Clock) -> tuple[Promise, ...]:
    """Make the edits again that copies one run old lack; what became of each. The tabs follow with the run's write."""
    places = {table: layout.tab for table, layout in prepared.snapshot.layouts.items()}
    found: list[Promise] = []
    for copy in prepared.copies:
        # Write by write, in the order of the runs: each was decided on what the one before had left.
        for groups in copy.anew:
            tried = _written(world, prepared.run, copy, groups, prepared, clock)
            found += compared(promised(groups, (), places), tried, world.site.facts.texts)
    return tuple(found)


def _written(
    world: World, run: str, copy: OlderCopy, groups: tuple[EditGroup, ...], prepared: Prepared, clock: Clock
) -> Tried:
    applied, base = Applied(), prepared.bases[copy.workbook]
    # Facts that come with an edit were remembered when it was made first.
    bare = [structs.replace(group, facts=()) for group in groups]
    write_once(world, copy.workbook, run, bare, (), base, clock, applied)
    return Tried(applied.writes, applied.errors)


def ask_about_copies(world: World, refused: Refused, clock: Clock) -> None:
    """Put the question into the tab of decisions of the copy itself. Where that cannot be written, the next run
    tries again; the operator is told in any case."""
    say, now = world.site.facts.texts, clock()
    for copy in refused.copies:
        if copy.kind != "restored":
            continue
        groups, facts = question(copy, refused.snapshot, now, say)
        # Before the write: a question that stands in the tab and that the ledger does not know could not be answered.
        world.ledger.remember(facts, now)
        for name in {group.row.workbook for group in groups}:
            write_once(world, name, refused.run, groups, (), refused.bases[name], clock, Applied())
