"""The tab `Einstellungen` as `kim init` makes it: each column of theirs with three examples and what it may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from automations.common.texts import Texts
from automations.setup.proposed import HeadingProposal, Proposal, TableProposal
from automations.tables.columns import Columns
from automations.tables.faults import shown
from automations.tables.folding import fold
from automations.tables.meaning_tab import HEADINGS, NOT_USED, TAB_NAME, TABS, column_meaning
from automations.tables.own_meanings import meanings_offered
from automations.tables.setting_rows import heads, offered
from automations.workbooks.new_files import NewTab
from automations.workbooks.protocol import RawWorkbook

_EXAMPLES, _LONG = 3, 30  # cells, and characters of each


def settings_tab(found: Proposal, columns: Columns, said: Texts) -> NewTab:
    """One row a column, then one a word that is not known. What is only likely says so under „bitte prüfen“."""
    rows = [*_column_rows(found, columns, said), *_word_rows(found, columns, said)]
    blank = ("",) * len(HEADINGS)
    block = len(rows) + 1
    rows += [(*row, *blank)[: len(HEADINGS)] for row in ((), heads(said), *offered(said))]
    wanted = [
        NOT_USED,
        *meanings_offered(columns, said.language),
        *(column_meaning(columns, table, name) for table, rules in columns.tables.items() for name in rules.headings),
    ]
    words = dict.fromkeys(
        columns.own_word(word.kind, value)
        for word in found.words
        if not word.known
        for value in columns.words.get(word.kind, {})
    )
    return NewTab(TABS[0], HEADINGS, {HEADINGS[4]: (*wanted, *words)}, rows=tuple(rows), heads=frozenset({block}))


def decisions_tab(said: Texts) -> NewTab:
    """The tab for a site whose columns are understood: what the team decides itself, still blank."""
    name = TABS[said.language == "en"]
    return NewTab(name, heads(said), rows=tuple((title, value, "") for title, value in offered(said)))


def has_settings_tab(workbook: RawWorkbook) -> bool:
    """Whether the workbook has a tab of that name already."""
    return any(fold(tab.name) in map(fold, TABS) for tab in workbook.tabs)


def _column_rows(found: Proposal, columns: Columns, said: Texts) -> Iterator[tuple[str, ...]]:
    check = said.say("yes")
    in_row = {(t.block.tab.id, heading.column) for t in found.tables if t.in_row for heading in t.headings}
    for table in found.tables:
        if table.tab_names:
            names = " · ".join(block.tab.name for block in table.blocks)
            meaning = column_meaning(columns, table.table, table.tab_field) if table.tab_names == "likely" else ""
            yield table.block.tab.name, TAB_NAME, "", names, meaning, check
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


def _once(table: TableProposal) -> Iterable[HeadingProposal]:
    """The headings; of appointments in the rows of cases those beside a day once, as they repeat."""
    first = {fold(heading.text): heading for heading in reversed(table.headings)}
    return [h for h in table.headings if first[fold(h.text)] is h] if table.in_row else table.headings


def _word_rows(found: Proposal, columns: Columns, said: Texts) -> Iterator[tuple[str, ...]]:
    headings: Mapping[tuple[str, str], tuple[TableProposal, HeadingProposal]] = {
        (table.table, heading.field): (table, heading) for table in found.tables for heading in table.headings
    }
    by_tab = {(table.table, table.tab_field): table for table in found.tables if table.tab_names}
    for word in found.words:
        place = word.table, word.field
        if word.known or (place not in headings and place not in by_tab):
            continue
        table, text = (by_tab[place], TAB_NAME) if place in by_tab else _below(*headings[place])
        meaning = columns.own_word(word.kind, word.canonical) if word.canonical else ""
        times = said.say("stands there {n} times", n=word.times)
        doubt = "" if word.confidence == "sure" else said.say("yes")
        yield table.block.tab.name, text, word.word, times, meaning, doubt


def _below(table: TableProposal, heading: HeadingProposal) -> tuple[TableProposal, str]:
    return table, " ".join(heading.text.split())


def _examples(table: TableProposal, heading: HeadingProposal) -> str:
    cells = dict.fromkeys(shown(value)[:_LONG] for value in table.values(heading))
    return " · ".join(list(cells)[:_EXAMPLES])
