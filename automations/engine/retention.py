"""Erases what is kept about a person: in the ledger, in laid down mails, in earlier versions of the workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesHeaderParser
from pathlib import Path

from automations.engine.parts import World
from automations.messages.message import message_id
from automations.workbooks.stores.versions import forget_all


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was erased: entries of the ledger, mails in the folder, versions of workbooks."""

    erased: int
    mails: int
    versions: int


def forget_case(world: World, case: str, keys: Sequence[str], now: datetime) -> Forgotten:
    """Erase a case and the rows of `keys` (its appointments) wherever kim keeps something of its own.

    Every earlier version of a workbook holds the person's row, so all of them go. Logs name nobody. The
    workbook itself is the team's. Raises LedgerError.
    """
    known = {message_id(key, world.sender) for key in world.ledger.mails_about(case, keys)}
    mails = _delete_mails(world.site.folder / world.site.file.mail.folder, known)
    versions = sum(forget_all(world.site.state / "versions" / name) for name in world.workbooks)
    return Forgotten(world.ledger.erase_subject(case, keys, now), mails, versions)


def _delete_mails(folder: Path, known: set[str]) -> int:
    count = 0
    for path in sorted(folder.glob("*.eml")) if known and folder.is_dir() else ():
        with path.open("rb") as file:
            identity = str(BytesHeaderParser().parse(file)["Message-ID"] or "").strip()
        if identity in known:
            path.unlink(missing_ok=True)
            count += 1
    return count


__all__ = ["Forgotten", "forget_case"]
