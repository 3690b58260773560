"""What a team declares itself: fields, consents and how long rows of its own tables are kept."""

from __future__ import annotations

import re

from pydantic import Field

from automations.model.fields import TARGETS, Access, FieldSpec
from automations.model.schema import OWN_KINDS
from automations.model.settings import Strict

Aliases = tuple[str, ...]

ID = re.compile(r"[a-z][a-z0-9_]{0,39}")

# Words of the dialect of conditions, and what every record is asked by name.
RESERVED = frozenset(
    {"row", "line", "usable", "bad", "own", "today", "true", "false", "none", "and", "or", "not", "in"}
)


class OwnField(Strict):
    """A field that a team declares itself: its headings, how its cells are read, who may read it.

    `kind` is one of the kinds of own fields or the name of a table, a row of which it names; `access`
    (written `class`) says whether it may stand in texts to clients ("open"), in no text that
    leaves the team ("sensitive"), or in those to the team and its partners ("internal")."""

    headings: Aliases = Field(min_length=1)
    kind: str = "text"
    access: Access = Field(default="internal", alias="class")


class ConsentColumns(Strict):
    """Fields of an own table whose rows are consents: `recipient` (a field that points to a row, such as an office) may
    learn of the client in `case`, from the day in `given_on`. `purpose` is what rules name as theirs."""

    purpose: str = Field(min_length=1, max_length=80)
    case: str
    recipient: str
    given_on: str
    withdrawn_on: str = ""
    valid_until: str = ""


class KeptRows(Strict):
    """How long rows about people are kept: `months` of the calendar after the day in the field `after`. Then kim asks
    in the tab of decisions whether to erase what it keeps about them; the rows themselves are the team's."""

    after: str
    months: int = Field(ge=1, le=600)


def own_field_spec(name: str, field: OwnField, key: str) -> FieldSpec:
    """How an own field is read; a key as text, whatever else it is called."""
    if field.kind in OWN_KINDS:
        kind = "key" if name == key and field.kind in {"text", "number"} else field.kind
        counted = kind == "key" and field.kind == "number"
        return FieldSpec(kind, TARGETS.get(field.kind, ""), field.access, own=True, counted=counted)
    return FieldSpec(f"row of {field.kind}", field.kind, field.access, own=True)
