"""Rules over single rows whose message nobody gets: one line a rule, as long as that holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.findings import Finding
from automations.model.problems import Problem

_NAMED, _REASONS = 12, 3
"""Rows and reasons that one line names."""


def untold(findings: Iterable[Finding], desk: Desk) -> Iterator[Problem]:
    """What rules would have said and could not: to clients who may not or cannot be written to, to colleagues without
    an address. A rule has no words for a call, so people decide how the reader hears of it."""
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for finding in () if desk.history.adopting else findings:
        by_rule[finding.rule].append(finding)
    called = {rule.name: rule.called(desk.words) for rule in desk.settings.rules}
    for name, silent in by_rule.items():
        rows = tuple(dict.fromkeys(finding.unheard for finding in silent))
        reasons = dict.fromkeys(_reason(finding, desk) for finding in silent)
        message = desk.words.count(
            "The message of the rule “{rule}” about {n} row reaches nobody: {rows}",
            "The message of the rule “{rule}” about {n} rows reaches nobody: {rows}",
            len(rows), rule=called.get(name, name), rows=", ".join(rows[:_NAMED]),
        )  # fmt: skip
        # One line a rule, so its place is that of the first row; alone, it goes to the colleague who has the case.
        case = desk.snapshot.case_by_number.get(rows[0])
        layout = desk.snapshot.layouts.get("cases") if case else None
        yield Problem(
            "rule_untold", f"{message}. {' '.join(list(reasons)[:_REASONS])}",
            desk.words.say("Please tell them yourself, or enter what is missing; then the message leaves."), "warning",
            workbook=case.row.workbook if case else "", table="cases" if case else "",
            tab=layout.tab if layout else "", row=case.line if case and len(rows) == 1 else None,
            key=rows[0], keys=rows, who=(case.manager if case and len(rows) == 1 else None) or "lead",
        )  # fmt: skip


def _reason(finding: Finding, desk: Desk) -> str:
    if finding.reason == "blocked":
        return str(finding.values["sentence"])
    return desk.words.say("The message came back or was refused.")
