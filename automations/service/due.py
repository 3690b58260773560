"""Does what the schedule owes: the newest missed occurrence once, and what waits for another try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from automations.engine.apply import Clock
from automations.engine.clock import clock_trouble, last_clock
from automations.engine.lock import AlreadyRunningError
from automations.engine.parts import World
from automations.engine.runner import RunResult, run
from automations.model.plan import Fact
from automations.service.timetable import JOB, Occurrence, timetable

_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=1)
_TAKEN_OVER_AFTER = timedelta(hours=1)  # an occurrence that a killed program claimed and never finished


@dataclass(frozen=True)
class Done:
    """What a look at the schedule came to: why something ran ("occurrence", "retry",
    "mail", "clock"), and how."""

    why: str
    result: RunResult
    occurrence: str = ""


def run_owed(world: World, clock: Clock) -> Done | None:
    """Run once if something is owed now; None where nothing is. Two programs that ask at the same
    time share the ledger: one of them runs. Raises AlreadyRunningError while a run is under way.
    """
    now = clock()
    _remember_start(world, now)
    if clock_trouble(world.ledger, now, world.site.facts.texts):
        return _refused_once(world, clock)
    owed = _owed(world, now)
    newest = _claim_newest(world, owed, now)
    if newest is not None:
        return _run(world, clock, "occurrence", newest)
    if not timetable(world.site).is_open(now):
        return None  # what waits for another try waits for the next working day, too
    if _retry_is_due(world, now):
        return _run(world, clock, "retry")
    if _mail_waits(world, now):
        return _run(world, clock, "mail")
    return None


def next_look(world: World, now: datetime) -> datetime:
    """When there may be something to do again: the next occurrence, the next try, five minutes at most."""
    moments = [now + _FIRST_PAUSE]
    coming = timetable(world.site).next_after(now)
    if coming is not None:
        moments.append(coming.moment)
    retry = str((world.ledger.fact("retry", JOB) or {}).get("at", ""))
    if retry:
        moments.append(datetime.fromisoformat(retry))
    return max(min(moments), now)


def _remember_start(world: World, now: datetime) -> None:
    """The schedule owes nothing from before it was first looked at (by a clock that was right)."""
    since = str((world.ledger.fact("schedule", "since") or {}).get("at", ""))
    if not since or datetime.fromisoformat(since) > now:
        world.ledger.remember([Fact("schedule", "since", {"at": now.isoformat()})], now)


def _refused_once(world: World, clock: Clock) -> Done | None:
    """By a clock that cannot be right nothing is owed, nor skipped. One run, which is refused, tells people."""
    last = last_clock(world.ledger)
    mark = last.isoformat() if last else ""
    if (world.ledger.fact("schedule", "clock") or {}).get("refused") == mark:
        return None
    world.ledger.remember([Fact("schedule", "clock", {"refused": mark})], clock())
    return _run(world, clock, "clock")


def _owed(world: World, now: datetime) -> Sequence[Occurrence]:
    known = {item.occurrence for item in world.ledger.occurrences(JOB, 100) if item.ended is not None}
    since = datetime.fromisoformat(str((world.ledger.fact("schedule", "since") or {}).get("at", now.isoformat())))
    newest = max((moment for moment in map(_moment, known) if moment <= now), default=since)
    start = max(since, newest - timedelta(days=2))
    return [item for item in timetable(world.site).between(start, now) if item.id not in known]


def _moment(occurrence: str) -> datetime:
    return datetime.fromisoformat(occurrence).replace(tzinfo=UTC)


def _claim_newest(world: World, owed: Sequence[Occurrence], now: datetime) -> Occurrence | None:
    """The newest occurrence within its grace, claimed; all others are noted as skipped, and why."""
    grace = timedelta(minutes=world.site.file.schedule.grace_minutes)
    chosen = None
    for item in reversed(owed):
        if not world.ledger.claim_occurrence(JOB, item.id, now, stale_after=_TAKEN_OVER_AFTER):
            continue  # another program has it
        if chosen is None and now - item.moment <= grace:
            chosen = item
        else:
            reason = "skipped: a later one ran" if chosen else "skipped: too late"
            world.ledger.finish_occurrence(JOB, item.id, reason, now)
    return chosen


def _run(world: World, clock: Clock, why: str, occurrence: Occurrence | None = None) -> Done:
    try:
        result = run(world, clock)
    except AlreadyRunningError:
        if occurrence is not None:
            world.ledger.finish_occurrence(JOB, occurrence.id, "skipped: another run was under way", clock())
        raise
    _plan_retry(world, result, clock())
    if occurrence is not None:
        world.ledger.finish_occurrence(JOB, occurrence.id, result.outcome, clock())
    return Done(why, result, occurrence.id if occurrence else "")


def _plan_retry(world: World, result: RunResult, now: datetime) -> None:
    """A workbook that was open is tried again after a pause that doubles; nothing else is, so that a
    failing job cannot become a storm."""
    known = world.ledger.fact("retry", JOB) or {}
    if not result.waits:
        if known.get("at"):
            world.ledger.remember([Fact("retry", JOB, {"at": "", "tries": 0})], now)
        return
    tries = int(str(known.get("tries", 0)))
    pause = min(_FIRST_PAUSE * 2 ** min(tries, 10), _LONGEST_PAUSE)
    world.ledger.remember([Fact("retry", JOB, {"at": (now + pause).isoformat(), "tries": tries + 1})], now)


def _retry_is_due(world: World, now: datetime) -> bool:
    at = str((world.ledger.fact("retry", JOB) or {}).get("at", ""))
    return bool(at) and datetime.fromisoformat(at) <= now


def _mail_waits(world: World, now: datetime) -> bool:
    """Mails that a server asked to try again later leave between the runs, a run each five minutes at most."""
    if not world.site.live:
        return False
    runs = world.ledger.runs(1)
    if runs and now - runs[0].at < _FIRST_PAUSE:
        return False
    return any(item.attempts > 0 for item in world.ledger.due(now))
