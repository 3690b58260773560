"""The calendar entry that comes with an appointment's mail (RFC 5545, sent as of RFC 6047)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vRecur, vText
from icalendar.parser import Contentline, Parameters

from automations.messages.addresses import clean_line
from automations.model.plan import CalendarEntry

_PRODUCT = "-//kim//appointments//EN"


def calendar_part(
    entry: CalendarEntry, zone: str, organizer: str, *, attendee: str = "", now: datetime, answers: bool = False
) -> bytes:
    """The .ics text. `zone` is an IANA name; `organizer` the address that calendar answers go to,
    `attendee` the recipient's; `answers` asks the calendar program for one. `now` stamps it (aware).

    The zone's clock changes are written as a rule without end, where it follows the European one
    (Directive 2000/84/EC); other zones are written in UTC."""
    # A rule without end instead of a table of changes: appointments are booked years ahead.
    local = follows_european_rule(zone)
    lines = _event(entry, zone if local else "", organizer, attendee, now, answers)
    return b"".join((_head(entry.method), _timezone(zone) if local else b"", *lines, b"END:VCALENDAR\r\n"))


def _event(
    entry: CalendarEntry, zone: str, organizer: str, attendee: str, now: datetime, answers: bool
) -> Iterator[bytes]:
    """The lines of the event; its times are local in `zone`, or in UTC. The library makes whatever needs escaping or
    folding, and what many mails share is made once: a whole event of it anew took longer than delivering the mail."""
    start = entry.start.astimezone(UTC)
    yield b"BEGIN:VEVENT\r\n"
    yield _text("SUMMARY", clean_line(entry.summary))
    yield _moment("DTSTART", start, zone)
    yield _moment("DTEND", start + timedelta(minutes=entry.minutes), zone)
    yield _moment("DTSTAMP", now, "")
    yield _text("UID", clean_line(entry.uid))
    # Calendars keep the entry with the highest number, so this must never fall (RFC 5545, 3.8.7.4).
    yield f"SEQUENCE:{entry.sequence:d}\r\n".encode()
    if attendee:
        # Without an attendee most programs show the entry and take no answer.
        yield _address("ATTENDEE", attendee, PARTSTAT="NEEDS-ACTION", RSVP="TRUE" if answers else "FALSE")
    # Others who see the calendar learn that the time is taken, and nothing else.
    yield b"CLASS:PRIVATE\r\n"
    for name, text in (("DESCRIPTION", entry.description), ("LOCATION", entry.location)):
        if text.strip():
            yield _text(name, "\n".join(clean_line(line) for line in text.splitlines()))
    yield _address("ORGANIZER", organizer)
    yield b"STATUS:CANCELLED\r\n" if entry.method == "CANCEL" else b"STATUS:CONFIRMED\r\n"
    yield b"TRANSP:OPAQUE\r\nEND:VEVENT\r\n"


@lru_cache(maxsize=256)
def _text(name: str, text: str) -> bytes:
    return _line(name, Parameters(), vText(text))


@lru_cache(maxsize=256)
def _address(name: str, address: str, **parameters: str) -> bytes:
    return _line(name, Parameters(parameters), vCalAddress(f"mailto:{address}"))


def _line(name: str, parameters: Parameters, value: vText | vCalAddress) -> bytes:
    return bytes(Contentline.from_parts(name, parameters, value).to_ical()) + b"\r\n"


def _moment(name: str, moment: datetime, zone: str) -> bytes:
    """A line with a moment (RFC 5545, 3.3.5), as wall clock time of a zone, or in UTC."""
    if not zone:
        return f"{name}:{moment.astimezone(UTC):%Y%m%dT%H%M%S}Z\r\n".encode()
    return f"{name};TZID={zone}:{moment.astimezone(ZoneInfo(zone)):%Y%m%dT%H%M%S}\r\n".encode()


@lru_cache(maxsize=2)
def _head(method: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return bytes(calendar.to_ical()).removesuffix(b"END:VCALENDAR\r\n")


@lru_cache(maxsize=16)
def _timezone(zone: str) -> bytes:
    # Of a year whose rules are known; the library's own table ends in 2037.
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
    # Now, soon and late: a zone whose rule is known to end would pass by one year alone.
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
