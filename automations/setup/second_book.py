"""A further workbook of a site that is there: the tables in it that the site does not read yet."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from pathlib import PurePath

from msgspec.structs import replace

from automations.config.editing import Setting
from automations.model.settings import SiteFacts
from automations.setup.choices import Choices
from automations.setup.columns_file import table_lines
from automations.setup.proposed import Proposal, TableProposal
from automations.setup.understanding import understand
from automations.tables.columns import Columns
from automations.tables.folding import fold
from automations.tables.shared_tabs import filled
from automations.workbooks.protocol import RawTab, RawWorkbook


def tables_beside(
    book: RawWorkbook,
    read: Iterable[RawTab],
    tables: Mapping[str, bool],
    columns: Columns,
    facts: SiteFacts,
    today: date,
) -> Proposal:
    """What is proposed for a workbook, understood beside the tabs that are `read` already: its columns name cases and
    colleagues of theirs. `tables` are those that the site has, and whether they have rows: an empty one gives way to
    one with rows, and to no other empty one. `today` is the site's date."""
    own = {tab.id for tab in book.tabs}
    # Two workbooks may number their tabs alike.
    beside = tuple(replace(tab, id=f"read:{tab.id}") for tab in read)
    found = understand(replace(book, tabs=(*beside, *book.tabs)), columns, facts, today)
    kept = tuple(
        _within(table, own)
        for table in found.tables
        # A table stands in one workbook, with all of its tabs.
        if table.block.tab.id in own and not table.in_row and _is_new(table, tables.get(table.table))
    )
    named = {table.table for table in kept}
    used = {block.tab.id for table in kept for block in table.blocks}
    return Proposal(
        kept,
        tuple(word for word in found.words if word.table in named),
        tuple(tab for tab in book.tabs if tab.mark is None and tab.id not in used),
        tuple(one for one in found.left if one[0] in {tab.name for tab in book.tabs}),
    )


def _is_new(table: TableProposal, standing: bool | None) -> bool:
    return standing is None or (not standing and any(filled(c) for b in table.blocks for row in b.lines() for c in row))


def _within(table: TableProposal, own: Collection[str]) -> TableProposal:
    more = tuple(block for block in table.more if block.tab.id in own)
    names = {block.tab.name for block in (table.block, *more)}
    return replace(table, more=more, apart=tuple(one for one in table.apart if one[0] in names))


def book_name(place: str, taken: Collection[str]) -> str:
    """What site.toml calls a workbook, by its file or address."""
    bare = re.sub(r"[^a-z0-9]+", "_", fold(PurePath(place).stem)).strip("_") or "workbook"
    names = (bare if n == 1 else f"{bare}_{n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def lines_of_columns(choices: Choices, columns: Columns) -> Mapping[str, Setting]:
    """The lines of columns.toml by which the site reads the settled tables and their words."""
    lines: dict[str, Setting] = {}
    for table in choices.proposal.tables:
        lines |= {f"tables.{table.table}.{name}": value for name, value in _table(table, choices, columns)}
    for word in choices.proposal.words:
        if word.canonical and not word.known:
            key = f"words.{word.kind}.{word.canonical}"
            known = lines.get(key) or columns.words.get(word.kind, {}).get(word.canonical, ())
            lines[key] = [*(known if isinstance(known, list | tuple) else ()), word.word]
    return lines


def _table(table: TableProposal, choices: Choices, columns: Columns) -> Iterator[tuple[str, Setting]]:
    rules = columns.tables[table.table]
    lines = table_lines(table, rules, rules)
    yield "tabs", list(lines.tabs or rules.tabs)
    yield "together", lines.together or None
    yield "tab_names", lines.tab_names or None
    yield "first_heading", lines.first_heading or None
    if lines.crosses:
        yield "crosses.languages", list(lines.crosses)
    yield "kim_writes", list(choices.writes.get(table.table, ()))
    yield "kim_sets", list(choices.sets.get(table.table, ()))
    for name, headings in lines.headings.items():
        yield f"headings.{name}", headings
