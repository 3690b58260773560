"""What is due now: an occurrence of the schedule, another try, a look that found something. Nothing is done here, and
no more is loaded than that takes: cron asks every five minutes, mostly in vain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from msgspec import Struct

from automations.engine.clock import clock_trouble, last_clock
from automations.engine.form_files import new_files
from automations.engine.last_look import keep, standing_of
from automations.model.fact_kinds.course import ClockRefused, Retry, ScheduleStart
from automations.model.fact_kinds.sightings import Standing
from automations.service.look import Sight, is_time, next_moment, rested, step_of
from automations.service.timetable import JOB, Occurrence, timetable
from automations.service.unchanged import Watched, as_left, revisions

RETRY_PAUSE = timedelta(minutes=5)  # the first pause before another try
_TAKEN_OVER_AFTER = timedelta(hours=1)  # an occurrence that a killed program claimed and never finished


Why = Literal["occurrence", "retry", "mail", "clock", "unchanged", "look", "read"]
"""occurrence, retry, mail, clock: a run, as the schedule says, since a workbook was busy, since mails wait, to tell
of a wrong clock · unchanged: an occurrence that finds everything as the last run left it · look: a run between those
of the schedule, as something is new · read: rows are to be read, as they changed."""


class Due(Struct, frozen=True):
    """What is to be done now, and for which occurrence of the schedule ("" for none). `light`: without what need not
    be drawn anew within a day."""

    why: Why
    occurrence: str = ""
    sight: Sight | None = None
    light: bool = False


_MAY_BE_YOUNG = timedelta(minutes=1)  # A file that was still being written at the look before is new once more


def what_is_due(watched: Watched, clock: Callable[[], datetime]) -> Due | None:
    """What has to be done now; an occurrence is claimed for the caller, who must do it. Nothing is read of the
    workbooks but their revisions."""
    now = clock()
    # Before anything is asked for: a site that is looked at for the first time owes nothing of the days before.
    _remember_start(watched, now)
    if clock_trouble(last_clock(watched.ledger), now, watched.site.facts.texts):
        return _refused_once(watched, now)
    due = _due_occurrences(watched, now)
    newest = _claim_newest(watched, due, now)
    if newest is not None:
        return _occurrence(watched, newest, now, light=_is_light(watched, due, now))
    if not timetable(watched.site).is_open(now):
        return None  # what waits for another try waits for the next working day, too
    if _retry_is_due(watched, now):
        return Due("retry")
    if _mail_waits(watched, now):
        return Due("mail")
    return _looked(watched, now)


def next_look(watched: Watched, now: datetime) -> datetime:
    """When there may be something to do again: the next occurrence, the next try, what settles or falls due, the
    next look."""
    minutes = watched.site.file.schedule.look_minutes
    pause = timedelta(minutes=minutes) if minutes else RETRY_PAUSE
    moments = [next_moment(standing_of(watched.ledger), settle_time(watched), pause, now)]
    coming = timetable(watched.site).next_after(now)
    if coming is not None:
        moments.append(coming.moment)
    retry = watched.ledger.fact(Retry, JOB)
    if retry and retry.at:
        moments.append(retry.at)
    return max(min(moments), now)


def settle_time(watched: Watched) -> timedelta:
    """How long a row must have stood."""
    return timedelta(minutes=watched.site.facts.settle_minutes)


def _occurrence(watched: Watched, newest: Occurrence, now: datetime, *, light: bool) -> Due:
    """A run; or none, where everything is as the last one left it: then it ends as that one ended."""
    standing = as_left(watched, now, light=light)
    if standing is None:
        return Due("occurrence", newest.id, light=light)
    watched.ledger.finish_occurrence(JOB, newest.id, standing.outcome, now)
    return Due("unchanged", newest.id, light=light)


def _looked(watched: Watched, now: datetime) -> Due | None:
    """A look at the workbooks and the mailbox, if it is time for one."""
    pause = timedelta(minutes=watched.site.file.schedule.look_minutes)
    standing = standing_of(watched.ledger)
    # A ledger that has not run yet knows no rows to compare with; its first run is the schedule's.
    if not pause or watched.ledger.is_fresh or not is_time(standing, now, pause):
        return None
    is_open = timetable(watched.site).in_hours(now)
    letters = is_open and _is_anything_new(watched, standing, now)
    sight = Sight(now, revisions(watched, _homes(watched)), letters, is_open)
    step = step_of(standing, sight, settle_time(watched))
    if step == "rest":
        keep(watched.ledger, rested(standing, now), now)
        return None
    return Due("read" if step == "read" else "look", sight=sight)


def _homes(watched: Watched) -> list[str]:
    """Workbooks that hold tables: what people do in the managers' one is no work for us."""
    named = {"team", *watched.site.file.homes.values()}
    return [name for name in watched.workbooks if name in named]


def _is_anything_new(watched: Watched, standing: Standing, now: datetime) -> bool:
    """Whether something came in that no revision shows: a letter, or a file for one of the forms."""
    return _has_letters(watched, standing, now) or new_files(
        watched.site.folder, watched.ledger, (standing.at or now - timedelta(days=1)) - _MAY_BE_YOUNG
    )


def _has_letters(watched: Watched, standing: Standing, now: datetime) -> bool:
    """Whether something new is in the mailbox. One that cannot be reached is told by the next run of the schedule."""
    if watched.inbox is None or (standing.letters is not None and now < standing.letters):
        return False
    from automations.messages.inbox import has_letters

    return has_letters(watched.inbox, watched.ledger, now)


def _remember_start(world: Watched, now: datetime) -> None:
    """The schedule owes nothing from before it was first looked at (by a clock that was right)."""
    since = (world.ledger.fact(ScheduleStart) or ScheduleStart()).at
    # One that lies ahead was noted by a clock that ran fast; it would keep the schedule silent until then.
    if since is None or since > now:
        world.ledger.remember([ScheduleStart(now).under()], now)


def _refused_once(world: Watched, now: datetime) -> Due | None:
    """By a clock that cannot be right nothing is due, nor skipped. One run, which is refused, tells people."""
    last = last_clock(world.ledger)
    mark = last.isoformat() if last else ""
    if world.ledger.fact(ClockRefused) == ClockRefused(mark):
        return None
    world.ledger.remember([ClockRefused(mark).under()], now)
    return Due("clock")


def _due_occurrences(world: Watched, now: datetime) -> Sequence[Occurrence]:
    known = {item.occurrence for item in world.ledger.occurrences(JOB, 100) if item.ended is not None}
    since = (world.ledger.fact(ScheduleStart) or ScheduleStart()).at or now
    newest = max((moment for moment in map(_moment, known) if moment <= now), default=since)
    # Two days back suffice: what is older was ended by the look that found it.
    start = max(since, newest - timedelta(days=2))
    return [item for item in timetable(world.site).between(start, now) if item.id not in known]


def _moment(occurrence: str) -> datetime:
    return datetime.fromisoformat(occurrence).replace(tzinfo=UTC)


def _claim_newest(world: Watched, due: Sequence[Occurrence], now: datetime) -> Occurrence | None:
    """The newest occurrence within its grace, claimed; all others are noted as skipped, and why."""
    grace = timedelta(minutes=world.site.file.schedule.grace_minutes)
    # A fence says already that nobody else runs this site, so what is claimed was left behind.
    stale = timedelta(0) if world.ledger.is_fenced else _TAKEN_OVER_AFTER
    chosen = None
    # Newest first: one run does what several missed ones would have done.
    for item in reversed(due):
        if not world.ledger.claim_occurrence(JOB, item.id, now, stale_after=stale):
            continue  # another program has it
        if chosen is None and now - item.moment <= grace:
            chosen = item
        else:
            reason = "skipped: a later one ran" if chosen else "skipped: too late"
            world.ledger.finish_occurrence(JOB, item.id, reason, now)
    return chosen


def _is_light(world: Watched, due: Sequence[Occurrence], now: datetime) -> bool:
    """Whether none of the occurrences that are done with this one is a full run."""
    grace = timedelta(minutes=world.site.file.schedule.grace_minutes)
    return not any(item.kind == "full" for item in due if now - item.moment <= grace)


def _retry_is_due(world: Watched, now: datetime) -> bool:
    at = (world.ledger.fact(Retry, JOB) or Retry()).at
    return at is not None and at <= now


def _mail_waits(world: Watched, now: datetime) -> bool:
    """Mails that a server asked to try again later leave between the runs, a run each five minutes at most."""
    if not world.site.live:
        return False
    runs = world.ledger.runs(1)
    # Any run has just tried them: another one at once would only ask what the server wants to be asked later.
    if runs and now - runs[0].at < RETRY_PAUSE:
        return False
    return any(item.attempts > 0 for item in world.ledger.due(now))
