"""A command loads what it needs: nobody waits for libraries that it does not use."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from automations.cli import run_command
from automations.config.files import read_premises
from automations.engine.parts import open_books
from automations.setup.demo.site import make_site
from automations.workbooks.xlsx.one_cell import set_cell
from tests.engine.test_guards import AT

HEAVY = {
    "babel", "css_inline", "email_validator", "faker", "google", "gspread", "highspy", "holidays", "icalendar", "idna",
    "imap_tools", "jinja2", "keyring", "lxml", "numpy", "openpyxl", "phonenumbers", "procrastinate", "psycopg",
    "psycopg_pool", "pydantic", "python_calamine",
    "rapidfuzz", "requests", "rich", "schedule", "sqlalchemy", "xlsxwriter",
}  # fmt: skip

FLEET = {"procrastinate", "psycopg", "psycopg_pool"}
"""What many sites need, and a single one never."""

NEEDED = {
    "--version": set(),
    "--help": set(),
    "status --alive": {"rich"},
    "status": {"holidays", "idna", "pydantic", "rich"},
    "run --due": {"holidays", "idna", "pydantic", "rich", "sqlalchemy"},
    "hold": HEAVY - {"faker", "google", "gspread", "highspy", "numpy", "openpyxl", "requests", "schedule"} - FLEET,
    "check": HEAVY - {"faker", "google", "gspread", "requests", "schedule"} - FLEET,
}
"""By command: the libraries that it may load. No command of an .xlsx site loads Google's or the demo's."""


OF_A_RUN = {
    "babel", "css_inline", "email_validator", "holidays", "idna", "jinja2", "lxml", "phonenumbers", "pydantic",
    "python_calamine", "rich", "sqlalchemy",
}  # fmt: skip
"""What a run needs that found a word changed, and nobody to write to."""

NOT_IN_A_RUN = {
    "automations.messages.answer_words", "automations.messages.bodies", "automations.messages.calendar",
    "automations.messages.mailbox", "automations.messages.replying", "automations.messages.smtp",
    "automations.messages.stop_words", "imaplib", "smtplib", "urllib.request", "xml.sax",
}  # fmt: skip
"""What only reads letters, or sends mails."""


UNREAD = {
    "status --alive": {"automations.config", "automations.ledger", "automations.model.runs"},
    "status": {
        "automations.conditions", "automations.jobs", "automations.ledger.book", "automations.ledger.schema",
        "automations.messages.message", "automations.model.fact_kinds", "automations.model.history",
        "automations.model.plan", "automations.model.records", "automations.model.schema", "automations.tables",
        "automations.workbooks.xlsx",
    },
    "run --due": {
        "automations.conditions", "automations.jobs", "automations.tables", "automations.workbooks.xlsx.reading",
        "automations.workbooks.xlsx.building", "automations.config.loading",
    },
}  # fmt: skip
"""By command: parts of kim that it may not load. What is kept of facts, tables and plans is most of the code, and
each class costs a millisecond to build."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("startup")
    make_site(folder, cases=6, seed=1, at=AT)
    with open_books(read_premises(folder), AT):
        pass
    return folder


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """A site whose runs of the day are over, and somebody has typed a word since."""
    folder = tmp_path_factory.mktemp("changed")
    make_site(folder, cases=6, seed=1, at=AT)
    for clock in ("07:00", "07:05", "07:10"):
        run_command(["--site", str(folder), "run", "--at", f"2024-10-31T{clock}"])
    book = folder / "KIM-Team.xlsx"
    rows = CalamineWorkbook.from_path(str(book)).get_sheet_by_name("Fälle").to_python(skip_empty_area=False)
    set_cell(book, f"Fälle!{chr(65 + rows[0].index('Stadtteil'))}2", "Herne-Süd")
    return folder


@cache
def loaded(site, words):
    """Which modules a process of its own has loaded in the end."""
    code = (
        "import sys\nfrom automations.cli import run_command\n"
        f"try:\n    run_command(['--site', {str(site)!r}, *{words.split()!r}])\n"
        "except SystemExit:\n    pass\n"
        "sys.stderr.write(' '.join(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("words", NEEDED)
def test_a_command_loads_what_it_needs(site, words):
    assert {name.partition(".")[0] for name in loaded(site, words)} & HEAVY <= NEEDED[words]


def test_a_run_loads_neither_what_reads_letters_nor_what_sends_mails(changed):
    found = loaded(changed, "run --at 2024-10-31T08:00")
    assert "automations.jobs.assign_cases" in found  # it was a whole run
    assert {name.partition(".")[0] for name in found} & HEAVY <= OF_A_RUN
    assert found & NOT_IN_A_RUN == set()


@pytest.mark.parametrize("words", ["status", "run --due", "check"])
def test_the_holidays_of_one_country_are_loaded_and_of_no_other(site, words):
    name = "holidays.countries."
    assert {module for module in loaded(site, words) if module.startswith(name)} == {f"{name}germany"}


@pytest.mark.parametrize("words", NEEDED)
def test_a_single_site_loads_nothing_of_the_fleet(site, words):
    assert not {name for name in loaded(site, words) if name.startswith("automations.fleet")}


SHEET = "https://docs.google.com/spreadsheets/d/1aBcDeFgHiJkLmNoPqRsTuVwXyZ/edit"
WITHOUT = {
    "fleet": ("procrastinate psycopg", ["fleet", "init"], {}),
    "demo": ("faker", ["demo", "demo"], {}),
    "postgresql": (
        "psycopg",
        ["--site", "site", "check"],
        {"KIM_LEDGER_URL": "postgresql+psycopg://kim@127.0.0.1/kim"},
    ),
    "google": ("gspread google.auth", ["--site", "site", "check"], {}),
}
"""By extra: the modules that it brings, a command that needs them, and what stands in the environment."""


@pytest.mark.parametrize("extra", WITHOUT)
def test_an_extra_that_is_missing_is_told_in_one_sentence(tmp_path, extra):
    modules, words, environment = WITHOUT[extra]
    (tmp_path / "site" / "config").mkdir(parents=True)
    book = f'url = "{SHEET}"' if extra == "google" else 'path = "none.xlsx"'
    ledger = '[ledger]\nurl_env = "KIM_LEDGER_URL"\n' if extra == "postgresql" else ""
    site = f"[workbooks.team]\n{book}\n{ledger}"
    (tmp_path / "site" / "config" / "site.toml").write_text(site, encoding="utf-8")
    code = (
        f"import sys\nsys.modules.update(dict.fromkeys({modules.split()!r}))\n"
        f"from automations.cli import main\nmain({words!r})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
    )  # fmt: skip
    assert done.returncode in {1, 2}, done.stderr
    said = " ".join((done.stdout + done.stderr).split())
    assert f"kim-automations[{extra}]" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("words", UNREAD)
def test_who_only_looks_loads_little_of_kim_itself(site, words):
    assert loaded(site, words) & UNREAD[words] == set()


def test_the_sign_of_life_is_told_without_the_config(site, capsys):
    words = ["--site", str(site), "status", "--alive", "--json", "--at", "2024-10-30T09:05+01:00"]
    assert run_command(words) == 1
    (site / "state").mkdir(exist_ok=True)
    (site / "state" / "heartbeat").write_text("2024-10-30T09:00:00+01:00\n", encoding="utf-8")
    assert run_command(words) == 0
    assert json.loads(capsys.readouterr().out.rpartition("{")[2].join(["{", ""]))["silent_seconds"] == 300
