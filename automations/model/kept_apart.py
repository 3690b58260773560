"""Cases that must not meet, as either of their rows says."""

from __future__ import annotations

import re
from collections.abc import Iterable

from automations.model.records import Case

_SEPARATORS = re.compile(r"[,;/\s]+")
_GAP = re.compile(r"[\W_]+")
_BEFORE_DIGITS = re.compile(r"(?<=[^\W\d_]) (?=\d)")


def household_key(case: Case) -> str:
    """The household as people compare names: "Fam. 12", "fam 12" and "Fam.12" are one, "12/1" and "121" are not.
    Blank where the row names none."""
    name = (case.household or "").strip().casefold()
    return _BEFORE_DIGITS.sub("", _GAP.sub(" ", name).strip()) or name


def named_apart(case: Case) -> list[str]:
    """The numbers of the cases that the row names, and whatever else stands there, without brackets and stops."""
    words = (word.strip("().:") for word in _SEPARATORS.split(case.not_with or ""))
    return [word for word in words if word]


def kept_apart(one: Case, other: Case) -> bool:
    """Whether these two must not meet."""
    return _names(one, other) or _names(other, one)


def _names(one: Case, other: Case) -> bool:
    number = (other.number or "").casefold()
    return bool(number) and number in (word.casefold() for word in named_apart(one))


def parted(cases: Iterable[Case]) -> frozenset[str]:
    """The numbers of those who share a household with somebody whom they must not meet: each stands alone."""
    known = {case.number.casefold(): case for case in cases if case.number and case.household}
    found: set[str] = set()
    for case in known.values():
        for number in named_apart(case):
            other = known.get(number.casefold())
            if other is not None and other is not case and _same(case, other):
                found |= {case.number or "", other.number or ""}
    return frozenset(found)


def _same(one: Case, other: Case) -> bool:
    return household_key(one) == household_key(other)
