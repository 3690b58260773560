"""The ledger: what kim knows, did and still has to do, on SQLite or PostgreSQL.

`Ledger` is put together from parts of one concern each; all of them stand on `store.Store`.
"""

from __future__ import annotations

from automations.ledger.audit import StoryEntry
from automations.ledger.book import Ledger, open_ledger, restore_ledger
from automations.ledger.errors import LedgerError
from automations.ledger.outbox import QueuedMail
from automations.ledger.recording import PlannedMail
from automations.ledger.retention import Retention
from automations.ledger.staff_edits import TableLook
from automations.ledger.told import address_digest
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
    "address_digest",
    "open_ledger",
    "restore_ledger",
]
