"""A file that a command is told to write replaces none that people, or kim's own settings, need."""

from __future__ import annotations

import pytest

from automations.cli import run_command
from automations.cli.exit_status import UsageError
from automations.cli.laying_down import lay_down
from automations.common.texts import texts
from tests.support.packages import from_xlsxwriter

PAGE = b"<!doctype html>\n<html>"
FIGURES = "half_year;dimension".encode("utf-8-sig")


@pytest.mark.parametrize("content", [PAGE, FIGURES])
@pytest.mark.parametrize("there", [b'[site]\nname = "Herne"\n', b"notes", b"PK\x03\x04workbook"])
def test_what_is_something_else_stays(tmp_path, content, there):
    path = tmp_path / "file"
    path.write_bytes(there)
    with pytest.raises(UsageError):
        lay_down(path, content, texts("en"))
    assert path.read_bytes() == there


@pytest.mark.parametrize("content", [PAGE, FIGURES])
@pytest.mark.parametrize("kept", [0, 8, None])
def test_what_the_command_made_before_is_renewed(tmp_path, content, kept):
    path = tmp_path / "file"
    path.write_bytes(content[:kept] + b" of last year" if kept else b"")
    lay_down(path, content, texts("en"))
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "words", [("handbook",), ("cell", "Team.xlsx", "Tab1!B2", "x"), ("cell", "Team.xlsx", "Tab1!B2", "")]
)
@pytest.mark.parametrize("there", ["site.toml", "notes.txt"])
def test_no_command_writes_over_what_it_did_not_make(tmp_path, monkeypatch, capsys, words, there):
    monkeypatch.chdir(tmp_path)
    from_xlsxwriter(tmp_path / "Team.xlsx", [["Name", "Ort"], ["AB", "Herne"]])
    for name in ("site.toml", "notes.txt"):
        (tmp_path / name).write_text("settings", encoding="utf-8")
    before = (tmp_path / there).read_bytes()
    assert run_command([*words, "--out", there]) == 2
    assert (tmp_path / there).read_bytes() == before
    assert f"{there} gibt es schon" in capsys.readouterr().err


def test_a_copy_with_another_cell_is_made_anew_each_time(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    from_xlsxwriter(tmp_path / "Team.xlsx", [["Name", "Ort"], ["AB", "Herne"]])
    assert [run_command(["cell", "Team.xlsx", "Tab1!B2", city, "--out", "copy.xlsx"]) for city in "ab"] == [0, 0]
    assert run_command(["handbook", "--out", "copy.xlsx"]) == 2


def test_that_is_said_in_the_language_of_the_site(tmp_path, capsys):
    settings = tmp_path / "config" / "site.toml"
    settings.parent.mkdir()
    settings.write_text('[site]\nlanguage = "en"\n', encoding="utf-8")
    assert run_command(["--site", str(tmp_path), "handbook", "--out", str(settings)]) == 2
    assert "is there already" in capsys.readouterr().err
