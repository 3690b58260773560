"""What became of a plan while it was carried out, and the whole run as it ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from automations.engine.outcomes import Outlook
from automations.engine.promises import RunOutcome
from automations.messages.outcome import Outcome
from automations.model.plan import EditGroup
from automations.model.runs import RunRecord
from automations.model.writes import Promise, WriteResult
from automations.workbooks.protocol import WorkbookError


class Applied(Struct):
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
        # Two ways to be busy: some stores say so when asked to write, others only by an error.
        found = {name: result.holder for name, result in self.writes.items() if result.status == "busy"}
        return found | {name: error.message for name, error in self.errors.items() if error.busy}


class RunResult(Struct, frozen=True):
    """A run as it ended. `outcome`: done · attention (something failed or is held) · busy (a workbook
    is open elsewhere; what was planned waits) · refused (a guard)."""

    prepared: Outlook
    outcome: RunOutcome
    applied: Applied = field(default_factory=Applied)
    record: RunRecord = field(default_factory=lambda: RunRecord("", datetime.min, "done"))  # noqa: DTZ901 (a blank)
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        """Whether something waits for a workbook to be free, so that another try helps."""
        return self.outcome == "busy" or any(promise.state == "busy" for promise in self.applied.promises)
