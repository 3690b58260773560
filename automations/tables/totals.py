"""Rows that sum up those of a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time

from automations.model.values import Value

_TOTALS = re.compile(
    r"^\s*(?:∑|(zwischen|gesamt)?(übertrag|summe|summen|anzahl|insgesamt|gesamt|gesamtzahl|ergebnis|total|totals|subtotal|davon|darunter|"
    r"grand total|sum|count|average|durchschnitt|mittelwert|Ø|Σ)\b)",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"{_TOTALS.pattern}\W*\d*\W*$", re.IGNORECASE)
_COUNT = re.compile(r"^\s*(davon\s+)?[\d.,]+\s*(%|\D{0,20})$")
"""What stands beside a word of totals: "16 Fälle", "davon 3 offen"."""


def is_total(typed: Sequence[Value]) -> bool:
    """Whether the filled cells of a line are a word of totals and what it counts."""
    texts = [cell for cell in typed if isinstance(cell, str)]
    dated = any(isinstance(cell, date | time) for cell in typed)
    counted = all(_COUNT.match(text) for text in texts[1:])
    return bool(texts) and not dated and counted and bool(begins(texts[0]))


def begins(text: str) -> bool:
    """Whether a text begins with a word of totals."""
    return bool(_TOTALS.match(text))


def stands_alone(text: str) -> bool:
    """Whether a text is a word of totals with nothing but a year or signs beside it: a table of the team's own may well
    list a "Gesamtkosten Nord" among other things."""
    return bool(_ALONE.match(text))
