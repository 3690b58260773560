"""The staff of a simulated year: they type into the workbook with openpyxl, which knows nothing of kim."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from automations.common.working_days import WorkingDays

MARK = "Merker"
"""A column of the team's own in „Fälle“ and „Termine“: tells rows apart without kim's numbers."""

NUMBERS = {"Fälle": "Fall-Nr.", "Termine": "Termin-Nr."}
"""The columns of kim's numbers."""

_PLACES = ("Beratungsstelle Mitte", "Beratungsstelle Nord", "Beratungsstelle Süd")
_MAXIMUM_OPEN = 12


@dataclass
class Visit:
    """An appointment as staff know it; `past` are the starts that it had before, and until when."""

    mark: str
    address: str
    start: datetime
    fixed_at: datetime
    status: str = "geplant"
    past: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def foreseeable(self) -> bool:
        """Whether it stood long enough before it began for a message to be owed: four days always hold
        a working day that no trouble of the rota falls on."""
        return self.status in {"geplant", "wahrgenommen"} and self.start - self.fixed_at > timedelta(days=4)


class Office:
    """People at work. `typed` is all that they ever typed: (tab, mark) -> heading -> value; `changed` what
    they changed in rows that had a number, (number, heading) -> values in order; `deleted` numbers of rows."""

    def __init__(self, path: Path, chance: Random, days: WorkingDays) -> None:
        self.path, self.chance, self.days = path, chance, days
        self.typed: dict[tuple[str, str], dict[str, Any]] = {}
        self.changed: dict[tuple[str, str], list[Any]] = {}
        self.deleted: list[str] = []
        self.visits: dict[str, Visit] = {}
        self._count = 0
        self._open: openpyxl.Workbook | None = None

    def add_own_column(self) -> None:
        """The team adds a column of its own to both tables."""
        book = self._load()
        for tab in ("Fälle", "Termine"):
            book[tab].cell(1, book[tab].max_column + 1).value = MARK
        self._save(book)

    def lock(self) -> None:
        """Somebody opens it in LibreOffice, on another computer."""
        self._lock_file.write_text("Erika Beispiel,erika,pc-17,01.01.2026 08:00,file:///;", encoding="utf-8")
        self._open = self._load()

    def unlock(self, now: datetime) -> None:
        """… saves, and closes it."""
        if self._open is None:
            return
        book, self._open = self._open, None
        self._deeds(book, now)
        self._save(book)
        self._lock_file.unlink()

    def work(self, now: datetime, *, can_save: bool) -> None:
        """A morning's typing; a workbook that a colleague has open waits until she closes it."""
        if not can_save:
            return
        book = self._load()
        self._deeds(book, now)
        self._save(book)

    @property
    def _lock_file(self) -> Path:
        return self.path.with_name(f".~lock.{self.path.name}#")

    def _load(self) -> openpyxl.Workbook:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl on extensions that it does not know
            return openpyxl.load_workbook(self.path)

    def _save(self, book: openpyxl.Workbook) -> None:
        part = self.path.with_name("staff.tmp")
        book.save(part)
        part.replace(self.path)

    def _deeds(self, book: openpyxl.Workbook, now: datetime) -> None:
        cases, visits = Sheet(book["Fälle"]), Sheet(book["Termine"])
        for _ in range(self.chance.choice((0, 1, 1, 2))):
            self._refer(cases, now)
        self._close_past(visits, cases, now)
        self._move_or_cancel(visits, now)
        self._book(cases, visits, now)
        if self.chance.random() < 0.2:
            visits.sort("Datum")
        if self.chance.random() < 0.1:
            self._delete_an_old_one(visits)

    def _type(self, sheet: Sheet, row: int, mark: str, cells: dict[str, Any]) -> None:
        number = sheet.get(row, NUMBERS[sheet.name])
        for heading, value in cells.items():
            if number and sheet.get(row, heading) != value:
                self.changed.setdefault((number, heading), []).append(value)
            sheet.set(row, heading, value)
        self.typed.setdefault((sheet.name, mark), {}).update(cells)

    def _refer(self, cases: Sheet, now: datetime) -> None:
        self._count += 1
        mark = f"F{self._count}"
        adult = date(1950, 1, 1) + timedelta(days=self.chance.randint(0, 19_000))
        cells = {
            MARK: mark, "Eingang": _midnight(now.date()), "Vermittelt durch": "Jobcenter", "Nachname": f"Muster{mark}",
            "Vorname": f"Kim{mark}", "Geburtsdatum": _midnight(adult), "Sprachen": "Deutsch",
            "E-Mail": f"{mark.lower()}@sim.example", "Kontaktweg": "E-Mail",
            "E-Mail-Einwilligung am": _midnight(now.date()), "Dringlichkeit": "normal", "Phase": "Neu",
        }  # fmt: skip
        self._type(cases, cases.blank_row(), mark, cells)

    def _book(self, cases: Sheet, visits: Sheet, now: datetime) -> None:
        """Appointments for cases that kim numbered and gave to somebody."""
        busy = {visit.address for visit in self.visits.values() if visit.status == "geplant"}
        for row in cases.rows():
            mark, number, who = (cases.get(row, name) for name in (MARK, "Fall-Nr.", "Zuständig"))
            address = f"{mark}@sim.example".lower()
            if not mark or not number or not who or address in busy or len(busy) >= _MAXIMUM_OPEN:
                continue
            if self.chance.random() < 0.6:
                busy.add(address)
                self._count += 1
                visit = Visit(f"T{self._count}", address, self._some_start(now), now)
                self.visits[visit.mark] = visit
                cells = {
                    MARK: visit.mark, "Fall-Nr.": number, **_when(visit.start), "Dauer": 45, "Beratung durch": who,
                    "Ort": self.chance.choice(_PLACES), "Art": "persönlich", "Status": "geplant",
                }  # fmt: skip
                self._type(visits, visits.blank_row(), visit.mark, cells)

    def _some_start(self, now: datetime) -> datetime:
        day = self.days.shift(now.date(), self.chance.randint(1, 9))
        return datetime.combine(day, time(self.chance.randint(8, 16), self.chance.choice((0, 15, 30, 45))), now.tzinfo)

    def _move_or_cancel(self, visits: Sheet, now: datetime) -> None:
        ahead = [item for item in self.visits.values() if item.status == "geplant" and item.start.date() > now.date()]
        if not ahead or self.chance.random() < 0.5:
            return
        visit = self.chance.choice(ahead)
        row = visits.find(visit.mark)
        visit.past.append((visit.start, now))
        visit.fixed_at = now
        if self.chance.random() < 0.3:
            visit.status = "abgesagt"
            self._type(visits, row, visit.mark, {"Status": "abgesagt"})
        else:
            visit.start = self._some_start(now)
            self._type(visits, row, visit.mark, _when(visit.start))

    def _close_past(self, visits: Sheet, cases: Sheet, now: datetime) -> None:
        for visit in self.visits.values():
            if visit.status == "geplant" and visit.start < now:
                visit.status = "wahrgenommen"
                self._type(visits, visits.find(visit.mark), visit.mark, {"Status": "wahrgenommen"})
                mark = visit.address.partition("@")[0].upper()
                row, first = cases.find(mark), {"Erstkontakt am": _midnight(visit.start.date()), "Phase": "Begleitung"}
                done = self.chance.random() < 0.5
                closed = {"Phase": "Abgeschlossen", "Abgeschlossen am": _midnight(visit.start.date())} if done else {}
                self._type(cases, row, mark, {**first, **closed, "Bemerkung": f"war da am {visit.start:%d.%m.}"})

    def _delete_an_old_one(self, visits: Sheet) -> None:
        """An appointment of last year goes."""
        row = visits.last // 3
        mark = visits.get(row, MARK)
        if not mark:
            self.deleted.append(visits.get(row, NUMBERS[visits.name]))
            visits.delete(row)

    def lost_edits(self) -> list[str]:
        """What was typed and does not stand there any more."""
        book = self._load()
        sheets = {name: Sheet(book[name]) for name in ("Fälle", "Termine")}
        rows = {(name, sheet.get(row, MARK)): row for name, sheet in sheets.items() for row in sheet.rows()}
        lost = []
        for place, cells in self.typed.items():
            if place not in rows:
                lost.append(f"{place} is gone")
                continue
            found = {heading: sheets[place[0]].get(rows[place], heading) for heading in cells}
            lost += [
                f"{place} {name}: {found[name]!r}, not {value!r}"
                for name, value in cells.items()
                if found[name] != value
            ]
        return lost

    def doubled_rows(self) -> list[str]:
        """Numbers and marks that stand twice."""
        book = self._load()
        found = []
        for name, heading in (("Fälle", "Fall-Nr."), ("Termine", "Termin-Nr.")):
            sheet = Sheet(book[name])
            marked = [row for row in sheet.rows() if sheet.get(row, MARK)]
            for column in (MARK, heading):
                values = [sheet.get(row, column) for row in marked if sheet.get(row, column)]
                found += sorted({f"{name} {value}" for value in values if values.count(value) > 1})
        return found

    def was_true(self, address: str, at: datetime, text: str) -> bool:
        """Whether a mail says what staff knew of the client's appointment when it left. A change of the
        last two hours may be on its way, or not saved yet."""
        for visit in (item for item in self.visits.values() if item.address == address):
            starts = [visit.start, *(start for start, until in visit.past if at <= until + timedelta(hours=2))]
            if any(f"{start:%d.%m.%Y}" in text and f"{start:%H:%M}" in text for start in starts):
                return True
        return False


class Sheet:
    """A tab with one line of headings, by heading."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet, self.name = sheet, sheet.title
        self.columns = {cell.value: cell.column for cell in sheet[1] if cell.value}
        self.last = sheet.max_row  # openpyxl looks at every cell to know it

    def rows(self) -> range:
        """Numbers of the rows below the headings."""
        return range(2, self.last + 1)

    def get(self, row: int, heading: str) -> Any:
        """A cell's value."""
        return self.sheet.cell(row, self.columns[heading]).value

    def set(self, row: int, heading: str, value: Any) -> None:
        """Type a value."""
        self.sheet.cell(row, self.columns[heading]).value = value
        self.last = max(self.last, row)

    def delete(self, row: int) -> None:
        """Take a whole row out."""
        self.sheet.delete_rows(row)
        self.last -= 1

    def find(self, mark: str) -> int:
        """The row with that mark."""
        return next(row for row in self.rows() if self.get(row, MARK) == mark)

    def blank_row(self) -> int:
        """The first row below everything."""
        filled = (row for row in reversed(self.rows()) if any(self.get(row, name) is not None for name in self.columns))
        return next(filled, 1) + 1

    def sort(self, heading: str) -> None:
        """All rows by a column; what is no date comes last."""
        rows = [[cell.value for cell in self.sheet[row]] for row in self.rows()]
        column = self.columns[heading] - 1
        rows.sort(key=lambda row: row[column] if isinstance(row[column], datetime) else datetime.max)  # noqa: DTZ901
        for number, row in zip(self.rows(), rows, strict=True):
            for place, value in enumerate(row, start=1):
                self.sheet.cell(number, place).value = value


def _when(start: datetime) -> dict[str, Any]:
    return {"Datum": _midnight(start.date()), "Uhrzeit": start.time()}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
