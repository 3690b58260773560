"""Columns that name rows of another table: a colleague by code or name, a place, a case number.

What is written otherwise than in the other table but can only mean one row of it becomes that
row's own key; everything else stays as typed, for the checks to find."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from automations.model.records import Case, CaseManager, Location
from automations.model.values import Value
from automations.tables.dates import Parser
from automations.tables.faults import Parsed
from automations.tables.folding import fold
from automations.tables.reading import Table
from automations.tables.words import key_text


def reference_parsers(tables: Mapping[str, Table]) -> dict[str, Parser]:
    """Parsers of references to the tables that were read already."""
    return {
        "manager": _reference(_team_names(tables)),
        "place": _reference(_names("locations", tables)),
        "case": _reference(_names("cases", tables)),
    }


def _records(table: str, tables: Mapping[str, Table]) -> Iterable[object]:
    return tables[table].records if table in tables else ()


def _team_names(tables: Mapping[str, Table]) -> list[tuple[str, str]]:
    team = [person for person in _records("team", tables) if isinstance(person, CaseManager) and person.code]
    codes = [(person.code, person.code) for person in team if person.code]
    named = [(name, person.code) for person in team if person.code for name in _spellings(person.name)]
    emails = [(person.email, person.code) for person in team if person.code and person.email]
    return [*codes, *named, *emails]


def _spellings(name: str | None) -> list[str]:
    """A full name, its parts the other way round, and the last name alone."""
    parts = (name or "").replace(",", " ").split()
    return [" ".join(parts), " ".join((*parts[1:], parts[0])), parts[-1]] if len(parts) > 1 else parts


def _names(table: str, tables: Mapping[str, Table]) -> list[tuple[str, str]]:
    keys = []
    for record in _records(table, tables):
        key = record.name if isinstance(record, Location) else record.number if isinstance(record, Case) else None
        if key:
            keys.append((key, key))
    return keys


def _reference(names: Sequence[tuple[str, str]]) -> Parser:
    exact = {key for _, key in names}

    @cache
    def meant() -> Mapping[str, set[str]]:
        """Keys by folded name, made when the first other spelling is met: most tables have none."""
        found: dict[str, set[str]] = {}
        for name, key in names:
            found.setdefault(fold(name), set()).add(key)
        return found

    def parse(raw: Value) -> Parsed:
        text = key_text(raw)
        if text is None or text in exact:
            return Parsed(text)
        keys = meant().get(fold(text), set())
        return Parsed(next(iter(keys)) if len(keys) == 1 else text)

    return parse
