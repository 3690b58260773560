"""What a workbook does not allow is known before anything is written, and everything else is done."""

from __future__ import annotations

import os
import re
from datetime import timedelta

import openpyxl
import pytest

from automations.cli import run_command
from automations.engine.parts import open_world
from automations.engine.runner import plan
from tests.support.demo_worlds import run_site
from tests.support.packages import unzipped, zipped
from tests.support.small_site import DAY, case, rows, small_site, text


def rewritten(path, change):
    """The workbook with its parts changed: `change` maps a part's name and text to its new text."""
    parts = {
        name: change(name, data.decode()).encode() if name.endswith((".xml", ".rels")) else data
        for name, data in unzipped(path).items()
    }
    zipped(path, parts)


def structure_locked(name, content):
    if name != "xl/workbook.xml":
        return content
    return re.sub(r"(<workbookPr\b[^>]*?(?:/>|></workbookPr>))", r'\1<workbookProtection lockStructure="1"/>', content)


def cases_locked(name, content):
    if name != "xl/worksheets/sheet1.xml":
        return content
    return content.replace("</sheetData>", '</sheetData><sheetProtection sheet="1"/>')


def decisions_locked(name, content):
    if name != "xl/worksheets/sheet5.xml":
        return content
    return content.replace("</sheetData>", '</sheetData><sheetProtection sheet="1"/>')


def offering(words):
    """The cases with a drop-down of these words over `Zuständig`."""
    rule = (
        '<dataValidations count="1"><dataValidation type="list" showErrorMessage="1" sqref="L2:L500">'
        f'<formula1>"{words}"</formula1></dataValidation></dataValidations>'
    )

    def change(name, content):
        return content.replace("</sheetData>", "</sheetData>" + rule) if name == "xl/worksheets/sheet1.xml" else content

    return change


def planned(site):
    with open_world(site, DAY) as world:
        return plan(world, lambda: DAY)


def test_a_locked_structure_promises_no_tab_and_all_else_is_written(tmp_path):
    site = small_site(tmp_path, [case(1), case(2)])
    rewritten(tmp_path / "Team.xlsx", structure_locked)
    found = planned(site)
    assert [doc for doc in found.tabs if doc.workbook == "team"] == []
    assert {promise.kind for promise in found.broken} == {"tab"}
    [told] = [problem for problem in found.problems if problem.code == "cannot_write"]
    assert "Arbeitsmappe schützen" in told.advice
    result = run_site(tmp_path, DAY)
    assert result.outcome == "attention"
    assert all(row["Zuständig"] for row in rows(tmp_path, "Fälle"))


@pytest.mark.parametrize(("lock", "tab"), [(cases_locked, "Fälle"), (decisions_locked, "Entscheidungen")])
def test_a_locked_tab_is_named_and_the_tabs_of_ours_show_what_stands(tmp_path, lock, tab):
    site = small_site(tmp_path, [case(1), case(2)], ask_first=tab != "Fälle")
    rewritten(tmp_path / "Team.xlsx", lock)
    found = planned(site)
    assert [group for group in found.groups if group.row.table == ("cases" if tab == "Fälle" else "decisions")] == []
    assert found.withheld
    [told] = [problem for problem in found.problems if problem.code == "cannot_write"]
    assert (told.tab, told.who) == (tab, "lead")
    for day in range(2):
        assert run_site(tmp_path, DAY + timedelta(days=day)).outcome == "attention"
    assert "Blattschutz" in text(tmp_path, "Prüfliste")
    assert not any(row.get("Zuständig") for row in rows(tmp_path, "Fälle"))


def test_a_locked_workbook_that_is_opened_gets_what_it_was_owed(tmp_path):
    small_site(tmp_path, [case(1)])
    rewritten(tmp_path / "Team.xlsx", cases_locked)
    assert run_site(tmp_path, DAY).outcome == "attention"
    rewritten(tmp_path / "Team.xlsx", lambda name, content: re.sub(r"<sheetProtection[^>]*/>", "", content))
    assert run_site(tmp_path, DAY + timedelta(days=1)).outcome == "done"
    assert all(row["Zuständig"] for row in rows(tmp_path, "Fälle"))


def test_a_formula_in_a_cell_of_kims_names_its_row_and_what_was_to_stand_there(tmp_path):
    small_site(tmp_path, [case(1), case(2)])
    book = openpyxl.load_workbook(tmp_path / "Team.xlsx")
    sheet = book["Fälle"]
    place = [cell.value for cell in sheet[1]].index("Zuständig") + 1
    sheet.cell(3, place).value = '=IF(1,"","")'
    book.save(tmp_path / "Team.xlsx")
    assert run_site(tmp_path, DAY).outcome == "attention"
    line = next(line for line in text(tmp_path, "Prüfliste").splitlines() if "Formel" in line)
    number = rows(tmp_path, "Fälle")[1]["Fall-Nr."]
    assert (number in line, "Zuständig" in line, "sollte" in line) == (True, True, True)


@pytest.mark.parametrize(
    ("name", "told"),
    [("Team (Annas in Konflikt stehende Kopie).xlsx", True), ("Team.sync-conflict-20241031.xlsx", True),
     ("Team alt.xlsx", False), ("Konflikte.xlsx", False), ("Team.xlsx", False)],
)  # fmt: skip
def test_what_a_sync_program_put_aside_is_told(tmp_path, name, told):
    small_site(tmp_path, [case(1)])
    if name != "Team.xlsx":
        (tmp_path / name).write_bytes((tmp_path / "Team.xlsx").read_bytes())
    found = [problem for problem in run_site(tmp_path, DAY).prepared.problems if problem.code == "conflict_copy"]
    assert [name in problem.message for problem in found] == ([True] if told else [])
    assert (name in text(tmp_path, "Prüfliste")) == told


def test_of_a_workbook_that_is_set_to_read_only_nothing_is_promised(tmp_path, monkeypatch):
    site = small_site(tmp_path, [case(1), case(2)])
    access = os.access
    monkeypatch.setattr(os, "access", lambda place, mode: place != tmp_path / "Team.xlsx" and access(place, mode))
    (tmp_path / "Team.xlsx").chmod(0o444)
    found = planned(site)
    assert (found.groups, [doc for doc in found.tabs if doc.workbook == "team"]) == ((), [])
    assert found.broken
    assert any("schreibgeschützt" in problem.advice for problem in found.problems if problem.code == "cannot_write")
    assert run_command(["--site", str(tmp_path), "check", "--at", DAY.isoformat()]) == 1


def test_a_word_that_the_drop_down_does_not_offer_is_known_before_and_all_else_is_written(tmp_path):
    site = small_site(tmp_path, [case(1), case(2), case(3, Zuständig="AA", Phase="Begleitung")])
    rewritten(tmp_path / "Team.xlsx", offering("AA"))
    found = planned(site)
    assert {promise.name for promise in found.broken} == {"Fälle"}
    [told] = [problem for problem in found.problems if problem.code == "cannot_write"]
    assert "BB" in told.message
    assert "Datenüberprüfung" in told.advice
    result = run_site(tmp_path, DAY)
    assert result.outcome == "attention"
    assert sorted(str(row.get("Zuständig")) for row in rows(tmp_path, "Fälle")) == ["AA", "AA", "None"]
    assert "BB" in text(tmp_path, "Prüfliste")
