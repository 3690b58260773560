"""A team's own texts: `{Vorname}`-like places filled in from a row, by field or by heading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from difflib import get_close_matches
from enum import StrEnum
from gettext import NullTranslations
from typing import Any

from automations.common.characters import ARROW
from automations.jobs.rules.desk import Desk
from automations.jobs.rules.model import OwnText
from automations.messages.wording import Wording, catalogue
from automations.model.fields import FieldSpec
from automations.model.records import CaseManager, Location, Record
from automations.model.schema import field_at
from automations.model.values import Plain, Value
from automations.tables.folding import fold

OWN_TEXT = "own_text"  # the template that a team's own texts are put into

_PLACE = re.compile(r"\{([^{}]{1,80})\}")
# A label with what it is of: "Language: {interpreting}.", between sentences or in a line of its own.
_LABELLED = re.compile(
    r"(?: (?<=[.!?؟] )|(?P<line>^))"
    r"[^\W\d_][^.:;!?؟{}\n]{0,40}:\s?(?P<place>\{[^{}]{1,80}\})(?:[.;](?=\s|$)|$)(?(line)[ \n]?)",
    re.MULTILINE,
)
_STEP = re.compile(rf"\s*(?:{ARROW}|\.)\s*")

GENERAL = ("site_name", "office_phone", "today")  # places that every text may have


def places(text: str) -> list[str]:
    """What stands in curly brackets, in the order of the text."""
    return [_place(found) for found in _PLACE.finditer(text)]


def _place(found: re.Match[str]) -> str:
    """What is meant, whatever lines it was typed in: headings may have several."""
    return " ".join(found[1].split())


def bracket_alone(text: str) -> str:
    """The words around a curly bracket that opens no place; blank where there is none."""
    rest = _PLACE.sub("", text)
    at = rest.find("{")
    return " ".join(rest[at : at + 40].split()) if at >= 0 else ""


def path_of(place: str, table: str, desk: Desk) -> str | None:
    """The dotted field that a place means: a field, or the heading of a column, also of a row that the
    row names (`Fälle → Vorname`). None where there is no such thing."""
    found: list[str] = []
    here = table
    for step in _step_names(place, table, desk):
        name = _named(step, here, desk) if here else None
        if name is None:
            return None
        found.append(name)
        # Blank where the field names no other row: a further step then means nothing.
        here = desk.spec(here).fields[name].target
    return ".".join(found) or None


def value_at(path: str, record: Record, desk: Desk) -> tuple[Any, FieldSpec | None, Record | None]:
    """The value that a dotted field has for a row, how it is declared, and the row that holds it."""
    way, _, name = path.rpartition(".")
    holder = desk.book.related(record.row.table, record, way) if way else record
    spec = field_at(desk.snapshot.schema, record.row.table, path)
    value = holder.get(name) if holder is not None else None
    if isinstance(holder, Location) and name == "neutral_name" and not (value or holder.protected):
        value = holder.address  # a place without another name is told by its address
    return value, spec, holder


def said(path: str, record: Record, desk: Desk, language: str) -> str:
    """A field's value as people read it: dates as dates, words as the team writes them."""
    value, spec, holder = value_at(path, record, desk)
    name = path.rpartition(".")[2]
    if value is None or holder is None or spec is None:
        return ""
    if spec.target:
        other = desk.book.related(holder.row.table, holder, name)
        return (other.name if isinstance(other, CaseManager) else None) or str(value)
    if isinstance(value, date):
        return wording(language).date(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, bool) and language == desk.site.language:
        return desk.words.say("yes") if value else desk.words.say("no")
    # What an earlier rule of this run has written stands in no cell yet.
    fresh = name in desk.snapshot.edited.get(holder.row, {})
    row = None if fresh else desk.snapshot.rows.get(holder.row)
    # As it stands in the cell: "3 1/2 Jahre" is what the team wrote, whatever reading made of it.
    raw = row.value(name) if row is not None else None
    known = desk.snapshot.words.get((holder.row.table, name, value)) if isinstance(value, str) else None
    return str(known or _plain(raw if raw is not None else value, language))


def typed(path: str, record: Record, desk: Desk, language: str) -> str:
    """The same for those who can mend the row: of a cell that cannot be read what stands in it."""
    text, (_, _, holder) = said(path, record, desk, language), value_at(path, record, desk)
    name = path.rpartition(".")[2]
    if text or holder is None or name not in holder.bad or holder.row not in desk.snapshot.rows:
        return text
    return _plain(desk.snapshot.rows[holder.row].value(name), language)


def _plain(value: Value | Any, language: str) -> str:
    if isinstance(value, float):
        return _number(value, language)
    if isinstance(value, tuple | list | frozenset):
        return ", ".join(str(item) for item in value)
    return str(value.value if isinstance(value, StrEnum) else value).strip()


def _number(value: float, language: str) -> str:
    """A number as a language writes decimals, without points between thousands: it may be a number of something."""
    if value.is_integer():
        return str(int(value))
    from babel.numbers import format_decimal  # here, as it takes long to load and few texts have such numbers

    return format_decimal(value, format="0.######", locale=language)


def wording(language: str) -> Wording:
    """How dates are said in a language."""
    return Wording(language, catalogue(language, None) or NullTranslations(), subject=True)


def filled(text: str, record: Record, desk: Desk, language: str, more: Mapping[str, str] | None = None) -> str:
    """The text with its places filled in; one that means nothing stays as it stands."""
    general = {
        "site_name": desk.site.name, "office_phone": desk.site.phone,
        "today": wording(language).date(desk.today), "heute": wording(language).date(desk.today),
        **(more or {}),
    }  # fmt: skip

    def fill(match: re.Match[str]) -> str:
        place = _place(match)
        if place in general:
            return general[place]
        path = path_of(place, record.row.table, desk)
        # Left as it stands: a bracket in a mail is odd, a sentence with a hole is wrong.
        return match[0] if path is None else said(path, record, desk, language)

    # "Art: ." says nothing to anybody: what a row leaves blank is left out with its label.
    whole = _LABELLED.sub(lambda found: found[0] if _PLACE.sub(fill, found["place"]).strip() else "", text)
    return _PLACE.sub(fill, whole)


def unknown_places(text: str, table: str, desk: Desk, more: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Places that mean nothing, with the nearest heading, also of a row that is named ("" where none is near)."""
    layout = desk.snapshot.layouts.get(table)
    own = {name: " ".join(text.split()) for name, text in layout.headings.items()} if layout else {}
    known = {fold(name): own.get(name, name) for name in desk.spec(table).fields}
    known |= {fold(text): f"{own.get(name, name)} → {text}" for name, spec in desk.spec(table).fields.items()
              if spec.target for text in _headings(spec.target, desk)}  # fmt: skip
    known |= {fold(name): name for name in (*GENERAL, "heute", *more, *own.values())}
    for place in places(text):
        if place not in (*GENERAL, "heute", *more) and path_of(place, table, desk) is None:
            near = get_close_matches(fold(place), known, 1, cutoff=0.5)
            yield place, known[near[0]] if near else ""


def texts_for(name: str, desk: Desk) -> Mapping[str, OwnText] | None:
    """A team's own text by its name, by language; None where it is a template of files."""
    return desk.settings.texts.get(name)


def in_languages(
    own: Mapping[str, OwnText], record: Record, desk: Desk, language: str, more: Mapping[str, str] | None = None
) -> dict[str, Plain]:
    """A text for one row in the reader's language and the site's, as the mail's template wants it."""
    found: dict[str, Plain] = {}
    for code in dict.fromkeys((language, desk.site.language)):
        text = own.get(code) or own.get(desk.site.language) or next(iter(own.values()))
        found[code] = laid_out(text, record, desk, code, more)
    return found


def laid_out(
    text: OwnText, record: Record, desk: Desk, language: str, more: Mapping[str, str] | None
) -> dict[str, Plain]:
    """A text for one row in one language: its subject, and its paragraphs line by line."""
    body = filled(text.text, record, desk, language, more)
    return {
        "subject": filled(text.subject or desk.site.name, record, desk, language, more),
        "paragraphs": [part.splitlines() for part in re.split(r"\n\s*\n", body.strip()) if part.strip()],
    }


def _headings(table: str, desk: Desk) -> Mapping[str, str]:
    layout = desk.snapshot.layouts.get(table)
    return {" ".join(text.split()): name for name, text in layout.headings.items()} if layout else {}


def _named(step: str, table: str, desk: Desk) -> str | None:
    """The field that a step of a place means: by its name, by its heading, or by the table that it points to."""
    spec = desk.spec(table)
    if step in spec.fields:
        return step
    wanted = fold(step)
    by_heading = next((name for text, name in _headings(table, desk).items() if fold(text) == wanted), None)
    if by_heading in spec.fields:
        return by_heading
    for name, field in spec.fields.items():
        layout = desk.snapshot.layouts.get(field.target) if field.target else None
        if field.target and wanted in {fold(field.target), fold(layout.tab) if layout else ""}:
            return name
    return None


def _step_names(place: str, table: str, desk: Desk) -> list[str]:
    """A place's steps; a heading with a dot in it ("Fall-Nr.") is one step."""
    # The whole first: "Fall-Nr." ends in the very sign that parts steps.
    if _named(place, table, desk) is not None:
        return [place]
    first, *rest = [part for part in _STEP.split(place) if part] or [place]
    layout = desk.snapshot.layouts.get(table)
    # The tab of the row itself may be named as those of other rows are: `{Fälle → Vorname}`.
    here = rest and layout is not None and fold(first) == fold(layout.tab) and _named(first, table, desk) is None
    return rest if here else [first, *rest]
