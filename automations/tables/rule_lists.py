"""How a list or a digest looks, as people write it in the tab of rules: columns, order, groups, colours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from automations.tables.rule_conditions import condition_of
from automations.tables.rule_tokens import ConditionError, flat_brackets
from automations.tables.rule_values import Names

# Not within brackets: “Anzahl(Termine; …)” has a semicolon of its own.
PARTS = re.compile(r";(?![^()]*\))")
_NEXT = re.compile(  # a comma before what begins a part of its own
    r",\s*(?:(?:und|and|dann|then)\s+)?(?=(?:sortiert|sorted|gruppiert|grouped)\b)", re.IGNORECASE
)
_BRACKETED = re.compile(r"\[[^\[\]]+\](?:\s*[,;]\s*\[[^\[\]]+\])*")
_ORDER = re.compile(r"(?:(absteigend|descending)\s*,?\s*)?(?:(?:sortiert|sorted)\s+)?(?:nach|by)\s+(.+)", re.IGNORECASE)
_COLUMN = re.compile(r"\[?([^\[\]]+?)\]?(?:\s+(?:(absteigend|descending)|aufsteigend|ascending))?", re.IGNORECASE)
_THEN = re.compile(r"(?:\s*,\s*(?:(?:dann|then)\s+)?|\s+(?:dann|then)\s+)(?:(?:nach|by)\s+)?", re.IGNORECASE)
_GROUP = re.compile(r"(?:(?:gruppiert|grouped)\s+(?:nach|by)|je|for each)\s+\[?([^\[\]]+)\]?", re.IGNORECASE)
_COLOUR = re.compile(r"(\w+)\s*,?\s+(?:wenn|if|when)\s+(.+)", re.IGNORECASE)
_SUM = re.compile(r"(?:summen?|sums?|total)\s+(?:(?:von|über|of|over)\s+)?(.+)", re.IGNORECASE)
_COUNTS = frozenset({"nur anzahl", "nur anzahlen", "nur zählen", "nur gezählt", "only counts", "counts only"})
_STYLES: Mapping[str, str] = MappingProxyType({
    "rot": "bad", "red": "bad", "gelb": "warn", "yellow": "warn", "grün": "good", "green": "good", "grau": "muted",
    "grey": "muted", "gray": "muted", "fett": "strong", "bold": "strong",
})  # fmt: skip


def shown_columns(typed: str, table: str, names: Names) -> tuple[str, ...]:
    """The columns that a list or digest shows, in their order. Raises ConditionError."""
    parts = parted(typed)
    if len(parts) == 1 and not names.knows(parts[0], table):
        commas = [part.strip() for part in parts[0].split(",")]
        parts = tuple(commas) if all(names.knows(part, table) for part in commas) else parts
    return tuple(names.path(part, table) for part in parts)


def parted(typed: str) -> tuple[str, ...]:
    """The headings in a cell: semicolons stand between them, or each stands in square brackets of its own."""
    typed = flat_brackets(typed)
    if _BRACKETED.fullmatch(typed.strip()):
        return tuple(inside.strip() for inside in re.findall(r"\[([^\[\]]+)\]", typed))
    return tuple(plain for part in typed.split(";") if (plain := part.strip(" []")))


def look_of(typed: str, table: str, names: Names) -> dict[str, Any]:
    """`sortiert nach [Tag]; gruppiert nach [Wer]; rot, wenn [Bis] vor heute; Summe [Miete]` as rules.toml would say it.
    Raises ConditionError."""
    found: dict[str, Any] = {}
    for part in filter(None, map(str.strip, PARTS.split(_NEXT.sub(";", flat_brackets(typed))))):
        for name, value in _part(part, table, names):
            found[name] = value if name in {"group", "counts"} else (*found.get(name, ()), value)
    return found


def _part(part: str, table: str, names: Names) -> Iterator[tuple[str, Any]]:
    colour, group, order = _COLOUR.fullmatch(part), _GROUP.fullmatch(part), _ORDER.fullmatch(part)
    if colour and colour[1].casefold() in _STYLES:
        yield "colours", {"when": condition_of(colour[2], table, names), "style": _STYLES[colour[1].casefold()]}
    elif part.casefold() in _COUNTS:
        yield "counts", True
    elif summed := _SUM.fullmatch(part):
        for column in shown_columns(summed[1], table, names):
            yield "sums", column
    elif group:
        yield "group", names.path(group[1].strip(), table)
    elif order:
        for column, down in _ordered(order[2], table, names):
            yield "order", ("-" if down or order[1] else "") + names.path(column, table)
    else:
        raise ConditionError(
            "“{sign}” is not understood; write it like “sorted by [Date]; grouped by [Place]; "
            "red if [Date] before today”.", sign=part,
        )  # fmt: skip


def _ordered(typed: str, table: str, names: Names) -> Iterator[tuple[str, bool]]:
    """The columns by which rows are put in order, and whether each falls; a heading may have a comma in it."""
    whole = _COLUMN.fullmatch(typed.strip())
    parts = [typed] if whole and names.knows(whole[1], table) else _THEN.split(typed)
    for part in parts:
        column = _COLUMN.fullmatch(part.strip())
        yield (column[1], bool(column[2])) if column else (part.strip(), False)
