"""Rows of `Regeln`, by heading: `row(Name="x", Was_passiert="Liste")`; blanks in it are underlines."""

from __future__ import annotations

from typing import Any

RULES = [
    "Name", "Tabelle", "Spalte", "Vergleich", "Wert", "Spalte 2", "Vergleich 2", "Wert 2", "weitere Bedingung",
    "Zeitpunkt", "Was passiert", "Empfänger", "Text", "Spalte ausfüllen", "mit", "Aktiv", "Zeilen heute",
    "Zeilen in 14 Tagen", "Hinweis",
]  # fmt: skip


def row(**cells: Any) -> list[Any]:
    """A rule as somebody types it."""
    return [cells.get(heading.replace(" ", "_").replace("-", "_")) for heading in RULES]
