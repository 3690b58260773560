"""Rows of `Regeln`, by heading: `row(Name="x", Was_passiert="Liste")`; blanks in it are underlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from automations.conditions.book import Book, compile_for
from automations.model.values import Value
from tests.support.own_tables import own_snapshot

RULES = [
    "Name", "Tabelle", "Spalte", "Vergleich", "Wert", "Spalte 2", "Vergleich 2", "Wert 2", "weitere Bedingung",
    "Zeitpunkt", "Was passiert", "Empfänger", "Text", "Spalte ausfüllen", "mit", "Aktiv", "Zeilen heute",
    "Zeilen in 14 Tagen", "Hinweis",
]  # fmt: skip


def row(**cells: Any) -> list[Any]:
    """A rule as somebody types it."""
    return [cells.get(heading.replace(" ", "_").replace("-", "_")) for heading in RULES]


def rows_hit(columns: str, tabs: Mapping[str, Sequence[Sequence[Value]]], today: date, **cells: Any) -> list[str] | str:
    """The keys of the rows that a rule of these cells hits, or the sentence why it cannot be used."""
    typed = row(Name="x", Was_passiert="Liste", **cells)
    snapshot = own_snapshot(columns, {**tabs, "Regeln": [RULES, typed]})
    rule = snapshot.console.rules[0]
    if rule.fault:
        return rule.fault
    name = rule.stanza["table"]
    fits = Book(snapshot.schema, snapshot.tables, today).matching(
        name, compile_for(rule.stanza["when"], snapshot.schema, name)
    )
    key = snapshot.schema[name].key
    return [str(one.get(key)) for one, fit in zip(snapshot.table(name), fits, strict=True) if fit]
