"""The ledger: what kim knows, did and still has to do, on SQLite or PostgreSQL.

`Ledger` is put together from parts of one concern each; all of them stand on `store.Store`. They are loaded when one
of the names below is first asked for: whoever takes a `glance` needs no database library.
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from automations.ledger.audit import StoryEntry
    from automations.ledger.book import Ledger, open_ledger, restore_ledger
    from automations.ledger.errors import LedgerError
    from automations.ledger.outbox import QueuedMail
    from automations.ledger.recording import PlannedMail
    from automations.ledger.retention import Retention
    from automations.ledger.staff_edits import TableLook
    from automations.model.runs import Occurrence

__all__ = [
    "Ledger",
    "LedgerError",
    "Occurrence",
    "PlannedMail",
    "QueuedMail",
    "Retention",
    "StoryEntry",
    "TableLook",
    "open_ledger",
    "restore_ledger",
]

_HOMES = MappingProxyType(
    {
        "Ledger": "automations.ledger.book",
        "LedgerError": "automations.ledger.errors",
        "Occurrence": "automations.model.runs",
        "PlannedMail": "automations.ledger.recording",
        "QueuedMail": "automations.ledger.outbox",
        "Retention": "automations.ledger.retention",
        "StoryEntry": "automations.ledger.audit",
        "TableLook": "automations.ledger.staff_edits",
        "open_ledger": "automations.ledger.book",
        "restore_ledger": "automations.ledger.book",
    }
)


def __getattr__(name: str) -> object:
    """One of the names above, loaded when it is first asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"{__name__} has no {name}")
    return getattr(import_module(_HOMES[name]), name)
