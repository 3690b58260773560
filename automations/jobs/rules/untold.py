"""Whom a rule does not reach: clients who hear nothing, colleagues without an address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from automations.jobs.desk import NAMED, untold_problem
from automations.jobs.rules.desk import Desk, Ready
from automations.jobs.rules.messages import Message
from automations.jobs.rules.people import COLLEAGUE_ROLES, names_somebody
from automations.model.problems import Problem


def untold(ready: Ready, found: Iterable[Message], desk: Desk) -> Iterator[Problem]:
    """That clients hear nothing of a rule: one line a rule, with their cases. Who objected, chose no reminders, or
    could not be written to safely is left in peace."""
    silent = [one for one in found if one.client and not one.call and one.reason != "sent"]
    # Without those left in peace also among the reasons: that somebody objected is no news about the others.
    known = desk.snapshot.case_by_number
    silent = [one for one in silent if not (one.client in known and desk.in_peace(known[one.client]))]
    cases = tuple(dict.fromkeys(one.client for one in silent))
    if not cases:
        return
    say = desk.words
    reasons = dict.fromkeys(one.sentence or say.say("There is no telephone number, or no case.") for one in silent)
    message = say.count(
        "The rule “{rule}” reaches {n} client neither by message nor by call: {cases}",
        "The rule “{rule}” reaches {n} clients neither by message nor by call: {cases}",
        len(cases), rule=ready.rule.called, cases=", ".join(cases[:NAMED]),
    )  # fmt: skip
    yield untold_problem(message, reasons, cases, desk)


def unreached(ready: Ready, found: Iterable[Message], desk: Desk) -> Iterator[Problem]:
    """That a message came back from, or does not get through to, somebody who is no client: one line a rule, with the
    rows that nobody hears of then."""
    lost = [one for one in found if not one.client and one.reason in {"returned", "deferred"}]
    keys = tuple(dict.fromkeys(desk.key(one.look.record) for one in lost))
    if keys:
        say = desk.words
        message = say.count(
            "The rule “{rule}” does not reach whom it writes to about {n} row: {keys}.",
            "The rule “{rule}” does not reach whom it writes to about {n} rows: {keys}.",
            len(keys), rule=ready.rule.called, keys=", ".join(keys[:NAMED]),
        )  # fmt: skip
        reasons = " ".join(dict.fromkeys(one.sentence for one in lost))
        advice = say.say("Please tell them yourself, or correct the address; then the message leaves.")
        yield _problem("rule_unreached", f"{message} {reasons}", advice, ready.rule.table, "", keys[0], keys, desk)


def unaddressed(ready: Ready, found: Iterable[Message], desk: Desk) -> Iterator[Problem]:
    """That a colleague whom a rule names by role is nobody, or that somebody whom a row names has no address: one line
    a rule, with the rows."""
    rule = ready.rule
    silent = [one.look.record for one in found if one.reason == "no_address" and not one.client]
    silent = [one for one in silent if not desk.history.adopting and names_somebody(rule.recipient, one, desk)]
    keys = tuple(dict.fromkeys(desk.key(one) for one in silent))
    if not keys:
        return
    say = desk.words
    message = say.count(
        "The rule “{rule}” finds no address to write to for {n} row: {keys}",
        "The rule “{rule}” finds no address to write to for {n} rows: {keys}",
        len(keys), rule=rule.called, keys=", ".join(keys[:NAMED]),
    )  # fmt: skip
    if rule.recipient in COLLEAGUE_ROLES:
        advice = say.say("Please look in the tab of the team whether its people are there and have mail addresses.")
        yield _problem("rule_unaddressed", message, advice, "team", "email", rule.name, keys, desk)
    else:
        advice = say.say("Please enter the address; where there is none, tell them yourself.")
        yield _problem("rule_unaddressed", message, advice, rule.table, "", keys[0], keys, desk)


def _problem(
    code: str, message: str, advice: str, table: str, field: str, key: str, keys: tuple[str, ...], desk: Desk
) -> Problem:
    layout = desk.snapshot.layouts.get(table)
    return Problem(
        code, message, advice, "warning", workbook=layout.workbook if layout else "", table=table,
        tab=layout.tab if layout else "", field=field, key=key, keys=keys, who="lead",
    )  # fmt: skip
