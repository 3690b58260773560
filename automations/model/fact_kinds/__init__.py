"""The kinds of facts that the ledger keeps: what each is, and under which key it stands.

The order of the fields is the order of what is stored: the ledger compares the stored text to see what is news, and
finds by its beginning the problem that stands in the list no more (`Shown.since`).
"""

from __future__ import annotations

from automations.model.fact_kinds.course import (
    Adopted,
    Busy,
    Clock,
    ClockRefused,
    Restored,
    Retry,
    ScheduleStart,
    Tidied,
    Trouble,
)
from automations.model.fact_kinds.figures import ComparedHalf, LookedAhead, PublishedHalf, Weekly
from automations.model.fact_kinds.forms import (
    FormBatch,
    FormCase,
    FormFolders,
    FormSeen,
    Submitted,
)
from automations.model.fact_kinds.messages import (
    CalendarDomains,
    Called,
    Contradiction,
    InboxPlace,
    Letter,
    SharedAddress,
    Stopped,
    Unread,
    Untrue,
    Version,
)
from automations.model.fact_kinds.questions import (
    Acted,
    Answered,
    Assigned,
    Assignment,
    Barred,
    Erasing,
    Moved,
    ProposedMove,
    Question,
)
from automations.model.fact_kinds.sightings import (
    AnnouncedMarks,
    AnswerLost,
    AnswersRead,
    Headings,
    KnownTrail,
    Phase,
    Reserved,
    RowCount,
    RowReverted,
    RowsMoved,
    Shown,
    Standing,
    Stands,
)
from automations.model.fact_kinds.team_rules import (
    ApprovalAsked,
    RuleApproved,
    RuleCells,
    RuleEvent,
    RuleFilled,
    RuleKnown,
    RuleRefused,
    RuleRows,
    SettingDecided,
    TurnDue,
)
from automations.model.facts import Listed, Remembered

BOOKKEEPING: frozenset[str] = frozenset(
    cls.kind for base in (Remembered, Listed) for cls in base.__subclasses__() if cls.__dict__.get("bookkeeping")
)
"""Kinds that are no part of anybody's story."""


__all__ = [
    "BOOKKEEPING",
    "Acted",
    "Adopted",
    "AnnouncedMarks",
    "AnswerLost",
    "Answered",
    "AnswersRead",
    "ApprovalAsked",
    "Assigned",
    "Assignment",
    "Barred",
    "Busy",
    "CalendarDomains",
    "Called",
    "Clock",
    "ClockRefused",
    "ComparedHalf",
    "Contradiction",
    "Erasing",
    "FormBatch",
    "FormCase",
    "FormFolders",
    "FormSeen",
    "Headings",
    "InboxPlace",
    "KnownTrail",
    "Letter",
    "LookedAhead",
    "Moved",
    "Phase",
    "ProposedMove",
    "PublishedHalf",
    "Question",
    "Reserved",
    "Restored",
    "Retry",
    "RowCount",
    "RowReverted",
    "RowsMoved",
    "RuleApproved",
    "RuleCells",
    "RuleEvent",
    "RuleFilled",
    "RuleKnown",
    "RuleRefused",
    "RuleRows",
    "ScheduleStart",
    "SettingDecided",
    "SharedAddress",
    "Shown",
    "Standing",
    "Stands",
    "Stopped",
    "Submitted",
    "Tidied",
    "Trouble",
    "TurnDue",
    "Unread",
    "Untrue",
    "Version",
    "Weekly",
]
