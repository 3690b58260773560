"""What the papers say is true: every command is named, schemas are up to date, sentences of refusal are listed."""

from __future__ import annotations

import argparse
import json
import re
import tomllib
from pathlib import Path

from automations.cli.arguments import build_parser
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


def test_every_refusal_of_the_patcher_is_listed():
    missing = [code for code in SENTENCES if f"`{code}`" not in README]
    assert not missing


def test_no_file_names_a_registry_or_a_place_on_this_machine():
    words = ("--index" + "-url", "--extra-" + "index-url", "/wo" + "rk/", "/home/")
    for path in [*ROOT.glob("*.md"), *ROOT.glob(".ci/**/*"), *(ROOT / "config").glob("*")]:
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
