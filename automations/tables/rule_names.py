"""What headings, tabs and words of a workbook mean, for those who write rules in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from types import MappingProxyType

from automations.model.fields import COLLEAGUES
from automations.model.records import CaseManager
from automations.model.schema import DATES, DEEPEST, Schema, field_at, pointing
from automations.model.snapshot import Snapshot
from automations.tables.columns import Columns
from automations.tables.dates import Parser
from automations.tables.folding import fold
from automations.tables.rule_spans import NUMBERS, UNITS, Span, quoted, span_at
from automations.tables.rule_tokens import TODAY, ConditionError

STEP = re.compile(r"\s*(?:→|->)\s*")
"""Between a reference and the column of the row that it names."""

_SENTENCES: Mapping[str, str] = MappingProxyType({
    "date": "“{sign}” is no day; write it like 24.12.2026 or heute.", "time": "“{sign}” is no time of day.",
    "number": "“{sign}” is no number.", "count": "“{sign}” is no number.",
    "amount": "“{sign}” is no number.", "minutes": "“{sign}” is no number.",
    "yes_no": "“{sign}” is neither yes nor no.",
})  # fmt: skip
"""Kinds whose cells hold one value, and what is said where a word is none."""

_UNREAD = (
    "kim does not read the column “{sign}” yet; say in the tab of settings what it is, such as “own field: number”."
)
_NEAR = re.compile(
    rf"(?:(?P<day>{'|'.join(TODAY)})(?:\s*(?P<sign>[+-])\s*(?P<n>\d{{1,4}}|{'|'.join(NUMBERS)}))?"
    rf"|in\s+(?P<in>\d{{1,4}}|{'|'.join(NUMBERS)}))(?:\s*(?P<unit>(?:halben\s+|half\s+)?(?:{UNITS})))?"
)
_AND = re.compile(r"\s(?:und|and)\s", re.IGNORECASE)
_UNIT = re.compile(r"(?<=\d)\s*[^\d\s.,]{1,6}$")
_SHOWN = 15  # names that one sentence lists


class RuleNames:
    """What headings, tabs and words of this workbook mean."""

    def __init__(self, snapshot: Snapshot, columns: Columns, parsers: Mapping[str, Parser]) -> None:
        self._snapshot, self._columns, self._parsers = snapshot, columns, parsers
        self._spelled: dict[tuple[str, str], dict[str, str]] = {}

    @property
    def schema(self) -> Schema:
        """All tables with their fields."""
        return self._snapshot.schema

    def tabs(self) -> list[str]:
        """The tabs of tables that a rule can be about, as the workbook calls them."""
        layouts, schema = self._snapshot.layouts, self._snapshot.schema
        return [one.tab for table, one in layouts.items() if not schema[table].closed][:_SHOWN]

    def table(self, tab: str) -> str:
        """The table in a tab, by the tab's name or any of the names that it may have."""
        known: dict[str, str] = {}
        shown: dict[str, str] = {}
        for table, columns in self._columns.tables.items():
            layout = self._snapshot.layouts.get(table)
            for name in (table, *columns.tabs, *([layout.tab] if layout else [])):
                known[fold(name)] = table
                shown[fold(name)] = name
        try:
            return self._nearest(tab, known, "There is no tab “{sign}”; did you mean “{near}”?", shown)
        except ConditionError as fault:
            if "near" in fault.values:
                raise
            raise ConditionError(fault.sentence, sign=tab, names=", ".join(self.tabs())) from None

    def path(self, heading: str, table: str) -> str:
        """The dotted field under a heading; `Fälle → Vorname` for a row that the row names."""
        steps = [part for part in STEP.split(heading) if part]
        if len(steps) > DEEPEST + 1:
            raise ConditionError("From row to row a rule goes at most {n} times; here it would be {m}.", n=DEEPEST,
                                 m=len(steps) - 1)  # fmt: skip
        found: list[str] = []
        for step in steps:
            self._not_many(step, steps, table)
            name = self._field(step, table)
            found.append(name)
            table = self._snapshot.schema[table].fields[name].target or table
        if not found:
            raise ConditionError("A heading is missing.")
        return ".".join(found)

    def _not_many(self, step: str, steps: Sequence[str], table: str) -> None:
        """A tab whose rows name the rows here leads to many of them, not to one. Raises ConditionError."""
        here = {fold(one.tab): (name, one) for name, one in self._snapshot.layouts.items()}
        name, layout = here.get(fold(step), ("", None))
        if layout is None or len(steps) == 1 or self._known_here(step, table) or not self.names_rows(name, table):
            return
        raise ConditionError(
            "Many rows of “{tab}” can belong to one row here; write it like count({tab}, [{heading}] = …) > 0 or "
            "latest({tab} → {heading}).", tab=layout.tab, heading=steps[-1],
        )  # fmt: skip

    def _known_here(self, step: str, table: str) -> bool:
        """Whether a step is a column of the table, or the tab of a row that the table names."""
        layout, fields = self._snapshot.layouts.get(table), self._snapshot.schema[table].fields
        targets = (self._snapshot.layouts.get(field.target) for field in fields.values())
        known = [*(layout.headings.values() if layout else ()), *(one.tab for one in targets if one)]
        return step in fields or fold(step) in map(fold, known)

    def kind(self, path: str, table: str) -> str:
        """How the cells of a field are read; days are all “date”."""
        spec = field_at(self._snapshot.schema, table, path)
        return DATES.get(spec.kind, spec.kind) if spec else "text"

    def knows(self, heading: str, table: str) -> bool:
        """Whether there is such a heading."""
        try:
            return bool(self.path(heading, table))
        except ConditionError:
            return False

    def searched(self, path: str, table: str) -> str:
        """The field in which words are looked for: of a colleague the name."""
        return f"{path}.name" if self.kind(path, table) == "manager" else path

    def literals(self, word: str, path: str, table: str) -> tuple[str, ...]:
        """A word as a value of a condition, or as several where the cell's own reader finds several in it."""
        spec = field_at(self._snapshot.schema, table, path) if path else None
        kind = self.kind(path, table) if path else "date"
        if kind in {"status", "phase", "urgency", "contact_way", "answer"}:
            return (self._canonical(word, path, table),)
        if kind in _SENTENCES:
            return (self._exact(word, kind),)
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
        return self._items(word, path, table) if kind == "list" else (self._word(word, path, table, kind),)

    def _word(self, word: str, path: str, table: str, kind: str) -> str:
        return quoted(self._as_spelled(word, path, table) if kind != "text" else word)

    def _items(self, word: str, path: str, table: str) -> tuple[str, ...]:
        """Items of a list: “Mo und Do” is two, where no cell says just that."""
        whole = fold(word) in self._known_spellings(path, table)
        parts = [word] if whole else filter(None, map(str.strip, _AND.split(word)))
        return tuple(quoted(self._as_spelled(part, path, table)) for part in parts)

    def says(self, words: str, path: str, table: str) -> bool:
        """Whether a row says just these words in a column of words."""
        spec = field_at(self._snapshot.schema, table, path)
        # Other kinds have words of kim’s own, which need no row to say them.
        wordy = spec is not None and (bool(spec.target) or spec.kind in {"text", "key", "place"})
        return wordy and fold(words) in self._known_spellings(path, table)

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

    def names_rows(self, table: str, of: str) -> bool:
        """Whether a column of the first table names rows of the other one."""
        return table in pointing(self._snapshot.schema, of)

    def born(self, path: str, table: str) -> bool:
        """Whether a day is somebody's birth."""
        spec = field_at(self._snapshot.schema, table, path)
        return spec is not None and spec.kind == "birth_date"

    def _field(self, step: str, table: str) -> str:
        spec, layout = self._snapshot.schema[table], self._snapshot.layouts.get(table)
        if step in spec.fields:
            return step
        known: dict[str, str] = {}
        shown: dict[str, str] = {}
        columns = self._columns.tables.get(table)
        aliases = {text: name for text, (name, _) in columns.by_heading.items()} if columns else {}
        for name, heading in layout.headings.items() if layout else ():
            if name in spec.fields:
                known[fold(heading)] = name
                shown[fold(heading)] = " ".join(heading.split())
        for name, field in spec.fields.items():
            target = self._snapshot.layouts.get(field.target)
            if target is not None:
                # “Fälle → Vorname”: the tab’s name leads to the row as well as the heading does.
                known.setdefault(fold(target.tab), name)
                shown.setdefault(fold(target.tab), target.tab)
        # A heading that stands there goes before what kim would call another column.
        if fold(step) in known or fold(step) not in aliases:
            if fold(step) not in known and layout is not None and fold(step) in map(fold, layout.unread.values()):
                raise ConditionError(_UNREAD, sign=step)
            if fold(step) not in known and (elsewhere := self._elsewhere(step, table, known, shown)):
                raise ConditionError("There is no column “{sign}”; did you mean “{near}”?", sign=step, near=elsewhere)
            return self._nearest(step, known, "There is no column “{sign}”; did you mean “{near}”?", shown)
        declared = spec.fields.get(aliases[fold(step)])
        if layout is not None and declared is not None and declared.own:
            there = ", ".join(list(dict.fromkeys(shown.values()))[:_SHOWN])
            raise ConditionError("There is no “{sign}”; there is: {names}.", sign=step, names=there)
        return aliases[fold(step)]

    def _elsewhere(self, step: str, table: str, known: Mapping[str, str], shown: Mapping[str, str]) -> str:
        """The way to a heading that stands in the tab of a row that is named here; blank where there is none."""
        for text, name in known.items():
            layout = self._snapshot.layouts.get(self._snapshot.schema[table].fields[name].target)
            for heading in layout.headings.values() if layout else ():
                if fold(heading) == fold(step):
                    return f"{shown[text]} → {' '.join(heading.split())}"
        return ""

    def _nearest(
        self, typed: str, known: Mapping[str, str], sentence: str, shown: Mapping[str, str] = MappingProxyType({})
    ) -> str:
        if fold(typed) in known:
            return known[fold(typed)]
        near = get_close_matches(fold(typed), known, 1, cutoff=0.6)
        if near:
            raise ConditionError(sentence, sign=typed, near=shown.get(near[0], near[0]))
        there = ", ".join(list(dict.fromkeys(shown.get(one, one) for one in known))[:_SHOWN])
        raise ConditionError("There is no “{sign}”; there is: {names}.", sign=typed, names=there)

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
            raise ConditionError(_SENTENCES[kind], sign=word)
        if kind in {"date", "month"}:
            return f"day({quoted(value.isoformat())})"
        if kind == "time":
            return f"clock({quoted(f'{value:%H:%M}')})"
        if kind == "yes_no":
            return "true" if value else "false"
        return str(int(value)) if float(value).is_integer() else str(value)

    def _manager(self, word: str) -> str:
        for person in self._snapshot.team:
            if isinstance(person, CaseManager) and fold(word) in {fold(person.code or ""), fold(person.name or "")}:
                return quoted(person.code or word)
        # A first name alone means somebody where one colleague bears it.
        first = [one for one in self._snapshot.team if isinstance(one, CaseManager) and one.code
                 and fold((one.name or "").partition(" ")[0]) == fold(word)]  # fmt: skip
        return quoted(first[0].code or word) if len(first) == 1 else quoted(word)

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
