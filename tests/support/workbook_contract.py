"""The contract of every workbook backend, as tests that each backend's test module inherits.

A backend's class gives `make(tabs)` and `colleague(workbook, change)`, where `change` gets a
`Desk` to work on as a person at the keyboard would.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Protocol

import pytest

from automations.model.layout import Base, TableLayout
from automations.model.plan import CellEdit, EditGroup
from automations.model.tabdoc import Column, Grid, Heading, Link, TabCell, TabDoc
from automations.model.values import RowKey, Value, draft_key, same
from automations.model.writes import PendingWrite, WriteResult
from automations.workbooks.protocol import RawTab, RawWorkbook, Workbook, WorkbookError

Rows = Sequence[Sequence[Value]]
HEADINGS = {
    "number": "Fall-Nr.",
    "last_name": "Nachname",
    "phase": "Phase",
    "manager": "Zuständig",
    "received": "Eingang",
}
STAFF = ("last_name", "phase", "received")
LEDGER = "ledger-1"
NOON = datetime(2025, 2, 3, 12, 5, tzinfo=UTC)


def case_rows() -> list[list[Value]]:
    """A tab as a team would have it: a title above the header, a row without number, one number twice."""
    return [
        ["Unsere Fälle"],
        list(HEADINGS.values()),
        ["KIM-1", "Öztürk", "Neu", None, date(2024, 1, 2)],
        ["KIM-2", "Schmidt", "Neu", "AB", date(2024, 1, 3)],
        [None, "Nowak", "Neu", None, date(2024, 1, 4)],
        ["KIM-4", "Popescu", "Begleitung", None, date(2024, 1, 5)],
        ["KIM-5", "Doppelt", "Neu", None, None],
        ["KIM-5", "Doppelt", "Neu", None, None],
    ]


DRAFT = draft_key({"last_name": "Nowak", "phase": "Neu", "received": date(2024, 1, 4)})


class Desk(Protocol):
    """A person at the keyboard; rows and columns count from 1."""

    def type(self, tab: str, row: int, column: int, value: Value) -> None: ...
    def insert_row(self, tab: str, before: int) -> None: ...
    def delete_row(self, tab: str, row: int) -> None: ...
    def insert_column(self, tab: str, before: int) -> None: ...
    def rows(self, tab: str) -> list[list[Value]]: ...
    def rename(self, tab: str, name: str) -> None: ...
    def move_first(self, tab: str) -> None: ...
    def add_tab(self, name: str) -> None: ...


class Announced:
    """An announcement to the ledger that only remembers."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []

    def __call__(self, before: str, after: str) -> None:
        self.calls.append((before, after))


def layout(raw: RawWorkbook, tab: str = "Fälle") -> TableLayout:
    return TableLayout(
        table="cases",
        workbook=raw.name,
        tab=tab,
        tab_id=named(raw, tab).id,
        header_row=2,
        columns={name: number for number, name in enumerate(HEADINGS, start=1)},
        headings=HEADINGS,
        key_field="number",
        staff_fields=STAFF,
        first_row=3,
        last_row=8,
    )


def base_of(raw: RawWorkbook) -> Base:
    return Base(raw.revision, {"cases": layout(raw)})


def named(raw: RawWorkbook, name: str) -> RawTab:
    return next(tab for tab in raw.tabs if tab.name == name)


def group(key: str, *edits: tuple[str, Value, Value], guards: Mapping[str, Value] | None = None) -> EditGroup:
    cells = tuple(CellEdit(*edit) for edit in edits)
    return EditGroup(f"g/{key}", RowKey("team", "cases", key), cells, "test", "because", guards=guards or {})


def append(key: str, **values: Value) -> EditGroup:
    cells = tuple(CellEdit(name, None, value) for name, value in values.items())
    return EditGroup(f"a/{key}", RowKey("team", "cases", key), cells, "test", "because", op="append")


def a_tab(title: str = "Übersicht", number: int = 12, link: str = "") -> TabDoc:
    shown = TabCell(link or "alle", link=Link("team", "cases", link, "manager") if link else None)
    grid = Grid("open", (Column("Was"), Column("Zahl", style="number")), ((shown, TabCell(number)),))
    stand = datetime(2024, 10, 31, 7, tzinfo=UTC)
    return TabDoc("overview", title, "team", (Heading(title, 1), grid), stand=stand, stand_label="Stand")


def value(raw: RawWorkbook, key: str, field: str, tab: str = "Fälle") -> Value:
    """The value of a field in the only row of a key, found without the code under test."""
    rows = named(raw, tab).rows
    header = next(row for row in rows if HEADINGS["number"] in row)
    found = [row for row in rows if row and len(row) > (k := header.index(HEADINGS["number"])) and row[k] == key]
    assert len(found) == 1, f"{key} stands {len(found)} times"
    place = header.index(HEADINGS[field])
    return found[0][place] if place < len(found[0]) else None


class WorkbookContract:
    """Inherit, and give `make` and `colleague`."""

    def make(self, tabs: Mapping[str, Rows]) -> Workbook:
        raise AssertionError("a backend makes its workbook here")

    def colleague(self, workbook: Workbook, change: Callable[[Desk], None]) -> None:
        raise AssertionError("a backend lets a person work here")

    def meanwhile(self, workbook: Workbook, change: Callable[[Desk], None]) -> None:
        """Order a colleague's save between the reading and the replacement of the next write."""
        raise AssertionError("a backend lets a person interrupt here")

    def lock(self, workbook: Workbook, who: str) -> None:
        """Somebody opens the workbook."""
        raise AssertionError("a backend lets a person open it here")

    @pytest.fixture
    def book(self) -> Workbook:
        return self.make({"Fälle": case_rows(), "Notizen": [["eine Notiz", 1.5, True, time(9, 30)]]})

    def write(self, book: Workbook, *groups: EditGroup, tabs: Sequence[TabDoc] = (), base: Base | None = None):
        self.announced = Announced()
        return book.write(groups, tabs, base or base_of(book.read()), "token-1", LEDGER, self.announced)

    # reading

    def test_reads_values_of_every_kind(self, book):
        raw = book.read()
        assert [tab.name for tab in raw.tabs] == ["Fälle", "Notizen"]
        assert list(named(raw, "Notizen").rows[0]) == ["eine Notiz", 1.5, True, time(9, 30)]
        assert list(named(raw, "Fälle").rows[2]) == ["KIM-1", "Öztürk", "Neu", None, date(2024, 1, 2)]
        assert raw.ledger == ""

    def test_a_revision_stays_until_something_changes(self, book):
        before = book.read().revision
        assert book.read().revision == before
        assert book.revision() == before
        self.colleague(book, lambda desk: desk.type("Notizen", 1, 1, "anders"))
        assert book.read().revision != before

    # editing

    def test_writes_the_cells_of_a_row_and_no_other(self, book):
        before = book.read()
        result = self.write(book, group("KIM-1", ("manager", None, "CD"), guards={"phase": "Neu"}))
        after = book.read()
        assert result.status == "written"
        assert result.groups == {"g/KIM-1": "applied"}
        assert result.revision == after.revision
        assert self.announced.calls == [(before.revision, after.revision)]
        assert after.ledger == LEDGER
        expected = [list(row) for row in named(before, "Fälle").rows]
        expected[2][3] = "CD"
        assert [list(row) for row in named(after, "Fälle").rows] == expected
        assert [list(row) for row in named(after, "Notizen").rows] == [list(r) for r in named(before, "Notizen").rows]

    @pytest.mark.parametrize(
        "new",
        ["Text mit ß & <Zeichen>", "=1+1", "+49 2323 1", "  Rand ", "zwei\nZeilen", 7, -2.25, True, date(2025, 2, 3),
         NOON.replace(tzinfo=None), time(8, 15), "007", "1.5.", "TRUE"],
    )  # fmt: skip
    def test_what_is_written_is_read_back(self, book, new):
        assert self.write(book, group("KIM-1", ("manager", None, new))).status == "written"
        assert same(value(book.read(), "KIM-1", "manager"), new)
        assert not named(book.read(), "Fälle").formulas

    def test_a_cell_is_cleared(self, book):
        assert self.write(book, group("KIM-2", ("manager", "AB", None))).status == "written"
        assert value(book.read(), "KIM-2", "manager") is None

    def test_a_guard_that_no_longer_holds_drops_the_whole_group(self, book):
        wanted = group("KIM-4", ("manager", None, "AB"), ("phase", "Begleitung", "Neu"), guards={"last_name": "Pop"})
        result = self.write(book, wanted, group("KIM-1", ("manager", None, "AB")))
        assert result.groups == {"g/KIM-4": "changed", "g/KIM-1": "applied"}
        assert value(book.read(), "KIM-4", "phase") == "Begleitung"
        assert value(book.read(), "KIM-4", "manager") is None

    def test_an_old_value_that_is_gone_drops_the_whole_group(self, book):
        result = self.write(book, group("KIM-2", ("phase", "Neu", "Begleitung"), ("manager", None, "CD")))
        assert result.groups == {"g/KIM-2": "changed"}
        assert value(book.read(), "KIM-2", "phase") == "Neu"

    def test_a_number_twice_is_never_written_to(self, book):
        result = self.write(book, group("KIM-5", ("manager", None, "AB")))
        assert result.groups == {"g/KIM-5": "duplicate"}

    def test_an_unknown_number_is_missing(self, book):
        assert self.write(book, group("KIM-99", ("manager", None, "AB"))).groups == {"g/KIM-99": "missing"}

    def test_a_row_without_number_is_found_by_what_staff_typed(self, book):
        result = self.write(book, group(DRAFT, ("number", None, "KIM-3"), ("manager", None, "AB")))
        assert set(result.groups.values()) == {"applied"}
        assert value(book.read(), "KIM-3", "last_name") == "Nowak"
        assert value(book.read(), "KIM-3", "manager") == "AB"

    def test_two_equal_rows_without_number_are_duplicates(self, book):
        def type_twin(desk: Desk) -> None:
            for column, typed in ((2, "Nowak"), (3, "Neu"), (5, date(2024, 1, 4))):
                desk.type("Fälle", 9, column, typed)

        self.colleague(book, type_twin)
        assert self.write(book, group(DRAFT, ("number", None, "KIM-3"))).groups == {f"g/{DRAFT}": "duplicate"}

    def test_a_number_that_stands_elsewhere_is_not_given_again(self, book):
        assert self.write(book, group(DRAFT, ("number", None, "KIM-4"))).groups == {f"g/{DRAFT}": "duplicate"}

    def test_two_groups_for_one_cell_do_not_overwrite_each_other(self, book):
        other = EditGroup("second", RowKey("team", "cases", "KIM-1"), (CellEdit("manager", None, "ZZ"),), "test", "why")
        result = self.write(book, group("KIM-1", ("manager", None, "AB")), other)
        assert result.groups == {"g/KIM-1": "applied", "second": "duplicate"}
        assert value(book.read(), "KIM-1", "manager") == "AB"

    def test_rows_are_appended_in_their_order(self, book):
        result = self.write(book, append("KIM-8", last_name="Acht"), append("KIM-9", last_name="Neun", phase="Neu"))
        assert set(result.groups.values()) == {"applied"}
        rows = [list(row) for row in named(book.read(), "Fälle").rows]
        assert [row[:3] for row in rows[8:]] in ([["KIM-8", "Acht"], ["KIM-9", "Neun", "Neu"]],
                                                 [["KIM-8", "Acht", None], ["KIM-9", "Neun", "Neu"]])  # fmt: skip

    def test_an_appended_row_is_not_appended_twice(self, book):
        new = append("KIM-8", last_name="Acht")
        self.write(book, new)
        again = self.write(book, new)
        assert again.status == "unchanged"
        assert again.groups == {"a/KIM-8": "applied"}

    def test_what_stands_there_already_is_not_written(self, book):
        self.write(book, group("KIM-1", ("manager", None, "CD")))
        revision = book.read().revision
        result = self.write(book, group("KIM-1", ("manager", None, "CD")))
        assert result.status == "unchanged"
        assert result.groups == {"g/KIM-1": "applied"}
        assert self.announced.calls == []
        assert book.read().revision == revision

    # people meanwhile

    @pytest.mark.parametrize("what", ["sorted", "row inserted", "title inserted", "column inserted", "row deleted"])
    def test_the_right_row_is_found_after_people_moved_it(self, book, what):
        base = base_of(book.read())

        def move(desk: Desk) -> None:
            if what == "sorted":
                rows = desk.rows("Fälle")[2:]
                for number, row in enumerate(sorted(rows, key=lambda r: str(r[1:2]), reverse=True), start=3):
                    for column in range(1, 6):
                        desk.type("Fälle", number, column, row[column - 1] if column <= len(row) else None)
            elif what == "column inserted":
                desk.insert_column("Fälle", 2)
            elif what == "row deleted":
                desk.delete_row("Fälle", 3)
            else:
                desk.insert_row("Fälle", 3 if what == "row inserted" else 1)

        self.colleague(book, move)
        result = self.write(book, group("KIM-4", ("manager", None, "AB"), guards={"phase": "Begleitung"}), base=base)
        assert result.groups == {"g/KIM-4": "applied"}
        raw = book.read()
        assert value(raw, "KIM-4", "manager") == "AB"
        assert value(raw, "KIM-4", "last_name") == "Popescu"
        assert value(raw, "KIM-2", "manager") == "AB"
        assert sum(cell == "AB" for row in named(raw, "Fälle").rows for cell in row) == 2

    def test_a_renamed_tab_is_still_found(self, book):
        base = base_of(book.read())
        self.colleague(book, lambda desk: desk.rename("Fälle", "Alle Fälle"))
        assert self.write(book, group("KIM-1", ("manager", None, "AB")), base=base).groups == {"g/KIM-1": "applied"}
        assert value(book.read(), "KIM-1", "manager", "Alle Fälle") == "AB"

    @pytest.mark.parametrize("column", [1, 4])
    def test_a_renamed_heading_is_missing_and_nothing_is_guessed(self, book, column):
        base = base_of(book.read())
        self.colleague(book, lambda desk: desk.type("Fälle", 2, column, "Ganz anders"))
        result = self.write(book, group("KIM-1", ("manager", None, "AB")), base=base)
        assert result.groups == {"g/KIM-1": "missing"}
        assert not any("AB" in row for row in [named(book.read(), "Fälle").rows[2]])

    def test_a_save_while_we_write_is_never_lost(self, book):
        self.meanwhile(book, lambda desk: desk.type("Fälle", 3, 3, "Begleitung"))
        result = self.write(book, group("KIM-1", ("manager", None, "AB"), guards={"phase": "Neu"}))
        assert result.status in {"conflict", "unchanged", "written"}
        raw = book.read()
        assert value(raw, "KIM-1", "phase") == "Begleitung"
        assert value(raw, "KIM-1", "manager") is None

    def test_a_workbook_that_somebody_has_open_is_left_alone(self, book):
        before = book.read().revision
        self.lock(book, "Meier")
        assert "Meier" in book.holder()
        result = self.write(book, group("KIM-1", ("manager", None, "AB")))
        assert result.status == "busy"
        assert "Meier" in result.holder
        assert book.read().revision == before

    def test_nothing_is_replaced_when_the_announcement_fails(self, book):
        before = book.read().revision

        def refuse(_before: str, _after: str) -> None:
            raise OSError("the ledger's disk is full")

        with pytest.raises(OSError, match="disk is full"):
            book.write([group("KIM-1", ("manager", None, "AB"))], [], base_of(book.read()), "t", LEDGER, refuse)
        assert book.read().revision == before

    def test_another_ledgers_workbook_is_refused(self, book):
        self.write(book, group("KIM-1", ("manager", None, "AB")))
        with pytest.raises(WorkbookError) as caught:
            book.write([], [], base_of(book.read()), "t", "another", Announced())
        assert caught.value.code == "foreign_ledger"

    # tabs

    def test_a_tab_is_made_and_marked(self, book):
        result = self.write(book, tabs=[a_tab()])
        assert result.status == "written"
        assert result.tabs == ("overview",)
        tab = named(book.read(), "Übersicht")
        assert tab.mark is not None
        assert (tab.mark.id, tab.mark.name) == ("overview", "Übersicht")
        assert tab.mark.fingerprint == a_tab().fingerprint()
        assert datetime.fromisoformat(tab.mark.stand) == a_tab().stand
        assert any(12 in row for row in tab.rows)

    def test_a_tab_that_stands_there_already_is_not_written(self, book):
        self.write(book, tabs=[a_tab()])
        before = book.read().revision
        assert self.write(book, tabs=[a_tab()]).status == "unchanged"
        assert book.read().revision == before

    def test_a_write_of_nothing_leaves_no_trace(self, book):
        before = book.read()
        result = self.write(book, group("KIM-99", ("manager", None, "AB")))
        assert result.status == "unchanged"
        assert (book.read().revision, book.read().ledger) == (before.revision, "")

    def test_a_tab_is_rewritten_where_people_moved_and_renamed_it(self, book):
        self.write(book, tabs=[a_tab()])

        def move(desk: Desk) -> None:
            desk.rename("Übersicht", "Zahlen, vorläufig")
            desk.move_first("Zahlen, vorläufig")

        self.colleague(book, move)
        self.write(book, tabs=[a_tab(number=13)])
        raw = book.read()
        assert [tab.name for tab in raw.tabs] == ["Zahlen, vorläufig", "Fälle", "Notizen"]
        assert any(13 in row for row in raw.tabs[0].rows)
        assert raw.tabs[0].mark is not None
        assert raw.tabs[0].mark.name == "Zahlen, vorläufig"

    def test_a_tab_of_people_with_our_name_is_left_alone(self, book):
        def make_theirs(desk: Desk) -> None:
            desk.add_tab("Übersicht")
            desk.type("Übersicht", 1, 1, "meins")

        self.colleague(book, make_theirs)
        self.write(book, tabs=[a_tab()])
        raw = book.read()
        assert [tab.name for tab in raw.tabs] == ["Fälle", "Notizen", "Übersicht", "Übersicht (kim)"]
        assert named(raw, "Übersicht").rows[0][0] == "meins"
        assert named(raw, "Übersicht").mark is None
        self.write(book, tabs=[a_tab(number=14)])
        assert [tab.name for tab in book.read().tabs] == [tab.name for tab in raw.tabs]

    def test_cells_and_tabs_go_in_one_replacement(self, book):
        result = self.write(book, group("KIM-1", ("manager", None, "AB")), tabs=[a_tab(link="KIM-1")])
        assert result.status == "written"
        assert len(self.announced.calls) == 1
        raw = book.read()
        assert value(raw, "KIM-1", "manager") == "AB"
        assert named(raw, "Übersicht").rows[-1][0] == "KIM-1"

    # settling

    def pending(self, book: Workbook, *groups: EditGroup, after: str = "") -> PendingWrite:
        raw = book.read()
        return PendingWrite("token-1", raw.revision, after, groups, base_of(raw))

    def test_settling_a_write_that_arrived(self, book):
        wanted = group("KIM-1", ("manager", None, "AB"))
        pending = self.pending(book, wanted)
        result = self.write(book, wanted)
        arrived = PendingWrite("token-1", pending.before, result.revision, pending.groups, pending.base)
        assert book.settle(arrived) == WriteResult("written", {"g/KIM-1": "applied"}, result.revision)

    def test_settling_a_write_that_did_not_arrive(self, book):
        pending = self.pending(book, group("KIM-1", ("manager", None, "AB")), after="unknown")
        assert book.settle(pending).status == "unchanged"

    def test_settling_group_by_group_after_people_went_on(self, book):
        groups = [
            group("KIM-1", ("manager", None, "AB")),
            group("KIM-2", ("manager", "AB", "CD")),
            group("KIM-4", ("manager", None, "CD")),
            append("KIM-8", last_name="Acht"),
        ]
        pending = self.pending(book, *groups)
        self.write(book, groups[0], groups[3])
        self.colleague(book, lambda desk: desk.type("Fälle", 6, 4, "XX"))
        result = book.settle(pending)
        assert result.status == "unclear"
        assert result.groups == {"g/KIM-1": "applied", "g/KIM-2": "missing", "g/KIM-4": "changed", "a/KIM-8": "applied"}
