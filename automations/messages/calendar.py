"""The calendar entry that comes with an appointment's mail (RFC 5545, sent as of RFC 6047)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vRecur

from automations.messages.addresses import clean_line
from automations.model.plan import CalendarEntry

_PRODUCT = "-//kim//appointments//EN"


def calendar_part(
    entry: CalendarEntry, zone: str, organizer: str, *, attendee: str = "", now: datetime, answers: bool = False
) -> bytes:
    """The .ics text. `zone` is an IANA name; `organizer` the address that calendar answers go to,
    `attendee` the recipient's; `answers` asks the calendar program for one. `now` stamps it (aware).

    The zone's clock changes are written as a rule without end, where it follows the European one
    (Directive 2000/84/EC); other zones are written in UTC.
    """
    local = follows_european_rule(zone)
    event = _event(entry, ZoneInfo(zone) if local else UTC, organizer, attendee, now, answers)
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", entry.method)
    head, end = bytes(calendar.to_ical()), b"END:VCALENDAR\r\n"
    return head.removesuffix(end) + (_timezone(zone) if local else b"") + bytes(event.to_ical()) + end


def _event(entry: CalendarEntry, zone: tzinfo, organizer: str, attendee: str, now: datetime, answers: bool) -> Event:
    start = entry.start.astimezone(UTC)
    event = Event()
    event.add("uid", clean_line(entry.uid))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", start.astimezone(zone))
    event.add("dtend", (start + timedelta(minutes=entry.minutes)).astimezone(zone))
    event.add("summary", clean_line(entry.summary))
    event.add("status", "CANCELLED" if entry.method == "CANCEL" else "CONFIRMED")
    event.add("transp", "OPAQUE")
    # Others who see the calendar learn that the time is taken, and nothing else.
    event.add("class", "PRIVATE")
    for name, text in (("location", entry.location), ("description", entry.description)):
        if text.strip():
            event.add(name, "\n".join(clean_line(line) for line in text.splitlines()))
    event.add("organizer", vCalAddress(f"mailto:{organizer}"))
    if attendee:
        event.add("attendee", _attendee(attendee, answers=answers))
    return event


def _attendee(address: str, *, answers: bool) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    person.params["PARTSTAT"] = "NEEDS-ACTION"
    person.params["RSVP"] = "TRUE" if answers else "FALSE"
    return person


@lru_cache(maxsize=16)
def _timezone(zone: str) -> bytes:
    winter, summer = (_offset(zone, month) for month in (1, 7))
    made = Timezone()
    made.add("tzid", zone)
    made.add_component(_change(TimezoneDaylight(), zone, datetime(1981, 3, 29, 1, tzinfo=UTC), winter, summer))
    made.add_component(_change(TimezoneStandard(), zone, datetime(1996, 10, 27, 1, tzinfo=UTC), summer, winter))
    return bytes(made.to_ical())


def _change(
    made: TimezoneDaylight | TimezoneStandard, zone: str, first: datetime, before: timedelta, after: timedelta
) -> TimezoneDaylight | TimezoneStandard:
    # RFC 5545, 3.6.5: the start is a local time in the offset that ends with it.
    made.add("dtstart", first.replace(tzinfo=None) + before)
    made.add("rrule", vRecur({"freq": "yearly", "bymonth": first.month, "byday": "-1SU"}))
    made.add("tzoffsetfrom", before)
    made.add("tzoffsetto", after)
    made.add("tzname", datetime(2024, 7 if after > before else 1, 1, tzinfo=ZoneInfo(zone)).tzname() or zone)
    return made


def _offset(zone: str, month: int) -> timedelta:
    return datetime(2024, month, 1, tzinfo=ZoneInfo(zone)).utcoffset() or timedelta(0)


@lru_cache(maxsize=16)
def follows_european_rule(zone: str) -> bool:
    """Whether the zone's clocks change at 01:00 UTC on the last Sundays of March and October."""
    place = ZoneInfo(zone)
    for year in (2024, 2030, 2050):
        spring, autumn = (_last_sunday(year, month) for month in (3, 10))
        for change, ahead in ((spring, timedelta(hours=1)), (autumn, timedelta(hours=-1))):
            before = (change - timedelta(seconds=1)).astimezone(place).utcoffset()
            after = change.astimezone(place).utcoffset()
            if before is None or after is None or after - before != ahead:
                return False
    return True


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)
