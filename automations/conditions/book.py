"""Conditions over whole tables: evaluated by column, each distinct combination of values once.

A name may follow references (`case.manager.email`), and a row may ask the rows that point to it
(`appointments.count(status == "planned")`). Both are looked up here, table by table, so that
twenty rules over a hundred thousand rows cost little more than reading them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from automations.conditions.compiler import compile_condition
from automations.conditions.condition import Aggregate, Condition, is_blank
from automations.conditions.glossary import CountDays, weekdays_between
from automations.model.records import Record
from automations.model.schema import Schema, holder_at, names_of, pointing


def compile_for(
    source: str,
    schema: Schema,
    table: str,
    *,
    language: str = "de",
    working_days: CountDays = weekdays_between,
    also: Collection[str] = (),
    anywhere: Collection[str] = (),
) -> Condition:
    """A condition over the rows of a table, the rows that they point to, and those that point to them.
    `also` are further names, which the book derives from a row; `anywhere` those that it derives for the rows that
    point to it as well.

    Raises ExpressionError, in `language`."""
    names = names_of(schema, table) | set(also)
    back = {other: names_of(schema, other, 1) | set(anywhere) for other in pointing(schema, table)}
    return compile_condition(source, names, language=language, working_days=working_days, related=back)


class Book:
    """The tables of one moment as columns. `today` is the site's date; `derived` are names that are made
    of a whole row, by table and name."""

    def __init__(
        self,
        schema: Schema,
        tables: Mapping[str, Sequence[Record]],
        today: date,
        derived: Mapping[tuple[str, str], Callable[[Record], Any]] = MappingProxyType({}),
    ) -> None:
        self._derived = derived
        self.schema, self._tables, self.today = schema, tables, today
        self._columns: dict[tuple[str, str], Sequence[Any]] = {}
        self._places: dict[str, Mapping[Any, int]] = {}
        self._counted: dict[tuple[str, int], tuple[Aggregate, Sequence[Any]]] = {}
        self._unsure: dict[tuple[str, int], tuple[Condition, Sequence[int]]] = {}
        self._below: Book | None = None
        self._fresh: frozenset[str] = frozenset()

    def over(self, derived: Mapping[tuple[str, str], Callable[[Record], Any]]) -> Book:
        """The same tables with further names of this moment: what does not look at them is made once, here."""
        book = Book(self.schema, self._tables, self.today, {**self._derived, **derived})
        book._below = self
        book._fresh = frozenset(name for _, name in derived)
        return book

    def records(self, table: str) -> Sequence[Record]:
        """The rows of a table; none of one that is not there."""
        return self._tables.get(table, ())

    def column(self, table: str, name: str) -> Sequence[Any]:
        """What a name stands for in each row of a table, in the order of its rows."""
        if (table, name) not in self._columns:
            below = self._below if self._is_plain(name) else None
            self._columns[table, name] = below.column(table, name) if below else self._made(table, name)
        return self._columns[table, name]

    def _is_plain(self, path: str) -> bool:
        """Whether none of the names that were added to the book below is meant."""
        return self._fresh.isdisjoint((path, *(path[n + 1 :] for n, sign in enumerate(path) if sign == ".")))

    def matching(self, table: str, condition: Condition | None) -> Sequence[bool]:
        """For each row, whether the condition holds; without one it always does."""
        fits = [condition is None] * len(self.records(table))
        # Part by part: each looks at few names, which have few combinations of values, and the rows that are left are
        # ever fewer. Rows of other tables are counted last.
        left: Sequence[int] = range(len(fits)) if condition else ()
        for part in sorted(condition.parts if condition else (), key=lambda part: bool(part.aggregates)):
            if left:
                left = [n for n, value in zip(left, self._values(table, part, left), strict=True) if value]
        for n in left:
            fits[n] = True
        return fits

    def unsure(self, table: str, condition: Condition | None) -> Sequence[int]:
        """Where the rows stand of which nobody knows whether the condition holds: a cell that it looks at cannot be
        read, in the row or in one that is counted for it, and all else that it asks holds."""
        if condition is None:
            return ()
        known = self._unsure.get((table, id(condition)))
        if known is None:
            known = self._unsure[table, id(condition)] = condition, list(self._doubts(table, condition))
        return known[1]

    def _doubts(self, table: str, condition: Condition) -> Iterator[int]:
        open_parts = [(part, self._unread_by(table, part)) for part in condition.parts]
        places = sorted(set().union(*(found for _, found in open_parts)))
        fits = [(self.matching(table, part), found) for part, found in open_parts] if places else []
        yield from (n for n in places if all(n in found or fit[n] for fit, found in fits))

    def _unread_by(self, table: str, part: Condition) -> set[int]:
        """The rows in which a cell that a part looks at cannot be read, and those for which such a row is counted."""
        found = set[int]().union(*(self.unread_in(table, path) for path in part.names))
        for item in part.aggregates.values():
            blank = self.unread_in(item.table, item.field) if item.field else set[int]()
            counted = self.matching(item.table, item.condition) if blank else ()
            doubted = {*self.unsure(item.table, item.condition), *(n for n in blank if counted[n])}
            keys = self.column(item.table, pointing(self.schema, table)[item.table]) if doubted else ()
            found |= {place for n in doubted if (place := self.position(table, keys[n])) is not None}
        return found

    def unread_in(self, table: str, path: str) -> set[int]:
        """The rows for which a name stands for a cell that nobody can read; see `glossary.unread`."""
        way, (holder, name) = path.rpartition(".")[0], holder_at(self.schema, table, path)
        records = self.records(holder)
        odd = {n for n, one in enumerate(records) if one.bad and name in one.bad and is_blank(one.get(name))}
        if not way or not odd:
            return odd
        return {n for n, key in enumerate(self.column(table, way)) if self.position(holder, key) in odd}

    def values(self, table: str, condition: Condition) -> Sequence[Any]:
        """For each row, what the expression comes to."""
        return self._values(table, condition, range(len(self.records(table))))

    def _values(self, table: str, condition: Condition, places: Sequence[int]) -> Sequence[Any]:
        """What the expression comes to in the rows of these places."""
        names = (*sorted(condition.names), *condition.aggregates)
        if not names:
            return [condition.value({}, self.today)] * len(places)
        columns = [self.column(table, name) for name in sorted(condition.names)]
        columns += [self._aggregate(table, item) for item in condition.aggregates.values()]
        if not isinstance(places, range):
            columns = [list(map(column.__getitem__, places)) for column in columns]
        if len(columns) == 1:  # as most parts of conditions: a large table needs no list of tuples for that
            (name,), (cells,) = names, columns
            single = {cell: condition.value({name: cell}, self.today) for cell in set(cells)}
            return list(map(single.__getitem__, cells))
        combined = list(zip(*columns, strict=True))
        known = {cells: condition.value(dict(zip(names, cells, strict=True)), self.today) for cells in set(combined)}
        return list(map(known.__getitem__, combined))

    def position(self, table: str, key: object) -> int | None:
        """Where the one row of that key stands; None where there is none, or more than one."""
        return self.places(table).get(key)

    def places(self, table: str) -> Mapping[Any, int]:
        """The keys that stand once, and where."""
        if table not in self._places:
            field = self.schema[table].key if table in self.schema else ""
            keys = self.column(table, field) if field else ()
            counts = Counter(keys)
            # A key that stands twice names no row, so nothing is looked up through it.
            self._places[table] = {one: n for n, one in enumerate(keys) if one and counts[one] == 1}
        return self._places[table]

    def related(self, table: str, record: Record, path: str) -> Record | None:
        """The row that a dotted name of references leads to from a row (`case.manager`)."""
        for step in path.split("."):
            spec = self.schema[table].fields.get(step) if table in self.schema else None
            place = self.position(spec.target, record.get(step)) if spec and spec.target else None
            if spec is None or place is None:
                return None
            table, record = spec.target, self.records(spec.target)[place]
        return record

    def _made(self, table: str, name: str) -> Sequence[Any]:
        if (table, name) in self._derived:
            return list(map(self._derived[table, name], self.records(table)))
        # One step at a time: the column of the row that is named there is made once, for all that ask.
        step, _, rest = name.partition(".")
        spec = self.schema[table].fields.get(step)
        records = self.records(table)
        if spec is None:
            return [None] * len(records)
        own = [record.own.get(step) for record in records] if spec.own else list(map(attrgetter(step), records))
        if not rest:
            return own
        there = self.column(spec.target, rest)
        places = {key: self.position(spec.target, key) for key in set(own)}
        return [None if (place := places[key]) is None else there[place] for key in own]

    def _aggregate(self, table: str, wanted: Aggregate) -> Sequence[Any]:
        """What the rows that point to each row come to: counted once, whoever asks again."""
        known = self._counted.get((table, id(wanted)))
        if known is None:  # the aggregate is kept as well, so that its id stays its own
            inner = wanted.condition
            asked = (wanted.field, *(inner.names if inner else ()))
            below = self._below if all(map(self._is_plain, asked)) else None
            known = wanted, below._aggregate(table, wanted) if below else self._made_of(table, wanted)  # noqa: SLF001
            self._counted[table, id(wanted)] = known
        return known[1]

    def _made_of(self, table: str, wanted: Aggregate) -> Sequence[Any]:
        field = pointing(self.schema, table)[wanted.table]
        keys = self.column(table, self.schema[table].key) if self.schema[table].key else ()
        pointers = self.column(wanted.table, field)
        fits = self.matching(wanted.table, wanted.condition)
        # Half-typed rows and doubles count in no figure, so no condition counts them either.
        usable = map(attrgetter("usable"), self.records(wanted.table))
        counted = [fit and use for fit, use in zip(fits, usable, strict=True)]
        if not wanted.field:
            counts = Counter(key for key, fit in zip(pointers, counted, strict=True) if fit)
            return [counts[key] > 0 if wanted.function == "any" else counts[key] for key in keys]
        found: dict[Any, Any] = {}
        pick = max if wanted.function == "latest" else min
        values = self.column(wanted.table, wanted.field)
        for key, value, fit in zip(pointers, values, counted, strict=True):
            if fit and isinstance(value, date):
                found[key] = pick(found[key], value) if key in found else value
        return [found.get(key) for key in keys]
