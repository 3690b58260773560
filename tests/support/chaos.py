"""A workbook under three hands: staff who edit it, `kim` that writes into it, somebody who keeps opening it.

`python -m tests.support.chaos staff FOLDER ROUNDS SEED` and `python -m tests.support.chaos reader FOLDER` are the two
others; the test itself plays `kim`.
"""

from __future__ import annotations

import json
import random
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

FILE, JOURNAL, STOP = "team.xlsx", "journal.jsonl", "stop"
HEADER, NUMBER, NAME, NOTE, MANAGER = 2, 1, 2, 3, 4
HEADINGS = ("Fall-Nr.", "Nachname", "Phase", "Zuständig", "Eingang")


def first_rows(count: int) -> list[list]:
    return [["Unsere Fälle"], list(HEADINGS), *([f"KIM-{n}", f"Name {n}", "neu", None, None] for n in range(count))]


def staff(folder: Path, rounds: int, seed: int) -> None:
    """Open, do one thing, save, rest; each thing done is written down once it is saved."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable day at the office
    path = folder / FILE
    for number in range(rounds):
        book = openpyxl.load_workbook(path)
        done = chance.choice(DEEDS)(book["Fälle"], chance, number)
        other = folder / "staff.tmp"
        book.save(other)
        other.replace(path)
        with (folder / JOURNAL).open("a") as journal:
            journal.write(json.dumps(done) + "\n")
        time.sleep(chance.uniform(0.005, 0.06))


def edit(sheet: Worksheet, chance: random.Random, number: int) -> dict[str, str]:
    """Type into the staff's own column of some row."""
    row = chance.randrange(HEADER + 1, sheet.max_row + 1)
    sheet.cell(row, NOTE).value = f"Notiz {number}"
    return {"key": sheet.cell(row, NUMBER).value, "note": f"Notiz {number}"}


def insert(sheet: Worksheet, chance: random.Random, number: int) -> dict[str, str]:
    """A new case in the middle."""
    row = chance.randrange(HEADER + 1, sheet.max_row + 1)
    sheet.insert_rows(row)
    sheet.cell(row, NUMBER).value = f"KIM-new-{number}"
    sheet.cell(row, NAME).value = f"Name new-{number}"
    sheet.cell(row, NOTE).value = "neu"
    return {"key": f"KIM-new-{number}", "note": "neu"}


def delete(sheet: Worksheet, chance: random.Random, _: int) -> dict[str, str]:
    """A case taken out, as long as there are plenty."""
    row = chance.randrange(HEADER + 1, sheet.max_row + 1)
    key = sheet.cell(row, NUMBER).value
    if sheet.max_row < HEADER + 10:
        return {}
    sheet.delete_rows(row)
    return {"deleted": key}


def sort(sheet: Worksheet, chance: random.Random, _: int) -> dict[str, str]:
    """All rows in another order."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADER + 1)]
    chance.shuffle(rows)
    for number, row in enumerate(rows, start=HEADER + 1):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value
    return {}


DEEDS: tuple[Callable[[Worksheet, random.Random, int], dict[str, str]], ...] = (edit, edit, edit, insert, delete, sort)


def reader(folder: Path) -> None:
    """Open and read it all the time; any failure ends this process with an error."""
    opened = 0
    while not (folder / STOP).exists():
        rows = CalamineWorkbook.from_path(folder / FILE).get_sheet_by_name("Fälle").to_python()
        if HEADINGS[0] not in rows[HEADER - 1]:
            raise AssertionError(f"the header is gone: {rows[:3]}")
        opened += 1
    sys.stdout.write(str(opened))


def expected_notes(folder: Path, count: int) -> dict[str, str]:
    """What staff did, from their own journal: note by case number."""
    notes = {f"KIM-{n}": "neu" for n in range(count)}
    for line in (folder / JOURNAL).read_text().splitlines():
        done = json.loads(line)
        notes.pop(done.get("deleted", ""), None)
        if "key" in done:
            notes[done["key"]] = done["note"]
    return notes


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # openpyxl on extensions that it does not know
    if sys.argv[1] == "staff":
        staff(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    else:
        reader(Path(sys.argv[2]))
