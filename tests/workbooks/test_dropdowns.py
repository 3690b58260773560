"""What drop-downs offer: lists in the rule, in cells, under names, in tables, and in the extension for other tabs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from automations.model.values import Probe, Value
from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.changes import Changes
from automations.workbooks.xlsx.package import open_package
from tests.engine.test_rehearsal import rewritten
from tests.support.packages import by_openpyxl

EXTENSION = (
    '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidations count="1">'
    '<x14:dataValidation type="list" showErrorMessage="1"><x14:formula1><xm:f>Listen!$A$2:$A$4</xm:f></x14:formula1>'
    "<xm:sqref>B2:B9</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
)


def workbook(path: Path, source: str = "", **more: object) -> Path:
    """A tab with a list over B2:B9, and another, hidden one with the words AA, Frau ÖZ and 7."""
    book = openpyxl.Workbook()
    tab, lists = book.active, book.create_sheet("Listen")
    tab.title = "Tab"
    tab.append(["Nr.", "Wer"])
    tab.append([1, "alt"])
    for row in (["Wer", "Tag"], ["AA", date(2024, 1, 2)], ["Frau ÖZ"], [7]):
        lists.append(row)
    lists.sheet_state = "veryHidden"
    lists.add_table(Table(displayName="Wörter", ref="A1:B4"))
    book.defined_names["Leute"] = DefinedName("Leute", attr_text="Listen!$A$2:$A$4")
    book.defined_names["Kolleginnen"] = DefinedName("Kolleginnen", attr_text="Leute")
    book.defined_names["Spalte"] = DefinedName("Spalte", attr_text="Wörter[Wer]")
    if source:
        rule = DataValidation(**{"type": "list", "formula1": source, "showErrorMessage": True} | more)
        rule.add("B2:B9")
        tab.add_data_validation(rule)
    book.save(path)
    return path


def put_before(path: Path, mark: str, new: str) -> None:
    """XML put into the first tab."""
    rewritten(path, lambda name, text: text.replace(mark, new + mark) if name.endswith("sheet1.xml") else text)


def written(path: Path, value: Value, *, offered: bool = True, row: int = 2) -> str:
    """What B of a row says after an attempt to write there; the reason where it is refused."""
    target = path.with_name("target.xlsx")
    with open_package(path) as package:
        changes = Changes(package, offered=offered)
        changes.set_cells("Tab", {(row, 2): value})
        try:
            changes.write(target)
        except Refusal as refused:
            return "refused" if refused.code == "not_offered" else refused.code
    return str(by_openpyxl(target, "Tab").get((row, 2)))


LISTED = ("Listen!$A$2:$A$4", "'Listen'!A2:A4", "Leute", "Kolleginnen", "Spalte", "Listen!$A:$A", '"AA, Frau ÖZ ,7"')


@pytest.mark.parametrize("source", LISTED)
def test_a_word_is_written_that_the_list_offers_and_no_other(source, tmp_path):
    path = workbook(tmp_path / "book.xlsx", source)
    assert [written(path, word) for word in ("AA", "frau öz", 7, "BB", 8)] == ["AA", "frau öz", "7"] + ["refused"] * 2


def test_a_list_in_the_extension_counts_as_any_other(tmp_path):
    path = workbook(tmp_path / "book.xlsx")
    put_before(path, "</worksheet>", EXTENSION)
    assert [written(path, word) for word in ("AA", "BB")] == ["AA", "refused"]


def test_days_are_compared_as_days(tmp_path):
    path = workbook(tmp_path / "book.xlsx", "Listen!$B$2:$B$4")
    assert written(path, date(2024, 1, 2)).startswith("2024-01-02")
    assert written(path, date(2024, 1, 3)) == "refused"


@pytest.mark.parametrize(
    "source", ["INDIRECT($A$2)", "OFFSET(Listen!$A$1,1,0,3)", "[1]Andere!$A$1:$A$3", "Nirgends!A1:A2"]
)
def test_what_only_excel_can_work_out_forbids_nothing(source, tmp_path):
    assert written(workbook(tmp_path / "book.xlsx", source), "BB") == "BB"


def test_a_list_that_only_advises_forbids_nothing(tmp_path):
    assert written(workbook(tmp_path / "book.xlsx", '"AA,ZZ"', errorStyle="warning"), "BB") == "BB"
    assert written(workbook(tmp_path / "silent.xlsx", '"AA,ZZ"', showErrorMessage=False), "BB") == "BB"


def test_cells_beside_the_list_emptied_cells_trials_and_hands_are_free(tmp_path):
    path = workbook(tmp_path / "book.xlsx", '"AA,ZZ"')
    assert written(path, "BB", row=10) == "BB"
    assert written(path, None) == "None"
    assert written(path, Probe("kim")) == "kim"
    assert written(path, "BB", offered=False) == "BB"


def test_a_list_that_grows_with_an_appended_row_holds_there_too(tmp_path):
    path = workbook(tmp_path / "book.xlsx")
    rule = (
        '<dataValidations count="1"><dataValidation type="list" showErrorMessage="1" sqref="B2">'
        '<formula1>"AA"</formula1></dataValidation></dataValidations>'
    )
    put_before(path, "<pageMargins", rule)
    with open_package(path) as package:
        changes = Changes(package, offered=True)
        changes.append_rows("Tab", [(3, {1: 2, 2: "BB"})])
        with pytest.raises(Refusal) as refused:
            changes.write(tmp_path / "target.xlsx")
    assert refused.value.code == "not_offered"
    assert refused.value.values["cell"] == "B3"
