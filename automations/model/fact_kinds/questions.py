"""Questions, answers, and what was decided."""

from __future__ import annotations

from datetime import date

from automations.model.facts import Remembered, called
from automations.model.values import Plain


class Question(Remembered, frozen=True):
    """A question that stands in the tab of decisions, under its key."""

    kind = "question"
    number: str = ""
    question: str = ""
    asked_on: date | None = None
    urgent: bool = False


class Answered(Remembered, frozen=True):
    """What the team answered to the question of that key."""

    kind = "answer"
    answer: str = ""
    by: str = ""


class Acted(Remembered, frozen=True):
    """That an answer was carried out, and which."""

    kind = "acted"
    answer: str = ""
    case: str = ""


class Erasing(Remembered, frozen=True):
    """The cases that a question about erasing names, joined by ", "; rows of an own table, each with a line's end."""

    kind = "erasing"
    cases: str = ""


class Barred(Remembered, frozen=True):
    """Somebody was erased, under a keyed digest, and is not learnt anew until a day."""

    kind, bookkeeping = "barred", True
    on: date | None = None
    until: date | None = None


class Assignment(Remembered, frozen=True):
    """How a day's batch was decided, under the day."""

    kind = "assignment"
    method: str = ""
    levels: Plain = None


class Assigned(Remembered, frozen=True):
    """To whom kim gave a case, why, since when, and who else could have had it."""

    kind = "assignment_reason"
    case: str = ""
    manager: str = ""
    why: str = ""
    alternatives: Plain = None
    since: str = ""


class Overruled(Remembered, frozen=True):
    """That the team decided otherwise: for whom, and the day that kim wrote beside that name."""

    kind, bookkeeping = "overruled", True
    manager: str = ""
    since: str = ""


class ProposedMove(Remembered, frozen=True):
    """A case that would go from one colleague to another, under its question's key and its number."""

    kind = "move"
    case: str = ""
    giver: str = called("from")
    taker: str = called("to")
    why: str = ""


class Moved(Remembered, frozen=True):
    """That a move was written, and a digest of what was written beside the name."""

    kind = "moved"
    case: str = ""
    seen: str = ""
