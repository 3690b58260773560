"""Rules of the workbook are on trial until approved: a cell can be typed by anybody, so a cell lets nothing out.

What reaches people outside the team, or touches more than ten rows, waits until an approver says yes from the own
mailbox, by the token of a mail, or IT does. What was approved is pinned.

Why: docs/decisions/14-rules-in-the-workbook.md"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from msgspec import Struct

from automations.jobs.rules.approval_examples import examples, usual_domains
from automations.jobs.rules.desk import JOB, Desk, Ready, heading
from automations.jobs.rules.hits import looked
from automations.jobs.rules.model import TOLD_IN_TURN
from automations.jobs.rules.people import addressee
from automations.jobs.rules.turn_mails import template_of
from automations.model.console import APPROVAL, TEXTS
from automations.model.fact_kinds.team_rules import ApprovalAsked, RuleApproved, RuleRefused
from automations.model.fields import COLLEAGUES
from automations.model.plan import Fact, Mail, Plan
from automations.model.records import Record
from automations.model.schema import field_at
from automations.model.values import Plain, digest
from automations.tables.folding import slug

FEW = 10  # rows that a rule of the workbook may touch before anybody approves it
FACTOR = 3  # how many times the hits that it had when it was approved a rule may have later

# By role: whoever is named by an address may be anybody (docs/decisions/14-rules-in-the-workbook.md).
_INSIDE = frozenset({"manager", "substitute", "lead"})
_SAYS = frozenset({"mail", "digest", "call", "text_message", "ask_in_turn"})


class Approval(Struct, frozen=True):
    """What an approval is about: the rule as it stands (`pin`), its hits, and the domains that it writes to."""

    pin: str
    hits: int
    domains: tuple[str, ...]


def approval_of(ready: Ready, desk: Desk) -> Approval:
    """What would be approved now."""
    rule = ready.rule
    own = [pair for name in _texts_of(ready) for pair in sorted(desk.settings.texts.get(name, {}).items())]
    # Switched off and on again it is the same rule; a word of its texts changed, it is another one.
    pin = digest(rule.model_dump_json(exclude={"active"}), *(f"{code}{text!r}" for code, text in own))
    # All rows that fit, not only those due today: the domains of tomorrow are approved with them.
    fits = desk.book.matching(rule.table, ready.condition)
    records = [record for record, fit in zip(desk.book.records(rule.table), fits, strict=True) if fit]
    return Approval(pin, len(looked(ready, desk).hits), _domains(ready, records, desk))


def _texts_of(ready: Ready) -> tuple[str, ...]:
    """The names of all texts that a rule may send."""
    rule = ready.rule
    return (rule.template, *(template_of(rule, kind) for kind in TOLD_IN_TURN)) if rule.turn else (rule.template,)


def _domains(ready: Ready, records: Sequence[Record], desk: Desk) -> tuple[str, ...]:
    """The domains of the partners that a rule may write to; clients' are their own affair."""
    if ready.rule.turn:
        records = desk.book.records(ready.rule.turn.candidates)
    elif ready.rule.action not in {"mail", "digest"}:
        return ()
    found = [addressee(ready.rule.recipient, record, desk) for record in records]
    return tuple(
        sorted({to.address.rpartition("@")[2].casefold() for to in found if to.audience != "client" and to.address})
    )


class Trial(Struct, frozen=True):
    """Why a rule may not act yet: the sentence for its row, and whether an approver is to be asked."""

    sentence: str
    asks: bool = True


def half_typed(ready: Ready, desk: Desk) -> Trial | None:
    """That a rule rests as somebody may still be typing it, or a text of it; None where nobody is. A list shows what
    it comes to, and does nothing."""
    rule, unsettled = ready.rule, desk.snapshot.unsettled
    if rule.action == "list" or not unsettled:
        return None
    texts = _texts_of(ready)
    rows = [one.row for one in desk.snapshot.console.rules if one.name == rule.name and rule.origin == "workbook"]
    rows += [one.row for one in desk.snapshot.table(TEXTS) if slug(str(one.get("name") or "")) in texts]
    if unsettled.isdisjoint(rows):
        return None
    said = "it was typed only just now, and acts when it has stood for {minutes} minutes"
    return Trial(desk.words.say(said, minutes=desk.site.settle_minutes), asks=False)


def on_trial(ready: Ready, plan: Plan, desk: Desk) -> Trial | None:
    """Why a rule of the workbook, or one with a text of the workbook, may not act yet; None where it may."""
    rule, say = ready.rule, desk.words.say
    # A list leaves nothing but a tab in the team's own workbook.
    if rule.action == "list" or not (rule.origin == "workbook" or _borrows(ready, desk)):
        return None
    # Problems count, too: a note at every row is as much noise as a mail. One mail with all hits is as many as these.
    mails = len(looked(ready, desk).hits) if plan.mails and rule.action == "digest" else len(plan.mails)
    touched = len(plan.groups) + mails + len(plan.calls) + len(plan.problems)
    outside = rule.action in _SAYS and rule.recipient not in _INSIDE and not _names_colleague(ready, desk)
    # What stays inside and is little can be put right by hand, so it needs no yes.
    if not outside and touched <= FEW:
        return None
    known = desk.history.fact(RuleApproved, rule.name)
    refused = desk.history.fact(RuleRefused, rule.name)
    # A no is for the rule as it stood; changed, it may be asked about again.
    if refused and not known and refused.pin == approval_of(ready, desk).pin:
        return Trial(say("refused by {by}", by=refused.by), asks=False)
    beyond = _beyond(ready, plan, touched, known, desk) if known else say("waits for approval")
    if not beyond:
        return None
    way = say("a mail went to: {names}", names=", ".join(desk.settings.approvers)) if desk.settings.approvers else ""
    return Trial(f"{beyond}: {way or say('“kim approve {name}”', name=rule.name)}")


def _names_colleague(ready: Ready, desk: Desk) -> bool:
    """Whether the recipient is a column that names a colleague, who is written to under the address in the team."""
    spec = field_at(desk.snapshot.schema, ready.rule.table, ready.rule.recipient)
    return spec is not None and spec.target == COLLEAGUES


def _borrows(ready: Ready, desk: Desk) -> bool:
    """Whether the text of a rule of rules.toml stands in the workbook alone."""
    console, settings = desk.snapshot.console.texts, desk.settings.texts
    return any(
        name in console
        and {code: dict(text) for code, text in console[name].items()}
        == {code: text.model_dump() for code, text in settings.get(name, {}).items()}
        for name in _texts_of(ready)
    )


def _beyond(ready: Ready, plan: Plan, touched: int, known: RuleApproved, desk: Desk) -> str:
    """In what a rule goes beyond its approval; blank where in nothing."""
    say = desk.words.say
    if known.pin != approval_of(ready, desk).pin:
        return say("changed since it was approved")
    # Three times: a team grows, but a condition that somebody emptied hits everybody at once.
    if touched > max(FEW, FACTOR * known.hits):
        return say("far more rows than were approved ({n})", n=touched)
    strange = _strange(plan, known)
    return say("an address that was not approved ({domain})", domain=strange[0]) if strange else ""


def _strange(plan: Plan, known: RuleApproved) -> list[str]:
    # Domains, not addresses: a partner's new colleague needs no approval, another organisation does.
    domains = {mail.to.rpartition("@")[2].casefold() for mail in plan.mails if mail.audience != "client"}
    return sorted(domains - set(known.domains.split()))


def asking(ready: Ready, plan: Plan, desk: Desk) -> Plan:
    """The mails that ask the approvers for their yes, each sent once for a rule as it stands. An answer counts for
    what was asked, so that is remembered with them. On first contact, when all that is due counts as told, not yet."""
    if desk.history.adopting:
        return Plan(JOB)
    now, rule = approval_of(ready, desk), ready.rule
    known = desk.history.fact(RuleApproved, rule.name)
    # After an approval that the rule has outgrown it is asked about anew.
    pin = digest(now.pin, str(known.at), *_strange(plan, known))[:16] if known else now.pin[:16]
    asked = ApprovalAsked(now.pin, now.hits, " ".join(now.domains))
    return approval_mails(rule.name, rule.called, asked, pin, dict(_question(ready, now, plan, desk)), desk)


def approval_mails(
    name: str, title: str, asked: ApprovalAsked, pin: str, question: dict[str, Plain], desk: Desk
) -> Plan:
    """A mail to each approver about a rule or setting as it stands (`pin`), once, and what was asked."""
    subject = f"{name}/{pin[:16]}"
    mails = [
        Mail(
            key=f"{APPROVAL}/{subject}/{digest(address.casefold())[:8]}", rule=APPROVAL, case="", to=address,
            language=desk.site.language, template=APPROVAL, not_after=desk.now + timedelta(days=30),
            why=desk.words.say("“{name}” waits for approval.", name=title),
            subject_key=subject, audience="staff", context={"approval": question},
        )
        for address in desk.settings.approvers
    ]  # fmt: skip
    fresh = tuple(mail for mail in mails if not desk.settled(mail.key))
    known_asked = desk.history.fact(ApprovalAsked, subject) is not None  # it stays as the mail said it
    return Plan(JOB, mails=fresh, facts=() if known_asked or not mails else (asked.under(subject),))


def _question(ready: Ready, now: Approval, plan: Plan, desk: Desk) -> Iterator[tuple[str, Plain]]:
    """What the mail to approvers says, in the site's language."""
    say, rule = desk.words.say, ready.rule
    clients = [mail.to for mail in plan.mails if mail.audience == "client"]
    theirs = f"{desk.words.count('{n} client', '{n} clients', len(clients))} ({usual_domains(clients)})"
    to = [*now.domains, *([theirs] if clients else [])]
    title = rule.called
    yield "subject", say("Please approve: the rule “{rule}”", rule=title)
    yield "intro", say("Somebody wrote this rule into the workbook. It does nothing until you say yes; then it acts by "
                       "itself, until the rule or its text is changed.")  # fmt: skip
    facts: list[Plain] = [
        [say("Rule"), title], [say("Rows today"), str(now.hits)], [say("Goes to"), ", ".join(to) or "–"],
    ]  # fmt: skip
    if looks := list(_looks_at(ready, desk)):
        facts.append([say("Chosen by"), ", ".join(looks)])
    yield "facts", facts
    yield "examples", list(examples(ready, _texts_of(ready), desk))
    yield "examples_title", say("What it would say, without names:")
    yield "yes", say("Yes, approve it")
    yield "no", say("No, leave it resting")
    yield "hint", say("A finished message opens. Just send it, and please change nothing in its subject line.")
    yield "by_it", say("IT can approve it: “kim approve {name}”", name=rule.name)


def _looks_at(ready: Ready, desk: Desk) -> Iterator[str]:
    """The columns by which its rows are chosen: whoever gets a message learns something of them, too."""
    rule, condition = ready.rule, ready.condition
    names = sorted(condition.names) if condition else []
    yield from dict.fromkeys(heading(name, rule.table, desk) for name in (*names, rule.due.field) if name)
    for asked in condition.aggregates.values() if condition else ():
        layout = desk.snapshot.layouts.get(asked.table)
        yield layout.tab if layout else asked.table


def approving(ready: Ready, desk: Desk, by: str) -> Fact:
    """The approval, to be remembered."""
    now = approval_of(ready, desk)
    return RuleApproved(now.pin, now.hits, " ".join(now.domains), by, desk.now).under(ready.rule.name)
