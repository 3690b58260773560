"""How many rows of another tab name a row: `keine Termine`, `mindestens 2 Termine`, `Anzahl Termine mit …`."""

from __future__ import annotations

import contextlib
import itertools
from abc import abstractmethod

from automations.tables.rule_comparisons import Comparisons
from automations.tables.rule_spans import NUMBERS
from automations.tables.rule_tokens import THERE_IS, WHERE, ConditionError, meaning_at

_LONGEST_TAB = range(6)  # words of a tab's name
_COMPARED = frozenset({"<", "<=", ">", ">=", "=="})


_WHICH = "Which rows are counted stands behind “with”, like “no appointments with [Date] in the next 28 days”."


class Counts(Comparisons):
    """Reads what is counted without brackets, as people say it."""

    @abstractmethod
    def _one(self) -> str:
        """A single condition."""

    def _rowless(self) -> str:
        """`keine Termine`: no row of that table names this one; blank where no such table is named."""
        table, taken = self._rows_at(1)
        self._at += taken + 1 if table else 0
        return f"{self._count(table)} == 0" if table else ""

    def _many(self) -> str:
        """`mindestens 2 Termine`, `es gibt Termine`; blank where nothing is counted so."""
        sign, number, before = self._how_many()
        table, taken = self._rows_at(before) if number and sign in _COMPARED else ("", 0)
        self._at += before + taken if table else 0
        return f"{self._count(table)} {sign} {number}" if table else ""

    def _how_many(self) -> tuple[str, str, int]:
        """A comparison and its number, and how many words they take."""
        if (self._word(), self._word(1)) in THERE_IS:
            return ">", "0", 2
        sign, taken = meaning_at(self.tokens_of, self._at)
        word = self._word(taken)
        return sign, word if word.isdecimal() else str(NUMBERS.get(word, "")), taken + 1

    def _rows_at(self, ahead: int) -> tuple[str, int]:
        """The table whose rows name this one and whose tab is named there, and how many words that takes."""
        words = list(itertools.takewhile(bool, (self._word(ahead + n) for n in _LONGEST_TAB)))
        for taken in range(len(words), 0, -1):
            with contextlib.suppress(ConditionError):
                table = self._names.table(" ".join(words[:taken]))
                if self._names.names_rows(table, self._table):
                    return table, taken
        return "", 0

    def _count(self, table: str) -> str:
        """How many rows there are, of those that fit what is said behind “mit”."""
        if self._word() not in WHERE:
            if not self._ends():
                raise ConditionError(_WHICH)
            return f"{table}.count()"
        self._at += 1
        outer, self._table = self._table, table
        found = self._one()
        self._table = outer
        return f"{table}.count({found})"
