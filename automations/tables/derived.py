"""Cells that hold two things: a full name, a date with its time; and what two columns say of one thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from msgspec import Struct

from automations.model.schema import Joined
from automations.model.values import Value
from automations.tables.born import parted
from automations.tables.dates import Parser, clock_after
from automations.tables.faults import Fault, Parsed, shown
from automations.tables.folding import fold
from automations.tables.times import end_of, minutes_between, parse_time
from automations.tables.words import key_text

NAME_SPLIT = Fault(
    "name_understood",
    "“{shown}” was read as last name {last}, first name {first}.",
    "If that is wrong, please type it like “Last name, First name”.",
    "note",
)


# Not what is an address, but where one may stand: its own parser judges it.
_ADDRESS = re.compile(r"[^\s@;,/|<>()]+@[^\s@;,/|<>()]+")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_NUMBER = re.compile(r"[+0][\d\s()/.–-]{5,}\d")


class Column(Struct, frozen=True):
    """The values of one field in all rows, what they were read as, and the faults by raw value."""

    raw: Sequence[Value]
    parsed: Sequence[Any]
    faults: Mapping[Value, Fault]


def with_derived(
    joined: Sequence[Joined], columns: Mapping[str, Column], parsers: Mapping[str, Parser]
) -> dict[str, Column]:
    """The columns, with what one of them holds for another one that is missing or blank."""
    done = dict(columns)
    for one in joined:
        first, second = one.fields
        if one.way == "name" and second not in columns:
            source = one.column if one.column in columns else first
            done |= (
                _names(source, one, columns[source]) | _births(source, one, columns, parsers)
                if source in columns
                else {}
            )
        elif one.way == "contact" and one.column in columns:
            done |= _contacts(one, columns, parsers)
        elif one.way == "moment" and first in columns:
            done |= _times(columns[first], columns.get(second), second)
        elif one.way == "until" and first in done:
            done |= _lengths(done[first], done.get(second), done.get(one.column), one)
        elif one.way == "more" and second in columns:
            done[first] = _more(columns.get(first), columns[second])
        elif one.way == "called" and first in columns:
            done[second] = _filled_in(columns.get(second), [_as_name(code) for code in columns[first].parsed])
        elif one.way == "whose" and {one.column, second} <= columns.keys():
            done[first] = _whose(columns.get(first), columns[one.column], columns[second], parsers[first])
    return done


def _lengths(begun: Column, ended: Column | None, own: Column | None, joined: Joined) -> dict[str, Column]:
    """How many minutes lie between beginning and end, where no cell says how long it is. The end may stand in the cell
    of the beginning ("9:00 - 10:00")."""
    typed = ended.parsed if ended else [None] * len(begun.raw)
    ends = [end or end_of(raw) for raw, end in zip(begun.raw, typed, strict=True)]
    if not any(ends):
        return {}
    found = [minutes_between(start, end) for start, end in zip(begun.parsed, ends, strict=True)]
    return {joined.column: _filled_in(own, found)}


def _as_name(code: Any) -> str | None:
    """A colleague's short name that is none: "Jo Marsh", "Demir"; initials ("AB", "KM 1") tell a client nothing."""
    text = key_text(code) or ""
    # As many letters as initials have not, and no name of an account ("jmarsh").
    return text if any(word[:1].isupper() for word in _LONG_WORD.findall(text)) else None


def _whose(own: Column | None, last: Column, first: Column, parse: Parser) -> Column:
    """Whose rows they are, by the names in two columns, where no cell says it. A name that two bear stays as it is
    typed, for the check to ask."""
    names = zip(last.parsed, first.parsed, strict=True)
    texts = [", ".join(filter(None, (key_text(one), key_text(other)))) for one, other in names]
    found = [parse(text).value if text else None for text in texts]
    return Column(texts, found, {}) if own is None else _filled_in(own, found)


def _more(own: Column | None, further: Column) -> Column:
    """What two columns list, each thing once, those of the main one first."""
    if own is None:
        return Column(further.raw, further.parsed, {})
    pairs = zip(own.parsed, further.parsed, strict=True)
    return Column(own.raw, [tuple(dict.fromkeys((*(few or ()), *(more or ())))) for few, more in pairs], own.faults)


def crossed_languages(
    crosses: Mapping[int, str], rows: Sequence[Sequence[Value]], parse: Callable[[Value], Parsed]
) -> Column:
    """The languages under whose headings somebody put a cross."""

    def spoken(row: Sequence[Value]) -> str:
        names = (text for place, text in crosses.items() if place <= len(row) and _crossed(row[place - 1]))
        return ", ".join(names)

    raw = [spoken(row) for row in rows]
    read = {text: parse(text) for text in set(raw)}
    faults: dict[Value, Fault] = {text: found.fault for text, found in read.items() if found.fault}
    return Column(raw, [read[text].value or () for text in raw], faults)


def _crossed(value: Value) -> bool:
    """Whether a cell says yes: anything but nothing, a dash, a no or a nought."""
    return fold(key_text(value) or "") not in {"", "-", "–", "0", "nein", "no", "n", "false", "falsch"}


def _names(source: str, joined: Joined, column: Column) -> dict[str, Column]:
    """Last and first name. Without a comma the last word is the last name, which is noted."""
    # Only what was read as a text is a name: a ditto, "#NV" and a dash are none.
    read = dict(zip(column.raw, column.parsed, strict=True))
    texts = {raw: key_text(raw) or "" if value else "" for raw, value in read.items()}
    # In a column of last names two words are a double name; only a comma puts a first name behind it.
    split = {raw: _split(text, comma_only=source != joined.column) for raw, text in texts.items()}
    noted = {
        raw: NAME_SPLIT.saying(last=last, first=first)
        for raw, (last, first) in split.items()
        if first and "," not in str(raw)
    }
    # What is wrong with a cell matters more than how its name was split.
    faults = {**noted, **column.faults}
    parts = {
        name: Column(column.raw, [split[raw][place] for raw in column.raw], {})
        for place, name in enumerate(joined.fields)
    }
    return {**parts, source: Column(column.raw, parts.get(source, column).parsed, faults)}


def _births(
    source: str, joined: Joined, columns: Mapping[str, Column], parsers: Mapping[str, Parser]
) -> dict[str, Column]:
    """The days of birth behind the names, where their own cells are blank; a year alone is no day."""
    days = {raw: parted(key_text(raw) or "")[1] for raw in set(columns[source].raw)} if joined.behind else {}
    read = {raw: parsers[joined.behind](day).value for raw, day in days.items() if not day.isdigit()}
    if not any(read.values()):
        return {}
    return {joined.behind: _filled_in(columns.get(joined.behind), [read.get(raw) for raw in columns[source].raw])}


def _filled_in(own: Column | None, found: Sequence[Any]) -> Column:
    """A column with what was found elsewhere for its blank cells."""
    if own is None:
        return Column(found, found, {})
    cells = zip(own.raw, own.parsed, found, strict=True)
    return Column(own.raw, [parsed if shown(raw) else value for raw, parsed, value in cells], own.faults)


def _split(text: str, *, comma_only: bool) -> tuple[str | None, str | None]:
    last, comma, first = (part.strip() for part in parted(text)[0].partition(","))
    if comma or comma_only:
        return last or None, first or None
    *before, end = last.split() or [""]
    return end or None, " ".join(before) or None


def _contacts(joined: Joined, columns: Mapping[str, Column], parsers: Mapping[str, Parser]) -> dict[str, Column]:
    """Address and number that stand in one cell, where their own cells are blank. What cannot be read is said of
    the cell that holds both."""
    both = columns[joined.column]
    parts = {raw: _parts(key_text(raw) or "") for raw in set(both.raw)}
    found: dict[str, Column] = {}
    faults = dict(both.faults)
    for place, name in enumerate(joined.fields):
        read = {raw: parsers[name](text[place]) for raw, text in parts.items()}
        faults |= {raw: one.fault for raw, one in read.items() if one.fault}
        values = [read[raw].value for raw in both.raw]
        found[name] = _filled_in(columns.get(name), values)
    return found | {joined.column: Column(both.raw, both.parsed, faults)}


def _parts(text: str) -> tuple[str, str]:
    """The address in a cell, and what is left of it for a number; a word before either ("Mail:", "Tel.") is none."""
    address = _ADDRESS.search(text)
    rest = text.replace(address[0], " ") if address else text
    number = _NUMBER.search(rest)
    return address[0] if address else "", number[0].strip() if number else ""


def _times(dates: Column, times: Column | None, name: str) -> dict[str, Column]:
    """Times of day that stand in the cell of the date, where the cell of the time is blank."""
    clocks = {raw: _clock(raw) for raw in set(dates.raw)}
    if not any(clocks.values()):
        return {}
    found = [clocks[raw] for raw in dates.raw]
    if times is None:
        return {name: Column(found, found, {})}
    pairs = zip(times.raw, times.parsed, found, strict=True)
    # A dash there is as blank as a cell without anything; what cannot be read is no reason to guess.
    parsed = [clock if own is None and raw not in times.faults else own for raw, own, clock in pairs]
    return {name: Column(times.raw, parsed, times.faults)}


def _clock(raw: Value) -> time | None:
    if isinstance(raw, datetime):
        # A day without a time is its midnight to Excel, and a fraction of a day meets no second exactly.
        return raw.time().replace(microsecond=0) if raw.time() != time(0) else None
    if isinstance(raw, str) and (text := clock_after(raw)):
        clock = parse_time(text).value
        return clock if isinstance(clock, time) else None
    return None
