"""Calendar entries: one appointment stays one entry, at the right hour, for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from msgspec.structs import replace

from automations.messages.calendar import calendar_part, follows_european_rule
from automations.model.plan import CalendarEntry

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2024, 10, 31, 7, tzinfo=UTC)
ENTRY = CalendarEntry(
    "T-1@herne.test", 3, "REQUEST", datetime(2024, 11, 5, 10, 30, tzinfo=BERLIN), 45, "Termin", "Café"
)


def part(entry: CalendarEntry = ENTRY, zone: str = "Europe/Berlin") -> str:
    return calendar_part(entry, zone, "a@b.test", attendee="c@d.test", now=NOW).decode()


def event(text: str):
    return Calendar.from_ical(text).walk("VEVENT")[0]


def test_identity_sequence_and_method():
    text = part()
    assert "METHOD:REQUEST\r\n" in text
    assert "UID:T-1@herne.test\r\n" in text
    assert "SEQUENCE:3\r\n" in text
    assert "STATUS:CONFIRMED\r\n" in text
    assert "DTSTART;TZID=Europe/Berlin:20241105T103000\r\n" in text
    assert "DTEND;TZID=Europe/Berlin:20241105T111500\r\n" in text
    assert "RSVP=FALSE" in text


def test_a_cancellation_names_the_same_entry():
    text = part(replace(ENTRY, method="CANCEL", sequence=4))
    assert "METHOD:CANCEL\r\n" in text
    assert "STATUS:CANCELLED\r\n" in text
    assert "UID:T-1@herne.test\r\n" in text
    assert "SEQUENCE:4\r\n" in text


def test_no_location_where_there_is_none():
    assert "LOCATION:Café" in part()
    assert "LOCATION" not in part(replace(ENTRY, location=""))
    assert "LOCATION" not in part(replace(ENTRY, location="  "))


@pytest.mark.parametrize("year", [1997, 2024, 2037, 2038, 2050, 2099])
@pytest.mark.parametrize("month", [1, 3, 7, 10])
def test_the_rule_in_the_entry_says_what_the_clocks_say(year, month):
    """Read as a calendar program does that knows nothing but the rule: in any year."""
    rules = {c.name: c for c in Calendar.from_ical(part()).walk() if c.name in {"STANDARD", "DAYLIGHT"}}
    for day in (1, 28):
        noon = datetime(year, month, day, 12, tzinfo=BERLIN)
        assert offset(rules, noon.replace(tzinfo=None)) == noon.utcoffset()


def offset(rules, day: datetime) -> timedelta:
    starts = {}
    for name, rule in rules.items():
        text = rule["rrule"].to_ical().decode()
        month = int(dict(piece.split("=") for piece in text.split(";"))["BYMONTH"])
        assert "BYDAY=-1SU" in text
        assert "UNTIL" not in text
        last = day.replace(month=month, day=31)
        first = rule["dtstart"].dt
        starts[name] = (last - timedelta(days=(last.weekday() + 1) % 7)).replace(hour=first.hour, minute=0)
    summer = starts["DAYLIGHT"] <= day < starts["STANDARD"]
    return rules["DAYLIGHT" if summer else "STANDARD"]["tzoffsetto"].td


def test_the_zone_is_a_rule_not_a_table():
    text = part()
    assert text.count("BEGIN:DAYLIGHT") == text.count("BEGIN:STANDARD") == 1
    assert "RDATE" not in text


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "UTC", "Africa/Cairo"])
def test_zones_with_other_rules_are_written_in_utc(zone):
    assert not follows_european_rule(zone)
    text = part(zone=zone)
    assert "DTSTART:20241105T093000Z\r\n" in text
    assert "VTIMEZONE" not in text


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Europe/Paris", "Europe/Bucharest", "Europe/Lisbon"])
def test_zones_with_the_european_rule_keep_their_local_time(zone):
    assert event(part(zone=zone)).start == ENTRY.start


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_adds_a_line(summary, location):
    text = part(replace(ENTRY, summary=summary, location=location + "\r\nATTENDEE:mailto:x@y.test"))
    assert len(Calendar.from_ical(text).walk("VEVENT")) == 1
    assert str(event(text)["attendee"]) == "mailto:c@d.test"
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
