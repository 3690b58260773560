"""Rows that bear another number than when they were read last: a number written otherwise, a table numbered anew, a
number that was emptied. Whoever was told something is the same person still."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from automations.model.snapshot import Snapshot
from automations.model.values import RowKey, Value, is_draft
from automations.tables.folding import fold
from automations.tables.rows import fingerprints_under

Known = Mapping[RowKey, str]  # rows, and the fingerprint of what staff had typed in each

_NUMBERED = frozenset({"cases", "appointments"})
_DIGITS = re.compile(r"\d+")
# Pairs of rows that are compared cell by cell, where the number is one of the cells: half a second's work.
_MOST = 250_000


def former_numbers(snapshot: Snapshot, rows: Known, known: Known) -> Mapping[RowKey, str]:
    """Row now -> the number that it had, where only one can be meant: all that staff typed beside it is the same, or
    the number is, but for capitals and signs. A row without a number is known by its draft."""
    wanted = _NUMBERED | {name for name, spec in snapshot.schema.items() if spec.own}
    gone = [row for row in known.keys() - rows.keys() if row.table in wanted and not is_draft(row.key)]
    fresh = [row for row in rows.keys() - known.keys() if row.table in wanted] if gone else []
    found: dict[RowKey, str] = {}
    for table in {row.table for row in fresh}:
        # A number that stands twice now is not gone.
        standing = {record.row.key for record in snapshot.table(table)}
        lost = {row: known[row] for row in gone if row.table == table and row.key not in standing}
        found |= _of_table(snapshot, {row: rows[row] for row in fresh if row.table == table}, lost)
    return found


def _of_table(snapshot: Snapshot, fresh: Known, lost: Known) -> dict[RowKey, str]:
    found = dict(_pairs(fresh, _single(lost)))
    if not found and len(fresh) * len(lost) <= _MOST:
        keys = {row.key: mark for row, mark in lost.items()}
        found = dict(_by_cells(snapshot, fresh, keys))
    left = [row for row in lost if row.key not in found.values()]
    spelled = {row: _spelled(row.key) for row in fresh if row not in found and not is_draft(row.key)}
    return found | dict(_pairs(spelled, _single({row: _spelled(row.key) for row in left})))


def _pairs(fresh: Mapping[RowKey, str], lost: Mapping[str, str]) -> Iterator[tuple[RowKey, str]]:
    """Rows and the numbers that were lost, of which both alone have a mark."""
    counts = Counter(fresh.values())
    return ((row, lost[mark]) for row, mark in fresh.items() if mark in lost and counts[mark] == 1)


def _single(lost: Mapping[RowKey, str]) -> dict[str, str]:
    counts = Counter(lost.values())
    return {mark: row.key for row, mark in lost.items() if counts[mark] == 1}


def _by_cells(snapshot: Snapshot, fresh: Iterable[RowKey], lost: Mapping[str, str]) -> Iterator[tuple[RowKey, str]]:
    """Where the team writes the numbers, the mark of a row has its number in it: whether it would be one of the `lost`
    with that one's number."""
    taken: set[str] = set()
    for row in fresh:
        layout = snapshot.layouts.get(row.table)
        if layout is None or layout.key_field not in layout.staff_fields:
            continue
        forms = {form: key for key in lost.keys() - taken for form in _forms(key)}
        same = {forms[form] for form, mark in _under(snapshot, row, forms) if mark == lost[forms[form]]}
        if len(same) == 1:
            taken |= same
            yield row, same.pop()


def _under(snapshot: Snapshot, row: RowKey, forms: Collection[Value]) -> Iterator[tuple[Value, str]]:
    return zip(forms, fingerprints_under(snapshot, row, forms), strict=True)


def _forms(key: str) -> tuple[Value, ...]:
    """What a cell can hold that is read as a number of a row."""
    return (key, int(key)) if key.isdecimal() and key == str(int(key)) else (key,)


def _spelled(key: str) -> str:
    """A number but for capitals, signs and leading zeros. 1/24 and 12/4 are two."""
    return ".".join([_DIGITS.sub("", fold(key)), *(str(int(count)) for count in _DIGITS.findall(key))])
