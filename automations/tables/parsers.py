"""All parsers of a site by the kind of field that they read; among them that of the days of consents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from automations.model.records import Answer, AppointmentStatus, ContactWay, Urgency
from automations.model.settings import SiteFacts
from automations.model.values import Value
from automations.tables.columns import Columns
from automations.tables.contacts import email_parser, phone_parser
from automations.tables.dates import Parser, date_parser, month_parser
from automations.tables.faults import TOO_LONG, Fault, Parsed
from automations.tables.folding import fold
from automations.tables.times import parse_minutes, parse_time
from automations.tables.words import (
    key_text,
    languages_parser,
    list_parser,
    parse_amount,
    parse_count,
    parse_key,
    parse_number,
    parse_text,
    source_parser,
    weekdays_parser,
    word_parser,
)

_LONGEST = 1000  # characters: a cell with thirty languages or three addresses is far shorter


def parsers(columns: Columns, facts: SiteFacts, today: date, *, date1904: bool = False) -> dict[str, Parser]:
    """Kind of field -> its parser. `today` is the site's date; it tells two-digit years apart."""
    free: dict[str, Parser] = {"text": parse_text, "key": parse_key}
    return free | {
        name: _bounded(parse) for name, parse in _closed_kinds(columns, facts, today, date1904=date1904).items()
    }


def _bounded(parse: Parser) -> Parser:
    """The same for texts of a believable length: what is longer is no date, number, address or word, and would
    take a parser long to find out."""

    def bounded(raw: Value) -> Parsed:
        return Parsed(None, TOO_LONG) if isinstance(raw, str) and len(raw) > _LONGEST else parse(raw)

    return bounded


def _closed_kinds(columns: Columns, facts: SiteFacts, today: date, *, date1904: bool) -> dict[str, Parser]:
    """Kinds whose cells hold one of few forms, unlike free text."""
    return {
        "date": date_parser(today, date1904=date1904),
        "birth_date": date_parser(today, birth=True, date1904=date1904),
        "consent": consent_parser(date_parser(today, date1904=date1904), columns.vocabulary("yes_no")),
        "month": month_parser(today),
        "time": parse_time,
        "minutes": parse_minutes,
        "phone": phone_parser(facts.country),
        "email": email_parser(columns.mail.providers),
        "languages": languages_parser(columns.vocabulary("language"), columns.spellings("language")),
        "weekdays": weekdays_parser(columns.vocabulary("weekday")),
        "number": parse_number,
        "amount": parse_amount,
        "count": parse_count,
        "list": list_parser,
        "source": source_parser(columns.vocabulary("source")),
        # What mails print: no reader is helped by a page of it.
        "printed": parse_text,
        # As typed: figures group what means the same, and nothing is made of it.
        "sex": parse_text,
        "purpose": source_parser(columns.vocabulary("purpose")),
        **_word_parsers(columns, facts),
    }


def _word_parsers(columns: Columns, facts: SiteFacts) -> dict[str, Parser]:
    phases = {fold(phase.id): phase.id for phase in facts.phases}
    # Shipped words mean a phase only where this site has it, and the site’s own word goes before them.
    phases |= {word: phase for word, phase in columns.vocabulary("phase").items() if facts.phase(phase)}
    phases |= {fold(phase.word): phase.id for phase in facts.phases if phase.word}
    phase_words = [phase.word or columns.own_word("phase", phase.id) for phase in facts.phases]
    return {
        "phase": word_parser(phases, str, "unknown_phase", ", ".join(phase_words)),
        "contact_way": _words(columns, "contact_way", ContactWay),
        "urgency": _words(columns, "urgency", Urgency),
        "status": _words(columns, "status", AppointmentStatus),
        "answer": _words(columns, "answer", Answer),
        "yes_no": _words(columns, "yes_no", lambda word: word == "yes"),
    }


def _words(columns: Columns, kind: str, make: Callable[[str], Any]) -> Parser:
    own: Mapping[str, Any] = columns.words.get(kind, {})
    examples = ", ".join(columns.own_word(kind, canonical) for canonical in own)
    return word_parser(columns.vocabulary(kind), make, f"unknown_{kind}", examples)


WITHOUT_DAY = Fault(
    "consent_without_day",
    "“{shown}” says that consent was given, but not when; without a day no mail leaves.",
    "Please type the day on which it was given.",
)
"""A yes without a day is understood, and permits nothing: nobody could prove it."""
_YES = frozenset(map(fold, ("liegt vor", "vorhanden", "erteilt", "unterschrieben", "ok", "given", "signed")))


def consent_parser(parse: Parser, answers: Mapping[str, str]) -> Parser:
    """A parser of the days of consents. `answers` are folded words for yes and no; a no is a blank cell."""

    def read(raw: Value) -> Parsed:
        if isinstance(raw, bool | str):
            word = fold(("yes" if raw else "no") if isinstance(raw, bool) else key_text(raw) or "")
            answer = "yes" if word in _YES else answers.get(word, "")
            if answer:
                return Parsed(None, WITHOUT_DAY) if answer == "yes" else Parsed(None)
        return parse(raw)

    return read
