"""One table's rows as records: column by column, each distinct value parsed once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import compress, zip_longest
from typing import Any

from msgspec import Struct

from automations.common.texts import Texts
from automations.model.fields import TARGETS, FieldSpec
from automations.model.layout import Cell, SetAside, TableLayout
from automations.model.problems import Problem
from automations.model.records import AnyRecord
from automations.model.schema import TableSpec
from automations.model.values import Value, draft_key
from automations.tables.appointment_columns import slot_numbers
from automations.tables.asides import aside_problem, set_aside
from automations.tables.blank_words import DITTO, NO_WORDS, Nothing, is_ditto
from automations.tables.cell_findings import cell_problems, double_problems, error_problems
from automations.tables.dates import Parser
from automations.tables.derived import Column, crossed_languages, with_derived
from automations.tables.faults import ERRORS, FORMULA_ERROR, NOT_UNDERSTOOD, NOTHING, Fault, Parsed, shown
from automations.tables.records import make_records
from automations.tables.rows import TableRows
from automations.tables.words import key_text
from automations.workbooks.protocol import RawTab

ROW_OF = "row of "  # what the kinds of fields begin with that point to a row of a table without a kind of its own
REFERENCES = frozenset(TARGETS)  # the other kinds of fields that point to a row

_ERROR_TEXTS = frozenset({*ERRORS, *ERRORS.values()})


class Table(Struct, frozen=True):
    """A table as read; its rows tab by tab."""

    rows: tuple[TableRows, ...]
    records: tuple[AnyRecord, ...]
    problems: tuple[Problem, ...]
    set_aside: tuple[SetAside, ...] = ()


def read_table(
    layout: TableLayout,
    spec: TableSpec,
    tab: RawTab,
    parsers: Mapping[str, Parser],
    said: Texts,
    known: Collection[str] = frozenset(),
    nothing: Nothing = NO_WORDS,
) -> Table:
    """The records of a table that was found, and what is wrong with them. Rows without anything
    that staff typed are passed over, and what is no row of the table is set aside. `known` are folded
    headings that the table may have; `nothing` are the words that stand for a blank cell."""
    special = _special(layout, tab)
    numbers, values = _filled_rows(layout, tab, special)
    # Before any cell is judged: a total or a note below the table would only give mistakes that nobody made.
    aside = tuple(set_aside(layout, spec, tab, tuple(zip(numbers, values, strict=True)), parsers, known))
    numbers, values = _without({one.row for one in aside}, numbers, values)
    places = {name: column - 1 for name, column in layout.columns.items()}
    columns = _columns(layout, spec, values, places, parsers, nothing)
    keys = _keys(layout, columns, values, places)
    double = _double(keys, numbers)
    # A number that stands twice names no row: nothing is written to either (docs/decisions/10-key-not-number.md).
    index = {key: position for position, key in enumerate(keys) if key not in double}
    rows = TableRows(layout, places, values, numbers, index, special)
    bad = _bad(columns, special, numbers, places)
    records = make_records(layout, spec, columns, keys, numbers, bad, double.keys())
    problems = [
        *cell_problems(layout, columns, keys, numbers, said),
        *error_problems(layout, special, numbers, keys, said),
        *double_problems(layout, keys, numbers, double, said),
        *aside_problem(() if layout.slot else aside, layout, said),
    ]
    return Table((rows,), records, tuple(problems), () if layout.slot else aside)


def _columns(
    layout: TableLayout,
    spec: TableSpec,
    values: Sequence[Sequence[Value]],
    places: Mapping[str, int],
    parsers: Mapping[str, Parser],
    nothing: Nothing,
) -> Mapping[str, Column]:
    """The columns of the table, and those that are made of others, of crosses or of the tab's name."""
    raw = _raw_columns(values, places)
    fields = {name: spec.fields.get(name, FieldSpec()) for name in places}
    columns = {name: _column(raw[name], _parser(field, name, parsers, nothing)) for name, field in fields.items()}
    if layout.crosses and "languages" not in columns:
        columns["languages"] = crossed_languages(layout.crosses, values, parsers["languages"])
    if layout.slot and "case" in columns:
        columns["number"] = slot_numbers(layout.slot, columns["case"])
    columns = with_derived(spec.joined, columns, parsers)
    if layout.tab_names:
        columns[layout.tab_names] = _by_tab(layout, len(values), parsers)
    return columns


def _parser(field: FieldSpec, name: str, parsers: Mapping[str, Parser], nothing: Nothing) -> Parser:
    """The parser of a field. One that names rows knows itself which words are no key."""
    kind = field.kind
    parse = parsers[field.parser or kind]
    return parse if kind in REFERENCES or kind.startswith(ROW_OF) else nothing.parser(parse, kind, name)


def _by_tab(layout: TableLayout, count: int, parsers: Mapping[str, Parser]) -> Column:
    """The same in every row: what the name of the tab says."""
    value = parsers[layout.tab_names](layout.tab).value
    return Column([layout.tab] * count, [value] * count, {})


def _special(layout: TableLayout, tab: RawTab) -> dict[int, dict[int, Cell]]:
    """Formulas and errors below the header, by row number and column index."""
    mapped = set(layout.columns.values())
    found: dict[int, dict[int, Cell]] = {}
    for (row, column), formula in tab.formulas.items():
        if column in mapped and row >= layout.first_row:
            cells = tab.rows[row - 1] if row <= len(tab.rows) else ()
            value = cells[column - 1] if column <= len(cells) else None
            found.setdefault(row, {})[column - 1] = Cell(value, "formula", formula)
    # Behind the formulas: one that shows an error counts as the error.
    for (row, column), error in tab.errors.items():
        if column in mapped and row >= layout.first_row:
            found.setdefault(row, {})[column - 1] = Cell(None, "error", error)
    return found


def _filled_rows(
    layout: TableLayout, tab: RawTab, special: Mapping[int, Mapping[int, Cell]]
) -> tuple[list[int], list[Sequence[Value]]]:
    # What staff typed counts, and the number: where kim alone wrote, people emptied the row.
    wanted = {*(["date"] if layout.slot else layout.staff_fields), layout.key_field} & set(layout.columns)
    places = sorted(layout.columns[name] - 1 for name in wanted)
    numbers: list[int] = []
    values: list[Sequence[Value]] = []
    for number, row in enumerate(tab.rows[layout.first_row - 1 :], start=layout.first_row):
        width = len(row)
        for place in places:
            if place >= width:
                break
            value = row[place]
            if value is not None and (not isinstance(value, str) or value.strip()):
                numbers.append(number)
                values.append(_without_errors(row, special.get(number)))
                break
    return numbers, values


def _without(
    left_out: set[int], numbers: list[int], values: list[Sequence[Value]]
) -> tuple[list[int], list[Sequence[Value]]]:
    if not left_out:
        return numbers, values
    kept = [number not in left_out for number in numbers]
    return list(compress(numbers, kept)), list(compress(values, kept))


def _without_errors(row: Sequence[Value], special: Mapping[int, Cell] | None) -> Sequence[Value]:
    if not special or all(cell.kind != "error" for cell in special.values()):
        return row
    return [None if i in special and special[i].kind == "error" else value for i, value in enumerate(row)]


def _raw_columns(values: Sequence[Sequence[Value]], places: Mapping[str, int]) -> dict[str, Sequence[Value]]:
    """The rows turned into columns, all in one go: asking each row for each of its cells takes seconds."""
    blank: Sequence[Value] = (None,) * len(values)
    turned = list(zip_longest(*values))
    return {name: turned[place] if place < len(turned) else blank for name, place in places.items()}


def _column(raw: Sequence[Value], parse: Parser) -> Column:
    distinct = set(raw)
    if not distinct.isdisjoint((0, 1)) and bool in set(map(type, raw)):  # True would be taken for 1 below
        raw = [shown(value) if isinstance(value, bool) else value for value in raw]
        distinct = set(raw)
    blank = _blank(parse).value
    lookup: dict[Value, Any] = {}
    faults: dict[Value, Fault] = {}
    for value in distinct:
        understood, fault = _understood(value, parse)
        lookup[value] = blank if understood is None else understood
        if fault is not None:
            faults[value] = fault
    return Column(raw, list(map(lookup.__getitem__, raw)), faults)


def _understood(value: Value, parse: Parser) -> Parsed:
    if value is None:
        return _blank(parse)
    if isinstance(value, str) and value.startswith("#") and value.strip() in _ERROR_TEXTS:
        return Parsed(None, FORMULA_ERROR)  # pasted as text
    if is_ditto(value):
        return Parsed(None, DITTO)
    try:
        return parse(value)
    except (ArithmeticError, LookupError, RecursionError, ValueError):
        return Parsed(None, NOT_UNDERSTOOD)  # what no parser foresaw harms its own cell alone


def _blank(parse: Parser) -> Parsed:
    """A blank cell: no fault, and an empty tuple where several values could stand."""
    value = parse("").value
    return Parsed(()) if isinstance(value, tuple) else NOTHING


def _keys(
    layout: TableLayout, columns: Mapping[str, Column], values: Sequence[Sequence[Value]], places: Mapping[str, int]
) -> list[str]:
    """Each row's key: what stands in its key cell, or a digest of what staff typed."""
    known = columns.get(layout.key_field)
    if known is None:
        return [_draft(layout, row, places) for row in values]
    return [
        # A key that its parser refuses names the row all the same: the cell is at fault.
        key or key_text(raw) or _draft(layout, row, places)
        for key, raw, row in zip(known.parsed, known.raw, values, strict=True)
    ]


def _draft(layout: TableLayout, row: Sequence[Value], places: Mapping[str, int]) -> str:
    return draft_key({name: row[place] for name in layout.staff_fields if (place := places[name]) < len(row)})


def _double(keys: Sequence[str], numbers: Sequence[int]) -> dict[str, list[int]]:
    """Keys that stand more than once, with the numbers of their rows."""
    if len(set(keys)) == len(keys):
        return {}
    counts = Counter(keys)
    rows: dict[str, list[int]] = {}
    for key, number in zip(keys, numbers, strict=True):
        if counts[key] > 1:
            rows.setdefault(key, []).append(number)
    return rows


def _bad(
    columns: Mapping[str, Column],
    special: Mapping[int, Mapping[int, Cell]],
    numbers: Sequence[int],
    places: Mapping[str, int],
) -> dict[int, set[str]]:
    """Position -> fields that could not be read."""
    bad: dict[int, set[str]] = {}
    for name, column in columns.items():
        if column.faults:
            # By values and not by rows: of a hundred thousand cells a handful are faulty.
            faulty = map(column.faults.__contains__, column.raw)
            for position in compress(range(len(column.raw)), faulty):
                if not column.parsed[position]:
                    bad.setdefault(position, set()).add(name)
    if special:
        names = {place: name for name, place in places.items()}
        for position, number in enumerate(numbers):
            for place, cell in special.get(number, {}).items():
                if cell.kind == "error":
                    bad.setdefault(position, set()).add(names[place])
    return bad
