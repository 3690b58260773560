"""A place in the pieces of a condition, and the values that people type there behind a comparison."""

from __future__ import annotations

import itertools
import re
from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from automations.tables.rule_spans import NUMBERS, Span, span_at
from automations.tables.rule_tokens import (
    AND,
    BLANK,
    NOT,
    OR,
    QUOTES,
    SIGNS_OF_SUMS,
    TODAY,
    WITHOUT,
    ConditionError,
    word_at,
)

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


_MINUS = str.maketrans("−–", "--")  # what programs make of a minus
_TIMES = re.compile(r"\s*(?:mal|times)$")
_AHEAD = range(12)  # words of a value
_PIECES = 5  # between which commas stand in one word


class Names(Protocol):
    """What headings, tables and words of the workbook mean."""

    def path(self, heading: str, table: str) -> str:
        """The dotted field under that heading. Raises ConditionError with the nearest one."""

    def table(self, tab: str) -> str:
        """The table in that tab. Raises ConditionError."""

    def kind(self, path: str, table: str) -> str:
        """How the cells of a field are read."""

    def is_heading(self, words: str, table: str) -> bool:
        """Whether words are a heading as it stands in the workbook."""

    def knows(self, heading: str, table: str) -> bool:
        """Whether there is such a heading."""

    def searched(self, path: str, table: str) -> str:
        """The field in which words are looked for: of a colleague the name."""

    def names_rows(self, table: str, of: str) -> bool:
        """Whether a column of the first table names rows of the other one."""

    def born(self, path: str, table: str) -> bool:
        """Whether a day is somebody's birth: then years are completed ones."""

    def says(self, words: str, path: str, table: str) -> bool:
        """Whether a row says just these words in a column of words."""

    def tells(self, words: str, path: str, table: str) -> bool:
        """Whether words are what a column may say: words that stand in it, a number, a day, yes or no."""

    def speaks(self, word: str) -> bool:
        """Whether a word is a language."""

    def near(self, word: str, path: str, table: str) -> str:
        """The word of the column that is spelled most like this one; blank where none is near."""

    def literals(self, word: str, path: str, table: str) -> tuple[str, ...]:
        """A word of the team's as a value of a condition, or as several (“Arabisch/Dari”). Raises ConditionError
        with the nearest word."""


class Values(Cursor):
    """Reads one value or several; what is compared with another column is read by whoever knows those."""

    def __init__(self, tokens: Sequence[tuple[str, str]], table: str, names: Names) -> None:
        super().__init__(tokens)
        self._table, self._names = table, names

    @abstractmethod
    def _calculated(self) -> str:
        """A column or a function, with what is added to it."""

    def _calls(self, ahead: int = 0) -> bool:
        """Whether a function is called there."""
        return self._peek(ahead)[0] == "word" and self._peek(ahead + 1) == ("sign", "(")

    @abstractmethod
    def _goes_on(self, ahead: int, path: str, kind: str) -> bool:
        """Whether another comparison of the same column begins there: “nach heute und vor morgen”."""

    def _values(self, path: str, kind: str, also: frozenset[str] = frozenset()) -> list[str]:
        """One value, or several with commas or “oder” between them (`also`: other words that stand there)."""
        found = [*self._value(path, kind, also=also)]
        while self._more(path, kind, also):
            self._at += 1
            found += self._value(path, kind, also=also)
        return found

    def _more(self, path: str, kind: str, also: frozenset[str]) -> bool:
        """Whether another value follows, and not another comparison or the end of a bracket."""
        between = self._peek() == ("sign", ",") or self._word() in OR | also
        if not between or self._starts(1):
            return False
        return self._says(1, path) or (self._word(1) not in BLANK and not self._goes_on(1, path, kind))

    def _says(self, ahead: int, path: str) -> bool:
        """Whether the words from there to the next “und” or “oder” are what a row says in that column."""
        words = list(itertools.takewhile(lambda word: word and word not in OR | AND, map(self._word, _AHEAD)))[ahead:]
        spelled = " ".join(self._peek(ahead + n)[1] for n in range(len(words)))
        return bool(path and words) and self._names.says(spelled, path, self._table)

    def _starts(self, ahead: int) -> bool:
        """Whether a comparison begins there."""
        what, text = self._peek(ahead)
        begins = what in {"heading", ""} or (what, text) == ("sign", "(") or self._calls(ahead)
        lacks = self._word(ahead) in WITHOUT and self._peek(ahead + 1)[0] == "heading"
        return begins or lacks or text.casefold() in NOT

    def _value(
        self, path: str, kind: str, *, alone: bool = False, also: frozenset[str] = frozenset()
    ) -> tuple[str, ...]:
        """A value; an “und” belongs to it unless another comparison follows, or it stands `alone`."""
        what, text = self._peek()
        if whole := self._with_commas(path):
            return self._literals(whole, path, kind)
        if what == "text":
            self._at += 1
            return self._literals(text[1:-1].strip(), path, kind)
        if what == "heading" or self._calls():
            return (self._calculated(),)
        if what == "word" and text.casefold() in TODAY and kind == "date":
            return (self._day(),)
        words: list[str] = []
        while self._peek()[0] == "word" and self._word() not in OR | also:
            if self._word() in AND and (alone or not words or self._starts(1) or self._goes_on(1, path, kind)):
                break
            words.append(self._peek()[1])
            self._at += 1
        if not words:
            raise ConditionError("A value is missing after the comparison.")
        self._no_heading_in(words, path)
        return self._literals(" ".join(words), path, kind)

    def _no_heading_in(self, words: Sequence[str], path: str) -> None:
        """`= frei und Zimmer groß`: taken as one word that no cell says, the rule would rest unseen. Raises
        ConditionError."""
        if not path or self._names.says(" ".join(words), path, self._table):
            return
        joined = self._at > len(words) and word_at(self.tokens_of, self._at - len(words) - 1) in OR
        starts = [n + 1 for n, word in enumerate(words) if word.casefold() in AND] + [0] * joined
        slipped = (
            " ".join(words[at:end])
            for at in starts
            for end in range(len(words) - (at == 0), at, -1)
            if self._names.is_heading(" ".join(words[at:end]), self._table)
        )
        if heading := next(slipped, ""):
            raise ConditionError("Put the heading into square brackets: [{sign}].", sign=heading)

    def _with_commas(self, path: str) -> str:
        """The longest words with commas in them that the column says (“Recht, Teil 1”); blank where it says none."""
        pieces, ends, at = [""], [self._at], self._at
        while len(pieces) <= _PIECES and path:
            words: list[str] = []
            while self.tokens_of[at : at + 1] and self.tokens_of[at][0] in {"word", "text"} and not self._or_at(at):
                words.append(self.tokens_of[at][1].strip(QUOTES))
                at += 1
            if not words:
                break
            pieces.append(f"{pieces[-1]}, {' '.join(words)}".removeprefix(", "))
            ends.append(at)
            if self.tokens_of[at : at + 1] != [("sign", ",")]:
                break
            at += 1
        # The longest first; a single piece is read as any other value.
        for whole, end in list(zip(pieces, ends, strict=True))[:1:-1]:
            if self._names.says(whole, path, self._table):
                self._at = end
                return whole
        return ""

    def _or_at(self, at: int) -> bool:
        """Whether “oder” stands there, as a word of its own."""
        what, text = self.tokens_of[at]
        return what == "word" and text.casefold() in OR

    def _literals(self, word: str, path: str, kind: str) -> tuple[str, ...]:
        if not path and kind in {"number", "yes_no"}:
            plain = re.sub(r"\s*(?:mal|times|jahren?|years?|tagen?|days?)$", "", word.casefold())
            plain = str(NUMBERS.get(plain, plain.replace(",", ".")))
            if not re.fullmatch(r"-?\d+(\.\d+)?", plain):
                if self._names.is_heading(word, self._table):
                    return (self._names.path(word, self._table),)
                raise ConditionError("“{sign}” is no number.", sign=word)
            return (plain,)
        if kind in {"number", "count", "amount", "minutes"} and (counted := _TIMES.sub("", word.casefold())) in NUMBERS:
            return (str(NUMBERS[counted]),)
        plain = re.sub(r"^(?:dem|den|der|the)\s+", "", word, flags=re.IGNORECASE) if kind == "date" else word
        return self._names.literals(plain, path, self._table)

    def _day(self) -> str:
        """`heute`, `morgen`, `heute + 7 Tage`, `heute - 6 Monate`."""
        days = TODAY[self._peek()[1].casefold()]
        self._at += 1
        day = "today" if not days else f"today {'+' if days > 0 else '-'} {abs(days)}"
        shift = re.fullmatch(r"([+-])(\d{0,4})", SIGNS_OF_SUMS.get(self._word(), self._word().translate(_MINUS)))
        if not shift or not (shift[2] or self._peek(1)[0] == "word"):
            return day
        if shift[2]:
            self.tokens_of[self._at] = ("word", shift[2])
        else:
            self._at += 1
        span = self._span()
        span = span if shift[1] == "+" else span.back()
        return span.after(day) if span.months else Span(days + span.number).after("today")
