from __future__ import annotations

from tests.support.fault_contract import FaultContract
from tests.support.memory_workbook import MemoryWorkbook
from tests.support.workbook_contract import LEDGER, Announced, WorkbookContract, a_tab, base_of, case_rows, group, value


class MemoryDesk:
    def __init__(self, book: MemoryWorkbook) -> None:
        self.book = book

    def type(self, tab, row, column, value):
        self.book.tab(tab).set(row, column, value)

    def insert_row(self, tab, before):
        self.book.tab(tab).rows.insert(before - 1, [])

    def delete_row(self, tab, row):
        del self.book.tab(tab).rows[row - 1]

    def insert_column(self, tab, before):
        for row in self.book.tab(tab).rows:
            row.insert(before - 1, None)

    def rows(self, tab):
        return [list(row) for row in self.book.tab(tab).rows]

    def rename(self, tab, name):
        self.book.tab(tab).name = name

    def move_first(self, tab):
        found = self.book.tab(tab)
        self.book.tabs.remove(found)
        self.book.tabs.insert(0, found)

    def add_tab(self, name):
        self.book.add(name)


class TestMemoryWorkbook(WorkbookContract, FaultContract):
    def make(self, tabs):
        return MemoryWorkbook("team", tabs)

    def colleague(self, workbook, change):
        change(MemoryDesk(workbook))

    def meanwhile(self, workbook, change):
        workbook.meanwhile = lambda book: change(MemoryDesk(book))

    def lock(self, workbook, who):
        workbook.busy = who

    def test_a_lost_answer_is_unclear_and_can_be_settled(self, book):
        wanted = group("KIM-1", ("manager", None, "AB"))
        pending = self.pending(book, wanted)
        book.lost = True
        assert self.write(book, wanted).status == "unclear"
        assert book.settle(pending).groups == {"g/KIM-1": "applied"}

    def test_formulas_are_never_overwritten(self, book):
        book.tab("Fälle").formulas[(3, 4)] = "1+1"
        assert self.write(book, group("KIM-1", ("manager", None, "AB"))).groups == {"g/KIM-1": "refused"}

    def test_an_error_in_a_cell_is_not_a_blank_cell(self, book):
        book.tab("Fälle").errors[(3, 4)] = "#N/A"
        assert self.write(book, group("KIM-1", ("manager", None, "AB"))).groups == {"g/KIM-1": "changed"}

    def test_the_inside_of_a_merge_is_refused_and_its_first_cell_is_not(self, book):
        book.tab("Fälle").merged = ((3, 4, 4, 4),)
        first, inside = group("KIM-1", ("manager", None, "CD")), group("KIM-2", ("manager", "AB", "CD"))
        assert self.write(book, first, inside).groups == {"g/KIM-1": "applied", "g/KIM-2": "refused"}

    def test_what_was_read_does_not_change_under_the_reader(self):
        book = MemoryWorkbook("team", {"Fälle": case_rows()})
        raw = book.read()
        book.write([group("KIM-1", ("manager", None, "AB"))], [a_tab()], base_of(raw), "t", LEDGER, Announced())
        assert value(raw, "KIM-1", "manager") is None
