"""What a team writes into its workbook for kim to act on: rules and texts in the form of rules.toml, its settings,
scenarios of the look ahead, and what became of calls."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

from msgspec import Struct, field

from automations.model.values import RowKey

CallResult = Literal["", "reached", "missed", "wrong", "odd"]
"""reached: the client knows now · missed: nobody answered · wrong: it is somebody else's number · odd: a word that is
none of these."""

RESULTS: tuple[CallResult, ...] = ("reached", "missed", "wrong")  # what people may choose

LATE = "calls/late/"
"""What the key of a question about several undone calls begins with; their numbers and cases follow."""

_LETTERS = 6  # as for questions: two of a thousand numbers meet with a chance of 0.05 %


class CallRow(Struct, frozen=True):
    """A row of the tab: `said` is what stands under its result, `line` its row there."""

    row: RowKey
    number: str
    line: int
    result: CallResult
    said: str
    sentence: str
    caller: str


CALL_NUMBER = re.compile(rf"A-[A-Z2-7]{{{_LETTERS}}}")


def call_number(key: str, phone: str) -> str:
    """The number of a call in the tab, such as `A-7QK2M3`: another one where the telephone is another one."""
    # Digits alone: another way of writing a number is the same call.
    digits = "".join(sign for sign in phone if sign.isdigit())
    hashed = hashlib.sha256(f"{key} {digits}".encode()).digest()
    return "A-" + base64.b32encode(hashed).decode()[:_LETTERS]


def asked_together(questions: Iterable[str]) -> dict[str, str]:
    """Number of a call -> the key of the question that asks about it and others. `questions` are all keys."""
    late = (key for key in questions if key.startswith(LATE))
    return {part: key for key in late for part in key.split("/") if CALL_NUMBER.fullmatch(part)}


ChangeKind = Literal["capacity", "leaves", "away", "arrivals", "stays"]


class Change(Struct, frozen=True):
    """One thing that would be different from `starts` to `ends` (None: from now on, for good).

    capacity: `points` more (less where negative), or capacity times `factor`, of those who speak `languages`
    (for more points: with these languages), or of one `person`; leaves and away: a colleague's code; arrivals:
    times `factor` or `a_month` more, of those whose first language is one of `languages`; stays: times `factor`."""

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


class Scenario(Struct, frozen=True):
    """A row of the tab of scenarios. `fault` says why it cannot be used (a sentence for people), `hint` what
    is worth knowing of one that can."""

    row: RowKey
    line: int
    text: str
    changes: tuple[Change, ...] = ()
    fault: str = ""
    hint: str = ""


RULES, TEXTS = "rules", "texts"  # the tables of the tabs that a team writes its rules and texts into
APPROVAL = "approval_request"  # the mail whose buttons approve what the workbook proposes; its rule is called alike


class RuleRow(Struct, frozen=True):
    """A row of the tab of rules. `stanza` is what rules.toml would say; `fault` why the row cannot be used
    (a sentence for people; blank where it can); `line` is its row in the tab. One that is not `active` was switched
    off. `hint` is what is worth knowing of how it was understood."""

    row: RowKey
    title: str
    name: str
    stanza: Mapping[str, Any] = field(default_factory=dict)
    fault: str = ""
    line: int | None = None
    active: bool = True
    hint: str = ""


class SettingRow(Struct, frozen=True):
    """A row of what the team decides itself: the setting that site.toml calls `name`, its value in the form of JSON,
    whether people outside the team see it; `fault` says why the row cannot be used."""

    row: RowKey
    title: str
    name: str = ""
    value: str = ""
    outside: bool = False
    fault: str = ""
    line: int | None = None


class Console(Struct, frozen=True):
    """What the team wrote: rules in the order of their tab, texts by name and language, scenarios, what became of
    calls; `unnamed` are the rows of the tab that have no name."""

    rules: tuple[RuleRow, ...] = ()
    texts: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    scenarios: tuple[Scenario, ...] = ()
    calls: tuple[CallRow, ...] = ()
    settings: tuple[SettingRow, ...] = ()
    unnamed: tuple[int, ...] = ()
