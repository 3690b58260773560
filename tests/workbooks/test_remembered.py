"""A tab that was drawn for a rehearsal is not drawn again for the write, unless something of it is another now."""

from __future__ import annotations

import pytest
from msgspec import structs

from automations.model.tabdoc import Column, Grid, Link, TabCell, TabDoc
from automations.workbooks.drawing.links import LinkTarget
from automations.workbooks.drawing.sheets import render_tab
from automations.workbooks.xlsx import remembered
from automations.workbooks.xlsx.remembered import Sketches

LINK = Link("team", "cases", "KIM-1", "case_id")
GRID = Grid("cases", (Column("Fall"),), ((TabCell("KIM-1", link=LINK),),))
DOC = TabDoc("overview", "Übersicht", "team", (GRID,), "team")


def leads(row):
    return lambda link: LinkTarget("Fälle", 1, 1, row, link.key)


@pytest.fixture
def drawn(monkeypatch):
    found = []

    def counted(doc, *more):
        found.append(doc.id)
        render_tab(doc, *more)

    monkeypatch.setattr(remembered, "render_tab", counted)
    return found


def test_the_same_tab_is_drawn_once(drawn, tmp_path):
    kept = Sketches()
    for name in ("rehearsed", "written"):
        kept.draw(DOC, tmp_path / name, leads(7), "de")
    assert drawn == ["overview"]
    assert (tmp_path / "written").read_bytes() == (tmp_path / "rehearsed").read_bytes()


@pytest.mark.parametrize(
    ("doc", "row", "language"),
    [(DOC, 8, "de"), (DOC, 7, "en"), (structs.replace(DOC, title="Neu"), 7, "de")],
    ids=["its row moved", "another language", "another document of that name"],
)
def test_what_is_another_is_drawn_anew(drawn, tmp_path, doc, row, language):
    kept = Sketches()
    kept.draw(DOC, tmp_path / "rehearsed", leads(7), "de")
    kept.draw(doc, tmp_path / "written", leads(row), language)
    assert drawn == ["overview", "overview"]
