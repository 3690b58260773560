"""`kim explain` tells what people changed between the runs, and never takes its own work for theirs."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from automations.cli import run_command
from automations.config.loading import load_site
from automations.engine.parts import open_world
from automations.engine.undo import undo
from automations.tables.snapshot import read_tables
from automations.workbooks.cellrefs import cell_name
from automations.workbooks.xlsx.changes import patch
from tests.support.demo_worlds import run_site

AT = datetime(2024, 10, 31, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
LATER = AT + timedelta(hours=3)
DAY = timedelta(days=1)


@pytest.fixture
def site(demos, tmp_path):
    """A site that ran once."""
    return demos(tmp_path / "site", cases=60, seed=3, at=AT, runs=[AT], few_tabs=True)


def tables(site):
    loaded = load_site(site)
    with open_world(loaded, AT) as world:
        return read_tables({"team": world.workbooks["team"].read()}, loaded.columns, loaded.facts, loaded.homes, AT)


def by_people(site, table, record, **cells):
    """Type values into a row, by field."""
    layout = tables(site).layouts[table]
    path = site / "KIM-Team.xlsx"
    typed = {cell_name(record.line, layout.columns[field]): value for field, value in cells.items()}
    patch(path, site / "changed.xlsx", {layout.tab: typed})
    (site / "changed.xlsx").replace(path)


def open_case(site):
    """A case with a coming appointment, and that appointment."""
    found = tables(site)
    visit = next(item for item in found.appointments if item.date and item.date > LATER.date() and item.number)
    return found.case_by_number[visit.case], visit


def explained(capsys, site, case, at=AT + 2 * DAY):  # after every run: a clock that goes back is refused
    assert run_command(["--site", str(site), "explain", case, "--json", "--at", f"{at:%Y-%m-%dT%H:%M}"]) == 0
    return json.loads(capsys.readouterr().out)["story"]


def noticed(capsys, site, case):
    return [entry for entry in explained(capsys, site, case) if entry["kind"] == "noticed"]


def all_noticed(site):
    """Noticed edits of all rows."""
    with open_world(load_site(site), LATER) as world:
        known = tables(site)
        numbers = [item.number for item in (*known.cases, *known.appointments) if item.number]
        return [entry.text for entry in world.ledger.story("", numbers) if entry.kind == "noticed"]


def test_edits_of_the_team_stand_in_the_story_in_their_order(capsys, site):
    case, visit = open_case(site)
    by_people(site, "cases", case, manager="XYZ", urgency="hoch")
    by_people(site, "appointments", visit, place="Rathaus")
    run_site(site, LATER)
    of_case, of_visit = noticed(capsys, site, case.number)
    assert {(one["field"], one["new"]) for one in of_case["data"]["changes"]} == {
        ("manager", "XYZ"),
        ("urgency", "hoch"),
    }
    assert "Im Team geändert (nach dem Lauf vom 31.10.2024 09:00): " in of_case["text"]
    assert "„Zuständig“ von „" in of_case["text"]
    assert of_visit["text"].startswith(f"Termin {visit.number}: ")
    assert "zu „Rathaus“" in of_visit["text"]
    story = explained(capsys, site, case.number)
    assert [entry["at"] for entry in story] == sorted(entry["at"] for entry in story)


def test_an_edit_is_told_once(capsys, site):
    case, _ = open_case(site)
    by_people(site, "cases", case, manager="XYZ")
    run_site(site, LATER)
    run_site(site, LATER + DAY)
    assert len(noticed(capsys, site, case.number)) == 1


def test_what_kim_did_is_not_taken_for_an_edit(site):
    run_site(site, LATER)
    assert all_noticed(site) == []


def test_undoing_is_no_edit_of_people(site):
    with open_world(load_site(site), LATER) as world:
        assert undo(world, world.ledger.runs()[0].run, lambda: LATER).back
    run_site(site, LATER + timedelta(minutes=5))
    run_site(site, LATER + DAY)
    assert all_noticed(site) == []


@pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
def test_sorting_and_inserting_rows_are_no_edits(site):
    path = site / "KIM-Team.xlsx"
    book = openpyxl.load_workbook(path)
    for tab in ("Fälle", "Termine"):
        sheet = book[tab]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        for number, row in enumerate(reversed(rows), start=2):
            for place, value in enumerate(row, start=1):
                sheet.cell(number, place).value = value
        sheet.insert_rows(5)
    book.save(path)
    run_site(site, LATER)
    assert all_noticed(site) == []


def test_a_row_that_is_deleted_and_put_back(capsys, site):
    case, visit = open_case(site)
    found = tables(site)
    before = {field: found.rows[visit.row].value(field) for field in found.layouts["appointments"].columns}
    blank = dict.fromkeys(before)
    by_people(site, "appointments", visit, **blank)
    run_site(site, LATER)
    gone = noticed(capsys, site, case.number)
    by_people(site, "appointments", visit, **before)
    run_site(site, LATER + timedelta(minutes=30))
    assert [entry["data"]["event"] for entry in gone] == ["gone"]
    assert [entry["data"]["event"] for entry in noticed(capsys, site, case.number)] == ["gone", "back"]


def test_a_run_that_a_guard_stopped_notices_nothing(site):
    path = site / "KIM-Team.xlsx"
    before = path.read_bytes()
    layout = tables(site).layouts["appointments"]
    blank = {
        cell_name(item.line, column): None for item in tables(site).appointments for column in layout.columns.values()
    }
    patch(path, site / "changed.xlsx", {layout.tab: blank})
    (site / "changed.xlsx").replace(path)
    assert run_site(site, LATER).outcome == "refused"
    path.write_bytes(before)
    assert run_site(site, LATER + timedelta(minutes=30)).outcome != "refused"
    assert all_noticed(site) == []


def test_after_a_restore_the_work_of_lost_runs_is_not_taken_for_edits(site):
    backup = site / "state" / "early.sqlite"
    case, _ = open_case(site)
    with open_world(load_site(site), LATER) as world:
        world.ledger.backup(backup, LATER)
    by_people(site, "cases", case, manager="XYZ")
    with open_world(load_site(site), LATER) as world:
        world.ledger.restore(backup, LATER)
    run_site(site, LATER + timedelta(minutes=30))
    assert all_noticed(site) == []


def test_what_stands_in_the_check_list_is_told_until_it_is_mended(capsys, site):
    case, _ = open_case(site)
    by_people(site, "cases", case, email="olena@example")
    run_site(site, LATER)
    by_people(site, "cases", case, email=case.email)
    run_site(site, LATER + timedelta(minutes=30))
    told = [entry["text"] for entry in explained(capsys, site, case.number)]
    shown = next(text for text in told if text.startswith("In der Prüfliste: ") and "olena@example" in text)
    assert shown.replace("In der Prüfliste", "Nicht mehr in der Prüfliste") in told


def test_a_site_may_choose_that_nothing_is_kept(capsys, site):
    toml = site / "config" / "site.toml"
    toml.write_text(toml.read_text("utf-8") + "\n[noticed]\ncases = []\nappointments = []\n", "utf-8")
    run_site(site, LATER)
    case, _ = open_case(site)
    assert run_command(["--site", str(site), "subject", case.number, "export", "--at", f"{LATER:%Y-%m-%dT%H:%M}"]) == 0
    kept = json.loads(capsys.readouterr().out)["seen"]
    assert all(row["values"] == {} for row in kept)


def test_a_field_that_does_not_exist_is_named(capsys, site):
    toml = site / "config" / "site.toml"
    toml.write_text(toml.read_text("utf-8") + '\n[noticed]\ncases = ["manger"]\n', "utf-8")
    assert run_command(["--site", str(site), "check"]) == 2
    out = capsys.readouterr()
    assert "manger" in out.out + out.err
    assert "manager" in out.out + out.err
