"""What falls due next, and from when on the same tables would give another plan: found when a run ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

from msgspec import structs

from automations.config.site import Site
from automations.engine.applied import Applied
from automations.engine.last_look import keep, same_now, standing_of
from automations.engine.outcomes import Blind, Outlook, Prepared
from automations.engine.promises import sentences
from automations.jobs.forecasting.settings import LookAheadSettings
from automations.jobs.list_calls import undone_from
from automations.jobs.reminding.differences import begins
from automations.jobs.reminding.rules import RemindSettings
from automations.jobs.rules.desk import JOB as RULES
from automations.jobs.rules.model import RuleSettings
from automations.ledger.book import Ledger
from automations.ledger.outbox import WAITING
from automations.model.fact_kinds.messages import Called, Untrue
from automations.model.fact_kinds.sightings import Standing
from automations.model.fact_kinds.team_rules import TurnDue
from automations.model.runs import RunRecord
from automations.model.snapshot import Snapshot

# For how long the looks leave a mailbox alone that could not be read to its end; runs of the schedule try it.
_MAILBOX_PAUSE = timedelta(hours=1)

# States of mails that the next run deals with, whatever the workbook says.
_ASTIR = frozenset({"retry", "sending", "unknown"})


def leave_standing(
    site: Site, ledger: Ledger, prepared: Outlook, applied: Applied, record: RunRecord, now: datetime
) -> None:
    """Remember how things stand after a whole run, which ended as `record` says."""
    known = standing_of(ledger)
    planned = {**prepared.revisions, **applied.left}
    standing = Standing(
        at=now, seen=planned, planned=planned, outcome=record.outcome, run=record.run,
        letters=now + _MAILBOX_PAUSE if any(p.code == "inbox_unreachable" for p in prepared.problems) else None,
    )  # fmt: skip
    if isinstance(prepared, Prepared):
        coming = min(_coming(site, ledger, prepared, now), default=None)
        stale = min([*_stale(site, ledger, prepared, now), *([coming] if coming else [])])
        # Only after a quiet run: what it did itself would be news to the next one.
        same = same_now(site, ledger) if _is_quiet(ledger, prepared, applied, record) else ""
        light = site.settings(LookAheadSettings, "look_ahead").light
        standing = structs.replace(standing, next=coming, stale=stale, same=same, light=light)
    elif isinstance(prepared, Blind):  # what could not be read was looked at in vain, and is not looked at again
        standing = structs.replace(standing, seen={**known.seen, **planned}, planned=known.planned)
    else:  # by a clock years ahead a moment would mean nothing
        standing = structs.replace(standing, at=known.at, letters=known.letters)
    keep(ledger, standing, now)


def _coming(site: Site, ledger: Ledger, prepared: Prepared, now: datetime) -> Iterator[datetime]:
    """When something settles or falls due, later today."""
    if prepared.settles:
        yield prepared.settles
    wait = timedelta(minutes=site.facts.settle_minutes)
    for untrue in ledger.facts_of(Untrue).values():
        if untrue.since and untrue.since + wait > now:
            yield untrue.since + wait
    for due in ledger.facts_of(TurnDue).values():
        if due.at and due.at > now:
            yield due.at
    yield from (moment for moment in _undone(site, ledger, now) if moment > now)
    local = site.facts.local(now)
    for clock in set(_clocks(site, prepared.snapshot)):
        moment = datetime.combine(local.date(), clock, tzinfo=local.tzinfo)
        if moment > now:
            yield moment


def _clocks(site: Site, snapshot: Snapshot) -> Iterator[time]:
    """The times of day at which rules fall due."""
    yield from (rule.due.at for rule in site.settings(RemindSettings, "remind").rules)
    yield from (rule.due.at for rule in site.settings(RuleSettings, RULES).rules)
    for row in snapshot.console.rules:
        due = row.stanza.get("due") if not row.fault else None
        at = due.get("at") if isinstance(due, Mapping) else None
        if at:
            yield time.fromisoformat(str(at))


def _stale(site: Site, ledger: Ledger, prepared: Prepared, now: datetime) -> Iterator[datetime]:
    """From when on the same tables may give another plan: the next day; both ends of the sending hours; the end of a
    waiting mail's time; what becomes of calls and of what somebody was told and is untrue."""
    local = site.facts.local(now)
    # Nearly everything is reckoned from the day: deadlines, ages of problems, what the tabs show.
    yield datetime.combine(local.date() + timedelta(days=1), time(0), tzinfo=local.tzinfo)
    ends = (datetime.combine(local.date(), clock, tzinfo=local.tzinfo) for clock in site.facts.mail_hours)
    waiting = (item.mail.not_after for item in ledger.mails(*WAITING))
    for moment in (*ends, *waiting, *_undone(site, ledger, now), *_beginnings(site, ledger, prepared, local.date())):
        if moment > now:
            yield moment


def _undone(site: Site, ledger: Ledger, now: datetime) -> Iterator[datetime]:
    """From when on calls that reached nobody are somebody's matter."""
    open_calls = (one for one in ledger.facts_of(Called).values() if one.result != "reached")
    return (undone_from(called, now, site.facts.time_zone) for called in open_calls)


def _beginnings(site: Site, ledger: Ledger, prepared: Prepared, today: date) -> Iterator[datetime]:
    """When appointments of today begin, by their rows and by what was told of them: nobody is called about them any
    more, and nothing of them can be put right."""
    if not prepared.snapshot.calls and not any(one.since for one in ledger.facts_of(Untrue).values()):
        return
    zone = site.facts.time_zone
    for visit in prepared.snapshot.appointments:
        if visit.date == today and visit.time is not None:
            yield datetime.combine(visit.date, visit.time, tzinfo=zone)
    for told in prepared.history.told.values():
        yield from (moment for one in told if (moment := begins(one.printed, zone)) is not None)


def _is_quiet(ledger: Ledger, prepared: Prepared, applied: Applied, record: RunRecord) -> bool:
    """Whether a run just after this one would do nothing: it changed nothing that a run reads, and ended well, or with
    nothing but what the workbook is known not to allow."""
    if applied.applied or applied.mails:  # a row that got its number is another row to the next run, and to its tabs
        return False
    failed = any(job.outcome == "failed" for job in prepared.jobs.values())
    # What goes on by itself (a try again, a mail on its way) must not wait for somebody to change the workbook.
    if failed or prepared.unread or applied.waits or _ASTIR & ledger.outbox_counts().keys():
        return False
    if record.outcome == "done":
        return True
    standing = {promise for promise in applied.promises if promise.broken} <= set(prepared.broken)
    # What a file of rules says is known until the file or the workbook is another one, which `same` and revisions tell.
    said = {*sentences(prepared.broken), *(f"{one.tab}: {one.message}" for one in prepared.unmended if one.tab)}
    return record.outcome == "attention" and standing and set(record.trouble) <= said
