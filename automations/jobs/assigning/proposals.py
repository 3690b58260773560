"""Moves as questions to people, and carried out once they said yes.

A question's key is "departure/…", "absence/…", "stand_in/…" or "rebalance/…"; each of its moves is a fact of kind
"move" under the question's key and the case's number, so that the ledger can erase it with the case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct, structs

from automations.common.texts import Texts
from automations.jobs.assigning.moves import Left, Move, is_departing
from automations.jobs.assigning.rules import Rules
from automations.jobs.assigning.units import is_open, is_staying
from automations.model.decisions import Terms, answer, ask, question_number
from automations.model.fact_kinds.questions import Moved, ProposedMove
from automations.model.history import History
from automations.model.layout import Row
from automations.model.plan import CellEdit, EditGroup, Fact
from automations.model.problems import Problem
from automations.model.records import Answer, Case, CaseManager, Decision
from automations.model.snapshot import Snapshot
from automations.model.values import Value, digest

JOB = "assign_cases"

BACK_DAYS = 5  # working days in which a question without hurry should be answered


def next_key(name: str, snapshot: Snapshot, history: History) -> str | None:
    """The key under which to ask (again); None while an answer is awaited, or after a "no"."""
    rounds = 1
    while f"{name}/{rounds}" in history.questions:
        # After a yes there may be new cases of the same absence; they need a question of their own.
        if answer(f"{name}/{rounds}", snapshot, history) is not Answer.YES:
            return None
        rounds += 1
    return f"{name}/{rounds}"


def not_moved_yet(name: str, cases: Sequence[Case], history: History) -> tuple[Case, ...]:
    """Without those that were moved after such a question and given back by hand: nobody asks twice."""
    moved = {one.case for key, one in history.facts_of(Moved).items() if key.startswith(f"{name}/")}
    return tuple(case for case in cases if case.number not in moved)


def propose(
    key: str, question: str, moves: Sequence[Move], left: Sequence[Left], snapshot: Snapshot, history: History,
    now: datetime, say: Texts, terms: Terms,
) -> tuple[tuple[EditGroup, ...], tuple[Fact, ...]]:  # fmt: skip
    """The question, with its moves as facts that come with it; nothing where it was asked before."""
    groups, facts = ask(
        key, question, _proposal(moves, left, snapshot, say), moves[0].case, snapshot, history, JOB, now, terms, say
    )
    # No question, no moves: facts without a question could be carried out by an answer to another one.
    if not groups:
        return (), ()
    found = [ProposedMove(move.case, move.giver, move.taker, move.why).under(f"{key}/{move.case}") for move in moves]
    return tuple(structs.replace(group, facts=(*group.facts, *found)) for group in groups), facts


def _proposal(moves: Sequence[Move], left: Sequence[Left], snapshot: Snapshot, say: Texts) -> str:
    people = snapshot.manager_by_code
    by_taker: defaultdict[str, list[Move]] = defaultdict(list)
    for move in moves:
        by_taker[move.taker].append(move)
    lines = []
    for taker, given in sorted(by_taker.items()):
        # Somebody may have left the tab since the moves were worked out.
        name = people[taker].name or taker if taker in people else taker
        cases = "; ".join(f"{move.case} ({move.why})" for move in given)
        lines.append(say.say("to {name}: {cases}", name=name, cases=cases))
    by_obstacle: defaultdict[str, list[str]] = defaultdict(list)
    for item in left:
        by_obstacle[item.why].append(item.case.number or "")
    lines += [
        say.say("stays for now: {cases} ({why})", cases=", ".join(numbers), why=why)
        for why, numbers in by_obstacle.items()
    ]
    return say.say("yes: {moves}", moves=". ".join(lines) + ".")


def carried_out(snapshot: Snapshot, history: History, rules: Rules) -> Iterator[EditGroup]:
    """The moves that people said yes to and that still make sense: the case is open, with the same colleague as when we
    asked, the new one is there, and what was asked about is not over. Each is made once; staff may undo it."""
    say = rules.settings.site.texts
    for one in agreed(snapshot, history, rules):
        case, taker = one.case, snapshot.manager_by_code.get(one.move.taker)
        if taker is None or why_over(one, snapshot, rules):
            continue
        row = snapshot.rows[case.row]
        why = reason_of(one.move, say)
        new: dict[str, Value] = {"manager": taker.code, "manager_since": rules.today, "reason": why}
        cells = tuple(CellEdit(name, row.value(name), value) for name, value in new.items() if name in row.cells)
        made = Moved(one.move.case, seen(row)).under(f"{one.question}/{one.move.case}")
        # A case that is closed between reading and writing must not change hands.
        guards = row.guards("phase", "closed_on")
        yield EditGroup(f"move/{case.number}", case.row, cells, JOB, why, guards=guards, facts=(made,))


class Agreed(Struct, frozen=True):
    """A move that people said yes to under the key of a question, and that was not made yet."""

    question: str
    move: ProposedMove
    case: Case


def agreed(snapshot: Snapshot, history: History, rules: Rules) -> Iterator[Agreed]:
    """All such moves whose case is open, and with the same colleague as when we asked."""
    for key, move in sorted(history.facts_of(ProposedMove).items()):
        question = key.removesuffix(f"/{move.case}")  # the number of a case may hold a stroke itself
        if answer(question, snapshot, history) is not Answer.YES:
            continue
        case = snapshot.case_by_number.get(move.case)
        if case is None or not _still_holds(case, move.giver, snapshot, rules):
            continue
        if not _was_made(key, snapshot.rows[case.row], history):
            yield Agreed(question, move, case)


def why_over(one: Agreed, snapshot: Snapshot, rules: Rules) -> str:
    """Why a move is not made in spite of a yes, in the site's language; "" where nothing is in the way."""
    say, people = rules.settings.site.texts, snapshot.manager_by_code
    giver, taker = people.get(one.move.giver), people.get(one.move.taker)
    kind, _, rest = one.question.partition("/")
    # By the absence's first day: a yes about October must not move cases in the illness of December.
    if giver and kind == "absence" and not (giver.is_absent(rules.today) and rest.startswith(absence_of(giver))):
        return say.say("{name} is back, or away on other days", name=giver.name or giver.code)
    if giver and kind == "departure" and not is_departing(giver, rules):
        return say.say("{name} is staying", name=giver.name or giver.code)
    there = taker and is_staying(taker, rules.today, rules.settings) and not rules.is_long_away(taker)
    if not there or (taker and kind == "return" and taker.is_absent(rules.today)):
        return say.say("{name} is not there", name=(taker and taker.name) or one.move.taker)
    return ""


def absence_of(person: CaseManager) -> str:
    """What questions about an absence are called by: who is away, and since when."""
    return f"{person.code}/{person.absent_from or 'open'}"


def _still_holds(case: Case, giver: str, snapshot: Snapshot, rules: Rules) -> bool:
    return (
        case.usable
        and case.manager == giver
        and is_open(case, rules.settings)
        and case.row in snapshot.rows
        and case.row not in snapshot.unsettled
    )


def reason_of(move: ProposedMove, say: Texts) -> str:
    """What kim writes beside the name of who takes over."""
    return say.say("taken over from {giver}: {why}", giver=move.giver, why=move.why)


def seen(row: Row) -> str:
    """A digest of what kim writes beside a name."""
    return digest(row.value("manager_since"), row.value("reason"))


def _was_made(key: str, row: Row, history: History) -> bool:
    """Whether this move was written before: what kim writes beside the name stands there, or did."""
    made = history.fact(Moved, key)
    # Written, and now something else stands there: staff took it back, and the yes does not count twice. The same
    # digest means that the write never came to the sheet; without the columns nobody can tell, and once is enough.
    return made is not None and (made.seen != seen(row) or not {"manager_since", "reason"} & set(row.cells))


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
    say = rules.settings.site.texts
    message = say.say(
        "The yes to the question {number} is not carried out any more: {why}. As before: {cases}.",
        number=row.number, why=why, cases=", ".join(cases),
    )  # fmt: skip
    advice = say.say(
        "Please type a name into “{manager}” where that is still wanted, and answer the question with no.",
        manager=snapshot.heading("cases", "manager"),
    )
    return Problem(
        "answer_late", message, advice, **snapshot.where(row, "decision"), key=row.number or "", keys=tuple(cases),
        who="lead",
    )  # fmt: skip
