"""Conditions as people write them in the tab of rules, turned into those of rules.toml.

`[Status] = geplant oder bestätigt und [Erstkontakt am] ist leer`: headings stand in square brackets, words
are the team's own. A value that holds “oder” or “or” stands in quotation marks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Protocol

from automations.tables.rule_tokens import (
    AGE,
    AGO,
    AND,
    CALENDAR,
    CALL,
    CLOSED,
    COUNT,
    DAYS,
    LONGER,
    NOR,
    NOT,
    NUMBERS,
    OR,
    ORDERED,
    PHRASES,
    QUOTES,
    SPANS,
    SUMS,
    TODAY,
    UNIT,
    WEEKS,
    WITHOUT,
    ConditionError,
    cell_values,
    meaning_at,
    tokens_of,
)

LONGEST = 2_000
"""Characters that a condition may have."""

_COUNTED = ORDERED - {"date", "time"}
_PLAIN_SIGNS = {"−": "-", "×": "*", "·": "*"}
_OF_WORDS = frozenset({"contains", "lacks", "starts", "ends"})
_OF_WORDS_ALONE = (
    "This column holds words; “vor”, “nach”, “mehr als” compare days and numbers. Declare "
    "it as such in the tab of settings, or put the words into quotation marks after =."
)


class Names(Protocol):
    """What headings, tables and words of the workbook mean."""

    def path(self, heading: str, table: str) -> str:
        """The dotted field under that heading. Raises ConditionError with the nearest one."""

    def table(self, tab: str) -> str:
        """The table in that tab. Raises ConditionError."""

    def kind(self, path: str, table: str) -> str:
        """How the cells of a field are read."""

    def knows(self, heading: str, table: str) -> bool:
        """Whether there is such a heading."""

    def searched(self, path: str, table: str) -> str:
        """The field in which words are looked for: of a colleague the name."""

    def literals(self, word: str, path: str, table: str) -> tuple[str, ...]:
        """A word of the team's as a value of a condition, or as several (“Arabisch/Dari”). Raises ConditionError
        with the nearest word."""


def condition_of(text: str, table: str, names: Names) -> str:
    """The condition as rules.toml would have it; blank for a blank one. Raises ConditionError."""
    if len(text) > LONGEST:
        raise ConditionError("This condition is too long ({n} characters).", n=len(text))
    tokens = tokens_of(text)
    if not tokens:
        return ""
    reader = _Reader(tokens, table, names)
    found = reader.either()
    reader.end()
    return found


def comparison(heading: str, phrase: str, value: str, table: str, names: Names) -> str:
    """One comparison given in three cells: what is compared is a heading or a function, the value is one or several
    words as they stand in the column."""
    start = tokens_of(heading) if CALL.match(heading) else [("heading", f"[{heading.strip('[] ')}]")]
    signs = tokens_of(UNIT.sub("", phrase))
    many = meaning_at(signs)[0] in {"one of", "none of", "in"}
    reader = _Reader([*start, *signs, *cell_values(value, signs, many=many)], table, names)
    found = reader.either()
    reader.end()
    return found


class _Reader:
    """Reads tokens from left to right; each method gives a piece of a condition in the dialect of rules.toml."""

    def __init__(self, tokens: Sequence[tuple[str, str]], table: str, names: Names) -> None:
        self.tokens_of, self._at, self._table, self._names = tokens, 0, table, names
        self._depth = 0

    def either(self) -> str:
        """… oder …"""
        return self._joined(self._both, OR, "or")

    def end(self) -> None:
        """Nothing may follow. Raises ConditionError."""
        if self._at < len(self.tokens_of):
            raise ConditionError("“{sign}” is not understood here.", sign=self.tokens_of[self._at][1])

    def _both(self) -> str:
        return self._joined(self._one, AND, "and")

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
        if self._word() in NOT:
            self._at += 1
            found = f"not {self._one()}"
        elif self._word() in WITHOUT and self._peek(1)[0] == "heading":
            self._at += 1
            found = self._without()
        elif self._peek() == ("sign", "("):
            self._at += 1
            inner = self.either()
            self._need(")")
            found = f"({inner})"
        else:
            found = self._compared()
        self._depth -= 1
        return found

    def _without(self) -> str:
        """`kein [Auto]`: of a yes or no that it is not yes, of other columns that they are blank."""
        source, _, kind = self._operand()
        return f"not {source} == true" if kind == "yes_no" else f"is_blank({source})"

    def _compared(self) -> str:
        source, path, kind = self._operand()
        summed, kind = self._sum(source, kind)
        return self._predicate(summed, path if summed == source else "", kind)

    def _sum(self, source: str, kind: str) -> tuple[str, str]:
        """`[Miete] / [Zimmer]`, `[Bis] - [Von]`, `[Bis] + 7 Tage`: (in the dialect, its kind)."""
        while kind in {"date", *_COUNTED} and (sign := SUMS.fullmatch(self._word())):
            self._at += 1
            number = sign[2] or self._peek()[1]
            if re.fullmatch(r"\d{1,9}(?:[.,]\d{1,4})?", number):
                self._at += 0 if sign[2] else 1
                other = number.replace(",", ".")
                if kind == "date":
                    other = str(int(float(other)) * (7 if self._word() in WEEKS else 1))
                    self._at += 1 if self._word() in DAYS | WEEKS else 0
                source = f"({source} {_PLAIN_SIGNS.get(sign[1], sign[1])} {other})"
            else:
                second, _, beside = self._operand()
                source = f"({source} {_PLAIN_SIGNS.get(sign[1], sign[1])} {second})"
                kind = "number" if beside == "date" else kind
        return source, kind

    def _operand(self) -> tuple[str, str, str]:
        """A value to compare: (in the dialect, its path or blank, its kind)."""
        what, text = self._peek()
        if what == "heading":
            self._at += 1
            return self._of_heading(text[1:-1].strip())
        if what == "word" and text.casefold() in TODAY:
            return self._day(), "", "date"
        if self._calls():
            return self._function()
        heading = self._words_until(("sign", "arrow", "heading", "text")) if what == "word" else ""
        for words in (heading.split()[:n] for n in range(heading.count(" ") + 1, 0, -1)):
            if self._names.knows(" ".join(words), self._table):
                raise ConditionError("Put the heading into square brackets: [{sign}].", sign=" ".join(words))
        raise ConditionError(
            "Begin with a heading in square brackets, such as [Status], or with Anzahl(Termine), letztes(Termine → "
            "Datum) or Alter([Geburtsdatum]); here stands “{sign}”.", sign=heading or text,
        )  # fmt: skip

    def _of_heading(self, heading: str) -> tuple[str, str, str]:
        path = self._names.path(heading, self._table)
        return path, path, self._names.kind(path, self._table)

    def _calls(self, ahead: int = 0) -> bool:
        """Whether a function is called there."""
        return self._peek(ahead)[0] == "word" and self._peek(ahead + 1) == ("sign", "(")

    def _function(self) -> tuple[str, str, str]:
        name = self._peek()[1].casefold()
        self._at += 2
        found = self._called(name)
        self._need(")")
        return found

    def _called(self, name: str) -> tuple[str, str, str]:
        if name in AGE:
            if self._peek()[0] == "word" and not self._calls():
                source, _, _ = self._of_heading(self._words_until(("sign",)))
            else:
                source, _, _ = self._operand()
            return f"age({source})", "", "number"
        if name not in COUNT:
            raise ConditionError("There is no function “{name}”.", name=name)
        return self._related(name, COUNT[name])

    def _related(self, name: str, function: str) -> tuple[str, str, str]:
        """What is asked of the rows that name this one."""
        tab, column = self._tab_and_column()
        table, of_days = self._names.table(tab), function in {"latest", "earliest"}
        if of_days and not column:
            raise ConditionError("Write it as {example}.", example=f"{name}({tab} → Datum)")
        parts = [self._names.path(column, table)] if of_days else []
        if self._peek() == ("sign", ","):
            self._at += 1
            outer, self._table = self._table, table
            parts.append(self.either())
            self._table = outer
        kind = {"count": "number", "any": "yes_no"}.get(function, "date")
        return f"{table}.{function}({', '.join(parts)})", "", kind

    def _tab_and_column(self) -> tuple[str, str]:
        """`Termine`, `Termine → Datum`, `[Termine → Datum]`."""
        what, text = self._peek()
        if what == "heading" and (inside := re.split(r"\s*(?:→|->)\s*", text.strip("[] "), maxsplit=1))[1:]:
            self._at += 1
            return inside[0], inside[1]
        tab, column = self._words_until(("arrow", "sign")), ""
        if self._peek()[0] == "arrow":
            self._at += 1
            column = self._words_until(("sign",))
        return tab, column

    def _predicate(self, source: str, path: str, kind: str) -> str:
        if kind == "yes_no" and self._ends():
            return f"{source} == true" if path else source
        what = self._phrase(kind)
        if what in {"blank", "filled"}:
            return f"is_blank({source})" if what == "blank" else f"not is_blank({source})"
        if what in SPANS:
            return self._away(source, what)
        if what in CALENDAR:
            return self._within_calendar(source, kind, what)
        if what in {"younger", "older"}:
            source, path, kind = (f"age({source})" if kind == "date" else source), "", "number"
            what = "<" if what == "younger" else ">"
        return self._between(source, path, kind) if what == "between" else self._valued(source, path, kind, what)

    def _valued(self, source: str, path: str, kind: str, what: str) -> str:
        """A comparison with one value or several."""
        if what in {"<", ">", "<=", ">="} and kind not in ORDERED:
            raise ConditionError(_OF_WORDS_ALONE)
        if what in _OF_WORDS and path:
            source = path = self._names.searched(path, self._table)
        values = self._values(path, kind, NOR if what == "neither" else frozenset())
        what = "none of" if what == "neither" else what
        if what in _OF_WORDS and kind in {*ORDERED, "yes_no"}:
            raise ConditionError("“enthält” looks for words; compare numbers and days with =, mehr als, vor, nach.")
        if what in {"starts", "ends"}:
            return _edged([value.casefold() for value in values], f"lower({source})", what)
        if kind in {"languages", "list", "weekdays"}:
            return _held(values, source, negative=what in {"lacks", "!=", "none of"})
        if what in {"contains", "lacks"} and kind not in CLOSED:
            return _held([value.casefold() for value in values], f"lower({source})", negative=what == "lacks")
        sign = {"contains": "==", "lacks": "!=", "one of": "==", "none of": "!="}.get(what, what)
        return self._equal(source, kind, sign, values)

    def _away(self, source: str, what: str) -> str:
        """A day that lies so many days back or ahead."""
        days, near, back = self._number_of_days(), f"days_until({source})", f"days_since({source})"
        self._at += 1 if self._word() in AGO else 0
        return {
            "since": f"{back} > {days}", "recent": f"({back} >= 0 and {back} <= {days})",
            "exactly": f"{near} == {days}", "beyond": f"{near} > {days}",
            "within": f"({near} >= 0 and {near} <= {days})",
        }[what]  # fmt: skip

    @staticmethod
    def _within_calendar(source: str, kind: str, what: str) -> str:
        if kind != "date":
            raise ConditionError(_OF_WORDS_ALONE)
        return CALENDAR[what].format(source)

    def _between(self, source: str, path: str, kind: str) -> str:
        """From one value to another, both included."""
        first = self._value(path, kind, alone=True)
        if self._word() not in AND:
            raise ConditionError("Write it as {example}.", example="zwischen 1.1.2027 und 31.3.2027")
        self._at += 1
        second = self._value(path, kind, alone=True)
        return f"({source} >= {first[0]} and {source} <= {second[0]})"

    @staticmethod
    def _equal(source: str, kind: str, sign: str, values: Sequence[str]) -> str:
        if kind == "text" and sign in {"==", "!="} and all(value.startswith('"') for value in values):
            source, values = f"lower({source})", [value.casefold() for value in values]
        if len(values) == 1:
            return f"{source} {sign} {values[0]}"
        if sign not in {"==", "!="}:
            raise ConditionError("Give one value after “{sign}”.", sign=sign)
        return f"{source} {'in' if sign == '==' else 'not in'} [{', '.join(values)}]"

    def _ends(self) -> bool:
        """Whether nothing is compared here: the heading stands for itself."""
        return self._peek()[0] == "" or self._peek() in {("sign", ")"), ("sign", ",")} or self._word() in OR | AND

    def _phrase(self, kind: str) -> str:
        if kind in ORDERED and self._word() in {"ist", "is", "liegt"} and meaning_at(self.tokens_of, self._at + 1)[0]:
            self._at += 1  # “ist vor”, “ist mehr als”
        meaning, taken = meaning_at(self.tokens_of, self._at)
        if not meaning:
            sign = self._peek()[1]
            near = get_close_matches(sign.casefold(), [phrase for phrase, _ in PHRASES], 1, cutoff=0.6)
            if near:
                raise ConditionError("“{sign}” is no comparison; did you mean “{near}”?", sign=sign, near=near[0])
            raise ConditionError("“{sign}” is no comparison; write =, ist leer, enthält, vor, nach …", sign=sign or "…")
        self._at += taken
        if kind == "date":
            meaning = self._of_days(meaning)
        meaning = "one of" if meaning == "in" else meaning
        unit = [text.casefold() for _, text in self.tokens_of[self._at : self._at + 3]]
        if unit[:1] == ["("] and unit[1:2] and unit[1] in DAYS and unit[2:] == [")"]:
            self._at += 3
        return meaning

    def _of_days(self, meaning: str) -> str:
        """Of a day “in 7 Tagen”, “mehr als 14 Tage her” and “länger als 14 Tage her” count days."""
        if meaning == "in":
            return "exactly"
        ago = [self._word(n) for n in range(1, 3)]
        return "since" if meaning == ">" and AGO.intersection(ago) else meaning

    def _values(self, path: str, kind: str, also: frozenset[str] = frozenset()) -> list[str]:
        """One value, or several with commas or “oder” between them (`also`: other words that stand there)."""
        found = [*self._value(path, kind, also=also)]
        while self._more(also):
            self._at += 1
            found += self._value(path, kind, also=also)
        return found

    def _more(self, also: frozenset[str]) -> bool:
        """Whether another value follows, and not another comparison or the end of a bracket."""
        between = self._peek() == ("sign", ",") or self._word() in OR | also
        return between and not self._starts(1)

    def _starts(self, ahead: int) -> bool:
        """Whether a comparison begins there."""
        what, text = self._peek(ahead)
        return what in {"heading", ""} or (what, text) == ("sign", "(") or self._calls(ahead) or text.casefold() in NOT

    def _value(
        self, path: str, kind: str, *, alone: bool = False, also: frozenset[str] = frozenset()
    ) -> tuple[str, ...]:
        """A value; an “und” belongs to it unless another comparison follows, or it stands `alone`."""
        what, text = self._peek()
        if what == "text":
            self._at += 1
            return self._literals(text[1:-1].strip(), path, kind)
        if what == "heading":
            self._at += 1
            return (self._sum(*self._of_heading(text[1:-1].strip())[::2])[0],)
        if what == "word" and text.casefold() in TODAY and kind == "date":
            return (self._day(),)
        if self._calls():
            return (self._function()[0],)
        words: list[str] = []
        while self._peek()[0] == "word" and self._word() not in OR | also:
            if self._word() in AND and (alone or not words or self._starts(1)):
                break
            words.append(self._peek()[1])
            self._at += 1
        if not words:
            raise ConditionError("A value is missing after the comparison.")
        return self._literals(" ".join(words), path, kind)

    def _literals(self, word: str, path: str, kind: str) -> tuple[str, ...]:
        if not path and kind in {"number", "yes_no"}:
            plain = re.sub(r"\s*(?:mal|times|jahren?|years?|tagen?|days?)$", "", word.casefold())
            plain = str(NUMBERS.index(plain)) if plain in NUMBERS else plain.replace(",", ".")
            if not re.fullmatch(r"-?\d+(\.\d+)?", plain):
                raise ConditionError("“{sign}” is no number.", sign=word)
            return (plain,)
        plain = re.sub(r"^(?:dem|den|der|the)\s+", "", word, flags=re.IGNORECASE) if kind == "date" else word
        return self._names.literals(plain, path, self._table)

    def _day(self) -> str:
        """`heute`, `morgen`, `heute + 7 Tage`."""
        days = TODAY[self._peek()[1].casefold()]
        self._at += 1
        shift = re.fullmatch(r"([+-])(\d{0,4})", self._word())
        if shift and self._peek(0 if shift[2] else 1)[0] == "word":
            self._at += 1
            more = int(shift[2]) if shift[2] else self._number_of_days()
            days += more if shift[1] == "+" else -more
            self._at += 1 if self._word() in DAYS else 0
        return "today" if not days else f"today {'+' if days > 0 else '-'} {abs(days)}"

    def _number_of_days(self) -> int:
        text = self._peek()[1]
        text = str(NUMBERS.index(text.casefold())) if text.casefold() in NUMBERS else text
        if not re.fullmatch(r"\d{1,5}", text):
            raise ConditionError("A number of days is missing; here stands “{sign}”.", sign=text or "…")
        self._at += 1
        unit = self._word()
        if unit in LONGER:
            raise ConditionError("Months and years have no fixed length; please count in days or weeks.")
        self._at += 1 if unit in DAYS | WEEKS else 0
        return int(text) * (7 if unit in WEEKS else 1)

    def _words_until(self, ends: Sequence[str]) -> str:
        words: list[str] = []
        while self._peek()[0] not in {*ends, ""}:
            words.append(self._peek()[1].strip(f"[]{QUOTES}"))
            self._at += 1
        return " ".join(words)

    def _peek(self, ahead: int = 0) -> tuple[str, str]:
        return self.tokens_of[self._at + ahead] if self._at + ahead < len(self.tokens_of) else ("", "")

    def _word(self, ahead: int = 0) -> str:
        what, text = self._peek(ahead)
        return text.casefold() if what == "word" else ""

    def _need(self, sign: str) -> None:
        if self._peek() != ("sign", sign):
            raise ConditionError("A bracket is not closed.")
        self._at += 1


def _held(values: Sequence[str], source: str, *, negative: bool) -> str:
    """Whether one of the values is among what a field holds."""
    inside = " or ".join(f"{value} in {source}" for value in values)
    return f"not ({inside})" if negative else f"({inside})" if len(values) > 1 else inside


def _edged(values: Sequence[str], source: str, what: str) -> str:
    """Whether a text begins or ends with one of the values."""
    parts = [f"{what}_with({source}, {value})" for value in values]
    return "(" + " or ".join(parts) + ")" if len(parts) > 1 else parts[0]


def quoted(word: str) -> str:
    """A text as a value of a condition."""
    return json.dumps(word, ensure_ascii=False)
