"""Rules made ready: their conditions compiled, what is wrong with the others told."""

from __future__ import annotations

from automations.conditions.book import compile_for
from automations.conditions.expressions import Condition, ExpressionError
from automations.jobs.rules.desk import Desk, Ready, line_of
from automations.jobs.rules.faults import Fault, fault_of
from automations.jobs.rules.model import Rule, RuleSettings
from automations.model.problems import Problem


def made_ready(desk: Desk) -> tuple[tuple[Ready, ...], tuple[Problem, ...]]:
    """The rules that can be used, and a problem for each of the others."""
    ready: list[Ready] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for index, rule in enumerate(desk.settings.rules):
        fault = fault_of(rule, seen, desk)
        seen.add(rule.name)
        if fault is None:
            try:
                condition = _compiled(rule.when, rule, desk)
                colours = tuple(
                    (found, one.style) for one in rule.colours if (found := _compiled(one.when, rule, desk))
                )
            except ExpressionError as error:
                fault = Fault("when", error.message, error.advice)
            else:
                ready.append(Ready(rule, condition, line_of(index, "name", desk.settings), colours))
        if fault is not None:
            problems.append(wrong(index, desk.settings, fault))
    return tuple(ready), tuple(problems)


def wrong(index: int, settings: RuleSettings, fault: Fault) -> Problem:
    """What is wrong with a part of a rule, at its line. It is the operator who can mend it."""
    rule = settings.rules[index]
    return Problem(
        "wrong_rule", f"{rule.name}: {fault.message}", fault.advice, "error",
        tab="rules.toml", row=line_of(index, fault.part, settings), field=f"rules.{index}.{fault.part}", key=rule.name,
        who="operator",
    )  # fmt: skip


def _compiled(source: str, rule: Rule, desk: Desk) -> Condition | None:
    if not source.strip():
        return None
    return compile_for(
        source, desk.snapshot.schema, rule.table, language=desk.site.language, working_days=desk.days.between
    )
