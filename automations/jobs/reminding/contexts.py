"""What the templates of a mail are given: plain values, none that a protected place must not have."""

from __future__ import annotations

from collections.abc import Mapping

from automations.common.phones import readable
from automations.common.texts import texts
from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.printed import Printed
from automations.jobs.reminding.versions import State
from automations.model.plan import CalendarEntry
from automations.model.values import Plain, digest


def appointment_context(facts: Printed, told: State | None, desk: Desk) -> dict[str, Plain]:
    """The context of a mail about an appointment. Dates are ISO text, times "HH:MM"; `told` is what
    the client knows so far (for "moved from … to …")."""
    before: Mapping[str, Plain] = told.printed if told else {}
    return {
        "case_manager": facts.manager,
        "place": facts.place,
        "protected": facts.protected,
        "address": facts.address,
        "directions": facts.directions,
        "date": facts.date.isoformat(),
        "time": f"{facts.time:%H:%M}",
        "duration": facts.minutes,
        "phone": readable(facts.phone),
        "office_phone": desk.site.phone,
        "bring": list(desk.settings.bring),
        "days_ahead": (facts.date - desk.today).days,
        "old_date": before.get("date", ""),
        "old_time": str(before.get("time", ""))[:5],
        "confirm_link": "",
        "cancel_link": "",
        "site_name": desk.site.name,
    }


def calendar_entry(number: str, state: State, facts: Printed, language: str, desk: Desk) -> CalendarEntry:
    """The calendar entry of an appointment; its summary tells nothing of the reason for it."""
    start = facts.start(desk.zone).astimezone(desk.zone)
    where = ", ".join(part for part in (facts.place, facts.address) if part)
    return CalendarEntry(
        uid=calendar_uid(number, desk.site.mail_from),
        sequence=state.version,
        method="CANCEL" if facts.cancelled else "REQUEST",
        start=start,
        minutes=facts.minutes,
        summary=texts(language, "mail").say("Appointment"),
        location="" if facts.protected else where,
    )


def calendar_uid(number: str, mail_from: str) -> str:
    """The same for all versions of an appointment, and no other site's (RFC 5545, 3.8.4.7, proposes
    the domain for that); the number itself is nobody's business."""
    domain = mail_from.rpartition("@")[2].strip(" >").casefold()
    return f"{digest('appointment', number)}@{domain or 'kim.invalid'}"
