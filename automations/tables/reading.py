"""One table's rows as records: column by column, each distinct value parsed once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from automations.layout import TableLayout
from automations.plan import RowKey
from automations.problems import Problem
from automations.records import AnyRecord, AppointmentStatus, Cell
from automations.tables.dates import Parser
from automations.tables.derived import Column, with_derived
from automations.tables.faults import ERRORS, FORMULA_ERROR, NOTHING, Fault, Parsed, error_shown, problem, shown
from automations.tables.rows import TableRows
from automations.tables.schema import CAUTIOUS, FIELDS, NEEDED, RECORDS, TEXT_KINDS, kind_of
from automations.tables.words import key_text
from automations.texts import Texts
from automations.values import Value, draft_key
from automations.workbooks.protocol import RawTab

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
_ERROR_TEXTS = frozenset({*ERRORS, *ERRORS.values()})
_DASHES = frozenset({"-", "–", "—", "--", "/", "./."})
_MOST_ROWS_NAMED = 5


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read."""

    rows: TableRows
    records: tuple[AnyRecord, ...]
    problems: tuple[Problem, ...]


def read_table(layout: TableLayout, tab: RawTab, parsers: Mapping[str, Parser], said: Texts) -> Table:
    """The records of a table that was found, and what is wrong with them. Rows without anything
    that staff typed are passed over."""
    special = _special(layout, tab)
    numbers, values = _filled_rows(layout, tab, special)
    places = {name: column - 1 for name, column in layout.columns.items()}
    columns = {
        name: _column(values, place, _parser(kind_of(layout.table, name), parsers)) for name, place in places.items()
    }
    columns = with_derived(layout.table, columns)
    keys, faulty_keys = _keys(layout, values, places, numbers)
    counts = Counter(keys)
    index = {key: position for position, key in enumerate(keys) if counts[key] == 1}
    rows = TableRows(layout, places, values, numbers, index, special)
    bad = _bad(columns, special, numbers, places)
    records = _records(layout, columns, keys, numbers, bad, frozenset(key for key, n in counts.items() if n > 1))
    problems = [
        *_cell_problems(layout, columns, keys, numbers, said),
        *_error_problems(layout, special, numbers, keys, said),
        *_double_problems(layout, keys, numbers, faulty_keys, said),
    ]
    return Table(rows, records, tuple(problems))


def _parser(kind: str, parsers: Mapping[str, Parser]) -> Parser:
    """The parser of a kind of field; where no text belongs, a dash is a blank."""
    parse = parsers[kind]
    if kind in TEXT_KINDS:
        return parse
    return lambda raw: parse("" if isinstance(raw, str) and raw.strip() in _DASHES else raw)


def _special(layout: TableLayout, tab: RawTab) -> dict[int, dict[int, Cell]]:
    """Formulas and errors below the header, by row number and column index."""
    mapped = set(layout.columns.values())
    found: dict[int, dict[int, Cell]] = {}
    for (row, column), formula in tab.formulas.items():
        if column in mapped and row >= layout.first_row:
            cells = tab.rows[row - 1] if row <= len(tab.rows) else ()
            value = cells[column - 1] if column <= len(cells) else None
            found.setdefault(row, {})[column - 1] = Cell(value, "formula", formula)
    for (row, column), error in tab.errors.items():
        if column in mapped and row >= layout.first_row:
            found.setdefault(row, {})[column - 1] = Cell(None, "error", error)
    return found


def _filled_rows(
    layout: TableLayout, tab: RawTab, special: Mapping[int, Mapping[int, Cell]]
) -> tuple[list[int], list[Sequence[Value]]]:
    wanted = {*layout.staff_fields, layout.key_field} & set(layout.columns)
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


def _without_errors(row: Sequence[Value], special: Mapping[int, Cell] | None) -> Sequence[Value]:
    if not special or all(cell.kind != "error" for cell in special.values()):
        return row
    return [None if i in special and special[i].kind == "error" else value for i, value in enumerate(row)]


def _column(values: Sequence[Sequence[Value]], place: int, parse: Parser) -> Column:
    raw: list[Value] = [row[place] if place < len(row) else None for row in values]
    if bool in set(map(type, raw)):  # True would be taken for 1 below
        raw = [shown(value) if isinstance(value, bool) else value for value in raw]
    understood = {value: _understood(value, parse) for value in set(raw)}
    blank = _blank(parse).value
    lookup = {value: blank if parsed.value is None else parsed.value for value, parsed in understood.items()}
    faults = {value: parsed.fault for value, parsed in understood.items() if parsed.fault is not None}
    return Column(raw, [lookup[value] for value in raw], faults)


def _understood(value: Value, parse: Parser) -> Parsed:
    if value is None:
        return _blank(parse)
    if isinstance(value, str) and value.startswith("#") and value.strip() in _ERROR_TEXTS:
        return Parsed(None, FORMULA_ERROR)  # pasted as text
    return parse(value)


def _blank(parse: Parser) -> Parsed:
    """A blank cell: no fault, and an empty tuple where several values could stand."""
    value = parse("").value
    return Parsed(()) if isinstance(value, tuple) else NOTHING


def _keys(
    layout: TableLayout, values: Sequence[Sequence[Value]], places: Mapping[str, int], numbers: Sequence[int]
) -> tuple[list[str], dict[str, list[int]]]:
    """Each row's key, and the row numbers of keys that stand more than once."""
    place = places.get(layout.key_field)
    keys: list[str] = []
    rows: dict[str, list[int]] = {}
    for row, number in zip(values, numbers, strict=True):
        key = key_text(row[place]) if place is not None and place < len(row) else None
        key = key or draft_key({name: row[p] for name in layout.staff_fields if (p := places[name]) < len(row)})
        keys.append(key)
        rows.setdefault(key, []).append(number)
    return keys, {key: lines for key, lines in rows.items() if len(lines) > 1}


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
            for position, (raw, parsed) in enumerate(zip(column.raw, column.parsed, strict=True)):
                if raw in column.faults and not parsed:
                    bad.setdefault(position, set()).add(name)
    if special:
        names = {place: name for name, place in places.items()}
        for position, number in enumerate(numbers):
            for place, cell in special.get(number, {}).items():
                if cell.kind == "error":
                    bad.setdefault(position, set()).add(names[place])
    return bad


def _records(
    layout: TableLayout,
    columns: Mapping[str, Column],
    keys: Sequence[str],
    numbers: Sequence[int],
    bad: Mapping[int, set[str]],
    double: frozenset[str],
) -> tuple[AnyRecord, ...]:
    make: Any = RECORDS[layout.table]
    table, workbook = layout.table, layout.workbook
    names = [name for name in columns if name in FIELDS[table]]
    lists = [columns[name].parsed for name in names]
    nothing: frozenset[str] = frozenset()
    defaults = {f: v for f, v in make.__dataclass_fields__.items() if f in names for v in [v.default]}
    filled = [_with_default(values, defaults[name]) for name, values in zip(names, lists, strict=True)]
    records = []
    for position, (key, number, values) in enumerate(zip(keys, numbers, zip(*filled, strict=True), strict=True)):
        known = dict(zip(names, values, strict=True))
        known["row"] = RowKey(workbook, table, key)
        known["line"] = number
        known["usable"] = key not in double and _usable(table, known)
        known["bad"] = frozenset(bad[position]) if position in bad else nothing
        known |= {name: CAUTIOUS[name] for name in known["bad"] if name in CAUTIOUS and name in known}
        records.append(make(**known))
    return tuple(records)


def _with_default(values: Sequence[Any], default: Any) -> Sequence[Any]:
    """Blank cells as the record's own default (urgency normal, active yes)."""
    if default is None or default == ():
        return values
    return [default if value is None else value for value in values]


def _usable(table: str, known: Mapping[str, Any]) -> bool:
    if table == "appointments" and known.get("status") in (AppointmentStatus.POSTPONED, AppointmentStatus.CANCELLED):
        return True
    if table == "cases":
        return any(known.get(name) for name in ("last_name", "first_name", "number"))
    return all(known.get(name) is not None for name in NEEDED.get(table, ()))


def _cell_problems(
    layout: TableLayout, columns: Mapping[str, Column], keys: Sequence[str], numbers: Sequence[int], said: Texts
) -> Iterator[Problem]:
    for name, column in columns.items():
        if not column.faults:
            continue
        for position, raw in enumerate(column.raw):
            if raw in column.faults:
                yield problem(column.faults[raw], said, layout, name, numbers[position], keys[position], shown(raw))


def _error_problems(
    layout: TableLayout,
    special: Mapping[int, Mapping[int, Cell]],
    numbers: Sequence[int],
    keys: Sequence[str],
    said: Texts,
) -> Iterator[Problem]:
    if not special:
        return
    names = {column - 1: name for name, column in layout.columns.items()}
    for number, key in zip(numbers, keys, strict=True):
        for place, cell in special.get(number, {}).items():
            if cell.kind == "error":
                yield problem(
                    FORMULA_ERROR, said, layout, names[place], number, key, error_shown(cell.shown, said.language)
                )


def _double_problems(
    layout: TableLayout, keys: Sequence[str], numbers: Sequence[int], double: Mapping[str, Sequence[int]], said: Texts
) -> Iterator[Problem]:
    if not double or not layout.key_field:
        return
    for key, number in zip(keys, numbers, strict=True):
        if key in double:
            draft = key.startswith("draft:")
            rows = ", ".join(str(line) for line in double[key][:_MOST_ROWS_NAMED])
            fault = (EQUAL_DRAFTS if draft else DUPLICATE_NUMBER).saying(rows=rows)
            name = layout.key_field if layout.key_field in layout.columns else ""
            yield problem(fault, said, layout, name, number, key, "" if draft else key)
