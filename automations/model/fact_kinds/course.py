"""The program's own course: clocks, locks, tries."""

from __future__ import annotations

from datetime import date, datetime

from automations.model.facts import Remembered


class Adopted(Remembered, frozen=True):
    """When the workbook was first met: the local day, and the moment. 0.1 began without the moment."""

    kind, key = "adopted", "team"
    on: date | None = None
    at: datetime | None = None


class Restored(Remembered, frozen=True):
    """When a backup took the ledger's place."""

    kind = "restored"
    at: datetime | None = None


class Place(Remembered, frozen=True):
    """Where the site runs, under machine and folder: `file` is what the disk calls the file of the ledger, `machine`
    the machine's own name for itself ("" where it has none, as in a container), `host` the one that people know."""

    kind, bookkeeping = "place", True
    machine: str = ""
    folder: str = ""
    file: str = ""
    host: str = ""


class Clock(Remembered, frozen=True):
    """The clock of the last run that was not refused."""

    kind, bookkeeping = "clock", True
    at: datetime | None = None


class Tidied(Remembered, frozen=True):
    """The last day on which backup and retention were seen to, and why there is no backup of it, if so."""

    kind = "tidied"
    on: date | None = None
    trouble: str = ""


class ScheduleStart(Remembered, frozen=True):
    """From when on the schedule owes runs."""

    kind, key, bookkeeping = "schedule", "since", True
    at: datetime | None = None


class ClockRefused(Remembered, frozen=True):
    """The last good clock when people were told that the present one cannot be right."""

    kind, key, bookkeeping = "schedule", "clock", True
    refused: str | None = None


class Retry(Remembered, frozen=True):
    """When a run that found a workbook open is tried again, under the job's name."""

    kind, bookkeeping = "retry", True
    at: datetime | None = None
    tries: int = 0


class Busy(Remembered, frozen=True):
    """Since when a workbook, by its name in site.toml, has been open elsewhere, and by whom."""

    kind, bookkeeping = "busy", True
    since: datetime | None = None
    holder: str = ""


class Trouble(Remembered, frozen=True):
    """Since when the operator knows of a trouble that is not over."""

    kind, key, bookkeeping = "trouble", "operator", True
    since: datetime | None = None
