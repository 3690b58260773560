"""A write that does not arrive leaves no trace in what the next run plans."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from msgspec import structs

from automations.engine.parts import open_world
from automations.engine.runner import run
from automations.model.decisions import question_number
from automations.workbooks.xlsx.one_cell import set_cell
from tests.support.demo_worlds import run_site
from tests.support.simulation import FragileLedger, Fuse, PowerCut
from tests.support.small_site import CASES, DAY, case, rows, small_site, text

START = question_number("assign/start")


def questions(folder):
    return [row["Nr."] for row in rows(folder, "Entscheidungen") if row.get("Nr.")]


def lock(folder):
    path = folder / ".~lock.Team.xlsx#"
    path.write_text("Erika Beispiel,erika,pc-17,31.10.2024 06:58,file:///;", encoding="utf-8")
    return path


def test_a_question_that_could_not_be_written_is_asked_by_the_next_run(tmp_path):
    small_site(tmp_path, [case(1), case(2)], ask_first=True, few_tabs=True)
    held = lock(tmp_path)
    assert run_site(tmp_path, DAY).outcome == "busy"
    held.unlink()
    run_site(tmp_path, DAY + timedelta(hours=5))
    assert START in questions(tmp_path)
    run_site(tmp_path, DAY + timedelta(days=1))
    assert questions(tmp_path).count(START) == 1


@pytest.mark.sliced(6)
@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("commit", range(1, 12))
def test_wherever_the_first_run_is_killed_the_question_stands_once_in_the_end(tmp_path, commit, before):
    site = small_site(tmp_path, [case(1), case(2)], ask_first=True, few_tabs=True)
    with open_world(site, DAY) as world:
        fuse = Fuse(left=commit, before=before)
        with contextlib.suppress(PowerCut):
            run(structs.replace(world, ledger=FragileLedger(world.ledger, fuse)), lambda: DAY)
    for hours in (5, 24):
        run_site(tmp_path, DAY + timedelta(hours=hours))
    assert questions(tmp_path).count(START) == 1
    later = DAY + timedelta(hours=30)
    with open_world(site, later) as world:
        assert "assign/start" in world.ledger.history(live=False).questions


def test_where_the_name_may_not_be_written_no_day_and_no_reason_are(tmp_path):
    assert "Zuständig" in CASES
    small_site(tmp_path, [case(1), case(2), case(3)], headings={"Zuständig": "Case Manager"}, few_tabs=True)
    first = run_site(tmp_path, DAY)
    told = [problem for problem in first.prepared.problems if problem.code == "may_not_write"]
    assert [(problem.column, problem.who) for problem in told] == [("Case Manager", "lead")]
    assert "Case Manager" in text(tmp_path, "Prüfliste")
    for row in rows(tmp_path, "Fälle"):
        assert (row.get("Case Manager"), row.get("Zuständig seit"), row.get("Begründung")) == (None, None, None)
    assert run_site(tmp_path, DAY + timedelta(days=1)).prepared.groups == ()


def proposal(folder):
    return next(str(row["Vorschlag"]) for row in rows(folder, "Entscheidungen") if row.get("Nr.") == START)


def test_the_first_question_says_what_a_yes_would_do_today_until_somebody_answers(tmp_path):
    small_site(tmp_path, [case(1), case(2)], ask_first=True, few_tabs=True)
    run_site(tmp_path, DAY)
    assert proposal(tmp_path).startswith("ja: 2 Fälle")
    set_cell(tmp_path / "Team.xlsx", "Fälle!A4", "KIM-2024-0003")
    set_cell(tmp_path / "Team.xlsx", "Fälle!C4", "Neumann")
    run_site(tmp_path, DAY + timedelta(hours=5))
    assert proposal(tmp_path).startswith("ja: 3 Fälle")
    assert questions(tmp_path).count(START) == 1
    assert run_site(tmp_path, DAY + timedelta(hours=6)).prepared.groups == ()
    place = next(n for n, row in enumerate(rows(tmp_path, "Entscheidungen"), start=2) if row.get("Nr.") == START)
    set_cell(tmp_path / "Team.xlsx", f"Entscheidungen!E{place}", "nein")
    set_cell(tmp_path / "Team.xlsx", "Fälle!A5", "KIM-2024-0004")
    set_cell(tmp_path / "Team.xlsx", "Fälle!C5", "Lehmann")
    run_site(tmp_path, DAY + timedelta(days=1))
    assert proposal(tmp_path).startswith("ja: 3 Fälle")
