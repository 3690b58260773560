"""Conditions as people write them in the tab of rules, turned into those of rules.toml.

`[Status] = geplant oder bestätigt und [Erstkontakt am] ist leer`: headings stand in square brackets, words
are the team's own. A value that holds “oder” or “or” stands in quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches

from automations.tables.rule_dialect import compared, edged, held
from automations.tables.rule_spans import HALF_YEARS, IN_DAYS, IN_MONTHS, NUMBERS
from automations.tables.rule_tokens import (
    AGE,
    AGO,
    AND,
    CALENDAR,
    CALL,
    CLOSED,
    COUNT,
    NOR,
    NOT,
    OLD,
    OR,
    ORDERED,
    PHRASES,
    QUOTES,
    SPANS,
    SUMS,
    TODAY,
    UNIT,
    WEEKDAYS,
    WITHOUT,
    ConditionError,
    cell_values,
    meaning_at,
    tokens_of,
)
from automations.tables.rule_values import Names, Values

LONGEST = 2_000
"""Characters that a condition may have."""

_COUNTED = ORDERED - {"date", "time"}
_PLAIN_SIGNS = {"−": "-", "×": "*", "·": "*"}
_OPPOSITE = {"<": ">=", ">": "<=", "<=": ">", ">=": "<"}
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_BESIDE_A_DAY = frozenset({
    "vor", "vor dem", "before", "nach", "nach dem", "after", "bis", "bis zum", "until", "nicht vor", "not before",
    "nicht nach", "not after", "on or after", "on or before", "frühestens", "frühestens am", "spätestens",
    "spätestens am", "ab dem", "seit dem",
})  # fmt: skip
"""Words that compare a day with a day, and with no stretch of time: “vor 6 Monaten” can mean two things."""
_OF_DAYS = frozenset({"==", "!=", "one of", "none of", *_TURNED})
_UNTIL = frozenset({"bis", "to"})
_OF_WORDS = frozenset({"contains", "lacks", "starts", "ends"})
_OF_WORDS_ALONE = (
    "This column holds words; “before”, “after”, “more than” compare days and numbers. Declare "
    "it as such in the tab of settings, or put the words into quotation marks after =."
)


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


class _Reader(Values):
    """Reads tokens from left to right; each method gives a piece of a condition in the dialect of rules.toml."""

    def __init__(self, tokens: Sequence[tuple[str, str]], table: str, names: Names) -> None:
        super().__init__(tokens, table, names)
        self._depth, self._said = 0, ""

    def either(self) -> str:
        """… oder …"""
        return self._joined(self._both, OR, "or")

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
        """`[Miete] / [Zimmer]`, `[Bis] - [Von]`, `[Bis] + 7 Tage`, `[Bis] - 3 Monate`: (in the dialect, its kind)."""
        while kind in {"date", *_COUNTED} and (sign := SUMS.fullmatch(self._word())):
            plain = _PLAIN_SIGNS.get(sign[1], sign[1])
            if sign[2]:
                self.tokens_of[self._at] = ("word", sign[2])
            else:
                self._at += 1
            number = self._peek()[1]
            if kind == "date" and plain in {"+", "-"} and self._counts():
                span = self._span() if plain == "+" else self._span().back()
                source = span.after(source) if span.months else f"({span.after(source)})"
            elif re.fullmatch(r"\d{1,9}(?:[.,]\d{1,4})?", number):
                self._at += 1
                source = f"({source} {plain} {number.replace(',', '.')})"
            else:
                second, _, beside = self._operand()
                source = f"({source} {plain} {second})"
                kind = "number" if beside == "date" else kind
        return source, kind

    def _calculated(self) -> str:
        source, _, kind = self._operand()
        return self._sum(source, kind)[0]

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
            "Begin with a heading in square brackets, such as [Status], or with count(Visits), latest(Visits → Date) "
            "or age([Date of birth]); here stands “{sign}”.", sign=heading or text,
        )  # fmt: skip

    def _of_heading(self, heading: str) -> tuple[str, str, str]:
        path = self._names.path(heading, self._table)
        return path, path, self._names.kind(path, self._table)

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
        if not self._names.names_rows(table, self._table):
            raise ConditionError("No column of “{tab}” names a row of this table, so nothing can be counted there.",
                                 tab=tab)  # fmt: skip
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
        if what == "between":
            return self._or_blank(source, self._between(source, path, kind))
        in_time = self._in_time(source, path, kind, what)
        return self._or_blank(source, in_time or self._valued(source, path, kind, what))

    def _or_blank(self, source: str, found: str) -> str:
        """… “oder leer”, “oder fehlt”: the same column once more."""
        meaning, taken = meaning_at(self.tokens_of, self._at + 1) if self._word() in OR else ("", 0)
        if meaning != "blank":
            return found
        self._at += taken + 1
        return f"({found} or is_blank({source}))"

    def _in_time(self, source: str, path: str, kind: str, what: str) -> str:
        """A day beside a stretch of time or one of the calendar; blank for other comparisons."""
        if what in SPANS:
            return self._away(source, what)
        if what in CALENDAR:
            return self._within_calendar(source, kind, what)
        named = self._named(source, what) if kind == "date" and what in _OF_DAYS else ""
        if named:
            return named
        if what in {"younger", "older"}:
            return self._of_age(source, path, kind, "<" if what == "younger" else ">")
        if kind != "date" or what not in _TURNED or not self._long():
            return ""
        if self._said in _BESIDE_A_DAY:
            raise ConditionError("Write it like “longer ago than 6 months” or “in at most 14 days”.")
        return self._of_age(source, path, kind, what)

    def _valued(self, source: str, path: str, kind: str, what: str) -> str:
        """A comparison with one value or several."""
        if what in {"<", ">", "<=", ">="} and kind not in ORDERED:
            raise ConditionError(_OF_WORDS_ALONE)
        if what in _OF_WORDS and path:
            source = path = self._names.searched(path, self._table)
        start = self._at
        values = self._values(path, kind, NOR if what == "neither" else frozenset())
        together = what in {"contains", "=="} and any(
            re.search(r"\s(?:und|and)\s|[&+]", f" {text} ") or text.casefold() in AND
            for _, text in self.tokens_of[start : self._at]
        )
        what = "none of" if what == "neither" else what
        if what in _OF_WORDS and kind in {*ORDERED, "yes_no"}:
            raise ConditionError(
                "“contains” looks for words; compare numbers and days with =, more than, before, after."
            )
        if what in {"starts", "ends"}:
            return edged([value.casefold() for value in values], f"lower({source})", what)
        if kind in {"languages", "list", "weekdays"}:
            return held(values, source, negative=what in {"lacks", "!=", "none of"}, together=together)
        if what in {"contains", "lacks"} and kind not in CLOSED:
            return held([value.casefold() for value in values], f"lower({source})", negative=what == "lacks")
        sign = {"contains": "==", "lacks": "!=", "one of": "==", "none of": "!="}.get(what, what)
        return compared(source, kind, sign, values)

    def _away(self, source: str, what: str) -> str:
        """A day that lies so far back or ahead."""
        span = self._span()
        self._at += 1 if self._word() in AGO else 0
        return span.away(source, what)

    def _counts(self) -> bool:
        """Whether a number stands there, in digits or in words."""
        first = self._peek()[1].strip(QUOTES).casefold().partition(" ")[0]
        return first.isdecimal() or first in NUMBERS

    def _named(self, source: str, what: str) -> str:
        """A weekday (`ist ein Montag`, `= Samstag oder Sonntag`) or a year (`vor 2021`); blank where a day stands."""
        sign = {"one of": "==", "none of": "!="}.get(what, what)
        if re.fullmatch(r"(?:19|20)\d\d", self._peek()[1].strip(QUOTES)):
            self._at += 1
            return f"year({source}) {sign} {self.tokens_of[self._at - 1][1].strip(QUOTES)}"
        here = 1 if self._word() in {"ein", "a", "am", "on", "einem"} and self._word(1) in WEEKDAYS else 0
        if sign not in {"==", "!="} or (self._word(here) or self._peek()[1].strip(QUOTES).casefold()) not in WEEKDAYS:
            return ""
        days: list[str] = []
        while (word := self._word(here) or self._peek(here)[1].strip(QUOTES).casefold()) in WEEKDAYS:
            days += map(str, WEEKDAYS[word])
            self._at += here + 1
            more = self._peek() == ("sign", ",") or self._word() in OR | AND
            here = 1 if more and (self._word(1) or self._peek(1)[1].strip(QUOTES).casefold()) in WEEKDAYS else 0
            if not here:
                break
        return f"weekday({source}) {'in' if sign == '==' else 'not in'} [{', '.join(days)}]"

    def _long(self) -> bool:
        """Whether a stretch of time stands there, and no day."""
        words = [*self._peek()[1].strip(QUOTES).casefold().split(), self._word(1), self._word(2)]
        return self._counts() and bool(set(words[1:3]) & (IN_DAYS.keys() | IN_MONTHS.keys() | HALF_YEARS))

    def _of_age(self, source: str, path: str, kind: str, what: str) -> str:
        """Younger or older than so many years: completed ones of somebody's life, and where no unit is said; other
        days by the calendar."""
        if kind != "date" or not self._counts():
            return self._valued(f"age({source})" if kind == "date" else source, "", "number", what)
        span = self._span()
        self._at += 1 if self._word() in OLD | AGO else 0
        if not span.told or (span.years and path and self._names.born(path, self._table)):
            return f"age({source}) {what} {span.years or span.number}"
        if span.months:
            return f"{span.after(source)} {_TURNED[what]} today"
        return f"days_since({source}) {what} {span.number}"

    @staticmethod
    def _within_calendar(source: str, kind: str, what: str) -> str:
        if kind != "date":
            raise ConditionError(_OF_WORDS_ALONE)
        return CALENDAR[what].format(source)

    def _between(self, source: str, path: str, kind: str) -> str:
        """From one value to another, both included."""
        first = self._value(path, kind, alone=True, also=_UNTIL)
        if self._word() not in AND | _UNTIL:
            raise ConditionError("Write it like “between 1.1.2027 and 31.3.2027”.")
        self._at += 1
        second = self._value(path, kind, alone=True)
        return f"({source} >= {first[0]} and {source} <= {second[0]})"

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
            raise ConditionError(
                "“{sign}” is no comparison; write =, is blank, contains, before, after …", sign=sign or "…"
            )
        self._said = " ".join(text.casefold() for _, text in self.tokens_of[self._at : self._at + taken])
        self._at += taken
        if meaning == "!=" and kind in ORDERED:
            inner, more = meaning_at(self.tokens_of, self._at)
            if inner in _OPPOSITE:  # “nicht größer als 5”
                meaning, self._at = _OPPOSITE[inner], self._at + more
        if meaning == "recent" and self._said == "in the past" and not self._counts():
            meaning = "past"
        if kind == "date":
            meaning = self._of_days(meaning)
        meaning = "one of" if meaning == "in" else meaning
        unit = [text.casefold() for _, text in self.tokens_of[self._at : self._at + 3]]
        if unit[:1] == ["("] and unit[1:2] and unit[1] in IN_DAYS and unit[2:] == [")"]:
            self._at += 3
        return meaning

    def _of_days(self, meaning: str) -> str:
        """Of a day “in 7 Tagen”, “mehr als 14 Tage her” and “länger als 14 Tage her” count days."""
        if meaning == "in":
            return "exactly"
        ago = AGO.intersection(self._word(n) for n in range(1, 4))
        return {">": "since", "<": "recent", "<=": "recent"}.get(meaning, meaning) if ago else meaning
