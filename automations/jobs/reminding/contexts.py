"""What the templates of a mail are given: plain values, none that a protected place must not have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct

from automations.common.phones import readable
from automations.common.texts import texts
from automations.jobs.desk import RuleDesk
from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.differences import Difference
from automations.jobs.reminding.printed import USUAL_MINUTES, Printed
from automations.jobs.reminding.versions import State
from automations.model.plan import CalendarEntry
from automations.model.values import Plain, digest, to_plain


class AppointmentContext(Struct, frozen=True):
    """The names that templates of mails about an appointment know.

    Dates are ISO text, times "HH:MM". `kind` is personal, telephone (we call), video (there is a link), home_visit or
    other (as they agreed); only a call has `call_number`, the client's own, and only a personal one has `place`,
    `address`, `directions` and `bring`. `until` is when it ends, `duration` 0 where nobody can read it. `changed` names
    what is new since the client was told last (date, time, place, manager, duration, kind); the old_… are what the
    client was told then, blank where nothing was."""

    case_manager: str
    place: str
    protected: bool
    address: str
    directions: str
    date: str
    time: str
    until: str
    duration: int
    kind: str
    phone: str
    office_phone: str
    bring: tuple[str, ...]
    days_ahead: int
    changed: tuple[str, ...]
    old_date: str
    old_time: str
    old_manager: str
    old_duration: int
    site_name: str
    confirm_link: str = ""
    cancel_link: str = ""
    call_number: str = ""


def appointment_context(facts: Printed, change: Difference | None, desk: Desk, called: str = "") -> dict[str, Plain]:
    """The context of a mail about an appointment (see `AppointmentContext`). `change` is in what it differs from
    what the client was told last; `called` is the client's own number."""
    before: Mapping[str, Plain] = change.told.printed if change else {}
    there = facts.kind == "personal"
    minutes = before.get("minutes", 0)
    context = AppointmentContext(
        case_manager=facts.manager,
        place=facts.place if there else "",
        protected=facts.protected,
        address=facts.address if there else "",
        directions=facts.directions if there else "",
        date=facts.date.isoformat(),
        time=f"{facts.time:%H:%M}",
        # Added in UTC: on the night of the clock change an hour on the wall is not an hour.
        until=f"{(facts.start(desk.zone) + timedelta(minutes=facts.minutes)).astimezone(desk.zone):%H:%M}"
        if facts.minutes
        else "",
        duration=facts.minutes,
        kind=facts.kind,
        phone=readable(facts.phone),
        office_phone=desk.site.phone,
        bring=desk.settings.bring if there else (),
        days_ahead=(facts.date - desk.today).days,
        changed=change.changed if change else (),
        old_date=str(before.get("date", "")),
        old_time=str(before.get("time", ""))[:5],
        old_manager=str(before.get("manager", "")),
        old_duration=minutes if isinstance(minutes, int) else 0,
        site_name=desk.site.name,
        call_number=readable(called) if facts.kind == "telephone" else "",
    )
    found = to_plain(context)
    return dict(found) if isinstance(found, Mapping) else {}


def calendar_entry(number: str, state: State, facts: Printed, language: str, desk: RuleDesk) -> CalendarEntry:
    """The calendar entry of an appointment; its summary tells nothing of the reason for it."""
    start = facts.start(desk.zone).astimezone(desk.zone)
    where = ", ".join(part for part in (facts.place, facts.address) if part and facts.kind == "personal")
    return CalendarEntry(
        # Of the number that it had first: a calendar would show another entry beside the old one.
        uid=calendar_uid(desk.history.first_number("appointments", number), desk.site.mail_from),
        sequence=state.version,
        method="CANCEL" if facts.cancelled else "REQUEST",
        start=start,
        minutes=facts.minutes or USUAL_MINUTES,
        summary=texts(language, "mail").say("Appointment"),
        # Twice: a calendar is shown on the telephones of the whole family.
        location="" if facts.protected else where,
    )


def calendar_uid(number: str, mail_from: str) -> str:
    """The same for all versions of an appointment, and no other site's (RFC 5545, 3.8.4.7, proposes
    the domain for that); the number itself is nobody's business."""
    domain = mail_from.rpartition("@")[2].strip(" >").casefold()
    return f"{digest('appointment', number)}@{domain or 'kim.invalid'}"
