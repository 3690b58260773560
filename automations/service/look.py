"""What a look between the runs comes to: nothing, a closer look at the rows, or a run. Pure.

A look compares revisions and asks the mailbox for anything new; it understands nothing of what it sees. Rows are read
where the revision is another one than at the look before, so that each of them settles by itself, however often
people save meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct, structs

from automations.model.fact_kinds.sightings import Standing

Step = Literal["rest", "read", "run"]

# After a run that was killed or fell over, its reason is taken up again after that time, not at every look.
_AGAIN = timedelta(hours=1)

# Cron and timers are not exact: a look that comes so much too soon is not put off to the next one.
_EARLY = timedelta(seconds=30)


class Sight(Struct, frozen=True):
    """What a look sees at `now` (aware): the revision of each workbook with tables ("" where it cannot be told just
    now, as somebody is saving), and whether there are new letters in the mailbox. `open` says whether this is a time
    for runs."""

    now: datetime
    revisions: Mapping[str, str]
    letters: bool = False
    open: bool = True

    def changed(self, known: Mapping[str, str]) -> bool:
        """Whether a workbook is another one than what is known."""
        return any(revision and known.get(name) != revision for name, revision in self.revisions.items())


def is_time(standing: Standing, now: datetime, pause: timedelta) -> bool:
    """Whether to look: the pause since the last look is over, something falls due, or the clock was set back."""
    if standing.at is None or now < standing.at or now - standing.at >= max(pause - _EARLY, timedelta(0)):
        return True
    return standing.next is not None and standing.next <= now


def step_of(standing: Standing, sight: Sight, settle: timedelta) -> Step:
    """What to do about a sight. `settle` is how long a row must have stood."""
    # Also outside of the hours for runs: rows settle by the time that passed, whoever looks at them later.
    if sight.changed(standing.seen) and settle:
        return "read"
    if not sight.open:
        return "rest"
    # Without a time to settle a change is acted on at once.
    if sight.letters or sight.changed(standing.seen):
        return "run"
    due = _due(standing, settle)
    return "run" if due is not None and due <= sight.now else "rest"


def next_moment(standing: Standing, settle: timedelta, pause: timedelta, now: datetime) -> datetime:
    """When to look again, at the latest after the pause."""
    due = _due(standing, settle)
    return now + pause if due is None else max(min(now + pause, due), now)


def _due(standing: Standing, settle: timedelta) -> datetime | None:
    moments = [standing.next] if standing.next else []
    moments += [standing.since + settle] if standing.since else []
    return min(moments, default=None)


def rested(standing: Standing, now: datetime) -> Standing:
    """How it stands after a look that found nothing."""
    return structs.replace(standing, at=now)


def was_read(standing: Standing, sight: Sight, settles: datetime | None) -> Standing:
    """How it stands after the rows were read; `settles` is when the first of the young ones will have stood."""
    seen = {**standing.seen, **{name: revision for name, revision in sight.revisions.items() if revision}}
    since = (standing.since or sight.now) if sight.changed(standing.planned) else None
    return structs.replace(standing, at=sight.now, seen=seen, since=since, next=settles)


def begun(standing: Standing, sight: Sight) -> Standing:
    """How it stands while a run is under way; a run that ends says better."""
    seen = {**standing.seen, **{name: revision for name, revision in sight.revisions.items() if revision}}
    return structs.replace(standing, at=sight.now, seen=seen, since=None, next=sight.now + _AGAIN, same="")


def is_unchanged(standing: Standing, sight: Sight, same: str) -> bool:
    """Whether a run would plan what the last one did. `sight` is of all workbooks, `same` as in Standing."""
    if not standing.same or standing.same != same or standing.stale is None or sight.letters:
        return False
    known = standing.planned
    # What a run would plan changes by time alone, too: a reminder falls due.
    return sight.now < standing.stale and all(revision == known.get(name) for name, revision in sight.revisions.items())
