"""HTML of mails, preview, handbook and papers, judged by the validator of the W3C and by axe."""

from __future__ import annotations

import json
import re
import subprocess
from html import unescape
from pathlib import Path

import pytest

from automations.cli.handbook import book
from automations.config.loading import load_site
from automations.engine.papers import make_papers
from automations.messages.preview import preview
from automations.messages.render import Renderer
from automations.messages.samples import samples
from automations.model.settings import SiteFacts
from automations.setup.demo.site import CLOCK, make_site
from tests.yardsticks.tools import LANGUAGES, mails, node_module, program

pytestmark = pytest.mark.yardsticks
_WAIT = """\
<script>{axe}</script><script>
axe.run(document,{{resultTypes:["violations"]}}).then(function(found){{
var told=found.violations.map(function(one){{
return one.id+": "+one.nodes.map(function(n){{return n.html.slice(0,120)}}).join(" | ")}});
var place=document.createElement("pre");place.id="axe-told";place.textContent=JSON.stringify(told);
document.body.appendChild(place)}});
</script>"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    made = {f"mail-{one.name}": one.rendered.html for one in mails()}
    made["preview"] = preview(Renderer(SiteFacts(approved_languages=LANGUAGES)), LANGUAGES, samples())
    made["handbook"] = book().decode()
    make_site(folder / "site", cases=5)
    for path in make_papers(load_site(folder / "site"), folder / "papers", CLOCK.date()):
        if path.suffix == ".html":
            made[f"paper-{path.stem}"] = path.read_text(encoding="utf-8")
    found = {}
    for name, text in made.items():
        found[name] = folder / f"{name}.html"
        found[name].write_text(text, encoding="utf-8")
    return found


def test_the_validator_finds_no_error(pages):
    jar = node_module("vnu-jar", "build", "dist", "vnu.jar")
    command = [program("java"), "-jar", str(jar), "--format", "json", "--errors-only", *map(str, pages.values())]
    done = subprocess.run(command, capture_output=True, timeout=240, check=False)
    told = json.loads(done.stderr or b'{"messages": []}')["messages"]
    print(f"vnu: {len(pages)} pages, {len(told)} errors")
    assert [f"{Path(one['url']).stem}: {one['message']}" for one in told] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(pages, scheme, tmp_path):
    axe = node_module("axe-core", "axe.min.js").read_text(encoding="utf-8")
    browser = program("chromium", "chromium-browser", "google-chrome")
    dark = ["--blink-settings=preferredColorScheme=0"] if scheme == "dark" else []
    faults, judged = [], 0
    for name, path in pages.items():
        if name.startswith("mail-") and "-phone" in name:
            continue  # the same layout as with buttons
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(text.replace("</body>", _WAIT.format(axe=axe) + "</body>"), encoding="utf-8")
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", *dark, "--virtual-time-budget=15000",
                   "--dump-dom", f"file://{tmp_path / path.name}"]  # fmt: skip
        dom = subprocess.run(command, capture_output=True, timeout=120, check=True).stdout.decode()
        told = re.search(r'<pre id="axe-told">(.*?)</pre>', dom, re.DOTALL)
        assert told, f"axe did not run on {name}"
        judged += 1
        faults += [f"{name}: {one}" for one in json.loads(unescape(told[1]))]
    print(f"axe, {scheme}: {judged} pages, {len(faults)} kinds of violations")
    assert faults == []
