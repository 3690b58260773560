"""A place in the pieces of a condition, and what stands there."""

from __future__ import annotations

from collections.abc import Sequence

from automations.tables.rule_spans import Span, span_at
from automations.tables.rule_tokens import QUOTES, ConditionError

_SPAN = 3  # words of “einem halben Jahr”


class Cursor:
    """Reads pieces from left to right."""

    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self.tokens_of, self._at = list(tokens), 0

    def end(self) -> None:
        """Nothing may follow. Raises ConditionError."""
        if self._peek() == ("sign", ","):
            raise ConditionError("Between two conditions stands “and” or “or”, no comma.")
        if self._at < len(self.tokens_of):
            raise ConditionError("“{sign}” is not understood here.", sign=self.tokens_of[self._at][1])

    def _peek(self, ahead: int = 0) -> tuple[str, str]:
        return self.tokens_of[self._at + ahead] if self._at + ahead < len(self.tokens_of) else ("", "")

    def _word(self, ahead: int = 0) -> str:
        what, text = self._peek(ahead)
        return text.casefold() if what == "word" else ""

    def _need(self, sign: str) -> None:
        if self._peek() != ("sign", sign):
            raise ConditionError("A bracket is not closed.")
        self._at += 1

    def _words_until(self, ends: Sequence[str]) -> str:
        words: list[str] = []
        while self._peek()[0] not in {*ends, ""}:
            words.append(self._peek()[1].strip(f"[]{QUOTES}"))
            self._at += 1
        return " ".join(words)

    def _span(self) -> Span:
        """`14 Tage`, `3 Monaten`, `einem halben Jahr`; a number alone counts days."""
        words = [self._word(n) or self._peek(n)[1].strip(QUOTES).casefold() for n in range(_SPAN)]
        if len(words[0].split()) > 1:  # in a cell of its own: one piece
            span, taken = span_at(words[0].split(), self._peek()[1])
            if taken == len(words[0].split()):
                self._at += 1
                return span
        span, taken = span_at(words, self._peek()[1])
        self._at += taken
        return span
