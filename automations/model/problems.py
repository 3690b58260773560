"""What is wrong with a row, a tab or the config: data shown to those who can mend it."""

from __future__ import annotations

from datetime import date
from typing import Literal, TypedDict

from msgspec import Struct

Severity = Literal["note", "warning", "error"]
"""note: understood, but not as it stands there; warning: usable, please look; error: row unusable."""


class Problem(Struct, frozen=True):
    """One thing for a person to mend, in that person's language.

    `code` is stable and English (`unreadable_date`); `message` says what is wrong, `advice` what to do; `shown` is what
    stands in the cell. `key` is the row's key; `keys` names all rows of a problem that is about several (duplicates).
    `field` is the canonical field, `column` the team's heading. `who` says who can mend it: a case manager's code, or a
    role such as "lead", "operator". `since` is the day on which it was first seen."""

    code: str
    message: str
    advice: str = ""
    severity: Severity = "warning"
    workbook: str = ""
    table: str = ""
    tab: str = ""
    row: int | None = None
    column: str = ""
    field: str = ""
    key: str = ""
    keys: tuple[str, ...] = ()
    shown: str = ""
    who: str = ""
    since: date | None = None


class Where(TypedDict):
    """The fields of a problem that say where it is."""

    workbook: str
    table: str
    tab: str
    row: int | None
    column: str
    field: str
