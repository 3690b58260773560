"""What no rule may do, whoever wrote it: columns that stay people's own, texts that must not leave."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from automations.model.schema import FieldSpec, TableSpec

Reader: TypeAlias = Literal["client", "partner", "staff", "tab"]
"""Who reads a text: clients and referrers, partners outside, the team's mailboxes, the workbook."""

UNTOUCHED: Mapping[str, frozenset[str]] = MappingProxyType({
    "cases": frozenset({
        "number", "consent_on", "withdrawn_on", "contact_way", "email", "phone", "phase_since", "manager_since",
        "reason", "check_note",
    }),
    "appointments": frozenset({"number", "case", "place", "answer", "reminded_on", "check_note"}),
    "team": frozenset({"code", "email", "role", "active"}),
})  # fmt: skip
"""Shipped fields that no rule fills in: consent, ways of contact, roles, places, and those of kim."""

GROWING = frozenset({"appointments"})
"""Shipped tables to which rules of IT, and packs, may add rows: an hour that was freed and given away."""

REPLACED = frozenset({("appointments", "status")})
"""Columns in which such a rule may write over the words that it names: what was agreed elsewhere is off."""

CLOSED_TABLES = frozenset({"locations", "decisions", "rules", "texts", "settings", "scenarios"})
"""Tables that no rule writes into."""


def may_fill(spec: TableSpec, name: str) -> bool:
    """Whether rules may fill in a field of a table's rows."""
    return spec.name not in CLOSED_TABLES and name not in UNTOUCHED.get(spec.name, frozenset()) and name != spec.key


def may_read(field: FieldSpec, reader: Reader) -> bool:
    """Whether a field may stand in what that reader gets. Only open ones reach clients; sensitive ones
    stay in the workbook, as mail to colleagues crosses foreign domains."""
    if reader == "tab":
        return True
    return field.access == "open" if reader == "client" else field.access != "sensitive"
