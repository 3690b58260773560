"""Parts of a condition that can never be true together: a column that is to say two things at once, a number above
five and below three. Found in the condition alone, whatever the tables say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from jinja2 import nodes
from msgspec import Struct

from automations.conditions.notes import dotted, joined, named_field

DAY = date(2020, 6, 15)
"""Any day: sides of a comparison without fields are worked out for it, those of today apart from fixed ones."""

Constant = Callable[[nodes.Expr], Any]
"""What an expression without fields comes to on that day; raises LookupError for one with fields."""

_MIRRORED = {"lt": "gt", "gt": "lt", "lteq": "gteq", "gteq": "lteq", "eq": "eq", "ne": "ne"}
_FILLED = frozenset({"eq", "in", "lt", "gt", "lteq", "gteq"})
_NEGATED = {"eq": "ne", "ne": "eq", "in": "notin", "notin": "in", "blank": "filled", "filled": "blank"}


class _Claim(Struct, frozen=True):
    """What is asked of one side: how it compares with values; `floating` where they move with the day."""

    operation: str
    values: tuple[Any, ...] = ()
    floating: bool = False


def at_odds(expression: nodes.Expr, constant: Constant) -> Iterator[str]:
    """The fields of which things are asked together that no value fulfils."""
    for parts in _together(expression):
        claims: dict[str, list[_Claim]] = {}
        names: dict[str, str] = {}
        for part in parts:
            for subject, claim in _claimed(part, constant):
                claims.setdefault(repr(subject), []).append(claim)
                names[repr(subject)] = next((name for name in map(dotted, _nodes(subject)) if name), "")
        yield from (names[subject] for subject, asked in claims.items() if not _possible(asked))


def _together(node: nodes.Expr) -> Iterator[list[nodes.Expr]]:
    """Each group of parts that `and` joins, within those of `or` too."""
    if isinstance(node, nodes.Or):
        yield from _together(node.left)
        yield from _together(node.right)
        return
    parts = list(joined(node))
    yield parts
    for part in parts:
        if isinstance(part, nodes.Or):
            yield from _together(part)


def _nodes(node: nodes.Node) -> Iterator[nodes.Node]:
    """The values within an expression, without the names of functions."""
    yield node
    for inner in node.args if isinstance(node, nodes.Call) else node.iter_child_nodes():
        yield from _nodes(inner)


def _claimed(node: nodes.Expr, constant: Constant) -> Iterator[tuple[nodes.Expr, _Claim]]:
    if isinstance(node, nodes.Not):
        for subject, claim in _claimed(node.node, constant):
            if claim.operation in _NEGATED:
                yield subject, _Claim(_NEGATED[claim.operation], claim.values, claim.floating)
    elif isinstance(node, nodes.Call) and dotted(node.node) == "is_blank" and node.args:
        yield node.args[0], _Claim("blank")
    # Longer chains are left alone: a wrong warning is worse than none.
    elif isinstance(node, nodes.Compare) and len(node.ops) == 1:
        left, operation, right = node.expr, node.ops[0].op, node.ops[0].expr
        if operation in {"in", "notin"}:
            if isinstance(right, nodes.List | nodes.Tuple):
                yield from _valued(left, operation, right, constant)
        else:
            yield from _valued(left, operation, right, constant)
            yield from _valued(right, _MIRRORED[operation], left, constant)


def _valued(
    subject: nodes.Expr, operation: str, value: nodes.Expr, constant: Constant
) -> Iterator[tuple[nodes.Expr, _Claim]]:
    try:
        found = constant(value)
    except LookupError:
        return
    values = tuple(map(_plain, found if operation in {"in", "notin"} and isinstance(found, tuple) else (found,)))
    bare = subject.args[0] if isinstance(subject, nodes.Call) and named_field(subject) else subject
    # Beside a blank, or of a value that is fixed itself, nothing is certain.
    if None not in values and not isinstance(bare, nodes.Const):
        floating = any(dotted(node) == "today" for node in _nodes(value))
        yield bare, _Claim(operation, values, floating)


def _plain(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _possible(claims: Sequence[_Claim]) -> bool:
    """Whether some value fulfils all that is asked."""
    # A blank cell equals "", is none of other values and stands in no order.
    filling = (one.operation == "filled" or (one.operation in _FILLED and "" not in one.values) for one in claims)
    if any(one.operation == "blank" for one in claims) and any(filling):
        return False
    # A day that moves with today is at odds with a fixed one for a while only, so each is compared with its like.
    return all(_fulfilled([claim for claim in claims if claim.floating is floating]) for floating in (True, False))


def _fulfilled(claims: Sequence[_Claim]) -> bool:
    one_of = [claim.values for claim in claims if claim.operation in {"eq", "in"}]
    bounds = [claim for claim in claims if claim.operation in {"lt", "gt", "lteq", "gteq"}]
    # Listed values can be tried one by one; of bounds alone there are endlessly many between two.
    if one_of:
        none_of = {value for claim in claims if claim.operation in {"ne", "notin"} for value in claim.values}
        left = [value for value in one_of[0] if all(value in values for values in one_of[1:]) and value not in none_of]
        return any(all(_within(value, bound) for bound in bounds) for value in left)
    lower = [bound for bound in bounds if bound.operation in {"gt", "gteq"}]
    upper = [bound for bound in bounds if bound.operation in {"lt", "lteq"}]
    return not any(_apart(low, high) for low in lower for high in upper)


def _within(value: Any, bound: _Claim) -> bool:
    limit = bound.values[0]
    try:
        above, below = bool(value > limit), bool(value < limit)
    # What cannot be ordered is no contradiction: other checks tell of a word beside a number.
    except TypeError:
        return True
    return {"gt": above, "lt": below, "gteq": not below, "lteq": not above}[bound.operation]


def _apart(low: _Claim, high: _Claim) -> bool:
    """Whether nothing lies above the one and below the other."""
    try:
        # “More than 5 and at most 5”: of equal bounds one that is left out is enough.
        if low.values[0] == high.values[0]:
            return low.operation == "gt" or high.operation == "lt"
        return bool(low.values[0] > high.values[0])
    except TypeError:
        return False
