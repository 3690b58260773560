"""How a field is declared, whoever declares it: kim for its own tables, a team for theirs.

A shipped field is one line in `model/records.py`; that line says everything that reading, conditions, rules, texts
and papers need to know of it. A team says the same in columns.toml or in the tab of settings."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal, TypeAlias

from msgspec import Struct, StructMeta

Access: TypeAlias = Literal["open", "internal", "sensitive"]
"""open: may stand in texts to clients and referrers; sensitive: nobody outside the team reads it."""

Filling: TypeAlias = Literal["fill", "replace", "never"]
"""What rules may do with a column: fill in blank cells; write over words that they name, as far as IT says so; nothing,
as consent, ways of contact, roles, places and numbers stay people's own."""

CLIENTS, COLLEAGUES = "cases", "team"
"""The tables whose rows are the people who are counselled, and those who counsel them."""

TARGETS = MappingProxyType({"manager": "team", "place": "locations", "case": "cases"})
"""Kinds of fields that point to a row of another table without naming it."""

NO_CAUTION = object()  # where a cell that cannot be read is a blank one


class FieldSpec(Struct, frozen=True):
    """A field: how its cells are read, the table that it points to (blank: none), who may read it, what rules may do.
    `own` is one that a team declared itself. A key is read as text, whatever its cells hold; `counted` says
    that they hold numbers. `parser` reads the cells where it is not that of the kind; `cautious` is taken where a cell
    cannot be read."""

    kind: str = "text"
    target: str = ""
    access: Access = "internal"
    own: bool = False
    counted: bool = False
    filling: Filling = "fill"
    parser: str = ""
    cautious: object = NO_CAUTION


def declared(
    kind: str = "text",
    *,
    default: Any = None,
    access: Access = "internal",
    filling: Filling = "fill",
    parser: str = "",
    cautious: object = NO_CAUTION,
) -> Any:
    """A field of a shipped table, declared where its record holds it. `default` is what a blank cell says."""
    # A kind that points somewhere always points to the same table.
    spec = FieldSpec(kind, TARGETS.get(kind, ""), access, filling=filling, parser=parser, cautious=cautious)
    return _Declared(spec, default)


class _Declared(Struct, frozen=True):
    """What stands behind a field in the body of a record."""

    spec: FieldSpec
    default: Any


class _Declaring(StructMeta):
    """Parts what `declared` says of a field: the struct keeps its default, the class what it is."""

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any], **config: Any) -> _Declaring:
        found = {field: value for field, value in body.items() if isinstance(value, _Declared)}
        defaults = {field: value.default for field, value in found.items()}
        specs = MappingProxyType({field: value.spec for field, value in found.items()})
        return super().__new__(cls, name, bases, {**body, **defaults, "declared": specs}, **config)


class Declaring(Struct, metaclass=_Declaring, frozen=True):
    """Base of records whose fields are declared; `declared` are these, in their order."""

    declared: ClassVar[Mapping[str, FieldSpec]]
