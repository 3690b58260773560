"""What the mail programs of our clients support, as caniemail.com knows it."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.yardsticks.tools import mails, node_module, program

pytestmark = pytest.mark.yardsticks
PROGRAMS = ("apple-mail", "gmail", "outlook", "yahoo", "samsung-email", "gmx", "web-de", "thunderbird")
_SCRIPT = """\
import { caniemail } from %(module)s;
import { clientNames } from %(clients)s;
import { readFileSync } from "node:fs";
const wanted = clientNames.filter((name) => %(programs)s.includes(name.split(".")[0]));
const told = {};
let judged = 0;
for (const file of process.argv.slice(2)) {
  const html = readFileSync(file, "utf8");
  for (const client of wanted) {
    let issues;
    try { issues = caniemail({ clients: [client], html }).issues; judged += 1; }
    catch (error) { if (error instanceof RangeError) continue; throw error; }
    for (const [name, found] of issues.errors)
      for (const one of [found].flat()) (told[one.title] ??= {})[name] = true;
  }
}
console.log(JSON.stringify([judged, Object.fromEntries(Object.entries(told).map(([k, v]) => [k, Object.keys(v)]))]));
"""
_NEEDED = ("dir", "bdi", "padding", "display", "table", "background-color", "text-align", "direction")
"""Features that the direction of writing and the buttons hang on."""


def test_direction_and_buttons_hang_on_nothing_that_a_program_lacks(tmp_path):
    module, clients = (node_module("caniemail", "dist", name) for name in ("index.js", "clients.js"))
    places = {"module": module, "clients": clients}
    script = tmp_path / "judge.mjs"
    named = {name: json.dumps(path.as_uri()) for name, path in places.items()}
    script.write_text(_SCRIPT % {**named, "programs": json.dumps(PROGRAMS)}, encoding="utf-8")
    files = []
    for one in mails():
        if one.mail.language in {"de", "ar"}:
            files.append(str(tmp_path / f"{one.name}.html"))
            (tmp_path / f"{one.name}.html").write_text(one.rendered.html, encoding="utf-8")
    done = subprocess.run([program("node"), str(script), *files], capture_output=True, timeout=280, check=True)
    judged, told = json.loads(done.stdout)
    print(f"caniemail: {len(files)} mails, {judged} judgements; what some program lacks: {sorted(told)}")
    assert judged > len(files)
    assert {name: found for name, found in told.items() if name.strip("<>").split()[0] in _NEEDED} == {}
