"""What a team lead wants to know: scenarios of the look ahead, read into changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from automations.model.values import RowKey

ChangeKind = Literal["capacity", "leaves", "away", "arrivals", "stays"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would be different from `starts` to `ends` (None: from now on, for good).

    capacity: `points` more (less where negative), or capacity times `factor`, of those who speak `languages`
    (for more points: with these languages), or of one `person`; leaves and away: a colleague's code; arrivals:
    times `factor` or `a_month` more, of those whose first language is one of `languages`; stays: times `factor`.
    """

    kind: ChangeKind
    factor: float = 1.0
    points: float = 0.0
    a_month: float = 0.0
    languages: tuple[str, ...] = ()
    person: str = ""
    starts: date | None = None
    ends: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return (self.starts is None or self.starts <= day) and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A row of the tab of scenarios. `fault` says why it cannot be used (a sentence for people), `hint` what
    is worth knowing of one that can."""

    row: RowKey
    line: int
    text: str
    changes: tuple[Change, ...] = ()
    fault: str = ""
    hint: str = ""
