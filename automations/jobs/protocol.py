"""What a job is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

from automations.model.history import History
from automations.model.plan import Plan
from automations.model.settings import JobSettings
from automations.model.snapshot import Snapshot

READS_NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})  # `reads` of a job that is made of the tables alone


class Job(Protocol):
    """An automation: a name, settings, and a pure function. `now` is aware."""

    @property
    def name(self) -> str:
        """What the job is called in automations.toml and on the command line."""

    @property
    def Settings(self) -> type[JobSettings]:  # noqa: N802 (it is a class, held by jobs as an attribute)
        """The model of its settings."""

    @property
    def reads(self) -> Mapping[str, tuple[str, ...]]:
        """By output (the id of a tab, or a field that the job fills): the jobs whose findings (problems,
        calls) it is made of. Where one of them fails, that output is left as it stands; where they are not
        part of a run, they are planned for their findings alone."""

    def plan(self, snapshot: Snapshot, settings: Any, now: datetime, history: History) -> Plan:
        """What should be done now. Never touches a workbook, a server, a file or a clock."""
