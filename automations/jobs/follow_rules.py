"""Does what the team's own rules say, over any table: mails, calls, questions, notes, cells, rows, lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct, structs

from automations.jobs.desk import desk_of
from automations.jobs.protocol import READS_NOTHING
from automations.jobs.rules.approvals import Trial, asking, half_typed, on_trial
from automations.jobs.rules.dead_ends import dead_ends, missing_templates, untranslated
from automations.jobs.rules.decisions import decisions
from automations.jobs.rules.desk import JOB, Desk, Look, Ready, about, beside_its_rule, resting, titles
from automations.jobs.rules.edits import Change, appends, fills, notes, questions
from automations.jobs.rules.hits import Looked, looked
from automations.jobs.rules.lists import abandoned, list_tab
from automations.jobs.rules.messages import Message, calls, digests, mails
from automations.jobs.rules.model import RuleSettings
from automations.jobs.rules.named_days import left_behind, outdated
from automations.jobs.rules.overruled import overruled, too_late, unfilled
from automations.jobs.rules.ready_rules import made_ready
from automations.jobs.rules.turn_history import rules_told_by
from automations.jobs.rules.turns import left_alone, turns
from automations.jobs.rules.untold import unaddressed, unreached, untold
from automations.jobs.rules.workbook import hints, joined, row_problems
from automations.model.fact_kinds.team_rules import RuleNamed, SettingDecided
from automations.model.history import History
from automations.model.plan import Plan
from automations.model.problems import Problem
from automations.model.snapshot import Snapshot


class FollowRules:
    """The job. Rules act in the order of their files, each over what the earlier ones filled in."""

    name = JOB
    Settings = RuleSettings
    reads = READS_NOTHING

    def plan(self, snapshot: Snapshot, settings: Any, now: datetime, history: History) -> Plan:
        """What all rules come to now. `now` is aware."""
        # A site without rules pays nothing for them; but a setting that was changed in the workbook still waits for its
        # yes, and what a rule told is still believed when the last rule is gone.
        decided = history.facts_of(SettingDecided) or snapshot.console.settings
        believed = history.facts_of(RuleNamed) or rules_told_by(history)
        if not (settings.rules or snapshot.console.rules or snapshot.lists or decided or believed):
            return Plan(self.name)
        begun = begin(snapshot, settings, now, history)
        if begun.desk is None:
            return Plan(self.name, problems=begun.problems)
        desk, ready = begun.desk, begun.ready
        # Lists whose rule is gone are told of first, whatever the rules that are left do.
        plan = Plan(self.name, problems=(*begun.problems, *abandoned(desk)))
        plan = _with(plan, decisions(desk))
        known = titles(desk.settings, desk.snapshot)
        told = {one.key: beside_its_rule(one, known) for one in begun.problems}
        acting = set[str]()
        for rule in ready:
            if rule.rule.active:
                made = acted(rule, desk)
                trial = half_typed(rule, desk) or on_trial(rule, made, desk)
                if rule.rule.origin == "workbook" and (dead := _never(rule, desk)):
                    told[rule.rule.name] = dead
                if trial is None:
                    acting.add(rule.rule.name)
                else:
                    told[rule.rule.name] = " ".join((trial.sentence, *filter(None, [told.get(rule.rule.name)])))
                    # A rule on trial does nothing but ask: what it would have done is only shown with the question.
                    made = asking(rule, made, desk) if trial.asks else Plan(JOB)
                if still := next(
                    (beside_its_rule(one, known) for one in made.problems if one.code in _DOES_NOTHING), ""
                ):
                    told[rule.rule.name] = still
                plan = _with(plan, made)
                # The next rule sees the cells as this one leaves them, so that a chain of rules is done in one run.
                if made.groups:
                    desk = structs.replace(desk, snapshot=desk.snapshot.with_edits(made.groups))
        plan = _with(plan, Plan(JOB, problems=(*left_behind(acting, ready, desk), *left_alone(acting, desk))))
        return _with(plan, Plan(JOB, groups=hints({one.rule.name: one for one in ready}, told, desk)))


def _never(ready: Ready, desk: Desk) -> str:
    """Why a rule of the workbook never does anything, for its row; blank where nothing says so."""
    found = (one for one in dead_ends(ready, desk) if one.severity != "note")
    known = titles(desk.settings, desk.snapshot)
    return next((beside_its_rule(one, known) for one in found), "")


# Problems of a rule that is right and does nothing all the same.
_DOES_NOTHING = frozenset({"too_many_hits", "rule_stopped", "rule_overruled"})


def acted(ready: Ready, desk: Desk) -> Plan:
    """One rule's share of the plan."""
    rule = ready.rule
    if desk.snapshot.layouts.get(rule.table) is None:
        return Plan(JOB, problems=(_stopped(ready, desk),))
    if names := desk.missing(ready):
        return Plan(JOB, problems=(resting(ready, names, desk),))
    if rule.action == "ask_in_turn":
        return _within_limits(turns(ready, desk), ready, desk)
    found = looked(ready, desk)
    # Before anything is made: a condition that is true of all rows would write to every client at once.
    many = _too_many(ready, found, desk)
    if many is not None:
        return Plan(JOB, problems=(many,))
    said = list(messages_of(ready, found.hits, desk))
    tab = list_tab(ready, found.hits, desk) if rule.action == "list" else None
    # On first contact with an old workbook what is due already counts as settled.
    changes = [] if desk.history.adopting else list(changes_of(ready, found.hits, desk))
    return Plan(
        JOB,
        mails=tuple(one.mail for one in said if one.mail),
        calls=tuple(one.call for one in said if one.call),
        problems=(
            *(notes(ready, found.hits, desk) if rule.action == "note" else untold(ready, said, desk)),
            *unfilled(ready, changes, desk),
            *too_late(ready, found.hits, desk),
            *overruled(ready, changes, desk),
            *outdated(ready, {one.look.record.row for one in said if one.mail or one.call}, desk),
            *unaddressed(ready, said, desk),
            *unreached(ready, said, desk),
        ),
        tabs=(tab,) if tab else (),
        groups=tuple(group for change in changes for group in change.groups),
        facts=(
            *found.facts,
            *(one.days for one in said if one.days),
            *(fact for change in changes for fact in change.facts),
        ),
    )


def _within_limits(plan: Plan, ready: Ready, desk: Desk) -> Plan:
    """Asking in turn writes to few at a time; a plan of very many mails is a slip in the condition."""
    if len(plan.mails) <= desk.settings.most_mails:
        return plan
    return Plan(JOB, problems=(_far_too_much(ready, len(plan.mails), desk.settings.most_mails, desk),))


def changes_of(ready: Ready, hits: Iterable[Look], desk: Desk) -> Iterator[Change]:
    """What a rule writes into the workbook."""
    makers = {"set": fills, "append": appends, "ask": questions}
    maker = makers.get(ready.rule.action)
    return maker(ready, tuple(hits), desk) if maker else iter(())


def messages_of(ready: Ready, hits: Iterable[Look], desk: Desk) -> Iterator[Message]:
    """What a rule says to whom."""
    makers = {"mail": mails, "text_message": mails, "digest": digests, "call": calls}
    maker = makers.get(ready.rule.action)
    return maker(ready, tuple(hits), desk) if maker else iter(())


def _with(left: Plan, right: Plan) -> Plan:
    return structs.replace(
        left,
        groups=left.groups + right.groups,
        mails=left.mails + right.mails,
        calls=left.calls + right.calls,
        tabs=left.tabs + right.tabs,
        facts=_last(left.facts + right.facts),
        problems=left.problems + right.problems,
    )


def _last(facts: tuple[Any, ...]) -> tuple[Any, ...]:
    """Facts by their name; of one that two rules note, the later."""
    return tuple({(fact.kind, fact.key): fact for fact in facts}.values())


def _stopped(ready: Ready, desk: Desk) -> Problem:
    say, rule = desk.words.say, ready.rule
    tab = _typed_tab(rule.name, desk) or desk.snapshot.called.get((rule.table, ""), rule.table)
    message = say("The rule “{rule}” rests: its table “{table}” was not found.", rule=rule.called, table=tab)
    advice = say("Please give the tab and its headings their names back, or correct the rule.")
    if rule.table in desk.snapshot.schema and desk.snapshot.schema[rule.table].own:
        advice += " " + say("“kim rules --make-tabs” makes what is missing, after a question.")
    return about(rule, message, advice, desk, code="rule_stopped", line=ready.line, severity="warning")


def _typed_tab(name: str, desk: Desk) -> str:
    """What a row of the workbook calls the tab of its rule; blank for a rule of a file."""
    row = next((desk.snapshot.rows.get(one.row) for one in desk.snapshot.console.rules if one.name == name), None)
    return str(row.value("on_table") or "") if row is not None else ""


def _too_many(ready: Ready, found: Looked, desk: Desk) -> Problem | None:
    """A rule that would do far more at once than anybody means."""
    settings, rule = desk.settings, ready.rule
    # Not lists, digests and notes: one tab, one mail, and lines that nobody outside sees.
    limits = {"mail": settings.most_mails, "text_message": settings.most_mails, "call": settings.most_mails,
              "ask": settings.most_questions, "set": settings.most_rows, "append": settings.most_rows}  # fmt: skip
    most = limits.get(rule.action)
    # Cheap for nearly all rules: only where hits are many it is counted what they really come to.
    if most is None or len(found.hits) <= most:
        return None
    # Not the hits but what they would do: a fill of cells that hold the value already changes nothing.
    wanted = sum(1 for change in changes_of(ready, found.hits, desk) if change.groups)
    wanted += sum(1 for message in messages_of(ready, found.hits, desk) if message.mail or message.call)
    return None if wanted <= most else _far_too_much(ready, wanted, most, desk)


def _far_too_much(ready: Ready, wanted: int, most: int, desk: Desk) -> Problem:
    say, rule = desk.words.say, ready.rule
    message = say("The rule “{rule}” would do {n} things at once; it did nothing.", rule=rule.called, n=wanted)
    advice = say(
        "Make its condition narrower, or choose a list or one message with all hits; the limit is {n}.", n=most
    )
    return about(rule, message, advice, desk, code="too_many_hits", line=ready.line)


class Begun(Struct, frozen=True):
    """The rules that can be used, what is wrong with the others, and what they look at (None: nothing can be)."""

    ready: tuple[Ready, ...]
    problems: tuple[Problem, ...]
    desk: Desk | None


def begin(snapshot: Snapshot, settings: RuleSettings, now: datetime, history: History) -> Begun:
    """All rules, of rules.toml and of the workbook, made ready. `now` is aware."""
    faults: dict[str, str] = {}
    desk, problems = desk_of(Desk, snapshot, joined(settings, snapshot.console, faults), now, history)
    if desk is None:
        return Begun((), problems, None)
    ready, wrong = made_ready(desk)
    return Begun(ready, (*problems, *row_problems(faults, desk), *wrong), desk)


def on_trial_now(
    name: str, snapshot: Snapshot, settings: RuleSettings, now: datetime, history: History
) -> tuple[Trial, Plan] | None:
    """Why a rule may not act yet, and what it would do; None for one that may, or is none."""
    begun = begin(snapshot, settings, now, history)
    rule = next((one for one in begun.ready if one.rule.name == name), None)
    if rule is None or begun.desk is None:
        return None
    made = acted(rule, begun.desk)
    trial = half_typed(rule, begun.desk) or on_trial(rule, made, begun.desk)
    return (trial, made) if trial else None


def rule_problems(
    snapshot: Snapshot, settings: RuleSettings, now: datetime, history: History, exists: Callable[[str], bool]
) -> tuple[Problem, ...]:
    """All that is wrong with the rules, and those that can be used and yet never do anything; for `kim check`."""
    begun = begin(snapshot, settings, now, history)
    desk = begun.desk
    if desk is None:
        return begun.problems
    found = list(begun.problems)
    for rule in begun.ready:
        found += [*missing_templates(rule, desk, exists), *dead_ends(rule, desk), *untranslated(rule, desk)]
    return tuple(found)
