"""Taking a run back: what nobody changed since is as before, and is not made again."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from automations.cli import run_command
from automations.config.loading import load_site
from automations.engine.parts import open_world
from automations.engine.undo import undo
from automations.tables.snapshot import read_tables
from automations.workbooks.cellrefs import cell_name
from automations.workbooks.xlsx.changes import patch
from tests.support.demo_worlds import run_site
from tests.support.small_site import case, small_site

AT = datetime(2024, 10, 31, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
LATER = AT + timedelta(minutes=5)


@pytest.fixture
def site(demos, tmp_path):
    return demos(tmp_path / "site", cases=60, seed=3, at=AT)


def tables(site):
    loaded = load_site(site)
    with open_world(loaded, AT) as world:
        return read_tables({"team": world.workbooks["team"].read()}, loaded.columns, loaded.facts, loaded.homes, AT)


def managers(site):
    return {case.number: case.manager for case in tables(site).cases if case.number}


def undone(site, run):
    with open_world(load_site(site), LATER) as world:
        return undo(world, run, lambda: LATER)


def test_assignments_are_taken_back_and_not_made_again(site):
    result = run_site(site, AT)
    assigned = [group.row.key for group in result.prepared.groups if group.id.startswith("assign/")]
    assert assigned
    assert all(managers(site).get(key) for key in assigned if key.startswith("KIM-"))
    undone(site, result.prepared.run)
    taken_back = [key for key in assigned if key.startswith("KIM-")]
    assert not any(managers(site).get(key) for key in taken_back)
    run_site(site, LATER + timedelta(minutes=5))
    assert not any(managers(site).get(key) for key in taken_back)


def test_what_a_killed_undo_took_back_is_not_made_again(site):
    result = run_site(site, AT)
    taken_back = [group.row.key for group in result.prepared.groups if group.id.startswith("assign/KIM-")]
    words = [str(site), LATER.strftime("%Y-%m-%dT%H:%M"), result.prepared.run]
    command = [sys.executable, "-m", "tests.support.killed_undo", *words]
    assert subprocess.run(command, cwd=Path(__file__).parents[2], timeout=120, check=False).returncode == -9
    assert taken_back
    assert not any(managers(site).get(key) for key in taken_back)
    run_site(site, LATER + timedelta(minutes=5))
    assert not any(managers(site).get(key) for key in taken_back)


def test_no_change_of_any_kind_is_made_again(site):
    result = run_site(site, AT)
    back = undone(site, result.prepared.run).back
    changed = {(edit.field, edit.new) for group in back for edit in group.edits}
    assert len({field for field, _ in changed}) > 1
    again = run_site(site, LATER + timedelta(minutes=5))
    repeated = {(edit.field, edit.new) for group in again.prepared.groups for edit in group.edits}
    assert not changed & repeated


def test_what_is_back_already_is_not_taken_back_again(site):
    run = run_site(site, AT).prepared.run
    first = undone(site, run)
    assert first.back
    assert not first.already
    second = undone(site, run)
    assert not second.back
    assert second.already
    assert {group.id for group in second.already} <= {group.id for group in first.back}


def test_what_staff_changed_since_stays(site):
    result = run_site(site, AT)
    group = next(g for g in result.prepared.groups if g.id.startswith("assign/") and g.row.key.startswith("KIM-"))
    found = tables(site)
    case, layout = found.case_by_number[group.row.key], found.layouts["cases"]
    path = site / "KIM-Team.xlsx"
    patch(path, site / "changed.xlsx", {layout.tab: {cell_name(case.line, layout.columns["manager"]): "ABR"}})
    (site / "changed.xlsx").replace(path)
    kept = undone(site, result.prepared.run).kept
    assert group.id in {item.id for item in kept}
    assert managers(site)[group.row.key] == "ABR"


def test_undoing_is_a_run_that_can_be_undone(site):
    result = run_site(site, AT)
    before = managers(site)
    first = undone(site, result.prepared.run)
    assert managers(site) != before
    undone(site, first.run)
    assert {key: value for key, value in managers(site).items() if key in before} == before


def test_a_row_whose_number_was_taken_back_is_named(tmp_path, capsys):
    """Nobody is reminded of an appointment without a number: whoever took it back must know, whatever was asked."""
    small_site(tmp_path, [case(None), case(2)], few_tabs=True)
    undone(tmp_path, run_site(tmp_path, AT).prepared.run)
    again = run_site(tmp_path, LATER + timedelta(minutes=5))
    told = [(one.row, one.column) for one in again.prepared.problems if one.code == "number_taken_back"]
    assert told == [(2, "Fall-Nr.")]
    assert "number/" not in "".join(group.id for group in again.prepared.groups)
    at = f"{LATER + timedelta(minutes=10):%Y-%m-%dT%H:%M}"
    run_command(["--site", str(tmp_path), "check", "--json", "--at", at])
    assert "number_taken_back" in capsys.readouterr().out
