"""Rules that the team wrote into its workbook: joined with those of rules.toml, on trial until they are approved.

A cell can be typed by anybody, so a cell lets nothing out: what reaches people outside the team, or
touches more than ten rows, waits until IT approves it. What was approved is pinned."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from automations.jobs.rules.desk import JOB, Desk, Ready, weight_of
from automations.jobs.rules.model import OwnText, Rule, RuleSettings
from automations.jobs.rules.overview import overview
from automations.model.console import RULES, Console, RuleRow
from automations.model.fact_kinds.team_rules import RuleApproved
from automations.model.plan import CellEdit, EditGroup
from automations.model.problems import Problem
from automations.model.settings import SettingError
from automations.model.staff_figures import COUNTS_OFF
from automations.model.values import same

_HINTS = ("hits_today", "hits_soon", "hint")


def joined(settings: RuleSettings, console: Console, faults: dict[str, str]) -> RuleSettings:
    """The settings with the rules and texts of the workbook behind those of rules.toml, whose names win.
    Rows that cannot be rules are told in `faults`, by name."""
    rules: list[Rule] = list(settings.rules)
    for row in console.rules:
        if row.fault:
            faults[row.name] = row.fault
            continue
        try:
            rules.append(Rule.model_validate({**row.stanza, "origin": "workbook", "line": row.line}))
        except ValidationError as error:
            faults[row.name] = _said(error, settings)
    own_texts = {name: {code: OwnText(**text) for code, text in own.items()} for name, own in console.texts.items()}
    # The file's come last and win: what IT wrote cannot be replaced by typing its name into a cell.
    return settings.model_copy(update={"rules": tuple(rules), "texts": {**own_texts, **settings.texts}})


def row_problems(faults: Mapping[str, str], desk: Desk) -> tuple[Problem, ...]:
    """Rows of the tab of rules that cannot be used, and why."""
    layout = desk.snapshot.layouts.get(RULES)
    if layout is None:
        return ()
    place, say = (layout.workbook, RULES, layout.tab), desk.words.say
    unnamed = (
        Problem("wrong_rule", say("This rule has no name, so it rests."), say("Give it a name of its own."), "error",
                *place, line, who="lead")
        for line in desk.snapshot.console.unnamed
    )  # fmt: skip
    return *unnamed, *(
        Problem("wrong_rule", f"{row.title}: {faults[row.name]}", "", weight_of(row.active), *place, row.line,
                key=row.name, who="lead")
        for row in desk.snapshot.console.rules
        if row.name in faults
    )  # fmt: skip


def _said(error: ValidationError, settings: RuleSettings) -> str:
    """The first thing that is wrong, in the site's language."""
    # One sentence fits beside a row; the next is told when the first is mended.
    detail = error.errors()[0]
    context, say = detail.get("ctx", {}), settings.site.texts.say
    cause, most = context.get("error"), context.get("le", context.get("max_length", context.get("ge")))
    if isinstance(cause, SettingError):
        return say(cause.sentence, **cause.values)
    shown = str(detail.get("input"))[:40]
    if most is not None:
        return say("“{sign}” is too much or too little here; the limit is {n}.", sign=shown, n=most)
    return say("“{sign}” cannot stand here.", sign=shown)


def hints(ready: Mapping[str, Ready], told: Mapping[str, str], desk: Desk) -> tuple[EditGroup, ...]:
    """What the tab of rules says beside each rule: its rows today and soon, and whether it may act."""
    layout = desk.snapshot.layouts.get(RULES)
    if layout is None:
        return ()
    groups = [_hint(row, ready.get(row.name), told, desk) for row in desk.snapshot.console.rules]
    return tuple(group for group in groups if group is not None)


def _hint(row: RuleRow, rule: Ready | None, told: Mapping[str, str], desk: Desk) -> EditGroup | None:
    layout, stands = desk.snapshot.layouts[RULES], desk.snapshot.rows.get(row.row)
    if stands is None or row.row in desk.snapshot.unsettled:
        return None
    seen = overview(rule, desk) if rule is not None else None
    known = desk.history.fact(RuleApproved, row.name)
    fine = desk.words.say("approved by {by}", by=known.by) if known else desk.words.say("active")
    hint = told.get(row.name) or (fine if rule is not None and rule.rule.active else None)
    if rule is not None and rule.rule.active and row.hint:
        hint = f"{hint}{'' if str(hint).endswith('.') else '.'} {row.hint}"
    if rule is not None and desk.counts_one(rule):  # else a blank number would look as if kim had not looked
        hint = " ".join(filter(None, (hint, desk.words.say(COUNTS_OFF))))
    wanted = {"hits_today": seen.today if seen else None, "hits_soon": seen.days14 if seen else None, "hint": hint}
    edits = tuple(
        CellEdit(name, stands.value(name), wanted[name])
        for name in _HINTS
        if name in layout.writable and not same(stands.value(name), wanted[name])
    )
    if not edits:
        return None
    return EditGroup(f"rule_hint/{row.name}", row.row, edits, JOB, desk.words.say("What the rule comes to."),
                     guards=stands.guards("name"))  # fmt: skip
