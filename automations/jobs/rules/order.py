"""The order and groups of rows in a list or digest, as people sort them: “W 9” before “W 10”, “Öz” between N and P."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeAlias

from automations.jobs.rules.desk import Desk
from automations.jobs.rules.wording import said, value_at
from automations.model.records import Record

_Sorted: TypeAlias = tuple[tuple[bool, float, str], ...]  # words behind numbers, numbers by their size

_PIECE = re.compile(r"(\d{1,15})|[^\W\d_]+")


def ordered(order: Sequence[str], records: Iterable[Record], desk: Desk) -> list[Record]:
    """The rows in the order that a rule wants, blanks last."""
    found = list(records)
    # From the last name to the first: sorting keeps the order of equals.
    for name in reversed(order):
        path, back = name.removeprefix("-"), name.startswith("-")
        values = {id(record): _sortable(path, record, desk) for record in found}
        filled_in = [record for record in found if values[id(record)]]
        blank = [record for record in found if not values[id(record)]]
        found = [*sorted(filled_in, key=lambda record: values[id(record)], reverse=back), *blank]
    return found


def grouped(by: str, records: Sequence[Record], desk: Desk) -> Iterable[tuple[str, Sequence[Record]]]:
    """The rows by what one of their fields says, in the order in which each first stands there."""
    if not by:
        return [("", records)]
    found: dict[str, list[Record]] = {}
    for record in records:
        group = said(by, record, desk, desk.site.language) or desk.words.say("(not recorded)")
        found.setdefault(group, []).append(record)
    return found.items() if found else [("", ())]


def _sortable(path: str, record: Record, desk: Desk) -> _Sorted:
    """What a value is sorted by, blank for none."""
    value = value_at(path, record, desk)[0]
    if isinstance(value, date):
        return ((True, 0.0, value.isoformat()),)
    if isinstance(value, int | float):
        return ((False, float(value), ""),)  # in the form of a number in words: a column may hold both
    return _as_in_a_directory(str(value or ""))


def _as_in_a_directory(text: str) -> _Sorted:
    """Words without their accents, numbers in them by their size and before words; signs between them do not count,
    unless there is nothing else."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in letters if not unicodedata.combining(sign))
    pieces = [(not one[1], float(one[1] or 0), one[0]) for one in _PIECE.finditer(plain)]
    return tuple(pieces) or ((True, 0.0, plain),) * bool(plain)
