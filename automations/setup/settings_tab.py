"""The tab `Einstellungen` as `kim init` makes it: each column of theirs with three examples and what it may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from automations.common.texts import Texts
from automations.model.snapshot import Snapshot
from automations.model.values import Value
from automations.setup.proposed import HeadingProposal, Proposal, TableProposal
from automations.tables.columns import Columns
from automations.tables.faults import shown
from automations.tables.folding import fold
from automations.tables.meaning_rows import HEADINGS, TABS, headings_in
from automations.tables.meaning_tab import NOT_USED, TAB_NAME, column_meaning
from automations.tables.named_columns import headed
from automations.tables.own_meanings import meanings_offered
from automations.tables.setting_rows import heads, offered
from automations.tables.shared_tabs import filled
from automations.workbooks.new_files import NewTab
from automations.workbooks.protocol import RawTab, RawWorkbook

_EXAMPLES, _LONG = 3, 30  # cells, and characters of each
_MOST_COLUMNS = 12  # headings of a list that a team may want in rules of its own


def settings_tab(found: Proposal, columns: Columns, said: Texts) -> NewTab:
    """One row a column, then one a word that is not known. What is only likely says so under “bitte prüfen”."""
    rows = [*_column_rows(found, columns, said), *_rows_of_tables(found.others), *_word_rows(found, columns, said)]
    words = dict.fromkeys(
        columns.own_word(word.kind, value)
        for word in found.words
        if not word.known
        for value in columns.words.get(word.kind, {})
    )
    return _tab(rows, words, columns, said)


def decisions_tab(snapshot: Snapshot, columns: Columns, raw: RawWorkbook, said: Texts) -> NewTab:
    """The tab for a site whose columns are understood: those that kim leaves alone, for what the team wants to use
    in rules of its own, and below what it decides itself, still blank."""
    tabs = {tab.id: tab for tab in raw.tabs}
    parts = [part for table in _theirs(columns) if table in snapshot.layouts for part in snapshot.layouts[table].parts]
    rows: list[tuple[str, ...]] = [
        (part.tab, text, "", _first(tabs[part.tab_id], number, part.first_row), "", "")
        for part in parts
        if part.workbook == raw.name and part.tab_id in tabs
        for number, text in sorted(part.unread.items())
    ]
    read = {part.tab_id for layout in snapshot.layouts.values() for part in layout.parts}
    rows += _rows_of_tables(tab for tab in raw.tabs if tab.mark is None and tab.id not in read)
    return _tab(rows or [("",) * len(HEADINGS)], (), columns, said)


def _tab(rows: Sequence[tuple[str, ...]], words: Iterable[str], columns: Columns, said: Texts) -> NewTab:
    """What columns mean, with what they may mean to choose from, and below what the team decides itself."""
    headings = headings_in(said.language)
    blank = ("",) * len(headings)
    below = [(*row, *blank)[: len(headings)] for row in ((), heads(said), *offered(said))]
    wanted = (
        NOT_USED[said.language == "en"],
        *meanings_offered(columns, said.language),
        *(
            column_meaning(columns, table, name)
            for table in _theirs(columns)
            for name in columns.tables[table].headings
        ),
        *words,
    )
    return NewTab(
        TABS[said.language == "en"], headings, {headings[4]: wanted}, rows=(*rows, *below),
        heads=frozenset({len(rows) + 1}),
    )  # fmt: skip


def _theirs(columns: Columns) -> list[str]:
    """The tables that people keep, without the tabs of kim's own: rules, texts, settings."""
    return [table for table, rules in columns.tables.items() if not rules.quiet]


def _rows_of_tables(tabs: Iterable[RawTab]) -> Iterator[tuple[str, ...]]:
    """The columns of lists that are no table of kim's ("Dolmetscher"), for a table of the team's own. A long list of
    headings is an archive or an export, and would fill the tab."""
    for tab in tabs:
        rows = [(tab.name, one.heading, "", _few(filter(filled, one.cells())), "", "") for one in headed(tab)]
        if len(rows) <= _MOST_COLUMNS and any(row[3] for row in rows):
            yield from rows


def has_settings_tab(workbook: RawWorkbook) -> bool:
    """Whether the workbook has a tab of that name already."""
    return any(fold(tab.name) in map(fold, TABS) for tab in workbook.tabs)


def _column_rows(found: Proposal, columns: Columns, said: Texts) -> Iterator[tuple[str, ...]]:
    check, tab_name = said.say("yes"), TAB_NAME[said.language == "en"]
    in_row = {(t.block.tab.id, heading.column) for t in found.tables if t.in_row for heading in t.headings}
    for table in found.tables:
        if table.tab_names:
            names = " · ".join(block.tab.name for block in table.blocks)
            meaning = column_meaning(columns, table.table, table.tab_field) if table.tab_names == "likely" else ""
            yield table.block.tab.name, tab_name, "", names, meaning, check
        for block in table.blocks:
            for heading in _once(table):
                if heading.column in table.marks or (
                    not table.in_row and (table.block.tab.id, heading.column) in in_row
                ):
                    continue
                meaning = column_meaning(columns, table.table, heading.field) if heading.field else ""
                sure = heading.confidence == "sure" and table.confidence == "sure"
                doubt = "" if sure or not heading.field else check
                text = " ".join(heading.text.split())
                if heading.confidence == "doubtful":
                    meaning, doubt = "", said.say("perhaps {value}", value=meaning)
                yield block.tab.name, text, "", _examples(table, heading), meaning, doubt
        for tab, heading in ((tab, heading) for tab, apart in table.apart for heading in apart):
            meaning = column_meaning(columns, table.table, heading.field)
            yield tab, " ".join(heading.text.split()), "", _examples(table, heading), meaning, check


def _once(table: TableProposal) -> Iterable[HeadingProposal]:
    """The headings; of appointments in the rows of cases those beside a day once, as they repeat."""
    first = {fold(heading.text): heading for heading in reversed(table.headings)}
    return [h for h in table.headings if first[fold(h.text)] is h] if table.in_row else table.headings


def _word_rows(found: Proposal, columns: Columns, said: Texts) -> Iterator[tuple[str, ...]]:
    headings: Mapping[tuple[str, str], tuple[TableProposal, HeadingProposal]] = {
        (table.table, heading.field): (table, heading) for table in found.tables for heading in table.headings
    }
    by_tab = {(table.table, table.tab_field): table for table in found.tables if table.tab_names}
    tab_name = TAB_NAME[said.language == "en"]
    for word in found.words:
        place = word.table, word.field
        if word.known or (place not in headings and place not in by_tab):
            continue
        table, text = (by_tab[place], tab_name) if place in by_tab else _below(*headings[place])
        meaning = columns.own_word(word.kind, word.canonical) if word.canonical else ""
        times = said.count("stands there once", "stands there {n} times", word.times)
        doubt = "" if word.confidence == "sure" else said.say("yes")
        yield table.block.tab.name, text, word.word, times, meaning, doubt


def _below(table: TableProposal, heading: HeadingProposal) -> tuple[TableProposal, str]:
    return table, " ".join(heading.text.split())


def _examples(table: TableProposal, heading: HeadingProposal) -> str:
    return _few(table.values(heading))


def _first(tab: RawTab, column: int, row: int) -> str:
    """Examples of what stands in a column below its heading."""
    return _few(
        cells[column - 1] for cells in tab.rows[row - 1 :] if column <= len(cells) and filled(cells[column - 1])
    )


def _few(values: Iterable[Value]) -> str:
    cells = dict.fromkeys(shown(value)[:_LONG] for value in values)
    return " · ".join(list(cells)[:_EXAMPLES])
