"""Appointments that stand as columns of the row of their case ("1. Termin", "Uhrzeit", "wahrg.", "2. Termin" …).

Each day's column with what belongs to it is read like a tab of its own over the same rows. kim only reads them: an
appointment there has no cell for a number, an answer or a reminder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

from msgspec.structs import replace

from automations.model.layout import TableLayout
from automations.tables.columns import TableColumns
from automations.tables.derived import Column
from automations.tables.folding import fold, without_number
from automations.workbooks.headers import group_texts, header_texts
from automations.workbooks.protocol import RawTab

BESIDE = ("time", "ends_at", "duration", "place", "manager", "kind", "interpreter", "status")
"""What may stand in the columns right of an appointment's day."""


def slots(cases: TableLayout, tab: RawTab, rules: TableColumns) -> Iterator[TableLayout]:
    """Where appointments stand in a tab of cases: one layout for each of the columns of days, from the left."""
    texts = header_texts(tab, cases.header_row)
    groups = group_texts(tab, cases.header_row)
    wanted = {fold(text) for text in rules.in_columns}
    days = [c for c, text in texts.items() if {fold(text), fold(f"{groups.get(c, '')} {text}")} & wanted]
    spans = slot_spans(days, texts, set(cases.columns.values()))
    for number, (day, beside) in enumerate(spans, start=1):
        columns = {"date": day, **_named(beside, texts, rules)}
        own = tuple(sorted(columns))
        shared = {"case": "number", "manager": "manager", "last_name": "last_name", "first_name": "first_name"}
        # A full name in one column tells whose appointment it is as well.
        shared |= {"last_name": "full_name"} if "last_name" not in cases.columns else {}
        columns |= {
            name: cases.columns[theirs]
            for name, theirs in shared.items()
            if name not in columns and theirs in cases.columns
        }
        yield replace(
            cases,
            table="appointments",
            columns=MappingProxyType(columns),
            headings=MappingProxyType({name: texts[column] for name, column in columns.items() if column in texts}),
            key_field="number",
            staff_fields=tuple(name for name in columns if name in own or name in {"last_name", "first_name"}),
            # Several appointments share the row: an edit could not say which of them it means.
            writable=frozenset(),
            others=(),
            crosses=MappingProxyType({}),
            slot=number,
        )


def slot_spans(days: Sequence[int], texts: Mapping[int, str], used: set[int]) -> list[tuple[int, list[int]]]:
    """Each day's column with the columns right of it that belong to it: up to the next day, to a column that is
    something of the case's, and behind the last day to no more than stand behind another one."""
    spans: list[tuple[int, list[int]]] = []
    for day, following in pairwise((*sorted(days), max(texts, default=0) + 1)):
        beside: list[int] = []
        for column in range(day + 1, following):
            if column in used:
                break
            beside += [column] if column in texts else []
        spans.append((day, beside))
    if len(spans) > 1:
        most = max(len(beside) for _, beside in spans[:-1])
        spans[-1] = spans[-1][0], spans[-1][1][:most]
    return spans


def _named(columns: Sequence[int], texts: Mapping[int, str], rules: TableColumns) -> dict[str, int]:
    named: dict[str, int] = {}
    for column in columns:
        # As it stands first: “2. Uhrzeit” may be known by just that name.
        for text in (texts[column], without_number(texts[column])):
            name = rules.by_heading.get(fold(text), ("", 0))[0]
            if name in BESIDE:
                named.setdefault(name, column)
                break
    return named


def slot_numbers(slot: int, cases: Column) -> Column:
    """What names an appointment that has no number: its case and which one of the row's it is, so that it stays
    the same one when its day is moved."""
    numbers = [f"{case}/{slot}" if case else None for case in cases.parsed]
    return Column(numbers, numbers, {})
