"""What `kim init` says that kim can and cannot do in a workbook."""

from __future__ import annotations

from automations.common.texts import texts
from automations.engine.fitness import fitness
from automations.engine.outcomes import Guarded
from automations.engine.parts import open_world
from automations.engine.snapshots import look
from tests.engine.test_rehearsal import cases_locked, rewritten, structure_locked
from tests.support.small_site import DAY, case, small_site


def told(folder, change=None):
    site = small_site(folder, [case(1)])
    if change:
        rewritten(folder / "Team.xlsx", change)
    before = (folder / "Team.xlsx").read_bytes()
    with open_world(site, DAY) as world:
        seen = look(site, world.ledger, world.workbooks, DAY)
        assert isinstance(seen, Guarded)
        found = fitness(
            "team", world.workbooks["team"], seen.snapshot, seen.bases["team"], world.ledger.id, texts("de")
        )
    assert (folder / "Team.xlsx").read_bytes() == before
    return found


def test_a_workbook_that_allows_everything_has_no_line_in_red(tmp_path):
    found = told(tmp_path)
    assert all(one.can for one in found)
    assert any("Zuständig" in one.message for one in found)


def test_a_locked_structure_and_locked_cells_are_named_with_what_to_click(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    [no_tabs] = [one for one in told(tmp_path / "a", structure_locked) if not one.can]
    assert "Arbeitsmappe schützen" in no_tabs.advice
    locked = [one for one in told(tmp_path / "b", cases_locked) if not one.can]
    assert any("Zuständig" in one.message and "Blattschutz" in one.advice for one in locked)
