"""Shows in the tables what the ledger knows: when a reminder left, what clients answered, which
addresses no mail reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from automations.jobs.outcomes import addresses, answers, objections, outlived, unclear
from automations.jobs.outcomes.edits import Shown, show
from automations.jobs.protocol import READS_NOTHING
from automations.model.history import History, MailRecord
from automations.model.plan import EditGroup, Plan
from automations.model.settings import JobSettings
from automations.model.snapshot import Snapshot


class RecordOutcomesSettings(JobSettings):
    """Nothing to set beyond the site itself."""


class RecordOutcomes:
    """Job `record_outcomes`: projects mails and replies into `Erinnert am`, `Antwort`, `Status` and `Kontaktweg`.

    The answer is always shown. Status and way of contact follow it once, and only where staff have
    not decided otherwise; what they decide against it is shown as a problem until the row changes."""

    name = "record_outcomes"
    Settings = RecordOutcomesSettings
    reads = READS_NOTHING

    def plan(self, snapshot: Snapshot, settings: RecordOutcomesSettings, now: datetime, history: History) -> Plan:
        """Edits of `reminded_on`, `answer`, `status` and `contact_way`, each a group of its own."""
        zone, say = settings.site.time_zone, settings.site.texts
        local = now.astimezone(zone)
        found = [
            Shown(tuple(_reminded(snapshot, history, zone, say.say("A message about it left.")))),
            Shown(tuple(_returned(snapshot, history, zone, say.say("The message about it came back.")))),
            answers.shown(snapshot, history, zone, say),
            outlived.shown(snapshot, history, local, say),
            objections.shown(snapshot, settings.site, history, local, say),
            addresses.shown(snapshot, settings.site, history, local.date(), say),
            unclear.shown(snapshot, history, local, say),
        ]
        return Plan(
            self.name,
            groups=tuple(group for part in found for group in part.groups),
            facts=tuple(fact for part in found for fact in part.facts),
            problems=tuple(problem for part in found for problem in part.problems),
        )


def _reminded(snapshot: Snapshot, history: History, zone: ZoneInfo, why: str) -> Iterator[EditGroup]:
    last = _newest_in("sent", history, zone)
    for appointment in snapshot.appointments:
        sent = last.get(appointment.number or "")
        if sent:
            yield from show(appointment, "appointments", "reminded_on", sent, why, snapshot)


def _returned(snapshot: Snapshot, history: History, zone: ZoneInfo, why: str) -> Iterator[EditGroup]:
    """A message that came back reminded nobody: the day is taken out again, unless another one left."""
    back, sent = _newest_in("bounced", history, zone), _newest_in("sent", history, zone)
    for appointment in snapshot.appointments if back else ():
        number = appointment.number or ""
        row = snapshot.rows.get(appointment.row)
        claimed = row.value("reminded_on") if row is not None else None
        day = claimed.date() if isinstance(claimed, datetime) else claimed
        # A later day in the cell was typed by somebody who reminded the client otherwise.
        if number in back and number not in sent and isinstance(day, date) and day <= back[number]:
            yield from show(appointment, "appointments", "reminded_on", None, why, snapshot, mark="returned")


def _newest_in(state: str, history: History, zone: ZoneInfo) -> Mapping[str, date]:
    """Appointments -> the local day on which a message about them last came into a state."""
    newest: dict[str, MailRecord] = {}
    for mail in history.mails.values():
        if mail.state == state and mail.subject_key:
            known = newest.get(mail.subject_key)
            if known is None or known.at < mail.at:
                newest[mail.subject_key] = mail
    return {number: mail.at.astimezone(zone).date() for number, mail in newest.items()}
