"""Rules that look at one row and one of its dates: cases, the team, and appointments that are over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from automations.jobs.desk import Addressee
from automations.jobs.reminding.contexts import appointment_context
from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.findings import Finding, sent
from automations.jobs.reminding.printed import manager_of, printed
from automations.jobs.reminding.rules import Due, ReadyRule, Rule
from automations.jobs.reminding.visits import holds
from automations.jobs.steps import Step, is_near
from automations.messages.readers import reader_of
from automations.model.plan import Mail
from automations.model.records import Appointment, Case, CaseManager
from automations.model.values import Plain

Row: TypeAlias = Case | CaseManager | Appointment


class _Subject(Struct, frozen=True):
    """A row, what it is called, and the rows that it is related to."""

    row: Row
    name: str
    case: Case | None
    manager: CaseManager | None


def row_findings(row: Row, ready: ReadyRule, desk: Desk) -> Iterator[Finding]:
    """What a rule comes to for one row."""
    rule, base, subject = ready.rule, getattr(row, ready.rule.due.field), _subject(row, desk)
    reason = _hindrance(subject, base, ready, desk)
    if reason or not isinstance(base, date):
        yield Finding(rule.name, subject.name or f"#{row.line}", reason, values={"condition": rule.when})
        return
    for step in desk.steps(rule.due, base):
        yield _step(subject, rule, step, base, desk)


def may_be_due(row: Row, due: Due, today: date) -> bool:
    """Whether a step can be due today, judged roughly."""
    base = getattr(row, due.field)
    return isinstance(base, date) and is_near(due, base, today)


def _subject(row: Row, desk: Desk) -> _Subject:
    if isinstance(row, Case):
        return _Subject(
            row,
            row.number or "",
            reader_of(row, desk.snapshot, desk.today),
            desk.snapshot.manager_by_code.get(row.manager or ""),
        )
    if isinstance(row, CaseManager):
        return _Subject(row, row.code or "", None, row)
    case = desk.snapshot.case_by_number.get(row.case or "")
    reader = reader_of(case, desk.snapshot, desk.today) if case else None
    return _Subject(row, row.number or "", reader, manager_of(row, case, desk.snapshot))


def _hindrance(subject: _Subject, base: object, ready: ReadyRule, desk: Desk) -> str:
    if not subject.row.usable:
        return "unusable"
    if not isinstance(base, date):
        return "no_date"
    # Before the number: of a row that the rule does not mean nobody wants to hear what it lacks.
    if not holds(subject.row, subject.case, subject.manager, ready, desk):
        return "condition"
    if not subject.name:
        return "no_number"
    if subject.name in desk.doubled or (subject.case and subject.case.number in desk.doubled):
        return "doubled"
    return "no_case" if isinstance(subject.row, Appointment) and subject.case is None else ""


def _step(subject: _Subject, rule: Rule, step: Step, base: date, desk: Desk) -> Finding:
    due = desk.in_words(step.due)
    # The date belongs to the key: a permit that was prolonged ends a second time.
    key = f"{rule.name}/{subject.name}/0/{base.isoformat()}-{step.name}"
    key = desk.handed_over(key, subject.manager) if rule.recipient == "manager" else key

    def found(reason: str, **values: object) -> Finding:
        return Finding(rule.name, subject.name, reason, step.name, values)

    if desk.now < step.due:
        return found("early", due=due)
    if not step.at(desk.now):
        return found("late", due=due)
    if desk.settled(key):
        record = desk.history.mails[key]
        settled = sent(rule.name, subject.name, record, desk, step.name)
        return replace(settled, unheard=subject.name) if record.state in {"failed", "bounced"} else settled
    # A mail that waits in the outbox is wanted still: else each word that somebody types would call it back.
    if desk.unsettled(subject.row, subject.case) and not desk.waits(key):
        return found("unsettled", minutes=desk.site.settle_minutes)
    to = desk.addressee(rule, subject.case, subject.manager)
    allowed = desk.verdict(to, step.until)
    if not allowed.allowed:
        blocked = found("blocked", sentence=allowed.sentence)
        nobody = rule.recipient == "lead" and desk.lead is None  # that is told once for all
        peace = rule.to_client and subject.case is not None and desk.in_peace(subject.case)
        return blocked if peace or nobody else replace(blocked, unheard=subject.name)
    why = desk.words.say("The rule “{rule}” was due on {due}.", rule=rule.called(desk.words), due=due)
    mail = _mail(subject, rule, step, base, desk, key=key, to=to, why=why)
    unheard = subject.name if desk.put_off(key) else ""
    return Finding(rule.name, subject.name, "due", step.name, {"why": why}, mail=mail, unheard=unheard)


def _mail(
    subject: _Subject, rule: Rule, step: Step, base: date, desk: Desk, *, key: str, to: Addressee, why: str
) -> Mail:
    return Mail(
        key=key,
        rule=rule.name,
        case=(subject.case.number if subject.case else None) or "",
        to=to.address,
        language=to.language,
        template=rule.template,
        not_after=step.until,
        why=why,
        channel=rule.channel,
        audience=to.audience,
        context=_context(subject, base, desk),
        needs=desk.needs([subject.row.row]),
    )


def _context(subject: _Subject, base: date, desk: Desk) -> Mapping[str, Plain]:
    context = desk.context(subject.name, subject.manager, base)
    if isinstance(subject.row, Case):
        received = subject.row.received
        context |= {"received": received.isoformat() if received else "", "urgency": str(subject.row.urgency)}
    elif isinstance(subject.row, Appointment):
        facts = printed(subject.row, desk.snapshot)
        context |= {"case": subject.row.case or ""} | (appointment_context(facts, None, desk) if facts else {})
    return context
