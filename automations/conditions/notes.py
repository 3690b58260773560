"""What a condition looks at and compares, noted while it is compiled: so what can never hold is found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from jinja2 import nodes

from automations.conditions.condition import Compared
from automations.conditions.operations import ARITHMETIC, COMPARE

# Functions whose value is a number.
_COUNTING = frozenset({
    "days_until", "days_since", "working_days_until", "working_days_since", "months_since", "half_years_since", "age",
    "year", "month", "weekday", "length",
})  # fmt: skip


class Notes:
    """Notes on one condition over these fields."""

    def __init__(self, fields: Collection[str]) -> None:
        self._fields = fields
        self.names: set[str] = set()
        self.compared: list[Compared] = []
        self.beside: set[tuple[str, str]] = set()
        self.days: set[str] = set()
        self.filled: set[str] = set()

    def comparison(self, node: nodes.Compare) -> None:
        """Which field is compared with which fixed values or which other field, and which is ordered like a day."""
        left = node.expr
        for operand in node.ops:
            self._side(left, operand.op, operand.expr, mirrored=False)
            # Both ways round, as `"offen" == status` is as good.
            self._side(operand.expr, operand.op, left, mirrored=True)
            left = operand.expr
        sides = [node.expr, *(operand.expr for operand in node.ops)]
        # What stands beside today is taken for a day, whatever its column holds.
        if any(dotted(side) == "today" for side in sides):
            self.days.update(filter(None, map(self._field, sides)))

    def edge(self, function: str, found: Callable[[Any, Any], Any], node: nodes.Expr, part: nodes.Expr) -> None:
        """The field whose beginning or end is looked at, and what for."""
        if name := self._field(node):
            for value in fixed(part):
                self.compared.append(Compared(name, value, _in_small(node, _edged(found, value)), function))

    def day(self, node: nodes.Expr) -> None:
        """A field that is taken for a day."""
        if name := self._field(node):
            self.days.add(name)

    def blank_denied(self, node: nodes.Expr) -> None:
        """`not is_blank(field)`: a field that must be filled."""
        if isinstance(node, nodes.Call) and dotted(node.node) == "is_blank" and node.args:
            self.filled.update(filter(None, [dotted(node.args[0])]))

    def _field(self, node: nodes.Node) -> str:
        name = named_field(node)
        return name if name is not None and name in self._fields else ""

    def _side(self, one: nodes.Expr, operation: str, other: nodes.Expr, *, mirrored: bool) -> None:
        name, number = self._field(one), _is_number(one)
        if not name and not number:
            return
        alone = isinstance(other, nodes.Const)
        for value in fixed(other):
            says = None if number else _says(operation, value, mirrored=mirrored, alone=alone)
            small = says and _in_small(one, says)
            self.compared.append(Compared(name or _called(one), value, small, operation, number=number))
        second = self._field(other)
        # Once: looked at from both sides, each pair would be told twice.
        if name and second and not mirrored and operation not in {"in", "notin"}:
            self.beside.add((name, second))


def _is_number(node: nodes.Node) -> bool:
    """Whether what is compared is a number whatever the columns hold: a count of days, a length, a product."""
    if isinstance(node, nodes.Call):
        name = dotted(node.node) or ""
        return name in _COUNTING or name.endswith(".count")
    # A sum or difference may be a day: a date and so many days.
    return type(node) in ARITHMETIC and not isinstance(node, nodes.Add | nodes.Sub)


def _called(node: nodes.Node) -> str:
    """What is compared, as a name to show: `age(born)`; of a product its first field."""
    if isinstance(node, nodes.Call):
        inside = next(filter(None, map(dotted, node.args)), "")
        return f"{dotted(node.node)}({inside})"
    return next((name for part in node.find_all(nodes.Name) if (name := dotted(part))), "")


def _says(operation: str, value: Any, *, mirrored: bool, alone: bool) -> Callable[[Any], bool] | None:
    """Whether a cell is what a comparison names. `mirrored` where the field stands behind the sign, `alone` where the
    value is no list."""
    if operation in {"eq", "ne"} or (operation in {"in", "notin"} and not mirrored and not alone):
        return lambda cell: COMPARE["eq"](cell, value)
    if operation in {"in", "notin"}:
        return lambda cell: COMPARE["in"](value, cell) if mirrored else COMPARE["in"](cell, value)
    return None


def _edged(found: Callable[[Any, Any], Any], value: Any) -> Callable[[Any], bool]:
    return lambda cell: bool(found(cell, value))


def _in_small(node: nodes.Node, says: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """The same question of a cell in small letters, where the condition compares `lower(field)`."""
    if not isinstance(node, nodes.Call):
        return says
    return lambda cell: says(cell.casefold() if isinstance(cell, str) else None)


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
