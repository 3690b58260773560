"""Makes the pictures of the handbook's first chapter: `python -m tests.pictures.first_steps`."""

from __future__ import annotations

import tempfile
from pathlib import Path

import openpyxl

from automations.cli import run_command
from tests.pictures.handbook import _picture, _printed
from tests.support.more_workbooks import debt_counselling


def _only(book: Path, tab: str, target: Path) -> Path:
    """A copy with one tab, across the page."""
    made = openpyxl.load_workbook(book)
    for name in made.sheetnames:
        if name != tab:
            del made[name]
    sheet = made[tab]
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    sheet.print_options.gridLines = True
    for cells in sheet.iter_cols():
        column = sheet.column_dimensions[cells[0].column_letter]
        longest = max(10 if cell.is_date else len(str(cell.value or "")) for cell in cells)
        column.width = max(column.width, min(longest + 3, 40))  # none is too narrow for its days
    made.save(target)
    return target


def main() -> None:
    """The list as it is, and the tab in which its columns are explained."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = debt_counselling().write(folder / "Fallliste.xlsx")
        for picture, tab in {"anfang-liste": "Fallübersicht", "anfang-einstellungen": "Einstellungen"}.items():
            paper = _printed(_only(book, tab, folder / f"{picture}.xlsx"), folder)
            _picture(paper, 1, picture, folder)
            run_command(
                ["init", str(folder / f"site-{picture}"), "--workbook", str(book), "--yes", "--at", "2026-11-27T10:00"]
            )


if __name__ == "__main__":
    main()
