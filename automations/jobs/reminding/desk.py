"""What every rule may look at while one plan is made: tables, calendar, history, the moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property

from msgspec.structs import replace

from automations.common.dates import moment
from automations.jobs.desk import Addressee, RuleDesk
from automations.jobs.reminding.differences import Difference, differences
from automations.jobs.reminding.rules import Due, RemindSettings, Rule
from automations.jobs.reminding.versions import last_off
from automations.jobs.steps import Step, counted_days, in_order, lasting
from automations.model.decisions import answer
from automations.model.fact_kinds.messages import Called, Stopped, Untrue
from automations.model.records import Answer, AppointmentStatus, Case, CaseManager, Record
from automations.model.told import Told, is_offer, last_told
from automations.model.values import Plain, RowKey

_QUOTED = ("number", "manager")  # fields that kim may be writing in this very run and that mails quote


class Desk(RuleDesk, frozen=True, dict=True):
    """The inputs of one plan, and what is looked up in them again and again. `now` is aware."""

    settings: RemindSettings

    @cached_property
    def doubled(self) -> frozenset[str]:
        """Numbers of appointments and cases that stand twice: nobody knows which row is meant."""
        appointments = Counter(row.number for row in self.snapshot.appointments if row.number)
        cases = Counter(row.number for row in self.snapshot.cases if row.number)
        return frozenset(number for counted in (appointments, cases) for number, n in counted.items() if n > 1)

    @cached_property
    def differences(self) -> Mapping[tuple[str, str], Difference]:
        """What somebody was told and is not true any more, by appointment and case."""
        told = {
            number: [self._answered(self._known(entry)) for entry in entries]
            for number, entries in self.history.told.items()
            if not is_offer(number)
        }
        found = differences(told, self.snapshot, self.zone, self.now)
        return {(item.told.subject, item.told.case): item for item in found}

    @cached_property
    def said_no(self) -> Mapping[str, Sequence[Told]]:
        """By case, what they were told last of an appointment and have cancelled."""
        found: dict[str, list[Told]] = {}
        for number, entries in self.history.told.items():
            for case, told in () if is_offer(number) else last_told(entries).items():
                if told.answer == "cancel":
                    found.setdefault(case, []).append(told)
        return found

    def steps(self, due: Due, base: date, end: datetime | None = None) -> tuple[Step, ...]:
        """The steps of a rule for one row (see `lasting`): rows of one date share their moments."""
        # By id: a rule's times are a model without a hash, and there are few of them.
        key = id(due), base
        if key not in self._moments:
            self._moments[key] = due, in_order(counted_days(due, base, self.days), due.at, self.zone)
        return lasting(due, self._moments[key][1], end)

    @cached_property
    def _moments(self) -> dict[tuple[int, date], tuple[Due, Sequence[tuple[str, datetime]]]]:
        """By a rule's times and the date; the times are kept beside, so that their id stays their own."""
        return {}

    def told(self, number: str, case: str) -> Told | None:
        """What the person of a case was told last of an appointment and must be taken to know."""
        found = last_told(self.history.told.get(number, ())).get(case)
        return self._known(found) if found else None

    def told_at_last(self, number: str, entries: Sequence[Told]) -> tuple[Told | None, Difference | None]:
        """The last of these messages to one person that must be taken to be known, and in what it is not true."""
        found = differences({number: entries}, self.snapshot, self.zone, self.now)
        known = next(iter(last_told(entries).values()), None)
        return (self._known(known) if known else None), next(iter(found), None)

    def _known(self, told: Told) -> Told:
        """Whoever cancelled an appointment that then was cancelled knows so without any mail."""
        record = self.history.versions.get(told.subject)
        # An appointment that was on again after their cancellation they cannot know of.
        if told.answer != "cancel" or record is None or last_off(record) <= told.version:
            return told
        off: dict[str, Plain] = {"printed": {**told.printed, "cancelled": True}, "facts": "", "core": ""}
        return replace(told, content={**told.content, **off})

    def _answered(self, told: Told) -> Told:
        """Where people said what becomes of somebody who was told before the case was another person's, the case
        counts as one that was told nothing of the first person's."""
        # Told by an older version, which did not note by what the person is known again.
        if "who" not in told.content:
            return told
        name = f"{told.subject}/{told.case}/{told.version}/stranger"
        known = self.history.fact(Untrue, name)
        said = answer(f"told/{name}/{known.times}", self.snapshot, self.history) if known else None
        kept = {key: value for key, value in told.content.items() if key != "who"}
        return replace(told, content=kept) if said in {Answer.YES, Answer.NO} else told

    @cached_property
    def open_calls(self) -> Mapping[tuple[str, str], Called]:
        """The newest call about an appointment to each person that is listed and reached nobody yet."""
        known = sorted(self.history.facts_of(Called).values(), key=lambda one: one.since or self.now)
        return {(one.number, one.case): one for one in known if one.number and one.result != "reached"}

    def leaves_at(self, channel: str) -> datetime:
        """When a message to a client that is planned now may leave: at once, or when sending hours next begin."""
        opens, closes = self.site.text_hours if channel == "sms" else self.site.mail_hours
        # A trial writes to a folder at any hour.
        if not self.history.live or opens <= self.local.time() < closes:
            return self.now
        day = self.today if self.local.time() < opens else self.today + timedelta(days=1)
        return moment(self.days.on_or_after(day), opens, self.zone)

    def arrived(self, key: str) -> bool:
        """Whether a mail of this key left and did not come back, as far as is known."""
        record = self.history.mails.get(key)
        return self.left(key) and record is not None and record.state != "bounced"

    def waits(self, key: str) -> bool:
        """Whether a mail of this key is in the outbox already and may still leave."""
        return key in self.history.mails and not self.settled(key)

    def stopped(self, key: str) -> bool:
        """Whether the mail of this key, as it reads now, may not leave."""
        return self.history.fact(Stopped, key) is not None

    def unsettled(self, *records: Record | None) -> bool:
        """Whether one of the rows changed so recently that nothing may be decided from it."""
        known = [record for record in records if record is not None]
        return any(record.row in self.snapshot.unsettled or self._taken_off(record) for record in known)

    def _taken_off(self, record: Record) -> bool:
        """Whether a rule of the team cancels it in this very run: whether the rule told the client is known in the
        next."""
        by = self.snapshot.edited.get(record.row, {}).get("status", "")
        return by.startswith("rule/") and record.get("status") is AppointmentStatus.CANCELLED

    def needs(self, rows: Iterable[RowKey]) -> tuple[str, ...]:
        """The edit groups that give these rows the numbers and case managers that a mail quotes."""
        given = [self.snapshot.edited.get(row, {}) for row in rows]
        return tuple(dict.fromkeys(by_field[name] for by_field in given for name in _QUOTED if name in by_field))

    def addressee(self, rule: Rule, case: Case | None, manager: CaseManager | None) -> Addressee:
        """Whom a rule names, for one row."""
        if rule.to_client:
            return self.to_client(case)
        if "@" in rule.recipient:
            return self.to_staff(rule.recipient)
        person = self.colleague(rule.recipient, manager)
        return self.to_staff(person.email if person else None)

    def status_word(self, status: AppointmentStatus | None) -> str:
        """An appointment's status as the team calls it."""
        return self.snapshot.words.get(("appointments", "status", status or ""), status or "")
