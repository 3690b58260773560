"""Reads the text of a condition and turns it into functions, or says what is not allowed.

Jinja2 reads the text; what it read is checked against an allow-list and turned into plain functions.
No code is generated, no attribute of any object is ever looked up, so there is nothing to break out
of. A blank field makes every comparison with `<`, `>`, `in` false and every sum blank."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment
from msgspec.structs import replace

from automations.common.errors import named
from automations.common.texts import Texts, texts
from automations.conditions.condition import Aggregate, Condition, Evaluate, Values
from automations.conditions.contradictions import DAY, at_odds
from automations.conditions.glossary import OF_DAYS, PAIRS, CountDays, functions, weekdays_between
from automations.conditions.notes import Notes, dotted, joined
from automations.conditions.operations import ARITHMETIC, COMPARE, calculated
from automations.conditions.refusals import Refusals

LONGEST = 500  # characters a condition may have: more is a program, not a condition

WRITTEN: Mapping[str, str] = MappingProxyType({"day": 'day("2026-12-31")', "clock": 'clock("09:30")'})
"""Functions that read a value written out, and how it is written."""

DEEPEST = 40  # Brackets within brackets. Evaluation nests as deep, and Python's stack is not endless.


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

    Raises ExpressionError, in `language`, naming the nearest field where one is misspelt."""
    return Compiler(source, frozenset(fields), texts(language), working_days, related).condition()


class Compiler:
    """Turns what Jinja2 read into functions of (values, today), or says what is not allowed."""

    def __init__(
        self,
        source: str,
        fields: frozenset[str],
        words: Texts,
        working_days: CountDays,
        related: Mapping[str, Collection[str]],
    ) -> None:
        self._source, self._fields, self._words = source, fields, words
        self._refused = Refusals(source, words)
        self._working_days, self._related = working_days, related
        self._functions = functions(working_days)
        self._depth = 0
        self.notes = Notes(fields)
        self.aggregates: dict[str, Aggregate] = {}

    def condition(self) -> Condition:
        """The whole condition, with all that it looks at. Raises ExpressionError."""
        # Before it is parsed: the parser would take its time over it.
        if len(self._source) > LONGEST:
            raise self._refused.too_long(LONGEST)
        try:
            return self.in_parts(self._parsed())
        # The parser goes down by itself, before our own count of the depth.
        except RecursionError:
            raise self._refused.too_deep() from None

    def in_parts(self, node: nodes.Expr) -> Condition:
        """The same with what `and` joins apart."""
        found, parts = self.compiled(node), tuple(joined(node))
        # Each by a compiler of its own: the notes of one part must not hold those of its neighbours.
        apart = tuple(self._alike().compiled(part) for part in parts) if len(parts) > 1 else ()
        return replace(found, parts_apart=apart)

    def _alike(self, fields: Collection[str] | None = None) -> Compiler:
        """A compiler of the same text that knows of no names yet."""
        of = self._fields if fields is None else frozenset(fields)
        return Compiler(self._source, of, self._words, self._working_days, self._related if fields is None else {})

    def compiled(self, node: nodes.Expr) -> Condition:
        """One part of the text. Raises ExpressionError."""
        evaluate, noted = self.expression(node), self.notes
        return Condition(
            frozenset(noted.names), evaluate, MappingProxyType(self.aggregates), tuple(noted.compared),
            frozenset(noted.beside), frozenset(noted.days), frozenset(noted.filled),
            frozenset(at_odds(node, self._constant_side)),
        )  # fmt: skip

    def _constant_side(self, node: nodes.Expr) -> Any:
        """What a side without fields comes to. Raises LookupError for one with fields."""
        # By itself: what stands there is noted already by whoever reads the whole.
        alone = self._alike()
        evaluate = alone.expression(node)
        if alone.notes.names or alone.aggregates:
            raise LookupError
        return evaluate({}, DAY)

    def _parsed(self) -> nodes.Expr:
        try:
            # The parser alone, without rendering: the sandbox is a second lock on a door that stays shut.
            parser = Parser(ImmutableSandboxedEnvironment(), self._source, state="variable")
            found = parser.parse_expression()
        except TemplateSyntaxError as error:
            raise self._refused.unreadable(named(error)) from error
        # Jinja reads as far as it understands: “a == 1 b” is a condition and a rest.
        if not parser.stream.eos:
            raise self._refused.unreadable(str(parser.stream.current.value))
        return found

    def expression(self, node: nodes.Node) -> Evaluate:
        """What a part comes to. Raises ExpressionError."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._refused.too_deep()
        evaluate = self._read(node)
        # Not in `finally`: after a refusal the compiler is thrown away.
        self._depth -= 1
        return evaluate

    def _read(self, node: nodes.Node) -> Evaluate:
        if type(node) in ARITHMETIC and isinstance(node, nodes.BinExpr):
            return self._sum(node, ARITHMETIC[type(node)])
        readers: Mapping[type[nodes.Node], Callable[[Any], Evaluate]] = {
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
            raise self._refused.not_allowed(node)
        return readers[type(node)](node)

    def _constant(self, node: nodes.Const) -> Evaluate:
        constant = node.value
        return lambda _values, _today: constant

    def _not(self, node: nodes.Not) -> Evaluate:
        inner = self.expression(node.node)
        self.notes.blank_denied(node.node)
        return lambda values, today: not inner(values, today)

    def _negative(self, node: nodes.Neg) -> Evaluate:
        inner = self.expression(node.node)
        return lambda values, today: calculated(operator.sub, 0, inner(values, today))

    def _sequence(self, node: nodes.List | nodes.Tuple) -> Evaluate:
        items = tuple(self.expression(item) for item in node.items)
        return lambda values, today: tuple(item(values, today) for item in items)

    def _logic(self, node: nodes.And | nodes.Or) -> Evaluate:
        left, right = self.expression(node.left), self.expression(node.right)
        if isinstance(node, nodes.And):
            return lambda values, today: left(values, today) and right(values, today)
        return lambda values, today: left(values, today) or right(values, today)

    def _sum(self, node: nodes.BinExpr, operation: Callable[[Any, Any], Any]) -> Evaluate:
        left, right = self.expression(node.left), self.expression(node.right)
        return lambda values, today: calculated(operation, left(values, today), right(values, today))

    def _comparison(self, node: nodes.Compare) -> Evaluate:
        steps = [(COMPARE[operand.op], self.expression(operand.expr)) for operand in node.ops]
        first = self.expression(node.expr)
        self.notes.comparison(node)
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

    def _name(self, node: nodes.Name | nodes.Getattr) -> Evaluate:
        name = dotted(node)
        if name is None:
            raise self._refused.not_allowed(node)
        if name == "today":
            return lambda _values, today: today
        if name not in self._fields:
            raise self._refused.unknown(
                name, sorted(self._fields), self._words.say("There is no field “{name}”.", name=name)
            )
        self.notes.names.add(name)
        return lambda values, _today: values.get(name)

    def _call(self, node: nodes.Call) -> Evaluate:
        name = dotted(node.node)
        table, _, asked = (name or "").partition(".")
        if table in self._related and asked:
            return self._aggregate(node, table, asked)
        if name is None or "." in name:
            raise self._refused.not_allowed(node)
        if name in PAIRS:
            return self._pair(node, name)
        if name not in self._functions:
            unknown = self._words.say("There is no function “{name}”.", name=name)
            raise self._refused.unknown(name, sorted(self._functions), unknown)
        if len(node.args) != 1 or node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise self._refused.error(
                self._words.say("“{name}” takes exactly one value.", name=name),
                self._words.say("Write it as {name}(field).", name=name),
                self._refused.position(name),
            )
        function, argument = self._functions[name], self.expression(node.args[0])
        # Said now: a day that is none would make the condition false for ever, in silence.
        if name in WRITTEN and isinstance(node.args[0], nodes.Const) and isinstance(node.args[0].value, str):
            self._readable(name, node.args[0].value)
        if name in OF_DAYS:
            self.notes.day(node.args[0])
        return lambda values, today: function(today, argument(values, today))

    def _readable(self, name: str, written: str) -> None:
        """A day or a time of day that is written out. Raises ExpressionError for one that is none."""
        if self._functions[name](DAY, written) is None:
            raise self._refused.error(
                self._words.say("“{sign}” is no day or time that kim can read.", sign=written),
                self._words.say("Write it as {example}.", example=WRITTEN[name]), self._refused.position(name),
            )  # fmt: skip

    def _pair(self, node: nodes.Call, name: str) -> Evaluate:
        """`starts_with(name, "A")`."""
        second = "6" if name in OF_DAYS else '"…"'
        if len(node.args) != 2 or node.kwargs or node.dyn_args or node.dyn_kwargs:  # noqa: PLR2004 (text and part)
            raise self._refused.error(
                self._words.say("“{name}” takes exactly two values.", name=name),
                self._words.say("Write it as {example}.", example=f"{name}(field, {second})"),
                self._refused.position(name),
            )
        function = PAIRS[name]
        left, right = self.expression(node.args[0]), self.expression(node.args[1])
        if name in OF_DAYS:
            self.notes.day(node.args[0])
        else:
            self.notes.edge(name, function, node.args[0], node.args[1])
        return lambda values, today: function(left(values, today), right(values, today))

    def _aggregate(self, node: nodes.Call, table: str, asked: str) -> Evaluate:
        """`appointments.count(…)`, `.any(…)`, `.latest(field)`, `.latest(field, …)`, `.earliest(…)`."""
        of_days = asked in {"latest", "earliest"}
        if asked not in {"count", "any", "latest", "earliest"}:
            unknown = self._words.say("There is no function “{name}”.", name=f"{table}.{asked}")
            known = [f"{table}.{name}" for name in ("any", "count", "earliest", "latest")]
            raise self._refused.unknown(f"{table}.{asked}", known, unknown)
        most = 2 if of_days else 1
        if node.kwargs or node.dyn_args or node.dyn_kwargs or not of_days <= len(node.args) <= most:
            example = f"{table}.{asked}({'field' if of_days else 'status == …'})"
            raise self._refused.error(
                self._words.say("“{name}” cannot be asked like that.", name=f"{table}.{asked}"),
                self._words.say("Write it as {example}.", example=example),
                self._refused.position(table),
            )
        inner = self._alike(self._related[table])
        of = self._field_of(node.args[0], inner) if of_days else ""
        condition = None
        if len(node.args) > of_days:
            condition = inner.in_parts(node.args[-1])
        # Numbered, as one condition may ask the same rows for several things.
        label = f"{table}.{asked}#{len(self.aggregates)}"
        self.aggregates[label] = Aggregate(table, asked, of, condition)
        return lambda values, _today: values.get(label)

    def _field_of(self, node: nodes.Expr, inner: Compiler) -> str:
        name = dotted(node) or ""
        if name not in inner._fields:
            unknown = self._words.say("There is no field “{name}”.", name=name)
            raise self._refused.unknown(name, sorted(inner._fields), unknown)
        return name
