"""How a field is declared, whoever declares it: kim for its own tables, a team for theirs.

A shipped field is one line in `model/records.py`; that line says everything that reading, conditions, rules, texts
and papers need to know of it. A team says the same in columns.toml or in the tab of settings.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

Access: TypeAlias = Literal["open", "internal", "sensitive"]
"""open: may stand in texts to clients and referrers; sensitive: nobody outside the team reads it."""

Filling: TypeAlias = Literal["fill", "replace", "never"]
"""What rules may do with a column: fill in blank cells; write over words that they name, as far as IT says so; nothing,
as consent, ways of contact, roles, places and numbers stay people's own."""

CLIENTS, COLLEAGUES = "cases", "team"
"""The tables whose rows are the people who are counselled, and those who counsel them."""

TARGETS = MappingProxyType({"manager": "team", "place": "locations", "case": "cases"})
"""Kinds of fields that point to a row of another table without naming it."""

NO_CAUTION = object()
"""Where a cell that cannot be read is a blank one."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
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
    return field(default=default, metadata={FieldSpec: spec})


def declared_in(record: type[Any]) -> dict[str, FieldSpec]:
    """The declared fields of a record, in their order."""
    found: tuple[Field[Any], ...] = fields(record)
    return {one.name: one.metadata[FieldSpec] for one in found if FieldSpec in one.metadata}
