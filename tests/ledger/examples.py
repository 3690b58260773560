"""What the ledger's tests write down."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from automations.ledger.book import Ledger
from automations.ledger.recording import PlannedMail
from automations.model.plan import CellEdit, EditGroup, Fact, Mail
from automations.model.values import RowKey

NOW = datetime(2024, 10, 31, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CASE = "KIM-2024-0001"
APPOINTMENT = "T-2024-00001"


def mail(key: str = "reminder/T-2024-00001/1/5", **changes: Any) -> Mail:
    values: dict[str, Any] = {
        "key": key,
        "rule": "reminder",
        "case": CASE,
        "to": "olena@example.test",
        "language": "uk",
        "template": "reminder",
        "not_after": NOW + DAY,
        "why": "It is due in five days.",
        "version": 1,
        "subject_key": APPOINTMENT,
        "context": {"day": date(2024, 11, 5), "things": ("passport", "letter")},
    }
    return Mail(**(values | changes))


def queued(*mails: Mail) -> list[PlannedMail]:
    return [PlannedMail(item, "queued") for item in mails]


def group(name: str = "assign/1", key: str = CASE, **changes: Any) -> EditGroup:
    values: dict[str, Any] = {
        "id": name,
        "row": RowKey("team", "cases", key),
        "edits": (CellEdit("manager", None, "AB"), CellEdit("manager_since", None, date(2024, 10, 31))),
        "job": "assign_cases",
        "why": "AB speaks Ukrainian.",
        "guards": {"received": date(2024, 10, 1), "languages": "uk"},
    }
    return EditGroup(**(values | changes))


def plan(ledger: Ledger, *mails: PlannedMail, run: str = "R1", now: datetime = NOW, **more: Any) -> None:
    """Records a plan; all mails of the rule "reminder" that it does not hold lapse."""
    ledger.record(run, now, more.pop("groups", ()), mails, more.pop("facts", ()), frozenset({"reminder"}), **more)


def reserved(key: str, number: str) -> Fact:
    return Fact("reserved", key, {"row": {"workbook": "team", "table": "cases", "key": key}, "number": number})


def state(ledger: Ledger, key: str = "reminder/T-2024-00001/1/5") -> str:
    return str(ledger.history(live=True).mails[key].state)
