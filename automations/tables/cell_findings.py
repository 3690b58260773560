"""What is wrong with the cells and keys of a table that was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from automations.common.texts import Texts
from automations.model.layout import Cell, TableLayout
from automations.model.problems import Problem
from automations.tables.derived import Column
from automations.tables.faults import FORMULA_ERROR, Fault, error_shown, problem, shown

DUPLICATE_NUMBER = Fault(
    "duplicate_number",
    "{shown} stands more than once in the column “{column}” (rows {rows}); kim leaves these rows alone.",
    "Please give each row a number of its own.",
    "error",
)
EQUAL_DRAFTS = Fault(
    "equal_drafts",
    "The rows {rows} have no number and are the same, so they cannot be told apart.",
    "Please delete one of them, or complete what distinguishes them.",
    "error",
)
_MOST_ROWS_NAMED = 5


def cell_problems(
    layout: TableLayout, columns: Mapping[str, Column], keys: Sequence[str], numbers: Sequence[int], said: Texts
) -> Iterator[Problem]:
    """Cells that could not be read, or were understood with a note."""
    for name, column in columns.items():
        if not column.faults:
            continue
        for position, raw in enumerate(column.raw):
            if raw in column.faults:
                yield problem(column.faults[raw], said, layout, name, numbers[position], keys[position], shown(raw))


def error_problems(
    layout: TableLayout,
    special: Mapping[int, Mapping[int, Cell]],
    numbers: Sequence[int],
    keys: Sequence[str],
    said: Texts,
) -> Iterator[Problem]:
    """Cells whose formula shows an error."""
    if not special:
        return
    names = {column - 1: name for name, column in layout.columns.items()}
    for number, key in zip(numbers, keys, strict=True):
        for place, cell in special.get(number, {}).items():
            if cell.kind == "error":
                yield problem(
                    FORMULA_ERROR, said, layout, names[place], number, key, error_shown(cell.shown, said.language)
                )


def double_problems(
    layout: TableLayout, keys: Sequence[str], numbers: Sequence[int], double: Mapping[str, Sequence[int]], said: Texts
) -> Iterator[Problem]:
    """Rows whose number stands more than once, or that nothing tells apart. `double`: keys and row numbers."""
    if not double or not layout.key_field:
        return
    for key, number in zip(keys, numbers, strict=True):
        if key in double:
            # The key of a draft is a digest that nobody can look up, so its rows alone are named.
            draft = key.startswith("draft:")
            more = ["…"] if len(double[key]) > _MOST_ROWS_NAMED else []
            rows = ", ".join([*map(str, double[key][:_MOST_ROWS_NAMED]), *more])
            fault = (EQUAL_DRAFTS if draft else DUPLICATE_NUMBER).saying(rows=rows)
            name = layout.key_field if layout.key_field in layout.columns else ""
            yield problem(fault, said, layout, name, number, key, "" if draft else key)
