from __future__ import annotations

import openpyxl
import pytest

from automations.workbooks.xlsx import XlsxWorkbook
from tests.workbook_contract import WorkbookContract


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


class TestXlsxWorkbook(WorkbookContract):
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
