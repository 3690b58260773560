"""The house stays true: imports run down, each outside library has its room, the clock is read at the edge."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

from automations.jobs.registry import jobs

ROOT = Path(__file__).parent.parent
CODE = sorted((ROOT / "automations").rglob("*.py"))

ROOMS = {
    "openpyxl": ("workbooks/xlsx/",),
    "python_calamine": ("workbooks/xlsx/",),
    "lxml": ("workbooks/xlsx/", "workbooks/stores/webdav/"),
    "xlsxwriter": ("workbooks/drawing/", "workbooks/new_files", "setup/demo/"),
    "urllib3": ("workbooks/stores/webdav/",),
    "gspread": ("workbooks/google/",),
    "jinja2": ("conditions/", "messages/"),
    "sqlalchemy": ("ledger/",),
    "schedule": ("service/",),
    "highspy": ("jobs/assigning/", "jobs/figures/suppression"),
    "holidays": ("common/working_days",),
    "faker": ("setup/demo/",),
    "icalendar": ("messages/",),
    "imap_tools": ("messages/",),
    "smtplib": ("messages/",),
    "rich": ("cli/",),
    "argparse": ("cli/",),
    "keyring": ("messages/", "workbooks/google/", "workbooks/stores/webdav/"),
    "phonenumbers": ("tables/", "common/phones"),
    "email_validator": ("tables/", "messages/"),
    "rapidfuzz": ("jobs/", "setup/"),
    "procrastinate": ("fleet/",),
    "psycopg": ("fleet/", "cli/fleet"),
    "filelock": ("engine/lock", "service/", "cli/"),
}


@cache  # once for all libraries
def imported(path):
    return frozenset(imports(path))


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").split(".")[0]


CALLED = {"css-inline": "css_inline", "email-validator": "email_validator", "imap-tools": "imap_tools",
          "python-calamine": "python_calamine", "google-auth": "google", "markdown-it-py": "markdown_it",
          "python-docx": "docx"}  # fmt: skip
"""What a package is imported as, where that is another name."""

UNIMPORTED = {"tzdata"}
"""Data of zones where the system has none."""


def test_every_package_that_kim_wants_is_used():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(line for lines in project["optional-dependencies"].values() for line in lines),
    ]
    names = {re.match(r"[\w-]+", line)[0] for line in wanted} - UNIMPORTED
    used = {library for path in CODE for library in imported(path)}
    assert {name for name in names if CALLED.get(name, name) not in used} == set()


@pytest.mark.parametrize("library", sorted(ROOMS))
def test_each_outside_library_has_its_room(library):
    users = [str(path.relative_to(ROOT / "automations")) for path in CODE if library in imported(path)]
    strangers = [user for user in users if not user.startswith(ROOMS[library])]
    assert not strangers


def test_imports_only_run_down():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_job_is_outside_the_contract_that_keeps_jobs_apart():
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    contracts = {one["name"]: set(one.get("modules", ())) for one in tools["importlinter"]["contracts"]}
    assert {type(job).__module__ for job in jobs()} == contracts["jobs never import each other"]


def reads_the_clock(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if (name, node.func.attr) in {
                ("datetime", "now"),
                ("datetime", "utcnow"),
                ("date", "today"),
                ("time", "time"),
            }:
                yield node.lineno


def test_the_clock_is_read_on_the_command_line_and_in_the_service_alone():
    readers = {str(path.relative_to(ROOT / "automations")) for path in CODE if any(reads_the_clock(path))}
    assert all(reader.startswith(("cli/", "service/")) for reader in readers), readers


def test_nothing_is_left_open_in_the_code():
    words = ("TO" + "DO", "FIX" + "ME", "X" + "XX", "raise NotImplemented" + "Error")
    marked = [str(path) for path in CODE if any(word in path.read_text(encoding="utf-8") for word in words)]
    assert not marked


def test_no_struct_takes_the_field_of_a_dataclass_for_a_default():
    """In a struct `dataclasses.field(…)` is no field: it would be the default itself, and nobody would notice."""
    assert not [
        f"{path.relative_to(ROOT)}: {kind.name}"
        for path in CODE
        if "import dataclass, field" in (text := path.read_text(encoding="utf-8"))
        for kind in ast.walk(ast.parse(text))
        if isinstance(kind, ast.ClassDef)
        and "dataclass" not in "".join(map(ast.unparse, kind.decorator_list))
        and any(ast.unparse(node).startswith("field(") for node in ast.walk(kind) if isinstance(node, ast.Call))
    ]


def test_every_module_says_what_it_is_for():
    silent = [str(path) for path in CODE if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert not silent


def settings():
    """(class, name) of every setting in config/*.toml: the fields of the models that the files are parsed into."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            bases = {base.id for base in getattr(node, "bases", ()) if isinstance(base, ast.Name)}
            if isinstance(node, ast.ClassDef) and any(base in MODELS or base.endswith("Settings") for base in bases):
                fields = (item for item in node.body if isinstance(item, ast.AnnAssign))
                yield from ((node.name, item.target.id) for item in fields if "ClassVar" not in ast.unparse(item))


MODELS = {"BaseModel", "Strict"}


def test_every_setting_is_read():
    found = list(settings())
    assert len(found) > 200
    code = "\n".join(path.read_text(encoding="utf-8") for path in CODE)
    read = set(re.findall(r"\.(\w+)", code)) | set(re.findall(r"[\"'](\w+)[\"']", code))
    assert [(model, name) for model, name in found if name not in read] == []


CALLED_BY_LIBRARIES = {
    "print_help", "emit", "impl", "cache_ok", "process_bind_param", "process_result_value",
    "handle_starttag", "handle_endtag", "handle_data", "getitem", "get_source",
}  # fmt: skip
"""What argparse, logging, SQLAlchemy, html.parser and jinja2 look for in a class of theirs."""

CALLED_FROM_OUTSIDE = {"settings_reference", "restart", "obtained_by"}
"""By the Makefile, by the tests' own server, by conditions over a field that a team declares."""


PLAIN = {"property", "cached_property", "staticmethod", "classmethod", "dataclass"}


def defined(tree):
    """Public functions, classes, methods and fields, apart from those that some decorator takes up."""
    for node in tree.body:
        for item in (node, *(node.body if isinstance(node, ast.ClassDef) else ())):
            taken_up = {ast.unparse(one).partition("(")[0] for one in getattr(item, "decorator_list", ())} - PLAIN
            if isinstance(item, ast.ClassDef | ast.FunctionDef) and not taken_up:
                yield item.name
            elif isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                yield item.target.id


def mentioned(tree):
    """Every name that is read, and every word of a text that is no docstring."""
    spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
            yield from re.findall(r"\w+", node.value)


def test_nothing_is_kept_that_kim_itself_does_not_use():
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in CODE]
    used = {name for tree in trees for name in mentioned(tree)} | CALLED_BY_LIBRARIES | CALLED_FROM_OUTSIDE
    others = (*(ROOT / "config").rglob("*.toml"), *(ROOT / "templates").rglob("*.j2"))
    used |= {word for path in others for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}
    left = {name for tree in trees for name in defined(tree) if not name.startswith("_") and name not in used}
    assert left == set()
