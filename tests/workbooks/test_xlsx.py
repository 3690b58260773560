from __future__ import annotations

import subprocess
import zipfile
from typing import get_args

import openpyxl
import pytest
from lxml import etree

from automations.model.tabdoc import Column, Grid, Style, TabCell, TabDoc
from automations.workbooks.xlsx.backend import XlsxWorkbook
from tests.support.fault_contract import FaultContract
from tests.support.workbook_contract import DRAFT, LEDGER, WorkbookContract, a_tab, case_rows, group, value

LOOKS = get_args(Style)


def in_colours(*looks, of):
    """A tab whose figures are shown in these ways, in columns with and without breaks."""
    rows = tuple((TabCell(of, look), TabCell(of, look)) for look in looks)
    columns = (Column("Zahl"), Column("Text", wrap=True))
    return TabDoc("log", "Laufprotokoll", "team", (Grid("runs", columns, rows),))


class SheetDesk:
    """A colleague with another program (openpyxl) who saves over the file."""

    def __init__(self, path) -> None:
        self.book = openpyxl.load_workbook(path)

    def type(self, tab, row, column, value):
        self.book[tab].cell(row, column).value = value

    def insert_row(self, tab, before):
        self.book[tab].insert_rows(before)

    def delete_row(self, tab, row):
        self.book[tab].delete_rows(row)

    def insert_column(self, tab, before):
        self.book[tab].insert_cols(before)

    def rows(self, tab):
        return [[cell.value for cell in row] for row in self.book[tab].iter_rows()]

    def rename(self, tab, name):
        self.book[tab].title = name
        for defined in self.book.defined_names.values():
            # As Excel and LibreOffice do, which openpyxl leaves to its user.
            defined.attr_text = defined.attr_text.replace(f"'{tab}'!", f"'{name}'!")

    def move_first(self, tab):
        self.book.move_sheet(tab, -self.book.sheetnames.index(tab))

    def add_tab(self, name):
        self.book.create_sheet(name)


class Interruption:
    """A step of a write at which a colleague saves, once."""

    def __init__(self) -> None:
        self.act = None

    def __call__(self, step: str) -> None:
        if step == "announce" and self.act:
            act, self.act = self.act, None
            act()


class TestXlsxWorkbook(WorkbookContract, FaultContract):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path):
        self.folder = tmp_path
        self.path = tmp_path / "Team Größe.xlsx"
        self.interruption = Interruption()

    def make(self, tabs):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in tabs.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(self.path)
        return XlsxWorkbook("team", self.path, versions=self.folder / "versions", step=self.interruption)

    def colleague(self, workbook, change):
        desk = SheetDesk(self.path)
        change(desk)
        desk.book.save(self.path)

    def meanwhile(self, workbook, change):
        self.interruption.act = lambda: self.colleague(workbook, change)

    def lock(self, workbook, who):
        (self.folder / f"~${self.path.name}").write_bytes(bytes([len(who)]) + who.encode().ljust(164))

    def test_what_the_format_refuses_is_said_and_the_rest_is_written(self, book):
        desk = SheetDesk(self.path)
        desk.type("Fälle", 3, 4, "=1+1")
        desk.book["Fälle"].merge_cells("D6:E6")
        desk.book.save(self.path)
        groups = [
            group("KIM-1", ("manager", None, "AB")),
            group("KIM-2", ("manager", "AB", "CD")),
            group("KIM-4", ("received", None, "x")),
        ]
        result = self.write(book, *groups)
        assert result.groups == {"g/KIM-1": "refused", "g/KIM-2": "applied", "g/KIM-4": "refused"}
        assert result.refused["g/KIM-4"] == "Die Zelle ist mit anderen verbunden."

    @pytest.mark.parametrize("saved", [False, True])
    def test_a_look_that_comes_and_goes_is_added_once(self, book, saved):
        """What a tab has to say for the first time ("warn" in the log of runs) may add a format; the second time none,
        also where another program saved between."""
        counted = []
        for turn in range(9):
            self.write(book, tabs=[in_colours(*LOOKS[turn % 3 :: 3], of=turn)])
            if saved:
                self.colleague(book, lambda desk, turn=turn: desk.type("Notizen", 9, 1, turn))
            with zipfile.ZipFile(self.path) as package:
                styles = etree.fromstring(package.read("xl/styles.xml"))
            counted.append({etree.QName(kind).localname: len(kind) for kind in styles})
        assert counted[0]["cellXfs"] < counted[2]["cellXfs"]
        assert all(found == counted[2] for found in counted[3:]), [found["cellXfs"] for found in counted]

    @pytest.mark.parametrize("rows", [1, 40])
    def test_a_protected_sheet_refuses_its_locked_cells(self, book, rows):
        desk = SheetDesk(self.path)
        for number in range(rows):
            desk.book["Fälle"].append([f"P-{number}", "Schutz", "Neu"])
        desk.book["Fälle"].protection.sheet = True
        desk.book["Fälle"]["D4"].protection = openpyxl.styles.Protection(locked=False)
        desk.book.save(self.path)
        groups = [group(f"P-{number}", ("manager", None, "AB")) for number in range(rows)]
        result = self.write(book, group("KIM-2", ("manager", "AB", "CD")), *groups, tabs=[a_tab()])
        assert result.status == "written"
        assert {result.groups[each.id] for each in groups} == {"refused"}
        assert set(result.refused) >= {each.id for each in groups}
        if rows == 1:
            assert value(book.read(), "KIM-2", "manager") == "CD"

    def test_a_protected_tab_of_ours_is_left_and_named_and_the_rest_is_written(self, book):
        self.write(book, tabs=[a_tab()])
        desk = SheetDesk(self.path)
        desk.book["Übersicht"].protection.sheet = True
        desk.book.save(self.path)
        result = self.write(book, group("KIM-1", ("manager", None, "AB")), tabs=[a_tab(number=13)])
        assert (result.status, result.tabs, result.groups) == ("written", (), {"g/KIM-1": "applied"})
        assert result.refused == {"overview": "Das Blatt „Übersicht“ ist geschützt."}
        assert "aufheben" in result.advice["overview"]
        assert SheetDesk(self.path).book["Übersicht"].protection.sheet, "whoever protected it wants it so"

    def test_a_workbook_whose_structure_is_protected_gets_cells_and_no_tab(self, book):
        desk = SheetDesk(self.path)
        desk.book.security.lockStructure = True
        desk.book.save(self.path)
        result = self.write(book, group("KIM-1", ("manager", None, "AB")), tabs=[a_tab()])
        assert (result.status, result.tabs, set(result.refused)) == ("written", (), {"overview"})
        assert value(book.read(), "KIM-1", "manager") == "AB"

    def test_every_other_part_keeps_its_bytes(self, book):
        with zipfile.ZipFile(self.path) as package:
            before = {name: package.read(name) for name in package.namelist()}
        self.write(book, group("KIM-1", ("manager", None, "AB")))
        self.write(book, group("KIM-2", ("manager", "AB", "CD")))
        with zipfile.ZipFile(self.path) as package:
            after = {name: package.read(name) for name in package.namelist()}
        assert set(after) == set(before)
        changed = {name for name in before if before[name] != after[name]}
        assert changed == {"xl/workbook.xml", "xl/worksheets/sheet1.xml"}

    def test_a_link_to_a_row_that_gets_its_number_in_this_write_finds_it(self, book):
        doc = a_tab(link=DRAFT)
        self.write(book, group(DRAFT, ("number", None, "KIM-3")), tabs=[doc])
        (formula,) = next(tab for tab in book.read().tabs if tab.mark).formulas.values()
        assert 'MATCH("KIM-3",' in formula

    def test_a_file_that_is_just_being_saved_is_waited_for(self):
        book = self.make({"Fälle": case_rows()})
        content, waited = self.path.read_bytes(), []

        def pause(seconds):
            waited.append(seconds)
            self.path.write_bytes(content)

        self.path.write_bytes(content[:200])
        patient = XlsxWorkbook("team", self.path, versions=self.folder / "versions", pause=pause)
        assert [tab.name for tab in patient.read().tabs] == ["Fälle"]
        assert len(waited) == 1
        assert book.read() == patient.read()

    @pytest.mark.servers
    def test_after_a_save_by_libreoffice_our_tabs_are_still_ours(self, book):
        self.write(book, group("KIM-1", ("manager", None, "AB")), tabs=[a_tab(link="KIM-1")])
        profile = f"-env:UserInstallation={(self.folder / 'profile').as_uri()}"
        saved = self.folder / "saved"
        try:
            subprocess.run(
                ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", saved,
                 self.path],
                check=True, capture_output=True, timeout=120,
            )  # fmt: skip
        except FileNotFoundError:
            pytest.skip("LibreOffice is not installed")
        (saved / self.path.name).replace(self.path)
        raw = book.read()
        assert raw.ledger == LEDGER
        assert [tab.mark.id for tab in raw.tabs if tab.mark] == ["overview"]
        result = self.write(book, group("KIM-2", ("manager", "AB", "CD")), tabs=[a_tab(number=13)])
        assert (result.status, result.groups) == ("written", {"g/KIM-2": "applied"})
        raw = book.read()
        assert [tab.name for tab in raw.tabs] == ["Fälle", "Notizen", "Übersicht"]
        assert any(13 in row for row in raw.tabs[2].rows)
        assert (value(raw, "KIM-1", "manager"), value(raw, "KIM-2", "manager")) == ("AB", "CD")
