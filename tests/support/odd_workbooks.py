"""Workbooks as teams have them, each odd in its own way. All people in them are invented."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, time
from pathlib import Path

import openpyxl

CASE_ROWS = (
    ("H-1", date(2024, 9, 2), "Jobcenter", "Petrenko", "Oksana", date(1990, 3, 4), "ukr., russ.", "o.petrenko@t.test",
     "0151 23456789", "Begleitung", "AB"),
    ("H-2", date(2024, 9, 5), "JC", "Haddad", "Samir", date(1985, 7, 21), "Arab", "s.haddad@t.test",
     "0151 23456780", "Neu", "CD"),
    ("H-3", date(2024, 9, 9), "Jugendamt", "Ionescu", "Maria", date(1979, 1, 30), "العربية", "m.ionescu@t.test",
     "0151 23456781", "Erstkontakt", "AB"),
    ("H-4", date(2024, 9, 12), "Job-Center", "Yildiz", "Emre", date(2001, 11, 8), "tr", "e.yildiz@t.test",
     "0151 23456782", "Assessment", "CD"),
)  # fmt: skip
CASE_HEADINGS = ("Fall-Nr.", "Eingang", "Vermittelt durch", "Nachname", "Vorname", "Geburtsdatum", "Sprachen", "E-Mail",
                 "Telefon", "Phase", "Zuständig")  # fmt: skip
CASE_FIELDS = ("number", "received", "source", "last_name", "first_name", "birth_date", "languages", "email", "phone",
               "phase", "manager")  # fmt: skip
APPOINTMENT_ROWS = (
    ("H-1", date(2024, 11, 4), time(9, 30), "Rathaus", "AB", "geplant"),
    ("H-2", date(2024, 11, 5), time(10, 0), "Café Brücke", "CD", "bestätigt"),
    ("H-3", date(2024, 10, 7), time(11, 15), "Rathaus", "AB", "wahrgenommen"),
)
APPOINTMENT_HEADINGS = ("Fall-Nr.", "Datum", "Uhrzeit", "Ort", "Beratung durch", "Status")
APPOINTMENT_FIELDS = ("case", "date", "time", "place", "manager", "status")
TEAM_ROWS = (
    ("AB", "Anna Brandt", "Deutsch, Ukrainisch", 30, "Mo-Do"),
    ("CD", "Cem Demir", "Deutsch, Türkisch", 25, "Mo, Mi, Fr"),
    ("EF", "Eva Fuchs", "Deutsch, Arabisch", 20, "Di-Fr"),
)
TEAM_HEADINGS = ("Kürzel", "Name", "Sprachen", "Kapazität", "Arbeitstage")
TEAM_FIELDS = ("code", "name", "languages", "capacity", "working_days")

Sheet = openpyxl.worksheet.worksheet.Worksheet


def put(sheet: Sheet, rows: Sequence[Sequence[object]], row: int = 1, column: int = 1) -> None:
    """Rows of values from a cell on."""
    for number, cells in enumerate(rows, start=row):
        for place, value in enumerate(cells, start=column):
            sheet.cell(number, place).value = value


def book(path: Path, fill: Callable[[openpyxl.Workbook], None]) -> Path:
    """A workbook filled by a function."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    fill(made)
    made.save(path)
    return path


def add(
    made: openpyxl.Workbook, name: str, headings: Sequence[str], rows: Sequence[Sequence[object]], row: int = 1
) -> Sheet:
    """A tab with a table that begins in a row."""
    sheet = made.create_sheet(name)
    put(sheet, [headings, *rows], row)
    return sheet


def others(made: openpyxl.Workbook) -> None:
    """The plain tabs for appointments and team, where the oddity lies elsewhere."""
    add(made, "Termine", APPOINTMENT_HEADINGS, APPOINTMENT_ROWS)
    add(made, "Team", TEAM_HEADINGS, TEAM_ROWS)


def title_rows(made: openpyxl.Workbook) -> None:
    sheet = add(made, "Fälle", CASE_HEADINGS, CASE_ROWS, row=5)
    sheet["A1"] = "Fallliste 2024"
    sheet["A2"] = "Bitte nicht sortieren! Fragen an Frau Brandt"
    sheet.merge_cells("A1:F1")
    others(made)


def english(made: openpyxl.Workbook) -> None:
    headings = ("Case no.", "Date received", "Referral source", "Surname", "First name", "DOB", "Language(s)",
                "Email address", "Mobile", "Case status", "Case Manager")  # fmt: skip
    add(made, "Clients", headings, CASE_ROWS)
    add(made, "Meetings", ("Case ID", "Day", "Start time", "Venue", "With", "Appointment status"), APPOINTMENT_ROWS)
    add(made, "Staff", ("Initials", "Full name", "Languages", "Max. cases", "Working days"), TEAM_ROWS)


def abbreviated(made: openpyxl.Workbook) -> None:
    headings = (
        "AZ",
        "Eing.",
        "Verm. durch",
        "Nachn.",
        "Vorn.",
        "Geb.-Dat.",
        "Spr.",
        "Mail",
        "Tel.-Nr.",
        "Phase",
        "Zust.",
    )
    add(made, "Fälle", headings, CASE_ROWS)
    others(made)


def line_breaks(made: openpyxl.Workbook) -> None:
    headings = ("Fall-\nNr.", "Eingang\nam", "Vermittelt\ndurch", "Nach-\nname", "Vor-\nname", "Geburts-\ndatum",
                "Sprache\n(n)", "E-Mail-\nAdresse", "Telefon\n", " Phase ", "Zuständig")  # fmt: skip
    add(made, "Fälle", headings, CASE_ROWS)
    others(made)


def merged_downwards(made: openpyxl.Workbook) -> None:
    sheet = made.create_sheet("Fälle")
    upper = [*CASE_HEADINGS[:7], "Kontakt", None, *CASE_HEADINGS[9:]]
    lower = [None] * 7 + ["E-Mail", "Telefon", None, None]
    put(sheet, [upper, lower, *CASE_ROWS], 3)
    sheet["A1"] = "KIM – alle Fälle"
    for column in (*range(1, 8), 10, 11):
        sheet.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)
    sheet.merge_cells("H3:I3")
    others(made)


def under_a_title(made: openpyxl.Workbook) -> None:
    add(made, "Fälle", CASE_HEADINGS, CASE_ROWS)
    add(made, "Termine", APPOINTMENT_HEADINGS, APPOINTMENT_ROWS)
    sheet = made.create_sheet("Team")
    rows = [(*cells, date(2024, 8, 1), date(2024, 8, 20)) for cells in TEAM_ROWS]
    put(sheet, [(None,) * 5 + ("Abwesend", None), (*TEAM_HEADINGS, "von", "bis"), *rows])
    sheet.merge_cells("F1:G1")


def side_by_side(made: openpyxl.Workbook) -> None:
    sheet = add(made, "Fälle", CASE_HEADINGS, CASE_ROWS, row=2)
    put(sheet, [TEAM_HEADINGS, *TEAM_ROWS], 2, len(CASE_HEADINGS) + 2)
    add(made, "Termine", APPOINTMENT_HEADINGS, APPOINTMENT_ROWS)


def one_below_the_other(made: openpyxl.Workbook) -> None:
    sheet = add(made, "KIM", CASE_HEADINGS, CASE_ROWS, row=2)
    sheet["A1"] = "Fälle"
    below = 2 + len(CASE_ROWS) + 3
    sheet.cell(below - 1, 1).value = "Unser Team"
    put(sheet, [TEAM_HEADINGS, *TEAM_ROWS], below)
    add(made, "Termine", APPOINTMENT_HEADINGS, APPOINTMENT_ROWS)


def own_words(made: openpyxl.Workbook) -> None:
    add(made, "Fälle", CASE_HEADINGS, [(*row[:9], phase, row[10]) for row, phase in zip(
        CASE_ROWS, ("Begleit.", "Neuaufnahme", "Erstkontkt", "Clearing"), strict=True)])  # fmt: skip
    others(made)


def full_names(made: openpyxl.Workbook) -> None:
    headings = ("Fall-Nr.", "Name", "Sprache", "Status")
    rows = [(row[0], f"{row[3]}, {row[4]}", row[6], row[9]) for row in CASE_ROWS]
    add(made, "Klientenliste", headings, rows)
    others(made)


def renamed_tabs(made: openpyxl.Workbook) -> None:
    add(made, "Liste 2024", CASE_HEADINGS, CASE_ROWS)
    add(made, "Okt-Dez", APPOINTMENT_HEADINGS, APPOINTMENT_ROWS)
    add(made, "wer macht was", TEAM_HEADINGS, TEAM_ROWS)
    made.create_sheet("Notizen")["A1"] = "Kaffee kaufen"


def strange_headings(made: openpyxl.Workbook) -> None:
    headings = ("Kennung", "Seit wann", "Woher", "Familienname", "Rufname", "geboren", "spricht",
                "elektronisch erreichbar", "Festnetz/Handy", "wo stehen wir", "wer kümmert sich")  # fmt: skip
    add(made, "Fälle", headings, CASE_ROWS)
    others(made)


SHAPES: dict[str, Callable[[openpyxl.Workbook], None]] = {
    shape.__name__: shape
    for shape in (title_rows, english, abbreviated, line_breaks, merged_downwards, under_a_title, side_by_side,
                  one_below_the_other, own_words, full_names, renamed_tabs, strange_headings)
}  # fmt: skip
