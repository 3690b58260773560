"""Writes the invented team's workbook as an office would have it: tables, drop-downs, colours, a chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from operator import attrgetter
from pathlib import Path
from typing import Any

import xlsxwriter
from msgspec import Struct

from automations.setup.demo import own_tabs
from automations.setup.demo.rows import AppointmentRow, CaseRow, Formula, Tables, Typed
from automations.setup.demo.sheets import (
    APPOINTMENTS,
    CASES,
    DECISIONS,
    INTERPRETERS,
    LOCATIONS,
    NATURALISATION,
    SCENARIOS,
    TEAM,
    Column,
)

_EPOCH = date(1899, 12, 30).toordinal()
_SPARE = 300  # rows below the data that have drop-downs too
_FORMATS: Mapping[str, Mapping[str, object]] = {
    "text": {"valign": "top"},
    "wrap": {"valign": "top", "text_wrap": True},
    "date": {"valign": "top", "num_format": "dd.mm.yyyy", "align": "left"},
    "time": {"valign": "top", "num_format": "hh:mm", "align": "left"},
    "month": {"valign": "top", "num_format": "[$-407]mmmm yyyy", "align": "left"},
    "number": {"valign": "top", "num_format": "0", "align": "center"},
    "header": {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "valign": "vcenter", "text_wrap": True,
               "bottom": 1, "bottom_color": "#1F4E79"},
    "title": {"bold": True, "font_size": 14, "font_color": "#1F4E79"},
    "note": {"italic": True, "font_color": "#7F7F7F"},
    "red": {"bg_color": "#FFC7CE", "font_color": "#9C0006", "bold": True},
    "amber": {"bg_color": "#FFEB9C", "font_color": "#7F6000"},
    "grey": {"font_color": "#8C8C8C"},
    "green": {"bg_color": "#E2EFDA", "font_color": "#375623"},
}  # fmt: skip


class TeamWorkbook:
    """The workbook while it is being written. `large` gives up Excel tables for memory that stays small."""

    def __init__(self, path: Path, at: datetime, *, large: bool = False) -> None:
        self.book: Any = xlsxwriter.Workbook(str(path), {"constant_memory": large})
        self.book.set_properties(
            {"title": "KIM-Team", "author": "KIM Emscherbrück", "created": at.replace(tzinfo=None)}
        )
        self.formats = {name: self.book.add_format({"font_name": "Calibri", **look}) for name, look in _FORMATS.items()}
        self._large = large

    def table(
        self, tab: str, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Typed]], count: int,
        team: int = 0, top: int = 0, freeze: int = 1,
    ) -> Any:  # fmt: skip
        """A tab with one table of `count` rows under the header in row `top` (from 0)."""
        sheet = self.book.add_worksheet(tab)
        for index, column in enumerate(columns):
            look = self.formats[column.kind]
            sheet.set_column(index, index, column.width, look, {"hidden": True} if column.hidden else {})
        sheet.freeze_panes(top + 1, freeze)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top)
        last = top + max(count, 1)
        # An Excel table is kept in memory until the file is closed, and needs a row.
        if not self._large and count:
            header = [{"header": column.heading, "header_format": self.formats["header"]} for column in columns]
            style = {"name": name, "style": "Table Style Light 9", "columns": header}
            sheet.add_table(top, 0, last, len(columns) - 1, style)
        else:
            sheet.autofilter(top, 0, last, len(columns) - 1)
        sheet.set_row(top, 32 if any(len(column.heading) > column.width for column in columns) else 20)
        for index, column in enumerate(columns):
            sheet.write_string(top, index, column.heading, self.formats["header"])
        _choices(sheet, columns, top + 1, last + _SPARE, team)
        self._rows(sheet, columns, rows, top + 1)
        return sheet

    def _rows(self, sheet: Any, columns: Sequence[Column], rows: Iterable[Sequence[Typed]], first: int) -> None:
        looks = [self.formats[column.kind] for column in columns]
        for number, row in enumerate(rows, first):
            for index, value in enumerate(row):
                if value is not None:
                    write(sheet, number, index, value, looks[index])

    def close(self) -> None:
        """Writes the file."""
        self.book.close()


def write(sheet: Any, row: int, column: int, value: Typed, look: Any) -> None:
    """One cell, typed as Excel would hold it."""
    if isinstance(value, str):
        sheet.write_string(row, column, value, look)
    elif isinstance(value, Formula):
        sheet.write_formula(row, column, value.text, look, value.result)
    elif isinstance(value, time):
        sheet.write_number(row, column, (value.hour * 60 + value.minute) / 1440, look)
    elif isinstance(value, date):
        sheet.write_number(row, column, value.toordinal() - _EPOCH, look)
    else:
        sheet.write_number(row, column, value, look)


def write_team_workbook(path: Path, tables: Tables, at: datetime, *, large: bool = False) -> None:
    """The team's workbook with all tables and the tabs that are the team's own."""
    book = TeamWorkbook(path, at, large=large)
    team = len(tables.team) + 1
    sheet = book.table("Fälle", "Faelle", CASES, _cells(CaseRow, tables.cases), len(tables.cases), team, freeze=1)
    _colour_cases(book, sheet, len(tables.cases))
    sheet.write_comment(0, 11, "Bitte immer fragen: Ist E-Mail sicher? Liest jemand mit?", {"author": "A. Brandt"})
    count = len(tables.appointments)
    sheet = book.table(
        "Termine", "Termine", APPOINTMENTS, _cells(AppointmentRow, tables.appointments), count, team, freeze=2
    )
    _colour_appointments(book, sheet, count)
    book.table("Team", "Team", TEAM, tables.team, len(tables.team), freeze=2)
    sheet = book.table("Standorte", "Standorte", LOCATIONS, tables.locations, len(tables.locations), top=2)
    sheet.write_string(0, 0, "Beratungsstellen und Außenstellen", book.formats["title"])
    sheet.write_string(1, 0, "Änderungen bitte an Annette Brandt melden.", book.formats["note"])
    book.table("Einbürgerung", "Einbuergerung", NATURALISATION, tables.naturalisation, len(tables.naturalisation))
    book.table("Entscheidungen", "Entscheidungen", DECISIONS, (), 0)
    book.table("Szenarien", "Szenarien", SCENARIOS, own_tabs.SCENARIOS, len(own_tabs.SCENARIOS))
    book.table("Sprachmittelnde", "Sprachmittelnde", INTERPRETERS, tables.interpreters, len(tables.interpreters))
    own_tabs.notes(book.book, book.formats, at)
    own_tabs.statistics(book.book, book.formats, tables)
    book.close()


def write_managers_workbook(path: Path, at: datetime) -> None:
    """The managers' workbook: a cover of their own; kim adds its tabs."""
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"title": "KIM-Leitung", "author": "KIM Emscherbrück", "created": at.replace(tzinfo=None)})
    own_tabs.cover(book, {name: book.add_format(dict(look)) for name, look in _FORMATS.items()})
    book.close()


def _cells(kind: type[Struct], rows: Iterable[object]) -> Iterable[Sequence[Typed]]:
    return map(attrgetter(*kind.__struct_fields__), rows)


def _choices(sheet: Any, columns: Sequence[Column], first: int, last: int, team: int) -> None:
    for index, column in enumerate(columns):
        if not column.choices:
            continue
        source = column.choices
        rule = {
            "validate": "list", "source": source.format(team=team) if isinstance(source, str) else list(source),
            "error_type": "warning", "error_title": "Bitte prüfen",
            "error_message": "Dieses Wort steht nicht in der Liste.",
        }  # fmt: skip
        sheet.data_validation(first, index, last, index, rule)


def _colour_cases(book: TeamWorkbook, sheet: Any, count: int) -> None:
    _mark(sheet, (1, 19, count + _SPARE, 19), '=$T2="Notfall"', book.formats["red"])
    _mark(sheet, (1, 19, count + _SPARE, 19), '=$T2="hoch"', book.formats["amber"])
    _mark(sheet, (1, 11, count + _SPARE, 11), '=$L2="kein sicherer Kontakt"', book.formats["red"])
    _mark(sheet, (1, 0, count + _SPARE, 34), '=$AE2<>""', book.formats["grey"])


def _colour_appointments(book: TeamWorkbook, sheet: Any, count: int) -> None:
    area = (1, 9, count + _SPARE, 9)
    _mark(sheet, area, '=$J2="nicht erschienen"', book.formats["red"])
    _mark(sheet, area, '=OR($J2="abgesagt",$J2="verschoben")', book.formats["amber"])
    _mark(sheet, area, '=$J2="bestätigt"', book.formats["green"])
    _mark(sheet, area, '=$J2="wahrgenommen"', book.formats["grey"])


def _mark(sheet: Any, area: tuple[int, int, int, int], criteria: str, look: Any) -> None:
    sheet.conditional_format(*area, {"type": "formula", "criteria": criteria, "format": look})
