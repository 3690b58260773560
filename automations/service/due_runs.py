"""Does what the schedule owes: the newest missed occurrence once, and what waits for another try."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from msgspec import Struct, structs

from automations.config.files import ConfigError
from automations.engine.applied import RunResult
from automations.engine.last_look import keep, standing_of
from automations.engine.lock import AlreadyRunningError
from automations.engine.outcomes import Blind
from automations.engine.parts import Clock, World
from automations.engine.runner import run
from automations.engine.snapshots import note_rows
from automations.jobs.forecasting.settings import LookAheadSettings
from automations.ledger.errors import LedgerError
from automations.model.fact_kinds.course import Retry
from automations.service.alerts import tell_of_look
from automations.service.due import RETRY_PAUSE, Due, Why, settle_time, what_is_due
from automations.service.look import Sight, Step, begun, step_of, was_read
from automations.service.timetable import JOB
from automations.workbooks.protocol import WorkbookError

_LONGEST_PAUSE = timedelta(hours=1)


class Done(Struct, frozen=True):
    """What a look at the schedule came to, and how the run went (None: there was none)."""

    why: Why
    result: RunResult | None = None
    occurrence: str = ""


def run_due(world: World, clock: Clock) -> Done | None:
    """Run once if something is due now; None where nothing is. Two programs that ask at the same
    time share the ledger: one of them runs. Raises AlreadyRunningError while a run is under way."""
    with watched_over(world, clock):
        due = what_is_due(world, clock)
        return do_due(world, due, clock) if due else None


@contextmanager
def watched_over(world: World, clock: Clock) -> Iterator[None]:
    """Something unforeseen that happens inside is told to the operator once, and so is that it happens no more; it
    goes its way. What has a name is told where it is explained."""
    try:
        yield
    # These are explained where they are caught, and most end by themselves: no mail about them.
    except (AlreadyRunningError, LedgerError, WorkbookError, ConfigError):
        raise
    except Exception as error:
        tell_of_look(world, error, clock)
        raise
    else:
        tell_of_look(world, None, clock)


def do_due(world: World, due: Due, clock: Clock) -> Done:
    """Do it. Raises AlreadyRunningError."""
    # Its occurrence was finished where that was found out; there is nothing to end here.
    if due.why == "unchanged":
        return Done("unchanged", occurrence=due.occurrence)
    if due.sight is None:
        return _run(world, clock, due)
    if due.why == "read" and _read(world, due.sight) != "run":
        return Done("read")
    before = standing_of(world.ledger)
    # Before the run: one that is killed must not be begun again at each look.
    keep(world.ledger, begun(before, due.sight), clock())
    try:
        return _run(world, clock, Due("look", light=True))
    except AlreadyRunningError:
        # Nothing was looked at: the other run may have read before the change, so that this one is still due.
        keep(world.ledger, before, clock())
        raise


def _read(world: World, sight: Sight) -> Step:
    """Note how the rows stand, so that they can settle; whether a run is to follow at once."""
    settles = note_rows(world.site, world.ledger, world.workbooks, sight.now)
    standing = standing_of(world.ledger)
    if isinstance(settles, Blind):
        return "rest" if settles.busy or not sight.open else "run"
    standing = was_read(standing, sight, settles)
    keep(world.ledger, standing, sight.now)
    return step_of(standing, sight, settle_time(world))


def _run(world: World, clock: Clock, due: Due) -> Done:
    try:
        # The occurrence was claimed before: one that a killed service leaves unfinished is taken over later.
        result = run(lighter(world) if due.light else world, clock)
    except AlreadyRunningError:
        if due.occurrence:
            # Otherwise it would count as left by a killed service, and be taken over in an hour.
            world.ledger.finish_occurrence(JOB, due.occurrence, "skipped: another run was under way", clock())
        raise
    _plan_retry(world, result, clock())
    if due.occurrence:
        world.ledger.finish_occurrence(JOB, due.occurrence, result.outcome, clock())
    return Done(due.why, result, due.occurrence)


def lighter(world: World) -> World:
    """For runs that need not draw the look ahead anew, which costs more than all the rest: the full run of the day has
    drawn it, and a new scenario is answered at once."""
    ahead = world.site.settings(LookAheadSettings, "look_ahead").model_copy(update={"light": True})
    site = structs.replace(world.site, jobs={**world.site.jobs, "look_ahead": ahead})
    return structs.replace(world, site=site)


def _plan_retry(world: World, result: RunResult, now: datetime) -> None:
    """A workbook that was open is tried again after a pause that doubles; nothing else is, so that a
    failing job cannot become a storm."""
    known = world.ledger.fact(Retry, JOB) or Retry()
    if not result.waits:
        if known.at:
            world.ledger.remember([Retry().under(JOB)], now)
        return
    # Doubled: somebody who keeps the workbook open for a morning is not asked every few minutes.
    pause = min(RETRY_PAUSE * 2 ** min(known.tries, 10), _LONGEST_PAUSE)
    world.ledger.remember([Retry(now + pause, known.tries + 1).under(JOB)], now)
