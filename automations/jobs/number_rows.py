"""Gives a number to rows that have none, so that they can be named for ever."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from pydantic import Field

from automations.common.texts import Texts
from automations.jobs.protocol import READS_NOTHING
from automations.model.fact_kinds.sightings import Reserved
from automations.model.history import History
from automations.model.plan import CellEdit, EditGroup, Fact, Plan
from automations.model.problems import Problem
from automations.model.records import Appointment, Case
from automations.model.settings import JobSettings
from automations.model.snapshot import Snapshot
from automations.model.told import last_told
from automations.model.values import is_draft


class NumberRowsSettings(JobSettings):
    """How numbers look: `KIM-2026-0143` has the prefix of site.toml, the year, four digits
    (more once they are needed)."""

    case_digits: int = Field(default=4, ge=3, le=8)
    appointment_digits: int = Field(default=4, ge=3, le=8)


class NumberRows:
    """Job `number_rows`: blank `Fall-Nr.` and `Termin-Nr.` are filled with the next free number."""

    name = "number_rows"
    Settings = NumberRowsSettings
    reads = READS_NOTHING

    def plan(self, snapshot: Snapshot, settings: NumberRowsSettings, now: datetime, history: History) -> Plan:
        """One edit and one reserved number for each settled row without number, in the order of rows; a problem for one
        whose number people took back.

        A number that was reserved for the very same row in an earlier run is used again, and so is that of an
        appointment that a client was told of and whose row was typed anew."""
        site, year = settings.site, settings.site.today(now).year
        cases = self._number(
            snapshot.cases, f"{site.case_prefix}-{year}-", settings.case_digits, snapshot, settings, history
        )
        appointments = self._number(
            snapshot.appointments,
            f"{site.appointment_prefix}-{year}-",
            settings.appointment_digits,
            snapshot,
            settings,
            history,
        )
        pairs = [*cases, *appointments]
        # Such a row is never written to nor told of, and nothing else would say so.
        back = [_taken_back(group, snapshot, site.texts) for group, _ in pairs if history.forbids(group)]
        return Plan(self.name, groups=tuple(g for g, _ in pairs), facts=tuple(f for _, f in pairs), problems=(*back,))

    def _number(
        self,
        records: Iterable[Case | Appointment],
        prefix: str,
        digits: int,
        snapshot: Snapshot,
        settings: NumberRowsSettings,
        history: History,
    ) -> Iterator[tuple[EditGroup, Fact]]:
        why = settings.site.texts.say("New row: the next free number.")
        records = list(records)
        # Of the ledger, too: the number of a deleted row stands in mails that are out, and must never mean somebody
        # else.
        highest = history.highest_count(prefix, (record.number for record in records))
        gone = _gone(snapshot, history)
        for record in records:
            if not self._wants_number(record, snapshot):
                continue
            # Reserved first: the write of an earlier run may have failed after its mails named the number.
            number = history.reserved.get(record.row) or _former(record, gone)
            if number is None:
                highest += 1
                number = f"{prefix}{highest:0{digits}d}"
            group = EditGroup(
                f"number/{record.row.key}", record.row, (CellEdit("number", None, number),), self.name, why
            )
            row = {"workbook": record.row.workbook, "table": record.row.table, "key": record.row.key}
            yield group, Reserved(row, number).under(record.row.key)

    @staticmethod
    def _wants_number(record: Case | Appointment, snapshot: Snapshot) -> bool:
        layout = snapshot.layouts.get(record.row.table)
        return (
            record.number is None
            # A row of another key has a number that kim could not read; it must not get a second one.
            and is_draft(record.row.key)
            and record.row in snapshot.rows
            and record.row not in snapshot.unsettled
            and layout is not None
            and "number" in layout.writable
        )


def _taken_back(group: EditGroup, snapshot: Snapshot, say: Texts) -> Problem:
    records: Iterable[Case | Appointment] = (*snapshot.cases, *snapshot.appointments)
    record = next(one for one in records if one.row == group.row)
    message = say.say("The number of this row was taken back, and kim gives it no other: it does nothing for the row.")
    advice = say.say("Please type a number.")
    return Problem(
        "number_taken_back", message, advice, **snapshot.where(record, "number"), who=record.manager or "lead"
    )


def _gone(snapshot: Snapshot, history: History) -> dict[tuple[str, str, str], str]:
    """Numbers of appointments that clients were told of and that stand in no row any more, by case, day and time."""
    stand = {row.number for row in snapshot.appointments}
    missing = ((number, told) for number, told in history.told.items() if number not in stand)
    return {
        (case, str(last.printed.get("date")), str(last.printed.get("time"))): number
        for number, told in missing
        for case, last in last_told(told).items()
    }


def _former(record: Case | Appointment, gone: dict[tuple[str, str, str], str]) -> str | None:
    """The number of a row that was deleted, or lost its number, and was typed anew: it is the same appointment, and
    its client knows of it already. Given once."""
    # Without both, two appointments of one case could not be told apart.
    if not isinstance(record, Appointment) or record.date is None or record.time is None:
        return None
    # Popped: two rows of the same hour are two appointments, and only one of them is the old one.
    return gone.pop((record.case or "", record.date.isoformat(), record.time.isoformat()), None)
