"""How a workbook remembers what is ours: hidden defined names, which every program keeps.

`_kim_tab_<n>` refers to the whole tab, so that it follows a rename or a move; `_kim_mark_<n>` is a
text constant with the tab's id, fingerprint and stand; `_kim_ledger` names the one ledger that writes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from automations.model.tabdoc import TabMark
from automations.workbooks.cellrefs import constant, quoted

LEDGER_NAME = "_kim_ledger"
_TAB, _MARK = "_kim_tab_", "_kim_mark_"


def tab_name(tab_id: str) -> str:
    """The defined name that points to a tab of ours."""
    return _TAB + _slug(tab_id)


def mark_name(tab_id: str) -> str:
    """The defined name that carries what we know of a tab of ours."""
    return _MARK + _slug(tab_id)


def points_to(sheet: str) -> str:
    """A reference to a whole sheet: it survives inserted and deleted rows and columns."""
    return f"{quoted(sheet)}!$1:$1048576"


def mark_text(tab_id: str, fingerprint: str, stand: str) -> str:
    """The content of a tab's mark, as a formula constant."""
    return constant(f"{tab_id}|{fingerprint}|{stand}")


def read_marks(names: Mapping[str, str]) -> dict[str, TabMark]:
    """Marks of tabs of ours by the present name of their sheet."""
    marks: dict[str, TabMark] = {}
    for name, refers in names.items():
        sheet = _sheet_of(refers) if name.startswith(_TAB) else None
        known = _unquoted(names.get(_MARK + name.removeprefix(_TAB), ""), '"')
        if sheet and known and known.count("|") == 2:  # noqa: PLR2004 - id, fingerprint, stand
            tab_id, fingerprint, stand = known.split("|")
            marks[sheet] = TabMark(tab_id, sheet, fingerprint, stand)
    return marks


def read_ledger(names: Mapping[str, str]) -> str:
    """The id of the ledger that writes to the workbook; "" before adoption."""
    return _unquoted(names.get(LEDGER_NAME, ""), '"')


def _slug(tab_id: str) -> str:
    # Defined names may hold letters, digits, dots and underlines alone.
    return re.sub(r"[^a-z0-9]", lambda found: f".{ord(found[0]):x}.", tab_id.lower())


def _sheet_of(refers: str) -> str | None:
    sheet, bang, _ = refers.lstrip("=").rpartition("!")
    # A deleted tab leaves #REF!; LibreOffice writes a range over a sheet as 'A':'A' only across several.
    if not bang or "#REF" in sheet:
        return None
    return _unquoted(sheet.lstrip("$"), "'") or None


def _unquoted(text: str, mark: str) -> str:
    text = text.lstrip("=")
    if len(text) > 1 and text.startswith(mark) and text.endswith(mark):
        return text[1:-1].replace(mark * 2, mark)
    return text
