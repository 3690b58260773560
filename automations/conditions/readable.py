"""What of a condition's tree has a name or a fixed value, for those who look for words that a column never has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jinja2 import nodes


def fixed(node: nodes.Node) -> list[Any]:
    """The fixed values that stand in a condition at one side of a comparison."""
    if isinstance(node, nodes.Const):
        return [node.value]
    if isinstance(node, nodes.List | nodes.Tuple):
        return [item.value for item in node.items if isinstance(item, nodes.Const)]
    return []


def joined(node: nodes.Expr) -> Iterator[nodes.Expr]:
    """The parts that `and` joins, from left to right."""
    if isinstance(node, nodes.And):
        yield from joined(node.left)
        yield from joined(node.right)
    else:
        yield node


def named_field(node: nodes.Node) -> str | None:
    """The field at one side of a comparison, also in small letters (`lower(state)`)."""
    if isinstance(node, nodes.Call) and dotted(node.node) == "lower" and node.args:
        return dotted(node.args[0])
    return dotted(node)


def dotted(node: nodes.Node) -> str | None:
    """`case.phase` as written; None where something else than names is joined by dots."""
    if isinstance(node, nodes.Name):
        return str(node.name)
    if isinstance(node, nodes.Getattr):
        left = dotted(node.node)
        return None if left is None else f"{left}.{node.attr}"
    return None
