"""The handbook's first chapter, walked: its commands in their order, what it says of the workbook between them."""

from __future__ import annotations

import json
import re
import shlex
from itertools import takewhile
from pathlib import Path

import openpyxl
import pytest

from automations.cli import run_command
from automations.cli.arguments import build_parser
from tests.support.more_workbooks import debt_counselling

ROOT = Path(__file__).parents[2]
CHAPTER = (ROOT / "docs" / "handbuch" / "01-anfangen.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", CHAPTER, re.DOTALL) for line in block.splitlines()]
AT = ("--at", "2026-11-27T10:00")
ALONE = {"mail", "service", "status"}
"""Commands that ask for a server or an operating system: they are tried in tests of their own."""


def words(line):
    return shlex.split(line)[1:]


def name_of(line):
    return next(word for word in words(line) if word in {"init", "check", "plan", "run", "preview", "approve", *ALONE})


def test_it_has_ten_steps_and_every_command_can_be_typed():
    assert re.findall(r"^## (\d+)\.", CHAPTER, re.MULTILINE) == [str(n) for n in range(1, 11)]
    assert [name_of(line) for line in COMMANDS] == [
        "init", "check", "init", "plan", "run", "mail", "mail", "preview", "approve", "service", "status",
    ]  # fmt: skip
    for line in COMMANDS:
        build_parser().parse_args(words(line))


pytestmark = pytest.mark.filterwarnings(
    "ignore:.*extension is not supported:UserWarning"
)  # openpyxl, of drop-downs of Excel


@pytest.fixture
def here(tmp_path, monkeypatch, capsys):
    debt_counselling().write(tmp_path / "Fallliste.xlsx")
    monkeypatch.chdir(tmp_path)

    def typed(name, *more):
        line = next(line for line in COMMANDS if name_of(line) == name)
        status = run_command([*words(line), *more, *(() if name == "preview" else AT)])
        return status, " ".join(capsys.readouterr().out.split())

    typed.capsys = capsys
    return typed


def tabs():
    return openpyxl.load_workbook("Fallliste.xlsx").sheetnames


def test_it_leads_from_a_workbook_that_nobody_knows_to_the_first_figures(here):
    status, out = here("init")
    assert status == 0, out
    said = re.findall(r"Blatt „(\w+)“", CHAPTER.split("## 4.")[0])
    assert {"Team", "Termine", "Standorte", "Entscheidungen", "Einstellungen"} == set(said)
    assert set(said) <= set(tabs())
    book = openpyxl.load_workbook("Fallliste.xlsx")
    meanings_first = takewhile(
        lambda row: any(cell.value for cell in row), book["Einstellungen"].iter_rows(2, max_col=6)
    )
    rows = list(meanings_first)  # below a blank row stand the settings
    unknown = [row for row in rows if row[2].value]
    assert [row[2].value for row in unknown] == ["1 - Aufnahme", "2 - Unterlagen", "3 - Regulierung", "9 - beendet"]
    meanings = ("Neu", "Assessment", "Begleitung", "Abgeschlossen")
    for row, meaning in zip(unknown, meanings, strict=True):
        row[4].value = meaning
    for row in rows:
        row[5].value = None
    book.save("Fallliste.xlsx")

    status, out = here("check")
    assert status == 0, out
    assert "„Fallübersicht“: 12 Zeilen gelesen" in out
    assert "„Team“: 3 Zeilen gelesen" in out
    assert "Aufnahme“" not in out, "the words are understood now"
    assert here("plan")[0] == 0
    assert here("run")[0] in {0, 1}
    assert {"Übersicht", "Prüfliste"} <= set(tabs())
    asked = [row[1].value for row in openpyxl.load_workbook("Fallliste.xlsx")["Entscheidungen"].iter_rows(min_row=2)]
    assert any("zuweisen" in str(question) for question in asked)
    assert here("preview")[0] == 0
    assert Path("preview.html").is_file()
    assert not any((Path("beratung") / "mails").glob("*.eml")), "nothing is sent, and nobody consented"
    here.capsys.readouterr()
    run_command(["--json", "--site", "beratung", "check", *AT])
    assert json.loads(here.capsys.readouterr().out)["read"]["cases"] == 12
