"""Conditional formats as they show in a cell: the conditions on texts, numbers and blanks. Formulas, dates
relative to today and gradients are kept as they are, but not worked out."""

from collections.abc import Callable, Sequence
from typing import Any

from tests.sheets_emulator.a1 import Box
from tests.sheets_emulator.model import Message

TEXTS: dict[str, Callable[[str, str], bool]] = {
    "TEXT_CONTAINS": lambda text, part: part in text,
    "TEXT_NOT_CONTAINS": lambda text, part: part not in text,
    "TEXT_STARTS_WITH": lambda text, part: text.startswith(part),
    "TEXT_ENDS_WITH": lambda text, part: text.endswith(part),
    "TEXT_EQ": lambda text, part: text == part,
}
NUMBERS: dict[str, Callable[[float, list[float]], bool]] = {
    "NUMBER_GREATER": lambda number, than: number > than[0],
    "NUMBER_GREATER_THAN_EQ": lambda number, than: number >= than[0],
    "NUMBER_LESS": lambda number, than: number < than[0],
    "NUMBER_LESS_THAN_EQ": lambda number, than: number <= than[0],
    "NUMBER_EQ": lambda number, than: number == than[0],
    "NUMBER_NOT_EQ": lambda number, than: number != than[0],
    "NUMBER_BETWEEN": lambda number, than: than[0] <= number <= than[1],
    "NUMBER_NOT_BETWEEN": lambda number, than: not than[0] <= number <= than[1],
}


def looks(rules: Sequence[Message], spot: Box, cell: Message, text: str) -> list[Any]:
    """Formats of the rules that hold for a cell, the weightiest first. `text` is what the cell shows."""
    return [
        rule["booleanRule"].get("format", {})
        for rule in rules
        if "booleanRule" in rule
        and any(spot.within(Box.of(area)) for area in rule["ranges"])
        and _holds(rule["booleanRule"].get("condition", {}), cell.get("effectiveValue", {}), text)
    ]


def _holds(condition: Message, value: Message, text: str) -> bool:
    kind = str(condition.get("type", ""))
    given = [str(item.get("userEnteredValue", "")) for item in condition.get("values", [])]
    if kind in {"BLANK", "NOT_BLANK"}:
        return (kind == "BLANK") == (not (value and text))
    if kind in TEXTS:
        return bool(given) and TEXTS[kind](text.lower(), given[0].lower())
    if kind in NUMBERS and "numberValue" in value:
        try:
            return NUMBERS[kind](float(value["numberValue"]), [float(one) for one in given])
        except (ValueError, IndexError):
            return False  # a formula or a word: not worked out
    return False
