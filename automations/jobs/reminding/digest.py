"""The mail that staff get each working morning, one for each colleague who has something to know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import time

from automations.common.dates import moment
from automations.conditions.glossary import values_of
from automations.jobs.desk import Addressee
from automations.jobs.reminding.briefing import Briefing, briefings, context_of
from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.findings import Finding, sent
from automations.jobs.reminding.rules import ReadyRule, Rule
from automations.model.plan import Call, Mail
from automations.model.records import CaseManager
from automations.model.values import digest


def digest_findings(rule: ReadyRule, calls: Iterable[Call], desk: Desk) -> Iterator[Finding]:
    """The morning mails of all colleagues who are at work today."""
    if not desk.days.is_working_day(desk.today):
        yield Finding(rule.rule.name, "", "not_working")
        return
    known = briefings(calls, desk, rule.rule)
    for person in desk.snapshot.team:
        briefing = known.get(person.code or "", Briefing())
        # Whoever has an appointment today is at work, whatever the usual days are.
        # An unusable row may be a code that stands twice: then nobody knows whose mail it is.
        if person.usable and person.code and (briefing.concerns(desk.today) or desk.at_work(person, desk.today)):
            yield _finding(person, rule, briefing, desk)


def _finding(person: CaseManager, ready: ReadyRule, briefing: Briefing, desk: Desk) -> Finding:
    rule, code = ready.rule, person.code or ""
    reason = _hindrance(person, ready, briefing, desk)
    if reason:
        values = {"condition": rule.when, "due": f"{desk.today:%d.%m.%Y} {rule.due.at:%H:%M}"}
        return Finding(rule.name, code, reason, values=values)
    key = f"{rule.name}/{code}/0/{desk.today.isoformat()}"
    # One digest a day, but for an hour that came free since: by tomorrow nobody could use it.
    again = _renewed(key, briefing, desk) if desk.settled(key) else ""
    if desk.settled(key) and (not again or desk.settled(again)):
        return sent(rule.name, code, desk.history.mails[key], desk)
    to = desk.addressee(rule, None, person)
    # Tomorrow there is a new one; a briefing of yesterday would only mislead.
    allowed = desk.verdict(to, moment(desk.today, time(23, 59), desk.zone))
    if not allowed.allowed:
        return Finding(rule.name, code, "blocked", values={"sentence": allowed.sentence})
    mail = _mail(again or key, person, rule, to, briefing, desk)
    return Finding(rule.name, code, "due", values={"why": mail.why}, mail=mail)


def _renewed(key: str, briefing: Briefing, desk: Desk) -> str:
    """The key of the same mail once more, where clients have cancelled an hour of today since it left: tomorrow's would
    come too late; "" where there is no such hour ahead."""
    left, clock = desk.history.mails[key].at, f"{desk.now.astimezone(desk.zone):%H:%M}"
    fresh = [
        item.number
        for item in briefing.freed
        if item.day == desk.today and item.time > clock and desk.history.replies[item.number][-1].known_at > left
    ]
    # The version is another one, so that it is a mail of its own.
    return key.replace("/0/", "/1/") + f"-{digest(*sorted(fresh))[:8]}" if fresh else ""


def _hindrance(person: CaseManager, ready: ReadyRule, briefing: Briefing, desk: Desk) -> str:
    if desk.now < moment(desk.today, ready.rule.due.at, desk.zone):
        return "early"
    condition = ready.condition
    if condition is not None and not condition.holds(values_of(person, condition.names), desk.today):
        return "condition"
    return "nothing" if briefing.empty else ""


def _mail(key: str, person: CaseManager, rule: Rule, to: Addressee, briefing: Briefing, desk: Desk) -> Mail:
    return Mail(
        key=key,
        rule=rule.name,
        case="",
        to=to.address,
        language=to.language,
        template=rule.template,
        not_after=moment(desk.today, time(23, 59), desk.zone),
        why=desk.words.say("The mail of every working morning."),
        channel=rule.channel,
        audience="staff",
        context=context_of(person, briefing, desk),
        needs=desk.needs(appointment.row for appointment in briefing.today),
    )
