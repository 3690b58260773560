"""What headings, tabs and words of a workbook mean, for those who write rules in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from difflib import get_close_matches
from types import MappingProxyType

from automations.model.fields import COLLEAGUES
from automations.model.records import CaseManager
from automations.model.schema import field_at, holder_at
from automations.model.snapshot import Snapshot
from automations.tables.columns import Columns
from automations.tables.dates import MONTHS, Parser
from automations.tables.folding import fold
from automations.tables.rule_headings import RuleHeadings
from automations.tables.rule_spans import NUMBERS, UNITS, Span, quoted, span_at
from automations.tables.rule_tokens import CLOSED, NO_YEAR, TODAY, ConditionError

# Kinds whose cells hold one value, and what is said where a word is none.
_SENTENCES: Mapping[str, str] = MappingProxyType({
    "date": "“{sign}” is no day; write it like 24.12.2026 or today.", "time": "“{sign}” is no time of day.",
    "number": "“{sign}” is no number.", "count": "“{sign}” is no number.",
    "amount": "“{sign}” is no number.", "minutes": "“{sign}” is no number.",
    "yes_no": "“{sign}” is neither yes nor no.",
})  # fmt: skip

_WITHOUT_YEAR = re.compile(rf"\d{{1,2}}\.\s*(?:\d{{1,2}}\.?|(?:{'|'.join(MONTHS)})\.?)", re.IGNORECASE)
_NEAR = re.compile(
    rf"(?:(?P<day>{'|'.join(TODAY)})(?:\s*(?P<sign>[+-])\s*(?P<n>\d{{1,4}}|{'|'.join(NUMBERS)}))?"
    rf"|in\s+(?P<in>\d{{1,4}}|{'|'.join(NUMBERS)}))(?:\s*(?P<unit>(?:halben\s+|half\s+)?(?:{UNITS})))?"
)
_AND = re.compile(r"\s(?:und|and)\s", re.IGNORECASE)
_PER_CENT = "“{sign}”: where cells show per cent, 25 % is the number 0.25. Write it like that, or without the sign."
_SEVERAL = re.compile(r"\s*[,;/]\s*|\s+(?:und|oder|and|or)\s+", re.IGNORECASE)
_PARTS = 2  # 200 %: what is more was typed as a number of per cent
_UNIT = re.compile(r"(?<=\d)\s*[^\d\s.,+]{1,6}$")


class RuleNames(RuleHeadings):
    """What headings, tabs and words of this workbook mean."""

    def __init__(self, snapshot: Snapshot, columns: Columns, parsers: Mapping[str, Parser]) -> None:
        super().__init__(snapshot, columns)
        self._parsers = parsers
        self._spelled: dict[tuple[str, str], dict[str, str]] = {}

    def literals(self, word: str, path: str, table: str) -> tuple[str, ...]:
        """A word as a value of a condition, or as several where the cell's own reader finds several in it."""
        spec = field_at(self._snapshot.schema, table, path) if path else None
        kind = self.kind(path, table) if path else "date"
        if kind in {"status", "phase", "urgency", "contact_way", "answer"}:
            return (self._canonical(word, path, table),)
        if kind in _SENTENCES:
            if word.endswith("%") and self._may_be_parts(path, table):
                raise ConditionError(_PER_CENT, sign=word)
            # “belegt < Plätze”: what is no number may be a column, also without its brackets.
            return (self.path(word, table) if self.is_heading(word, table) else self._exact(word, kind),)
        if kind in {"languages", "weekdays"}:
            found = self._parsers[kind](word).value
            if not found:
                raise ConditionError("The language “{sign}” is not known." if kind == "languages" else
                                     "“{sign}” is no weekday.", sign=word)  # fmt: skip
            return tuple(quoted(one) if isinstance(one, str) else str(int(one)) for one in found)
        if kind in {"source", "purpose", "email", "phone"}:
            return (quoted(str(self._parsers[kind](word).value or word)),)
        if spec is not None and spec.target == COLLEAGUES:
            return (self._manager(word),)
        return self._items(word, path, table) if kind == "list" else self._words_in(word, path, table, kind)

    def _words_in(self, typed: str, path: str, table: str, kind: str) -> tuple[str, ...]:
        """`abgelehnt, beantragt`: several words where no cell says the whole and each of them stands in the column.
        As one word that no cell says, “ist nicht” would hold for all rows."""
        parts = [part for part in _SEVERAL.split(typed) if part]
        apart = path and len(parts) > 1 and not self.says(typed, path, table)
        several = apart and all(self.says(part, path, table) for part in parts)
        return tuple(self._word(one, path, table, kind) for one in (parts if several else [typed]))

    def _may_be_parts(self, path: str, table: str) -> bool:
        """Whether a column may hold parts of one that are shown as per cent: no number there says otherwise."""
        cells = (record.get(name) for table, name in [holder_at(self._snapshot.schema, table, path)]
                 for record in self._snapshot.table(table))  # fmt: skip
        return not any(abs(cell) > _PARTS for cell in cells if isinstance(cell, int | float))

    def _word(self, word: str, path: str, table: str, kind: str) -> str:
        return quoted(self._as_spelled(word, path, table) if kind != "text" else word)

    def _items(self, word: str, path: str, table: str) -> tuple[str, ...]:
        """Items of a list: “Mo und Do” is two, where no cell says just that."""
        whole = fold(word) in self._known_spellings(path, table)
        parts = [word] if whole else filter(None, map(str.strip, _AND.split(word)))
        return tuple(quoted(self._as_spelled(part, path, table)) for part in parts)

    def says(self, words: str, path: str, table: str) -> bool:
        """Whether a row says just these words in a column of words, or they are one of the words of such a column."""
        spec = field_at(self._snapshot.schema, table, path)
        if spec is not None and spec.kind in CLOSED:
            return fold(words) in self._columns.vocabulary(spec.kind)
        # Other kinds have words of kim’s own, which need no row to say them.
        wordy = spec is not None and (bool(spec.target) or spec.kind in {"text", "key", "place"})
        return wordy and fold(words) in self._known_spellings(path, table)

    def tells(self, words: str, path: str, table: str) -> bool:
        """Whether words are what a column may say: words that stand in it, a number, a day, yes or no."""
        kind = self.kind(path, table)
        if kind not in _SENTENCES:
            return self.says(words, path, table)
        with suppress(ConditionError):
            return bool(self._exact(words, kind))
        return False

    def speaks(self, word: str) -> bool:
        """Whether a word is a language."""
        return bool(self._parsers["languages"](word).value)

    def near(self, word: str, path: str, table: str) -> str:
        """The word of the column that is spelled most like this one; blank where none is near."""
        known = self._known_spellings(path, table)
        found = get_close_matches(fold(word), known, 1, cutoff=0.8)
        return known[found[0]] if found else ""

    def filling(self, typed: str, heading: str, table: str) -> str | date:
        """What is to be filled in: a word of a column with words of its own as that word, a day as a day or as
        `today + 14`, else as typed. Raises ConditionError for what such a column cannot hold."""
        path = self.path(heading, table)
        kind = self.kind(path, table)
        if not typed.strip():
            raise ConditionError("Say what “{sign}” is to be filled in with.", sign=heading)
        if "{" in typed:
            return typed
        if kind in {"status", "phase", "urgency"}:
            return self._canonical(typed, path, table).strip('"')
        if kind == "date":
            return self._day(typed)
        if kind in _SENTENCES:
            self._exact(typed, kind)
        return typed

    def _day(self, typed: str) -> str | date:
        """A day to fill in: `24.12.2026`, `heute`, `in 14 Tagen`, `heute + 6 Monate`."""
        near = _NEAR.fullmatch(typed.strip().casefold())
        if near is None:
            self._exact(typed, "date")
            found: date = self._parsers["date"](typed).value
            return found
        number, unit = near["n"] or near["in"] or "0", (near["unit"] or "").split()
        span, _ = span_at([number, *unit])
        span = span.back() if near["sign"] == "-" else span
        days = TODAY.get(near["day"] or "heute", 0)
        # What is filled in counts from today: “morgen + 3 Monate” cannot be said there.
        if span.months and not days:
            return f"today {'+' if span.number > 0 else '-'} {abs(span.number)} months"
        if span.months:
            raise ConditionError(_SENTENCES["date"], sign=typed)
        return Span(days + span.number).after("today")

    def _canonical(self, word: str, path: str, table: str) -> str:
        kind = self.kind(path, table)
        known = self._columns.vocabulary(kind)
        if fold(word) in known:
            return quoted(known[fold(word)])
        said = self._said(path, table, kind)
        near = [said[known[one]] for one in get_close_matches(fold(word), known, 1, cutoff=0.6)]
        raise ConditionError("The column never says “{sign}”; there is: {names}.", sign=word,
                             names=", ".join(dict.fromkeys((*near, *said.values()))))  # fmt: skip

    def _said(self, path: str, table: str, kind: str) -> dict[str, str]:
        """The words of a column of kim's own kind by what they mean, as this workbook spells them."""
        *way, name = path.split(".")
        for step in way:
            table = self._snapshot.schema[table].fields[step].target or table
        spelled = self._snapshot.words
        return {
            one: spelled.get((table, name, one)) or self._columns.own_word(kind, one)
            for one in self._columns.words.get(kind, {})
        }

    def _exact(self, word: str, kind: str) -> str:
        """A day, number, time or yes, as the cells of such a column are read."""
        value = self._parsers[kind](_UNIT.sub("", word) if kind in {"number", "count", "minutes"} else word).value
        if value is None:
            if kind == "date" and _WITHOUT_YEAR.fullmatch(word):
                raise ConditionError(
                    NO_YEAR,
                    sign=word,
                    example=f"{word}{'' if word.endswith('.') else '.' if word[-1].isdecimal() else ' '}2026",
                )
            raise ConditionError(_SENTENCES[kind], sign=word)
        if kind in {"date", "month"}:
            return f"day({quoted(value.isoformat())})"
        if kind == "time":
            return f"clock({quoted(f'{value:%H:%M}')})"
        if kind == "yes_no":
            return "true" if value else "false"
        return str(int(value)) if float(value).is_integer() else str(value)

    def _manager(self, word: str) -> str:
        person = self.colleague(word)
        return quoted((person.code if person else "") or word)

    def colleague(self, word: str) -> CaseManager | None:
        """Who of the team is called so: by code or name, or by a first name that one colleague alone bears."""
        team = [one for one in self._snapshot.team if isinstance(one, CaseManager)]
        whole = (one for one in team if fold(word) in {fold(one.code or ""), fold(one.name or "")})
        first = [one for one in team if one.code and fold((one.name or "").partition(" ")[0]) == fold(word)]
        return next(whole, first[0] if len(first) == 1 else None)

    def _as_spelled(self, word: str, path: str, table: str) -> str:
        """The word as the rows that are meant spell it: keys of other tables, places, items of lists."""
        return self._known_spellings(path, table).get(fold(word), word)

    def _known_spellings(self, path: str, table: str) -> Mapping[str, str]:
        """How the words of a column are spelled, by what is compared of them; the rows that it names come first."""
        way, _, name = path.rpartition(".")
        for step in filter(None, way.split(".")):
            table = self._snapshot.schema[table].fields[step].target
        if (table, name) not in self._spelled:
            target = self._snapshot.schema[table].fields[name].target
            # As those rows spell it, since a typed reference may be misspelt.
            keys = self._spellings(target, self._snapshot.schema[target].key) if target else {}
            self._spelled[table, name] = self._spellings(table, name) | keys
        return self._spelled[table, name]

    def _spellings(self, table: str, name: str) -> dict[str, str]:
        cells = [record.get(name) for record in self._snapshot.table(table)] if name else []
        words = [one for cell in cells for one in (cell if isinstance(cell, tuple | frozenset) else (cell,))]
        return {fold(str(word)): str(word) for word in words if word}
