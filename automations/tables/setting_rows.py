"""What the team decides itself in the tab `Einstellungen`, row by row, in the words of site.toml."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, NamedTuple

from msgspec.structs import replace

from automations.common.texts import Texts
from automations.model.console import SettingRow
from automations.model.records import Record, cell_line
from automations.model.snapshot import Snapshot
from automations.tables.dates import UNREADABLE, Parser
from automations.tables.folding import fold

SETTINGS = "settings"  # the table of what the team decides itself


class _Odd(Exception):  # noqa: N818 (no error of the program: a cell that cannot be used)
    """A value that cannot be: the sentence why, for its row."""


class Known(NamedTuple):
    """A setting: what it is called (kim's own word first), how its cell is read, whether people outside see it."""

    german: str
    english: str
    others: tuple[str, ...]
    kind: str
    outside: bool


KNOWN: Mapping[str, Known] = MappingProxyType({
    "name": Known("Name des Dienstes", "Name of the service", ("Dienst", "Name"), "text", outside=True),
    "phone": Known("Telefon", "Phone", ("Telefonnummer", "Telefon des Dienstes"), "phone", outside=True),
    "mail_from": Known("Absender", "Sender", ("Name des Absenders", "Absenderadresse"), "email", outside=True),
    "mail_hours": Known("E-Mails gehen hinaus", "Mails leave", ("Öffnungszeiten", "Opening hours"), "hours",
                        outside=True),
    "approved_languages": Known("Sprachen der Nachrichten", "Languages of messages",
                                ("Sprachen", "Freigegebene Sprachen"), "languages", outside=True),
    "packs": Known("Pakete", "Packs", ("Zusätze",), "list", outside=True),
    "closed_days": Known("Geschlossen am", "Closed on", ("Schließtage",), "days", outside=False),
    "settle_minutes": Known("Ruhezeit nach dem Tippen (Minuten)", "Minutes of rest after typing",
                            ("Ruhezeit", "Ruhezeit nach dem Tippen"), "count", outside=False),
    "questions_a_day": Known("Fragen am Tag", "Questions a day", (), "count", outside=False),
})  # fmt: skip
"""What a team may decide, by the setting's name in site.toml; all else is IT's."""


def read_settings(snapshot: Snapshot, parsers: Mapping[str, Parser], said: Texts) -> tuple[SettingRow, ...]:
    """The rows of the tab. Nothing of them counts here: what people outside see is approved first."""
    names = {fold(word): name for name, one in KNOWN.items() for word in (one.german, one.english, *one.others, name)}
    rows = [record for record in snapshot.table(SETTINGS) if record.get("setting")]
    found = [_row(record, names, snapshot, parsers, said) for record in rows]
    # Blank rows are offers: they stand there from the start and decide nothing.
    filled = [row for row in found if row.value or row.fault]
    named = Counter(row.name for row in filled if row.name)
    twice = said.say("This stands twice; one row of it can count.")
    return tuple(replace(row, value="", fault=twice) if named[row.name] > 1 else row for row in filled)


def heads(said: Texts) -> tuple[str, str, str]:
    """The headings of the settings in the site's language."""
    return ("Setting", "Value", "Hint") if said.language == "en" else ("Einstellung", "Wert", "Hinweis")


def offered(said: Texts) -> Iterator[tuple[str, str]]:
    """What a team may decide, for a new tab. The values are blank: until somebody types one, site.toml counts."""
    yield from ((_called(name, said), "") for name in KNOWN)


def _row(
    record: Record, names: Mapping[str, str], snapshot: Snapshot, parsers: Mapping[str, Parser], said: Texts
) -> SettingRow:
    title, typed = cell_line(record, "setting"), cell_line(record, "value")
    found = SettingRow(record.row, title, line=record.line or None)
    name, row = names.get(fold(title), ""), snapshot.rows.get(record.row)
    if not name:
        near = get_close_matches(fold(title), names, 1, cutoff=0.6)
        shown = [_called(names[near[0]], said)] if near else [_called(one, said) for one in KNOWN]
        fault = said.say("“{sign}” is nothing that can be set here; there is: {names}.", sign=title,
                         names=", ".join(shown))  # fmt: skip
        return replace(found, fault=fault)
    if not record.usable:
        return replace(found, name=name, fault=said.say("This stands twice; one row of it can count."))
    if row is not None and any(cell.kind != "value" for cell in row.cells.values()):
        return replace(found, name=name, fault=said.say("A formula stands in this row; type the words themselves."))
    if not typed:
        return replace(found, name=name)
    try:
        value = _READERS[KNOWN[name].kind](typed, parsers, said)
    except _Odd as odd:
        return replace(found, name=name, fault=str(odd))
    # As JSON, so that an approval can be bound to this very value.
    return replace(found, name=name, value=json.dumps(value, ensure_ascii=False), outside=KNOWN[name].outside)


def _called(name: str, said: Texts) -> str:
    return KNOWN[name].english if said.language == "en" else KNOWN[name].german


_Reader = Callable[[str, Mapping[str, Parser], Texts], Any]


def _plain(typed: str, parsers: Mapping[str, Parser], said: Texts) -> str:
    del parsers
    if len(typed) > _LONGEST:
        raise _Odd(said.say("This has more than {n} characters.", n=_LONGEST))
    return typed


def _phone(typed: str, parsers: Mapping[str, Parser], said: Texts) -> str:
    if parsers["phone"](typed).value is None:
        raise _Odd(said.say("“{sign}” is no telephone number.", sign=typed))
    return typed


def _email(typed: str, parsers: Mapping[str, Parser], said: Texts) -> str:
    found = re.fullmatch(r"(?:(?P<name>[^<>@]+?)\s*)?<(?P<in>[^<>]+)>|(?P<bare>\S+)", typed)
    address = (found["in"] or found["bare"]) if found else ""
    if not address or parsers["email"](address).value is None:
        raise _Odd(said.say("“{sign}” is no mail address; one address can stand here.", sign=typed))
    return typed


def _hours(typed: str, parsers: Mapping[str, Parser], said: Texts) -> list[str]:
    parts = [part for part in re.split(r"\s*(?:-|–|bis|to)\s*|(?:von|from)\s+", typed) if part]
    found = [
        parsers["time"](re.sub(r"^(\d{1,2})$", r"\1:00", part.removesuffix("Uhr").strip())).value for part in parts
    ]
    if len(found) != 2 or None in found or not found[0] < found[1]:  # noqa: PLR2004 (from and until)
        raise _Odd(said.say("“{sign}” is no span of hours; write it like 08:00-18:00.", sign=typed))
    return [f"{one:%H:%M}" for one in found]


def _languages(typed: str, parsers: Mapping[str, Parser], said: Texts) -> list[str]:
    found = parsers["languages"](typed)
    codes = [code for code in found.value or () if code in CLIENT_LANGUAGES]
    if found.fault or not codes or len(codes) != len(found.value):
        names = ", ".join(said.spoken(code) for code in CLIENT_LANGUAGES)
        raise _Odd(said.say("kim's messages speak: {names}.", names=names))
    # In the team's own language every text is there, for whoever speaks nothing of the rest.
    return list(dict.fromkeys((said.language, *codes)))


def _days(typed: str, parsers: Mapping[str, Parser], said: Texts) -> list[str]:
    found = []
    for part in filter(None, map(str.strip, re.split(r"[;,]|\sund\s|\sand\s", typed))):
        day, fault = parsers["date"](part)
        if day is None:
            why = fault or UNREADABLE
            raise _Odd(said.say(why.message, shown=part, **why.values))
        found.append(day.isoformat())
    return sorted(set(found))


def _count(typed: str, parsers: Mapping[str, Parser], said: Texts) -> int:
    number = parsers["count"](re.sub(r"(?<=\d)\s*(?:Minuten|Min\.?|minutes)$", "", typed)).value
    if number is None or not 0 <= number <= _MOST:
        raise _Odd(said.say("“{sign}” is no number that can stand here (0 to {most}).", sign=typed, most=_MOST))
    return int(number)


def _names(typed: str, parsers: Mapping[str, Parser], said: Texts) -> list[str]:
    del parsers
    parts = [part.strip() for part in re.split(r"[;,]|\s(?:und|and)\s", typed) if part.strip()]
    found = [_PACKS.get(fold(part), part) for part in parts]
    if odd := [one for one in found if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", one)]:
        names = ", ".join(sorted(set(_PACKS.values())))
        raise _Odd(said.say("“{sign}” is no pack; there is: {names}.", sign=odd[0], names=names))
    return found


# What people call the packs that come with kim: by the headings of the handbook.
_PACKS: Mapping[str, str] = MappingProxyType({
    fold(word): name for name, words in {
        "interpreters": ("interpreters", "Sprachmittlung", "Dolmetschen", "Sprachmittelnde"),
        "freed_hours": ("freed hours", "freed_hours", "Freie Stunden", "Freigewordene Stunden"),
        "feedback": ("feedback", "Rückmeldung", "Rückmeldungen", "Rückmeldung an Stellen"),
        "dormant": ("dormant", "Ruhende Fälle"), "deadlines": ("deadlines", "Fristen"),
        "conference": ("conference", "Fallkonferenz", "Fallkonferenzen"),
    }.items() for word in words
})  # fmt: skip


CLIENT_LANGUAGES = ("de", "en", "ru", "uk", "fr", "ro", "ar", "tr")
"""Languages in which kim's own messages are complete."""

_LONGEST, _MOST = 80, 1_440
_READERS: Mapping[str, _Reader] = MappingProxyType({
    "text": _plain, "phone": _phone, "email": _email, "hours": _hours, "languages": _languages, "days": _days,
    "count": _count, "list": _names,
})  # fmt: skip
