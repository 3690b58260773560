"""What comparisons and sums come to. Never raises: what cannot be compared is false, what cannot be summed is blank."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from jinja2 import nodes

from automations.common.alike import alike
from automations.conditions.condition import is_blank
from automations.model.values import is_number


def _equal(a: Any, b: Any) -> bool:
    """Words of the team's are one word however they are typed, as in the tabs and figures that group them."""
    if a == b:
        return True
    if type(a) is str and type(b) is str:
        return alike(a) == alike(b)
    return is_blank(a) and is_blank(b)


COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": _equal,
    "ne": lambda a, b: not _equal(a, b),
    "lt": lambda a, b: _ordered(operator.lt, a, b),
    "lteq": lambda a, b: _ordered(operator.le, a, b),
    "gt": lambda a, b: _ordered(operator.gt, a, b),
    "gteq": lambda a, b: _ordered(operator.ge, a, b),
    "in": lambda a, b: _contains(b, a),
    "notin": lambda a, b: not _contains(b, a),
}

ARITHMETIC: Mapping[type[nodes.Node], Callable[[Any, Any], Any]] = {
    nodes.Add: operator.add,
    nodes.Sub: operator.sub,
    nodes.Mul: operator.mul,
    nodes.Div: operator.truediv,
    nodes.FloorDiv: operator.floordiv,
    nodes.Mod: operator.mod,
}


def _ordered(compare: Callable[[Any, Any], bool], a: Any, b: Any) -> bool:
    try:
        return compare(a, b)
    except TypeError:  # a word beside a number, a blank beside a day: they stand in no order
        return False


def _contains(many: Any, one: Any) -> bool:
    if isinstance(many, str):
        # Every text contains a blank one: an empty value must not hit all rows.
        return isinstance(one, str) and bool(one.strip()) and alike(one) in alike(many)
    if isinstance(many, tuple | list | frozenset) and isinstance(one, tuple | list | frozenset):
        # All parts of none stand in everything: a blank list must not hit all rows.
        return bool(one) and all(part in many for part in one)
    if not isinstance(many, tuple | list | frozenset):
        return False
    return one in many or (type(one) is str and any(type(part) is str and alike(part) == alike(one) for part in many))


def calculated(operation: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    """Numbers with numbers; a date plus or minus days; the days from one date to another."""
    try:
        if is_number(a) and is_number(b):
            return operation(a, b)
        if operation in {operator.add, operator.sub} and isinstance(a, date) and is_number(b):
            return operation(a, timedelta(days=b))
        if operation is operator.sub and isinstance(a, date) and isinstance(b, date):
            return (a - b).days
    # A division by nought, a day beyond the calendar: nothing comes of it, which no comparison holds for.
    except (ArithmeticError, TypeError, ValueError):
        return None
    return None
