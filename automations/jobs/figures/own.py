"""A team's own figures from config/figures.toml: filter, group by, measure. No Python needed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice, pairwise
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace
from pydantic import Field, ValidationInfo, model_validator

from automations.common.alike import Spellings
from automations.conditions.book import Book, compile_for
from automations.conditions.condition import Condition, ExpressionError
from automations.jobs.figures.land_report import FREE_WORDS
from automations.jobs.figures.measures import measured
from automations.jobs.figures.sources import NEEDS, Need
from automations.jobs.figures.spans import SPANS, Grouping, grouping
from automations.model.cases import Openness
from automations.model.records import Case, Record
from automations.model.schema import DATES, NUMBERS, SHIPPED, Schema, field_at, names_of
from automations.model.settings import SettingError, SiteFacts, Strict, no_field, schema_of, table_of
from automations.model.snapshot import Snapshot
from automations.model.staff_figures import tells_of_staff
from automations.model.values import is_number

_OPEN = "open"  # what conditions on cases call an open case
_MEASURE = re.compile(r"(count|share|(?:sum|mean|median) [a-z_]+)")


class OwnFigure(Strict):
    """One figure. `where` is a condition (blank: every row), `by` a field to group by, also of the row that one points
    to (`case.district`); blank: one number. Days count by month, or as `quarter(received)`, `week(received)`,
    `half_year(received)` or `year(received)` says. `measure` is "count", "share" or "sum", "mean" or "median" and a
    field of numbers. A share is of the rows for which `of` holds (blank: every row of the table), in its group; with
    groups and no `of` it is of all groups together. `open` in a condition on cases is what the tabs call an open case.
    `managers`: also in the managers' tab, where small groups are told together; only counts can go there."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=1)
    table: str = "cases"
    where: str = ""
    of: str = ""
    by: str = ""
    measure: str = "count"
    chart: Literal["none", "column", "bar", "line"] = "none"
    top: int = Field(default=15, ge=1, le=100)
    note: str = ""
    managers: bool = False

    @model_validator(mode="after")
    def _makes_sense(self, info: ValidationInfo) -> OwnFigure:
        schema = schema_of(info)
        if not _MEASURE.fullmatch(self.measure):
            raise SettingError('measure must be "count", "share", or "sum", "mean" or "median" and a field')
        field = self.measure.partition(" ")[2]
        known = table_of(info, self.table, field).fields
        numbers = sorted(name for name, spec in known.items() if spec.kind in NUMBERS)
        if field and field not in numbers:
            raise SettingError(
                "the field “{name}” holds no numbers; of this table these do: {names}",
                name=field, names=", ".join(numbers) or "–",
            )  # fmt: skip
        self._group_makes_sense(schema)
        if self.of and self.measure != "share":
            raise SettingError('“of” goes with measure = "share" only')
        # Small groups can be told together only where they add up; a mean of four people cannot be hidden in a rest.
        if self.managers and self.measure != "count":
            raise SettingError('a figure for the managers\' workbook must have measure = "count"')
        try:
            self.condition(schema)
            self.whole(schema)
        except ExpressionError as error:
            raise ValueError(f"{error.message} {error.advice}") from error
        return self

    def _group_makes_sense(self, schema: Schema) -> None:
        group = self.group(schema)
        if group is None and "(" in self.by:
            spans = ", ".join(f"{span}(…)" for span in SPANS)
            raise SettingError("“{by}” is none of {spans}, over a field with days of the table “{table}”",
                               by=self.by, spans=spans, table=self.table)  # fmt: skip
        if group is None:
            raise no_field(self.by, self.table, names_of(schema, self.table))
        kind = getattr(field_at(schema, self.table, group.field), "kind", "")
        if "(" in self.by and kind not in DATES:
            raise SettingError("the field “{name}” holds no days, so it has no {span}",
                               name=group.field, span=group.span)  # fmt: skip

    def group(self, schema: Schema = SHIPPED) -> Grouping | None:
        """What the figure groups by; None where `by` means nothing."""
        return grouping(self.by, names_of(schema, self.table))

    def field(self, schema: Schema = SHIPPED) -> str:
        """The (dotted) field that it groups by; "" where it is one number."""
        group = self.group(schema)
        return group.field if group else ""

    def condition(self, schema: Schema = SHIPPED) -> Condition | None:
        """The compiled filter; None where every row counts."""
        return _compiled(self.where, schema, self.table) if self.where else None

    def whole(self, schema: Schema = SHIPPED) -> Condition | None:
        """The compiled condition of the rows that a share is of; None: every row."""
        return _compiled(self.of, schema, self.table) if self.of else None

    def about_staff(self, schema: Schema = SHIPPED) -> bool:
        """Whether it tells what single colleagues carry, did or left."""
        conditions = [found for found in (self.condition(schema), self.whole(schema)) if found]
        paths = {
            self.field(schema),
            self.measure.partition(" ")[2],
            *(name for found in conditions for name in found.names),
        }
        return tells_of_staff(schema, self.table, paths)

    def needs(self, schema: Schema = SHIPPED) -> tuple[Need, ...]:
        """The tables and columns without which the figure has no source."""
        conditions = [found for found in (self.condition(schema), self.whole(schema)) if found]
        names = {self.field(schema).partition(".")[0], self.measure.partition(" ")[2]}
        names |= {name.partition(".")[0] for found in conditions for name in found.names}
        asked = [(item.table, "") for found in conditions for item in found.aggregates.values()]
        opened = NEEDS["open"] if _OPEN in names and self.table == "cases" else ()
        return ((self.table, ""), *((self.table, name) for name in sorted(names - {"", _OPEN})), *opened, *asked)


def _compiled(source: str, schema: Schema, table: str) -> Condition:
    return compile_for(source, schema, table, also=(_OPEN,) if table == "cases" else ())


class OwnResult(Struct, frozen=True):
    """What a figure came to: rows (group, value, how many rows are behind it). A month is its first day,
    the unknown group None, and the groups beyond `top` are told together in `others`. `several` rows have more than one
    word to group by, of which the first counts; `numberless` ones have no number to measure, of `unread` ones a cell
    that decides whether and where they count cannot be read."""

    figure: OwnFigure
    rows: tuple[tuple[str | date | None, float, int], ...]
    others: tuple[float, int] | None = None
    several: int = 0
    numberless: int = 0
    unread: int = 0


def own_figure(figure: OwnFigure, snapshot: Snapshot, site: SiteFacts, today: date) -> OwnResult:
    """The figure's value for each group. Beyond `top` the rest is measured as one group."""
    is_open = Openness(site, today)

    def opened(record: Record) -> bool:
        # As in the tabs: who comes after today is not there yet.
        return isinstance(record, Case) and not (record.received and record.received > today) and is_open(record)

    book = Book(snapshot.schema, snapshot.tables, today, derived={("cases", _OPEN): opened})
    name, _, field = figure.measure.partition(" ")
    span = figure.group(snapshot.schema) or Grouping("")
    by = _grouping(book, figure.table, span, _alike(figure.table, span.field, snapshot))
    fitting = _matching(figure, figure.condition(snapshot.schema), book)
    several = sum(map(_has_several, _column(book, figure.table, span.field, fitting)))
    groups = _grouped(fitting, by, field)
    unread = _unread(figure, span.field, fitting, book)
    if name == "share":
        whole = _grouped(_matching(figure, figure.whole(snapshot.schema), book), by, "")
        return replace(_shares(figure, groups, whole), several=several, unread=unread)
    numberless = sum(not is_number(record.get(field)) for record in fitting) if field else 0
    if name == "count":
        # Only counts: a mean of nothing is no nought.
        groups |= {day: [] for day in _between(groups, span, figure.top)}
    found = [(group, measured(name, values), len(values)) for group, values in groups.items()]
    # A group without any number is left out; nought would claim that somebody measured it.
    rows = sorted(((g, v, n) for g, v, n in found if v is not None), key=_order)
    top, rest = _cut(rows, figure.top)
    together = [value for group, _, _ in rest for value in groups[group]]
    value = measured(name, together) if together else None
    others = None if value is None else (value, len(together))
    return OwnResult(figure, tuple(top), others, several, numberless, unread)


def _unread(figure: OwnFigure, by: str, fitting: Sequence[Record], book: Book) -> int:
    """How many rows count otherwise, perhaps, than they would if all their cells could be read."""
    conditions = (figure.condition(book.schema), figure.whole(book.schema))
    doubted = {n for condition in conditions for n in book.unsure(figure.table, condition)}
    records, here = book.records(figure.table), {id(record) for record in fitting}
    grouped = {n for n in book.unread_in(figure.table, by) if id(records[n]) in here} if by else set[int]()
    return sum(records[n].counted for n in doubted | grouped)


def _shares(figure: OwnFigure, groups: _Groups, base: _Groups) -> OwnResult:
    """Each group's rows as a part of the rows that the share is of."""
    by_group = bool(figure.of and figure.by)
    wholes = {group: len(values) for group, values in base.items()} if by_group else {}
    total = sum(map(len, (groups if figure.by and not figure.of else base).values()))

    def part(names: Sequence[str | date | None]) -> tuple[float, int] | None:
        # From the groups of the whole: one in which no row fits is a share of nought, and must not vanish.
        count = sum(len(groups.get(name, ())) for name in names)
        whole = sum(wholes.get(name, 0) for name in names) if by_group else total
        return (count / whole, count) if whole else None

    known = [
        (group, *found) for group in (wholes or groups or ["" if not figure.by else None]) if (found := part([group]))
    ]
    top, rest = _cut(sorted(known if figure.by else known[:1], key=_order), figure.top)
    return OwnResult(figure, tuple(top), part([group for group, _, _ in rest]) if rest else None)


_Row = tuple[str | date | None, float, int]
_Groups = dict[str | date | None, list[Any]]
_GroupOf = Callable[[Record], str | date | None]


def _cut(rows: list[_Row], most: int) -> tuple[list[_Row], list[_Row]]:
    """The rows to show and the others: the newest months, or the first groups."""
    # Of months the newest are of interest, of words the largest.
    if rows and isinstance(rows[0][0], date):
        return rows[-most:], rows[:-most]
    return rows[:most], rows[most:]


def _column(book: Book, table: str, path: str, records: Sequence[Record]) -> Iterator[Any]:
    """What a name stands for in these rows of the table."""
    wanted = {id(record) for record in records} if path else set[int]()
    rows = zip(book.records(table), book.column(table, path), strict=True) if path else ()
    return (value for record, value in rows if id(record) in wanted)


def _has_several(value: Any) -> bool:
    return isinstance(value, tuple) and len(set(value)) > 1


def _grouped(records: Iterable[Record], by: _GroupOf, field: str) -> _Groups:
    groups: _Groups = {}
    for record in records:
        groups.setdefault(by(record), []).append(record.get(field) if field else 1)
    return groups


def _alike(table: str, by: str, snapshot: Snapshot) -> Mapping[str, str]:
    """Words of the column that mean the same as another -> that one."""
    if by not in FREE_WORDS:
        return {}
    return {word: shown for (holder, name, word), shown in snapshot.words.items() if (holder, name) == (table, by)}


def _grouping(book: Book, table: str, by: Grouping, same: Mapping[str, str]) -> _GroupOf:
    """Which group a row belongs to. A word is spelled as most rows of the table spell it."""
    records = book.records(table)
    column = book.column(table, by.field) if by.field else [""] * len(records)
    found = {id(record): _group(value, by) for record, value in zip(records, column, strict=True)}
    # Over the whole table, not only the rows that fit, so that a filter does not change a group's name.
    words = (found[id(record)] for record in records if record.counted)
    spelled = Spellings(word for word in words if isinstance(word, str))

    def group(record: Record) -> str | date | None:
        word = found[id(record)]
        if not isinstance(word, str):
            return word
        word = spelled.of(word) or word
        return same.get(word, word)

    return group


def _between(groups: _Groups, by: Grouping, most: int) -> Iterator[date]:
    """The spans without a row between those with one: they are nought, and a chart has a place for each. A gap of more
    spans than are shown is left: a year that was mistyped would push all others out."""
    days = sorted(group for group in groups if isinstance(group, date))
    for before, after in pairwise(days):
        gap = [*islice(by.all_from(before, after), 1, most + 2)]
        yield from gap[:-1] if gap[-1] == after else ()


def _matching(figure: OwnFigure, condition: Condition | None, book: Book) -> Sequence[Record]:
    fits = book.matching(figure.table, condition)
    return [record for record, fit in zip(book.records(figure.table), fits, strict=True) if fit and record.counted]


def _group(value: Any, by: Grouping) -> str | date | None:
    if isinstance(value, date):
        return by.first(value)
    # The first of several words, as the shipped figures do: groups then add up to all rows.
    if isinstance(value, tuple):
        value = value[0] if value else None
    return None if value is None else str(value)


def _order(row: tuple[str | date | None, float, int]) -> tuple[int, str, float, str]:
    group, value, _ = row
    if isinstance(group, date):
        return 0, group.isoformat(), 0, ""
    return (2 if group is None else 1), "", -value, group or ""
