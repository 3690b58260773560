"""A changed copy is judged before it takes the workbook's place: nothing that Excel would have to repair."""

from __future__ import annotations

import re
import zipfile

import pytest

from automations.workbooks.protocol import WorkbookError
from automations.workbooks.xlsx.backend import XlsxWorkbook
from automations.workbooks.xlsx.linting import faults, judge
from automations.workbooks.xlsx.package import Package
from tests.support.workbook_contract import LEDGER, Announced, a_tab, append, base_of, case_rows, group
from tests.support.xlsx_files import make_file

WORKSHEET = "xl/worksheets/sheet1.xml"
TYPES, MAIN, RELS = "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def changed(path, edits, *, target=None, added=()):
    """The package at `path` with texts replaced in its parts: {part: (pattern, new)}."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for part, (pattern, new) in edits.items():
        text = parts[part].decode()
        found = re.sub(pattern, new, text, count=1, flags=re.DOTALL)
        assert found != text, f"{pattern} is not in {part}"
        parts[part] = found.encode()
    with zipfile.ZipFile(target or path, "w") as archive:
        for name, data in {**parts, **dict(added)}.items():
            archive.writestr(name, data)
    return target or path


def without_rels_default(path):
    kind = "application/vnd.openxmlformats-package.relationships+xml"
    overrides = "".join(f'<Override PartName="/{part}" ContentType="{kind}"/>' for part in ("_rels/.rels", RELS))
    return changed(path, {TYPES: (r'<Default Extension="rels"[^>]*/>(.*)</Types>', rf"\1{overrides}</Types>")})


def without_windows(path):
    return changed(path, {MAIN: (r"<bookViews>.*</bookViews>", ""), WORKSHEET: (r"<sheetViews>.*</sheetViews>", "")})


def with_orphan_in_chain(path):
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    chain = '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="A1" i="3"/></calcChain>'
    content = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    return changed(
        path,
        {
            RELS: (
                "</Relationships>",
                f'<Relationship Id="rId99" Type="{kind}" Target="calcChain.xml"/></Relationships>',
            ),
            TYPES: ("</Types>", f'<Override PartName="/xl/calcChain.xml" ContentType="{content}"/></Types>'),
        },
        added={"xl/calcChain.xml": chain.encode()}.items(),
    )


@pytest.fixture
def path(tmp_path):
    return make_file(tmp_path / "Team.xlsx", {"Fälle": case_rows(), "Notizen": [["x"]]})


def found(path):
    with Package(path) as package:
        return set(faults(package, package.parts()))


@pytest.mark.parametrize("odd", [without_rels_default, without_windows, with_orphan_in_chain, lambda path: path])
def test_a_tab_and_cells_add_no_fault_to_an_odd_package(odd, path, tmp_path):
    odd(path)
    before = found(path)
    book = XlsxWorkbook("team", path, versions=tmp_path / "versions")
    for number in (12, 13):
        raw = book.read()
        cells = [
            group("KIM-1", ("manager", None if number == 12 else 12, number)),
            append(f"KIM-{number}", last_name="N"),
        ]
        result = book.write(cells, [a_tab(number=number)], base_of(raw), f"t{number}", LEDGER, Announced())
        assert (result.status, result.refused) == ("written", {})
        assert found(path) <= before


FAULTS = {
    "a part without type": {TYPES: (r'<Override PartName="/xl/styles.xml"[^>]*/>', "")},
    "a type without part": {TYPES: ("</Types>", '<Override PartName="/xl/gone.xml" ContentType="a/b"/></Types>')},
    "a link to nothing": {RELS: (r'Target="styles.xml"', 'Target="nowhere.xml"')},
    "a link twice": {RELS: (r'Id="rId2"', 'Id="rId1"')},
    "a sheet id twice": {MAIN: (r'sheetId="2"', 'sheetId="1"')},
    "a tab that leads nowhere": {MAIN: (r'r:id="rId2"', 'r:id="rId77"')},
    "a view without window": {MAIN: (r"<bookViews>.*</bookViews>", "")},
    "a format that is not there": {WORKSHEET: (r'<c r="([A-Z]+\d+)"', r'<c r="\1" s="4711"')},
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found_and_one_of_the_original_is_not_held_against_the_copy(name, path, tmp_path):
    broken = changed(path, FAULTS[name], target=tmp_path / "broken.xlsx")
    with Package(path) as original, pytest.raises(WorkbookError) as told:
        judge(original, broken, original.parts())
    assert told.value.code == "not_verified"
    with Package(broken) as original:
        judge(original, broken, original.parts())
