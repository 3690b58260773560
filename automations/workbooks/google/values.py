"""Cell values as the Sheets API carries them: serial numbers for dates, the format tells what they are.

Serial numbers count days from 1899-12-30 in the spreadsheet's own zone (Sheets API, "Date and time values")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from automations.model.values import Value, is_number

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - cells have no zone
_LAST_SERIAL = 2_958_466  # the first day that no date can have (10000-01-01)
_FIRST_DAY = 4_000  # times from here on are moments shown as a time of day, below they are durations
_DAY = 24 * 60 * 60

DATES = frozenset({"DATE", "DATE_TIME"})
TIMES = frozenset({"TIME"})

_ERRORS: Mapping[str, str] = {
    "ERROR": "#ERROR!", "NULL_VALUE": "#NULL!", "DIVIDE_BY_ZERO": "#DIV/0!", "VALUE": "#VALUE!", "REF": "#REF!",
    "NAME": "#NAME?", "NUM": "#NUM!", "N_A": "#N/A", "LOADING": "#LOADING!",
}  # fmt: skip

# Number formats of numbers with zeros in front, perhaps after a fixed text ("KIM-"0000).
_ZEROS = re.compile(r'(?:"(?P<before>[^"]*)")?(?P<zeros>0{2,})')

_PATTERNS: Mapping[str, str] = {"DATE": "dd.mm.yyyy", "DATE_TIME": "dd.mm.yyyy hh:mm", "TIME": "hh:mm"}


def format_type(cell: Mapping[str, Any]) -> str:
    """The kind of number format that a cell shows: "DATE", "TIME", …; "" for none of its own."""
    return str(cell.get("effectiveFormat", {}).get("numberFormat", {}).get("type", ""))


def tells_what_was_entered(cell: Mapping[str, Any]) -> bool:
    """Whether an answer shows that something plain was typed here: the mask leaves an empty message of it."""
    return cell.get("userEnteredValue") == {}


def is_spilled(cell: Mapping[str, Any]) -> bool:
    """Whether a value stands here that nobody entered: it is part of the result of a formula elsewhere
    (ARRAYFORMULA, IMPORTRANGE, QUERY, FILTER), which breaks when something is written into it."""
    return "effectiveValue" in cell and "userEnteredValue" not in cell


def read_value(cell: Mapping[str, Any]) -> Value:
    """What stands in a cell (CellData of the API); None for a blank one and for an error."""
    value = cell.get("effectiveValue") or {}
    if "numberValue" in value:
        return _with_zeros(value["numberValue"], cell) or _number(value["numberValue"], format_type(cell))
    if "boolValue" in value:
        return bool(value["boolValue"])
    return str(value["stringValue"]) if "stringValue" in value else None


def read_error(cell: Mapping[str, Any]) -> str:
    """The name of the error that a cell shows ("#N/A"); "" for none."""
    value = cell.get("effectiveValue") or {}
    if "errorValue" not in value:
        return ""
    return _ERRORS.get(str(value["errorValue"].get("type", "")), "#ERROR!")


def _with_zeros(number: float, cell: Mapping[str, Any]) -> str:
    """A number that the team made look like a text with zeros in front ("0008"), as they read it; else ""."""
    pattern = str(cell.get("effectiveFormat", {}).get("numberFormat", {}).get("pattern", ""))
    found = _ZEROS.fullmatch(pattern)
    # Zeros in front are shown of whole numbers only.
    if not found or number < 0 or not float(number).is_integer():
        return ""
    return f"{found['before'] or ''}{int(number):0{len(found['zeros'])}d}"


def _number(number: float, kind: str) -> Value:
    if kind in DATES | TIMES and 0 <= number < _LAST_SERIAL:
        return _moment(float(number), kind)
    # JSON has one kind of number; above 10^15 a double no longer tells whole ones apart.
    return int(number) if float(number).is_integer() and abs(number) < 10**15 else float(number)


def _moment(serial: float, kind: str) -> Value:
    # Rounded: a serial number is a binary fraction, and 10:00 would be read as 09:59:59.
    seconds = round(serial * _DAY)
    moment = _EPOCH + timedelta(seconds=seconds)
    if kind in TIMES and serial < _FIRST_DAY:
        # “36:00” is a length and no time of day.
        return moment.time() if seconds < _DAY else serial
    return moment.date() if moment.time() == time(0) else moment


def serial(value: date | time) -> float:
    """A date, time or moment as a serial number."""
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / _DAY
    moment = value.replace(tzinfo=None) if isinstance(value, datetime) else datetime.combine(value, time(0))
    days = (moment - _EPOCH) / timedelta(days=1)
    return int(days) if days.is_integer() else days


def entered(value: Value) -> dict[str, Any]:
    """A value as `userEnteredValue`: taken as it is, never parsed. Empty for a blank."""
    if value is None or value == "":
        return {}
    # Before numbers: Python takes a tick for 1.
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    return {"numberValue": serial(value) if isinstance(value, date | time) else value}


def _kind(value: Value) -> str:
    if isinstance(value, datetime):
        return "DATE_TIME"
    if isinstance(value, date):
        return "DATE"
    return "TIME" if isinstance(value, time) else ""


def written_cell(value: Value, shown_as: str) -> tuple[dict[str, Any], str]:
    """(CellData, mask of its fields) to write a value into a cell that shows numbers as `shown_as`.

    The team's format stays unless it would turn the value into something else."""
    cell: dict[str, Any] = {"userEnteredValue": entered(value)} if entered(value) else {}
    kind, number = _kind(value), is_number(value)
    fitting = shown_as in (DATES if kind in DATES else TIMES) if kind else not (number and shown_as in DATES | TIMES)
    if fitting:
        return cell, "userEnteredValue"
    if kind:
        cell["userEnteredFormat"] = {"numberFormat": {"type": kind, "pattern": _PATTERNS[kind]}}
    return cell, "userEnteredValue,userEnteredFormat.numberFormat"
