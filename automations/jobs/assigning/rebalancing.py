"""`kim rebalance`: moves after a departure or for evenness, as one question that is not put twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from itertools import count

from msgspec import Struct

from automations.jobs.assigning.evenness import evened
from automations.jobs.assigning.families import loosened
from automations.jobs.assigning.moves import Move, as_if, hand_over, is_departing, movable
from automations.jobs.assigning.proposals import BACK_DAYS, JOB, propose
from automations.jobs.assigning.rules import Rules, rules_of
from automations.jobs.assigning.settings import AssignSettings
from automations.model.decisions import answer, lead, question_number
from automations.model.fact_kinds.questions import ProposedMove
from automations.model.history import History
from automations.model.plan import Plan
from automations.model.records import Answer
from automations.model.snapshot import Snapshot

REBALANCE = "rebalance"  # what the keys of questions begin with that somebody put by `kim rebalance`


class Standing(Struct, frozen=True):
    """A question that was put earlier: its number in the tab, and whether it was answered with no."""

    number: str
    refused: bool


def rebalance(snapshot: Snapshot, settings: AssignSettings, now: datetime, history: History) -> tuple[Move, ...]:
    """All moves that the team should look at: the cases of those who leave, then the smallest number
    for the wished evenness. `now` is aware. Nothing is changed."""
    return _moves(loosened(snapshot, settings, history), rules_of(settings, now))


def rebalance_plan(
    moves: tuple[Move, ...], snapshot: Snapshot, settings: AssignSettings, now: datetime, history: History
) -> Plan:
    """What `rebalance` found as one question with all moves, which are made in the run after a yes.
    An empty plan where there is nothing to move, or where an earlier question speaks for it."""
    today = settings.site.today(now)
    if not moves or standing(moves, snapshot, settings, now, history):
        return Plan(JOB)
    say = settings.site.texts
    question = say.count(
        "For a more even load {n} case would change hands. Shall kim do it?",
        "For a more even load {n} cases would change hands. Shall kim do it?", len(moves),
    )  # fmt: skip
    until = settings.site.working_days.shift(today, BACK_DAYS)
    terms = lead(until, say.say("nothing changes hands."), say)
    keys = (f"{REBALANCE}/{today.isoformat()}/{n}" for n in count(1))
    key = next(key for key in keys if key not in history.questions)
    groups, facts = propose(key, question, moves, (), snapshot, history, now, say, terms)
    return Plan(JOB, groups=groups, facts=facts)


def standing(
    moves: Sequence[Move], snapshot: Snapshot, settings: AssignSettings, now: datetime, history: History
) -> Standing | None:
    """The earlier question that speaks for these moves: one that waits for its answer, or had a no to all of them."""
    today, shift = settings.site.today(now), settings.site.working_days.shift
    wanted = {(move.case, move.giver, move.taker) for move in moves}
    asked: defaultdict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for key, one in history.facts_of(ProposedMove).items():
        if key.startswith(f"{REBALANCE}/"):
            asked[key.removesuffix(f"/{one.case}")].add((one.case, one.giver, one.taker))
    for key in sorted(asked):
        said, on = answer(key, snapshot, history), date.fromisoformat(key.split("/")[1])
        # Once the days for an answer are over, nothing changed hands; whoever wants it then is asked anew.
        waits = said in {None, Answer.LATER} and today <= shift(on, BACK_DAYS)
        if waits or (said is Answer.NO and wanted <= asked[key]):
            return Standing(question_number(key), refused=not waits)
    return None


def _moves(snapshot: Snapshot, rules: Rules) -> tuple[Move, ...]:
    leaving = {code for code, person in snapshot.manager_by_code.items() if is_departing(person, rules)}
    moves, _ = hand_over(movable(snapshot, rules, leaving), snapshot, rules)
    return (*moves, *evened(as_if(snapshot, moves), rules))
