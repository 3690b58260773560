"""The difference between what somebody was told last and what the sheet says now.

Pure. Every difference ends in a mail, a call or a question; which of them is decided elsewhere (`appointments`,
`false_messages`). Whoever was told something about a moment that is over is not told anything more about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

from automations.common.alike import alike
from automations.common.dates import moment
from automations.jobs.reminding.printed import Printed, printed
from automations.model.records import STANDS, Appointment, AppointmentStatus, Case
from automations.model.snapshot import Snapshot
from automations.model.told import Told, address_digest, last_told
from automations.model.values import Plain, digest

Kind = Literal[
    "gone",
    "doubled",
    "person",
    "stranger",
    "unreadable",
    "postponed",
    "closed",
    "cancelled",
    "reinstated",
    "moved",
    "detail",
]
"""gone: there is no such row any more (it may stand in another tab) · doubled: two rows have its number · person: it
belongs to another client now · stranger: the case is about somebody else now · unreadable: its date, time or status ·
postponed: no new date yet · closed: it counts as over before it began · cancelled, reinstated (takes place after all),
moved (date, time, place) · detail: another colleague, duration or way of meeting."""

ANNOUNCED: frozenset[Kind] = frozenset({"cancelled", "reinstated", "moved", "detail"})
"""What a mail can put right; about the others only people can know what is true."""

# After which nobody would come to the hour that was told, were there no other row that says it.
_MOVED_AWAY: frozenset[Kind] = frozenset({"gone", "postponed", "closed", "cancelled", "moved"})

_Found: TypeAlias = tuple[Kind | None, tuple[str, ...]]

# Words of a name that come and go with whoever types it.
_TITLES = frozenset({"frau", "herr", "dr.", "prof.", "mr", "mrs", "ms", "mr.", "mrs.", "ms."})
_DETAILS: Mapping[str, str] = {"code": "manager", "manager": "manager", "minutes": "duration", "kind": "kind"}


class Difference(Struct, frozen=True):
    """What somebody was told, and in what it is not true any more. `changed` names what differs: date, time, place,
    manager, duration, kind. `twin` is the number of another row by which the same person comes then all the same: one
    appointment may have been entered twice."""

    told: Told
    kind: Kind
    appointment: Appointment | None = None
    changed: tuple[str, ...] = ()
    twin: str = ""


def differences(
    told: Mapping[str, Sequence[Told]], snapshot: Snapshot, zone: ZoneInfo, now: datetime
) -> tuple[Difference, ...]:
    """Everything untrue that somebody must be taken to believe. `told` is by appointment, `now` is aware."""
    rows: dict[str, list[Appointment]] = defaultdict(list)
    for appointment in snapshot.appointments:
        if appointment.number and appointment.number in told:
            rows[appointment.number].append(appointment)
    compared = _Compared(snapshot, zone, now)
    return tuple(
        found
        for subject, entries in told.items()
        for entry in last_told(entries).values()
        for found in compared.with_rows(entry, rows.get(subject, []))
    )


class _Compared(Struct, frozen=True):
    snapshot: Snapshot
    zone: ZoneInfo
    now: datetime

    def with_rows(self, told: Told, rows: Sequence[Appointment]) -> Iterator[Difference]:
        """The difference to the rows with its number, if there is one."""
        # Told by an older version, or erased: what was said is not known, so nothing can be untrue in it.
        if not told.printed:
            return
        kind, changed = self._of_rows(told, rows)
        row = rows[0] if len(rows) == 1 else None
        if kind is None or not self._matters(told, kind, row):
            return
        twin = twin_of(told, self.snapshot) if kind in _MOVED_AWAY else ""
        # Whoever takes out the second of two equal rows leaves a true message true.
        if kind != "gone" or not twin:
            yield Difference(told, kind, row, changed, twin)

    def _of_rows(self, told: Told, rows: Sequence[Appointment]) -> _Found:
        """Where two rows have its number, nothing is untrue as long as one of them says the same."""
        found = [self._of_row(told, row) for row in rows]
        if len(found) == 1:
            return found[0]
        if not found:
            return "gone", ()
        # One that agrees is enough: a copied row must not make a true message untrue.
        return ("doubled" if all(kind for kind, _ in found) else None), ()

    def _of_row(self, told: Told, row: Appointment) -> _Found:
        # First of all: what the row says about another person concerns nobody who was told before.
        if row.case != told.case or self._is_stranger(told):
            return "person" if row.case != told.case else "stranger", ()
        return self._of_state(told, row, printed(row, self.snapshot))

    def _is_stranger(self, told: Told) -> bool:
        case = self.snapshot.case_by_number.get(told.case)
        return case is not None and is_another(told.content.get("who"), case)

    def _of_state(self, told: Told, row: Appointment, facts: Printed | None) -> _Found:
        if row.status is AppointmentStatus.POSTPONED:
            return "postponed", ()
        # Before anything is read from it: a cell that nobody can read changes nothing that was said.
        if facts is None or not row.usable or "status" in row.bad:
            return "unreadable", ()
        if row.status not in STANDS and not facts.cancelled:
            return "closed", ()
        if facts.cancelled or told.printed.get("cancelled"):
            off = facts.cancelled
            # Whoever cancelled it needs nobody to tell them.
            knows = bool(told.printed.get("cancelled")) or (off and told.answer == "cancel")
            return (None if off == knows else "cancelled" if off else "reinstated"), ()
        return _compared(told, facts)

    def _matters(self, told: Told, kind: Kind, row: Appointment | None) -> bool:
        """Whether anybody may act on it: to come in vain, or not to come."""
        believed = begins(told.printed, self.zone)
        if kind in ANNOUNCED:
            facts = printed(row, self.snapshot) if row else None
            ahead = facts is not None and facts.start(self.zone) > self.now
            # Who believes that it is off sits at home; only the new hour matters.
            if kind == "reinstated":
                return ahead
            return ahead or (believed is not None and believed > self.now and not told.printed.get("cancelled"))
        knows = bool(told.printed.get("cancelled")) or told.answer == "cancel"
        return believed is not None and believed > self.now and not knows


def twin_of(told: Told, snapshot: Snapshot) -> str:
    """The number of another row of the same person that says what was told."""
    if told.printed.get("cancelled"):
        return ""
    others = (row for row in snapshot.appointments if row.case == told.case and row.number != told.subject)
    return next((row.number for row in others if row.number and row.usable and _says(row, told, snapshot)), "")


def _says(row: Appointment, told: Told, snapshot: Snapshot) -> bool:
    facts = printed(row, snapshot) if row.status in STANDS else None
    return facts is not None and facts.is_the_same_meeting(told.printed)


def _compared(told: Told, facts: Printed) -> _Found:
    """Two appointments that both take place."""
    changed = tuple(changes(told, facts))
    core = bool({"date", "time", "place"} & set(changed))
    return ("moved" if core else "detail" if changed else None), changed


def changes(told: Told, facts: Printed) -> Iterator[str]:
    """What differs between what was told and what mails print now, each name once."""
    before, now = told.printed, facts.plain()
    yield from (name for name in ("date", "time") if before.get(name) != now.get(name))
    # Who is called or visited need not know a place, and was told one by older versions of kim only.
    if any(before.get(name) != now.get(name) for name in ("place", "address")) and facts.may_be_elsewhere(before):
        yield "place"
    names = {_DETAILS[name] for name in _DETAILS if _differs(before.get(name), now.get(name))}
    if "code" in before and not _is_another_colleague(before, now):
        names -= {"manager"}
    yield from sorted(names)


def _differs(before: object, now: object) -> bool:
    """Whether both say something, and not the same: what a message left open is no untruth."""
    # A note without a duration left it open; one that names it now is no correction.
    return bool(before) and bool(now) and before != now


def _is_another_colleague(before: Mapping[str, Plain], now: Mapping[str, Plain]) -> bool:
    """Whether the client would meet somebody else than who was named. A new short name alone is nobody else, nor is a
    name that was spelt anew or changed in part; a successor under the same short name is."""
    first, second = (_words(said.get("manager")) for said in (before, now))
    if before.get("code") != now.get("code"):
        return first != second
    return bool(first) and bool(second) and first.isdisjoint(second)


def _words(name: object) -> frozenset[str]:
    return frozenset(alike(str(name or "").replace("-", " ")).split()) - _TITLES


def begins(said: Mapping[str, object], zone: ZoneInfo) -> datetime | None:
    """When the appointment begins by what was printed (in UTC); None where that cannot be read."""
    day, clock = said.get("date"), said.get("time")
    parse: Callable[[str], date] = date.fromisoformat
    try:
        return moment(parse(str(day)), time.fromisoformat(str(clock)), zone)
    except ValueError:
        return None


def identity(case: Case) -> Mapping[str, Plain]:
    """By what a person is known again, as digests: the words of the name, the day of birth, address and phone."""
    words = alike(f"{case.first_name or ''} {case.last_name or ''}".replace("-", " ")).split()
    ways = (address_digest(case.email or ""), address_digest(case.phone or ""))
    return {
        "names": sorted({digest(word) for word in words}),
        "born": digest(case.birth_date) if case.birth_date else "",
        "ways": sorted(filter(None, ways)),
    }


def is_another(before: object, case: Case) -> bool:
    """Whether the case is about somebody else than who was told, as a row may be typed over, or two numbers be
    exchanged: every message would go to a stranger while nobody tells the first one. A new name alone is a marriage or
    a spelling: the day of birth must be another one too, or, where it is not known, every way to reach the person."""
    if not isinstance(before, Mapping):
        return False  # told by an older version
    now = identity(case)
    if not _apart(before.get("names"), now["names"]):
        return False
    if before.get("born") and now["born"]:
        # Names are spelt anew, birthdays are not.
        return bool(before["born"] != now["born"])
    return _apart(before.get("ways"), now["ways"])


def _apart(before: object, now: object) -> bool:
    """Whether both sides are known and have nothing in common."""
    known = isinstance(before, Collection) and isinstance(now, Collection) and bool(before) and bool(now)
    return known and set(before).isdisjoint(now)  # type: ignore[call-overload]
