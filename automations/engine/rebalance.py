"""`kim rebalance`: puts the proposed moves to the team as one question, outside of the usual run."""

from __future__ import annotations

from msgspec import Struct

from automations.engine.applied import Applied
from automations.engine.apply import settle_open_writes, write_once
from automations.engine.lock import site_lock
from automations.engine.outcomes import Blind, Guarded, Refused
from automations.engine.parts import Clock, World
from automations.engine.runner import new_run_id
from automations.engine.snapshots import look
from automations.jobs.assigning.moves import Move
from automations.jobs.assigning.rebalancing import Standing, rebalance, rebalance_plan, standing
from automations.jobs.assigning.settings import AssignSettings
from automations.model.runs import RunRecord
from automations.tables.encoding import encode


class Proposed(Struct, frozen=True):
    """What was proposed: the moves, whether they were asked about just now, how writing went, and the earlier
    question that speaks for the moves."""

    moves: tuple[Move, ...]
    asked: bool
    applied: Applied
    earlier: Standing | None = None


def propose_moves(world: World, clock: Clock) -> Proposed | Refused | Blind:
    """Ask the team whether cases shall change hands; the moves are made in the run after a yes.

    Nothing is asked where there is nothing to move, or where an earlier question speaks for it."""
    with site_lock(world.site.state):
        now = clock()
        # As each run does first: a write that a crash left open would be taken for one by people.
        settle_open_writes(world, clock)
        seen = look(world.site, world.ledger, world.workbooks, now)
        if not isinstance(seen, Guarded):
            return seen
        settings = world.site.settings(AssignSettings, "assign_cases")
        moves = rebalance(seen.snapshot, settings, now, seen.history)
        plan = rebalance_plan(moves, seen.snapshot, settings, now, seen.history)
        earlier = None if plan.groups else standing(moves, seen.snapshot, settings, now, seen.history)
        applied = Applied()
        if plan.groups:
            run = new_run_id(now)
            world.ledger.begin_run(run, now, ("rebalance",), kind="rebalance")
            groups = encode(plan.groups, seen.snapshot)
            world.ledger.record(run, now, groups, (), plan.facts, frozenset(), live=world.site.live)
            home = plan.groups[0].row.workbook
            write_once(world, home, run, groups, (), seen.bases[home], clock, applied)
            outcome = "busy" if applied.busy else "attention" if applied.errors else "done"
            world.ledger.end_run(RunRecord(run, now, outcome, ("rebalance",), len(groups)), {})
        return Proposed(moves, bool(plan.groups), applied, earlier)
