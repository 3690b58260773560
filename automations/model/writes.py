"""Writes to a workbook: announced, and what became of them. Terms as in `workbooks.protocol`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from automations.model.layout import Base
from automations.model.plan import EditGroup

GroupResult = Literal["applied", "changed", "duplicate", "missing", "refused"]
"""applied · changed: a guard or old value no longer holds · duplicate: the key stands twice ·
missing: no such row or column · refused: the format does not allow it (formula, merged cell, …)"""

WriteStatus = Literal["written", "unchanged", "busy", "conflict", "unclear"]
"""unchanged: nothing to do, not a byte touched · busy: somebody has it open · conflict: it changed
while we wrote, nothing was replaced · unclear: it cannot be told whether the write arrived"""


@dataclass(frozen=True, slots=True)
class PendingWrite:
    """A write that the ledger announced and never saw finished. `before` and `after` are revisions
    (after: "" where it was not known yet)."""

    token: str
    before: str
    after: str
    groups: tuple[EditGroup, ...]
    base: Base


@dataclass(frozen=True, slots=True)
class WriteResult:
    """What a write, or the settling of one, came to. `groups` is per group id; `tabs` are the ids of
    tabs that were written; `holder` says who has the workbook open (busy)."""

    status: WriteStatus
    groups: Mapping[str, GroupResult] = field(default_factory=dict)
    revision: str = ""
    holder: str = ""
    tabs: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    """Reasons in words, by group id or tab id."""
    advice: Mapping[str, str] = field(default_factory=dict)
    """What to do about them, where that is known."""
