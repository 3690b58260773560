"""What a site gives of itself to be compared with others: a finished half-year, in counts that its own cell keys blur.

Only cells that do not overlap are made (each appointment, each first contact is in one of them), and all else is
reckoned from these as they are shown: sums, shares, the median. So nothing that is given out says more of a count
than its own cell does. A half-year is made once; `summarise` keeps it by a fact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType

from msgspec import Struct, field

from automations.common.texts import Texts
from automations.jobs.figures import appointments
from automations.jobs.figures.cell_keys import perturbed
from automations.jobs.figures.collected import Figures
from automations.jobs.figures.glossary import name_of
from automations.jobs.figures.naturalisation import Series
from automations.jobs.figures.periods import HalfYear, last_day, month_of
from automations.jobs.figures.rounding import rounded
from automations.model.records import Appointment
from automations.model.values import Plain

WAITS = (0, 2, 5, 10, 15, 20, 30, 45, 60)
"""Upper ends of the classes of waiting, in working days; the last class has none."""

OUTCOMES = ("kept", "cancelled", "missed", "postponed", "open")

_TERMS = MappingProxyType({**{name: name for name in OUTCOMES}, "open": "no_result"})  # what the cells are called
_LOAD_STEP = 5  # per cent: a load is given to the nearest of these


WHY_NOT = MappingProxyType({"begins": "records begin later or end earlier", "few": "too few colleagues"})
"""Why there is no figure, where it is no tab or column that is missing."""


def _in_words(reason: str, say: Texts) -> str:
    return say.say(WHY_NOT[reason]) if reason in WHY_NOT else reason


def called(name: str, say: Texts) -> str:
    """A figure, or one of its cells ("waiting/10"), in words. One that this version does not know stays as it is."""
    names = {
        "waiting": say.say("waiting"), "appointments": say.say("appointments"), "applications": say.say("applications"),
        "decisions": say.say("decisions"), "open": say.say("open cases"), "load": say.say("load"),
    }  # fmt: skip
    figure, _, cell = name.partition("/")
    if cell in _TERMS:
        cell = f": {name_of(_TERMS[cell], say)}"
    elif figure == "waiting" and cell:
        spans = dict(zip(map(str, (*WAITS, "more")), _spans(), strict=True))
        cell = f": {say.say('{days} working days', days=spans.get(cell, cell))}"
    elif cell:
        cell = ""  # the only one of its figure
    return f"{names.get(figure, figure[:40])}{cell}"


def _spans() -> Iterator[str]:
    """The classes of waiting as they are said: 0, 1–2, … 61+."""
    first = 0
    for last in WAITS:
        yield str(last) if first == last else f"{first}–{last}"
        first = last + 1
    yield f"{first}+"


class Compared(Struct, frozen=True):
    """A half-year of a site. `cells` are the blurred counts by name ("waiting/10", "appointments/kept"); `load` is in
    per cent; `missing` says by figure what it lacks: tabs and columns, or that the records begin later ("begins")."""

    half: str
    made: str
    cells: Mapping[str, int]
    load: int | None = None
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def plain(self) -> dict[str, Plain]:
        """As it is kept, and handed over."""
        lacks = {name: list(reasons) for name, reasons in self.missing.items()}
        return {"half": self.half, "made": self.made, "cells": dict(self.cells), "load": self.load, "missing": lacks}

    def rows(self, say: Texts) -> list[tuple[str, object]]:
        """All of it for people of the town itself, who may read what is missing."""
        load = [] if self.load is None else [(called("load", say), f"{self.load} %")]
        missing = [
            (called(name, say), say.say("no figure: {reasons}", reasons=", ".join(_in_words(one, say) for one in why)))
            for name, why in self.missing.items()
        ]
        return [*((called(name, say), n) for name, n in self.cells.items()), *load, *missing]

    @staticmethod
    def read(data: Mapping[str, object]) -> Compared:
        """What `plain` made; what else stands there is left out."""
        cells, missing, load = data.get("cells"), data.get("missing"), data.get("load")
        return Compared(
            str(data.get("half", "")), str(data.get("made", "")),
            {str(name): n for name, n in cells.items() if _is_count(n)} if isinstance(cells, Mapping) else {},
            load if isinstance(load, int) and _is_count(load) else None,
            {str(name): tuple(map(str, found)) for name, found in missing.items() if isinstance(found, list | tuple)}
            if isinstance(missing, Mapping) else {},
        )  # fmt: skip

    def waits(self) -> int | None:
        """First contacts of the half-year; None where there is no such figure."""
        found = [n for name, n in self.cells.items() if name.startswith("waiting/")]
        return sum(found) if found else None

    def waited(self, share: float) -> int | None:
        """The end of the class by which such a share of people had their first contact; None where there were
        none, or where the class has no end."""
        total, so_far = self.waits(), 0
        # From the blurred classes, not from the days: an exact median would say more than the cells do.
        for end in WAITS if total else ():
            so_far += self.cells.get(f"waiting/{end}", 0)
            if so_far >= share * (total or 0):
                return end
        return None

    def missed_share(self) -> float | None:
        """Missed appointments as a share of kept and missed ones."""
        kept, missed = (self.cells.get(f"appointments/{name}") for name in ("kept", "missed"))
        return missed / (kept + missed) if kept is not None and missed is not None and kept + missed else None


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


class Given(Struct, frozen=True):
    """What a comparison is made from. `figures` count waiting in working days; `lacking` names by figure what is not
    there; a load of fewer than `smallest` colleagues is not given."""

    figures: Figures
    appointments: Iterable[Appointment]
    lacking: Mapping[str, tuple[str, ...]]
    smallest: int


def compare(given: Given, half: HalfYear, secret: bytes) -> Compared:
    """A finished half-year. `secret` makes the keys of the site's units."""
    missing: dict[str, tuple[str, ...]] = {}
    cells: dict[str, int] = {}
    for figure, made in _FIGURES.items():
        lacks = given.lacking.get(figure, ())
        # A figure without its column is left out and named: a zero would stand in a comparison as the worst site.
        units = None if lacks else made(given, half)
        if units is None:
            missing[figure] = lacks or ("begins",)
            continue
        cells |= {f"{figure}/{name}": perturbed(secret, found) for name, found in units.items()}
    load = None
    if not (lacks := given.lacking.get("load", ())):
        load = _load(given, cells.get("open/today"))
    if lacks or load is None:
        missing["load"] = lacks or ("few",)
    return Compared(half.key, given.figures.today.isoformat(), cells, load, missing)


_Units = Mapping[str, list[str]]


def _waiting(given: Given, half: HalfYear) -> _Units | None:
    """First contacts of the half-year by how long people had waited."""
    # A half-year that the records begin in would look like one with few people.
    if not _reaches(given.figures.cases.since, half):
        return None
    found: dict[str, list[str]] = {str(end): [] for end in (*WAITS, "more")}
    for wait in given.figures.waits.between(half.first, half.last):
        end = next((str(end) for end in WAITS if wait.days <= end), "more")
        found[end].append(f"cases/{wait.case.row.key}")
    return _told_apart(found)


def _appointments(given: Given, half: HalfYear) -> _Units | None:
    """Appointments of the half-year by how they went."""
    if not _reaches(given.figures.meetings.since, half):
        return None
    found: dict[str, list[str]] = {name: [] for name in OUTCOMES}
    for item in given.appointments:
        if appointments.is_past(item, given.figures.today) and item.date and half.first <= item.date <= half.last:
            found[appointments.outcome_of(item.status)].append(f"appointments/{item.row.key}")
    return _told_apart(found)


def _naturalisation(name: str, given: Given, half: HalfYear) -> _Units | None:
    series: Series = getattr(given.figures.naturalisation, name)
    months = range(month_of(half.first), month_of(half.last) + 1)
    values = [(month, series.value(month)) for month in months if series.complete(month)]
    # A half-year of five months would compare as a bad one.
    if len(values) < len(months):
        return None
    return {"made": [f"{name}/{last_day(month)}/{n}" for month, value in values for n in range(value or 0)]}


def _open(given: Given, _half: HalfYear) -> _Units:
    """Cases that are open now: what a colleague carried half a year ago no table says."""
    return _told_apart({"today": [f"cases/{case.row.key}" for case in given.figures.cases.open_cases]})


_FIGURES = {
    "waiting": _waiting,
    "appointments": _appointments,
    "applications": lambda given, half: _naturalisation("applications", given, half),
    "decisions": lambda given, half: _naturalisation("decisions", given, half),
    "open": _open,
}


def _load(given: Given, shown: int | None) -> int | None:
    """The team's load in per cent, as that of as many cases as are shown; nothing of a team that is too small, as it
    would be that of single colleagues, whatever the site's own agreement says."""
    team = given.figures.loads.team()
    if shown is None or team.people < given.smallest or team.share is None:
        return None
    # Scaled to the blurred count of cases: with the exact load that count could be reckoned back.
    return rounded(round(team.share * 100 * (shown / team.cases if team.cases else 1)), _LOAD_STEP)


def _reaches(since: date | None, half: HalfYear) -> bool:
    """Whether records reach back to the first month of the half-year."""
    return since is not None and month_of(since) <= month_of(half.first)


def _told_apart(cells: Mapping[str, list[str]]) -> _Units:
    """Each unit by a name of its own, also where two rows have the same number."""
    seen: dict[str, int] = defaultdict(int)

    def names(units: Iterable[str]) -> Iterator[str]:
        for unit in units:
            # A number that stands twice is two appointments in the tables, and must not be blurred as one.
            seen[unit] += 1
            yield unit if seen[unit] == 1 else f"{unit}#{seen[unit]}"

    return {name: list(names(units)) for name, units in cells.items()}
