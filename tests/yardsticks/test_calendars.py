"""Calendar entries, read by four libraries of others: all understand the same."""

from __future__ import annotations

import ctypes
import json
import subprocess
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import icalendar
import pytest

from tests.yardsticks.tools import library, mails, node_module, program

pytestmark = pytest.mark.yardsticks
_SCRIPT = """\
import ICAL from %(ical)s;
import nodeical from %(node)s;
import { readFileSync } from "node:fs";
const told = [];
for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, "utf8");
  const whole = new ICAL.Component(ICAL.parse(text));
  for (const zone of whole.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  const event = new ICAL.Event(whole.getFirstSubcomponent("vevent"));
  const other = Object.values(nodeical.sync.parseICS(text)).find((one) => one.type === "VEVENT");
  told.push([
    [event.uid, event.startDate.toJSDate().toISOString(), event.endDate.toJSDate().toISOString(), event.summary,
      Number(event.sequence)],
    [other.uid, other.start.toISOString(), other.end.toISOString(), other.summary.val ?? other.summary,
      Number(other.sequence)],
  ]);
}
console.log(JSON.stringify(told));
"""


_EVENT = 4  # ICAL_VEVENT_COMPONENT of icalenums.h, in libical 3


class _Moment(ctypes.Structure):
    """icaltimetype of libical 3."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "summer")),
        ("zone", ctypes.c_void_p),
    )


def by_libical(text: bytes) -> list[object]:
    """What the C library understands that Evolution, Thunderbird's older versions and many phones use."""
    ical = library("ical")

    def call(name, result, *args, of=ctypes.c_void_p):
        function = getattr(ical, name)
        function.restype, function.argtypes = result, [of] * len(args)
        return function(*args)

    def at(name):
        moment = call(name, _Moment, event)
        function = ical.icaltime_as_timet_with_zone
        function.restype, function.argtypes = ctypes.c_long, [_Moment, ctypes.c_void_p]
        return f"{datetime.fromtimestamp(function(moment, moment.zone), UTC):%Y-%m-%dT%H:%M:%S}.000Z"

    whole = call("icalparser_parse_string", ctypes.c_void_p, text, of=ctypes.c_char_p)
    ical.icalcomponent_get_first_component.argtypes = [ctypes.c_void_p, ctypes.c_int]
    ical.icalcomponent_get_first_component.restype = ctypes.c_void_p
    event = ical.icalcomponent_get_first_component(whole, _EVENT)
    told = [call(f"icalcomponent_get_{name}", ctypes.c_char_p, event).decode() for name in ("uid", "summary")]
    number = call("icalcomponent_get_sequence", ctypes.c_int, event)
    found = [told[0], at("icalcomponent_get_dtstart"), at("icalcomponent_get_dtend"), told[1], number]
    call("icalcomponent_free", None, whole)
    return found


def test_libraries_of_others_read_the_same_entry(tmp_path):
    ical, node = node_module("ical.js", "dist", "ical.js"), node_module("node-ical", "node-ical.js")
    script = tmp_path / "judge.mjs"
    places = {"ical": json.dumps(ical.as_uri()), "node": json.dumps(node.as_uri())}
    script.write_text(_SCRIPT % places, encoding="utf-8")
    files, ours = [], []
    for one in mails():
        sent = message_from_bytes(bytes(one.message))
        for part in (part for part in sent.walk() if part.get_content_type() == "text/calendar"):
            path = tmp_path / f"{one.name}.ics"
            path.write_bytes(part.get_payload(decode=True))
            files.append(str(path))
            event = next(iter(icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")))
            moments = (f"{event[key].dt.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z" for key in ("DTSTART", "DTEND"))
            ours.append([str(event["UID"]), *moments, str(event["SUMMARY"]), int(event["SEQUENCE"])])
    done = subprocess.run([program("node"), str(script), *files], capture_output=True, timeout=240, check=True)
    others = [
        [*two, by_libical(Path(file).read_bytes())] for file, two in zip(files, json.loads(done.stdout), strict=True)
    ]
    differ = [(a, *found) for a, found in zip(ours, others, strict=True) if any(one != a for one in found)]
    print(f"calendars: {len(files)} entries, 4 libraries, {len(differ)} differ (bound 0)")
    assert files
    assert differ == []
