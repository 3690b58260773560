"""What is printed can be read: each tab fits on A4 across at three quarters of its size or more."""

import openpyxl
import pytest
from msgspec import structs

from automations.jobs.forecasting.settings import LookAheadSettings
from automations.jobs.look_ahead import LookAhead
from automations.jobs.summarise import Summarise
from automations.jobs.tabs.settings import SummariseSettings
from automations.model.history import History
from automations.workbooks.drawing.layout import column_pixels, lay_out
from automations.workbooks.drawing.pages import HEIGHT, WIDTH
from automations.workbooks.new_files import NewTab, write_new_workbook
from tests.jobs.test_summarise import full
from tests.support.agreed import AGREED
from tests.support.builders import NOW


def scale(doc):
    """The part of its size at which a tab fits on a page across."""
    layout = lay_out(doc)
    charts = [item.x + item.block.width_cm * 96 / 2.54 for item in layout.placed if hasattr(item.block, "width_cm")]
    return (WIDTH if doc.landscape else HEIGHT) / max([sum(map(column_pixels, layout.widths)), *charts])


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_tab_is_printed_smaller_than_three_quarters(language):
    site = AGREED.model_copy(update={"language": language})
    made = Summarise().plan(full(), SummariseSettings(site=site, guide="# Anleitung\n\nGuten Tag."), NOW, History())
    found = full()
    found = structs.replace(found, layouts={**found.layouts, "scenarios": next(iter(found.layouts.values()))})
    ahead = LookAhead().plan(found, LookAheadSettings(site=site, paths=30), NOW, History())
    assert len((*made.tabs, *ahead.tabs)) == 12
    assert {doc.id: round(scale(doc), 3) for doc in (*made.tabs, *ahead.tabs) if scale(doc) < 0.745} == {}


def test_a_tab_that_begins_empty_is_printed_across_and_its_questions_are_wide(tmp_path):
    wide = tuple(f"Überschrift {n:02d}" for n in range(30))
    tabs = [NewTab("Fragen", ("Nr.", "Frage"), sentences=frozenset({"Frage"})), NewTab("Fälle", wide)]
    write_new_workbook(tmp_path / "neu.xlsx", tabs)
    questions, cases = openpyxl.load_workbook(tmp_path / "neu.xlsx").worksheets
    assert [sheet.page_setup.orientation for sheet in (questions, cases)] == ["landscape", "landscape"]
    assert questions.column_dimensions["B"].width > 50 > questions.column_dimensions["A"].width
    assert (questions.page_setup.fitToWidth, questions.page_setup.fitToHeight) == (None, 0)
    assert questions.sheet_properties.pageSetUpPr.fitToPage
    assert not (cases.sheet_properties.pageSetUpPr and cases.sheet_properties.pageSetUpPr.fitToPage)
    assert cases.print_title_rows == "$1:$1"
