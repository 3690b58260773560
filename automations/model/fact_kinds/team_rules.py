"""Rules of the team: what they met, filled and asked, and who approved them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from automations.model.facts import Remembered


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

    kind, bookkeeping = "rule_rows", True
    rows: str = ""


@dataclass(frozen=True, slots=True)
class RuleCells(Remembered):
    """What the fields of a rule said in each row, as `mark:digest` joined by blanks; `whole` is a digest of the rows
    from which that was noted."""

    kind, bookkeeping = "rule_cells", True
    cells: str = ""
    whole: str = ""


@dataclass(frozen=True, slots=True)
class RuleOccasion(Remembered):
    """Marks of the rows that a rule which comes back hit on its newest occasion, joined by blanks, under its name."""

    kind, bookkeeping = "rule_occasion", True
    occasion: str = ""
    rows: str = ""


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
