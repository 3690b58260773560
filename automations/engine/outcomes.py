"""What a look at the workbooks, or a plan over them, comes to: the kinds that cross the engine's doors.

Only `Prepared` has edits, mails and tabs: no command can act on a plan that a guard refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct, field

from automations.ledger.recording import PlannedMail
from automations.model.history import History
from automations.model.layout import Base
from automations.model.plan import EditGroup, Fact
from automations.model.problems import Problem
from automations.model.runs import RunRecord
from automations.model.snapshot import Snapshot
from automations.model.tabdoc import TabDoc
from automations.model.values import RowKey
from automations.model.writes import Promise
from automations.workbooks.protocol import RawWorkbook


class Looked(Struct, frozen=True):
    """What every look at the workbooks gives: the moment, what is wrong, which workbooks could not be read
    (`unread`) or are older than kim's last write (`copies`), how long it took, the run's line in the log (`record`),
    and the `revisions` of what was read."""

    run: str
    now: datetime
    problems: tuple[Problem, ...] = ()
    unread: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    copies: tuple[OlderCopy, ...] = ()
    record: RunRecord = field(default_factory=lambda: RunRecord("", datetime.min, "done"))  # noqa: DTZ901 (a blank)
    revisions: Mapping[str, str] = field(default_factory=dict)

    @property
    def unmended(self) -> tuple[Problem, ...]:
        """What does nothing until the operator mends it, such as a rule of a file whose condition cannot be read."""
        return tuple(one for one in self.problems if one.who == "operator" and one.severity == "error")


class Blind(Looked, frozen=True):
    """A workbook with tables could not be read: nothing is known, so nothing may be done or said of its rows."""

    @property
    def busy(self) -> bool:
        """Whether waiting helps, as somebody holds the workbook."""
        return any(problem.code == "busy" for problem in self.problems)

    @property
    def sentence(self) -> str:
        """What could not be read, and what to do."""
        return " ".join(f"{problem.message} {problem.advice}".strip() for problem in self.problems)


class Refused(Looked, frozen=True):
    """A guard stops the run, in one `sentence`. The tables may be looked at; nothing was planned over them."""

    sentence: str = ""
    snapshot: Snapshot = field(default_factory=Snapshot)
    bases: Mapping[str, Base] = field(default_factory=dict)


class Guarded(Looked, frozen=True):
    """Tables that passed the guards, nothing planned over them yet. `bases` are needed by whoever writes; `settles` is
    when the first of the rows that changed only just now will have stood long enough (None: no row is that young)."""

    snapshot: Snapshot = field(default_factory=Snapshot)
    history: History = field(default_factory=History)
    bases: Mapping[str, Base] = field(default_factory=dict)
    settles: datetime | None = None
    raws: Mapping[str, RawWorkbook] = field(default_factory=dict)
    lost: Lost = field(default_factory=lambda: Lost(Snapshot()))


class Prepared(Looked, frozen=True):
    """A whole run, planned: the only kind that may be carried out. `groups` hold the team's own words, ready
    to be written; `mails` carry the state that they would enter the outbox with; `tabs` are those whose
    content changed. `rules` are those whose fresh plan is complete. `withheld` and `unmade` are edits and
    tabs that a workbook does not allow, as is known before anything is written; `broken` says why.
    `anew` are edits of earlier runs that an older copy of a workbook lacks."""

    snapshot: Snapshot = field(default_factory=Snapshot)
    history: History = field(default_factory=History)
    bases: Mapping[str, Base] = field(default_factory=dict)
    settles: datetime | None = None
    groups: tuple[EditGroup, ...] = ()
    mails: tuple[PlannedMail, ...] = ()
    tabs: tuple[TabDoc, ...] = ()
    facts: tuple[Fact, ...] = ()
    jobs: Mapping[str, JobOutcome] = field(default_factory=dict)
    rules: frozenset[str] = frozenset()
    withheld: tuple[EditGroup, ...] = ()
    unmade: tuple[TabDoc, ...] = ()
    broken: tuple[Promise, ...] = ()
    anew: tuple[EditGroup, ...] = ()


Outlook = Prepared | Refused | Blind


class OlderCopy(Struct, frozen=True):
    """One workbook, as it was found. `seen` is when kim wrote its tab `tab`, `last` when it really wrote it last.
    `missing` are keys of rows that the last run saw. `anew` are edits to be made again, in this order."""

    workbook: str
    kind: Literal["stale", "restored"]
    tab: str
    seen: datetime | None
    last: datetime
    key: str
    missing: tuple[str, ...] = ()
    anew: tuple[tuple[EditGroup, ...], ...] = ()
    mended: RawWorkbook | None = None
    """The workbook as it reads once these are made."""

    @property
    def cells(self) -> int:
        """How many cells are written anew."""
        return sum(len(group.edits) for some in self.anew for group in some)


class Lost(Struct, frozen=True):
    """`rows` are those to be left alone, `facts` what is to be remembered of all this; `groups` ask about the rows."""

    snapshot: Snapshot
    rows: frozenset[RowKey] = frozenset()
    facts: tuple[Fact, ...] = ()
    groups: tuple[EditGroup, ...] = ()


class JobOutcome(Struct, frozen=True):
    """How one job went: "done", "failed" or "skipped", and how long it took."""

    outcome: str
    seconds: float = 0.0
