"""What kim writes into one row that candidates are asked about, and what it says to people of it."""

from __future__ import annotations

from automations.jobs.rules.desk import JOB
from automations.jobs.rules.people import case_of, manager_of
from automations.jobs.rules.turn_table import Stand, Table
from automations.model.fact_kinds.team_rules import RuleFilled
from automations.model.plan import CellEdit, EditGroup
from automations.model.problems import Problem
from automations.model.values import Value, digest, is_draft, key_text, same


class RowCells:
    """The cells of one row; edits and problems go to what the table makes."""

    def __init__(self, of: Table, stand: Stand) -> None:
        self.of, self.stand, self.desk, self.rule, self.turn = of, stand, of.desk, of.rule, of.turn

    def show(self, name: str, text: str) -> None:
        """Say how things stand, unless people have written there."""
        row = self.desk.snapshot.rows.get(self.stand.record.row)
        old = row.value(name) if row is not None else None
        # A remark of a colleague in that column is worth more than how things stand.
        if row is None or same(old, text) or not (same(old, None) or self.is_ours(name)):
            return
        self.edit(name, text, f"state/{digest(text, old)[:8]}", self.desk.words.say("How asking in turn stands."))

    def is_ours(self, name: str) -> bool:
        """Whether what stands in a column was written by kim."""
        row = self.desk.snapshot.rows.get(self.stand.record.row)
        ours = self.desk.history.fact(RuleFilled, self._key(name))
        return row is not None and ours is not None and ours.value == (key_text(row.value(name)) or "")

    def edit(self, name: str, new: Value, what: str, why: str) -> EditGroup:
        """Write a cell, if the row's start is still the one that was read."""
        record, desk = self.stand.record, self.desk
        row = desk.snapshot.rows[record.row]
        layout = desk.snapshot.layouts[self.rule.table]
        key = () if is_draft(record.row.key) else (layout.key_field,)
        # A thing that was moved meanwhile is another one: nobody may be entered for an hour that they did not say yes
        # to.
        guards = row.guards(*key, *self.turn.starts)
        noted = RuleFilled(key_text(new) or "", desk.key(record)).under(self._key(name))
        group = EditGroup(
            self.edit_id(what), record.row, (CellEdit(name, row.value(name), new),), JOB, why, guards=guards,
            facts=(noted,),
        )  # fmt: skip
        self.of.made.groups.append(group)
        return group

    def edit_id(self, what: str) -> str:
        """The id of an edit of this row."""
        return f"rule/{self.rule.name}/{self.stand.mark}/turn/{what}"

    def _key(self, name: str) -> str:
        return f"{self.rule.name}/{self.stand.mark}/{name}"

    def problem(self, code: str, message: str, advice: str) -> None:
        """Say something of the row to its case manager, else to the team lead."""
        record = self.stand.record
        person = manager_of(record, self.desk)
        case = case_of(record, self.desk)
        self.of.made.problems.append(Problem(
            code, message, advice, "error", **self.desk.snapshot.where(record, self.turn.fills), key=record.row.key,
            who=(person.code if person else None) or (case.manager if case else None) or "lead",
        ))  # fmt: skip
