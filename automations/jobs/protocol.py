"""What a job is."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from automations.model.history import History
from automations.model.plan import Plan
from automations.model.settings import JobSettings
from automations.model.snapshot import Snapshot


class Job(Protocol):
    """An automation: a name, settings, and a pure function. `now` is aware."""

    @property
    def name(self) -> str:
        """What the job is called in automations.toml and on the command line."""

    @property
    def Settings(self) -> type[JobSettings]:  # noqa: N802 (it is a class, held by jobs as an attribute)
        """The model of its settings."""

    def plan(self, snapshot: Snapshot, settings: Any, now: datetime, history: History) -> Plan:
        """What should be done now. Never touches a workbook, a server, a file or a clock."""
