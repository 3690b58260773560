"""Households that are asked about before they bind: one value in the column, many last names.

A household stays with one colleague. Where its cases bear more last names than families mostly do, the
column may hold something else (a shelter, a list, a word for nothing), and one odd value would bind
strangers to each other: until people say yes, each of these cases stands alone."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import takewhile

from msgspec import structs

from automations.common.texts import Texts
from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.assigning.units import home, is_open, waits
from automations.model.cases import family_question, parted
from automations.model.decisions import answer, ask, lead
from automations.model.history import History
from automations.model.plan import EditGroup, Fact
from automations.model.records import Answer, Case
from automations.model.snapshot import Snapshot

_STEM, _ENDING = 4, 3  # letters: Ivanov and Ivanova, Kowalski and Kowalska, Tolstoi and Tolstaja are one family
_NAMED = 5  # cases that the question names


def loosened(snapshot: Snapshot, settings: AssignSettings, history: History) -> Snapshot:
    """The same, where cases of households that nobody has confirmed yet stand alone, and so do those who must not
    meet somebody of their household."""
    alone = parted(snapshot.cases)
    loose = {
        case.row
        for place, cases in _crowded(snapshot, settings).items()
        if answer(family_question(place[1]), snapshot, history) is not Answer.YES
        for case in cases
        # A yes to the household does not count against "not together": a violent partner bears the family's name.
    } | {case.row for case in snapshot.cases if case.number in alone}
    if not loose:
        return snapshot
    cases = tuple(structs.replace(one, household=None) if one.row in loose else one for one in snapshot.cases)
    return structs.replace(snapshot, cases=cases)


def ask_about_crowds(
    snapshot: Snapshot, settings: AssignSettings, history: History, job: str, now: datetime, say: Texts
) -> Iterator[tuple[tuple[EditGroup, ...], tuple[Fact, ...]]]:
    """A question for each such household with a case that waits; each is put once."""
    for place, cases in sorted(_crowded(snapshot, settings).items()):
        # Nothing is to be decided while nobody of the household waits for a colleague.
        if not any(waits(case, snapshot) for case in cases):
            continue
        numbers = [case.number or "" for case in cases if case.number]
        listed = ", ".join(numbers[:_NAMED]) + (" …" if len(numbers) > _NAMED else "")
        question = say.say(
            "“{household}” stands as household in {n} open cases with {names} different last names ({cases}). "
            "Are they one family that one colleague should have?",
            household=cases[0].household, n=len(cases), names=_families(cases), cases=listed,
        )  # fmt: skip
        proposal = say.say("yes: they stay together; no, or no answer: each case is assigned alone")
        until = settings.site.working_days.shift(settings.site.today(now), settings.wait.normal)
        terms = lead(until, say.say("each case is assigned alone."), say)
        yield ask(
            family_question(place[1]),
            question,
            proposal,
            numbers[0] if numbers else "",
            snapshot,
            history,
            job,
            now,
            terms,
            say,
        )


def _crowded(snapshot: Snapshot, settings: AssignSettings) -> Mapping[tuple[str, str], Sequence[Case]]:
    """The open cases by household, of those with more last names than the settings let pass."""
    homes: defaultdict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in snapshot.cases:
        if case.household and is_open(case, settings):
            homes[home(case)].append(case)
    return {place: cases for place, cases in homes.items() if _families(cases) > settings.family_names}


def _families(cases: Sequence[Case]) -> int:
    """How many different last names there are; parts of a double name are names of one family."""
    found: list[set[str]] = []
    for case in cases:
        parts = _parts(case.last_name or "")
        if not parts:
            continue
        # A double name joins the families of both its parts, however far apart they were found.
        kin = [family for family in found if any(_alike(one, other) for one in parts for other in family)]
        found = [*(family for family in found if family not in kin), parts.union(*kin)]
    return len(found)


def _parts(name: str) -> set[str]:
    # Accents are often typed for one member of a family only.
    plain = "".join(char for char in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(char))
    parts = "".join(char if char.isalpha() else " " for char in plain).split()
    return {part for part in parts if len(part) >= _STEM} or set(parts)


def _alike(one: str, other: str) -> bool:
    """Whether two last names differ by their ending alone, as those of men and women do."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return one == other or (same >= _STEM and max(len(one), len(other)) - same <= _ENDING)
