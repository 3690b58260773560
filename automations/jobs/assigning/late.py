"""A yes that comes when what was asked about is over: it is said, and nothing changes hands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from automations.jobs.assigning.proposals import agreed, why_over
from automations.jobs.assigning.rules import Rules
from automations.model.decisions import question_number
from automations.model.history import History
from automations.model.problems import Problem
from automations.model.records import Answer, Decision
from automations.model.snapshot import Snapshot


def late_answers(snapshot: Snapshot, history: History, rules: Rules) -> Iterator[Problem]:
    """One problem a question, for as long as its yes stands in the tab and moves nothing."""
    standing = {row.number: row for row in snapshot.decisions if row.decision is Answer.YES}
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for one in agreed(snapshot, history, rules):
        # Only while the yes stands in the tab: somebody who changed it to no knows already.
        if question_number(one.question) in standing and (why := why_over(one, snapshot, rules)):
            found[one.question, why].append(one.move.case)
    for (question, why), cases in found.items():
        yield _problem(standing[question_number(question)], why, cases, snapshot, rules)


def _problem(row: Decision, why: str, cases: list[str], snapshot: Snapshot, rules: Rules) -> Problem:
    say, layout = rules.settings.site.texts, snapshot.layouts.get("decisions")
    message = say.say(
        "The yes to the question {number} is not carried out any more: {why}. As before: {cases}.",
        number=row.number, why=why, cases=", ".join(cases),
    )  # fmt: skip
    advice = say.say("Please type a name into „Zuständig“ where that is still wanted, and answer the question with no.")
    return Problem(
        "answer_late", message, advice, "warning", workbook=row.row.workbook, table="decisions",
        tab=layout.tab if layout else "", row=row.line, column=layout.headings.get("decision", "") if layout else "",
        field="decision", key=row.number or "", keys=tuple(cases), who="lead",
    )  # fmt: skip
