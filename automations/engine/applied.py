"""What became of a plan while it is carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from automations.messages.outcome import Outcome
from automations.model.plan import EditGroup
from automations.model.promises import Promise
from automations.model.runs import RunRecord
from automations.model.writes import WriteResult
from automations.workbooks.protocol import WorkbookError


@dataclass
class Applied:
    """Results by workbook, mails, and what went wrong with the mail server. `groups` are all edits that were
    promised, `promises` what became of them and of the tabs; `waits` is True where clients' mails wait for a
    workbook that somebody has open; `told` is the run's line as its tab has it. `left` is the revision at
    which each changed workbook was left, "" where somebody else changed it in between."""

    writes: dict[str, WriteResult] = field(default_factory=dict)
    errors: dict[str, WorkbookError] = field(default_factory=dict)
    mails: list[Outcome] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    groups: tuple[EditGroup, ...] = ()
    promises: tuple[Promise, ...] = ()
    waits: bool = False
    left: dict[str, str] = field(default_factory=dict)
    told: RunRecord | None = None

    @property
    def states(self) -> Mapping[str, str]:
        """Mail keys -> the state that sending left them in."""
        return {outcome.key: outcome.state for outcome in self.mails}

    @property
    def applied(self) -> frozenset[str]:
        """Ids of the groups that now stand in a workbook."""
        done = {"applied"}
        return frozenset(
            group for result in self.writes.values() for group, state in result.groups.items() if state in done
        )

    @property
    def busy(self) -> Mapping[str, str]:
        """Workbooks that somebody has open -> who."""
        found = {name: result.holder for name, result in self.writes.items() if result.status == "busy"}
        return found | {name: error.message for name, error in self.errors.items() if error.busy}
