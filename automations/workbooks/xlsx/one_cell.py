"""`kim cell`: one cell of a workbook set by hand, with everything else in the file kept as it is."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from pathlib import Path

from automations.common.errors import why
from automations.model.values import Value
from automations.workbooks.cellrefs import cell_name, parse_cell, quoted, split_qualified
from automations.workbooks.refusals import Refusal
from automations.workbooks.stores.locks import holders
from automations.workbooks.stores.opening import revision_of
from automations.workbooks.stores.replacing import copy_name, file_revision, make_durable, replace
from automations.workbooks.xlsx.changes import patch

_NUMBER = re.compile(r"[-]?(?:0|[1-9]\d*)(?:[.,]\d+)?")
_LONGEST = 300  # characters of a number: a cell holds up to 1.8e308
_DAY = re.compile(r"(?:(\d{4})-(\d\d)-(\d\d)|(\d\d?)\.(\d\d?)\.(\d{4}))(?:[T ]+(\d\d?:\d\d(?::\d\d)?))?")
_TIME = re.compile(r"(\d\d?):(\d\d)(?::(\d\d))?")
_TRUTH = {"true": True, "wahr": True, "false": False, "falsch": False}
_EVERY_LOCK_COUNTS = 0.0  # seconds since the epoch: no lock is older, so none is taken for stale


def set_cell(path: Path | str, ref: str, text: str, out: Path | str | None = None) -> str:
    """Set the cell `ref` ("Tab!B7", "'My tab'!B7") to what a person typed; write to `out`, or into
    the file itself. What the cell holds now, in words.

    Raises WorkbookError (Refusal) where that is not safe; the file is then unchanged."""
    tab, reference = split_qualified(ref)
    value, path = typed(text), Path(path)
    edits = {tab: {reference: value}}
    if out is None:
        _patch_in_place(path, edits)
    else:
        patch(path, out, edits)
    shown = "" if value is None else value.isoformat() if isinstance(value, date | time) else str(value)
    return f"{quoted(tab)}!{cell_name(*parse_cell(reference))} = {shown}"


def typed(text: str) -> Value:
    """What a person means by a typed value: a number (decimal point or comma, no thousands marks), a
    date (2024-10-31, 31.10.2024, with a time or not), a time, true or false; else text.

    Numbers with leading zeros or a plus (telephone numbers) stay text, and so does everything after
    an apostrophe, as in Excel. Blank clears the cell."""
    text = text.strip()
    # As in Excel: a sign before it makes a text of whatever follows.
    if text.startswith("'"):
        return text[1:]
    if text.lower() in _TRUTH:
        return _TRUTH[text.lower()]
    if len(text) <= _LONGEST and _NUMBER.fullmatch(text):
        return float(text.replace(",", ".")) if re.search("[.,]", text) else int(text)
    try:
        return _moment(text) or text or None
    except ValueError:  # 31.02.2024 is text, as Excel has it
        return text


def _moment(text: str) -> date | time | None:
    if found := _TIME.fullmatch(text):
        return _time(found)
    found = _DAY.fullmatch(text)
    if not found:
        return None
    year, month, day = found[1] or found[6], found[2] or found[5], found[3] or found[4]
    whole = date(int(year), int(month), int(day))
    clock = _TIME.fullmatch(found[7]) if found[7] else None
    return datetime.combine(whole, _time(clock)) if clock else whole


def _time(found: re.Match[str]) -> time:
    return time(int(found[1]), int(found[2]), int(found[3] or 0))


def _patch_in_place(path: Path, edits: dict[str, dict[str, Value]]) -> None:
    """The changed copy takes the file's place only if that was not changed meanwhile."""
    # Whoever sets one cell by hand can close the program first; a run could not ask.
    if holders(path, _EVERY_LOCK_COUNTS):
        raise Refusal("open", path=path.name)
    before, copy = file_revision(path), copy_name(path, "kim cell")
    patch(path, copy, edits)
    try:
        make_durable(copy, path)
        if not replace(copy, path, before, revision_of(copy.read_bytes())):
            raise Refusal("changed", path=path.name)
    except OSError as error:
        raise Refusal("unwritable", path=path, reason=why(error)) from error
    finally:
        copy.unlink(missing_ok=True)
