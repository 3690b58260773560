"""Cases: which are open, new, closed, on which day; and how many of each kind there are."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from automations.model.records import Case
from automations.model.settings import SiteFacts


@dataclass(frozen=True, slots=True)
class Group:
    """How many are of one kind; `name` None: the kind is not known."""

    name: str | None
    count: int


@dataclass(frozen=True)
class Caseload:
    """All cases at one moment, ready to be asked about any day up to it.

    `lives` are the day numbers between which each of `cases` is open (end None: it still is);
    `starts` and `ends` are the same, sorted; `received` are those of the known days of receipt.
    `unreadable` rows and `upcoming` cases (received after `today`) are counted in nothing else;
    `undated` ones are open cases without a day of receipt.
    """

    today: date
    cases: tuple[Case, ...]
    open_cases: tuple[Case, ...]
    lives: Sequence[tuple[int, int | None]]
    starts: Sequence[int]
    ends: Sequence[int]
    received: Sequence[int]
    unreadable: int = 0
    upcoming: int = 0
    undated: int = 0

    def open_on(self, day: date) -> int:
        """Cases open at the end of a day; for days after `today` as of today."""
        number = min(day, self.today).toordinal()
        return bisect_right(self.starts, number) - bisect_right(self.ends, number)

    def new_between(self, first: date, last: date) -> int:
        """Cases received from `first` to `last`, both included."""
        return _between(self.received, first, last)

    def closed_between(self, first: date, last: date) -> int:
        """Cases that ended from `first` to `last`, both included."""
        return _between(self.ends, first, last)


def _between(days: Sequence[int], first: date, last: date) -> int:
    return bisect_right(days, last.toordinal()) - bisect_left(days, first.toordinal())


def is_open(case: Case, site_open: dict[str, bool], today: date) -> bool:
    """Whether a case is open: its phase tells; where the phase is unknown, the day of closing does."""
    known = site_open.get(case.phase) if case.phase else None
    return known if known is not None else not (case.closed_on and case.closed_on <= today)


def end_of(case: Case, start: int, today: date) -> int:
    """The day number on which a closed case ended: never before it began, never after today."""
    ended = case.closed_on or case.phase_since
    return start if ended is None else max(start, min(ended, today).toordinal())


def caseload(cases: Iterable[Case], site: SiteFacts, today: date) -> Caseload:
    """One pass over the cases. `today` is the site's local date."""
    open_phase = {phase.id: phase.open for phase in site.phases}
    limit = today.toordinal()
    counted: list[Case] = []
    still_open: list[Case] = []
    lives: list[tuple[int, int | None]] = []
    received: list[int] = []
    unreadable = upcoming = undated = 0
    for case in cases:
        if not case.usable:
            unreadable += 1
            continue
        arrived = case.received
        start = arrived.toordinal() if arrived else _known_since(case, limit)
        if start > limit:
            upcoming += 1
            continue
        counted.append(case)
        if arrived:
            received.append(start)
        if is_open(case, open_phase, today):
            still_open.append(case)
            lives.append((start, None))
            undated += arrived is None
        else:
            lives.append((start, end_of(case, start, today)))
    starts, ends = sorted(start for start, _ in lives), sorted(end for _, end in lives if end is not None)
    return Caseload(
        today, tuple(counted), tuple(still_open), lives, starts, ends, sorted(received), unreadable, upcoming, undated
    )


def _known_since(case: Case, limit: int) -> int:
    """Where the day of receipt is missing: the first other day on which the case is known to exist."""
    others = (case.first_contact_on, case.manager_since, case.phase_since, case.closed_on)
    return min([limit, *(day.toordinal() for day in others if day)])


def grouped(cases: Iterable[Case], kind: Callable[[Case], str | None]) -> tuple[Group, ...]:
    """How many cases are of each kind, the largest first; the unknown ones are a group of their own
    and stand last.
    """
    counts = Counter(map(kind, cases))
    known = sorted(((name, count) for name, count in counts.items() if name), key=lambda pair: (-pair[1], pair[0]))
    unknown = sum(count for name, count in counts.items() if not name)
    groups = tuple(Group(name, count) for name, count in known)
    return (*groups, Group(None, unknown)) if unknown else groups


def first_language(case: Case) -> str | None:
    """The language that a case is counted under: the first one typed."""
    return case.languages[0] if case.languages else None
