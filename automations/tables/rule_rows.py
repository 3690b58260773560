"""The tabs of rules and texts, row by row, into the form of rules.toml: strictly, in German and English words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from automations.common.texts import Texts
from automations.model.records import CaseManager, Record
from automations.model.rule_rows import Console, RuleRow
from automations.model.schema import DATES, field_at
from automations.model.snapshot import Snapshot
from automations.tables.columns import Columns
from automations.tables.dates import Parser
from automations.tables.folding import fold
from automations.tables.rule_conditions import ConditionError, comparison, condition_of, quoted
from automations.tables.rule_moments import due_of

RULES, TEXTS = "rules", "texts"
"""The tables of the tabs that a team writes its rules and texts into."""

LONGEST_TEXT = 10_000
"""Characters of a text; Excel allows 32 767 in a cell, but nobody reads such a mail."""

_OFFERED = ("E-Mail", "Anruf", "Frage", "Prüfhinweis", "Spalte ausfüllen", "Liste", "eine Mail mit allen Treffern")
_ACTIONS: Mapping[str, str] = MappingProxyType({
    "E-Mail": "mail", "Mail": "mail", "SMS": "text_message", "Anruf": "call", "call": "call", "Frage": "ask",
    "question": "ask", "Prüfhinweis": "note", "note": "note", "Spalte ausfüllen": "set", "fill in column": "set",
    "Liste": "list", "list": "list", "eine Mail mit allen Treffern": "digest", "one mail with all hits": "digest",
    "Zeile anlegen": "append", "add row": "append",
})  # fmt: skip
_ROLES: Mapping[str, str] = MappingProxyType({
    "klient": "client", "klientin": "client", "klient/in": "client", "client": "client", "Zuständige": "manager",
    "Zuständig": "manager", "case manager": "manager", "manager": "manager", "vertretung": "substitute",
    "substitute": "substitute", "teamleitung": "lead", "team lead": "lead", "lead": "lead",
    "vermittelnde stelle": "referrer", "referrer": "referrer", "referring office": "referrer",
})  # fmt: skip
_CHOICES: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType({
    "comparison": (
        ("ist", "is"), ("ist nicht", "is not"), ("ist eins von", "is one of"), ("enthält", "contains"),
        ("ist leer", "is blank"), ("ist nicht leer", "is not blank"), ("vor", "before"), ("nach", "after"),
        ("länger her als", "longer ago than"), ("in höchstens", "in at most"), ("genau in", "exactly in"),
        ("mehr als", "more than"), ("weniger als", "less than"),
    ),
    "action": (
        ("E-Mail", "Mail"), ("SMS", "SMS"), ("Anruf", "call"), ("Frage", "question"), ("Prüfhinweis", "note"),
        ("Spalte ausfüllen", "fill in column"), ("Zeile anlegen", "add row"), ("Liste", "list"),
        ("eine Mail mit allen Treffern", "one mail with all hits"),
    ),
    "recipient": (
        ("Klient/in", "client"), ("Zuständige", "case manager"), ("Vertretung", "substitute"),
        ("Teamleitung", "team lead"), ("vermittelnde Stelle", "referring office"),
    ),
    "moment": (
        ("einmal, sobald es zutrifft", "once, as soon as it holds"), ("neue Zeile", "new row"),
        ("jeden Werktag um 08:00", "every working day at 08:00"), ("jeden Montag um 08:00", "every Monday at 08:00"),
        ("am 1. jedes Monats", "on the 1st of each month"),
        ("letzter Werktag im Monat", "last working day of the month"),
    ),
})  # fmt: skip
"""What drop-downs offer, in German and English; other words are understood as well."""


def choices(language: str) -> dict[str, tuple[str, ...]]:
    """The words that the columns of rules offer, in the site's language."""
    return {name: tuple(pair[language == "en"] for pair in pairs) for name, pairs in _CHOICES.items()}


_STEP = re.compile(r"\s*(?:→|->)\s*")


def read_console(snapshot: Snapshot, columns: Columns, parsers: Mapping[str, Parser], said: Texts) -> Console:
    """The rules and texts of the workbook. Nothing of them acts before it was approved where it must be."""
    own = _texts(snapshot, said.language)
    words = _Words(snapshot, columns, parsers)
    rules = tuple(_rule(record, words, own, snapshot, said) for record in snapshot.table(RULES) if record.get("name"))
    return Console(rules, own.texts)


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts by name and language; `odd` are those of which a row cannot be used, with the sentence why."""

    texts: dict[str, dict[str, Mapping[str, str]]]
    odd: dict[str, ConditionError]


def _texts(snapshot: Snapshot, language: str) -> _Texts:
    found = _Texts({}, {})
    for record in snapshot.table(TEXTS):
        title, text = str(record.get("name") or ""), str(record.get("text") or "")
        name = slug(title)
        if not name or not text:
            continue
        code = next(iter(record.get("language") or ()), language)
        if len(text) > LONGEST_TEXT:
            sentence = "The text “{sign}” has {n} characters; {most} are possible."
            found.odd[name] = ConditionError(sentence, sign=title, n=len(text), most=LONGEST_TEXT)
        elif "language" in record.bad:
            found.odd[name] = ConditionError("The language of the text “{sign}” cannot be read.", sign=title)
        elif code in found.texts.get(name, ()):
            found.odd[name] = ConditionError("The text “{sign}” stands twice in one language.", sign=title)
        else:
            cells = {"subject": str(record.get("subject") or "")[:300], "text": text}
            found.texts.setdefault(name, {})[code] = cells
    return found


def slug(title: str) -> str:
    """A rule's or text's name as rules.toml would have it: “Kurs beginnt!” is kurs_beginnt."""
    plain = title.casefold().translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"})
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return (name if name[:1].isalpha() else f"r_{name}")[:60] if name else ""


def _rule(record: Record, words: _Words, texts: _Texts, snapshot: Snapshot, said: Texts) -> RuleRow:
    title = str(record.get("name"))
    name = slug(title)
    found = RuleRow(record.row, title, name, line=record.line or None)
    row = snapshot.rows.get(record.row)
    formulas = [cell for cell in row.cells.values() if cell.kind != "value"] if row is not None else []
    if not record.usable or row is None:
        return replace(found, fault=said.say("This name stands twice; give each rule a name of its own."))
    if formulas:
        return replace(found, fault=said.say("A formula stands in this row; type the words themselves."))
    try:
        stanza = dict(_stanza(record, words, texts))
    except ConditionError as fault:
        return replace(found, fault=said.say(fault.sentence, **fault.values))
    return replace(found, stanza={"name": name, "title": title[:31], **stanza})


def _stanza(record: Record, words: _Words, texts: _Texts) -> Iterator[tuple[str, Any]]:
    table = words.table(_cell(record, "on_table"))
    action = _action(_cell(record, "action"))
    yield "table", table
    yield "action", action
    yield "active", record.get("active") is not False
    conditions = [
        comparison(_cell(record, f"column{n}"), _cell(record, f"comparison{n}") or "ist", _cell(record, f"value{n}"),
                   table, words)
        for n in ("", "2") if _cell(record, f"column{n}")
    ]  # fmt: skip
    conditions += [condition_of(_cell(record, "condition"), table, words)] if _cell(record, "condition") else []
    yield "when", " and ".join(conditions)
    moment = _cell(record, "moment")
    if moment or action in {"mail", "call"}:
        yield "due", due_of(moment, table, words)
    if recipient := _cell(record, "recipient"):
        yield "recipient", _recipient(recipient, table, words)
    yield from _text(_cell(record, "text"), action, texts)
    if filled := _cell(record, "fill"):
        yield from _filling(filled, str(record.get("fill_with") or ""), table, action, words)


def _filling(filled: str, typed: str, table: str, action: str, words: _Words) -> Iterator[tuple[str, Any]]:
    """The columns to fill in and with what, several with semicolons between them; for a new row each column stands
    after its tab: `Aufgaben → Nr.; Aufgaben → Fall`."""
    columns, values = [part.strip(" []") for part in filled.split(";")], [part.strip() for part in typed.split(";")]
    if len(columns) == 1:
        values = [typed]
    if len(columns) != len(values):
        raise ConditionError("{n} columns are to be filled in, but {m} values are given; put semicolons between them.",
                             n=len(columns), m=len(values))  # fmt: skip
    if action == "append":
        places = [_STEP.split(column, maxsplit=1) for column in columns]
        if any(len(place) != 2 for place in places):  # noqa: PLR2004 (tab and column)
            raise ConditionError("Write the tab and the column of the new row like “Aufgaben → Nr.”.")
        tabs = {place[0].strip(" []") for place in places}
        if len(tabs) > 1:
            raise ConditionError("A new row stands in one tab; here are: {names}.", names=", ".join(sorted(tabs)))
        table = words.table(tabs.pop())
        columns = [place[1].strip(" []") for place in places]
        yield "into", table
    filled_in = zip(columns, values, strict=True)
    yield "set", {words.path(column, table): words.filling(value, column, table) for column, value in filled_in}


def _cell(record: Record, name: str) -> str:
    return " ".join(str(record.get(name) or "").split())


def _action(typed: str) -> str:
    known, word = {fold(one): one for one in _ACTIONS}, fold(typed)
    if not word:
        raise ConditionError("Say what happens: {names}.", names=", ".join(_OFFERED))
    if word not in known:
        near = get_close_matches(word, known, 1, cutoff=0.5)
        shown = known[near[0]] if near else _OFFERED[0]
        raise ConditionError("“{sign}” is not known; did you mean “{near}”?", sign=typed, near=shown)
    return _ACTIONS[known[word]]


def _recipient(typed: str, table: str, words: _Words) -> str:
    roles = {fold(word): role for word, role in _ROLES.items()}
    if fold(typed) in roles:
        return roles[fold(typed)]
    if "@" in typed and " " not in typed:
        return typed
    return words.path(typed.strip("[] "), table)


def _text(typed: str, action: str, texts: _Texts) -> Iterator[tuple[str, str]]:
    """A text by its name; a question or note may also say itself what it says."""
    if not typed:
        return
    if slug(typed) in texts.odd:
        raise texts.odd[slug(typed)]
    if slug(typed) in texts.texts:
        yield "template", slug(typed)
    elif action in {"ask", "note", "call"}:
        yield "text", typed
    else:
        near = get_close_matches(slug(typed), list(texts.texts), 1, cutoff=0.5)
        raise ConditionError("There is no text “{sign}” in the tab of texts. {near}", sign=typed,
                             near=f"→ {near[0]}" if near else "")  # fmt: skip


class _Words:
    """What headings, tabs and words of this workbook mean."""

    def __init__(self, snapshot: Snapshot, columns: Columns, parsers: Mapping[str, Parser]) -> None:
        self._snapshot, self._columns, self._parsers = snapshot, columns, parsers

    def table(self, tab: str) -> str:
        """The table in a tab, by the tab's name or any of the names that it may have."""
        known: dict[str, str] = {}
        shown: dict[str, str] = {}
        for table, columns in self._columns.tables.items():
            layout = self._snapshot.layouts.get(table)
            for name in (table, *columns.tabs, *([layout.tab] if layout else [])):
                known[fold(name)] = table
                shown[fold(name)] = name
        return self._nearest(tab, known, "There is no tab “{sign}”; did you mean “{near}”?", shown)

    def path(self, heading: str, table: str) -> str:
        """The dotted field under a heading; `Fälle → Vorname` for a row that the row names."""
        steps = [part for part in _STEP.split(heading) if part]
        found: list[str] = []
        for step in steps:
            name = self._field(step, table)
            found.append(name)
            table = self._snapshot.schema[table].fields[name].target or table
        if not found:
            raise ConditionError("A heading is missing.")
        return ".".join(found)

    def kind(self, path: str, table: str) -> str:
        """How the cells of a field are read; days are all “date”."""
        spec = field_at(self._snapshot.schema, table, path)
        return DATES.get(spec.kind, spec.kind) if spec else "text"

    def literal(self, word: str, path: str, table: str) -> str:
        """A word as a value of a condition."""
        kind = self.kind(path, table) if path else "date"
        readers: Mapping[str, Callable[[str, str], str]] = {
            "date": self._day, "number": self._number, "count": self._number, "minutes": self._number,
            "yes_no": self._yes_no, "languages": self._language, "manager": self._manager,
        }  # fmt: skip
        if kind in readers:
            return readers[kind](word, path)
        if kind in {"status", "phase", "urgency", "contact_way", "answer"}:
            return self._canonical(word, kind)
        return quoted(word)

    def filling(self, typed: str, heading: str, table: str) -> str:
        """What is to be filled in: a word of a column with words of its own as that word, else as typed."""
        kind = self.kind(self.path(heading, table), table)
        if kind in {"status", "phase", "urgency"} and "{" not in typed:
            return self._canonical(typed, kind).strip('"')
        return typed

    def _field(self, step: str, table: str) -> str:
        spec, layout = self._snapshot.schema[table], self._snapshot.layouts.get(table)
        if step in spec.fields:
            return step
        known: dict[str, str] = {}
        shown: dict[str, str] = {}
        for name, field in spec.fields.items():
            target = self._snapshot.layouts.get(field.target)
            if target is not None:
                known.setdefault(fold(target.tab), name)
                shown.setdefault(fold(target.tab), target.tab)
        columns = self._columns.tables.get(table)
        aliases = {text: name for text, (name, _) in columns.by_heading.items()} if columns else {}
        for name, heading in layout.headings.items() if layout else ():
            if name in spec.fields:
                known[fold(heading)] = name
                shown[fold(heading)] = " ".join(heading.split())
        if fold(step) in known or fold(step) not in aliases:
            return self._nearest(step, known, "There is no column “{sign}”; did you mean “{near}”?", shown)
        return aliases[fold(step)]

    def _nearest(
        self, typed: str, known: Mapping[str, str], sentence: str, shown: Mapping[str, str] = MappingProxyType({})
    ) -> str:
        if fold(typed) in known:
            return known[fold(typed)]
        near = get_close_matches(fold(typed), known, 1, cutoff=0.5) or sorted(known)[:6]
        raise ConditionError(sentence, sign=typed, near=", ".join(shown.get(one, one) for one in near))

    def _canonical(self, word: str, kind: str) -> str:
        known = self._columns.vocabulary(kind)
        if fold(word) in known:
            return quoted(known[fold(word)])
        near = get_close_matches(fold(word), known, 1, cutoff=0.4)
        names = ", ".join(self._columns.own_word(kind, one) for one in self._columns.words.get(kind, {}))
        raise ConditionError("The column never says “{sign}”; there is: {names}.", sign=word,
                             names=f"{near[0]}, {names}" if near else names)  # fmt: skip

    def _day(self, word: str, path: str) -> str:
        del path
        day = self._parsers["date"](word)
        if day.value is None:
            raise ConditionError("“{sign}” is no day; write it like 24.12.2026 or heute.", sign=word)
        return f"day({quoted(day.value.isoformat())})"

    def _number(self, word: str, path: str) -> str:
        del path
        if not re.fullmatch(r"-?\d{1,9}([.,]\d{1,4})?", word):
            raise ConditionError("“{sign}” is no number.", sign=word)
        return word.replace(",", ".")

    def _yes_no(self, word: str, path: str) -> str:
        del path
        value = self._parsers["yes_no"](word).value
        if value is None:
            raise ConditionError("“{sign}” is neither yes nor no.", sign=word)
        return "true" if value else "false"

    def _language(self, word: str, path: str) -> str:
        del path
        codes = self._parsers["languages"](word).value
        if not codes:
            raise ConditionError("The language “{sign}” is not known.", sign=word)
        return quoted(codes[0])

    def _manager(self, word: str, path: str) -> str:
        del path
        for person in self._snapshot.team:
            if isinstance(person, CaseManager) and fold(word) in {fold(person.code or ""), fold(person.name or "")}:
                return quoted(person.code or word)
        return quoted(word)
