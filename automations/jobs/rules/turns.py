"""Asks candidates in turn about rows of a table, one message at a time, until somebody says yes. Pure.

Who has it is what the row's own column says, whoever wrote it there. Everybody is told the difference between what
they were told last and what is true now: an offer, a yes that counts, a change, an end. An answer counts for what its
giver was told, in the order in which the mail server took it. Nobody is asked twice about a row, nor about two things
at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from automations.jobs.rules.desk import JOB, Desk, Ready, about
from automations.jobs.rules.people import addressee
from automations.jobs.rules.turn_history import HOLDING, Past, Pasts, rules_told_by
from automations.jobs.rules.turn_mails import Told, turn_mail
from automations.jobs.rules.turn_row import Row
from automations.jobs.rules.turn_table import Made, Table
from automations.jobs.rules.turn_telling import take
from automations.model.decisions import answer, ask, holder
from automations.model.fact_kinds.team_rules import TurnDue
from automations.model.layout import TableLayout
from automations.model.plan import Plan
from automations.model.problems import Problem
from automations.model.records import Answer, OwnRecord
from automations.model.values import RowKey


def turns(ready: Ready, desk: Desk) -> Plan:
    """What a rule that asks in turn does now. On first contact it asks nobody."""
    turn = ready.rule.turn
    layout = desk.snapshot.layouts.get(ready.rule.table)
    if turn is None or layout is None or desk.history.adopting:
        return Plan(JOB)
    missing = [name for name in (turn.fills, turn.state) if name not in layout.columns]
    if missing or turn.candidates not in desk.snapshot.layouts:
        return Plan(JOB, problems=(_without_columns(ready, missing, desk),))
    made = Made()
    _take_all(Table(ready, turn, desk, made))
    return Plan(JOB, tuple(made.groups), tuple(made.mails), facts=tuple(made.facts), problems=tuple(made.problems))


def _without_columns(ready: Ready, missing: Sequence[str], desk: Desk) -> Problem:
    say, rule = desk.words.say, ready.rule
    names = ", ".join(missing) or (rule.turn.candidates if rule.turn else "")
    message = say("The rule “{rule}” rests: “{names}” is missing in the workbook.", rule=rule.called, names=names)
    advice = say("“kim rules --make-tabs” makes what is missing, after a question.")
    return about(rule, message, advice, desk, code="rule_stopped", line=ready.line, severity="warning")


def _take_all(of: Table) -> None:
    """Every row, those first that begin first; then the rows that are not there any more."""
    desk = of.desk
    for stand in of.stands():
        if stand.record.row not in desk.snapshot.unsettled:
            take(Row(of, stand))
    here = set(desk.marks(of.rule.table)) if of.told else set[str]()
    for mark in of.told.keys() - here:
        _gone(of, mark)
    # The daemon looks again at that moment: a time to answer ends between two runs.
    due, name = min(of.due, default=None), of.rule.name
    if due != (desk.history.fact(TurnDue, name) or TurnDue()).at:
        of.made.facts.append(TurnDue(due).under(name))


def _gone(of: Table, mark: str) -> None:
    """A row that is not there any more may have moved to another tab: people are asked before anybody is told."""
    desk = of.desk
    known = [(who, of.pasts.of(mark, who)) for who in of.told[mark]]
    known = [(w, p) for w, p in known if (p.kind in HOLDING or p.is_open) and p.starts and p.starts > desk.now]
    if not known:
        return
    key, say = f"rule/{of.rule.name}/{mark}/gone", desk.words
    # Only a yes: a row that was cut out to be pasted into another tab must cancel nothing.
    if answer(key, desk.snapshot, desk.history) is Answer.YES:
        for who, past in known:
            _end(of, mark, who, past)
        return
    case = known[0][1].last.case if known[0][1].last else ""
    facts = ", ".join(text for text in known[0][1].printed.values() if text)
    question = say.say("A row that others were asked about is gone ({facts}). Is it off?", facts=facts)
    proposal = say.say("yes: whoever said yes, or was asked, is told that it is off. no: nothing is told.")
    owner = desk.snapshot.case_by_number.get(case)
    terms = holder(owner.manager if owner else None, desk.today, say.say("nobody is told."), say, urgent=True)
    groups, noted = ask(key, question, proposal, case, desk.snapshot, desk.history, JOB, desk.now, terms, say)
    of.made.groups += groups
    of.made.facts += noted


def left_alone(acting: Collection[str], desk: Desk) -> Iterator[Problem]:
    """A problem for each who said yes, or was asked, by a rule that does not act any more, until the hour begins: kim
    tells them nothing of what changes."""
    say = desk.words.say
    for rule in sorted(rules_told_by(desk.history).difference(acting)):
        pasts = Pasts(rule, desk.history)
        known = [(mark, pasts.of(mark, who)) for mark, people in pasts.rows().items() for who in people]
        for mark, past in known:
            if not (past.kind in HOLDING or past.is_open) or not past.starts or past.starts <= desk.now:
                continue
            facts = ", ".join(text for text in past.printed.values() if text)
            message = say(
                "Somebody who said yes, or was asked, hears of no change any more ({facts}): the rule “{rule}” does"
                " not act.", facts=facts, rule=rule,
            )  # fmt: skip
            advice = say("Please tell them yourself what changes, or let the rule act again.")
            yield Problem("turn_untold", message, advice, "warning", key=mark, who="lead")


def _end(of: Table, mark: str, who: str, past: Past) -> None:
    person = of.people.get(who)
    layout = of.desk.snapshot.layouts[of.rule.table]
    if past.starts is None:
        return
    if person is None:
        of.made.problems.append(_unknown(mark, past, of.desk, layout))
        return
    blank = OwnRecord(row=RowKey(layout.workbook, of.rule.table, ""))
    kind = "cancelled" if past.kind in HOLDING else "withdrawn"
    to = addressee(of.rule.recipient, person, of.desk)
    told = Told(kind, past, to, mark, blank, person, past.core, past.starts, past.starts, gone=True)
    of.made.mails.append(turn_mail(of.rule, told, of.desk))


def _unknown(mark: str, past: Past, desk: Desk, layout: TableLayout) -> Problem:
    """Somebody is to be told that it is off, and their own row is gone as well."""
    say = desk.words.say
    facts = ", ".join(text for text in past.printed.values() if text)
    message = say("Somebody who said yes, or was asked, does not know that it is off ({facts}).", facts=facts)
    advice = say("Their own row is gone, too. Please find out who it was, and phone.")
    return Problem("turn_untold", message, advice, "error", layout.workbook, layout.table, layout.tab,
                   key=mark, who="lead")  # fmt: skip
