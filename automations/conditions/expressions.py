"""Conditions written by people in config: one dialect, one glossary of fields and functions.

Jinja2 reads the text; what it read is checked against an allow-list and turned into plain functions.
No code is generated, no attribute of any object is ever looked up, so there is nothing to break out
of. A blank field makes every comparison with `<`, `>`, `in` false and every sum blank.
"""

from __future__ import annotations

import difflib
import operator
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Any, TypeAlias

from jinja2 import TemplateSyntaxError, nodes
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from automations.common.errors import named
from automations.common.texts import Texts, texts
from automations.conditions.glossary import (
    FUNCTIONS,
    OF_DAYS,
    CountDays,
    fields_of,
    functions,
    is_blank,
    values_of,
    weekdays_between,
)
from automations.model.values import Plain

Values: TypeAlias = Mapping[str, "Plain | date | time"]
_Eval: TypeAlias = Callable[[Values, date], Any]

LONGEST = 500
"""Characters a condition may have: more is a program, not a condition."""

DEEPEST = 40
"""Brackets within brackets. Evaluation nests as deep, and Python's stack is not endless."""


class ExpressionError(Exception):
    """A condition that cannot be used: what is wrong, what to do, and at which character (from 0)."""

    def __init__(self, message: str, advice: str, position: int) -> None:
        super().__init__(message)
        self.message, self.advice, self.position = message, advice, position


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What a condition asks of the rows that point to its own: how many of them there are (`count`,
    `any`), or the `latest` or `earliest` day in a field of theirs."""

    table: str
    function: str
    field: str
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition. `names` are the fields that it looks at, `aggregates` what it asks of the
    rows that point to its own (see `book.Book`, which fills both in). `compared` are the fields that
    it compares with fixed values, `contained` the pairs of them in which a part of a text is looked for, `days` those
    that it takes for days, `filled` those that must not be blank: so what can never hold is found.
    """

    source: str
    names: frozenset[str]
    _eval: _Eval
    aggregates: Mapping[str, Aggregate] = field(default_factory=lambda: MappingProxyType({}))
    compared: tuple[tuple[str, Any], ...] = ()
    contained: frozenset[tuple[str, Any]] = frozenset()
    days: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()

    def holds(self, values: Values, today: date) -> bool:
        """Whether the condition is true of a row. Never raises: what cannot be compared is false."""
        return bool(self._eval(values, today))

    def value(self, values: Values, today: date) -> Any:
        """What the expression comes to: a number, a text, a date, True, False or None."""
        return self._eval(values, today)


def compile_condition(
    source: str,
    fields: Collection[str],
    *,
    language: str = "de",
    working_days: CountDays = weekdays_between,
    related: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Condition:
    """A condition over these fields. `working_days` counts the working days between two dates;
    `related` are tables whose rows may be asked, with their fields.

    Raises ExpressionError, in `language`, naming the nearest field where one is misspelt.
    """
    compiler = _Compiler(source, frozenset(fields), texts(language), working_days, related)
    return _condition(source, compiler, compiler.compiled())


def _condition(source: str, compiler: _Compiler, evaluate: _Eval) -> Condition:
    return Condition(
        source, frozenset(compiler.names), evaluate, MappingProxyType(compiler.aggregates),
        tuple(compiler.compared), frozenset(compiler.contained), frozenset(compiler.days), frozenset(compiler.filled),
    )  # fmt: skip


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b or (is_blank(a) and is_blank(b)),
    "ne": lambda a, b: a != b and not (is_blank(a) and is_blank(b)),
    "lt": lambda a, b: _ordered(operator.lt, a, b),
    "lteq": lambda a, b: _ordered(operator.le, a, b),
    "gt": lambda a, b: _ordered(operator.gt, a, b),
    "gteq": lambda a, b: _ordered(operator.ge, a, b),
    "in": lambda a, b: _contains(b, a),
    "notin": lambda a, b: not _contains(b, a),
}

_ARITHMETIC: Mapping[type[nodes.Node], Callable[[Any, Any], Any]] = {
    nodes.Add: operator.add,
    nodes.Sub: operator.sub,
    nodes.Mul: operator.mul,
    nodes.Div: operator.truediv,
    nodes.FloorDiv: operator.floordiv,
    nodes.Mod: operator.mod,
}

_SIGNS: Mapping[type[nodes.Node], str] = {
    nodes.Pow: "**", nodes.Concat: "~", nodes.Filter: "|", nodes.Test: "is", nodes.CondExpr: "if",
    nodes.Getitem: "[", nodes.Dict: "{", nodes.Slice: ":",
}  # fmt: skip


def _ordered(compare: Callable[[Any, Any], bool], a: Any, b: Any) -> bool:
    try:
        return compare(a, b)
    except TypeError:
        return False


def _contains(many: Any, one: Any) -> bool:
    if isinstance(many, str):
        return isinstance(one, str) and one != "" and one in many
    if isinstance(many, tuple | list | frozenset) and isinstance(one, tuple | list | frozenset):
        return bool(one) and all(part in many for part in one)
    return isinstance(many, tuple | list | frozenset) and one in many


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _calculated(operation: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    """Numbers with numbers; a date plus or minus days; the days from one date to another."""
    try:
        if _number(a) and _number(b):
            return operation(a, b)
        if operation in {operator.add, operator.sub} and isinstance(a, date) and _number(b):
            return operation(a, timedelta(days=b))
        if operation is operator.sub and isinstance(a, date) and isinstance(b, date):
            return (a - b).days
    except (ArithmeticError, TypeError, ValueError):
        return None
    return None


class _Compiler:
    """Turns what Jinja2 read into functions of (values, today), or says what is not allowed."""

    def __init__(
        self,
        source: str,
        fields: frozenset[str],
        words: Texts,
        working_days: CountDays,
        related: Mapping[str, Collection[str]] = MappingProxyType({}),
    ) -> None:
        self._source, self._fields, self._words = source, fields, words
        self._working_days, self._related = working_days, related
        self._functions = functions(working_days)
        self._depth = 0
        self.names: set[str] = set()
        self.aggregates: dict[str, Aggregate] = {}
        self.compared: list[tuple[str, Any]] = []
        self.contained: set[tuple[str, Any]] = set()
        self.days: set[str] = set()
        self.filled: set[str] = set()

    def compiled(self) -> _Eval:
        if len(self._source) > LONGEST:
            raise self._error(
                self._words.say("This condition is too long ({n} characters).", n=len(self._source)),
                self._words.say("Write at most {n} characters, or make two rules of it.", n=LONGEST),
                LONGEST,
            )
        try:
            return self._expression(self._parsed())
        except RecursionError:
            raise self._too_deep() from None

    def _parsed(self) -> nodes.Expr:
        try:
            parser = Parser(ImmutableSandboxedEnvironment(), self._source, state="variable")
            found = parser.parse_expression()
        except TemplateSyntaxError as error:
            raise self._unreadable(named(error)) from error
        if not parser.stream.eos:
            raise self._unreadable(str(parser.stream.current.value))
        return found

    def _expression(self, node: nodes.Node) -> _Eval:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._too_deep()
        evaluate = self._read(node)
        self._depth -= 1
        return evaluate

    def _read(self, node: nodes.Node) -> _Eval:
        if type(node) in _ARITHMETIC and isinstance(node, nodes.BinExpr):
            return self._sum(node, _ARITHMETIC[type(node)])
        readers: Mapping[type[nodes.Node], Callable[[Any], _Eval]] = {
            nodes.Const: self._constant,
            nodes.Name: self._name,
            nodes.Getattr: self._name,
            nodes.Compare: self._comparison,
            nodes.And: self._logic,
            nodes.Or: self._logic,
            nodes.Not: self._not,
            nodes.Neg: self._negative,
            nodes.List: self._sequence,
            nodes.Tuple: self._sequence,
            nodes.Call: self._call,
        }
        if type(node) not in readers:
            raise self._not_allowed(node)
        return readers[type(node)](node)

    def _too_deep(self) -> ExpressionError:
        return self._error(
            self._words.say("This condition has too many brackets."), self._words.say("Make two rules of it."), 0
        )

    def _constant(self, node: nodes.Const) -> _Eval:
        constant = node.value
        return lambda _values, _today: constant

    def _not(self, node: nodes.Not) -> _Eval:
        inner = self._expression(node.node)
        asked = node.node
        if isinstance(asked, nodes.Call) and _dotted(asked.node) == "is_blank" and (name := _dotted(asked.args[0])):
            self.filled.add(name)
        return lambda values, today: not inner(values, today)

    def _negative(self, node: nodes.Neg) -> _Eval:
        inner = self._expression(node.node)
        return lambda values, today: _calculated(operator.sub, 0, inner(values, today))

    def _sequence(self, node: nodes.List | nodes.Tuple) -> _Eval:
        items = tuple(self._expression(item) for item in node.items)
        return lambda values, today: tuple(item(values, today) for item in items)

    def _logic(self, node: nodes.And | nodes.Or) -> _Eval:
        left, right = self._expression(node.left), self._expression(node.right)
        if isinstance(node, nodes.And):
            return lambda values, today: left(values, today) and right(values, today)
        return lambda values, today: left(values, today) or right(values, today)

    def _sum(self, node: nodes.BinExpr, operation: Callable[[Any, Any], Any]) -> _Eval:
        left, right = self._expression(node.left), self._expression(node.right)
        return lambda values, today: _calculated(operation, left(values, today), right(values, today))

    def _comparison(self, node: nodes.Compare) -> _Eval:
        steps = [(_COMPARE[operand.op], self._expression(operand.expr)) for operand in node.ops]
        first = self._expression(node.expr)
        self._note_compared(node)
        if len(steps) == 1:
            compare, second = steps[0]
            return lambda values, today: compare(first(values, today), second(values, today))

        def chain(values: Values, today: date) -> bool:
            left = first(values, today)
            for compare, part in steps:
                right = part(values, today)
                if not compare(left, right):
                    return False
                left = right
            return True

        return chain

    def _note_compared(self, node: nodes.Compare) -> None:
        """Remember which field is compared with which fixed values, and which is ordered like a day."""
        sides = [node.expr, *(operand.expr for operand in node.ops)]
        names = [name for side in sides if (name := _named(side)) in self._fields and name is not None]
        for name in names:
            for side in sides:
                self.compared += [(name, value) for value in _fixed(side)]
        if node.ops[0].op in {"in", "notin"} and (within := _named(node.ops[0].expr)) in names and within is not None:
            self.contained.update((within, value) for value in _fixed(node.expr))
        if any(_dotted(side) == "today" for side in sides):
            self.days.update(names)

    def _name(self, node: nodes.Name | nodes.Getattr) -> _Eval:
        name = _dotted(node)
        if name is None:
            raise self._not_allowed(node)
        if name == "today":
            return lambda _values, today: today
        if name not in self._fields:
            raise self._unknown(name, sorted(self._fields), self._words.say("There is no field “{name}”.", name=name))
        self.names.add(name)
        return lambda values, _today: values.get(name)

    def _call(self, node: nodes.Call) -> _Eval:
        name = _dotted(node.node)
        table, _, asked = (name or "").partition(".")
        if table in self._related and asked:
            return self._aggregate(node, table, asked)
        if name is None or "." in name:
            raise self._not_allowed(node)
        if name not in self._functions:
            unknown = self._words.say("There is no function “{name}”.", name=name)
            raise self._unknown(name, sorted(self._functions), unknown)
        if len(node.args) != 1 or node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise self._error(
                self._words.say("“{name}” takes exactly one value.", name=name),
                self._words.say("Write it as {name}(field).", name=name),
                self._position(name),
            )
        function, argument = self._functions[name], self._expression(node.args[0])
        if name in OF_DAYS and (day := _dotted(node.args[0])) in self._fields and day is not None:
            self.days.add(day)
        return lambda values, today: function(today, argument(values, today))

    def _aggregate(self, node: nodes.Call, table: str, asked: str) -> _Eval:
        """`appointments.count(…)`, `.any(…)`, `.latest(field)`, `.latest(field, …)`, `.earliest(…)`."""
        of_days = asked in {"latest", "earliest"}
        if asked not in {"count", "any", "latest", "earliest"}:
            unknown = self._words.say("There is no function “{name}”.", name=f"{table}.{asked}")
            known = [f"{table}.{name}" for name in ("any", "count", "earliest", "latest")]
            raise self._unknown(f"{table}.{asked}", known, unknown)
        most = 2 if of_days else 1
        if node.kwargs or node.dyn_args or node.dyn_kwargs or not of_days <= len(node.args) <= most:
            example = f"{table}.{asked}({'field' if of_days else 'status == …'})"
            raise self._error(
                self._words.say("“{name}” cannot be asked like that.", name=f"{table}.{asked}"),
                self._words.say("Write it as {example}.", example=example),
                self._position(table),
            )
        inner = _Compiler(self._source, frozenset(self._related[table]), self._words, self._working_days)
        of = self._field_of(node.args[0], inner) if of_days else ""
        condition = None
        if len(node.args) > of_days:
            condition = _condition(self._source, inner, inner._expression(node.args[-1]))
        label = f"{table}.{asked}#{len(self.aggregates)}"
        self.aggregates[label] = Aggregate(table, asked, of, condition)
        return lambda values, _today: values.get(label)

    def _field_of(self, node: nodes.Expr, inner: _Compiler) -> str:
        name = _dotted(node) or ""
        if name not in inner._fields:
            unknown = self._words.say("There is no field “{name}”.", name=name)
            raise self._unknown(name, sorted(inner._fields), unknown)
        return name

    def _unknown(self, name: str, known: list[str], message: str) -> ExpressionError:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        advice = (
            self._words.say("Did you mean “{name}”?", name=near[0])
            if near
            else self._words.say("Known are: {names}.", names=", ".join(known))
        )
        return self._error(message, advice, self._position(name))

    def _not_allowed(self, node: nodes.Node) -> ExpressionError:
        sign = _SIGNS.get(type(node), "")
        shown = sign or type(node).__name__
        return self._error(
            self._words.say("“{sign}” is not allowed in a condition.", sign=shown),
            self._words.say(
                "Allowed are fields, values, comparisons, and, or, not, in, + - * / and the functions {names}.",
                names=", ".join(FUNCTIONS),
            ),
            max(self._source.find(sign), 0) if sign else 0,
        )

    def _unreadable(self, detail: str) -> ExpressionError:
        return self._error(
            self._words.say("This condition cannot be read: “{source}”.", source=self._source.strip()),
            self._words.say("Look at quotation marks, brackets, and == between two values ({detail}).", detail=detail)
            if detail
            else self._words.say("Look at quotation marks, brackets, and == between two values."),
            max(self._source.find(detail), 0),
        )

    def _position(self, name: str) -> int:
        found = re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", self._source)
        return found.start() if found else 0

    def _error(self, message: str, advice: str, position: int) -> ExpressionError:
        return ExpressionError(message, advice, position)


def _fixed(node: nodes.Node) -> list[Any]:
    """The fixed values that stand in a condition at one side of a comparison."""
    if isinstance(node, nodes.Const):
        return [node.value]
    if isinstance(node, nodes.List | nodes.Tuple):
        return [item.value for item in node.items if isinstance(item, nodes.Const)]
    return []


def _named(node: nodes.Node) -> str | None:
    """The field at one side of a comparison, also in small letters (`lower(state)`)."""
    if isinstance(node, nodes.Call) and _dotted(node.node) == "lower" and node.args:
        return _dotted(node.args[0])
    return _dotted(node)


def _dotted(node: nodes.Node) -> str | None:
    """`case.phase` as written; None where something else than names is joined by dots."""
    if isinstance(node, nodes.Name):
        return str(node.name)
    if isinstance(node, nodes.Getattr):
        left = _dotted(node.node)
        return None if left is None else f"{left}.{node.attr}"
    return None


__all__ = [
    "FUNCTIONS",
    "Condition",
    "CountDays",
    "ExpressionError",
    "Values",
    "compile_condition",
    "fields_of",
    "values_of",
    "weekdays_between",
]  # fmt: skip
