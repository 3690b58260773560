"""The birthday behind a name in the same cell: "Kaya, Mehmet *3.4.1980", "Mehmet Kaya (1980)"."""

from __future__ import annotations

import re
from datetime import date

_SIGN = r"\*|\b(?:geb\.?|geboren|born|d\.?o\.?b\.?:?|jg\.?|jahrgang)"
# A day, or after a sign a year alone. All repeats are bounded, as a cell of 32 000 dashes would else take hours.
_BEHIND = re.compile(
    rf"[\s,;/(\[|–-]{{0,5}}(?:{_SIGN})?\s{{0,3}}(?:am\s{{1,3}})?"
    r"(\d{1,2}[./]\s?\d{1,2}[./]\s?(?:\d{4}|\d\d)|\d{4}-\d\d-\d\d)\s?[)\]]?\s?$|"
    rf"[\s,;/|–-]{{0,5}}(?:[(\[]\s?(?:{_SIGN})?|{_SIGN})\s{{0,3}}((?:19|20)\d\d)\s?[)\]]?\s?$",
    re.IGNORECASE,
)

_NUMBER = re.compile(r"\d+")
_CENTURY = 100


def parted(text: str) -> tuple[str, str]:
    """A name without the birthday behind it, and that as it is typed; "" where there is none."""
    found = _BEHIND.search(text)
    return (text[: found.start()], found[1] or found[2]) if found else (text, "")


def is_born(typed: str, day: date) -> bool:
    """Whether what is typed behind a name may be that day; of a year alone, or of two digits, that is all that can be
    told."""
    first, *others = map(int, _NUMBER.findall(typed))
    if not others:
        return first == day.year
    middle, last = others
    year, of_month = (first, last) if first > _CENTURY else (last, first)
    alike = year == day.year if year > _CENTURY else year == day.year % _CENTURY
    return alike and (middle, of_month) == (day.month, day.day)
