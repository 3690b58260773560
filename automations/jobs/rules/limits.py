"""What no rule may do, whoever wrote it: columns that stay people's own, texts that must not leave."""

from __future__ import annotations

from typing import Literal, TypeAlias

from automations.model.fields import FieldSpec
from automations.model.schema import TableSpec

Reader: TypeAlias = Literal["client", "partner", "staff"]
"""Who reads a text: clients and referrers, partners outside, the team's mailboxes."""


TO_CLIENTS = (
    "To clients go only open columns. Of one of your own say so in the tab of settings, like “own field: date, open” "
    '(in columns.toml: class = "open"). Sensitive ones go to nobody.'
)
"""What to do where a text for clients holds something else."""


def may_fill(spec: TableSpec, name: str) -> bool:
    """Whether rules may fill in a field of a table's rows: never the key, never what makes a row a consent."""
    field = spec.fields.get(name)
    # A rule that could fill these in would give itself the permission to write.
    consents = (spec.consents.given_on, spec.consents.withdrawn_on, spec.consents.valid_until) if spec.consents else ()
    return not (spec.closed or name in {spec.key, *consents} or (field is not None and field.filling == "never"))


def may_replace(spec: TableSpec, name: str) -> bool:
    """Whether rules of IT may write over words in that column: what was agreed elsewhere is off."""
    return name in spec.fields and spec.fields[name].filling == "replace"


def may_grow(spec: TableSpec) -> bool:
    """Whether rules may add rows at all: to a team's own tables, and where an hour that was freed is given away."""
    return bool(spec.key) and not spec.closed and (spec.own or spec.growing)


_GUARDED = ("open", "internal", "sensitive")


def may_copy(source: FieldSpec, into: FieldSpec) -> bool:
    """Whether what stands in one field may be filled into another: never where more people could read it, as a second
    rule may send what the first one copied."""
    return _GUARDED.index(source.access) <= _GUARDED.index(into.access)


def may_read(field: FieldSpec, reader: Reader) -> bool:
    """Whether a field may stand in what that reader gets. Only open ones reach clients; sensitive ones
    stay in the workbook, as mail to colleagues crosses foreign domains."""
    return field.access == "open" if reader == "client" else field.access != "sensitive"
