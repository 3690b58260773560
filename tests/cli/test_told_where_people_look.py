"""What stops a run stands where people look for it: in the status, in a sentence, with a status of its own."""

from __future__ import annotations

import json

import pytest

from automations.cli import run_command
from tests.support.demo_worlds import run_site
from tests.support.small_site import DAY, case, small_site, text


@pytest.fixture
def site(tmp_path):
    small_site(tmp_path, [case(number) for number in range(1, 28)])
    run_site(tmp_path, DAY)
    return tmp_path


def kim(site, *words, at="2024-10-31T12:30"):
    return run_command(["--site", str(site), *words, *(["--at", at] if at else [])])


def test_a_broken_config_that_stopped_a_run_stands_in_the_status_until_it_is_changed(site, capsys):
    path = site / "config" / "automations.toml"
    good = path.read_text(encoding="utf-8")
    path.write_text("[[[ garbage", encoding="utf-8")
    assert kim(site, "run") == 2
    capsys.readouterr()
    assert kim(site, "status") == 2
    assert "automations.toml:1" in capsys.readouterr().out
    assert kim(site, "--json", "status") == 2
    assert json.loads(capsys.readouterr().out)["config_refused"]
    path.write_text(good + "\n", encoding="utf-8")
    assert kim(site, "status") == 0


def test_what_only_looks_notes_nothing(site):
    (site / "config" / "automations.toml").write_text("[[[ garbage", encoding="utf-8")
    assert kim(site, "check") == 2
    assert kim(site, "status") == 0


@pytest.mark.parametrize("command", ["run", "check", "plan", "status"])
def test_a_file_in_the_place_of_the_state_folder_is_a_sentence(tmp_path, capsys, command):
    small_site(tmp_path, [case(1)])
    (tmp_path / "state").write_text("x", encoding="utf-8")
    assert kim(tmp_path, command) == 4
    said = capsys.readouterr().err
    assert "Ordner" in said
    assert "Errno" not in said


def test_a_check_that_a_guard_stops_says_so_and_not_that_all_is_well(site, capsys):
    from tests.cli.test_stopped_commands import loaded

    book = loaded(site / "Team.xlsx")
    book["Fälle"].delete_rows(2, 20)
    book.save(site / "Team.xlsx")
    capsys.readouterr()
    assert kim(site, "check") == 4
    said = capsys.readouterr().out
    assert "--accept shrink" in said
    assert "Alles ist in Ordnung" not in said


def test_a_mistyped_run_is_not_released(site, capsys):
    assert kim(site, "release", "20241031", at="") == 2
    assert "20241031" in capsys.readouterr().err


def test_a_second_run_of_a_day_that_fails_stands_in_the_log_at_once(site):
    (site / "Leitung.xlsx").write_bytes(b"")
    assert kim(site, "run") == 1
    assert "Leitung.xlsx" in text(site, "Laufprotokoll")


def test_a_site_that_is_there_already_hears_it_in_its_language(site, capsys):
    path = site / "config" / "site.toml"
    path.write_text(path.read_text("utf-8").replace("[site]", '[site]\nlanguage = "en"', 1), "utf-8")
    assert run_command(["init", str(site)]) == 2
    assert "There is a site in" in capsys.readouterr().err
