"""Rules of the team: what they met, filled and asked, and who approved them."""

from __future__ import annotations

from datetime import date, datetime

from automations.model.facts import Remembered


class RuleKnown(Remembered, frozen=True):
    """The day on which a rule was first seen, under its name."""

    kind = "rule_known"
    on: date | None = None


class RuleEvent(Remembered, frozen=True):
    """What happened to a row, under rule and row: how often, when last, whether its condition holds still."""

    kind = "rule_event"
    n: int = 0
    at: datetime | None = None
    on: bool = False
    number: str = ""


class RuleRows(Remembered, frozen=True):
    """Marks of the rows of a table that were seen so far, joined by blanks."""

    kind, bookkeeping = "rule_rows", True
    rows: str = ""


class RuleCells(Remembered, frozen=True):
    """What the fields of a rule said in each row, as `mark:digest` joined by blanks; `whole` is a digest of the rows
    from which that was noted."""

    kind, bookkeeping = "rule_cells", True
    cells: str = ""
    whole: str = ""


class RuleOccasion(Remembered, frozen=True):
    """Marks of the rows that a rule which comes back hit on its newest occasion, joined by blanks, under its name."""

    kind, bookkeeping = "rule_occasion", True
    occasion: str = ""
    rows: str = ""


class RuleFilled(Remembered, frozen=True):
    """What a rule wrote into a cell, under rule, row and field."""

    kind = "rule_filled"
    value: str | None = None
    number: str = ""


class RuleNamed(Remembered, frozen=True):
    """The days to come that a client, or a `partner`, was told by a rule, under rule and row: `field=day` joined by
    blanks. `of` is the key of the message, `n` how often it was told anew since, as a day had moved."""

    kind = "rule_named"
    of: str = ""
    n: int = 0
    days: str = ""
    number: str = ""
    partner: bool = False

    @property
    def message(self) -> str:
        """The key of the newest message."""
        return f"{self.of}~{self.n}" if self.n else self.of


class TurnDue(Remembered, frozen=True):
    """When the next one is to be asked, of all the rows of a rule that asks in turn (under its name); None: nobody's
    time runs."""

    kind, bookkeeping = "turn_due", True
    at: datetime | None = None


class RuleApproved(Remembered, frozen=True):
    """Who approved a rule of the workbook as it read then, and how far."""

    kind = "rule_approved"
    pin: str = ""
    hits: int = 0
    domains: str = ""
    by: str = ""
    at: datetime | None = None


class SettingDecided(Remembered, frozen=True):
    """What the team decided in the workbook and is in force, under the setting's name in site.toml: the value in the
    form of JSON (blank: nothing any more), and who approved it (blank: nobody had to)."""

    kind = "setting_decided"
    value: str = ""
    by: str = ""


class ApprovalAsked(RuleApproved, frozen=True):
    """What approvers were asked about a rule, under its name and what stands in the token of the mail."""

    kind = "approval_asked"


class RuleRefused(RuleApproved, frozen=True):
    """What an approver refused."""

    kind = "rule_refused"
