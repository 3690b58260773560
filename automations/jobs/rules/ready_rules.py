"""Rules made ready: their conditions compiled, what is wrong with the others told."""

from __future__ import annotations

from collections.abc import Sequence

from automations.conditions.book import compile_for
from automations.conditions.condition import Condition, ExpressionError
from automations.jobs.rules.circles import circle_in_words, self_filling
from automations.jobs.rules.desk import Desk, Ready, about, weight_of
from automations.jobs.rules.faults import fault_of
from automations.jobs.rules.lists import list_title
from automations.jobs.rules.model import Rule
from automations.jobs.rules.turn_faults import turn_fault
from automations.jobs.stanzas import Fault
from automations.model.problems import Problem
from automations.model.staff_figures import AGREEMENT, COUNTS_OFF, counts_colleagues
from automations.model.tabdoc import OURS
from automations.tables.folding import fold


def made_ready(desk: Desk) -> tuple[tuple[Ready, ...], tuple[Problem, ...]]:
    """The rules that can be used, and a problem for each of the others."""
    ready: list[Ready] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    rings, taken = self_filling(desk), _tabs(desk)
    for index, rule in enumerate(desk.settings.rules):
        fault = fault_of(rule, seen, desk)
        seen.add(rule.name)
        if fault is None and rule.action == "list" and fold(list_title(rule)) in taken:
            fault = Fault("name", desk.words.say("There is a tab “{name}” already.", name=list_title(rule)),
                          desk.words.say("Give each rule a name of its own."))  # fmt: skip
        # Of two lists with one title the later would draw over the first.
        taken |= {fold(list_title(rule))} if rule.action == "list" else set()
        # After its own faults: names in `set` must be known before a circle can be told.
        if fault is None and rule.name in rings:
            fault = _from_itself(rings[rule.name], desk)
        if fault is None:
            try:
                condition = _compiled(rule.when, rule, desk)
                colours = tuple(
                    (found, one.style) for one in rule.colours if (found := _compiled(one.when, rule, desk))
                )
            except ExpressionError as error:
                fault = Fault("when", error.message, error.advice)
            else:
                # Last, as it needs the compiled conditions.
                made = Ready(rule, condition, desk.settings.line_of(index, "name"), colours)
                fault = turn_fault(rule, desk) or _about_staff(made, desk)
                if fault is None:
                    ready.append(made)
        if fault is not None:
            problems.append(wrong(index, desk, fault))
    return tuple(ready), tuple(problems)


def _tabs(desk: Desk) -> set[str]:
    """The names of tabs that are there or are kim's, folded: no list takes their place."""
    tables = {layout.tab for layout in desk.snapshot.layouts.values()}
    named = {name for (_, field), name in desk.snapshot.called.items() if not field}
    return {fold(name) for name in {*tables, *named, *(desk.words.name("tab", one) for one in OURS)}}


def _from_itself(ring: Sequence[str], desk: Desk) -> Fault:
    say = desk.words.say
    names = circle_in_words(ring, desk)
    return Fault("set", say("What it fills in is reckoned from itself, by way of: {names}.", names=names),
                 say("Take it from a column that people fill in."))  # fmt: skip


def wrong(index: int, desk: Desk, fault: Fault) -> Problem:
    """What is wrong with a part of a rule, at its line."""
    rule, line = desk.settings.rules[index], desk.settings.line_of(index, fault.part)
    message, field = f"{rule.called}: {fault.message}", f"rules.{index}.{fault.part}"
    return about(rule, message, fault.advice, desk, code="wrong_rule", line=line, field=field,
                 severity=weight_of(rule.active))  # fmt: skip


def _compiled(source: str, rule: Rule, desk: Desk) -> Condition | None:
    if not source.strip():
        return None
    return compile_for(
        source, desk.snapshot.schema, rule.table, language=desk.site.language, working_days=desk.days.between
    )


def _about_staff(ready: Ready, desk: Desk) -> Fault | None:
    """A rule that counts what single colleagues have, where such figures are off."""
    conditions = (ready.condition, *(found for found, _ in ready.colours))
    asked = [item for condition in conditions if condition is not None for item in condition.aggregates]
    of_many = counts_colleagues(ready.rule.table, asked) and not desk.site.staff_figures.allowed(desk.book.today)
    if not of_many and not (ready.rule.counts and desk.counts_one(ready)):
        return None
    return Fault("when", desk.words.say(COUNTS_OFF), desk.words.say(AGREEMENT))
