"""A changed copy is judged before it takes the workbook's place: nothing that Excel would have to repair."""

from __future__ import annotations

import contextlib
import re

import pytest

from automations.workbooks.protocol import WorkbookError
from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx import linting
from automations.workbooks.xlsx.backend import XlsxWorkbook
from automations.workbooks.xlsx.changes import patch
from automations.workbooks.xlsx.faults.view import View
from automations.workbooks.xlsx.linting import faults, judge
from automations.workbooks.xlsx.package import Package
from tests.support.grafting import graft
from tests.support.packages import from_xlsxwriter, made, sheet, unzipped, zipped
from tests.support.planted import FAULTS, planted, sound
from tests.support.workbook_contract import LEDGER, Announced, a_tab, append, base_of, case_rows, group
from tests.support.xlsx_files import make_file

WORKSHEET = "xl/worksheets/sheet1.xml"
TYPES, MAIN, RELS = "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def changed(path, edits, *, target=None, added=()):
    """The package at `path` with texts replaced in its parts: {part: (pattern, new)}."""
    parts = unzipped(path)
    for part, (pattern, new) in edits.items():
        text = parts[part].decode()
        found = re.sub(pattern, new, text, count=1, flags=re.DOTALL)
        assert found != text, f"{pattern} is not in {part}"
        parts[part] = found.encode()
    return zipped(target or path, {**parts, **dict(added)})


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


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return sound(tmp_path_factory.mktemp("sound") / "sound.xlsx")


def test_a_sound_workbook_has_no_fault(whole):
    assert not found(whole)


@pytest.mark.parametrize("letter", ["x", "&amp;", "&#8364;", "_x000B_", "😀"])
def test_a_cell_holds_as_many_characters_as_it_shows_however_long_they_are_written(letter, tmp_path):
    most = 32_767 // (len(letter.encode("utf-16-le")) // 2 if letter == "😀" else 1)
    for count, wrong in ((most, set()), (most + 1, {"xl/worksheets/sheet1.xml has a text that is too long"})):
        cell = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{letter * count}</t></is></c></row>'
        assert found(made(tmp_path / f"{count}.xlsx", sheet(cell))) == wrong


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found_and_one_of_the_original_is_not_held_against_the_copy(name, whole, tmp_path):
    broken = planted(whole, tmp_path / "broken.xlsx", FAULTS[name])
    with Package(whole) as original, pytest.raises(WorkbookError) as told:
        judge(original, broken, original.parts())
    assert told.value.code == "not_verified"
    try:
        original = Package(broken)
    except Refusal:
        return  # nobody can open it, so there is no copy of it
    with original:
        judge(original, broken, original.parts())


WRITES = {
    "a cell": lambda source, target, scratch: patch(source, target, {"Tab2": {"B2": "neu"}}),
    "a cell beside it": lambda source, target, scratch: patch(source, target, {"Tab1": {"K8": 5}}),
    "a tab": lambda source, target, scratch: graft(source, target, {"Neu": scratch}),
}


@pytest.mark.sliced(100)
@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("name", FAULTS)
def test_a_workbook_that_was_broken_before_can_be_written_to(name, write, whole, tmp_path):
    """It may be refused for another reason (an oddity that cannot be spliced), but not as a fault
    of ours, which is a WorkbookError and no Refusal."""
    broken = planted(whole, tmp_path / "broken.xlsx", FAULTS[name])
    scratch = from_xlsxwriter(tmp_path / "scratch.xlsx", [["a", 1]])
    with contextlib.suppress(Refusal):
        WRITES[write](broken, tmp_path / "copy.xlsx", scratch)


def test_rows_that_stayed_are_passed_over_and_those_that_came_are_judged(tmp_path):
    """What is judged is what is new: a fault planted into a row, and the same row in the original."""
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 400))
    odd = '<row r="400"><c r="B400"><v>1</v></c><c r="A400"><v>1</v></c></row>'
    sound_one, broken = made(tmp_path / "a.xlsx", sheet(rows)), made(tmp_path / "b.xlsx", sheet(rows + odd))
    with Package(sound_one) as original, Package(broken) as copy:
        view = View(copy, copy.parts(), original)
        assert view.text("xl/worksheets/sheet1.xml").count(b"<row") == 1
        assert len(view.numbers("xl/worksheets/sheet1.xml")) == 400
        assert len(list(faults(copy, copy.parts(), original))) == 1
        assert not list(faults(copy, copy.parts(), copy))
        assert len(list(faults(copy, copy.parts()))) == 1


def test_what_is_too_odd_to_be_judged_stops_nobody(tmp_path):
    odd = made(tmp_path / "a.xlsx", sheet("", '<cols><col min="1" max="x"/></cols>', '<tableParts count="x"/>'))
    with Package(odd) as original:
        judge(original, odd, original.parts())


BROKEN = {
    "a tag that is not closed": (rb"(.*)(?:</[^<>]+>)", rb"\1"),
    "a sign that is none": (rb'(.*=")', rb"\1&"),
    "a document type": (rb"<(\w)", rb"<!DOCTYPE a><\1"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_what_is_no_xml_any_more_is_seen_in_every_part(fault, whole, tmp_path):
    """Nobody else looks: parts are changed as bytes."""
    for part, data in unzipped(whole).items():
        broken = re.sub(*BROKEN[fault], data, count=1, flags=re.DOTALL) if part.endswith(("xml", "rels")) else data
        if broken != data:
            copy = zipped(tmp_path / "copy.xlsx", {**unzipped(whole), part: broken})
            with Package(whole) as original, pytest.raises(WorkbookError) as told:
                judge(original, copy, [part])
            assert told.value.code == "not_verified", part


@pytest.fixture
def whole_looks(monkeypatch):
    """The packages of which every row was judged, not only the new ones."""
    seen, original = [], linting.faults

    def counted(package, parts, known=None):
        seen.extend([package.path.name] if known is None else [])
        return original(package, parts, known)

    monkeypatch.setattr(linting, "faults", counted)
    return seen


def numbered(count, *, dimension):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="C{n}"><v>1</v></c></row>' for n in range(1, count))
    return sheet(rows, f'<dimension ref="{dimension}"/>')


def test_a_tab_that_uses_fewer_cells_than_before_is_judged_by_its_new_rows_alone(tmp_path, whole_looks):
    before = made(tmp_path / "a.xlsx", numbered(90, dimension="A1:C89"))
    smaller, wrong = numbered(40, dimension="A1:C39"), numbered(40, dimension="A1:B39")
    with Package(before) as original:
        judge(original, made(tmp_path / "b.xlsx", smaller), [WORKSHEET])
        assert whole_looks == []
        with pytest.raises(WorkbookError, match="uses fewer cells than it does"):
            judge(original, made(tmp_path / "c.xlsx", wrong), [WORKSHEET])


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_with_a_workbook_outside_of_its_rows_costs_no_second_look(name, whole, tmp_path, whole_looks):
    broken = planted(whole, tmp_path / "broken.xlsx", FAULTS[name])
    with contextlib.suppress(Refusal), Package(broken) as original:
        judge(original, broken, original.parts())
        assert whole_looks == []


def test_the_texts_that_cells_share_are_read_once_for_all_headings(whole, monkeypatch):
    read, original = [], Package.read
    monkeypatch.setattr(Package, "read", lambda self, part: (read.append(part), original(self, part))[1])
    assert not found(whole)
    assert read.count("xl/sharedStrings.xml") == 2  # as a part, and as what cells count in
