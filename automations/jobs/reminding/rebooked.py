"""Rows that say "postponed" and have another date than their client was told: they were moved, whatever their word
still says. Whether a date is new is known while the client does not know it yet; after that it is remembered."""

from __future__ import annotations

from msgspec.structs import replace

from automations.model.fact_kinds.messages import Rebooked
from automations.model.history import History
from automations.model.plan import Fact
from automations.model.records import Appointment, AppointmentStatus
from automations.model.snapshot import Snapshot
from automations.model.told import last_told


def rebooked(snapshot: Snapshot, history: History) -> tuple[Snapshot, list[Fact]]:
    """The tables with such rows as planned ones, and what to remember of them."""
    known, facts, rows = history.facts_of(Rebooked), list[Fact](), list[Appointment]()
    for row in snapshot.appointments:
        before = known.get(row.number or "")
        now = _moved(row, before, history) if row.status is AppointmentStatus.POSTPONED else None
        if now and now != before:
            facts.append(now.under(row.number))
        elif before and before.when and row.status is not AppointmentStatus.POSTPONED:
            # Once it is planned again, the next "postponed" is about the date that stands there.
            facts.append(replace(before, when="").under(row.number))
        rows.append(replace(row, status=AppointmentStatus.PLANNED) if now else row)
    return (replace(snapshot, appointments=tuple(rows)) if rows != list(snapshot.appointments) else snapshot), facts


def _moved(row: Appointment, before: Rebooked | None, history: History) -> Rebooked | None:
    if not row.number or row.date is None or row.time is None:
        return None
    now = Rebooked(f"{row.date}T{row.time}", row.case or "", row.number)
    if before is not None and before.when == now.when:
        return now
    told = last_told(history.told.get(row.number, ())).get(row.case or "")
    said = told.printed if told else {}
    return now if said and f"{said.get('date')}T{said.get('time')}" != now.when else None
