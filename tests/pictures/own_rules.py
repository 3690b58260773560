"""Makes the pictures of the handbook's chapter on rules of one's own: `python -m tests.pictures.own_rules`."""

from __future__ import annotations

import tempfile
from pathlib import Path

import openpyxl
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from tests.pictures.handbook import _picture, _printed
from tests.support.handbook_rules import FIRST, LIST, MAIL, QUESTION, SECOND, begun, typed

WIDE = {"Name": 13, "Tabelle": 9, "weitere Bedingung": 30, "Zeitpunkt": 17, "Text": 22, "Spalte ausfüllen": 15,
        "Hinweis": 22, "Wert": 13, "mit": 16, "Empfänger": 11}  # fmt: skip
"""Heading -> characters that its column takes; others as much as they are long."""


def _only(book: Path, tab: str, target: Path, *names: str) -> Path:
    """A copy with one tab, across the page: of the rules those named, without columns in which nothing stands."""
    made = openpyxl.load_workbook(book)
    for name in made.sheetnames:
        if name != tab:
            del made[name]
    sheet = made[tab]
    if tab in {"Regeln", "Texte"}:
        _spread(sheet, names)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    made.save(target)
    return target


def _spread(sheet: Worksheet, names: tuple[str, ...]) -> None:
    for line in range(sheet.max_row, 1, -1):
        if names and sheet.cell(line, 1).value not in names:
            sheet.delete_rows(line)
    for column in range(sheet.max_column, 0, -1):
        if not any(sheet.cell(line, column).value for line in range(2, sheet.max_row + 1)):
            sheet.delete_cols(column)
    thin = Side("thin", "999999")
    for cell in sheet[1]:
        width = WIDE.get(str(cell.value), max(9, len(str(cell.value))))
        sheet.column_dimensions[cell.column_letter].width = (
            44 if sheet.title == "Texte" and cell.value == "Text" else width
        )
    for line, cells in enumerate(sheet.iter_rows(), 1):
        sheet.row_dimensions[line].height = 34 if line == 1 else 66
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
            cell.border, cell.font = Border(thin, thin, thin, thin), Font(bold=line == 1)


def main() -> None:
    """The tabs as somebody who follows the chapter sees them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "site").mkdir()
        site = begun(folder / "site")

        def draw(picture: str, tab: str, *names: str, part: str = "100%x100%+0+0") -> None:
            paper = _printed(_only(site.path, tab, folder / f"{picture}.xlsx", *names), folder)
            _picture(paper, 1, picture, folder, part)

        typed(site, LIST, QUESTION)
        site.run(FIRST)
        draw("regeln-liste", "Regeln", "Lange nichts gehört")
        draw("regeln-liste-blatt", "Lange nichts gehört", part="62%x40%+0+0")
        draw("regeln-frage", "Regeln", "Nachfassen")
        typed(site, MAIL, texts=True)
        site.run(SECOND)
        draw("regeln-texte", "Texte")
        draw("regeln-mail", "Regeln", "Kurs beginnt")


if __name__ == "__main__":
    main()
