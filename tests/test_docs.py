"""What the papers say is true: every command is named, schemas are up to date, sentences of refusal are listed."""

from __future__ import annotations

import argparse
import json
import re
import tomllib
from pathlib import Path

from automations.cli.arguments import build_parser
from automations.cli.reference import settings_reference
from automations.cli.schemas import schemas
from automations.jobs.remind import rule_problems
from automations.jobs.reminding.rules import RemindSettings
from automations.workbooks.refusals import SENTENCES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands():
    parser = build_parser()
    action = next(item for item in parser._actions if isinstance(item, argparse._SubParsersAction))
    return sorted(action.choices)


def test_the_readme_names_every_command():
    assert [name for name in commands() if f"`kim {name}" not in README] == []


def test_the_schemas_for_editors_are_up_to_date():
    for name, schema in schemas().items():
        path = ROOT / "config" / f"{name.removesuffix('.toml')}.schema.json"
        written = json.loads(path.read_text(encoding="utf-8"))
        assert written == json.loads(json.dumps(schema)), f"{path.name}: run `make schemas`"


def page(name):
    return (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")


def test_the_settings_reference_is_made_from_the_models():
    assert page("settings") == settings_reference(), "run `make schemas`"


def test_links_between_the_papers_lead_somewhere():
    papers = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    links = [
        (paper, link) for paper in papers for link in re.findall(r"\]\(([^)#:]+)[^):]*\)", paper.read_text("utf-8"))
    ]
    assert links
    assert [f"{paper.name}: {link}" for paper, link in links if not (paper.parent / link).exists()] == []


def test_every_decision_names_what_was_rejected():
    decisions = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert len(decisions) >= 10
    assert [path.name for path in decisions if "## Rejected" not in path.read_text("utf-8")] == []


def test_every_refusal_of_the_patcher_is_listed():
    missing = [code for code in SENTENCES if f"`{code}`" not in page("refusals")]
    assert not missing


def test_no_file_names_a_registry_or_a_place_on_this_machine():
    words = ("--index" + "-url", "--extra-" + "index-url", "/wo" + "rk/", "/home/")
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob(".ci/**/*"), *(ROOT / "config").glob("*")]:
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not [word for word in words if word in text], path


def test_every_package_is_installed_with_the_others():
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"])
    there = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "automations").rglob("__init__.py")}
    assert there <= listed


def test_the_rule_in_the_readme_works():
    stanza = re.search(r"```toml\n(\[\[rules\]\]\n.*?)```", README, re.DOTALL)[1]
    settings = RemindSettings.model_validate(tomllib.loads(stanza))
    templates = ROOT / "templates" / "mail"
    assert list(rule_problems(settings, lambda stem: (templates / f"{stem}.txt.j2").is_file())) == []
