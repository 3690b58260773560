"""Questions, answers, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from automations.model.facts import Remembered, called
from automations.model.values import Plain


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
    """The cases that a question about erasing names, joined by ", "; rows of an own table, each with a line's end."""

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
class Overruled(Remembered):
    """That the team decided otherwise: for whom, and the day that kim wrote beside that name."""

    kind, bookkeeping = "overruled", True
    manager: str = ""
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
