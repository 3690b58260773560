"""What the papers say is true: every command is named, schemas are up to date, sentences of refusal are listed."""

from __future__ import annotations

import argparse
import json
import re
import tomllib
from datetime import date
from pathlib import Path

from automations.cli.arguments import build_parser
from automations.cli.papers import book
from automations.cli.reference import schemas, settings_reference
from automations.common.texts import texts
from automations.config.site import load_columns
from automations.jobs.remind import rule_problems
from automations.jobs.reminding.rules import RemindSettings
from automations.jobs.rules.model import Rule
from automations.tables.meaning_rows import TABS as MEANING_TABS
from automations.workbooks.refusals import SENTENCES
from tests.common.test_texts import known_messages
from tests.support.own_tables import own_snapshot
from tests.support.rule_rows import RULES, row

ROOT = Path(__file__).parent.parent
TAB_NAMES = (
    "Overview", "Workload", "Waiting times", "Appointments 14 days", "Calls", "Check list", "Log of runs", "Guide",
    "Naturalisation figures", "Report to the Land",
)  # fmt: skip
"""What the tabs that kim draws are called in the code."""
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands():
    parser = build_parser()
    action = next(item for item in parser._actions if isinstance(item, argparse._SubParsersAction))
    return sorted(action.choices)


def test_every_command_is_told():
    assert [name for name in commands() if f"`kim {name}" not in page("commands")] == []


def test_the_readme_is_a_screen_and_what_follows_it():
    assert len(README.splitlines()) < 110
    assert {name for name in re.findall(r"`kim ([a-z]+)", README) if name not in commands()} == set()


def test_a_document_that_a_sentence_names_is_there_and_is_not_just_the_readme():
    said = [message if isinstance(message, str) else " ".join(message) for message in known_messages()]
    assert [message for message in said if "README" in message] == []
    named = {name for message in said for name in re.findall(r"docs/[\w/.-]+\.md", message)}
    assert named
    assert {name for name in named if not (ROOT / name).is_file()} == set()


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


def test_the_walks_pass_rooms_that_there_are():
    named = re.findall(r"`((?:[a-z]+/)+[a-z_]+)`", page("architecture"))
    assert len(named) > 10
    assert [one for one in named if not list((ROOT / "automations").glob(f"{one}*"))] == []


def test_every_file_that_papers_or_comments_name_is_there():
    rooms = "|".join(path.name for path in (ROOT / "automations").iterdir() if path.is_dir() and path.name[0] != "_")
    named = re.compile(rf"(?<![\w/.<])((?:(?:automations|tests|docs)/|(?:{rooms})/)(?:\w+/)*[\w-]+\.(?:py|md))\b")
    code = [*(ROOT / "automations").rglob("*.py"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.toml")]
    found = [(path.name, name) for path in code for name in named.findall(path.read_text("utf-8"))]
    assert len(found) > 10
    assert [one for one in found if not any((base / one[1]).exists() for base in (ROOT, ROOT / "automations"))] == []


def test_every_decision_names_what_was_rejected():
    decisions = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert len(decisions) >= 10
    assert [path.name for path in decisions if "## Rejected" not in path.read_text("utf-8")] == []


def test_every_decision_is_named_where_the_code_rests_on_it():
    code = [path.read_text("utf-8") for path in (ROOT / "automations").rglob("*.py")]
    named = {link for text in code for link in re.findall(r"docs/decisions/(\S+\.md)", text)}
    assert named == {path.name for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md")}


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


def test_the_row_of_the_tab_of_rules_in_the_readme_works():
    lines = README[README.index("| Name | Tabelle") :].splitlines()
    heads, _, typed = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines[:3])
    cells = {heading.replace(" ", "_"): cell for heading, cell in zip(heads, typed, strict=True)}
    tabs = {"Fälle": [["Fall-Nr.", "Nachname", "Eingang", "Erstkontakt am"], ["K-1", "Adler", date(2026, 11, 2), None]]}
    (rule,) = own_snapshot("", {**tabs, "Regeln": [RULES, row(**cells)]}).console.rules
    assert rule.fault == ""
    assert Rule.model_validate({**rule.stanza, "origin": "workbook"}).active


HANDBOOK = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs" / "handbuch").glob("*.md"))}


def said_in_the_handbook(pattern):
    return {(name, found) for name, text in HANDBOOK.items() for found in re.findall(pattern, text)}


def test_every_command_of_the_handbook_exists():
    found = said_in_the_handbook(r"`kim ([a-z]+)")
    assert found
    assert {(name, word) for name, word in found if word not in commands()} == set()


def test_every_tab_and_column_of_the_handbook_exists():
    columns = load_columns()
    say = texts("de")
    tabs = {tab for table in columns.tables.values() for tab in table.tabs}
    tabs |= {say.name("tab", name) for name in TAB_NAMES} | set(MEANING_TABS)
    headings = {heading for table in columns.tables.values() for own in table.headings.values() for heading in own}
    named = said_in_the_handbook(r"(?:Blatt|Blätter|Tab) „([^“]+)“")
    assert named
    assert {(name, tab) for name, tab in named if tab not in tabs} == set()
    named = said_in_the_handbook(r"Spalten? „([^“]+)“")
    assert named
    assert {(name, column) for name, column in named if column not in headings} == set()


def test_every_setting_of_the_handbook_exists():
    found = said_in_the_handbook(r"`\[([a-z_.]+)\] ([a-z_]+)")
    assert found
    assert {(name, section, key) for name, (section, key) in found if f"`{key}`" not in section_of(section)} == set()


def section_of(name):
    """What the settings reference says of a section of site.toml."""
    return page("settings").partition(f"### `[{name}]`")[2].partition("\n### ")[0]


def test_every_picture_of_the_handbook_is_there_and_used():
    used = {picture for _, picture in said_in_the_handbook(r"!\[[^\]]+\]\((bilder/[^)]+)\)")}
    there = {f"bilder/{path.name}" for path in (ROOT / "docs" / "handbuch" / "bilder").iterdir()}
    assert used
    assert used <= there
    assert there <= used, "a picture that no chapter shows"


def test_the_handbook_is_one_page_that_needs_nothing_from_elsewhere():
    page = book().decode()
    assert page.count("<section") == len([name for name in HANDBOOK if name[0].isdigit()])
    assert "data:image/png;base64," in page
    assert not re.findall(r'(?:src|href)="(?!#|data:)([^"]+)"', page)
