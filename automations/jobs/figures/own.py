"""A team's own figures from config/figures.toml: filter, group by, measure. No Python needed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import fmean, median
from typing import Any, Literal

from pydantic import Field, ValidationInfo, model_validator

from automations.conditions.book import Book, compile_for
from automations.conditions.expressions import Condition, ExpressionError
from automations.jobs.figures.periods import first_day, month_of
from automations.model.records import Record
from automations.model.schema import SHIPPED, Schema
from automations.model.settings import SettingError, Strict, schema_of
from automations.model.snapshot import Snapshot

_MEASURE = re.compile(r"(count|share|(?:sum|mean|median) [a-z_]+)")


class OwnFigure(Strict):
    """One figure. `where` is a condition (blank: every row), `by` a field to group by (a date field
    counts by month; blank: one number), `measure` is "count", "share" (of all groups) or "sum",
    "mean" or "median" and a field. `managers`: also in the managers' tab, where small groups are
    told together; only counts can go there.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=1)
    table: str = "cases"
    where: str = ""
    by: str = ""
    measure: str = "count"
    chart: Literal["none", "column", "bar", "line"] = "none"
    top: int = Field(default=15, ge=1, le=100)
    note: str = ""
    managers: bool = False

    @model_validator(mode="after")
    def _makes_sense(self, info: ValidationInfo) -> OwnFigure:
        schema = schema_of(info)
        if self.table not in schema:
            raise SettingError(
                "there is no table “{name}”; there is: {names}", name=self.table, names=", ".join(schema)
            )
        known = schema[self.table].fields
        if not _MEASURE.fullmatch(self.measure):
            raise SettingError('measure must be "count", "share", or "sum", "mean" or "median" and a field')
        field = self.measure.partition(" ")[2]
        for name in filter(None, (self.by, field)):
            if name not in known:
                raise SettingError(
                    "the table “{table}” has no field “{name}”; there is: {names}",
                    table=self.table, name=name, names=", ".join(sorted(known)),
                )  # fmt: skip
        if self.managers and self.measure != "count":
            raise SettingError('a figure for the managers\' workbook must have measure = "count"')
        try:
            self.condition(schema)
        except ExpressionError as error:
            raise ValueError(f"{error.message} {error.advice}") from error
        return self

    def condition(self, schema: Schema = SHIPPED) -> Condition | None:
        """The compiled filter; None where every row counts."""
        return compile_for(self.where, schema, self.table) if self.where else None


@dataclass(frozen=True)
class OwnResult:
    """What a figure came to: rows (group, value, how many rows are behind it). A month is a date,
    the unknown group None, and the groups beyond `top` are told together in `others`."""

    figure: OwnFigure
    rows: tuple[tuple[str | date | None, float, int], ...]
    others: tuple[float, int] | None = None


def own_figure(figure: OwnFigure, snapshot: Snapshot, today: date) -> OwnResult:
    """The figure's value for each group."""
    groups: dict[str | date | None, list[Any]] = {}
    name, _, field = figure.measure.partition(" ")
    for record in _matching(figure, snapshot, today):
        groups.setdefault(_group(record, figure.by), []).append(record.get(field) if field else 1)
    total = sum(map(len, groups.values()))
    measured = [(group, _measure(name, values, total), len(values)) for group, values in groups.items()]
    rows = sorted(((g, v, n) for g, v, n in measured if v is not None), key=_order)
    if rows and isinstance(rows[0][0], date):
        return OwnResult(figure, tuple(rows[-figure.top :]))
    top, rest = rows[: figure.top], rows[figure.top :]
    if not rest or name not in {"count", "share", "sum"}:
        return OwnResult(figure, tuple(top))
    return OwnResult(figure, tuple(top), (sum(value for _, value, _ in rest), sum(n for _, _, n in rest)))


def _matching(figure: OwnFigure, snapshot: Snapshot, today: date) -> Iterable[Record]:
    book = Book(snapshot.schema, snapshot.tables, today)
    fits = book.matching(figure.table, figure.condition(snapshot.schema))
    return [record for record, fit in zip(book.records(figure.table), fits, strict=True) if fit and record.usable]


def _group(record: Record, by: str) -> str | date | None:
    value = record.get(by) if by else ""
    if isinstance(value, date):
        return first_day(month_of(value))
    if isinstance(value, tuple):
        value = value[0] if value else None
    return None if value is None else str(value)


def _measure(name: str, values: list[Any], total: int) -> float | None:
    if name == "count":
        return len(values)
    if name == "share":
        return len(values) / total
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    if name == "sum":
        return sum(numbers)
    if not numbers:
        return None
    return float(fmean(numbers) if name == "mean" else median(numbers))


def _order(row: tuple[str | date | None, float, int]) -> tuple[int, str, float, str]:
    group, value, _ = row
    if isinstance(group, date):
        return 0, group.isoformat(), 0, ""
    return (2 if group is None else 1), "", -value, group or ""
