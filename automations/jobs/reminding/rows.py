"""Rules over cases and the team: so many days before or after a date of the row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from automations.expressions import values_of
from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.due import Step, steps
from automations.jobs.reminding.findings import Finding, state_name
from automations.jobs.reminding.people import recipient_of, verdict
from automations.jobs.reminding.rules import ReadyRule, Rule
from automations.plan import Mail
from automations.records import Case, CaseManager
from automations.values import Plain


def row_findings(row: Case | CaseManager, ready: ReadyRule, desk: Desk) -> Iterator[Finding]:
    """What a rule comes to for one row of the cases or of the team."""
    rule, base = ready.rule, getattr(row, ready.rule.due.field)
    name = _name(row)
    reason = "unusable" if not row.usable else "" if isinstance(base, date) else "no_date"
    manager = row if isinstance(row, CaseManager) else desk.snapshot.manager_by_code.get(row.manager or "")
    if not reason and not _holds(row, manager, ready, desk):
        reason = "condition"
    if not reason and not name:
        reason = "no_number"
    if reason:
        yield Finding(rule.name, name or f"#{row.line}", reason, values={"condition": rule.when})
        return
    for step in steps(rule.due, base, desk.days, desk.zone):
        yield _step(row, rule, step, manager, base, desk)


def _name(row: Case | CaseManager) -> str:
    return (row.number if isinstance(row, Case) else row.code) or ""


def _holds(row: Case | CaseManager, manager: CaseManager | None, ready: ReadyRule, desk: Desk) -> bool:
    if ready.condition is None:
        return True
    return ready.condition.holds(values_of(row, ready.condition.names, manager=manager), desk.today)


def _step(
    row: Case | CaseManager, rule: Rule, step: Step, manager: CaseManager | None, base: date, desk: Desk
) -> Finding:
    name, due = _name(row), f"{step.due.astimezone(desk.zone):%d.%m.%Y %H:%M}"
    # The date belongs to the key: a permit that was prolonged ends a second time.
    key = f"{rule.name}/{name}/0/{base.isoformat()}-{step.name}"
    if desk.now < step.due:
        return Finding(rule.name, name, "early", step.name, {"due": due})
    if not step.at(desk.now):
        return Finding(rule.name, name, "late", step.name, {"due": due})
    if desk.settled(key):
        record = desk.history.mails[key]
        at = f"{record.at.astimezone(desk.zone):%d.%m.%Y %H:%M}"
        return Finding(rule.name, name, "sent", step.name, {"at": at, "state": state_name(record.state, desk.words)})
    if desk.unsettled(row) and not desk.waits(key):
        return Finding(rule.name, name, "unsettled", step.name, {"minutes": desk.site.settle_minutes})
    case = row if isinstance(row, Case) else None
    to = recipient_of(rule, case, manager, desk)
    allowed = verdict(to, case if rule.to_client else None, step.until, desk)
    if not allowed.allowed:
        return Finding(rule.name, name, "blocked", step.name, {"sentence": allowed.sentence})
    why = desk.words.say("The rule “{rule}” was due on {due}.", rule=rule.name, due=due)
    mail = Mail(
        key=key,
        rule=rule.name,
        case=name if case else "",
        to=to.address,
        language=to.language,
        template=rule.template,
        not_after=step.until,
        why=why,
        channel=rule.channel,
        audience=to.audience,
        context=_context(row, manager, base, desk),
        needs=desk.needs([row.row]),
    )
    return Finding(rule.name, name, "due", step.name, {"why": why}, mail=mail)


def _context(row: Case | CaseManager, manager: CaseManager | None, base: date, desk: Desk) -> dict[str, Plain]:
    context: dict[str, Plain] = {
        "case": _name(row),
        "case_manager": (manager.name if manager else None) or "",
        "phone": (manager.phone if manager else None) or "",
        "office_phone": desk.site.phone,
        "date": base.isoformat(),
        "days_ahead": (base - desk.today).days,
        "days": desk.days.between(base, desk.today),
        "site_name": desk.site.name,
    }
    if isinstance(row, Case):
        context["received"] = row.received.isoformat() if row.received else ""
        context["urgency"] = str(row.urgency)
    return context
