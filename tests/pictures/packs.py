"""Makes the pictures of the handbook's chapter on packs: `python -m tests.pictures.packs`.

Each shows how a story of tests/scenarios/packs stands at its end, which a test plays as well.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import openpyxl
from openpyxl.styles import Alignment, Border, Font, Side

from automations.model.tabdoc import TabDoc
from automations.workbooks.drawing.sheets import render_tab
from tests.pictures.handbook import _picture, _printed, _run, _small
from tests.support.memory_workbook import MemoryWorkbook
from tests.support.pack_scenarios import PackStory
from tests.support.scenarios import FOLDER

LISTS = {
    "deadlines": ("Fristen", "paket-fristen", "48%x30%+0+0"),
    "conference": ("Fallkonferenz", "paket-fallkonferenz", "70%x52%+0+0"),
}
"""Pack -> the tab that it draws, the name of its picture, and the part of the page that is shown."""

OFFERED = (
    "Termin-Nr.", "Fall-Nr.", "Datum", "Uhrzeit", "Status", "Stunde anbieten", "Stunde vergeben an",
    "Stand der freien Stunde",
)  # fmt: skip
"""Columns of the appointments that the story of a freed hour fills."""

SHOWN = {"Datum": "dd.mm.yyyy", "Uhrzeit": "hh:mm"}
"""Heading -> the format of its cells."""


@contextmanager
def _played(pack: str, folder: Path) -> Iterator[tuple[PackStory, dict[str, TabDoc]]]:
    """A story at its end, and the tabs that kim drew in it, by title."""
    drawn: dict[str, TabDoc] = {}
    put = MemoryWorkbook.put

    def noted(book: MemoryWorkbook, doc: TabDoc) -> None:
        drawn[doc.title] = doc
        put(book, doc)

    with mock.patch.object(MemoryWorkbook, "put", noted):
        (folder / pack).mkdir()
        story = PackStory(FOLDER / "packs" / pack / "yes", folder / pack)
        if wrong := list(story.differences()):
            raise SystemExit("\n".join(wrong))
        yield story, drawn


def _table(story: PackStory, tab: str, columns: tuple[str, ...], target: Path) -> Path:
    """Columns of a tab of the team's, as somebody sees them in a workbook."""
    head, *rows = story.office.book.tab(tab).rows
    book = openpyxl.Workbook()
    sheet, thin = book.active, Side("thin", "999999")
    sheet.append(columns)
    for row in rows:
        values = dict(zip(head, row, strict=False))
        sheet.append([values.get(name) for name in columns])
    for line, cells in enumerate(sheet.iter_rows(), 1):
        for cell in cells:
            cell.alignment, cell.border = Alignment(vertical="top", horizontal="left"), Border(thin, thin, thin, thin)
            cell.font, name = Font("Carlito", bold=line == 1), columns[cell.column - 1]
            cell.number_format = SHOWN.get(name, "General")
            sheet.column_dimensions[cell.column_letter].width = max(13, len(name) + 4)
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    book.save(target)
    return target


def _mail(story: PackStory, to: str, name: str, folder: Path) -> None:
    """The newest mail to somebody, as a browser shows it."""
    message = [mail for mail in story.post.taken if str(mail["To"]).startswith(f"{to}@")][-1]
    page, shot = folder / f"{name}.html", folder / f"{name}.png"
    page.write_text(message.get_body(("html",)).get_content(), encoding="utf-8")
    _run("chromium", "--headless", "--no-sandbox", "--window-size=640,700", f"--screenshot={shot}", f"file://{page}")
    _small(shot, name)


def main() -> None:
    """What each pack shows that the demonstration does not use."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for pack, (tab, picture, part) in LISTS.items():
            with _played(pack, folder) as (_, drawn):
                render_tab(drawn[tab], folder / f"{picture}.xlsx", lambda _: None)
            _picture(_printed(folder / f"{picture}.xlsx", folder), 1, picture, folder, part)
        with _played("freed_hours", folder) as (story, _):
            paper = _printed(_table(story, "Termine", OFFERED, folder / "stunden.xlsx"), folder)
            _picture(paper, 1, "paket-freie-stunden", folder)
        with _played("feedback", folder) as (story, _):
            _mail(story, "nord", "paket-rueckmeldung", folder)


if __name__ == "__main__":
    main()
