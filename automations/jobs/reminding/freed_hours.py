"""What clients answered since a colleague's last morning mail: hours that somebody else can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property

from msgspec import Struct

from automations.common.dates import moment
from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.printed import manager_of
from automations.model.history import Reply
from automations.model.records import STANDS, Appointment, AppointmentStatus, CaseManager
from automations.model.told import Told, address_digest, is_offer
from automations.model.values import Plain

LOOK_BACK = timedelta(days=30)
"""Whoever never had a morning mail is not told of older answers; nor is anybody after so long a leave."""


class Freed(Struct, frozen=True):
    """An appointment that its client cancelled by an answer, or, after a cancellation that the reader was told of,
    wants to keep after all (`kept`). `day` and `time` ("HH:MM") are those that the client answered about; `note`
    says where the row says otherwise."""

    number: str
    case: str
    day: date
    time: str
    kept: bool = False
    note: str = ""

    def plain(self) -> dict[str, Plain]:
        """As the template is given it."""
        return {
            "number": self.number, "case": self.case, "day": self.day.isoformat(), "time": self.time,
            "kept": self.kept, "note": self.note,
        }  # fmt: skip


def readable(person: CaseManager | None, desk: Desk) -> CaseManager | None:
    """Who can be written to for a colleague: the one who is there, else the team lead. A cancellation that
    nobody reads would be silence."""
    known = [one for one in (desk.reachable(person), desk.lead) if one and one.code and one.email]
    # Where nobody can be reached the mail is tried all the same: tomorrow's may arrive.
    people = [one for one in known if _gets_post(one, desk)] or known
    # Somebody on leave without a substitute reads it when the hour is over.
    return next((one for one in people if not one.is_absent(desk.today)), next(iter(people), None))


def _gets_post(person: CaseManager, desk: Desk) -> bool:
    mark = address_digest(person.email or "")
    return mark not in desk.history.bounced and mark not in desk.history.refused


class Answers(Struct, frozen=True, dict=True):
    """The answers of clients, for the morning mails of one rule, that are due `at` that time."""

    desk: Desk
    rule: str
    at: time

    def found(self) -> Iterator[tuple[str, Freed]]:
        """What is new, with the code of the colleague who is to know."""
        rows = self._rows
        for number, replies in self.desk.history.replies.items():
            if is_offer(number):
                continue
            for case in dict.fromkeys(reply.case for reply in replies):
                row = rows.get(number)
                # An objection to mails frees no hour.
                mine = [reply for reply in replies if reply.case == case and reply.action != "object"]
                if mine and (row is None or case in {"", row.case}):
                    yield from self._of_client(number, row, mine)

    def _of_client(self, number: str, row: Appointment | None, replies: Sequence[Reply]) -> Iterator[tuple[str, Freed]]:
        """The last word of one client about one appointment, where its reader does not know it yet."""
        told = self._answered(number, replies[-1])
        case = replies[-1].case or (row.case if row else None) or ""
        reader = readable(self._holder(row, case, told), self.desk)
        code = (reader.code if reader else None) or ""
        since = self._since(code)
        new = [reply for reply in replies if reply.known_at > since]
        before = [reply.action for reply in replies if reply.known_at <= since]
        kept = replies[-1].action == "confirm"
        # That a client comes is no news, unless the reader was told that they do not.
        if not code or not new or (kept and before[-1:] != ["cancel"]):
            return
        freed = self._freed(number, case, row, told)
        if freed is not None and freed.day >= self.desk.today - LOOK_BACK:
            yield code, Freed(number, case, freed.day, freed.time, kept, self._note(row, freed, kept=kept))

    def _freed(self, number: str, case: str, row: Appointment | None, told: Told | None) -> Freed | None:
        """The hour that was answered about: as the client was told, else as the row says."""
        printed = told.printed if told else {}
        if printed.get("date"):
            return Freed(number, case, date.fromisoformat(str(printed["date"])), str(printed.get("time", ""))[:5])
        if row is None or row.date is None:
            return None
        return Freed(number, case, row.date, f"{row.time:%H:%M}" if row.time else "")

    def _note(self, row: Appointment | None, freed: Freed, *, kept: bool) -> str:
        """In what the row says otherwise; "" where it agrees."""
        say = self.desk.words
        if row is None or row.date is None:
            return say.say("The row is not there any more.") if row is None else ""
        clock = f"{row.time:%H:%M}" if row.time else ""
        if row.status in STANDS and (row.date, clock) != (freed.day, freed.time):
            return say.say("In the table it is now on {day} {time}.", day=f"{row.date:%d.%m.%Y}", time=clock)
        wanted = STANDS if kept else frozenset({AppointmentStatus.CANCELLED})
        if row.status in wanted:
            return ""
        status = self.desk.status_word(row.status or AppointmentStatus.PLANNED)
        return say.say("In the table it stands as “{status}”.", status=status)

    def _answered(self, number: str, reply: Reply) -> Told | None:
        entries = [one for one in self.desk.history.told.get(number, ()) if reply.case in {"", one.case}]
        return next((one for one in reversed(entries) if one.covers(reply.version)), None)

    def _holder(self, row: Appointment | None, case: str, told: Told | None) -> CaseManager | None:
        people = self.desk.snapshot.manager_by_code
        known = self.desk.snapshot.case_by_number.get(case)
        if row is not None:
            return manager_of(row, known, self.desk.snapshot)
        return people.get(str(told.printed.get("code", "")) if told else "") or people.get(
            (known.manager if known else None) or ""
        )

    def _since(self, code: str) -> datetime:
        """When this colleague was last written to, but no later than the last working morning: a mail that left at
        noon is not the one that people read first thing. What is not known to have arrived does not count."""
        last = self._last.get(code, self.desk.now - LOOK_BACK)
        # Rather told twice than not at all: a mail at noon may have been read, the morning's is.
        return max(min(last, self._last_morning), self.desk.now - LOOK_BACK)

    @cached_property
    def _last_morning(self) -> datetime:
        return moment(self.desk.days.before(self.desk.today), self.at, self.desk.zone)

    @cached_property
    def _last(self) -> Mapping[str, datetime]:
        found: dict[str, datetime] = {}
        for key, record in self.desk.history.mails.items():
            rule, _, rest = key.partition("/")
            if rule == self.rule and self.desk.arrived(key) and record.state != "unknown":
                code = rest.partition("/")[0]
                found[code] = max(record.at, found.get(code, record.at))
        return found

    @cached_property
    def _rows(self) -> Mapping[str, Appointment]:
        answered, doubled = self.desk.history.replies, self.desk.doubled
        rows = [(row.number or "", row) for row in self.desk.snapshot.appointments]
        return {number: row for number, row in rows if number in answered and number not in doubled}
