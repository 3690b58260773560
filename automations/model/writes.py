"""What was promised to a workbook, what was announced to be written, and what became of both: a run is judged by its
promises alone. Terms as in `workbooks.protocol`.

Why: docs/decisions/06-promises.md"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from automations.model.layout import Base
from automations.model.plan import EditGroup

GroupResult = Literal["applied", "changed", "duplicate", "missing", "refused"]
"""applied · changed: a guard or old value no longer holds · duplicate: the key stands twice ·
missing: no such row or column · refused: the format does not allow it (formula, merged cell, …)"""

WriteStatus = Literal["written", "unchanged", "busy", "conflict", "unclear"]
"""unchanged: nothing to do, not a byte touched · busy: somebody has it open · conflict: it changed
while we wrote, nothing was replaced · unclear: it cannot be told whether the write arrived"""


class PendingWrite(Struct, frozen=True):
    """A write that the ledger announced and never saw finished. `before` and `after` are revisions
    (after: "" where it was not known yet)."""

    token: str
    before: str
    after: str
    groups: tuple[EditGroup, ...]
    base: Base


class WriteResult(Struct, frozen=True):
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


PromiseState = Literal["planned", "applied", "refused", "busy", "unclear"]
"""planned: not tried yet · applied: it stands there · refused: the workbook does not allow it, and will not
next time · busy: somebody holds it or changed it meanwhile, the next run plans it anew · unclear: it cannot
be told whether it arrived"""


class Promise(Struct, frozen=True):
    """A group of cells ("cells") or a whole tab ("tab"), by the id of its group or tab. `name` is what
    people call it: the tab. `message` and `advice` say why it is not applied; `alone` is whether that lies in the
    row's own cells, so that people must know which they are."""

    kind: Literal["cells", "tab"]
    workbook: str
    id: str
    name: str
    state: PromiseState = "planned"
    message: str = ""
    advice: str = ""
    alone: bool = False

    @property
    def broken(self) -> bool:
        """Whether it was tried and does not stand there."""
        return self.state not in {"planned", "applied"}
