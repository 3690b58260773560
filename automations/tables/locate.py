"""Where a table stands: its tab, its header row, its columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct, field

from automations.model.layout import TableLayout
from automations.tables.columns import TableColumns
from automations.tables.folding import fold
from automations.tables.schema import KEY_FIELDS, STANDS_FOR
from automations.tables.shared_tabs import filled, window
from automations.tables.tab_periods import period
from automations.workbooks.headers import group_texts, header_texts
from automations.workbooks.protocol import RawTab, RawWorkbook

HEADER_DEPTH = 25  # rows in which a header is looked for: titles, logos and notes stand above it

_YEAR = re.compile(r"(?:19|20)\d\d")
# What Excel, LibreOffice and Google make of a tab's name when they copy it.
_COPY = re.compile(r"\s*\(\d+\)\s*$|_\d+$|^\s*(?:kopie von|copy of)\s+", re.IGNORECASE)

_MEANT = 3  # headings by which a tab of rules or texts is known as such, though one that it needs is spelled otherwise

# A tab of another name is taken for the table if it has its required columns and this share of all.
_FOREIGN_NAME_SHARE = 0.5


class Header(Struct, frozen=True):
    """A header row as understood. `columns` and `headings` are by field; `twice` are headings that
    stand more than once; `unused` other headings by column; `crosses` those of columns of crosses."""

    row: int
    columns: Mapping[str, int]
    headings: Mapping[str, str]
    twice: tuple[str, ...] = ()
    unused: Mapping[int, str] = field(default_factory=dict)
    crosses: Mapping[int, str] = field(default_factory=dict)


class Search(Struct, frozen=True):
    """What came of looking for a table: `tab` and `header`, or why not. `rivals` are tabs between
    which the name does not decide; `renamed` a tab that was found by its headings only; `left_out` are further tabs
    that bear the table's name and are read by nobody, as it stands in one."""

    tab: RawTab | None = None
    header: Header | None = None
    rivals: tuple[RawTab, ...] = ()
    renamed: bool = False
    left_out: tuple[RawTab, ...] = ()


_NO_HEADER = Header(0, MappingProxyType({}), MappingProxyType({}))


def read_header(tab: RawTab, columns: TableColumns, row: int) -> Header:
    """What the cells of one row mean as headings. Of two headings for a field the better alias wins."""
    best: dict[str, tuple[int, int]] = {}
    texts = _texts(tab, columns, row)
    twice: list[str] = []
    for number, text in texts.items():
        name, rank = columns.by_heading.get(fold(text), ("", 0))
        # The product's own word goes before a looser one, wherever the two stand.
        if name and (name not in best or rank < best[name][0]):
            best[name] = (rank, number)
        elif name and rank == best[name][0]:
            twice.append(text)
    places = {name: number for name, (_, number) in best.items()}
    used = set(places.values())
    return Header(
        row=row,
        columns=places,
        headings={name: str(texts[number]) for name, number in places.items()},
        twice=tuple(twice),
        unused={number: text for number, text in texts.items() if number not in used},
        crosses=_crosses(texts, columns, used),
    )


def _crosses(texts: Mapping[int, str], columns: TableColumns, used: set[int]) -> dict[int, str]:
    known = {fold(heading) for heading in columns.crosses.get("languages", ())}
    return {number: text for number, text in texts.items() if fold(text) in known and number not in used}


def _texts(tab: RawTab, columns: TableColumns, row: int) -> dict[int, str]:
    """The headings in a row; one that is known only together with the title above it counts as both
    ("Abwesend" over "von")."""
    texts, groups = header_texts(tab, row), group_texts(tab, row)
    for number, text in texts.items():
        together = f"{groups[number]} {text}" if number in groups else ""
        if together and fold(text) not in columns.by_heading and fold(together) in columns.by_heading:
            texts[number] = together
    return texts


def best_header(tab: RawTab, columns: TableColumns) -> Header:
    """The row of the first few with the most known headings; the upper one of equals."""
    found = _NO_HEADER
    first = next((number for number, cells in enumerate(tab.rows) if any(map(filled, cells))), 0)
    # Counted from the first row that holds anything: an export may begin with blank rows.
    for number in range(first + 1, min(first + HEADER_DEPTH, len(tab.rows)) + 1):
        header = read_header(tab, columns, number)
        if len(header.columns) > len(found.columns):
            found = header
    return found


def has_required(header: Header, columns: TableColumns) -> bool:
    """Whether the columns stand there without which the table cannot be read."""
    return not list(missing(header, columns)) and bool(header.columns)


def missing(header: Header, columns: TableColumns) -> Iterator[str]:
    """Required fields without a column."""
    for name in (*columns.required, *((columns.key,) if columns.key else ())):
        if name not in header.columns and STANDS_FOR.get(name, name) not in header.columns:
            yield name


def is_meant(found: Search, columns: TableColumns) -> bool:
    """Whether a tab that bears the name has headings enough to be meant for the table, though one may be missing."""
    named = found.tab is not None and fold(found.tab.name) in set(map(fold, columns.tabs))
    enough = min(_MEANT, len(columns.headings) - 1)
    return named and found.header is not None and len(found.header.columns) >= enough


def table_is_own(columns: TableColumns) -> bool:
    """Whether the team declared the table itself: then all of its headings are those of own fields."""
    return columns.headings.keys() == columns.fields.keys()


def search(
    workbook: RawWorkbook, columns: TableColumns, claimed: frozenset[str], starts: frozenset[str] = frozenset()
) -> Search:
    """The tab of a table: by its name, else by its headings. `claimed` are ids of other tables' tabs,
    `starts` the first headings of tables that share a tab."""
    free = _free(workbook, columns, claimed)
    ranks = _ranks(free, columns)
    # Several tables share such a tab: its headings alone would fit each of them.
    if columns.first_heading:
        free = [tab for tab in free if fold(tab.name) in ranks]
    tabs = [window(tab, columns, starts) for tab in free]
    named = sorted((tab for tab in tabs if fold(tab.name) in ranks), key=lambda tab: ranks[fold(tab.name)])
    if not named:
        # A table of the team's own may have two columns that half of all tabs have: its name decides.
        return Search() if table_is_own(columns) else _by_headings(tabs, columns)
    twins = [tab for tab in named if fold(tab.name) == fold(named[0].name)]
    readable = [tab for tab in twins if has_required(best_header(tab, columns), columns)]
    # "Fälle" and "Fälle " are told apart by nobody; a guess would read one half of the cases.
    if len(twins) > 1 and len(readable) != 1:
        return Search(rivals=tuple(twins))
    readable = readable or [tab for tab in named if has_required(best_header(tab, columns), columns)] or named
    left_out = tuple(tab for tab in [*named, *_named_after(tabs, columns)] if _left_out(tab, readable[0], columns))
    rivals = tuple(twins) if len(twins) > 1 else ()
    return Search(readable[0], best_header(readable[0], columns), rivals, left_out=left_out)


def _left_out(tab: RawTab, taken: RawTab, columns: TableColumns) -> bool:
    """Whether a tab of the same table is read by nobody: nothing says that all of them belong to it."""
    if columns.together or columns.quiet or columns.first_heading or fold(tab.name) == fold(taken.name):
        return False
    header = best_header(tab, columns)
    if table_is_own(columns):
        return has_required(header, columns)
    # A short list that bears such a name, as of phone numbers, is none of these tables.
    alike = len(header.columns) >= max(3, round(_FOREIGN_NAME_SHARE * len(best_header(taken, columns).columns)))
    return alike and has_required(header, columns) and any(any(map(filled, cells)) for cells in tab.rows[header.row :])


def _named_after(tabs: Sequence[RawTab], columns: TableColumns) -> Iterator[RawTab]:
    """Tabs that bear a table's name with a year or as copies of its tab, which is none of its names: people may go on
    in one of them."""
    names = set(map(fold, columns.tabs))
    for tab in tabs:
        bare = {fold(_YEAR.sub("", tab.name)), fold(_COPY.sub("", tab.name))}
        if fold(tab.name) not in names and bare & names:
            yield tab


def _free(workbook: RawWorkbook, columns: TableColumns, claimed: frozenset[str]) -> list[RawTab]:
    """The tabs that a table may stand in: none of ours, but for the one that kim began for it."""
    theirs = (tab for tab in workbook.tabs if tab.mark is None or tab.mark.id == columns.begun_by_kim)
    return [tab for tab in theirs if tab.id not in claimed]


def search_others(
    workbook: RawWorkbook, columns: TableColumns, claimed: frozenset[str], found: RawTab
) -> Iterator[Search]:
    """The further tabs of a table that stands in several (`together`), in the order of `tabs`. One that lacks a
    required column is given with what was found of it."""
    free = _free(workbook, columns, claimed)
    ranks = _ranks(free, columns)
    free = [tab for tab in free if tab.id != found.id]
    named = sorted((tab for tab in free if fold(tab.name) in ranks), key=lambda tab: ranks[fold(tab.name)])
    for tab in named if columns.together else ():
        yield Search(tab, best_header(tab, columns))


def _ranks(tabs: Sequence[RawTab], columns: TableColumns) -> dict[str, int]:
    """The names that a table's tab may have, folded, the better ones first. Of a table with a tab a year (a month, a
    week) that of a further one with the same headings is one, too; the newest goes first, as new rows belong there."""
    names = list(columns.tabs)
    if columns.together:
        known, series = set(map(fold, names)), {one.series for name in names if (one := period(name))}
        found = [
            tab for tab in tabs if fold(tab.name) not in known and (one := period(tab.name)) and one.series in series
        ]
        more = [tab.name for tab in found if has_required(best_header(tab, columns), columns)]
        # Without a year nobody knows whether January comes before December: what was not there before is newer.
        names = [*sorted(more, key=_time, reverse=True), *names]
        if any(year for year, _ in map(_time, names)):
            names.sort(key=_time, reverse=True)
    return {fold(name): rank for rank, name in reversed(list(enumerate(names)))}


def _time(name: str) -> tuple[int, int]:
    found = period(name)
    return (found.year, found.part) if found else (0, 0)


def year_of(name: str) -> int:
    """The year that a tab's name ends with; 0 where it has none."""
    years = _YEAR.findall(fold(name))
    return int(years[-1]) if years else 0


def _by_headings(tabs: Sequence[RawTab], columns: TableColumns) -> Search:
    scored = [(len((header := best_header(tab, columns)).columns), tab, header) for tab in tabs]
    # At least three: date and name alone stand in nearly every tab that people keep.
    wanted = max(3, round(_FOREIGN_NAME_SHARE * len(columns.headings)))
    fitting = [item for item in scored if item[0] >= wanted and has_required(item[2], columns)]
    if not fitting:
        return Search()
    top = max(fitting, key=lambda item: item[0])
    return Search(top[1], top[2], renamed=True)


def layout(table: str, workbook: str, tab: RawTab, header: Header, columns: TableColumns) -> TableLayout:
    """The layout of a table that was found."""
    writable = frozenset(name for name, text in header.headings.items() if columns.may_write(name, text))
    rows = range(len(tab.rows), header.row, -1)
    last_rows = (number for number in rows if any(map(filled, tab.rows[number - 1])))
    key = KEY_FIELDS.get(table, columns.key)
    return TableLayout(
        table=table,
        workbook=workbook,
        tab=tab.name,
        tab_id=tab.id,
        header_row=header.row,
        columns=MappingProxyType(dict(header.columns)),
        headings=MappingProxyType(dict(header.headings)),
        key_field=key,
        # Sorted: a row without number is named by these cells, in whatever order the columns stand.
        staff_fields=tuple(
            sorted(name for name in header.columns if name not in writable or name not in columns.kim_writes)
        ),
        first_row=header.row + 1,
        last_row=next(last_rows, header.row),
        writable=writable,
        # Below a table that shares its tab another one begins.
        bottom=len(tab.rows) if columns.first_heading else 0,
        crosses=header.crosses,
        tab_names="" if columns.tab_names in header.columns else columns.tab_names,
        unread={number: text for number, text in header.unused.items() if number not in header.crosses},
    )
