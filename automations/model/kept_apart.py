"""Cases that must not meet, as either of their rows says."""

from __future__ import annotations

import re
from collections.abc import Iterable

from automations.model.records import Case

_SEPARATORS = re.compile(r"[,;/\s]+")


def named_apart(case: Case) -> list[str]:
    """The numbers of the cases that the row names."""
    return [word for word in _SEPARATORS.split(case.not_with or "") if word]


def kept_apart(one: Case, other: Case) -> bool:
    """Whether these two must not meet."""
    return other.number in named_apart(one) or one.number in named_apart(other)


def parted(cases: Iterable[Case]) -> frozenset[str]:
    """The numbers of those who share a household with somebody whom they must not meet: each stands alone."""
    known = {case.number: case for case in cases if case.number and case.household}
    found: set[str] = set()
    for case in known.values():
        for number in named_apart(case):
            other = known.get(number)
            if other is not None and _same(case, other):
                found |= {case.number or "", number}
    return frozenset(found)


def _same(one: Case, other: Case) -> bool:
    first, second = (" ".join((case.household or "").casefold().split()) for case in (one, other))
    return first == second
