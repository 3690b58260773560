"""Comparisons written in the dialect of rules.toml."""

from __future__ import annotations

import json
from collections.abc import Sequence

from automations.tables.rule_tokens import ConditionError


def quoted(word: str) -> str:
    """A text as a value of a condition."""
    return json.dumps(word, ensure_ascii=False)


def held(values: Sequence[str], source: str, *, negative: bool, together: bool = False) -> str:
    """Whether one of the values, or all `together`, are among what a field holds."""
    inside = (" and " if together else " or ").join(f"{value} in {source}" for value in values)
    return f"not ({inside})" if negative else f"({inside})" if len(values) > 1 else inside


def edged(values: Sequence[str], source: str, what: str) -> str:
    """Whether a text begins or ends with one of the values."""
    parts = [f"{what}_with({source}, {value})" for value in values]
    return "(" + " or ".join(parts) + ")" if len(parts) > 1 else parts[0]


def compared(source: str, kind: str, sign: str, values: Sequence[str]) -> str:
    """A field beside one value or several; words whatever their case. Raises ConditionError."""
    if kind == "text" and sign in {"==", "!="} and all(value.startswith('"') for value in values):
        source, values = f"lower({source})", [value.casefold() for value in values]
    if len(values) == 1:
        return f"{source} {sign} {values[0]}"
    if sign not in {"==", "!="}:
        raise ConditionError("Give one value after “{sign}”.", sign=sign)
    return f"{source} {'in' if sign == '==' else 'not in'} [{', '.join(values)}]"
