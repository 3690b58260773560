"""The kinds of facts that the ledger keeps: what each is, and under which key it stands.

The order of the fields is the order of what is stored: the ledger compares the stored text to see what is news, and
finds by its beginning the problem that stands in the list no more (`Shown.since`).

They are built when one of the names below is first asked for: a look that finds nothing new needs five of them.
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
        Overruled,
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
        RuleOccasion,
        RuleRefused,
        RuleRows,
        SettingDecided,
        TurnDue,
    )

    BOOKKEEPING: frozenset[str]
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
    "Overruled",
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
    "RuleOccasion",
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

_ROOMS = {
    "course": (
        "Adopted",
        "Busy",
        "Clock",
        "ClockRefused",
        "Restored",
        "Retry",
        "ScheduleStart",
        "Tidied",
        "Trouble",
    ),
    "figures": (
        "ComparedHalf",
        "LookedAhead",
        "PublishedHalf",
        "Weekly",
    ),
    "forms": (
        "FormBatch",
        "FormCase",
        "FormFolders",
        "FormSeen",
        "Submitted",
    ),
    "messages": (
        "CalendarDomains",
        "Called",
        "Contradiction",
        "InboxPlace",
        "Letter",
        "SharedAddress",
        "Stopped",
        "Unread",
        "Untrue",
        "Version",
    ),
    "questions": (
        "Acted",
        "Answered",
        "Assigned",
        "Assignment",
        "Barred",
        "Erasing",
        "Moved",
        "Overruled",
        "ProposedMove",
        "Question",
    ),
    "sightings": (
        "AnnouncedMarks",
        "AnswerLost",
        "AnswersRead",
        "Headings",
        "KnownTrail",
        "Phase",
        "Reserved",
        "RowCount",
        "RowReverted",
        "RowsMoved",
        "Shown",
        "Standing",
        "Stands",
    ),
    "team_rules": (
        "ApprovalAsked",
        "RuleApproved",
        "RuleCells",
        "RuleEvent",
        "RuleFilled",
        "RuleKnown",
        "RuleOccasion",
        "RuleRefused",
        "RuleRows",
        "SettingDecided",
        "TurnDue",
    ),
}

_HOMES = MappingProxyType({name: room for room, names in _ROOMS.items() for name in names})


def __getattr__(name: str) -> object:
    """One of the names above, built when it is first asked for (PEP 562)."""
    if name == "BOOKKEEPING":
        return _bookkeeping()
    if name not in _HOMES:
        raise AttributeError(f"{__name__} has no {name}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def _bookkeeping() -> frozenset[str]:
    from automations.model.facts import Listed, Remembered

    # Loaded first: a class that nobody has asked for yet is in no list of subclasses.
    for room in _ROOMS:
        import_module(f"{__name__}.{room}")
    kinds = (cls for base in (Remembered, Listed) for cls in base.__subclasses__())
    # Of the class itself: what is inherited was not declared for this kind.
    return frozenset(cls.kind for cls in kinds if cls.__dict__.get("bookkeeping"))
