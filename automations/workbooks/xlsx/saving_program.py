"""What a team has to set in the program that saves its workbook, so that the program shows what is true.

LibreOffice trusts the results that stand in a file: a formula that reads a cell of kim's keeps its old number until
somebody computes. Measured with version 7.4: no property of the file changes that (the program's name left out or
changed, `fullCalcOnLoad`, `forceFullCalc`, `calcCompleted`, `calcId`), its own setting alone does. The results that
stand there are the team's and stay.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from automations.workbooks.protocol import RawWorkbook, WorkbookError

_PROGRAM, _LONGEST = re.compile(rb"<(?:\w+:)?Application>\s*LibreOffice"), 1 << 16
_PART = "docProps/app.xml"


def uncomputed(data: bytes, raw: RawWorkbook) -> Iterator[WorkbookError]:
    """The limit of a workbook that LibreOffice saved and in which people compute something. `data` is the file."""
    if any(tab.formulas for tab in raw.tabs if tab.mark is None) and _by_libreoffice(data):
        yield WorkbookError(
            "{file}: formulas that read cells of kim's keep their old result in LibreOffice until it computes.",
            "In LibreOffice, under Tools, Options, LibreOffice Calc, Formula, choose “Always recalculate” for Excel "
            "2007 and newer.",
            code="not_computed",
            values={"file": raw.name},
        )


def _by_libreoffice(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package, package.open(_PART) as part:
            return _PROGRAM.search(part.read(_LONGEST)) is not None
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError):
        return False
