"""The tables, and what was shown of them, as they were last seen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import field

from automations.model.facts import Listed, Remembered
from automations.model.values import Plain


class RowCount(Remembered, frozen=True):
    """How many rows a table had."""

    kind, bookkeeping = "rows", True
    count: int = 0


class ToldElsewhere(Remembered, frozen=True):
    """How many appointments to come stand beside another case than the one that was told of them."""

    kind, key, bookkeeping = "told_elsewhere", "all", True
    count: int = 0


class Headings(Listed, frozen=True):
    """The heading of each field of a table."""

    kind, bookkeeping = "headings", True


class RowNames(Listed, frozen=True):
    """Of tabs that are read only as rules name them (folded): the heading of the column that names their rows."""

    kind, key, bookkeeping = "row_names", "all", True


class CellKinds(Listed, frozen=True):
    """What stood in columns that are read only as rules name them: tab/heading (folded) -> kind."""

    kind, key, bookkeeping = "cell_kinds", "all", True


class Stands(Listed, frozen=True):
    """When each of our tabs in a workbook was written last, in ISO form; 0.1 kept it."""

    kind, bookkeeping = "stands", True


class KnownTrail(Remembered, frozen=True):
    """What our tabs in a workbook said after the last writes; see engine/trail. `before` is a list of such marks."""

    kind, bookkeeping = "trail", True
    now: Mapping[str, str] = field(default_factory=dict)
    before: Plain = None
    runs: tuple[str, ...] = ()
    run: str = ""
    found: Mapping[str, str] = field(default_factory=dict)
    again: str = ""
    prior: str = ""


class AnnouncedMarks(Remembered, frozen=True):
    """What our tabs will say once the write of that token stands in the workbook."""

    kind, bookkeeping = "announced_marks", True
    token: str = ""
    run: str = ""
    tabs: Mapping[str, str] = field(default_factory=dict)


class RowsMoved(Listed, frozen=True):
    """Rows that people changed of late -> the fingerprints that they had -> the run that had written before."""

    kind, bookkeeping = "moved_rows", True


class RowReverted(Remembered, frozen=True):
    """A row that an older copy made say what it said before, under workbook, table and key; `asked` is the question."""

    kind, bookkeeping = "row_reverted", True
    fingerprint: str = ""
    asked: str = ""


class AnswersRead(Listed, frozen=True):
    """Numbers of questions -> the answers that stood beside them at the last look."""

    kind, bookkeeping = "answers_read", True


class AnswerLost(Remembered, frozen=True):
    """An answer that an older copy lacks, under its question's number: what stands there, and what goes on counting."""

    kind, bookkeeping = "answer_lost", True
    stands: str = ""
    holds: str = ""


class Reserved(Remembered, frozen=True):
    """The number of a row that had none, under the key of its draft."""

    kind = "reserved"
    row: Plain = None
    number: str = ""


class Renumbered(Remembered, frozen=True):
    """The number that a row has now, under its table and the number that it had before."""

    kind, bookkeeping = "renumbered", True
    number: str = ""


class Phase(Remembered, frozen=True):
    """The phase of a case, and the day that stood beside it, when they were last seen. Facts of 0.1 may lack the
    day (None); "" is a blank cell."""

    kind, bookkeeping = "phase", True
    phase: str = ""
    since: str | None = None


class Shown(Remembered, frozen=True):
    """Since when a problem stands in the list, under a digest of what it is about; None once it is gone."""

    kind = "problem"
    since: date | None = None
    case: str = ""
    table: str = ""
    message: str = ""


class Standing(Remembered, frozen=True):
    """How things stood when kim last looked, and from when on looking again could show something else.

    `seen` are the revisions whose rows were last looked at, `planned` those that the last whole run planned for
    or left behind. `since`: when a look first saw another one than `planned`. `next`: when something settles or
    falls due. Until `stale` a run would plan the same again, as long as `same` (program, config, ledger) holds too;
    `same` is "" where the last run is to be repeated in any case. `letters`: from when on a mailbox is looked at
    again. `light`: that run drew no look ahead. All moments are aware. No content of a row is in it."""

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
