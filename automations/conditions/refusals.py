"""What is said of a condition that cannot be used: the sentence, what to do, and where."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from jinja2 import nodes

from automations.common.texts import Texts
from automations.conditions.condition import ExpressionError
from automations.conditions.glossary import FUNCTIONS

_SIGNS: Mapping[type[nodes.Node], str] = {
    nodes.Pow: "**", nodes.Concat: "~", nodes.Filter: "|", nodes.Test: "is", nodes.CondExpr: "if",
    nodes.Getitem: "[", nodes.Dict: "{", nodes.Slice: ":",
}  # fmt: skip


_MANY = 40  # more names than this nobody reads


class Refusals:
    """Sentences about one condition, in one language."""

    def __init__(self, source: str, words: Texts) -> None:
        self._source, self._words = source, words

    def too_long(self, most: int) -> ExpressionError:
        """More characters than a condition may have."""
        return self.error(
            self._words.say("This condition is too long ({n} characters).", n=len(self._source)),
            self._words.say("Write at most {n} characters, or make two rules of it.", n=most),
            most,
        )

    def too_deep(self) -> ExpressionError:
        """Brackets within brackets."""
        return self.error(
            self._words.say("This condition has too many brackets."), self._words.say("Make two rules of it."), 0
        )

    def unknown(self, name: str, known: list[str], message: str) -> ExpressionError:
        """A name that is not known, with the nearest that is."""
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.55)
        if len(known) > _MANY:  # those of related rows are too many to be read
            known = [one for one in known if "." not in one] or known
        advice = (
            self._words.say("Did you mean “{name}”?", name=near[0])
            if near
            else self._words.say("Known are: {names}.", names=", ".join(known))
        )
        return self.error(message, advice, self.position(name))

    def not_allowed(self, node: nodes.Node) -> ExpressionError:
        """Something that Jinja2 can read and a condition may not hold."""
        sign = _SIGNS.get(type(node), "")
        shown = sign or type(node).__name__
        return self.error(
            self._words.say("“{sign}” is not allowed in a condition.", sign=shown),
            self._words.say(
                "Allowed are fields, values, comparisons, and, or, not, in, + - * / and the functions {names}.",
                names=", ".join(FUNCTIONS),
            ),
            max(self._source.find(sign), 0) if sign else 0,
        )

    def unreadable(self, detail: str) -> ExpressionError:
        """Something that Jinja2 cannot read."""
        return self.error(
            self._words.say("This condition cannot be read: “{source}”.", source=self._source.strip()),
            self._words.say("Look at quotation marks, brackets, and == between two values ({detail}).", detail=detail)
            if detail
            else self._words.say("Look at quotation marks, brackets, and == between two values."),
            max(self._source.find(detail), 0),
        )

    def position(self, name: str) -> int:
        """Where a name stands, from 0."""
        # “age” is no part of “case.age” or of “average”.
        found = re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", self._source)
        return found.start() if found else 0

    def error(self, message: str, advice: str, position: int) -> ExpressionError:
        """Any other sentence."""
        return ExpressionError(message, advice, position)
