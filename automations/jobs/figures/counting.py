"""Cases: which are open, new, closed, on which day; and how many of each kind there are."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from msgspec import Struct

from automations.common.alike import Spellings
from automations.jobs.figures.sources import LeftOut, Reason, left_out
from automations.model.cases import Openness
from automations.model.records import Case
from automations.model.settings import SiteFacts

Life = tuple[int, int | None]  # the day numbers between which a case is open; no end: it still is


class Group(Struct, frozen=True):
    """How many are of one kind; `name` None: the kind is not known."""

    name: str | None
    count: int


class Caseload(Struct, frozen=True):
    """All cases at one moment, ready to be asked about any day up to it.

    `lives` says of each of `cases` when it is open; None: closed, but nobody knows when, so it is in no
    month's count of closed or open cases. `starts` and `ends` are the same, sorted; `received` are those
    of the known days of receipt. `left_out` are rows that are missing in some count, with the reason;
    `undated` are the `starts` of open cases whose day of receipt is not known."""

    today: date
    cases: tuple[Case, ...]
    open_cases: tuple[Case, ...]
    lives: Sequence[Life | None]
    starts: Sequence[int]
    ends: Sequence[int]
    received: Sequence[int]
    left_out: tuple[LeftOut, ...] = ()
    undated: Sequence[int] = ()

    @property
    def since(self) -> date | None:
        """The first day of which the table knows a case."""
        return date.fromordinal(self.starts[0]) if self.starts else None

    def open_on(self, day: date) -> int:
        """Cases open at the end of a day; for days after `today` as of today."""
        number = min(day, self.today).toordinal()
        return bisect_right(self.starts, number) - bisect_right(self.ends, number)

    def was_open_on(self, day: date) -> int:
        """How many were open on an earlier day, to compare today with: an open case whose arrival nobody knows
        counts as having been there, so that only what is known to have come or ended makes a difference."""
        number = day.toordinal()
        return self.open_on(day) + len(self.undated) - bisect_right(self.undated, number)

    def new_between(self, first: date, last: date) -> int:
        """Cases received from `first` to `last`, both included."""
        return _between(self.received, first, last)

    def closed_between(self, first: date, last: date) -> int:
        """Cases that ended from `first` to `last`, both included."""
        return _between(self.ends, first, last)


def _between(days: Sequence[int], first: date, last: date) -> int:
    return bisect_right(days, last.toordinal()) - bisect_left(days, first.toordinal())


def ended_on(case: Case, start: int, limit: int) -> int | None:
    """The day number on which a closed case ended: its closing date, without one the day of its last phase.
    None where there is none, or where it lies before the case began or after today (`limit`)."""
    # A closing day that cannot be read is not replaced: somebody typed one, and means another.
    ended = case.phase_since if case.closed_on is None and "closed_on" not in case.bad else case.closed_on
    return ended.toordinal() if ended and start <= ended.toordinal() <= limit else None


def caseload(cases: Iterable[Case], site: SiteFacts, today: date) -> Caseload:
    """One pass over the cases. `today` is the site's local date."""
    is_open, limit = Openness(site, today), today.toordinal()
    counted: list[Case] = []
    still_open: list[Case] = []
    lives: list[Life | None] = []
    received: list[int] = []
    missing: list[tuple[Reason, Case]] = []
    for case in cases:
        arrived = case.received
        start = arrived.toordinal() if arrived else _known_since(case, limit)
        # A referral that is typed ahead is work of tomorrow: counted today, no later day would add up.
        if not case.counted or start > limit:
            missing.append(("upcoming" if case.counted else "nameless", case))
            continue
        counted.append(case)
        if arrived:
            received.append(start)
        else:
            missing.append(("bad_arrival" if "received" in case.bad else "no_arrival", case))
        if is_open(case):
            still_open.append(case)
            lives.append((start, None))
            continue
        end = ended_on(case, start, limit)
        lives.append(None if end is None else (start, end))
        if end is None:
            missing.append(("closed_undated", case))
    # Only open ones: a closed case without a day of receipt has a life of its own dates, and is counted back as such.
    since = sorted(
        life[0] for case, life in zip(counted, lives, strict=True) if life and life[1] is None and not case.received
    )
    known = [life for life in lives if life]
    starts, ends = sorted(start for start, _ in known), sorted(end for _, end in known if end is not None)
    return Caseload(
        today, tuple(counted), tuple(still_open), lives, starts, ends, sorted(received), left_out(missing), since
    )


def _known_since(case: Case, limit: int) -> int:
    """Where the day of receipt is missing: the first other day on which the case is known to exist."""
    others = (case.first_contact_on, case.manager_since, case.phase_since, case.closed_on)
    # At the latest today: it stands in the table.
    return min([limit, *(day.toordinal() for day in others if day)])


def grouped(cases: Iterable[Case], kind: Callable[[Case], str | None]) -> tuple[Group, ...]:
    """How many cases are of each kind, the largest first; the unknown ones are a group of their own and stand last."""
    found = list(map(kind, cases))
    # "Jobcenter" and "JobCenter" are one source; the spelling that most rows have names the group.
    counts = Counter(map(Spellings(found).of, found))
    known = sorted(((name, count) for name, count in counts.items() if name), key=lambda pair: (-pair[1], pair[0]))
    unknown = sum(count for name, count in counts.items() if not name)
    groups = tuple(Group(name, count) for name, count in known)
    return (*groups, Group(None, unknown)) if unknown else groups


def first_language(case: Case) -> str | None:
    """The language that a case is counted under: the first one typed."""
    # One language a case, or the groups would add up to more people than there are.
    return case.languages[0] if case.languages else None
