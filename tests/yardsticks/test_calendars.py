"""Calendar entries, read by three libraries of others: all understand the same."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC
from email import message_from_bytes

import icalendar
import pytest

from tests.yardsticks.tools import mails, node_module, program

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
    others = json.loads(done.stdout)
    differ = [(a, b, c) for a, (b, c) in zip(ours, others, strict=True) if not a == b == c]
    print(f"calendars: {len(files)} entries, {len(differ)} differ")
    assert files
    assert differ == []
