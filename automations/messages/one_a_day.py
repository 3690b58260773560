"""One message for a person and day: of several in one run, or after one that left today, those that can wait do. Pure.

A correction never waits, nor does what would come too late on the next working day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from automations.model.history import LEFT, History
from automations.model.plan import Mail
from automations.model.settings import SiteFacts
from automations.model.told import address_digest


def waiting(mails: Iterable[Mail], history: History, site: SiteFacts, now: datetime) -> frozenset[str]:
    """Keys of the client mails that leave on a later day. `mails` are all that may leave in a run; `now` is aware."""
    # Corrections first, then what ends soonest: who comes first is who speaks today.
    to_clients = sorted((one for one in mails if one.audience == "client"), key=_order)
    if not to_clients:
        return frozenset()
    spoken, late = _written_today(history, site, now), _next_evening(site, now)
    found = set()
    for mail in to_clients:
        # Person and address together: two of a household with one mailbox are still two who may each be written to.
        people = {(case, address_digest(mail.to)) for case in mail.cases}
        if not mail.correction and mail.not_after > late and not people.isdisjoint(spoken):
            found.add(mail.key)
        else:
            spoken |= people
    return frozenset(found)


def _order(mail: Mail) -> tuple[bool, datetime, str]:
    return not mail.correction, mail.not_after, mail.key


def _written_today(history: History, site: SiteFacts, now: datetime) -> set[tuple[str, str]]:
    """Persons, and the addresses, to whom something left earlier today."""
    today = site.today(now)
    # In a trial nothing reaches anybody, but the trial must show what would wait.
    states = LEFT if history.live else LEFT | {"test"}
    return {
        (record.case, record.address_digest)
        for record in history.mails.values()
        if record.case and record.at < now and record.state in states and site.today(record.at) == today
    }


def _next_evening(site: SiteFacts, now: datetime) -> datetime:
    """The end of the sending hours of the next working day."""
    # On a Friday that is Monday: mails leave on working days alone.
    day = site.working_days.shift(site.today(now), 1)
    return datetime.combine(day, site.mail_hours[1], tzinfo=site.time_zone)
