"""Several tables in one tab, and one table in several tabs (a tab a year, a colleague, an office).

A table that shares its tab begins with the column of its `first_heading`, and reaches to the next
such heading on its right and to the next such header below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import structs
from msgspec.structs import replace

from automations.common.texts import Texts
from automations.model.layout import TableLayout
from automations.model.problems import Problem
from automations.model.values import Value
from automations.tables.columns import TableColumns
from automations.tables.faults import Fault, problem
from automations.tables.folding import fold
from automations.tables.reading import Table
from automations.tables.rows import TableRows
from automations.workbooks.headers import header_texts
from automations.workbooks.protocol import RawTab

_FEWEST = 2  # headings beside each other that make a header


def shared_starts(tables: Mapping[str, TableColumns]) -> frozenset[str]:
    """The first headings, folded, of all tables that share a tab with another one."""
    return frozenset(name for rules in tables.values() for name in _starting(rules))


def _starting(rules: TableColumns) -> frozenset[str]:
    """The first heading of a table that shares its tab, folded; of kim's own tabs in both languages."""
    first = fold(rules.first_heading)
    if not first:
        return frozenset()
    same = {fold(alias) for aliases in rules.headings.values() for alias in aliases if first in map(fold, aliases)}
    return frozenset({first, *(same if rules.quiet else ())})


def window(tab: RawTab, rules: TableColumns, starts: Collection[str]) -> RawTab:
    """The tab with everything blank that does not belong to the table; the tab itself where the table
    shares it with none, and no row where its first heading is gone."""
    if not rules.first_heading:
        return tab
    corners = [(row, column) for row in range(1, len(tab.rows) + 1) for column in _starts_in(tab, row, starts)]
    own = _starting(rules)
    boxes = [_box(tab, corner, corners) for corner in corners if fold(header_texts(tab, corner[0])[corner[1]]) in own]
    if not boxes:
        return structs.replace(tab, rows=[])
    return cut(tab, *max(boxes, key=lambda box: _known(tab, box, rules)))


def _starts_in(tab: RawTab, row: int, starts: Collection[str]) -> list[int]:
    texts = header_texts(tab, row)
    return [c for c, text in texts.items() if fold(text) in starts and (c + 1 in texts or c + _FEWEST in texts)]


def _box(tab: RawTab, corner: tuple[int, int], corners: Collection[tuple[int, int]]) -> tuple[int, int, int, int]:
    row, left = corner
    width = max((len(cells) for cells in tab.rows), default=0)
    right = min((column - 1 for other, column in corners if other == row and column > left), default=width)
    under = (other for other, column in corners if other > row and left <= column <= right)
    below = min((other for other in under if not _goes_on(tab, row, other, left, right)), default=0)
    return row, left, table_end(tab, row, below, left, right), right


def _goes_on(tab: RawTab, row: int, other: int, left: int, right: int) -> bool:
    """Whether a header below is the same one again: then the table goes on, under a title of its own."""
    above, below = header_texts(tab, row), header_texts(tab, other)
    return all(fold(above.get(c, "")) == fold(below.get(c, "")) for c in range(left, right + 1))


def _known(tab: RawTab, box: tuple[int, int, int, int], rules: TableColumns) -> int:
    row, left, _, right = box
    return sum(fold(text) in rules.by_heading for c, text in header_texts(tab, row).items() if left <= c <= right)


def cut(tab: RawTab, top: int, left: int, bottom: int, right: int) -> RawTab:
    """The tab with only the cells of a range; rows and columns keep their numbers. The row above
    the range stays, as it may hold the beginning of merged headings."""

    def inside(place: tuple[int, int]) -> bool:
        return top <= place[0] <= bottom and left <= place[1] <= right

    nothing: list[Value] = []
    rows = [nothing if n < top else [None] * (left - 1) + list(r[left - 1 : right]) for n, r in enumerate(tab.rows, 1)]
    if top > 1:  # titles merged across columns, and headings merged downwards, begin above
        rows[top - 2] = [None] * (left - 1) + list(tab.rows[top - 2][left - 1 : right])
    return structs.replace(
        tab,
        rows=rows[:bottom],
        formulas={place: text for place, text in tab.formulas.items() if inside(place)},
        errors={place: text for place, text in tab.errors.items() if inside(place)},
    )


def table_end(tab: RawTab, row: int, next_header: int, left: int, right: int) -> int:
    """The last row of a table above another one in the same columns: that one's title and the blank
    rows above it belong to neither. `next_header` 0: there is none."""
    if not next_header:
        return len(tab.rows)

    def blank(number: int) -> bool:
        return not any(filled(cell) for cell in tab.rows[number - 1][left - 1 : right])

    gap = next((number for number in range(next_header - 1, row, -1) if blank(number)), next_header)
    return next((number for number in range(gap - 1, row, -1) if not blank(number)), row)


def filled(value: Value) -> bool:
    """Whether anything is to be seen in a cell."""
    return value is not None and not (isinstance(value, str) and not value.strip())


TWICE = Fault(
    "duplicate_number",
    "{shown} stands in more than one tab ({tabs}); kim leaves these rows alone.",
    "Please give each row a number of its own, or delete the row that is not in use.",
    "error",
)


def whole(parts: Sequence[TableLayout]) -> TableLayout:
    """The layout of the table: that of its first tab with the others. What may be written may be so in each tab that
    has it; in one without it there is nothing to write to (`encoding`)."""
    first, *others = parts
    if not others:
        return first
    locked = frozenset(name for part in parts for name in part.columns if name not in part.writable)
    writable = frozenset(name for part in parts for name in part.writable) - locked
    return replace(first, writable=writable, others=tuple(others))


def joined(parts: Sequence[Table], said: Texts) -> Table:
    """The rows of all tabs as one table. A key that stands in two tabs names no row: neither is usable."""
    if len(parts) == 1:
        return parts[0]
    rows = [part for table in parts for part in table.rows]
    counts = Counter(record.row.key for table in parts for record in table.records)
    twice = {key for part in rows for key in part.index if counts[key] > 1}
    records = tuple(
        replace(record, usable=False) if record.row.key in twice else record
        for table in parts
        for record in table.records
    )
    problems = (*(found for table in parts for found in table.problems), *_twice(rows, twice, said))
    aside = tuple(one for table in parts for one in table.set_aside)
    return Table(tuple(part.without(twice) for part in rows), records, problems, aside)


def _twice(rows: Sequence[TableRows], twice: set[str], said: Texts) -> Iterator[Problem]:
    for part in rows:
        for key in filter(twice.__contains__, part.index):  # in the order of the sheet, the same in every process
            tabs = ", ".join(other.layout.tab for other in rows if key in other.index)
            name = part.layout.key_field if part.layout.key_field in part.layout.columns else ""
            shown = "" if key.startswith("draft:") else key
            yield problem(TWICE.saying(tabs=tabs), said, part.layout, name, part.numbers[part.index[key]], key, shown)
