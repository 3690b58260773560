"""What stands behind a compared value, in the dialect of rules.toml: `= geplant`, `ist leer`, `vor 6 Monaten`."""

from __future__ import annotations

import re
from types import MappingProxyType

from automations.tables.dates import MONTHS
from automations.tables.rule_calendar import EDGES, edge_of
from automations.tables.rule_spans import HALF_YEARS, IN_DAYS, IN_MONTHS, compared, edged, held
from automations.tables.rule_tokens import (
    AGO,
    AND,
    BLANK,
    CALENDAR,
    CLOSED,
    IS,
    NO_YEAR,
    NOR,
    NOT,
    OLD,
    OR,
    ORDERED,
    QUOTES,
    SPANS,
    STILL,
    WEEKDAYS,
    ConditionError,
    meaning_at,
)
from automations.tables.rule_wordings import Wordings

_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
# Words that compare a day with a day, and with no stretch of time: “vor 6 Monaten” can mean two things.
_BESIDE_A_DAY = frozenset({
    "vor", "vor dem", "before", "nach", "nach dem", "after", "bis", "bis zum", "until", "nicht vor", "not before",
    "nicht nach", "not after", "on or after", "on or before", "frühestens", "frühestens am", "spätestens",
    "spätestens am", "ab dem", "seit dem",
})  # fmt: skip
_OF_DAYS = frozenset({"==", "!=", "one of", "none of", *_TURNED})
_UNTIL = frozenset({"bis", "to"})
_NOT_SO = MappingProxyType({"contains": "lacks", "lacks": "lacks", "holds neither": "lacks"})
_OF_WORDS = frozenset({"contains", "lacks", "holds neither", "starts", "ends"})
_OF_WORDS_ALONE = (
    "This column holds words; “before”, “after”, “more than” compare days and numbers. Declare "
    "it as such in the tab of settings, or put the words into quotation marks after =."
)


class Comparisons(Wordings):
    """Reads a comparison with its value or values; each method gives a piece of a condition. What is compared is given
    in the dialect (`source`), with its dotted field (`path`; blank where it is calculated) and how its cells are read
    (`kind`)."""

    def _predicate(self, source: str, path: str, kind: str) -> str:
        """A comparison, and what is said of the same column behind it: “nach heute und vor dem 24.12.”, “ist leer oder
        länger her als 60 Tage”."""
        found, what = self._first(source, path, kind)
        alternatives = [[found]]
        while self._word() in OR | AND and (self._goes_on(1, path, kind) or self._or_value(what)):
            if self._word() in OR:
                alternatives.append([])
            self._at += 1
            found, what = self._next(source, path, kind, what)
            alternatives[-1].append(found)
        if [len(parts) for parts in alternatives] == [1]:
            return alternatives[0][0]
        return f"({' or '.join(' and '.join(parts) for parts in alternatives)})"

    def _first(self, source: str, path: str, kind: str) -> tuple[str, str]:
        """The comparison behind a heading, and what it was. A yes or no, and a day, need none."""
        # “[Aufzug]” says all that there is to say.
        if kind == "yes_no" and self._ends():
            return f"{source} == true" if path else source, "=="
        if kind == "date" and path and self._ends():
            self._not_shared()
            return f"not is_blank({source})", "filled"
        if kind == "date" and (denied := self._denied()):
            self._at += denied
            # As with “nicht vor heute”, a blank cell says nothing.
            found, what = self._told(source, path, kind, self._phrase(path, kind))
            return f"(not is_blank({source}) and not ({found}))", what
        return self._told(source, path, kind, self._phrase(path, kind))

    def _denied(self) -> int:
        """How many words of “ist noch nicht vorbei” stand before what is denied of a stretch of time; 0 where none."""
        at = int(self._word() in IS)
        at += self._word(at) in STILL
        denied, at = self._word(at) in NOT, at + 1
        at += self._word(at) in STILL  # “not yet”
        return at if denied and self._compares(at, "date")[0] in SPANS | CALENDAR.keys() else 0

    def _not_shared(self) -> None:
        """`[Beginn] und [Ende] leer`: people mean both, and of the first nothing would be said. Raises
        ConditionError."""
        if self._word() not in AND | OR or self._peek(1)[0] != "heading":
            return
        at = 2 + (self._word(2) in IS)
        if meaning_at(self.tokens_of, self._at + at)[0] in {"blank", "filled"} or self._word(at) in BLANK:
            raise ConditionError("Say of each column by itself what it is to be, like “[{sign}] is blank and …”.",
                                 sign=self.tokens_of[self._at - 1][1].strip("[]"))  # fmt: skip

    def _or_value(self, before: str) -> bool:
        """“ist leer oder geplant”: a value alone."""
        return before == "blank" and self._word() in OR and not self._starts(1)

    def _next(self, source: str, path: str, kind: str, before: str) -> tuple[str, str]:
        """One more comparison of the same column. “enthält Deutsch und nicht Türkisch” means that it does not contain
        the second."""
        if not self._goes_on(0, path, kind):
            return self._told(source, path, kind, "one of")
        what = self._phrase(path, kind)
        return self._told(source, path, kind, _NOT_SO.get(before, what) if self._wording in NOT else what)

    def _told(self, source: str, path: str, kind: str, what: str) -> tuple[str, str]:
        if what in {"==", "!="} and self._named_blank(path):
            what = "blank" if what == "==" else "filled"
        if what in {"blank", "filled"}:
            self._at += self._word() in STILL and self._ends(1)  # “fehlt noch”
            return f"is_blank({source})" if what == "blank" else f"not is_blank({source})", what
        if what in {"minor", "adult"} and kind == "date":  # of no other day it is said
            return f"age({source}) {'<' if what == 'minor' else '>='} 18", what
        if what == "between":
            return self._between(source, path, kind), what
        return self._in_time(source, path, kind, what) or self._valued(source, path, kind, what), what

    def _named_blank(self, path: str) -> bool:
        """“= leer”, where the column has no such word; what says so is passed over."""
        if self._peek()[1].strip(QUOTES).casefold() not in BLANK or self._says(0, path):
            return False
        self._at += 1
        if self._ends():
            return True
        self._at -= 1
        return False

    def _in_time(self, source: str, path: str, kind: str, what: str) -> str:
        """A day beside a stretch of time or one of the calendar; blank for other comparisons."""
        if what in SPANS:
            return self._away(source, what)
        if what in CALENDAR:
            return self._within_calendar(source, kind, what)
        named = self._named(source, what) if kind == "date" and what in _OF_DAYS else ""
        if named:
            return named
        if what in {"younger", "older"} or (what in {"<", ">"} and self._years(path, kind)):
            what = {"<": "younger", ">": "older"}.get(what, what)
            return self._of_age(source, path, kind, "<" if what == "younger" else ">")
        if kind != "date" or what not in _TURNED or not self._long():
            return ""
        if self._wording in _BESIDE_A_DAY:
            raise ConditionError("Write it like “longer ago than 6 months” or “in at most 14 days”.")
        return self._of_age(source, path, kind, what)

    def _valued(self, source: str, path: str, kind: str, what: str) -> str:
        """A comparison with one value or several."""
        if what in {"<", ">", "<=", ">="} and kind not in ORDERED:
            raise ConditionError(_OF_WORDS_ALONE)
        if what in _OF_WORDS and path:
            # A colleague is stored by code, and people look for the name.
            source = path = self._names.searched(path, self._table)
        start = self._at
        enclosed = what in {"one of", "none of"} and self._peek() == ("sign", "(")  # IN (a, b)
        self._at += enclosed
        # “außer A und B” leaves out both.
        between = NOR if what in {"neither", "holds neither"} else AND if what == "except" else frozenset[str]()
        values = self._values(path, kind, between)
        if enclosed:
            self._need(")")
        # “Arabisch und Dari” asks for both, “Arabisch oder Dari” for one.
        together = what in {"contains", "=="} and any(
            re.search(r"\s(?:und|and)\s|[&+]", f" {text} ") or text.casefold() in AND
            for _, text in self.tokens_of[start : self._at]
        )
        what = {"neither": "none of", "except": "none of", "holds neither": "lacks"}.get(what, what)
        if what in _OF_WORDS and kind in {*ORDERED, "yes_no"}:
            raise ConditionError(
                "“contains” looks for words; compare numbers and days with =, more than, before, after."
            )
        if what in {"starts", "ends"}:
            # Capitals make no difference to people.
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

    def _named(self, source: str, what: str) -> str:
        """A weekday (`ist ein Montag`, `= Samstag oder Sonntag`) or a year (`vor 2021`); blank where a day stands."""
        sign = {"one of": "==", "none of": "!="}.get(what, what)
        if re.fullmatch(r"(?:19|20)\d\d", self._peek()[1].strip(QUOTES)):
            self._at += 1
            return f"year({source}) {sign} {self.tokens_of[self._at - 1][1].strip(QUOTES)}"
        if (month := MONTHS.get(self._word().rstrip("."))) is not None:
            return self._of_month(source, sign, month)
        if on_edge := self._of_edge(source, sign):
            return on_edge
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

    def _of_month(self, source: str, sign: str, month: int) -> str:
        """`im Dezember` (of any year), `im Dezember 2026`, `ab Oktober 2026`."""
        year = self._word(1)
        named = re.fullmatch(r"(?:19|20)\d\d", year) is not None
        if sign not in {"==", "!="} and not named:
            raise ConditionError(NO_YEAR, sign=self._peek()[1], example=f"{self._peek()[1]} 2026")
        self._at += 1 + named
        if sign in {"==", "!="}:
            inside = f"month({source}) == {month}" + (f" and year({source}) == {year}" if named else "")
            return f"({inside})" if sign == "==" else f"not ({inside})"
        first = f'day("{year}-{month:02}-01")'
        # Before and from a month is its first day, until and after it its last one.
        if sign in {"<=", ">"}:
            return f"{source} {'<' if sign == '<=' else '>='} months_later({first}, 1)"
        return f"{source} {sign} {first}"

    def _of_edge(self, source: str, sign: str) -> str:
        """`bis Ende Januar 2027`, `ab Mitte Mai 2027`; blank where no such day stands."""
        first = int(self._word() == "the")
        month_at = first + 1 + (self._word(first + 1) == "of")
        edge = EDGES.get(" ".join(map(self._word, range(first, month_at))))
        month, year = MONTHS.get(self._word(month_at).rstrip(".")), self._word(month_at + 1)
        if not edge or not month or sign not in _TURNED:
            return ""
        if not re.fullmatch(r"(?:19|20)\d\d", year):
            typed = " ".join(self._peek(n)[1] for n in range(first, month_at + 1))
            raise ConditionError(NO_YEAR, sign=typed, example=f"{typed} 2027")
        self._at += month_at + 2
        return f'{source} {sign} day("{year}-{month:02}-{edge_of(edge, month, int(year)):02}")'

    def _long(self) -> bool:
        """Whether a stretch of time stands there, and no day."""
        words = [*self._peek()[1].strip(QUOTES).casefold().split(), self._word(1), self._word(2)]
        return self._counts() and bool(set(words[1:3]) & (IN_DAYS.keys() | IN_MONTHS.keys() | HALF_YEARS))

    def _years(self, path: str, kind: str) -> bool:
        """Whether a bare number stands beside a day of birth: “unter 18”."""
        born = kind == "date" and bool(path) and self._names.born(path, self._table)
        return born and re.fullmatch(r"\d{1,3}", self._peek()[1].strip(QUOTES)) is not None

    def _of_age(self, source: str, path: str, kind: str, what: str) -> str:
        """Younger or older than so many years: completed ones of somebody's life, also where no unit is said; other
        days by the calendar, and a number alone counts days as everywhere."""
        if kind != "date" or not self._counts():
            return self._valued(f"age({source})" if kind == "date" else source, "", "number", what)
        span = self._span()
        self._at += 1 if self._word() in OLD | AGO else 0
        if path and self._names.born(path, self._table) and (span.years or not span.told):
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
