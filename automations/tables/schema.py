"""What reading needs of the schema: columns that hold something else than their own field, kinds of words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from automations.model.schema import SHIPPED

FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType({table: tuple(spec.fields) for table, spec in SHIPPED.items()})
"""The shipped fields of each shipped table."""

PSEUDO: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        table: frozenset(name for one in spec.joined for name in (one.column, *one.fields)) - set(spec.fields)
        for table, spec in SHIPPED.items()
    }
)
"""Columns that are read into other fields: a name in one cell becomes last and first name, an address and a
number in one cell become email and phone, two columns with the client's names the case."""

STANDS_FOR: Mapping[str, str] = MappingProxyType(
    {k: v for spec in SHIPPED.values() for k, v in spec.stands_for.items()}
)
"""Required columns that another column may stand in for."""

KEY_FIELDS: Mapping[str, str] = MappingProxyType({table: spec.key for table, spec in SHIPPED.items()})
"""The key field of each shipped table."""

WORD_KINDS = (
    "contact_way",
    "urgency",
    "status",
    "phase",
    "answer",
    "yes_no",
    "weekday",
    "language",
    "source",
    "sex",
    "purpose",
)


def kind_of(table: str, name: str) -> str:
    """How a shipped field is read: the name of a parser; "text" for all that is not one."""
    spec = SHIPPED[table].fields.get(name) if table in SHIPPED else None
    return spec.kind if spec else "text"
