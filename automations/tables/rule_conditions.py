"""Conditions as people write them in the tab of rules, turned into those of rules.toml.

`[Status] = geplant oder bestätigt und [Erstkontakt am] ist leer`: headings stand in square brackets, words
are the team's own. A value that holds “oder” or “or” stands in quotation marks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Protocol

LONGEST = 2_000
"""Characters that a condition may have."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<heading>\[[^\[\]]{1,80}\])|(?P<text>"[^"]*"|„[^“”"]*[“”"])|(?P<sign><=|>=|!=|<>|≠|≤|≥|==|[=<>(),])"""
    r"""|(?P<arrow>→|->)|(?P<word>[^\s\[\]"„“”<>=!≠≤≥(),→]+))"""
)
_SIGNS = {"=": "==", "==": "==", "!=": "!=", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">=", "<": "<", ">": ">",
          "<=": "<=", ">=": ">="}  # fmt: skip
_PHRASES: tuple[tuple[str, str], ...] = (
    ("ist nicht leer", "filled"), ("is not blank", "filled"), ("is not empty", "filled"),
    ("ist leer", "blank"), ("is blank", "blank"), ("is empty", "blank"),
    ("ist eins von", "=="), ("ist eines von", "=="), ("is one of", "=="),
    ("ist nicht", "!="), ("is not", "!="),
    ("länger her als", "since"), ("longer ago than", "since"),
    ("in höchstens", "within"), ("in at most", "within"), ("within", "within"),
    ("genau in", "exactly"), ("exactly in", "exactly"),
    ("mehr als", ">"), ("more than", ">"), ("größer als", ">"), ("weniger als", "<"), ("less than", "<"),
    ("kleiner als", "<"), ("mindestens", ">="), ("at least", ">="), ("höchstens", "<="), ("at most", "<="),
    ("enthält nicht", "lacks"), ("does not contain", "lacks"), ("enthält", "contains"), ("contains", "contains"),
    ("vor", "<"), ("before", "<"), ("nach", ">"), ("after", ">"), ("ist", "=="), ("is", "=="),
)  # fmt: skip
_COUNT = {"anzahl": "count", "count": "count", "letztes": "latest", "letzte": "latest", "letzter": "latest",
          "latest": "latest", "erstes": "earliest", "erste": "earliest", "earliest": "earliest"}  # fmt: skip
_AGE = {"alter": "age", "age": "age"}
_DAYS = frozenset({"tag", "tage", "tagen", "day", "days"})
_OR, _AND, _NOT = frozenset({"oder", "or"}), frozenset({"und", "and"}), frozenset({"nicht", "not"})
_TODAY = frozenset({"heute", "today"})


class ConditionError(Exception):
    """A condition that cannot be understood: a sentence with `{names}`, and what they stand for."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.sentence, self.values = sentence, values


class Names(Protocol):
    """What headings, tables and words of the workbook mean."""

    def path(self, heading: str, table: str) -> str:
        """The dotted field under that heading. Raises ConditionError with the nearest one."""

    def table(self, tab: str) -> str:
        """The table in that tab. Raises ConditionError."""

    def kind(self, path: str, table: str) -> str:
        """How the cells of a field are read."""

    def literal(self, word: str, path: str, table: str) -> str:
        """A word of the team's as a value of a condition. Raises ConditionError with the nearest word."""


def condition_of(text: str, table: str, names: Names) -> str:
    """The condition as rules.toml would have it; blank for a blank one. Raises ConditionError."""
    if len(text) > LONGEST:
        raise ConditionError("This condition is too long ({n} characters).", n=len(text))
    tokens = _tokens(text)
    if not tokens:
        return ""
    reader = _Reader(tokens, table, names)
    found = reader.either()
    reader.end()
    return found


def comparison(heading: str, phrase: str, value: str, table: str, names: Names) -> str:
    """One comparison given in three cells."""
    quoted = ", ".join(f'"{part.strip()}"' for part in value.split(",")) if "eins von" in phrase else value
    plain = quoted if not value or '"' in quoted or re.search(r"\d+\s*\w*$", value) else f'"{value}"'
    return condition_of(f"[{heading.strip('[] ')}] {phrase} {plain}", table, names)


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise ConditionError("“{sign}” is not understood here.", sign=text[at:].strip()[:20])
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


class _Reader:
    """Reads tokens from left to right; each method gives a piece of a condition in the dialect of rules.toml."""

    def __init__(self, tokens: Sequence[tuple[str, str]], table: str, names: Names) -> None:
        self._tokens, self._at, self._table, self._names = tokens, 0, table, names
        self._depth = 0

    def either(self) -> str:
        """… oder …"""
        return self._joined(self._both, _OR, "or")

    def end(self) -> None:
        """Nothing may follow. Raises ConditionError."""
        if self._at < len(self._tokens):
            raise ConditionError("“{sign}” is not understood here.", sign=self._tokens[self._at][1])

    def _both(self) -> str:
        return self._joined(self._one, _AND, "and")

    def _joined(self, part: Callable[[], str], words: frozenset[str], sign: str) -> str:
        parts = [part()]
        while self._word() in words:
            self._at += 1
            parts.append(part())
        return parts[0] if len(parts) == 1 else "(" + f" {sign} ".join(parts) + ")"

    def _one(self) -> str:
        self._depth += 1
        if self._depth > 30:  # noqa: PLR2004 (brackets within brackets; Python's stack is not endless)
            raise ConditionError("This condition has too many brackets.")
        if self._word() in _NOT:
            self._at += 1
            found = f"not {self._one()}"
        elif self._peek() == ("sign", "("):
            self._at += 1
            inner = self.either()
            self._need(")")
            found = f"({inner})"
        else:
            found = self._compared()
        self._depth -= 1
        return found

    def _compared(self) -> str:
        source, path, kind = self._operand()
        return self._predicate(source, path, kind)

    def _operand(self) -> tuple[str, str, str]:
        """A value to compare: (in the dialect, its path or blank, its kind)."""
        what, text = self._peek()
        if what == "heading":
            self._at += 1
            path = self._names.path(text[1:-1].strip(), self._table)
            return path, path, self._names.kind(path, self._table)
        if what == "word" and text.casefold() in _TODAY:
            self._at += 1
            return "today", "", "date"
        if what == "word" and self._peek(1) == ("sign", "("):
            self._at += 2
            found = self._called(text.casefold())
            self._need(")")
            return found
        raise ConditionError(
            "Begin with a heading in square brackets, such as [Status]; here stands “{sign}”.", sign=text
        )

    def _called(self, name: str) -> tuple[str, str, str]:
        if name in _AGE:
            source, _, _ = self._operand()
            return f"age({source})", "", "number"
        if name not in _COUNT:
            raise ConditionError("There is no function “{name}”.", name=name)
        function = _COUNT[name]
        tab = self._words_until(("arrow", "sign"))
        table = self._names.table(tab)
        parts = []
        if function != "count":
            if self._peek()[0] != "arrow":
                raise ConditionError("Write it as {example}.", example=f"{name}({tab} → Datum)")
            self._at += 1
            parts.append(self._names.path(self._words_until(("sign",)), table))
        if self._peek() == ("sign", ","):
            self._at += 1
            outer, self._table = self._table, table
            parts.append(self.either())
            self._table = outer
        return f"{table}.{function}({', '.join(parts)})", "", "number" if function == "count" else "date"

    def _predicate(self, source: str, path: str, kind: str) -> str:
        what = self._phrase()
        if what in {"blank", "filled"}:
            return f"is_blank({source})" if what == "blank" else f"not is_blank({source})"
        if what in {"since", "within", "exactly"}:
            days = self._number()
            if self._word() in _DAYS:
                self._at += 1
            if what == "since":
                return f"days_since({source}) > {days}"
            near = f"days_until({source})"
            return f"{near} == {days}" if what == "exactly" else f"({near} >= 0 and {near} <= {days})"
        values = self._values(path, kind)
        if what in {"contains", "lacks"} or (kind in {"languages", "list"} and what in {"==", "!="}):
            inside = " or ".join(f"{value} in {self._searched(source, kind)}" for value in values)
            negative = what in {"lacks", "!="}
            return f"not ({inside})" if negative else f"({inside})" if len(values) > 1 else inside
        if len(values) > 1:
            if what not in {"==", "!="}:
                raise ConditionError("Give one value after “{sign}”.", sign=what)
            return f"{source} {'in' if what == '==' else 'not in'} [{', '.join(values)}]"
        return f"{source} {what} {values[0]}"

    def _searched(self, source: str, kind: str) -> str:
        return source if kind in {"languages", "list"} else f"lower({source})"

    def _phrase(self) -> str:
        what, text = self._peek()
        if what == "sign" and text in _SIGNS:
            self._at += 1
            return _SIGNS[text]
        for phrase, meaning in _PHRASES:
            parts = phrase.split()
            if [self._word(n) for n in range(len(parts))] == parts:
                self._at += len(parts)
                return meaning
        raise ConditionError("“{sign}” is no comparison; write =, ist leer, enthält, vor, nach …", sign=text or "…")

    def _values(self, path: str, kind: str) -> list[str]:
        """One value, or several with commas or “oder” between them."""
        found = [self._value(path, kind)]
        while self._more():
            self._at += 1
            found.append(self._value(path, kind))
        return found

    def _more(self) -> bool:
        """Whether another value follows, and not another comparison or the end of a bracket."""
        between = self._peek() == ("sign", ",") or self._word() in _OR
        return between and not self._starts(1)

    def _starts(self, ahead: int) -> bool:
        """Whether a comparison begins there."""
        what, text = self._peek(ahead)
        called = what == "word" and self._peek(ahead + 1) == ("sign", "(")
        return what in {"heading", ""} or (what, text) == ("sign", "(") or called or text.casefold() in _NOT

    def _value(self, path: str, kind: str) -> str:
        what, text = self._peek()
        if what == "text":
            self._at += 1
            return self._literal(text[1:-1].strip(), path, kind)
        if what == "heading":
            self._at += 1
            return self._names.path(text[1:-1].strip(), self._table)
        if what == "word" and text.casefold() in _TODAY:
            self._at += 1
            return "today"
        words: list[str] = []
        while self._peek()[0] == "word" and self._word() not in _OR:
            if self._word() in _AND and (not words or self._starts(1)):
                break
            words.append(self._peek()[1])
            self._at += 1
        if not words:
            raise ConditionError("A value is missing after the comparison.")
        return self._literal(" ".join(words), path, kind)

    def _literal(self, word: str, path: str, kind: str) -> str:
        if not path:
            number = word.replace(",", ".")
            if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", number):
                return number
            return self._names.literal(word, "", self._table)
        return self._names.literal(word, path, self._table)

    def _number(self) -> int:
        text = self._peek()[1]
        if not re.fullmatch(r"\d{1,5}", text):
            raise ConditionError("A number of days is missing; here stands “{sign}”.", sign=text or "…")
        self._at += 1
        return int(text)

    def _words_until(self, ends: Sequence[str]) -> str:
        words: list[str] = []
        while self._peek()[0] not in {*ends, ""}:
            words.append(self._peek()[1].strip('[]"„“”'))
            self._at += 1
        return " ".join(words)

    def _peek(self, ahead: int = 0) -> tuple[str, str]:
        return self._tokens[self._at + ahead] if self._at + ahead < len(self._tokens) else ("", "")

    def _word(self, ahead: int = 0) -> str:
        what, text = self._peek(ahead)
        return text.casefold() if what == "word" else ""

    def _need(self, sign: str) -> None:
        if self._peek() != ("sign", sign):
            raise ConditionError("A bracket is not closed.")
        self._at += 1


def quoted(word: str) -> str:
    """A text as a value of a condition."""
    return json.dumps(word, ensure_ascii=False)
