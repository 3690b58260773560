"""Small snapshots for tests of jobs: records with rows behind them, as tables would give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from automations.model.layout import Cell, Row, TableLayout
from automations.model.plan import Fact, Plan
from automations.model.records import Appointment, Case, CaseManager, Decision, Location, Naturalisation, Record
from automations.model.snapshot import Snapshot
from automations.model.values import RowKey

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2024, 10, 31, 7, 0, tzinfo=BERLIN)

COMMON = frozenset(Record.__struct_fields__)
"""What every record has beside its table's own fields."""


def learnt(plan: Plan) -> list[Fact]:
    """The facts that the ledger keeps of a plan whose edits were all written."""
    return [*plan.facts, *(fact for group in plan.groups for fact in group.facts)]


def layout(table: str, record: type[Record], workbook: str = "team") -> TableLayout:
    """A table whose headings are its fields, all of them writable."""
    names = [name for name in record.__struct_fields__ if name not in COMMON]
    columns = {name: index for index, name in enumerate(names, start=1)}
    headings = {name: name for name in names}
    return TableLayout(
        table, workbook, table, table, 1, columns, headings, "number", tuple(names), 2, 100, frozenset(names)
    )  # fmt: skip


def placed(records: Sequence[Record], table: str, key_field: str) -> tuple[tuple[Record, ...], dict[RowKey, Row]]:
    """Records given rows: line 2, 3, …; a record without key is a draft."""
    done, rows = [], {}
    for line, record in enumerate(records, start=2):
        key = RowKey("team", table, getattr(record, key_field, None) or f"draft:{table}{line}")
        values = {name: getattr(record, name) for name in record.__struct_fields__ if name not in COMMON}
        rows[key] = Row(key, line, {name: Cell(_raw(value)) for name, value in values.items()})
        done.append(replace(record, row=key, line=line))
    return tuple(done), rows


def _raw(value: object):
    if isinstance(value, tuple | frozenset):
        return ", ".join(str(item) for item in value) or None
    return str(value) if value is not None and not isinstance(value, int | float) and hasattr(value, "value") else value


KEYS: Mapping[str, str] = {
    "cases": "number", "appointments": "number", "team": "code", "locations": "name",
    "naturalisation": "number", "decisions": "number",
}  # fmt: skip


def snapshot(**tables: Sequence[Record]) -> Snapshot:
    """A snapshot of the tables given; every table has a layout."""
    kinds = {
        "cases": Case, "appointments": Appointment, "team": CaseManager, "locations": Location,
        "naturalisation": Naturalisation, "decisions": Decision,
    }  # fmt: skip
    rows: dict[RowKey, Row] = {}
    found = {}
    for table, records in tables.items():
        found[table], more = placed(records, table, KEYS[table])
        rows |= more
    layouts = {table: layout(table, kind) for table, kind in kinds.items()}
    return Snapshot(layouts=layouts, rows=rows, **found)
