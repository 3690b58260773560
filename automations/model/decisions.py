"""Asking people, and reading their answers, in the tab of decisions.

A question has a stable key ("assign/start", "duplicate/KIM-2024-0001/KIM-2024-0002"). Its number in
the tab is made from the key, so that asking is a pure function and nothing is asked twice."""

from __future__ import annotations

import base64
import hashlib
from datetime import date, datetime

from msgspec import Struct, field

from automations.common.texts import Texts
from automations.model.fact_kinds.questions import Question
from automations.model.history import History
from automations.model.plan import CellEdit, EditGroup, Fact
from automations.model.problems import Problem
from automations.model.records import Answer
from automations.model.snapshot import Snapshot
from automations.model.values import RowKey

_LETTERS = 6  # 32 ** 6 numbers: two of a thousand questions meet with a chance of 0.05 %


def question_number(key: str) -> str:
    """The number of a question in the tab, such as `F-7QK2M`."""
    hashed = hashlib.sha256(key.encode()).digest()
    return "F-" + base64.b32encode(hashed).decode()[:_LETTERS]


class Terms(Struct, frozen=True):
    """Who should answer a question (in the reader's language), until when (None: there is no hurry), and what
    happens otherwise. One that is `urgent` is put today, however many were put before it; the others wait for
    a day on which there is room (`SiteFacts.questions_a_day`)."""

    who: str
    until: date | None
    otherwise: str
    urgent: bool = False

    def said(self, say: Texts) -> str:
        """The same as a sentence behind the proposal."""
        if self.until is None:
            return say.say("Answer: {who}. Until then: {otherwise}", who=self.who, otherwise=self.otherwise)
        day = say.date(self.until)
        return say.say("Answer: {who}, by {day}. Otherwise: {otherwise}", who=self.who, day=day,
                       otherwise=self.otherwise)  # fmt: skip

    def behind(self, proposal: str, say: Texts) -> str:
        """The proposal with its terms: the tab is all that people see of a question."""
        return f"{proposal}{'' if proposal.endswith(('.', '!', '?')) else '.'} {self.said(say)}"


def lead(until: date | None, otherwise: str, say: Texts, *, urgent: bool = False) -> Terms:
    """Terms of a question for the team lead."""
    return Terms(say.say("team lead"), until, otherwise, urgent)


def holder(name: str | None, until: date | None, otherwise: str, say: Texts, *, urgent: bool = False) -> Terms:
    """Terms of a question for whoever has the case, the team lead where nobody has."""
    return Terms(name or say.say("team lead"), until, otherwise, urgent)


class Asked(Struct):
    """Questions, or, in a workbook that has no tab for them, problems."""

    groups: list[EditGroup] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def take(self, asked: tuple[tuple[EditGroup, ...], tuple[Fact, ...]]) -> None:
        """Add what `ask` gave; of a question that was put already in this very plan, nothing."""
        groups, facts = asked
        known = {group.id for group in self.groups}
        self.groups += [group for group in groups if group.id not in known]
        self.facts += [fact for fact in facts if fact not in self.facts]


def ask(
    key: str,
    question: str,
    proposal: str,
    cause: str,
    snapshot: Snapshot,
    history: History,
    job: str,
    now: datetime,
    terms: Terms,
    say: Texts,
) -> tuple[tuple[EditGroup, ...], tuple[Fact, ...]]:
    """The edit that puts a question to people; nothing where it was put before. A question counts as asked once its row
    stands in the tab: the fact of that comes with the group, and alone where the row is there already.

    `question` and `proposal` are in the site's language (`say`); `cause` names the case or row. A workbook
    without a tab of decisions is asked nothing."""
    layout = snapshot.layouts.get("decisions")
    if layout is None or key in history.questions:
        return (), ()
    number = question_number(key)
    asked = Question(number, question, now.date(), terms.urgent).under(key)
    if RowKey(layout.workbook, "decisions", number) in snapshot.rows:
        return (), (asked,)
    # The row stands there, but its key is doubtful: asking once more would put a second row beside it.
    if number in _numbers(snapshot):  # in this very run, or more than once
        return (), ()
    cells = {"number": number, "question": question, "proposal": terms.behind(proposal, say), "cause": cause}
    edits = tuple(CellEdit(name, None, text) for name, text in cells.items() if name in layout.columns)
    row = RowKey(layout.workbook, "decisions", number)
    return (EditGroup(f"ask/{key}", row, edits, job, question, op="append", facts=(asked,)),), ()


def is_question(group: EditGroup) -> bool:
    """Whether a group puts a question."""
    return group.op == "append" and group.row.table == "decisions"


def can_wait(group: EditGroup) -> bool:
    """Whether a question may be put on another day."""
    asked = (fact.data for fact in group.facts if fact.kind == Question.kind)
    return is_question(group) and not any(Question.read(data).urgent for data in asked)


def answer(key: str, snapshot: Snapshot, history: History) -> Answer | None:
    """What people answered: as it stands in the tab now, else as it was recorded before."""
    number = question_number(key)
    for decision in snapshot.decisions:
        if decision.number == number and decision.decision is not None:
            return decision.decision
    # A row that was deleted from the tab takes its answer with it; what was decided goes on counting.
    recorded = history.answers.get(key)
    return Answer(recorded) if recorded in set(Answer) else None


def _numbers(snapshot: Snapshot) -> set[str | None]:
    return {decision.number for decision in snapshot.decisions}
