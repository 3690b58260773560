"""What the rows of cases say of themselves: whether a case is open, the one definition for every figure, check and
condition; and which of them must not meet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from automations.model.records import Case
from automations.model.settings import SiteFacts
from automations.model.values import digest


def is_open(case: Case, site: SiteFacts, today: date) -> bool:
    """Whether the case is being worked on, on a local date of the site; for many cases ask an `Openness`."""
    return Openness(site, today)(case)


class Openness:
    """Says of cases whether they are open on a site's local date `today`.

    The phase decides. Where a case has no phase that the site knows, it is open until its closing date."""

    def __init__(self, site: SiteFacts, today: date) -> None:
        self._open_phase = {phase.id: phase.open for phase in site.phases}
        self._today = today

    def __call__(self, case: Case) -> bool:
        """Whether the case is being worked on."""
        # A table of phases instead of a search: it is asked for every case of every figure.
        known = self._open_phase.get(case.phase) if case.phase else None
        return known if known is not None else not (case.closed_on and case.closed_on <= self._today)


_SEPARATORS = re.compile(r"[,;/\s]+")
_GAP = re.compile(r"[\W_]+")
_BEFORE_DIGITS = re.compile(r"(?<=[^\W\d_]) (?=\d)")


def household_key(case: Case) -> str:
    """The household as people compare names: "Fam. 12", "fam 12" and "Fam.12" are one, "12/1" and "121" are not.
    Blank where the row names none."""
    name = (case.household or "").strip().casefold()
    return _BEFORE_DIGITS.sub("", _GAP.sub(" ", name).strip()) or name


def family_question(household: str) -> str:
    """The key of the question whether a household, as people compare names, is one family."""
    return f"family/{digest(household)}"


def named_apart(case: Case) -> list[str]:
    """The numbers of the cases that the row names, and whatever else stands there, without brackets and stops."""
    words = (word.strip("().:") for word in _SEPARATORS.split(case.not_with or ""))
    return [word for word in words if word]


def kept_apart(one: Case, other: Case) -> bool:
    """Whether these two must not meet."""
    return _names(one, other) or _names(other, one)


def _names(one: Case, other: Case) -> bool:
    # People type numbers in small letters as well.
    number = (other.number or "").casefold()
    return bool(number) and number in (word.casefold() for word in named_apart(one))


def parted(cases: Iterable[Case]) -> frozenset[str]:
    """The numbers of those who share a household with somebody whom they must not meet: each stands alone."""
    # People type the number of the other one as they please: “k-12” is K-12.
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
