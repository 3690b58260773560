"""Columns that name rows of another table: a colleague by code or name, a place, a case number.

What is written otherwise than in the other table but can only mean one row of it becomes that
row's own key; everything else stays as typed, for the checks to find."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, partial

from automations.model.fields import TARGETS
from automations.model.layout import TableLayout
from automations.model.records import AnyRecord, Record
from automations.model.schema import Schema, TableSpec
from automations.model.values import Value
from automations.tables.blank_words import Nothing, bare
from automations.tables.dates import Parser
from automations.tables.faults import Parsed
from automations.tables.folding import fold
from automations.tables.named_rows import Name, Names
from automations.tables.reading import ROW_OF, Table
from automations.tables.words import key_text
from automations.workbooks.protocol import RawTab


def reading_order(schema: Schema) -> list[str]:
    """The tables, those that others name rows of before these. Tables that name each other's rows stand
    in the order of the schema."""
    order: list[str] = []

    def take(table: str, above: tuple[str, ...]) -> None:
        for field in schema[table].fields.values():
            # `above`: tables may name each other’s rows, in a circle.
            if field.target in schema and field.target not in (*order, *above, table):
                take(field.target, (*above, table))
        if table not in order:
            order.append(table)

    for table in schema:
        take(table, ())
    return order


def reference_parsers(
    schema: Schema, tables: Mapping[str, Table], found: Mapping[str, Sequence[tuple[TableLayout, RawTab]]],
    nothing: Nothing, named: dict[str, Names],
) -> dict[str, Parser]:  # fmt: skip
    """Parsers of references: to the tables that were read already, and to the keys as they stand in the
    cells of those `found` that are still to be read. A word of `nothing` that is no key is a blank. They hold for as
    long as no further table is read; `named` keeps what was made of tables that were, for the next ones."""
    kinds = {target: kind for kind, target in TARGETS.items()}
    parsers: dict[str, Parser] = {}
    for table in schema:
        kind = kinds.get(table, ROW_OF)
        parse = _reference(partial(_named, table, schema, tables, found, named), nothing.words(kind))
        parsers |= {ROW_OF + table: parse} | ({kind: parse} if table in kinds else {})
    return parsers


def _named(
    table: str, schema: Schema, tables: Mapping[str, Table], found: Mapping[str, Sequence[tuple[TableLayout, RawTab]]],
    named: dict[str, Names],
) -> Names:  # fmt: skip
    """What the rows of a table are called, and their keys."""
    if table in named:
        return named[table]
    made = Names([*_keys(table, schema, tables, found), *_called(schema[table], tables)])
    # What is still to be read has its keys alone, and more to say later.
    return named.setdefault(table, made) if table in tables else made


def _records(table: str, tables: Mapping[str, Table]) -> Iterable[AnyRecord]:
    return tables[table].records if table in tables else ()


def _called(spec: TableSpec, tables: Mapping[str, Table]) -> Iterator[Name]:
    """What people call the rows besides by their keys. Of a name that two rows bear, numbered or not, none is meant."""
    behind = next((one.behind for one in spec.joined if one.behind), "")
    for record in _records(spec.name, tables) if spec.called else ():
        key, born = record.get(spec.key) or "", record.get(behind) if behind else None
        for names in spec.called:
            yield from (Name(name, key, born if isinstance(born, date) else None) for name in _names(record, names))


def _names(record: Record, fields: Sequence[str]) -> list[str]:
    """A name in several cells in both orders, where all are filled; one in a single cell in its usual spellings."""
    parts = [str(record.get(name) or "") for name in fields]
    if not all(parts):
        return []
    return _spellings(parts[0]) if len(parts) == 1 else [" ".join(parts), " ".join(reversed(parts))]


def _spellings(name: str | None) -> list[str]:
    """A full name, its parts the other way round, and the first and the last of them alone: colleagues call each other
    by either, and the list may have "Demir, Cem"."""
    parts = (name or "").replace(",", " ").split()
    if len(parts) < 2:  # noqa: PLR2004 - a single word
        return parts
    first = [] if fold(parts[0]) in _TITLES else [parts[0]]
    return [" ".join(parts), " ".join((*parts[1:], parts[0])), parts[-1], *first]


_TITLES = frozenset({"frau", "herr", "dr", "prof", "mr", "mrs", "ms"})  # folded; of whom they are, they do not say


def _keys(
    table: str, schema: Schema, tables: Mapping[str, Table], found: Mapping[str, Sequence[tuple[TableLayout, RawTab]]]
) -> list[Name]:
    field = schema[table].key
    if not field:
        return []
    if table in tables:
        keys = [record.get(field) for record in tables[table].records]
    else:
        keys = [key for layout, tab in found.get(table, ()) for key in _standing(layout, tab, field)]
    return [Name(str(key), str(key)) for key in keys if key]


def _standing(layout: TableLayout, tab: RawTab, field: str) -> Iterator[str | None]:
    if field in layout.columns:
        place = layout.columns[field] - 1
        yield from (key_text(row[place]) for row in tab.rows[layout.first_row - 1 :] if place < len(row))


def _reference(named: Callable[[], Names], nothing: Collection[str]) -> Parser:
    """The parser of what names rows that are `named`: asked when the first cell is met, as most tables name few others
    and the keys of a large one take long to gather."""
    names = cache(named)

    def parse(raw: Value) -> Parsed:
        text = key_text(raw)
        # Nearly all cells: what follows folds every name of the other table.
        if text is None or text in names().keys:
            return Parsed(text)
        found = names().meant(text)
        # Only now: a colleague may have the code “NN”.
        if found is None and bare(text) in nothing:
            return Parsed(None)
        return Parsed(found or text)

    return parse
