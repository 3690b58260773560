"""What a case asks of a colleague beside room and time, and whether they have it: languages, focuses, and what a team's
own fields ask for, a case's value that the colleague must have, or better had.

People type several focuses in a cell, in any order, "Frauen / Gewalt". German counts as shared only where it is enough.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeAlias

from automations.common.alike import alike
from automations.jobs.assigning.settings import AssignSettings
from automations.model.records import Case, CaseManager

Need: TypeAlias = tuple[str, str]
"""A field and one value of it, folded; "yes" for a tick."""


def needs_of(cases: Iterable[Case], fields: Sequence[str]) -> tuple[Need, ...]:
    """All values that the cases have in these fields, each once."""
    found = ((name, value) for case in cases for name in fields for value in _values(case.get(name)))
    return tuple(sorted(set(found)))


def lacking(person: CaseManager, needs: Sequence[Need]) -> tuple[Need, ...]:
    """What a colleague has not. A colleague without such a field is asked by languages and focuses."""
    return tuple((name, value) for name, value in needs if value not in set(_offered(person, name)))


def _offered(person: CaseManager, name: str) -> Iterator[str]:
    own = person.get(name)
    yield from _values(own) if own is not None else (*_values(person.languages), *_values(person.focuses))


def _values(value: object) -> Iterator[str]:
    # A tick asks for a tick, or for the word "yes" where the team's column is text.
    if value is True:
        yield "yes"
    elif isinstance(value, (tuple, list, frozenset)):
        yield from (alike(str(one)) for one in value if one)
    elif value not in {None, "", False}:
        yield alike(str(value))


_LISTED = re.compile(r"[,;\n|]")
_JOINED = re.compile(r"\s*[/&+]\s*|\s+(?:und|and)\s+", re.IGNORECASE)


def focuses_of(cell: str | None) -> tuple[str, ...]:
    """The focuses that a cell asks for, each of which a colleague must have."""
    return tuple(part.strip() for part in _LISTED.split(cell or "") if part.strip())


def known_focuses(focuses: Iterable[str]) -> frozenset[str]:
    """The focuses of a colleague, and those that one of them joins."""
    whole = tuple(map(alike, focuses))
    return frozenset(whole) | {part for one in whole for part in _parts(one)}


def has_focus(offered: Collection[str], wanted: str) -> bool:
    """Whether a focus is among those that `known_focuses` found: as a whole, or part by part."""
    word = alike(wanted)
    # As a whole first: "Trennung/Scheidung" may be one focus of the team, though it looks like two.
    return word in offered or all(part in offered for part in _parts(word) or (word,))


def _parts(word: str) -> tuple[str, ...]:
    parts = tuple(part for part in _JOINED.split(word) if part)
    return parts if len(parts) > 1 else ()


_LEVEL = re.compile(r"[abc][12]")
_NOT = frozenset({"nicht", "kein", "keine", "keinen", "wenig", "not", "no", "little"})


def german_is_enough(case: Case, settings: AssignSettings) -> bool:
    """Whether the column of the client's German says so: of several levels ("B1/B2") the lowest counts."""
    words = re.findall(r"\w+", (case.german_level or "").casefold())
    levels = [word for word in words if _LEVEL.fullmatch(word)]
    enough = {word.casefold() for word in settings.enough_german}
    # "kein B1", "nicht gut": a level in the cell says the contrary of what it seems to.
    if not _NOT.isdisjoint(words):
        return False
    return enough.issuperset(levels) if levels else not enough.isdisjoint(words)


def shared_languages(case: Case, spoken: Collection[str], settings: AssignSettings) -> tuple[tuple[str, ...], bool]:
    """The client's languages that count as shared, in the order typed, and whether German is left as a
    makeshift: where somebody of the team (`spoken`) has another language of the client, German counts
    only if it is enough."""
    common = settings.common_language
    own = tuple(code for code in case.languages if code != common)
    if common not in case.languages or not set(own) & set(spoken) or german_is_enough(case, settings):
        return case.languages, False
    return own, True
