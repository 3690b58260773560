"""The program's own course: clocks, locks, tries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from automations.model.facts import Remembered


@dataclass(frozen=True, slots=True)
class Adopted(Remembered):
    """When the workbook was first met: the local day, and the moment. 0.1 began without the moment."""

    kind, key = "adopted", "team"
    on: date | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Restored(Remembered):
    """When a backup took the ledger's place."""

    kind = "restored"
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clock(Remembered):
    """The clock of the last run that was not refused."""

    kind, bookkeeping = "clock", True
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tidied(Remembered):
    """The last day on which backup and retention were seen to."""

    kind = "tidied"
    on: date | None = None


@dataclass(frozen=True, slots=True)
class ScheduleStart(Remembered):
    """From when on the schedule owes runs."""

    kind, key, bookkeeping = "schedule", "since", True
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClockRefused(Remembered):
    """The last good clock when people were told that the present one cannot be right."""

    kind, key, bookkeeping = "schedule", "clock", True
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Retry(Remembered):
    """When a run that found a workbook open is tried again, under the job's name."""

    kind, bookkeeping = "retry", True
    at: datetime | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Busy(Remembered):
    """Since when a workbook, by its name in site.toml, has been open elsewhere, and by whom."""

    kind, bookkeeping = "busy", True
    since: datetime | None = None
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Trouble(Remembered):
    """Since when the operator knows of a trouble that is not over."""

    kind, key, bookkeeping = "trouble", "operator", True
    since: datetime | None = None
