"""The kinds of facts that the ledger keeps: what each is, and under which key it stands.

The order of the fields is the order of what is stored: the ledger compares the stored text to see what is news, and
finds by its beginning the problem that stands in the list no more (`Shown.since`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from automations.model.facts import Listed, Remembered, called
from automations.model.values import Plain

# --- the program's own course: clocks, locks, tries


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


# --- the tables as they were last seen


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


# --- what came through forms


@dataclass(frozen=True, slots=True)
class FormSeen(Remembered):
    """Since when a form, by its name, has been looked at."""

    kind, bookkeeping = "form", True
    since: date | None = None


@dataclass(frozen=True, slots=True)
class FormFolders(Remembered):
    """The folders of forms that the config names, one a line, for looks between the runs."""

    kind, key, bookkeeping = "forms", "folders", True
    names: str = ""


@dataclass(frozen=True, slots=True)
class FormBatch(Remembered):
    """The keys of submissions, joined by blanks, that a question about many of them was about."""

    kind, bookkeeping = "intake_batch", True
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Submitted(Remembered):
    """A submission, by form and key, that is settled: "taken", or "declined". It names nobody, so that it outlives
    an erasure and the submission is not taken over anew."""

    kind, bookkeeping = "submission", True
    state: str = ""


@dataclass(frozen=True, slots=True)
class FormCase(Remembered):
    """The submission that a case, by its number, was made of; and the day on which it agreed to mails."""

    kind = "form_case"
    form: str = ""
    submission: str = ""
    consent: date | None = None


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
    again. All moments are aware. No content of a row is in it.
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


# --- questions, answers, what was decided


@dataclass(frozen=True, slots=True)
class Question(Remembered):
    """A question that stands in the tab of decisions, under its key."""

    kind = "question"
    number: str = ""
    question: str = ""
    asked_on: date | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Answered(Remembered):
    """What the team answered to the question of that key."""

    kind = "answer"
    answer: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Acted(Remembered):
    """That an answer was carried out, and which."""

    kind = "acted"
    answer: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class Erasing(Remembered):
    """The cases that a question about erasing names, joined by ", "."""

    kind = "erasing"
    cases: str = ""


@dataclass(frozen=True, slots=True)
class Barred(Remembered):
    """Somebody was erased, under a keyed digest, and is not learnt anew until a day."""

    kind, bookkeeping = "barred", True
    on: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Assignment(Remembered):
    """How a day's batch was decided, under the day."""

    kind = "assignment"
    method: str = ""
    levels: Plain = None


@dataclass(frozen=True, slots=True)
class Assigned(Remembered):
    """To whom kim gave a case, why, since when, and who else could have had it."""

    kind = "assignment_reason"
    case: str = ""
    manager: str = ""
    why: str = ""
    alternatives: Plain = None
    since: str = ""


@dataclass(frozen=True, slots=True)
class ProposedMove(Remembered):
    """A case that would go from one colleague to another, under its question's key and its number."""

    kind = "move"
    case: str = ""
    giver: str = called("from")
    taker: str = called("to")
    why: str = ""


@dataclass(frozen=True, slots=True)
class Moved(Remembered):
    """That a move was written, and a digest of what was written beside the name."""

    kind = "moved"
    case: str = ""
    seen: str = ""


# --- messages


@dataclass(frozen=True, slots=True)
class CalendarDomains(Remembered):
    """The domains that calendar entries were named under, each with the moment from which on."""

    kind, key, bookkeeping = "calendar", "domains", True
    since: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread(Remembered):
    """How many messages in the mailbox for answers wait for people."""

    kind, key, bookkeeping = "inbox", "unread", True
    count: int = 0


@dataclass(frozen=True, slots=True)
class InboxPlace(Remembered):
    """How far the mailbox was read: the last message's number, and which numbering it is of (UIDVALIDITY, RFC 3501)."""

    kind, key, bookkeeping = "inbox", "place", True
    validity: Plain = None
    uid: int = 0


@dataclass(frozen=True, slots=True)
class SharedAddress(Remembered):
    """Of which households (as digests) a question about one address was, under the question's key."""

    kind = "shared"
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter(Remembered):
    """What a client wrote that only people can judge, under its case and a digest; see messages/replying/letters."""

    kind, bookkeeping = "letter", True
    about: str = ""
    case: str = ""
    appointment: str = ""
    version: int = 0
    action: str = ""
    status: str = ""
    at: datetime | None = None
    words: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Contradiction(Remembered):
    """That people are shown how an answer contradicts an appointment's row; both as digests."""

    kind, bookkeeping = "contradiction", True
    reply: str = ""
    row: str = ""


@dataclass(frozen=True, slots=True)
class Untrue(Remembered):
    """Since when what somebody was told is untrue, and how often it has been so; None once it is true again. `facts`
    is a digest of what the row said when people last had it before them."""

    kind = "untrue"
    since: datetime | None = None
    times: int = 0
    facts: str = ""
    case: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Called(Remembered):
    """A call in the list of calls, under its key and number: what it tells of which appointment, since when (`since`)
    and until which day (`by`) it is to be made, what became of it (`result`, see model/call_rows.py) and when that
    was read (`at`)."""

    kind, bookkeeping = "called", True
    call: str = ""
    row: str = ""
    case: str = ""
    number: str = ""
    version: int = 0
    phone: str = ""
    since: datetime | None = None
    by: date | None = None
    start: datetime | None = None
    result: str = ""
    at: datetime | None = None
    content: Plain = None


@dataclass(frozen=True, slots=True)
class Version(Remembered):
    """The newest version of an appointment, a digest of what its mails print, and all that is known of it (0.1 kept
    that beside the two, not under `data`); see jobs/reminding/versions."""

    kind, bookkeeping = "version", True
    version: int = 0
    facts: str = ""
    data: Plain = None


@dataclass(frozen=True, slots=True)
class Stopped(Remembered):
    """Within one run, and never stored: why the mail of that key may not leave as it reads."""

    kind = "stopped"
    reason: str = ""


# --- rules of the team


@dataclass(frozen=True, slots=True)
class RuleKnown(Remembered):
    """The day on which a rule was first seen, under its name."""

    kind = "rule_known"
    on: date | None = None


@dataclass(frozen=True, slots=True)
class RuleEvent(Remembered):
    """What happened to a row, under rule and row: how often, when last, whether its condition holds still."""

    kind = "rule_event"
    n: int = 0
    at: datetime | None = None
    on: bool = False
    number: str = ""


@dataclass(frozen=True, slots=True)
class RuleRows(Remembered):
    """Marks of the rows of a table that were seen so far, joined by blanks."""

    kind = "rule_rows"
    rows: str = ""


@dataclass(frozen=True, slots=True)
class RuleCells(Remembered):
    """What the fields of a rule said in each row, as `mark:digest` joined by blanks."""

    kind = "rule_cells"
    cells: str = ""


@dataclass(frozen=True, slots=True)
class RuleFilled(Remembered):
    """What a rule wrote into a cell, under rule, row and field."""

    kind = "rule_filled"
    value: str | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class TurnDue(Remembered):
    """When the next one is to be asked, of all the rows of a rule that asks in turn (under its name); None: nobody's
    time runs."""

    kind, bookkeeping = "turn_due", True
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RuleApproved(Remembered):
    """Who approved a rule of the workbook as it read then, and how far."""

    kind = "rule_approved"
    pin: str = ""
    hits: int = 0
    domains: str = ""
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SettingDecided(Remembered):
    """What the team decided in the workbook and is in force, under the setting's name in site.toml: the value in the
    form of JSON (blank: nothing any more), and who approved it (blank: nobody had to)."""

    kind = "setting_decided"
    value: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalAsked(RuleApproved):
    """What approvers were asked about a rule, under its name and what stands in the token of the mail."""

    kind = "approval_asked"


@dataclass(frozen=True, slots=True)
class RuleRefused(RuleApproved):
    """What an approver refused."""

    kind = "rule_refused"


# --- figures


@dataclass(frozen=True, slots=True)
class Weekly(Remembered):
    """A week's figures, under its Monday; `days` says in which days waiting is counted."""

    kind = "weekly"
    as_of: date | None = None
    open: int | None = None
    new: int | None = None
    closed: int | None = None
    median_wait: float | None = None
    ninety_wait: float | None = None
    missed_share: float | None = None
    days: str = ""


@dataclass(frozen=True, slots=True)
class LookedAhead(Remembered):
    """What the look ahead was drawn for last: a digest of the day, the scenarios and the settings."""

    kind, key, bookkeeping = "look_ahead", "drawn", True
    of: str = ""


@dataclass(frozen=True, slots=True)
class PublishedHalf(Listed):
    """A half-year as it was given to the Land, so that it is never made anew; see jobs/figures/disclosure."""

    kind = "published"


BOOKKEEPING: frozenset[str] = frozenset(
    cls.kind for base in (Remembered, Listed) for cls in base.__subclasses__() if cls.__dict__.get("bookkeeping")
)
"""Kinds that are no part of anybody's story."""
