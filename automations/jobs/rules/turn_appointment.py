"""What becomes of an hour that somebody said yes to: an appointment, of which they are told with the yes. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from automations.jobs.reminding.printed import printed
from automations.jobs.reminding.versions import versions
from automations.jobs.rules.desk import Desk
from automations.jobs.rules.people import Addressee
from automations.jobs.rules.wording import filled
from automations.model.records import Appointment, AppointmentStatus, Record
from automations.model.told import Telling


def becomes(number: str, record: Record, to: Addressee, key: str, desk: Desk) -> Iterator[Telling]:
    """The telling of the appointment with that number (`{…}` is filled in from the row): the client has it at the hour
    of the row that was asked about. Nothing for rows of other tables, and where it goes to nobody's case."""
    if not number or not isinstance(record, Appointment) or to.case is None or to.audience != "client":
        return
    name = filled(number, record, desk, desk.site.language, {})
    visit = replace(record, number=name, case=to.case.number, status=AppointmentStatus.PLANNED)
    facts = printed(visit, desk.snapshot)
    if facts is not None:
        state = versions(facts, None, None, desk.now).now
        content = {**state.plain(), "status": AppointmentStatus.PLANNED}
        yield Telling(f"{key}/becomes", to.case.number or "", name, state.version, content)
