"""The tables, and what was shown of them, as they were last seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from automations.model.facts import Listed, Remembered
from automations.model.values import Plain


@dataclass(frozen=True, slots=True)
class RowCount(Remembered):
    """How many rows a table had."""

    kind, bookkeeping = "rows", True
    count: int = 0


@dataclass(frozen=True, slots=True)
class Headings(Listed):
    """The heading of each field of a table."""

    kind, bookkeeping = "headings", True


@dataclass(frozen=True, slots=True)
class Stands(Listed):
    """When each of our tabs in a workbook was written last, in ISO form; 0.1 kept it."""

    kind, bookkeeping = "stands", True


@dataclass(frozen=True, slots=True)
class KnownTrail(Remembered):
    """What our tabs in a workbook said after the last writes; see engine/trail. `before` is a list of such marks."""

    kind, bookkeeping = "trail", True
    now: Mapping[str, str] = field(default_factory=dict)
    before: Plain = None
    runs: tuple[str, ...] = ()
    run: str = ""
    found: Mapping[str, str] = field(default_factory=dict)
    again: str = ""
    prior: str = ""


@dataclass(frozen=True, slots=True)
class AnnouncedMarks(Remembered):
    """What our tabs will say once the write of that token stands in the workbook."""

    kind, bookkeeping = "announced_marks", True
    token: str = ""
    run: str = ""
    tabs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowsMoved(Listed):
    """Rows that people changed of late -> the fingerprints that they had -> the run that had written before."""

    kind, bookkeeping = "moved_rows", True


@dataclass(frozen=True, slots=True)
class RowReverted(Remembered):
    """A row that an older copy made say what it said before, under workbook, table and key; `asked` is the question."""

    kind, bookkeeping = "row_reverted", True
    fingerprint: str = ""
    asked: str = ""


@dataclass(frozen=True, slots=True)
class AnswersRead(Listed):
    """Numbers of questions -> the answers that stood beside them at the last look."""

    kind, bookkeeping = "answers_read", True


@dataclass(frozen=True, slots=True)
class AnswerLost(Remembered):
    """An answer that an older copy lacks, under its question's number: what stands there, and what goes on counting."""

    kind, bookkeeping = "answer_lost", True
    stands: str = ""
    holds: str = ""


@dataclass(frozen=True, slots=True)
class Reserved(Remembered):
    """The number of a row that had none, under the key of its draft."""

    kind = "reserved"
    row: Plain = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class Phase(Remembered):
    """The phase of a case, and the day that stood beside it, when they were last seen. Facts of 0.1 may lack the
    day (None); "" is a blank cell."""

    kind, bookkeeping = "phase", True
    phase: str = ""
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Shown(Remembered):
    """Since when a problem stands in the list, under a digest of what it is about; None once it is gone."""

    kind = "problem"
    since: date | None = None
    case: str = ""
    table: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Standing(Remembered):
    """How things stood when kim last looked, and from when on looking again could show something else.

    `seen` are the revisions whose rows were last looked at, `planned` those that the last whole run planned for
    or left behind. `since`: when a look first saw another one than `planned`. `next`: when something settles or
    falls due. Until `stale` a run would plan the same again, as long as `same` (program, config, ledger) holds too;
    `same` is "" where the last run is to be repeated in any case. `letters`: from when on a mailbox is looked at
    again. `light`: that run drew no look ahead. All moments are aware. No content of a row is in it.
    """

    kind, bookkeeping = "look", True
    at: datetime | None = None
    seen: Mapping[str, str] = field(default_factory=dict)
    planned: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None
    next: datetime | None = None
    stale: datetime | None = None
    letters: datetime | None = None
    same: str = ""
    outcome: str = "done"
    run: str = ""
    light: bool = False
