from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font, PatternFill

from automations.workbooks.refusals import Refusal
from automations.workbooks.xlsx.changes import Changes, patch
from automations.workbooks.xlsx.package import open_package
from tests.support import packages as p
from tests.support.grafting import graft

ALLOWED = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target.xlsx"


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """The workbook of a team, with a chart of its own."""
    return p.from_xlsxwriter(tmp_path / "team.xlsx", [["Fall", "Zahl"], ["a", 1], ["b", 2]])


def scratch(path: Path, title: str = "Scratch", number: int = 5, *, rich: bool = True) -> Path:
    """What kim renders: formats, conditional formats, a table, a chart, a link, a note, print settings."""
    book = xlsxwriter.Workbook(path)
    tab = book.add_worksheet(title)
    head = book.add_format({"bold": True, "bg_color": "#ffcc00", "num_format": "0.0 %"})
    tab.write_string("A1", "Überschrift", head)
    tab.write_column("A2", [1, 2, number], head)
    if rich:
        tab.write_formula("B2", f"=SUM('{title}'!A2:A4)", None, 3 + number)
        tab.write_string("B3", f"{title}!A1")
        red = book.add_format({"font_color": "red", "num_format": "0.000"})
        tab.conditional_format("A2:A4", {"type": "cell", "criteria": ">", "value": f"={title}!$A$2", "format": red})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"name": f"={title}!$A$1", "values": f"={title}!$A$2:$A$4"})
        tab.insert_chart("D2", chart)
        tab.add_table("A10:B12", {"name": "Liste", "columns": [{"header": "a"}, {"header": "b"}]})
        tab.write_comment("A1", "a note")
        tab.write_url("A6", f"internal:'{title}'!A1")
        tab.write_url("A7", "https://example.test/?a=1&b=2")
        tab.print_area("A1:C12")
        tab.repeat_rows(0)
        tab.set_tab_color("green")
        (path.parent / "pixel.png").write_bytes(PIXEL)
        tab.insert_image("F20", str(path.parent / "pixel.png"))
    book.close()
    return path


def refused(source: Path, target: Path, tabs: dict[str, Path]) -> str:
    before = source.read_bytes()
    with pytest.raises(Refusal) as caught:
        graft(source, target, tabs)
    assert not target.exists()
    assert source.read_bytes() == before
    return caught.value.code


def test_a_tab_arrives_with_all_that_it_has_and_the_others_stay(team, tmp_path, target):
    graft(team, target, {"Übersicht '25": scratch(tmp_path / "s.xlsx")})
    before, after = p.raw_members(team), p.raw_members(target)
    assert {name for name in before if before[name] != after.get(name)} <= ALLOWED
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["Tab1", "Tab2", "Übersicht '25"]
    tab = book["Übersicht '25"]
    assert tab["A1"].value == "Überschrift"
    assert tab["A1"].font.b
    assert tab["A1"].fill.start_color.rgb == "FFFFCC00"
    assert tab["A2"].number_format == "0.0 %"
    assert tab["B2"].value == "=SUM('Übersicht ''25'!A2:A4)"
    assert tab["B3"].value == "Scratch!A1"
    assert tab["A1"].comment.text == "a note"
    assert tab["A6"].hyperlink.location == "'Übersicht ''25'!A1"
    assert tab["A7"].hyperlink.target == "https://example.test/?a=1&b=2"
    assert len(tab._charts) == 1
    assert zipfile.ZipFile(target).read("xl/media/image1.png") == PIXEL
    assert tab._charts[0].series[0].val.numRef.f == "'Übersicht ''25'!$A$2:$A$4"
    assert tab.print_area == "'Übersicht ''25'!$A$1:$C$12"
    assert tab.print_title_rows == "$1:$1"
    assert list(tab.tables) == ["Liste"]
    rule = tab.conditional_formatting["A2:A4"][0]
    assert rule.formula == ["'Übersicht ''25'!$A$2"]
    assert rule.dxf.font.color.rgb == "FFFF0000"
    assert p.by_calamine(target, "Übersicht '25")[2, 2] == 8
    for tab_name in ("Tab1", "Tab2"):
        assert p.equal(p.by_openpyxl(team, tab_name), p.by_openpyxl(target, tab_name))


def test_formats_are_appended_behind_what_is_there(team, tmp_path, target):
    graft(team, target, {"Neu": scratch(tmp_path / "s.xlsx")})
    before, after = (p.text_of(path, "xl/styles.xml") for path in (team, target))
    known = re.findall(r"<xf [^>]*>", before.partition("<cellXfs")[2])
    assert re.findall(r"<xf [^>]*>", after.partition("<cellXfs")[2])[: len(known)] == known
    for name in ("fonts", "fills", "borders", "cellXfs", "dxfs", "numFmts"):
        found = re.search(rf'<{name} count="(\d+)"[^>]*>(.*?)</{name}>', after, re.DOTALL)
        assert found
        children = openpyxl.xml.functions.fromstring(f"<a>{found[2]}</a>")
        assert len(children) == int(found[1])


def test_the_same_tab_again_changes_nothing(team, tmp_path, target):
    once = scratch(tmp_path / "s.xlsx")
    graft(team, target, {"Neu": once})
    again = tmp_path / "again.xlsx"
    graft(target, again, {"Neu": once})
    assert p.changed_members(target, again) == set()


def test_a_new_state_of_a_tab_replaces_only_its_own_parts(team, tmp_path, target):
    graft(team, target, {"Neu": scratch(tmp_path / "s.xlsx"), "Zwei": scratch(tmp_path / "s2.xlsx")})
    again = tmp_path / "again.xlsx"
    graft(target, again, {"Neu": scratch(tmp_path / "s3.xlsx", number=77)})
    assert p.changed_members(target, again) <= {"xl/worksheets/sheet3.xml", "xl/charts/chart2.xml"}
    assert p.by_openpyxl(again, "Neu")[4, 1] == 77
    poor = tmp_path / "poor.xlsx"
    graft(again, poor, {"Neu": scratch(tmp_path / "s4.xlsx", rich=False)})
    gone = set(p.raw_members(again)) - set(p.raw_members(poor))
    assert {"xl/charts/chart2.xml", "xl/media/image1.png", "xl/tables/table1.xml"} <= gone
    assert "chart2.xml" not in p.text_of(poor, "[Content_Types].xml")
    assert openpyxl.load_workbook(poor)["Zwei"].tables


def test_a_moved_renamed_coloured_hidden_tab_stays_so(team, tmp_path, target):
    graft(team, target, {"Neu": scratch(tmp_path / "s.xlsx")})
    members = {name: zipfile.ZipFile(target).read(name) for name in zipfile.ZipFile(target).namelist()}
    workbook = members["xl/workbook.xml"].decode()
    tab = re.search(r'<sheet name="Neu".*?/>', workbook)[0]
    workbook = workbook.replace(tab, "").replace(
        "<sheets>", "<sheets>" + tab.replace('"Neu"', '"Mein Blick" state="hidden"')
    )
    workbook = workbook.replace("'Neu'!", "'Mein Blick'!").replace('localSheetId="2"', 'localSheetId="0"')
    sheet = members["xl/worksheets/sheet3.xml"].decode()
    sheet = re.sub(r"<tabColor[^>]*/>", '<tabColor rgb="FF123456"/>', sheet)
    members |= {"xl/workbook.xml": workbook.encode(), "xl/worksheets/sheet3.xml": sheet.encode()}
    moved = p.zipped(tmp_path / "moved.xlsx", members)
    done = tmp_path / "done.xlsx"
    graft(moved, done, {"Neu": scratch(tmp_path / "s3.xlsx", number=9)})
    book = openpyxl.load_workbook(done)
    assert book.sheetnames == ["Mein Blick", "Tab1", "Tab2"]
    assert book["Mein Blick"].sheet_state == "hidden"
    assert book["Mein Blick"].sheet_properties.tabColor.rgb == "FF123456"
    assert book["Mein Blick"]["A4"].value == 9
    assert book["Mein Blick"].print_area == "'Mein Blick'!$A$1:$C$12"


def test_a_tab_of_people_is_never_replaced(team, tmp_path, target):
    assert refused(team, target, {"Tab1": scratch(tmp_path / "s.xlsx")}) == "tab_taken"
    assert refused(team, target, {"tAB2": scratch(tmp_path / "s.xlsx")}) == "tab_taken"


@pytest.mark.parametrize("name", ["", "a" * 32, "a/b", "a:b", "[a]", "'a", "a\n"])
def test_names_that_no_tab_can_have(team, tmp_path, target, name):
    assert refused(team, target, {name: scratch(tmp_path / "s.xlsx")}) == "tab_name"


def test_openpyxl_tabs_with_shared_strings_and_charts(team, tmp_path, target):
    book = openpyxl.Workbook()
    tab = book.active
    tab.title = "X"
    tab.append(["Monat", "Fälle"])
    for month in range(1, 5):
        tab.append([f"Monat {month}", month * 3])
    tab["A1"].font, tab["A1"].fill = Font(bold=True, name="Courier"), PatternFill("solid", fgColor="00FF00")
    chart = BarChart()
    chart.add_data(Reference(tab, min_col=2, min_row=1, max_row=5), titles_from_data=True)
    tab.add_chart(chart, "D2")
    book.save(tmp_path / "s.xlsx")
    graft(team, target, {"Monate": tmp_path / "s.xlsx"})
    assert p.by_calamine(target, "Monate")[3, 1] == "Monat 2"
    assert "'Monate'!$B$2:$B$5" in p.text_of(target, "xl/charts/chart2.xml")
    assert openpyxl.load_workbook(target)["Monate"]["A1"].font.name == "Courier"


def test_prefixed_parts_and_missing_collections(tmp_path, target):
    members = p.parts(p.sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    for name in ("xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        text = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1q:", members[name].decode()).replace(" xmlns=", " xmlns:q=")
        members[name] = text.encode()
    source = p.zipped(tmp_path / "q.xlsx", members)
    graft(source, target, {"Neu": scratch(tmp_path / "s.xlsx")})
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["Tab1", "Neu"]
    assert book["Neu"]["A1"].font.b
    assert p.by_calamine(target, "Neu")[1, 1] == "Überschrift"


def test_printer_settings_stay_behind(team, tmp_path, target):
    more = {
        "xl/worksheets/_rels/sheet1.xml.rels": p.links(("printerSettings", "../printerSettings/p1.bin")),
        "xl/printerSettings/p1.bin": b"printer",
    }
    setup = '<pageSetup paperSize="9" orientation="landscape" r:id="rId1"/>'
    graft(team, target, {"Neu": p.made(tmp_path / "s.xlsx", p.sheet("", after=setup), more=more)})
    assert "rId" not in p.text_of(target, "xl/worksheets/sheet3.xml")
    assert "printerSettings" not in p.text_of(target, "xl/worksheets/_rels/sheet3.xml.rels")
    assert openpyxl.load_workbook(target)["Neu"].page_setup.orientation == "landscape"


def test_table_names_and_numbers_stay_unique(team, tmp_path, target):
    graft(team, target, {"A": scratch(tmp_path / "s.xlsx"), "B": scratch(tmp_path / "s.xlsx")})
    book = openpyxl.load_workbook(target)
    assert list(book["A"].tables) == ["Liste"]
    assert list(book["B"].tables) == ["Liste_2"]
    assert {t.id for name in "AB" for t in book[name].tables.values()} == {1, 2}


def test_protected_structure_strict_and_formatless_workbooks_are_refused(tmp_path, target):
    tabs = {"Neu": scratch(tmp_path / "s.xlsx")}
    members = p.parts(p.sheet(""))
    lock = members["xl/workbook.xml"].replace(b"<sheets>", b'<workbookProtection lockStructure="1"/><sheets>')
    assert refused(p.zipped(tmp_path / "a.xlsx", {**members, "xl/workbook.xml": lock}), target, tabs) == "structure"
    strict = members["xl/workbook.xml"].replace(p.MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main")
    assert refused(p.zipped(tmp_path / "b.xlsx", {**members, "xl/workbook.xml": strict}), target, tabs) == "strict"
    del members["xl/styles.xml"]
    assert refused(p.zipped(tmp_path / "c.xlsx", members), target, tabs) == "no_styles"


def test_scratch_tabs_with_what_cannot_move_are_refused(team, tmp_path, target):
    more = {
        "xl/worksheets/_rels/sheet1.xml.rels": p.links(("pivotTable", "../pivotTables/p.xml")),
        "xl/pivotTables/p.xml": "<a/>",
    }
    odd = p.made(tmp_path / "odd.xlsx", p.sheet(""), more=more)
    assert refused(team, target, {"Neu": odd}) == "scratch"
    assert refused(team, target, {"Neu": tmp_path / "none.xlsx"}) == "missing"


@pytest.mark.parametrize(("library", "asked"), [("xlsxwriter", False), ("openpyxl", True)])
def test_formulas_without_results_ask_for_computation(tmp_path, target, library, asked):
    source = p.made(tmp_path / "t.xlsx", p.sheet(""), workbook='<calcPr calcId="191029"/>')
    if library == "xlsxwriter":
        scratch(tmp_path / "s.xlsx")
    else:
        book = openpyxl.Workbook()
        book.active["A1"] = "=1+1"
        book.save(tmp_path / "s.xlsx")
    graft(source, target, {"Neu": tmp_path / "s.xlsx"})
    assert ("fullCalcOnLoad" in p.text_of(target, "xl/workbook.xml")) is asked


def test_formulas_that_read_a_replaced_tab_ask_for_computation(tmp_path, target):
    cell = '<row r="1"><c r="A1"><f>Neu!A1</f><v>1</v></c></row>'
    source = p.made(tmp_path / "t.xlsx", p.sheet(cell), workbook='<calcPr calcId="191029"/>')
    graft(source, target, {"Neu": scratch(tmp_path / "s.xlsx")})
    assert "fullCalcOnLoad" in p.text_of(target, "xl/workbook.xml")


def test_a_calculation_chain_that_names_the_old_tab_goes(team, tmp_path, target):
    graft(team, target, {"Neu": scratch(tmp_path / "s.xlsx")})
    with open_package(target) as package:
        changes = Changes(package)
        chain = f'{p.HEAD}<calcChain xmlns="{p.MAIN}"><c r="B2" i="3"/></calcChain>'
        changes.draft.set_part("xl/calcChain.xml", [chain.encode()])
        links = changes.draft.part("xl/_rels/workbook.xml.rels")
        types = changes.draft.part("[Content_Types].xml")
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
        override = f'<Override PartName="/xl/calcChain.xml" ContentType="{kind}"/></Types>'
        changes.draft.set_part(types.part, [types.text.replace(b"</Types>", override.encode())])
        line = f'<Relationship Id="rIdC" Type="{p.RELATIONS}/calcChain" Target="calcChain.xml"/></Relationships>'
        changes.draft.set_part(links.part, [links.text.replace(b"</Relationships>", line.encode())])
        changes.write(tmp_path / "chained.xlsx")
    again = tmp_path / "again.xlsx"
    graft(tmp_path / "chained.xlsx", again, {"Neu": scratch(tmp_path / "s2.xlsx", number=8)})
    assert "xl/calcChain.xml" not in p.raw_members(again)
    assert "calcChain" not in p.text_of(again, "xl/_rels/workbook.xml.rels")


def test_cells_and_tabs_in_one_write(team, tmp_path, target):
    with open_package(team) as package:
        changes = Changes(package)
        changes.set_cells("Tab1", {(2, 2): 50})
        changes.graft("Neu", scratch(tmp_path / "s.xlsx"))
        changes.set_name("_kim_ledger", '"abc"', hidden=True)
        changes.write(target)
    assert p.by_openpyxl(target, "Tab1")[2, 2] == 50
    assert openpyxl.load_workbook(target).defined_names["_kim_ledger"].value == '"abc"'
    patch(target, tmp_path / "t2.xlsx", {"Neu": {"A2": "x"}})
    assert p.by_openpyxl(tmp_path / "t2.xlsx", "Neu")[2, 1] == "x"


@pytest.mark.servers
def test_libreoffice_opens_what_we_wrote(team, tmp_path, target):
    graft(team, target, {"Übersicht '25": scratch(tmp_path / "s.xlsx")})
    patch(target, tmp_path / "done.xlsx", {"Tab1": {"B2": 42, "C9": "=1+1"}})
    try:
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "ods",
             "--outdir", str(tmp_path), str(tmp_path / "done.xlsx")],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
    except FileNotFoundError:
        pytest.skip("LibreOffice is not installed")
    assert p.by_calamine(tmp_path / "done.ods", "Tab1")[2, 2] == 42
    assert p.by_calamine(tmp_path / "done.ods", "Tab1")[9, 3] == "=1+1"
    assert p.by_calamine(tmp_path / "done.ods", "Übersicht '25")[2, 2] == 8
