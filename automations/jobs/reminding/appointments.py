"""Rules over appointments: which reminders are due some days before, and which announcements of what is new.

One appointment at a time: announcements first, since one of them swallows a reminder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.findings import Finding
from automations.jobs.reminding.rules import ReadyRule, Rule
from automations.jobs.reminding.visit_messages import heard, step_finding
from automations.jobs.reminding.visits import Visit, replied_cancel, took_back
from automations.jobs.steps import Step

ANNOUNCED = "0"  # the step name of announcements, which have one step only


def visit_findings(visit: Visit, rules: Sequence[ReadyRule], desk: Desk) -> Iterator[Finding]:
    """What each rule comes to for one visit; at most one mail or call to the client in a run."""
    spoken = False
    # Announcements first: what they say makes a reminder of the same run needless.
    for rule in sorted(rules, key=lambda ready: not ready.rule.due.event):
        found = _announcement(visit, rule, rules, desk) if rule.rule.due.event else _reminders(visit, rule, rules, desk)
        for finding in found:
            speaks = rule.rule.to_client and (finding.mail is not None or finding.call is not None)
            yield Finding(rule.rule.name, visit.number, "swallowed", finding.step) if spoken and speaks else finding
            spoken = spoken or speaks


def _announcement(visit: Visit, ready: ReadyRule, rules: Sequence[ReadyRule], desk: Desk) -> Iterator[Finding]:
    rule = ready.rule
    reason = _unneeded(visit, rule, rules, desk)
    if not reason and not visit.holds(ready, desk):
        reason = "condition"
    if reason:
        yield Finding(rule.name, visit.number, reason, values={"condition": rule.when})
        return
    # Whoever cannot be written to is called about a change; a late booking waits for the reminder's call.
    yield step_finding(visit, rule, Step(ANNOUNCED, desk.now, visit.start, last=visit.change is not None), desk)


def _unneeded(visit: Visit, rule: Rule, rules: Sequence[ReadyRule], desk: Desk) -> str:
    """Why an announcement is not called for; "" where it is."""
    # Whoever cancelled knows best, and a mail about the appointment would look as if nobody had read it.
    if replied_cancel(visit, desk):
        return "replied"
    if rule.due.event == "cancelled":
        return _not_to_cancel(visit, desk)
    if visit.facts.cancelled:
        return "status"
    if visit.change is None:
        return _not_to_confirm(visit, rule, rules, desk) if rule.due.event == "booked" else "unchanged"
    # What was cancelled and takes place after all is confirmed, not "moved".
    reinstated = visit.change.kind == "reinstated"
    return "" if reinstated == (rule.due.event == "booked") else "unchanged"


def _not_to_cancel(visit: Visit, desk: Desk) -> str:
    if not visit.facts.cancelled:
        return "unchanged"
    if visit.change is None:
        return "not_told"
    # Whoever says yes after a no is not told at once that it is off, as it is they who took it off: people decide.
    return "replied" if took_back(visit.change.told, desk) else ""


def _not_to_confirm(visit: Visit, rule: Rule, rules: Sequence[ReadyRule], desk: Desk) -> str:
    others = [ready.rule for ready in rules if ready.rule.due.event and ready.rule is not rule]
    if any(desk.settled(key) for other in others for key in heard(visit, other, ANNOUNCED)):
        return "swallowed"
    return "" if _short_notice(visit, desk) else "not_short"


def _short_notice(visit: Visit, desk: Desk) -> bool:
    """Whether the appointment was first seen only after its first reminder had been due."""
    # None: seen before kim remembered since when; such an appointment is nobody's late booking.
    since = visit.versions.now.since
    if since is None:
        return False
    first = [step.due for rule in desk.settings.rules if _reminds(rule) for step in _steps(visit, rule, desk)]
    return bool(first) and min(first) < since


def _reminds(rule: Rule) -> bool:
    return rule.to_client and rule.due.field == "date" and rule.due.before


def _steps(visit: Visit, rule: Rule, desk: Desk) -> tuple[Step, ...]:
    base = getattr(visit.record, rule.due.field)
    # A reminder to staff that counts from the day after goes on when the appointment has begun.
    end = visit.start if rule.to_client or rule.due.before else None
    return desk.steps(rule.due, base, end) if isinstance(base, date) else ()


def _reminders(visit: Visit, ready: ReadyRule, rules: Sequence[ReadyRule], desk: Desk) -> Iterator[Finding]:
    rule = ready.rule
    reason = "status" if visit.facts.cancelled else "replied" if replied_cancel(visit, desk) else ""
    if not reason and not visit.holds(ready, desk):
        reason = "condition"
    if reason:
        values = {"condition": rule.when, "status": desk.status_word(visit.record.status)}
        yield Finding(rule.name, visit.number, reason, values=values)
        return
    quiet_until = _quiet_until(visit, rules, desk) if rule.to_client else None
    for step in _steps(visit, rule, desk):
        yield _step(visit, rule, step, quiet_until, desk)


def _step(visit: Visit, rule: Rule, step: Step, quiet_until: datetime | None, desk: Desk) -> Finding:
    if desk.now < step.due:
        return Finding(rule.name, visit.number, "early", step.name, {"due": desk.in_words(step.due)})
    # Before "late": what was swallowed was said, and nobody shall look for a message that was missed.
    if quiet_until is not None and step.due <= quiet_until:
        return Finding(rule.name, visit.number, "swallowed", step.name)
    if not step.at(desk.now):
        return Finding(rule.name, visit.number, "late", step.name, {"due": desk.in_words(step.due)})
    if rule.to_client and _just_said(visit, rule, step, desk):
        return Finding(rule.name, visit.number, "just_said", step.name)
    return step_finding(visit, rule, step, desk)


def _just_said(visit: Visit, rule: Rule, step: Step, desk: Desk) -> bool:
    """Whether this person had the same reminder yesterday or today, as closed days moved two steps together. The later
    one waits; a rule that asks for messages on two days running gets them."""
    told = visit.told
    if told is None or visit.change is not None or told.key.partition("/")[0] != rule.name:
        return False
    before = told.key.rpartition("/")[2]
    apart = abs(int(before) - int(step.name)) if before.isdigit() and step.name.isdigit() else 0
    # Steps next to each other ("2" and "1") are meant for two days running.
    return apart > 1 and (desk.today - told.at.astimezone(desk.zone).date()).days <= 1


def _quiet_until(visit: Visit, rules: Sequence[ReadyRule], desk: Desk) -> datetime | None:
    """Until when an announcement of the present date, time and place makes reminders needless.

    One that left keeps its reader informed for the quiet hours; one that settled without leaving
    (adoption) only says that nothing due before it is owed any more."""
    found = []
    for ready in rules:
        if not ready.rule.due.event or not ready.rule.to_client:
            continue
        for key in heard(visit, ready.rule, ANNOUNCED):
            if desk.settled(key):
                # From when the mail was noted, not from when it is due: it may have waited for the sending hours.
                quiet = timedelta(hours=desk.settings.quiet_hours if desk.left(key) else 0)
                found.append(desk.history.mails[key].at + quiet)
    return max(found, default=None)
