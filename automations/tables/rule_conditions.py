"""Conditions as people write them in the tab of rules, turned into those of rules.toml.

`[Status] = geplant oder bestätigt und [Erstkontakt am] ist leer`: headings stand in square brackets, words
are the team's own. A value that holds “oder” or “or” stands in quotation marks."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Sequence

from automations.tables.rule_bare import bracketed, each_by_itself
from automations.tables.rule_counts import Counts
from automations.tables.rule_headings import STEP
from automations.tables.rule_plain import in_order, or_more, plainly
from automations.tables.rule_tokens import (
    AGE,
    AND,
    CALL,
    COUNT,
    EXCEL,
    NEITHER,
    NOR,
    NOT,
    OR,
    ORDERED,
    QUOTES,
    SUMS,
    TODAY,
    UNIT,
    WHERE,
    WITHOUT,
    ConditionError,
    cell_values,
    flat_brackets,
    meaning_at,
    tokens_of,
)
from automations.tables.rule_values import Names
from automations.tables.rule_weeks import in_weeks

LONGEST = 2_000  # characters that a condition may have

_COUNTED = ORDERED - {"date", "time"}
_PLAIN_SIGNS = {"−": "-", "–": "-", "×": "*", "·": "*"}


def condition_of(text: str, table: str, names: Names) -> str:
    """The condition as rules.toml would have it; blank for a blank one. Raises ConditionError."""
    if len(text) > LONGEST:
        raise ConditionError("This condition is too long ({n} characters).", n=len(text))
    # “[Status]: offen”: a colon behind a heading compares nothing and belongs to no value.
    typed = tokens_of(in_weeks(re.sub(r"\]\s*:", "] ", flat_brackets(text))))
    typed = each_by_itself(bracketed(
        or_more(typed), lambda words: names.is_heading(words, table),
        lambda heading, words: bool(words) and names.tells(words, names.path(heading, table), table),
    ))  # fmt: skip
    tokens = plainly(in_order(typed))
    if not tokens:
        return ""
    reader = _Reader(tokens, table, names)
    found = reader.either()
    reader.end()
    return found


def comparison(heading: str, phrase: str, value: str, table: str, names: Names) -> str:
    """One comparison given in three cells: what is compared is a heading or a function, the value is one or several
    words as they stand in the column."""
    try:
        return _in_cells(heading, phrase, value, table, names)
    except ConditionError:
        # “spätestens” beside “in 14 Tagen”: where the cells are cut makes no difference to people.
        with contextlib.suppress(ConditionError):
            return condition_of(f"[{heading.strip('[] ')}] {phrase} {value}", table, names)
        raise


def _in_cells(heading: str, phrase: str, value: str, table: str, names: Names) -> str:
    start = tokens_of(heading) if CALL.match(heading) else [("heading", f"[{heading.strip('[] ')}]")]
    signs = tokens_of(UNIT.sub("", phrase))
    many = meaning_at(signs)[0] in {"one of", "none of", "in"}
    # A cell with several lines is a list where one of several is meant.
    value = (";" if many else " ").join(filter(None, map(str.strip, value.splitlines())))
    reader = _Reader([*start, *signs, *cell_values(value, signs, many=many)], table, names)
    found = reader.either()
    reader.end()
    return found


class _Reader(Counts):
    """Reads tokens from left to right: what is joined, put into brackets and compared."""

    def __init__(self, tokens: Sequence[tuple[str, str]], table: str, names: Names) -> None:
        super().__init__(tokens, table, names)
        self._depth = 0
        self._nor: set[int] = set()  # places of “noch” and “nor” that part conditions

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
        elif self._word() in NEITHER and self._starts(1):
            found = self._none_of()
        # Before “und” and “oder” as words: UND(…) begins like them.
        elif self._word() in EXCEL and self._calls():
            found = self._excel(EXCEL[self._word()])
        elif counted := self._many():
            found = counted
        elif self._word() in WITHOUT and self._peek(1)[0] == "heading":
            self._at += 1
            found = self._without()
        elif self._word() in WITHOUT and (nobody := self._rowless()):
            found = nobody
        elif self._peek() == ("sign", "("):
            self._at += 1
            inner = self.either()
            self._need(")")
            found = f"({inner})"
        else:
            found = self._compared()
        self._depth -= 1
        return found

    def _none_of(self) -> str:
        """`weder [Status] = offen noch [Tag] ist leer`: no such condition holds."""
        self._at += 1
        for n, (what, text) in enumerate(self.tokens_of):
            if n > self._at and what == "word" and text.casefold() in NOR and self._starts(n + 1 - self._at):
                # Whoever reads the value before it ends at an “oder” with a condition behind.
                self.tokens_of[n] = ("word", "oder")
                self._nor.add(n)
        parts = [self._one()]
        while self._at in self._nor:
            self._at += 1
            parts.append(self._one())
        if len(parts) == 1:
            raise ConditionError("After “neither” a “nor” is missing.")
        return f"not ({' or '.join(parts)})"

    def _without(self) -> str:
        """`kein [Auto]`: of a yes or no that it is not yes, of other columns that they are blank."""
        source, _, kind = self._operand()
        # A blank yes-or-no counts as no here, as people leave it blank for that.
        return f"not {source} == true" if kind == "yes_no" else f"is_blank({source})"

    def _excel(self, function: str) -> str:
        """`UND([A] = x; [B] < 5)`, `ISTLEER([A])`."""
        self._at += 2
        if function == "blank":
            found = f"is_blank({self._operand()[0]})"
        else:
            parts = [self.either()]
            while self._peek() == ("sign", ","):
                self._at += 1
                parts.append(self.either())
            found = f"({f' {function} '.join(parts)})"
        self._need(")")
        return found

    def _compared(self) -> str:
        source, path, kind = self._operand()
        summed, kind = self._sum(source, kind)
        return self._predicate(summed, path if summed == source else "", kind)

    def _sum(self, source: str, kind: str) -> tuple[str, str]:
        """`[Miete] / [Zimmer]`, `[Bis] - [Von]`, `[Bis] + 7 Tage`, `[Bis] - 3 Monate`: (in the dialect, its kind)."""
        while kind in {"date", *_COUNTED} and (sign := SUMS.fullmatch(self._word())):
            plain = _PLAIN_SIGNS.get(sign[1], sign[1])
            if sign[2]:
                # “+7” is one piece: of it the number is left to be read.
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
        if COUNT.get(self._word()) == "count" and (rows := self._rows_at(1))[0]:
            self._at += rows[1] + 1
            return f"{rows[0]}.count()", "", "number"
        if not what:
            before = self.tokens_of[-1][1] if self.tokens_of else ""
            raise ConditionError("The condition ends too early: after “{sign}” something is missing.", sign=before)
        # The likeliest slip: a heading without its brackets, so it is looked for among the first words.
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
            raise ConditionError(
                "There is no function “{name}”; there are: count, latest, earliest, any and age.", name=name
            )
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
        if self._peek() == ("sign", ",") or self._word() in WHERE:
            self._at += 1
            outer, self._table = self._table, table
            parts.append(self.either())
            self._table = outer
        kind = {"count": "number", "any": "yes_no"}.get(function, "date")
        return f"{table}.{function}({', '.join(parts)})", "", kind

    def _tab_and_column(self) -> tuple[str, str]:
        """`Termine`, `Termine → Datum`, `[Termine → Datum]`."""
        what, text = self._peek()
        if what == "heading" and (inside := STEP.split(text.strip("[] "), maxsplit=1))[1:]:
            self._at += 1
            return inside[0], inside[1]
        tab, column = self._tab(), ""
        if self._peek()[0] == "arrow":
            self._at += 1
            column = self._words_until(("sign",))
        return tab, column

    def _tab(self) -> str:
        """The name of a tab, up to a sign, or to “mit” and a condition."""
        words: list[str] = []
        while self._peek()[0] not in {"arrow", "sign", ""} and not (self._word() in WHERE and words):
            words.append(self._peek()[1].strip(f"[]{QUOTES}"))
            self._at += 1
        return " ".join(words)
