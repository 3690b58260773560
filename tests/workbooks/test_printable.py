"""Whatever people pasted somewhere, a tab that shows it is renewed and can be read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automations.common.characters import MARK
from automations.model.tabdoc import Chart, Column, Grid, Heading, Link, TabCell, TabDoc, Text
from automations.model.values import normalise
from automations.workbooks.drawing.links import LinkTarget
from automations.workbooks.drawing.printable import MAX_TEXT, clean
from automations.workbooks.drawing.sheets import render_tab
from automations.workbooks.xlsx.reading import read_workbook

HOSTILE = [
    "K-1\x01", "\x00", "\x1b[31m", "halb\ud800", "\ufffe\uffff", "_x0001_", "a\rb", "=1+1", "<b>&amp;", "\x7f\x85",
    "😀" * 20_000, "x" * 40_000, "’\u202e",
]  # fmt: skip


def a_tab(text: str) -> TabDoc:
    link = Link("team", "cases", text, "number")
    grid = Grid(
        "g", (Column(text, note=text), Column("Nr.")), ((TabCell(text, note=text), TabCell(text, link=link)),),
        title=text, empty=text, filter=True,
    )  # fmt: skip
    chart = Chart("c", "bar", text, "g", 0, (1,), y_title=text)
    return TabDoc("t", "Tab", "team", (Heading(text, 1), Text(text), grid, chart), stand_label=text, stale_label=text)


def drawn(text: str, folder) -> str:
    path = folder / "drawn.xlsx"
    doc = a_tab(text)
    assert doc.fingerprint()
    render_tab(doc, path, lambda link: LinkTarget("Fälle", 1, 1, 2, link.key))
    raw = read_workbook("t", path.read_bytes(), path)
    return "\n".join(str(value) for row in raw.tabs[0].rows for value in row if value is not None)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_tab_with_such_a_text_is_drawn_and_read_back(text, tmp_path):
    shown = str(normalise(clean(text)) or "")
    assert shown[:100] in drawn(text, tmp_path)


@given(text=st.text(st.characters(), max_size=40))
@settings(max_examples=25, deadline=None)
def test_any_text_can_be_drawn(text, tmp_path_factory):
    drawn(text, tmp_path_factory.mktemp("drawn"))


def test_what_no_file_can_hold_is_shown_as_a_mark_and_all_else_stays():
    assert clean("K-1\x01") == f"K-1{MARK}"
    assert clean("Ö\n\tя😀") == "Ö\n\tя😀"
    assert len(clean("😀" * 20_000).encode("utf-16-le")) // 2 <= MAX_TEXT


def test_a_link_finds_a_key_with_such_a_character_by_a_pattern():
    formula = LinkTarget("Fälle", 1, 1, 2, "K-1\x01*").formula('"x"')
    assert 'MATCH("K-1?~*"' in formula
