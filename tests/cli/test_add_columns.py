"""`kim init DIR --add-columns` on a site that is there: what is missing is added, once, and nothing else."""

from __future__ import annotations

import json

import openpyxl
import pytest

from automations.cli import run_command
from automations.config.loading import load_site
from tests.cli.test_first_mail import LIST, step_3_says_what_columns_mean, the_list

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

AT = ("--at", "2026-11-27T10:00")


@pytest.fixture
def begun(tmp_path, monkeypatch, capsys):
    """A site around a list that was only likely, its meanings not said yet."""
    the_list(tmp_path / "Fallliste.xlsx")
    monkeypatch.chdir(tmp_path)
    run_command(["init", "beratung", "--workbook", "Fallliste.xlsx", "--yes", *AT])
    capsys.readouterr()
    return tmp_path


def completed(capsys):
    status = run_command(["init", "beratung", "--add-columns", "--json", *AT])
    return status, json.loads(capsys.readouterr().out)


def test_before_the_list_is_understood_nothing_is_added(begun, capsys):
    before = (begun / "Fallliste.xlsx").read_bytes()
    assert completed(capsys) == (1, {"outcome": "attention", "added": []})
    assert (begun / "Fallliste.xlsx").read_bytes() == before


def test_what_is_missing_is_added_once_and_kim_may_write_it(begun, capsys):
    step_3_says_what_columns_mean(openpyxl.load_workbook("Fallliste.xlsx"))
    status, told = completed(capsys)
    assert status == 0
    assert [one["table"] for one in told["added"]] == ["cases", "team", "appointments", "locations", "decisions"]
    book = openpyxl.load_workbook("Fallliste.xlsx")
    assert [row[0].value for row in book["Team"].iter_rows(2)] == ["Krause", "Okafor"]
    heads = [cell.value for cell in book[LIST][3]]
    assert heads[-7:] == ["Phase seit", "Zuständig seit", "Begründung", "Prüfhinweis", "Kontaktweg",
                          "E-Mail-Einwilligung am", "Widerruf am"]  # fmt: skip
    tables = load_site(begun / "beratung").columns.tables
    assert "check_note" in tables["cases"].kim_writes
    assert not {"number", "manager"} & set(tables["cases"].kim_writes), "columns of theirs are not kim's by that"
    assert "reminded_on" in tables["appointments"].kim_writes
    assert completed(capsys) == (0, {"outcome": "done", "added": [], "refused": []})


def test_without_the_word_a_site_that_is_there_is_left_alone(begun, capsys):
    assert run_command(["init", "beratung", *AT]) == 2
    assert "nichts wurde geändert" in capsys.readouterr().err
