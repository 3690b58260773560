"""What a team's own fields ask of a colleague: a case's value that the colleague must have, or better had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from automations.common.alike import alike
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
