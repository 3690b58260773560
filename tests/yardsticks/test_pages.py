"""HTML of mails, preview, handbook and papers, judged by the validator of the W3C and by axe."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from automations.cli.papers import book
from automations.config.loading import load_site
from automations.engine.papers.making import make_papers
from automations.messages.preview import preview
from automations.messages.render import Renderer
from automations.messages.samples import samples
from automations.model.settings import SiteFacts
from automations.setup.demo.site import CLOCK, make_site
from tests.yardsticks.tools import LANGUAGES, mails, node_module, program

pytestmark = pytest.mark.yardsticks


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


@pytest.fixture(scope="module")
def judged_by_axe(pages) -> dict[str, dict[str, list[str]]]:
    """What axe says of each page, in light and in dark: one browser for all of them."""
    browser = program("chromium", "chromium-browser", "google-chrome")
    modules = node_module("puppeteer-core", "package.json").parents[1]
    node_module("axe-core", "axe.min.js")
    script = Path(__file__).with_name("axe.mjs")
    # A mail with a phone number has the layout of the one with buttons.
    judged = [str(path) for name, path in pages.items() if not (name.startswith("mail-") and "-phone" in name)]
    done = subprocess.run(
        [program("node"), script, modules, browser, *judged], capture_output=True, timeout=600, check=False, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(judged_by_axe, scheme):
    faults = [f"{Path(page).stem}: {one}" for page, told in judged_by_axe[scheme].items() for one in told]
    print(f"axe, {scheme}: {len(judged_by_axe[scheme])} pages, {len(faults)} kinds of violations")
    assert faults == []
