"""What rules would fill in and may not: another rule filled in something else, somebody typed there, or a yes came too
late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from automations.jobs.rules.desk import Desk, Look, Ready, about, heading, titles
from automations.jobs.rules.edits import Change, filling, shown_value
from automations.model.fact_kinds.team_rules import RuleFilled
from automations.model.problems import Problem
from automations.model.records import Answer
from automations.model.values import key_text


def overruled(ready: Ready, changes: Iterable[Change], desk: Desk) -> Iterator[Problem]:
    """One problem for each rule whose words stand where this one's would: the first one's stay."""
    stays = [change for change in changes if change.reason == "typed"] if ready.rule.action == "set" else []
    if not stays:
        return
    filled = _filled(desk)
    hits = Counter(
        (other, field)
        for change in stays
        for field in ready.rule.set
        if (other := _other(ready, change, field, filled, desk)) is not None
    )
    called = titles(desk.settings, desk.snapshot)
    for (other, field), rows in sorted(hits.items()):
        yield _problem(ready, called.get(other, other), field, rows, desk)


def _filled(desk: Desk) -> Mapping[tuple[str, str], str]:
    """Which rule filled in a cell with what: row and field, and the text -> the rule."""
    found = desk.history.facts_of(RuleFilled)
    return {(key.partition("/")[2], one.value or ""): key.partition("/")[0] for key, one in found.items()}


def _other(ready: Ready, change: Change, field: str, filled: Mapping[tuple[str, str], str], desk: Desk) -> str | None:
    record = change.look.record
    by = desk.snapshot.edited.get(record.row, {}).get(field, "")
    row = desk.snapshot.rows.get(record.row)
    stands = (key_text(row.value(field)) or "") if row is not None else ""
    other = by.split("/")[1] if by.startswith("rule/") else filled.get((f"{desk.mark(record)}/{field}", stands))
    return other if other != ready.rule.name else None


def _problem(ready: Ready, other: str, field: str, rows: int, desk: Desk) -> Problem:
    rule = ready.rule
    message = desk.words.count(
        "The rule “{rule}” fills in nothing in {n} row: “{other}” has filled in “{column}” otherwise; that stays.",
        "The rule “{rule}” fills in nothing in {n} rows: “{other}” has filled in “{column}” otherwise; that stays.",
        rows, rule=rule.called, other=other, column=heading(field, rule.table, desk),
    )  # fmt: skip
    advice = desk.words.say("If that is not meant so, please change the condition of one of the two rules.")
    return about(rule, message, advice, desk, code="rule_overruled", line=ready.line, severity="warning")


def unfilled(ready: Ready, changes: Iterable[Change], desk: Desk) -> Iterator[Problem]:
    """A problem at each row whose question was answered yes in vain; what is typed there stays, so people must."""
    rule, say = ready.rule, desk.words.say
    for change in changes if rule.action == "ask" else ():
        # In vain only where nothing could be filled in: of several cells one that took it is seen in the row.
        if change.reason != "typed" or change.groups:
            continue
        record, field = change.look.record, next(iter(rule.set))
        yield Problem(
            code="yes_not_filled",
            message=say("The answer was yes, but the cell has words of its own; they stay."),
            advice=say("Please enter it yourself ({what}), or answer no.", what=_wanted(ready, desk)),
            **desk.snapshot.where(record, field),
            key=record.row.key,
        )


def too_late(ready: Ready, hits: Iterable[Look], desk: Desk) -> Iterator[Problem]:
    """A problem at each row for which a yes came when the rule held no longer: the question stands there as answered,
    and what it promised is filled in nowhere."""
    rule, begins = ready.rule, f"rule/{ready.rule.name}/"
    if rule.action != "ask" or not rule.set:
        return
    # Only while the yes stands in the tab: whoever changed it to no, or tidied it away, has seen to it.
    standing = {row.number for row in desk.snapshot.decisions if row.decision is Answer.YES}
    agreed = [key for key, number in desk.history.questions.items() if key.startswith(begins) and number in standing]
    late = {key.removeprefix(begins).rpartition("/")[0] for key in agreed} - {desk.mark(look.record) for look in hits}
    say = desk.words.say
    for record in desk.book.records(rule.table) if late else ():
        mark = desk.mark(record)
        if mark not in late or record.row in desk.snapshot.unsettled:
            continue
        done = any(desk.history.fact(RuleFilled, f"{rule.name}/{mark}/{name}") for name in rule.set)
        if done or filling(ready, Look(record, "late"), desk).reason == "filled":
            continue
        yield Problem(
            code="yes_not_filled",
            message=say("The answer was yes, but by then the rule “{rule}” did not hold here any more.",
                        rule=rule.called),
            advice=say("Please enter it yourself ({what}), or answer no.", what=_wanted(ready, desk)),
            **desk.snapshot.where(record, next(iter(rule.set))),
            key=record.row.key,
        )  # fmt: skip


def _wanted(ready: Ready, desk: Desk) -> str:
    rule = ready.rule
    return ", ".join(f"{heading(name, rule.table, desk)} = {shown_value(to, desk)}" for name, to in rule.set.items())
