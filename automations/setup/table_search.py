"""Where tables stand in a workbook that nobody described: tabs, header rows, several tables in a tab."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, time
from itertools import islice, zip_longest
from typing import TypeAlias

from msgspec import Struct, field

from automations.model.values import Value, key_text
from automations.setup.header_rows import LOOKED_AT, TOP, candidates, filled_rows, runs
from automations.setup.heading_forms import without_hints, without_table
from automations.setup.likeness import LONGEST, likeness
from automations.setup.without_words import without_day, without_subject, without_use
from automations.tables.blank_words import is_ditto
from automations.tables.columns import Columns
from automations.tables.folding import fold, without_number
from automations.tables.other_lines import counts_columns, explains_signs, is_total, stands_again, tail
from automations.tables.shared_tabs import filled, table_end
from automations.workbooks.headers import group_texts, header_texts
from automations.workbooks.protocol import RawTab, RawWorkbook

_FEWEST = 2  # headings that make a header
_HINTS = 2  # rows below the headings in which hints may stand
_TURNED, _ACROSS = 3, 60  # headings below each other that make one of a table on its side; cells of it that are read
_KNOWN_SHARE = 0.5  # of a row's cells that must be known headings
_MANY, _SOME_KNOWN = 5, 0.3  # known headings that no other row has by chance, and their share
_WIDE = 2  # times as wide as a header at most the rows below it are
_SAMPLE = 500  # cells of a column that tell what it is
Spot: TypeAlias = tuple[int, dict[int, str]]  # a header row, and its headings by column
_ADDRESS = re.compile(r"\S@\S+\.\w|^\s*[+(0][\d\s()/.-]{6,}$")  # an email address, a telephone number
_DAY = re.compile(r"\s*(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4})\b")
_LIKE = 84.0  # likeness at which a heading counts as recognised while looking for headers


class Block(Struct, frozen=True):
    """A table as it stands in a tab: its header row, its columns with their headings, its last row.

    `groups` are titles merged across several columns above the header. Rows and columns count from 1. `shared` tells
    that another table stands in the same tab. `totals` are rows between the others that sum them up, and such as stand
    apart below them. `explained` is what a legend in another tab says of short headings."""

    tab: RawTab
    row: int
    headings: Mapping[int, str]
    groups: Mapping[int, str]
    last_row: int
    shared: bool = False
    totals: frozenset[int] = frozenset()
    explained: Mapping[int, str] = field(default_factory=dict)

    def meant(self, column: int) -> str:
        """A heading, or what a legend says that it stands for."""
        return self.explained.get(column, self.headings[column])

    def values(self, column: int) -> list[Value]:
        """What stands below a heading, blanks left out."""
        return list(self._filled(column))

    def sample(self, column: int) -> list[Value]:
        """The first of what stands below a heading, enough to tell what it is."""
        return list(islice(self._filled(column), _SAMPLE))

    def below(self, text: str, column: int) -> list[Value]:
        """What stands below a heading of another tab of the same table, by its text; by its column where the
        text stands there too, or twice."""
        place = self._place(text, column)
        return self.values(place) if place else []

    def column(self, text: str, column: int) -> list[Value]:
        """The same with the blanks, one value a row."""
        place = self._place(text, column)
        rows = islice(self.tab.rows, self.row, self.last_row)
        return [_cut(row[place - 1]) if 0 < place <= len(row) else None for row in rows]

    def _place(self, text: str, column: int) -> int:
        """Where a heading stands in this tab; 0 where it does not."""
        if fold(self.headings.get(column, "")) == fold(text):
            return column
        return next((place for place, own in self.headings.items() if fold(own) == fold(text)), 0)

    def lines(self) -> Iterator[Sequence[Value]]:
        """The cells below the headings, row by row."""
        low, high = min(self.headings) - 1, max(self.headings)
        return ([*map(_cut, row[low:high])] for row in islice(self.tab.rows, self.row, self.last_row))

    def _filled(self, column: int) -> Iterator[Value]:
        rows = enumerate(islice(self.tab.rows, self.row, self.last_row), start=self.row + 1)
        cells = (row[column - 1] for number, row in rows if column <= len(row) and number not in self.totals)
        return (_cut(cell) for cell in cells if filled(cell) and not is_ditto(cell))


class Finder:
    """Finds tables by headings that are known from columns.toml; `remarks` are folded ones besides that no field
    has ("Notes"), `named` tells those known by their words alone."""

    def __init__(
        self, columns: Columns, remarks: Collection[str] = (), named: Callable[[str], bool] = lambda _: False
    ) -> None:
        headings = (names for table in columns.tables.values() for names in table.headings.values())
        self._aliases = tuple(dict.fromkeys(alias for names in headings for alias in names))
        self._known = {fold(alias): True for alias in (*self._aliases, *remarks)}
        self._named = named

    def blocks(self, workbook: RawWorkbook) -> tuple[Block, ...]:
        """All tables of the team's tabs (kim's own are passed over)."""
        return tuple(block for tab in workbook.tabs if tab.mark is None for block in self._in_tab(tab))

    def is_turned(self, tab: RawTab) -> bool:
        """Whether the headings of a tab stand below each other, and its records side by side."""
        lines = [cells[:_ACROSS] for cells in tab.rows[:_ACROSS]]
        turned = RawTab(tab.name, tab.id, [*zip_longest(*lines)])
        return any(
            len(run) >= _TURNED and self._is_header(turned, row, run) and len(filled_rows(turned, row, run)) >= _FEWEST
            for row in range(1, min(_TURNED, len(turned.rows)) + 1)
            for run in runs(turned, row)
        )

    def _in_tab(self, tab: RawTab) -> list[Block]:
        spots: list[Spot] = []
        for row in candidates(tab):
            for run in runs(tab, row):
                if self._is_header(tab, row, run) and not _again(spots, run) and not _is_data(tab, spots, row, run):
                    spots = _with(spots, row, run, twice=self._says_twice)
        # Only where no word is known: in a language that kim does not speak a header is still a row of texts.
        spots = spots or _by_looks(tab)
        return [_block(tab, spot, spots) for spot in spots]

    def _is_header(self, tab: RawTab, row: int, run: Mapping[int, str]) -> bool:
        # A number or date in the row shows that it holds data, however much its words look like headings.
        if len(run) < _FEWEST or not all(isinstance(cell, str) for cell in _cells(tab, row, run)):
            return False
        groups = group_texts(tab, row)
        hits = sum(self._recognised(text) or self._recognised(f"{groups.get(c, '')} {text}") for c, text in run.items())
        return hits >= max(_FEWEST, _KNOWN_SHARE * len(run)) or hits >= max(_MANY, _SOME_KNOWN * len(run))

    def _says_twice(self, above: Mapping[int, str], run: Mapping[int, str]) -> bool:
        """Whether a row right above headings has as many of its own, each once: then the lower ones are these in
        another language."""
        texts = {fold(text) for text in above.values()}
        own = sum(map(self._recognised, above.values())) >= sum(map(self._recognised, run.values()))
        return set(above) == set(run) and len(texts) == len(above) and own

    def _recognised(self, text: str) -> bool:
        if len(text) > LONGEST:
            return False
        folded = fold(text)
        if folded not in self._known:
            # “Telefon 2” is a telephone, “MA_Telefon” as well.
            forms = {text, without_number(text) or text, without_table(text), without_hints(text), without_use(text)}
            forms |= {without_day(text), *(without_subject(text, table) for table in ("cases", "appointments"))}
            # Single letters are like anything: "H-1" without its number is no heading "H."
            told = [form for form in forms if len(fold(form)) > 1]
            alike = any(likeness(form, self._aliases) >= _LIKE for form in told) or self._named(text)
            self._known[folded] = len(folded) > 1 and alike
        return self._known[folded]


def in_one_column(tab: RawTab) -> bool:
    """Whether the rows of a tab stand in one cell each, parted by the same sign, as a text file that was pasted."""
    rows = [[cell for cell in cells if filled(cell)] for cells in tab.rows[:_ACROSS]]
    texts = [row[0] for row in rows if len(row) == 1 and isinstance(row[0], str)]
    parted = any(len({text.count(sign) for text in texts}) == 1 < texts[0].count(sign) for sign in ";\t|," if texts)
    return parted and len(texts) > _FEWEST and len(texts) == sum(map(bool, rows))


def _cut(value: Value) -> Value:
    """A cell's beginning: what tells kinds of cells apart stands there, and looking through a whole report takes
    minutes."""
    return value[:LONGEST] if isinstance(value, str) and len(value) > LONGEST else value


def _cells(tab: RawTab, row: int, run: Mapping[int, str]) -> list[Value]:
    cells = tab.rows[row - 1][min(run) - 1 : max(run)]
    return [cell for cell in cells if filled(cell)]


def _again(spots: Sequence[Spot], run: Mapping[int, str]) -> bool:
    """Whether the same headings stand above in the same columns: then the table goes on, under a title of its own."""
    return any(
        all(fold(above.get(column, "")) == fold(text) for column, text in run.items())
        for _, above in spots
        if len(above) == len(run)
    )


def _is_data(tab: RawTab, spots: Sequence[Spot], row: int, run: Mapping[int, str]) -> bool:
    """Whether a row holds data of the table above it, however much its words look like headings: an address, a
    number, a word that stands in the same column above, or a day or a number beside them."""
    if any(_ADDRESS.search(text) for text in run.values()):
        return True
    found = [(number, texts) for number, texts in spots if number < row and set(run) <= set(texts)]
    above, texts = max(found, key=lambda spot: spot[0], default=(row, run))
    line = tab.rows[row - 1]
    if any(filled(line[place - 1]) and not isinstance(line[place - 1], str) for place in texts if place <= len(line)):
        return True
    lines = tab.rows[above : row - 1]
    return any(
        fold(text) in {fold(key_text(cells[column - 1]) or "") for cells in lines if column <= len(cells)}
        for column, text in run.items()
    )


def _with(
    spots: list[Spot], row: int, run: dict[int, str], twice: Callable[[Mapping[int, str], Mapping[int, str]], bool]
) -> list[Spot]:
    """The headers and one more. Of two right below each other the lower counts if it says as much: then the upper one
    holds titles, or headings that are merged downwards; unless the lower one says the same `twice`."""
    above = next((spot for spot in spots if row - spot[0] == 1 and set(spot[1]) & set(run)), None)
    if above is None:
        return [*spots, (row, run)]
    if len(run) < len(above[1]) or twice(above[1], run):
        return spots
    return [spot for spot in spots if spot is not above] + [(row, run)]


def _by_looks(tab: RawTab) -> list[Spot]:
    """A header without a known word: the first row of texts only, above rows that are wider than a note."""
    for number, cells in enumerate(tab.rows[:TOP], start=1):
        texts = header_texts(tab, number)
        typed_in = [cell for cell in cells if filled(cell)]
        below = [cell for row in tab.rows[number : number + LOOKED_AT] for cell in row]
        typed = any(map(_is_typed, below)) and not any(map(_is_typed, typed_in))
        widest = max((sum(map(filled, row)) for row in tab.rows[number : number + LOOKED_AT]), default=0)
        if len(texts) > _FEWEST and len(typed_in) == len(texts) and typed and widest <= _WIDE * len(texts):
            return [(number, texts)]
    return []


def _is_typed(cell: Value) -> bool:
    """Whether a cell holds what no heading is: a number, a day, a time, an address, also as a text."""
    if isinstance(cell, str):
        return bool(len(cell) <= LONGEST and (_ADDRESS.search(cell) or _DAY.match(cell)))
    return isinstance(cell, int | float | date | time)


def _hint_in_words(row: int, lines: Sequence[tuple[int, Sequence[Value]]]) -> frozenset[int]:
    """The line right below the headings if it has words alone, also where all others have days, numbers, addresses."""
    (number, first), below = lines[0] if lines else (0, ()), lines[1:LOOKED_AT]
    if number != row + 1 or any(map(_is_typed, first)):
        return frozenset()
    columns = ([cells[place] for _, cells in below if place < len(cells) and filled(cells[place])]
               for place, cell in enumerate(first) if filled(cell))  # fmt: skip
    typed = sum(len(cells) > _FEWEST and all(map(_is_typed, cells)) for cells in columns)
    return frozenset({number}) if typed >= _FEWEST else frozenset()


def _titles(tab: RawTab, row: int, headings: Mapping[int, str]) -> Mapping[int, str]:
    """The titles above groups of headings: merged across them, or just written above the first of each."""
    merged = group_texts(tab, row)
    if merged or row == 1:
        return merged
    above = {column: text for column, text in header_texts(tab, row - 1).items() if text.strip()}
    if not _FEWEST <= len(above) < len(headings):
        return merged
    starts = sorted(above)
    return {
        column: above[max(start for start in starts if start <= column)] for column in headings if column >= starts[0]
    }


def _block(tab: RawTab, spot: Spot, spots: Sequence[Spot]) -> Block:
    row, headings = spot
    low, high = min(headings), max(headings)
    below = [other for other, run in spots if other > row and min(run) <= high and max(run) >= low]
    last_row = table_end(tab, row, min(below, default=0), low, high)
    rows = [*enumerate((line[low - 1 : high] for line in islice(tab.rows, row, last_row)), start=row + 1)]
    lines = [(number, cells) for number, cells in rows if any(map(filled, cells))]
    totals = frozenset(number for number, cells in lines if is_total([*filter(filled, cells)]))
    # Numbers of columns, hints how to fill in, and the headings again say nothing of what stands below these.
    totals |= {number for number, cells in lines[:_HINTS] if counts_columns([*filter(filled, cells)])}
    totals |= {number for number, cells in lines if stands_again(headings, [*[None] * (low - 1), *cells])}
    totals |= {number for number, cells in lines if explains_signs(cells)}
    totals |= _hint_in_words(row, [line for line in lines if line[0] not in totals])
    totals |= tail(lines, lambda _: [False])
    titles = _titles(tab, row, headings)
    # One title above all of them is the table's own, and tells no headings apart.
    groups = titles if len({titles.get(column) for column in headings}) > 1 else {}
    return Block(tab, row, headings, groups, last_row, len(spots) > 1, totals)
