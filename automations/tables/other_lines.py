"""Lines that are none of a table's rows, told by their looks alone: totals, the headings once more (the same again,
their numbers, hints how to fill in, legends), and what belongs to something else below the table, such as telephone
numbers of the house."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, time

from automations.model.values import Value
from automations.tables.faults import shown
from automations.tables.folding import fold

_TOTALS = re.compile(
    r"^\s*(?:∑|(zwischen|gesamt)?(übertrag|summe|summen|anzahl|insgesamt|gesamt|gesamtzahl|ergebnis|total|totals|subtotal|davon|darunter|"
    r"grand total|sum|count|average|durchschnitt|mittelwert|Ø|Σ)\b)",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"{_TOTALS.pattern}\W*\d*\W*$", re.IGNORECASE)
# What stands beside a word of totals: "16 Fälle", "davon 3 offen".
_COUNT = re.compile(r"^\s*(davon\s+)?[\d.,]+\s*(%|\D{0,20})$")

_FEWEST = 2  # headings that say something together
_MANY = 3  # columns, more of which are not counted by chance
_NUMBERED = re.compile(r"\W*(\d{1,2})\W*$")
_FORMAT = re.compile(r"\b(TT|DD)[./-]\s?MM\b|JJJJ|YYYY|\bhh:mm\b|\bz\.\s?B\.|\be\.g\.", re.IGNORECASE)

_PREPARED = 3  # rows with a running number alone, fewer of which somebody may just have begun

_SPARSE = 3  # cells; a row of more is none of a tail
_GAP = 2  # rows further on, from which on a line needs none above it to stand apart


def is_total(typed: Sequence[Value]) -> bool:
    """Whether the filled cells of a line are a word of totals and what it counts."""
    texts = [cell for cell in typed if isinstance(cell, str)]
    dated = any(isinstance(cell, date | time) for cell in typed)
    counted = all(_COUNT.match(text) for text in texts[1:])
    return bool(texts) and not dated and counted and bool(begins(texts[0]))


def begins(text: str) -> bool:
    """Whether a text begins with a word of totals."""
    return bool(_TOTALS.match(text))


def stands_alone(text: str) -> bool:
    """Whether a text is a word of totals with nothing but a year or signs beside it: a table of the team's own may well
    list a "Gesamtkosten Nord" among other things."""
    return bool(_ALONE.match(text))


def stands_again(headings: Mapping[int, str], cells: Sequence[Value]) -> bool:
    """Whether a row has the headings of its table once more."""
    typed = {column: cell for column, cell in enumerate(cells, start=1) if shown(cell) and column in headings}
    same = [cell for column, cell in typed.items() if isinstance(cell, str) and fold(cell) == fold(headings[column])]
    return len(same) >= _FEWEST and len(same) == len(typed)


def counts_columns(typed: Sequence[Value]) -> bool:
    """Whether the filled cells of a line number the columns, or show how to fill them in."""
    if any(isinstance(cell, str) and _FORMAT.search(cell) for cell in typed):
        return True
    return len(typed) > _MANY and [_number(cell) for cell in typed] == list(range(1, len(typed) + 1))


def _number(cell: Value) -> Value:
    """The number that a cell is, also one in brackets."""
    found = _NUMBERED.match(cell) if isinstance(cell, str) else None
    return int(found[1]) if found else cell


def explains_signs(cells: Sequence[Value]) -> bool:
    """Whether a line is a legend: "N = neu", "L = laufend"."""
    return sum(isinstance(cell, str) and " = " in cell for cell in cells) >= _FEWEST


def tail(
    lines: Sequence[tuple[int, Sequence[Value]]], read: Callable[[Sequence[Value]], Sequence[bool]]
) -> frozenset[int]:
    """The rows that stand apart below a table: several with a few cells each, after a blank row and under a line of one
    cell ("Wichtige Kontakte"), or after more blank rows. `read` says of each cell that takes no words whether it is
    what belongs there: none is, or these are records somebody has begun."""
    start = len(lines)
    for place in range(len(lines) - 1, 0, -1):
        count = sum(bool(shown(cell)) for cell in lines[place][1])
        if count > _SPARSE:
            break
        gap = lines[place][0] - lines[place - 1][0]
        if gap > _GAP or (gap > 1 and count == 1):
            start = place
    told = [fits for _, cells in lines[start:] for fits in read(cells)]
    apart = len(lines) - start > 1 and bool(told) and not any(told)
    return frozenset(number for number, _ in lines[start:]) if apart else frozenset()


def prepared(
    lines: Sequence[tuple[int, Sequence[Value]]], key: int, computed: Collection[tuple[int, int]]
) -> frozenset[int]:
    """The rows at the end of a table that wait to be filled in: a bare running number in the column `key`, and beside
    it nothing but formulas (`computed`). A number with signs of its own may be somebody's whose row was emptied."""
    found: dict[int, int] = {}
    for row, cells in reversed(lines):
        typed = {column for column, cell in enumerate(cells, start=1) if shown(cell)}
        number = shown(cells[key - 1]).rstrip(".") if key in typed else ""
        if not number.isdecimal() or any((row, column) not in computed for column in typed - {key}):
            break
        found[row] = int(number)
    running = {row - number for row, number in found.items()}
    return frozenset(found if len(found) >= _PREPARED and len(running) == 1 else ())


def is_title(cells: Sequence[Value]) -> bool:
    """Whether a row is one text alone: right above headings that stand there again, that is their title."""
    typed = [cell for cell in cells if shown(cell)]
    return len(typed) == 1 and isinstance(typed[0], str)


def first_of_several(cells: Sequence[Value]) -> str:
    """The first of several words of a line's only cell ("Büro" of "Büro Mitte"); "" where it is one alone."""
    first, *others = next(shown(cell) for cell in cells if cell is not None).split()
    return first if others else ""


def stands_below(cells: Sequence[Value], below: Sequence[Value]) -> bool:
    """Whether the only text of a line stands in another column of the row below it, as the office of a section does."""
    place, text = next((n, fold(shown(cell))) for n, cell in enumerate(cells) if cell is not None)
    return any(n != place and isinstance(cell, str) and fold(cell) == text for n, cell in enumerate(below))
