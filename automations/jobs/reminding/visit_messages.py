"""What a step of a rule comes to for one visit: a mail, a call instead of it or beside it, or what stands against it.

Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace

from automations.jobs.desk import DEFERRED, Addressee
from automations.jobs.reminding.calls import call_for
from automations.jobs.reminding.contexts import appointment_context
from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.differences import begins, identity
from automations.jobs.reminding.findings import Finding, sent
from automations.jobs.reminding.left_entries import ENTRY, entry_for
from automations.jobs.reminding.rules import Rule
from automations.jobs.reminding.shared_addresses import mixed
from automations.jobs.reminding.visits import Visit
from automations.jobs.steps import Step
from automations.model.fact_kinds.messages import Called
from automations.model.plan import Call, Mail
from automations.model.records import ContactWay
from automations.model.told import Telling
from automations.model.values import Plain

READING = timedelta(hours=1)
"""So long before it matters a mail must be able to leave, as nobody reads at once what comes before breakfast."""


_TEXTED = "A text message names neither place nor way, and calling is allowed."
_PLACE = ("kind", "place", "address", "directions", "where", "protected")  # what of a message no text message says


def _keys(visit: Visit, rule: Rule, step: str) -> list[str]:
    """The keys of a step in all versions that share the present person, date, time and place, newest first. What
    was announced before the client was told something else counts no more."""
    now, first = visit.versions.now, visit.versions.now.core_version
    if visit.change is not None and rule.due.event and visit.change.told.version < now.version:
        first = max(first, visit.change.told.version + 1)
    return [f"{rule.name}/{visit.number}/{v}/{step}" for v in range(now.version, first - 1, -1)]


def heard(visit: Visit, rule: Rule, step: str) -> list[str]:
    """The same without those that went to an address which was corrected since."""
    return [key for key in _keys(visit, rule, step) if key not in visit.missed]


def step_finding(visit: Visit, rule: Rule, step: Step, desk: Desk) -> Finding:
    """The mail of a step; a call where the client cannot be written to; or what stands against it."""
    keys = _keys(visit, rule, step.name)
    # A reminder of an older version says the same hour and place; a new telephone number is no reason for a second one.
    arrived = [key for key in keys[1:] if desk.arrived(key) and key not in visit.missed]
    settled = keys[0] if desk.settled(keys[0]) else next(iter(arrived), None)
    if settled:
        record = desk.history.mails[settled]
        # Settled, but not heard: the mail is not sent again, so somebody must call.
        reason = "bounced" if record.state in {"failed", "bounced"} else "texted" if _half_told(visit, settled) else ""
        return _call(visit, rule, step, reason, desk) or sent(rule.name, visit.number, record, desk, step.name)
    unsettled = Finding(rule.name, visit.number, "unsettled", step.name, {"minutes": desk.site.settle_minutes})
    pending = visit.pending and not desk.waits(keys[0])
    if pending and not _listed(visit, desk):
        return unsettled
    texted = rule.to_client and desk.site.texting and visit.case.contact_way is ContactWay.SMS
    to = desk.to_telephone(visit.case) if texted else desk.addressee(rule, visit.case, visit.manager)
    allowed = desk.verdict(to, step.until)
    if allowed.allowed and pending:
        return unsettled
    # Asked last: it looks through all that was ever told.
    if allowed.allowed and rule.to_client and mixed(visit, to.address, desk):
        sentence = desk.words.say("It concerns one of several people whom one message told; nobody could tell whom.")
        blocked = Finding(rule.name, visit.number, "blocked", step.name, {"sentence": sentence})
        return _call(visit, rule, step, "mixed", desk) or blocked
    if allowed.allowed:
        found = _mail(visit, rule, step, to, desk)
        why = _undelivered(visit, keys[0], to.channel, desk) or ("texted" if texted and _elsewhere(visit) else "")
        call = _call_beside(visit, rule, step, why, desk) if why else None
        return replace(found, call=call, in_time=why not in {"hours", "texted"} or call is not None)
    blocked = Finding(rule.name, visit.number, "blocked", step.name, {"sentence": allowed.sentence})
    return _call(visit, rule, step, allowed.reason, desk) or blocked


def _elsewhere(visit: Visit) -> bool:
    """Whether the client is to come to another place than they were told, or in another way: no text message says so,
    as it names neither."""
    return visit.change is not None and not {"place", "kind"}.isdisjoint(visit.change.changed)


def _half_told(visit: Visit, key: str) -> bool:
    """Whether a text message told the new hour, and could not tell the place or way."""
    told = visit.change.told if visit.change else None
    return told is not None and told.channel == "sms" and told.key == key and _elsewhere(visit)


def _call(visit: Visit, rule: Rule, step: Step, reason: str, desk: Desk) -> Finding | None:
    """A call instead of a mail that `reason` stops: the same day where one came back, else only once a rule, at its
    last step."""
    # Not at every step: a client who cannot be written to would be called five and two days before.
    due = (step.last or reason == "bounced") and not _rung(visit, rule)
    if not (reason and rule.to_client and due and desk.may_be_called(visit.case, reason)) or _not_yet(visit, desk):
        return None
    said = {
        "bounced": "The message came back or was refused, and calling is allowed.",
        "unread": "This person does not read, and calling is allowed.",
        "shared": "The address is somebody else's, too, and calling is allowed.",
        "mixed": "No email can say whom it means, and calling is allowed.",
        "texted": _TEXTED,
    }
    why = desk.words.say(said.get(reason, "No email can reach this person, and calling is allowed."))
    call = call_for(visit, _told_by_call(visit, rule, step, desk), why, desk)
    return Finding(rule.name, visit.number, "call", step.name, {"sentence": call.sentence}, call=call)


def _rung(visit: Visit, rule: Rule) -> bool:
    """Whether a call reached the client at an earlier step of the rule, as its mail had come back."""
    told = visit.told
    return visit.change is None and told is not None and told.channel == "call" and told.key.startswith(f"{rule.name}/")


def _undelivered(visit: Visit, key: str, channel: str, desk: Desk) -> str:
    """Why a mail does not reach its reader for now ("" where it may): its text is stopped, or the server has put it
    off (or people hold it back) for a day, or until the last working day before the appointment; or it would leave too
    late."""
    if desk.stopped(key):
        return "stopped"
    news = visit.told is None or visit.change is not None  # nobody is called to hear once more what they know
    if news and _too_late(visit, desk.leaves_at(channel), desk):
        return "hours"
    record = desk.history.mails.get(key)
    # It left, or never will: then what became of it decides.
    if record is not None and record.state not in {"queued", "retry", "held"}:
        return ""
    if _listed(visit, desk):
        return "deferred"
    since = _put_off_since(visit, desk)
    # On the last working day before, nobody waits another day for the server.
    late = desk.today >= desk.days.before(visit.facts.date)
    return "deferred" if since is not None and (late or desk.now - since >= DEFERRED) else ""


def _put_off_since(visit: Visit, desk: Desk) -> datetime | None:
    """Since when the server puts off, or people hold back, what this client is to be told of the present date, time
    and place, whichever step of a rule said it first."""
    now = visit.versions.now
    waiting = (
        desk.put_off_since(entry.mail)
        for entry in desk.history.told.get(visit.number, ())
        if entry.case == visit.case.number and now.core_version <= entry.version <= now.version
    )
    return min(filter(None, waiting), default=None)


def _too_late(visit: Visit, leaves: datetime, desk: Desk) -> bool:
    """Whether the sending hours begin too late for a mail: the client may have to come, or believes so, before."""
    believed = begins(visit.told.printed, desk.zone) if visit.told and visit.change else None
    matters = min(visit.start, believed) if believed and believed > desk.now else visit.start
    return leaves > desk.now and matters - leaves < READING


def _call_beside(visit: Visit, rule: Rule, step: Step, why: str, desk: Desk) -> Call | None:
    """A call beside a mail that does not get through; should the mail leave after all, the call goes."""
    if not rule.to_client or _not_yet(visit, desk) or not desk.may_be_called(visit.case, why):
        return None
    said = {
        "stopped": "The text of the email must be mended first, and calling is allowed.",
        "deferred": "The email does not get through, and calling is allowed.",
        "hours": "The message would leave too late, and calling is allowed.",
        "texted": _TEXTED,
    }
    return call_for(visit, _told_by_call(visit, rule, step, desk), desk.words.say(said[why]), desk)


def _not_yet(visit: Visit, desk: Desk) -> bool:
    """Whether a call waits for its rows to settle; one that is listed stays, whatever somebody types beside it."""
    return visit.pending and _listed(visit, desk) is None


def _listed(visit: Visit, desk: Desk) -> Called | None:
    """The call about the present date, time and place that is listed already and reached nobody: it stays until the
    client was told, whatever step is due by then."""
    listed = desk.open_calls.get((visit.number, visit.case.number or ""))
    now = visit.versions.now
    if listed is None or listed.since is None or not now.core_version <= listed.version <= now.version:
        return None
    # Told since then: the call is over, whatever still stands in the list.
    return listed if visit.told is None or visit.told.at < listed.since else None


def _told_by_call(visit: Visit, rule: Rule, step: Step, desk: Desk) -> Telling:
    listed, telling = _listed(visit, desk), _telling(visit, rule, step, desk)
    return replace(telling, key=listed.call) if listed else telling


def _mail(visit: Visit, rule: Rule, step: Step, to: Addressee, desk: Desk) -> Finding:
    why, telling, entry = _why(visit, rule, step, desk), _telling(visit, rule, step, desk), entry_for(visit, to, desk)
    mail = Mail(
        key=_keys(visit, rule, step.name)[0],
        rule=rule.name,
        case=visit.case.number or "",
        to=to.address,
        language=to.language,
        template=rule.template,
        not_after=step.until,
        why=why,
        version=visit.versions.now.version,
        subject_key=visit.number,
        channel=to.channel,
        audience=to.audience,
        # The status shows later whether staff changed it between question and answer.
        context={
            **appointment_context(visit.announced, visit.change, desk, visit.case.phone or ""),
            "status": visit.record.status or "",
        },
        calendar=entry,
        needs=desk.needs([visit.record.row, visit.case.row]),
        tells=(_as_sent(telling, visit, to, entry=bool(entry)),) if rule.to_client else (),
        correction=rule.to_client and visit.change is not None,
    )
    return Finding(rule.name, visit.number, "due", step.name, {"why": why}, mail=mail)


def _as_sent(telling: Telling, visit: Visit, to: Addressee, *, entry: bool) -> Telling:
    """What a message in this channel tells: with a text message its reader goes on believing the place."""
    content = {**telling.content, **({ENTRY: True} if entry else {})}
    before, now = visit.change.told.printed if visit.change else {}, content.get("printed")
    if to.channel == "sms" and _elsewhere(visit) and isinstance(now, Mapping):
        content["printed"] = {**now, **{name: before[name] for name in _PLACE if name in before}}
    return replace(telling, content=content)


def _telling(visit: Visit, rule: Rule, step: Step, desk: Desk) -> Telling:
    now = visit.versions.now
    key = _keys(visit, rule, step.name)[0]
    content: dict[str, Plain] = {
        **now.plain(),
        "status": visit.record.status or "",
        "who": identity(desk.snapshot.case_by_number.get(visit.case.number or "", visit.case)),
    }
    return Telling(key, visit.case.number or "", visit.number, now.version, content)


def _why(visit: Visit, rule: Rule, step: Step, desk: Desk) -> str:
    facts = visit.announced
    when = f"{facts.date:%d.%m.%Y}, {facts.time:%H:%M}"
    say = desk.words
    if rule.due.event == "booked" and visit.change is not None:
        return say.say("The appointment on {when} takes place after all.", when=when)
    if rule.due.event == "booked":
        return say.say("The appointment on {when} was booked at short notice.", when=when)
    if rule.due.event == "moved" and visit.change is not None and visit.change.kind == "detail":
        return say.say("Something else about the appointment on {when} changed than its date.", when=when)
    if rule.due.event == "moved":
        return say.say("The appointment was moved; it is now on {when}.", when=when)
    if rule.due.event == "cancelled":
        return say.say("The appointment on {when} was cancelled, and the client knew of it.", when=when)
    return say.say(
        "The appointment is on {when}; this reminder was due on {due}.", when=when, due=desk.in_words(step.due)
    )
