"""Columns and tabs that a rule of the workbook names and nobody declared: they are read by what stands in their cells.

Whoever types `[Kursbeginn]` has said all that is needed; what the column holds is to be seen. Only what rules and
texts name is read, as `internal`, and never what the tab `Einstellungen` says is not used."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct

from automations.common.characters import ARROW
from automations.model.console import RULES, TEXTS
from automations.model.fields import COLLEAGUES
from automations.model.layout import TableLayout
from automations.model.values import Value
from automations.tables.columns import Columns
from automations.tables.dates import Parser
from automations.tables.folding import fold
from automations.tables.locate import HEADER_DEPTH
from automations.tables.meaning_rows import TABS
from automations.tables.own_kinds import filled_cells, kind_of_cells, names_each
from automations.tables.own_meanings import OwnMeaning
from automations.tables.shared_tabs import filled
from automations.tables.words import key_text
from automations.workbooks.headers import header_texts
from automations.workbooks.protocol import RawTab, RawWorkbook

Places: TypeAlias = Mapping[str, Sequence[tuple[TableLayout, RawTab]]]

# What of a rule names columns as such; of sentences for people only what stands in curly brackets does.
_NAMING = ("on_table", "column", "column2", "condition", "moment", "recipient", "fill", "fill_with")
_TOLD: Mapping[str, tuple[str, ...]] = MappingProxyType({RULES: ("text",), TEXTS: ("subject", "text")})
_INSIDE = re.compile(r"[\[{]([^\[\]{}]+)[\]}]")
_PARTS = re.compile(rf"\s*(?:{ARROW}|;)\s*")
_FEWEST = 2  # headings side by side that make a table
_FIRST = 3  # columns in which the name of a row is looked for
_ROW = "row of "


class Seen(Struct, frozen=True):
    """What is read as rules name it: the columns, and tabs (folded) -> the table that kim knows them as."""

    fields: tuple[OwnMeaning, ...] = ()
    tables: Mapping[str, str] = MappingProxyType({})


class Before(Struct, frozen=True):
    """What was said and seen of the workbook before: tabs and headings, folded, that are to be left alone; tab ->
    heading by which the rows of tabs like these are known, both folded; `kinds` of columns, by tab/heading, for one
    that is blank by now. With `everything` all that nothing reads is taken: whoever takes back what a rule wrote that
    is gone knows no more than where it stands."""

    unused: Collection[tuple[str, str]] = ()
    keys: Mapping[str, str] = MappingProxyType({})
    kinds: Mapping[str, str] = MappingProxyType({})
    everything: bool = False


def seen_columns(
    raw: RawWorkbook, found: Places, columns: Columns, parsers: Mapping[str, Parser], before: Before
) -> Seen:
    """The columns of a workbook that its rules and texts name and nothing else reads."""
    said = tuple(_said(found))
    return _Looking(raw, found, columns, parsers, before, said).done() if said or before.everything else Seen()


class _Said(Struct, frozen=True):
    """What a rule or text says: `words` one after the other, those of its moment apart; `wholes` what stands in a cell
    or bracket by itself. All are folded."""

    words: str
    moment: str
    wholes: frozenset[str]

    def names(self, title: str) -> bool:
        """Whether a tab or heading is named, by itself or within a sentence."""
        return fold(title) in self.wholes or f" {_words(title)} " in self.words


def _said(found: Places) -> Iterator[_Said]:
    for table, told in _TOLD.items():
        for layout, tab in found.get(table, ()):
            for cells in tab.rows[layout.first_row - 1 :]:
                at = {name: key_text(cells[n - 1]) or "" for name, n in layout.columns.items() if n <= len(cells)}
                texts = [at.get(name, "") for name in _NAMING if table == RULES]
                inside = [part for name in (*_NAMING, *told) for part in _INSIDE.findall(at.get(name, ""))]
                wholes = (part for text in (*texts, *inside) for part in _PARTS.split(text))
                if any((*texts, *inside)):
                    words, moment = (f" {' | '.join(map(_words, some))} " for some in (texts, [at.get("moment", "")]))
                    yield _Said(words, moment, frozenset(map(fold, filter(None, wholes))))


def _words(text: str) -> str:
    return " ".join(fold(word) for word in re.findall(r"\w+", text))


class Column(Struct, frozen=True):
    """A column of a tab: where its cells stand, its heading."""

    tab: RawTab
    number: int
    first_row: int
    heading: str

    def cells(self) -> list[Value]:
        """What stands below its heading in rows that hold anything."""
        rows = (row for row in self.tab.rows[self.first_row - 1 :] if any(map(filled, row)))
        return [row[self.number - 1] if self.number <= len(row) else None for row in rows]

    @property
    def place(self) -> tuple[str, str]:
        """Its tab and heading, folded."""
        return fold(self.tab.name), fold(self.heading)


class _Looking:
    def __init__(
        self, raw: RawWorkbook, found: Places, columns: Columns, parsers: Mapping[str, Parser], before: Before,
        said: Sequence[_Said],
    ) -> None:  # fmt: skip
        self._raw, self._columns, self._parsers, self._before, self._said = raw, columns, parsers, before, said
        mine = {table: [place for place in places if place[0].workbook == raw.name] for table, places in found.items()}
        self._places = {table: places for table, places in mine.items() if places}
        self._read = {tab.id for places in self._places.values() for _, tab in places}

    def done(self) -> Seen:
        tables: dict[str, str] = {}
        fields: list[OwnMeaning] = []
        for table, one in self._beside():
            tables[fold(one.tab.name)] = table
            fields.append(self._meaning(one))
        for tab, ones in self._tabs.items():
            fields += [self._meaning(one, key=one.number == self._keys[tab]) for one in ones]
        return Seen(tuple(fields), tables)

    def _beside(self) -> Iterator[tuple[str, Column]]:
        """Columns beside those of a table that is read."""
        for table, places in self._places.items():
            rules, spec = self._columns.tables[table], self._columns.specs[table]
            if rules.quiet or spec.closed:
                continue
            for layout, tab in places:
                for number, heading in {} if layout.slot else layout.unread.items():
                    one = Column(tab, number, layout.first_row, " ".join(heading.split()))
                    if one.place[1] not in rules.by_heading and self._wanted(one):
                        yield table, one

    def _wanted(self, one: Column) -> bool:
        if one.place in self._before.unused:
            return False
        return self._before.everything or any(said.names(one.heading) for said in self._said)

    @cached_property
    def _tabs(self) -> Mapping[str, Sequence[Column]]:
        """The columns of tabs that are named as a whole, by the tab's name."""
        theirs = {fold(name) for rules in self._columns.tables.values() for name in rules.tabs} | set(map(fold, TABS))
        free = [tab for tab in self._raw.tabs if tab.mark is None and tab.id not in self._read]
        named = {
            tab.name: [one for one in headed(tab) if one.place not in self._before.unused]
            for tab in free
            if fold(tab.name) not in theirs
            and (self._before.everything or any(said.names(tab.name) for said in self._said))
        }
        return {name: ones for name, ones in named.items() if ones}

    @cached_property
    def _keys(self) -> Mapping[str, int]:
        """The column by which the rows of each such tab are known; 0 where none tells them apart. It stays what it was:
        with another one every row would be a new one."""
        found = dict.fromkeys(self._tabs, 0)
        for tab, ones in self._tabs.items():
            before = self._before.keys.get(fold(tab), "")
            fits = (one for one in ones[:_FIRST] if names_each(one.cells(), first=one is ones[0]))
            kept = (one for one in ones if one.place[1] == before)
            found[tab] = next((one.number for one in (kept if before else fits)), 0)
        return found

    @cached_property
    def _rows(self) -> Mapping[str, frozenset[str]]:
        """What the rows of other tabs are called, by what a column is that names them."""
        found: dict[str, frozenset[str]] = {}
        for table, places in self._places.items():
            key, fields = self._columns.specs[table].key, ("code", "name") if table == COLLEAGUES else ()
            if key and not self._columns.specs[table].closed:
                kind = "manager" if table == COLLEAGUES else f"{_ROW}{places[0][0].tab}"
                cells = (cell for layout, tab in places for name in {key, *fields} & layout.columns.keys()
                         for cell in Column(tab, layout.columns[name], layout.first_row, "").cells())  # fmt: skip
                found[kind] = _named(cells)
        for tab, ones in self._tabs.items():
            found |= {f"{_ROW}{tab}": _named(one.cells()) for one in ones if one.number == self._keys[tab]}
        return found

    def _meaning(self, one: Column, *, key: bool = False) -> OwnMeaning:
        cells = filled_cells(one.cells(), self._columns.nothing_words)
        rows = {kind: names for kind, names in self._rows.items() if kind != f"{_ROW}{one.tab.name}"}
        kind = "key" if key else kind_of_cells(cells, self._parsers, rows) if cells else self._blank(one)
        of = kind.removeprefix(_ROW) if kind.startswith(_ROW) else ""
        return OwnMeaning(0, one.tab.name, one.heading, "row" if of else kind, of)

    def _blank(self, one: Column) -> str:
        """The kind of a column in which nothing stands: what stood there, or a day where a moment counts from it."""
        if before := self._before.kinds.get("/".join(one.place)):
            return before
        return "date" if any(f" {_words(one.heading)} " in said.moment for said in self._said) else "text"


def headed(tab: RawTab) -> list[Column]:
    """The columns of a tab, by the first of the rows with most headings; none of a tab that is no table."""
    rows = {row: header_texts(tab, row) for row in range(1, min(len(tab.rows), HEADER_DEPTH) + 1)}
    row = max(rows, key=lambda row: len(rows[row]), default=0)
    heads = rows.get(row, {})
    first = {fold(text): number for number, text in reversed(heads.items())}
    texts = {number: " ".join(text.split()) for number, text in heads.items() if first[fold(text)] == number}
    return [Column(tab, number, row + 1, text) for number, text in texts.items()] if len(texts) >= _FEWEST else []


def _named(cells: Iterable[Value]) -> frozenset[str]:
    return frozenset(fold(text) for cell in cells if (text := key_text(cell)))
