"""One table in several tabs: a tab a year, a colleague, an office. Each is read by itself; here they become one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from automations.common.texts import Texts
from automations.model.layout import TableLayout
from automations.model.problems import Problem
from automations.tables.faults import Fault, problem
from automations.tables.reading import Table
from automations.tables.rows import TableRows

TWICE = Fault(
    "duplicate_number",
    "{shown} stands in more than one tab ({tabs}); kim leaves these rows alone.",
    "Please give each row a number of its own, or delete the row that is not in use.",
    "error",
)


def whole(parts: Sequence[TableLayout]) -> TableLayout:
    """The layout of the table: that of its first tab with the others. Only what may be written in all is."""
    first, *others = parts
    if not others:
        return first
    writable = frozenset.intersection(*(part.writable for part in parts))
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
