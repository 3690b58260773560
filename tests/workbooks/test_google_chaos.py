"""No edit lost and none in a wrong row, while staff sort, insert, delete and type between any two calls of kim."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from automations.model.layout import Base, TableLayout
from automations.model.plan import CellEdit, EditGroup
from automations.model.values import RowKey
from automations.workbooks.protocol import WorkbookError
from tests.sheets_emulator import ApiError
from tests.support import chaos
from tests.support.google_sheets import Clock, SheetDesk, new_sheet, open_sheet
from tests.support.workbook_contract import HEADINGS, LEDGER, Announced, a_tab, append

CASES = 30
STAFF = ("last_name", "phase", "received")


class Office:
    """Somebody who does one thing between two calls, and keeps a journal of what was really done."""

    def __init__(self, google, sheet, who, chance):
        self.google, self.sheet, self.chance = google, sheet, chance
        self.desk = SheetDesk(google.person(who, sheet))
        self.notes = {f"KIM-{n}": "neu" for n in range(CASES)}
        self.number = 0
        self.turned_away = 0
        self.gone = set()

    def __call__(self, service, call):
        for _ in range(self.chance.randrange(3)):
            try:
                self.chance.choice((self.edit, self.edit, self.insert, self.add, self.delete, self.sort))()
            except ApiError:
                self.turned_away += 1  # the table is locked for this second

    def rows(self):
        return [(n, row) for n, row in enumerate(self.desk.rows("Fälle"), start=1) if n > chaos.HEADER and row]

    def edit(self):
        line, row = self.chance.choice(self.rows())
        self.number += 1
        self.desk.type("Fälle", line, chaos.NOTE, f"Notiz {self.number}")
        self.notes[row[0]] = f"Notiz {self.number}"

    def insert(self):
        line, _ = self.chance.choice(self.rows())
        self.number += 1
        key, name = f"KIM-new-{self.number}", f"Name new-{self.number}"
        cells = [{"userEnteredValue": {"stringValue": text}} for text in (key, name, "neu")]
        lines = {"sheetId": 0, "dimension": "ROWS", "startIndex": line - 1, "endIndex": line}
        start = {"sheetId": 0, "rowIndex": line - 1, "columnIndex": 0}
        self.desk.person.does(
            {"insertDimension": {"range": lines}},
            {"updateCells": {"start": start, "rows": [{"values": cells}], "fields": "userEnteredValue"}},
        )
        self.notes[key] = "neu"

    def add(self):
        """A new case below the last one: where kim puts new rows as well."""
        line = max(number for number, _ in self.rows()) + 1
        self.number += 1
        key = f"KIM-new-{self.number}"
        cells = [{"userEnteredValue": {"stringValue": text}} for text in (key, f"Name new-{self.number}", "neu")]
        start = {"sheetId": 0, "rowIndex": line - 1, "columnIndex": 0}
        self.desk.person.does(
            {"updateCells": {"start": start, "rows": [{"values": cells}], "fields": "userEnteredValue"}}
        )
        self.notes[key] = "neu"

    def settle(self, key):
        """A row that kim says it has added: it stands there, unless somebody deleted it since."""
        assert key in self.gone or key in {row[0] for _, row in self.rows()}

    def learn(self):
        """Rows of kim's own are everybody's from now on."""
        self.notes |= {row[0]: row[2] for _, row in self.rows() if row[0] not in self.notes}

    def delete(self):
        rows = self.rows()
        line, row = self.chance.choice(rows)
        if len(rows) > 10:
            self.desk.delete_row("Fälle", line)
            self.notes.pop(row[0], None)
            self.gone.add(row[0])

    def sort(self):
        descending = self.chance.random() < 0.5
        self.desk.person.sorts("Fälle", self.chance.randrange(3), header_rows=chaos.HEADER, descending=descending)


def rows_of(raw):
    rows = next(tab for tab in raw.tabs if tab.name == "Fälle").rows
    return [[*row, *[None] * (5 - len(row))] for row in rows[chaos.HEADER :] if row and row[0]]


def wanted(raw):
    """Every case without a manager gets the one that belongs to it, guarded by the name alone."""
    columns = {name: number for number, name in enumerate(HEADINGS, start=1)}
    tab = next(tab for tab in raw.tabs if tab.name == "Fälle")
    layout = TableLayout("cases", "team", tab.name, tab.id, 2, columns, HEADINGS, "number", STAFF, 3, len(tab.rows))
    groups = [
        EditGroup(f"assign/{row[0]}", RowKey("team", "cases", row[0]), (CellEdit("manager", None, f"M {row[1]}"),),
                  "t", "w", guards={"last_name": row[1]})
        for row in rows_of(raw) if row[chaos.MANAGER - 1] is None
    ]  # fmt: skip
    return groups, Base(raw.revision, {"cases": layout})


def play(google, *, rounds, seed, who, rights=True, bots=1, faults=False):
    """So many writes of kim among staff at work: what came of them, and the staff."""
    chance, clock = random.Random(seed), Clock()  # noqa: S311 - a repeatable day at the office
    sheet = new_sheet(google, {"Fälle": chaos.first_rows(CASES)})
    if not rights:
        google.spreadsheet(sheet).cannot_protect.add("kim@emulator.test")
    books = [open_sheet(google, sheet, clock, host=f"pc {n}") for n in range(bots)]
    office = Office(google, sheet, who, chance)
    outcomes, told = Counter(), {}
    google.colleague = office
    for number in range(rounds):
        if faults and chance.random() < 0.3:
            google.faults.fail(
                chance.choice((429, 500, 503)), skip=chance.randrange(4), committed=chance.random() < 0.5
            )
        book = chance.choice(books)
        try:
            groups, base = wanted(book.read())
            if number % 5 == 0:
                groups.append(append(f"KIM-bot-{number}", last_name=f"Name bot-{number}", phase="neu"))
            result = book.write(groups, [a_tab(number=number)], base, f"t{number}", LEDGER, Announced())
        except WorkbookError as error:
            outcomes[error.code] += 1
            office.learn()
            continue
        outcomes[result.status] += 1
        if result.groups.get(f"a/KIM-bot-{number}") == "applied" and result.status == "written":
            office.settle(f"KIM-bot-{number}")
        office.learn()
        told |= {group: reason for group, reason in result.refused.items() if "look at" in reason}
    google.colleague = None
    google.faults.waiting.clear()
    groups, base = wanted(books[0].read())
    last = books[0].write(groups, [], base, "last", LEDGER, Announced())
    assert last.status in {"written", "unchanged"}
    return outcomes, office, told, rows_of(books[0].read())


def nothing_is_lost(office, rows):
    assert {row[0]: row[chaos.NOTE - 1] for row in rows} == office.notes
    assert len(rows) == len({row[0] for row in rows})


def each_in_its_row_or_told(rows, told):
    for key, name, _, manager, _ in rows:
        assert name == f"Name {key.removeprefix('KIM-')}"
        assert manager == f"M {name}" or any(f"“{manager}” is not right" in reason for reason in told.values())


def check(google, **how):
    outcomes, office, told, rows = play(google, **how)
    nothing_is_lost(office, rows)
    each_in_its_row_or_told(rows, told)
    assert outcomes["written"] > how["rounds"] // 3
    return office, told


WAYS = {"colleagues": {"who": "guest"}, "two bots and a bad network": {"who": "guest", "bots": 2, "faults": True}}


@pytest.mark.parametrize("way", WAYS)
def test_everybody_at_once(google, way):
    _, told = check(google, rounds=25, seed=1, **WAYS[way])
    assert told == {}


@pytest.mark.parametrize("rights", [True, False])
def test_where_no_lock_holds_each_mismatch_is_put_back_or_told(google, rights):
    """The owner of the sheet, whom no protection stops; and an account that may not protect."""
    check(google, rounds=25, seed=2, who="team", rights=rights)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("way", WAYS)
def test_everybody_at_once_for_long(google, way, seed):
    _, told = check(google, rounds=500, seed=seed, **WAYS[way])
    assert told == {}
