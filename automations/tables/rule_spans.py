"""Comparisons, and stretches of time as people type them (`14 Tage`), in the dialect of rules.toml.

Days and weeks are counted; months, quarters and years go by the calendar, so that a month after 31 January is
28 or 29 February."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from automations.tables.rule_tokens import ConditionError

_DAYS = dict.fromkeys(("tag", "tage", "tagen", "day", "days"), 1)
_WEEKS = dict.fromkeys(("woche", "wochen", "week", "weeks"), 7)
_MONTHS = dict.fromkeys(("monat", "monate", "monaten", "month", "months"), 1)
_QUARTERS = dict.fromkeys(("quartal", "quartale", "quartalen", "quarter", "quarters"), 3)
_YEARS = dict.fromkeys(("jahr", "jahre", "jahren", "year", "years"), 12)
IN_DAYS: Mapping[str, int] = MappingProxyType(_DAYS | _WEEKS)
IN_MONTHS: Mapping[str, int] = MappingProxyType(_MONTHS | _QUARTERS | _YEARS)
UNITS = "|".join(sorted((*IN_DAYS, *IN_MONTHS), key=len, reverse=True))

_WORDS = ("null", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf")
_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_OTHERS = {"eins": 1, "eine": 1, "einem": 1, "einen": 1, "einer": 1, "eines": 1,
           "a": 1, "an": 1, "vierzehn": 14, "fourteen": 14,
           "fuenf": 5, "zwoelf": 12}  # fmt: skip
NUMBERS: Mapping[str, int] = MappingProxyType(
    {word: n for words in (_WORDS, _ENGLISH) for n, word in enumerate(words)} | _OTHERS
)
"""Numbers in words."""

_HALF = frozenset({"halbe", "halben", "halbes", "half"})
HALF_YEARS = frozenset({"halbjahr", "halbjahre", "halbjahren"})
_MOST_MONTHS, _MOST_DIGITS = 1_200, 5


class Span(Struct, frozen=True):
    """So many days, or so many months of the calendar; `told` where its unit was said."""

    number: int
    months: bool = False
    told: bool = True

    @property
    def years(self) -> int:
        """How many years it is; 0 where it is no number of whole ones."""
        return self.number // 12 if self.months and not self.number % 12 else 0

    def after(self, source: str) -> str:
        """The day that lies so far after another one (before it, where the number is negative)."""
        if self.months:
            return f"months_later({source}, {self.number})"
        # No “+ 0”: conditions are shown to people.
        return f"{source} {'+' if self.number >= 0 else '-'} {abs(self.number)}" if self.number else source

    def back(self) -> Span:
        """As far the other way."""
        return Span(-self.number, self.months, self.told)

    def away(self, source: str, what: str) -> str:
        """Whether a day lies so far back or ahead."""
        if self.months:
            past, ahead = self.after(source), self.after("today")
            return {
                "since": f"{past} < today", "recent": f"({source} <= today and {past} >= today)",
                "sooner": f"({source} >= today and {source} < {ahead})",
                "onward": f"{source} >= {ahead}", "exactly": f"{source} == {ahead}", "beyond": f"{source} > {ahead}",
                "within": f"({source} >= today and {source} <= {ahead})",
            }[what]  # fmt: skip
        near, back = f"days_until({source})", f"days_since({source})"
        return {
            "since": f"{back} > {self.number}", "recent": f"({back} >= 0 and {back} <= {self.number})",
            "sooner": f"({near} >= 0 and {near} < {self.number})",
            "exactly": f"{near} == {self.number}", "beyond": f"{near} > {self.number}",
            "onward": f"{near} >= {self.number}",
            "within": f"({near} >= 0 and {near} <= {self.number})",
        }[what]  # fmt: skip


def span_at(words: Sequence[str], sign: str = "…") -> tuple[Span, int]:
    """The stretch that folded words begin with, and how many of them it takes; a number alone counts days. Raises
    ConditionError."""
    first = words[0] if words else ""
    if first in HALF_YEARS:
        return Span(6, months=True), 1
    number = NUMBERS.get(first, int(first) if re.fullmatch(rf"\d{{1,{_MOST_DIGITS}}}", first) else None)
    if number is None:
        raise ConditionError("A number of days is missing; here stands “{sign}”.", sign=first or sign)
    unit = words[1] if len(words) > 1 else ""
    if unit.startswith(("werktag", "arbeitstag", "working")):
        raise ConditionError(
            "Working days are counted under “When” only: write it like “{n} working days before [Column]”.", n=number
        )
    # “zwei Halbjahre”, “ein halbes Jahr”
    if unit in HALF_YEARS or (unit in _HALF and words[2:3] and words[2] in _YEARS):
        return _months(6 * number, first), 2 if unit in HALF_YEARS else 3
    if unit in IN_MONTHS:
        return _months(number * IN_MONTHS[unit], first), 2
    return Span(number * IN_DAYS.get(unit, 1), told=unit in IN_DAYS), 2 if unit in IN_DAYS else 1


def _months(number: int, sign: str) -> Span:
    if number > _MOST_MONTHS:
        raise ConditionError("“{sign}” is no number.", sign=sign)
    return Span(number, months=True)


def quoted(word: str) -> str:
    """A text as a value of a condition."""
    return json.dumps(word, ensure_ascii=False)


def held(values: Sequence[str], source: str, *, negative: bool, together: bool = False) -> str:
    """Whether one of the values, or all `together`, are among what a field holds."""
    inside = (" and " if together else " or ").join(f"{value} in {source}" for value in values)
    return f"not ({inside})" if negative else f"({inside})" if len(values) > 1 else inside


def edged(values: Sequence[str], source: str, what: str) -> str:
    """Whether a text begins or ends with one of the values."""
    parts = [f"{what}_with({source}, {value})" for value in values]
    return "(" + " or ".join(parts) + ")" if len(parts) > 1 else parts[0]


def compared(source: str, kind: str, sign: str, values: Sequence[str]) -> str:
    """A field beside one value or several; words whatever their case. Raises ConditionError."""
    if kind == "text" and sign in {"==", "!="} and all(value.startswith('"') for value in values):
        source, values = f"lower({source})", [value.casefold() for value in values]
    if len(values) == 1:
        return f"{source} {sign} {values[0]}"
    if sign not in {"==", "!="}:
        raise ConditionError("Give one value after “{sign}”.", sign=sign)
    return f"{source} {'in' if sign == '==' else 'not in'} [{', '.join(values)}]"
