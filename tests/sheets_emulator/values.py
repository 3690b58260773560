"""What a typed value becomes, and how a cell's value is given back.

Dates are serial numbers: days since 1899-12-30 in the spreadsheet's own zone.
"""

import math
import re
from datetime import date, datetime, time, timedelta
from typing import Any

from tests.sheets_emulator.errors import RequestError
from tests.sheets_emulator.formulas import computed
from tests.sheets_emulator.numberformats import shown

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's times are wall-clock times
Message = dict[str, Any]
LONGEST = 50_000

ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?")
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?: (\d{1,2}:\d{2}(?::\d{2})?))?")
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(?:(\d{4}|\d{2}))?(?: (\d{1,2}:\d{2}(?::\d{2})?))?")
SHORT_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


def serial(moment: date | datetime | time) -> float:
    """The serial number of a wall-clock moment, a day, or a time of day."""
    if isinstance(moment, time):
        moment = datetime.combine(EPOCH, moment)
    elif not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    number = (moment - EPOCH) / timedelta(days=1)
    return int(number) if number == int(number) else number


def raw(value: Any) -> Message:
    """The ExtendedValue of a value written with RAW: nothing is parsed."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int | float):
        return {"numberValue": value}
    return {"stringValue": str(value)}


def typed(value: Any, locale: str) -> tuple[Message, Message | None]:
    """(ExtendedValue, number format) of a value written with USER_ENTERED, as if typed in that locale."""
    if not isinstance(value, str):
        return raw(value), None
    if value.startswith("'"):
        return {"stringValue": value[1:]}, None
    if value.startswith("=") and len(value) > 1:
        return {"formulaValue": value}, None
    text = value.strip()
    if text.upper() in {"TRUE", "FALSE"} or (locale == "de_DE" and text.upper() in {"WAHR", "FALSCH"}):
        return {"boolValue": text.upper() in {"TRUE", "WAHR"}}, None
    return _number(text, locale) or _moment(text, locale) or ({"stringValue": value}, None)


def _number(text: str, locale: str) -> tuple[Message, Message | None] | None:
    point, group = (",", ".") if locale == "de_DE" else (".", ",")
    whole = rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+|\d+"
    digits = rf"(?:(?:{whole})(?:{re.escape(point)}\d*)?|{re.escape(point)}\d+)(?:[eE][+-]?\d+)?"
    found = re.fullmatch(rf"([+-]?)(€|\$)?({digits}) ?(%|€)?", text)
    if not found or not math.isfinite(float(found[3].replace(group, "").replace(point, "."))):
        return None
    digits = found[3].replace(group, "").replace(point, ".")
    number = float(digits) * (-1 if found[1] == "-" else 1)
    return _formatted(number, found[3], found[4] or found[2] or "", (group, point))


def _formatted(number: float, text: str, sign: str, marks: tuple[str, str]) -> tuple[Message, Message | None]:
    group, point = marks
    fraction = ".00" if point in text else ""
    form: Message | None = None
    if sign == "%":
        number /= 100
        form = {"type": "PERCENT", "pattern": f"0{fraction}%"}
    elif sign:
        form = {
            "type": "CURRENCY",
            "pattern": f"#,##0{fraction}\xa0{sign}" if sign == "€" else f'"{sign}"#,##0{fraction}',
        }
    elif re.search("[eE]", text):
        form = {"type": "SCIENTIFIC", "pattern": "0.00E+00"}
    elif group in text:
        form = {"type": "NUMBER", "pattern": f"#,##0{fraction}"}
    whole = number == int(number) if abs(number) < 1e15 else False
    return {"numberValue": int(number) if whole else number}, form


def _moment(text: str, locale: str) -> tuple[Message, Message | None] | None:
    found = CLOCK.fullmatch(text)
    if found:
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        if minutes > 59 or seconds > 59:
            return None
        number = (hours * 3600 + minutes * 60 + seconds) / 86400
        pattern = "hh:mm:ss" if found[3] else "hh:mm"
        return {"numberValue": number}, {"type": "TIME", "pattern": pattern}
    day, clock, pattern = _date(text, locale)
    if day is None:
        return None
    if not clock:
        return {"numberValue": serial(day)}, {"type": "DATE", "pattern": pattern}
    hours, minutes, *rest = (int(part) for part in clock.split(":"))
    share = (hours * 3600 + minutes * 60 + sum(rest)) / 86400
    return {"numberValue": serial(day) + share}, {"type": "DATE_TIME", "pattern": f"{pattern} hh:mm"}


def _date(text: str, locale: str) -> tuple[date | None, str, str]:
    if found := ISO.fullmatch(text):
        parts, clock, pattern = (found[1], found[2], found[3]), found[4] or "", "yyyy-mm-dd"
    elif locale != "de_DE" and (found := SLASHED.fullmatch(text)):
        parts, clock, pattern = (found[3], found[1], found[2]), found[4] or "", "m/d/yyyy"
    elif locale == "de_DE" and (found := DOTTED.fullmatch(text) or SHORT_DOTTED.fullmatch(text)):
        groups = (*found.groups(), None, None)
        parts, clock = (groups[2] or str(date.today().year), found[2], found[1]), groups[3] or ""  # noqa: DTZ011 - as Google: this year
        pattern = "dd.mm.yyyy"
    else:
        return None, "", ""
    year = int(parts[0]) + (2000 if int(parts[0]) < 50 else 1900 if int(parts[0]) < 100 else 0)
    try:
        return date(year, int(parts[1]), int(parts[2])), clock, pattern
    except ValueError:
        return None, "", ""


def stored(value: Any) -> tuple[Message, Message | None]:
    """(ExtendedValue, number format) of a Python value that a test puts into a cell: a date becomes a date's number."""
    patterns = ((datetime, "DATE_TIME", "dd.mm.yyyy hh:mm"), (date, "DATE", "dd.mm.yyyy"), (time, "TIME", "hh:mm"))
    for kind, name, pattern in patterns:
        if isinstance(value, kind):
            return {"numberValue": serial(value)}, {"type": name, "pattern": pattern}
    if isinstance(value, str) and value.startswith("="):
        return {"formulaValue": value}, None
    return raw(value), None


def with_value(cell: Message, value: Message | None, form: Message | None = None) -> Message:
    """The cell with another value; a number format that typing implies is set only where the cell has none."""
    changed = {
        k: v for k, v in cell.items() if k not in {"userEnteredValue", "effectiveValue", "textFormatRuns", "hyperlink"}
    }
    if not value or value == {"stringValue": ""}:
        return changed
    if len(str(value.get("stringValue", value.get("formulaValue", "")))) > LONGEST:
        raise RequestError(f"Your input contains more than the maximum of {LONGEST} characters in a single cell.")
    changed["userEnteredValue"] = value
    changed["effectiveValue"] = computed(value["formulaValue"]) if "formulaValue" in value else value
    style = cell.get("userEnteredFormat", {})
    if form and "numberFormat" not in style:
        changed["userEnteredFormat"] = {**style, "numberFormat": form}
    return changed


def text_of(cell: Message, locale: str) -> str:
    """The formatted value: what a person sees."""
    value = cell.get("effectiveValue", {})
    if "numberValue" in value:
        return shown(value["numberValue"], cell.get("userEnteredFormat", {}).get("numberFormat", {}), locale)
    if "boolValue" in value:
        words = ("WAHR", "FALSCH") if locale == "de_DE" else ("TRUE", "FALSE")
        return words[0] if value["boolValue"] else words[1]
    if "errorValue" in value:
        return error_text(value["errorValue"])
    return str(value.get("stringValue", ""))


def error_text(error: Message) -> str:
    """An error as a cell shows it."""
    names = {"DIVIDE_BY_ZERO": "#DIV/0!", "N_A": "#N/A", "NAME": "#NAME?", "NULL_VALUE": "#NULL!", "NUM": "#NUM!"}
    names |= {"REF": "#REF!", "VALUE": "#VALUE!", "ERROR": "#ERROR!", "LOADING": "Loading..."}
    return names.get(str(error.get("type")), "#ERROR!")


def given_back(cell: Message, locale: str, render: str, moments: str) -> Any:
    """A cell's value in an answer of values.*; "" for a cell without value."""
    value = cell.get("effectiveValue", {})
    if render == "FORMULA" and "formulaValue" in cell.get("userEnteredValue", {}):
        return cell["userEnteredValue"]["formulaValue"]
    if render not in {"UNFORMATTED_VALUE", "FORMULA"} or "errorValue" in value:
        return text_of(cell, locale)
    form = cell.get("userEnteredFormat", {}).get("numberFormat", {}).get("type")
    if moments == "FORMATTED_STRING" and form in {"DATE", "TIME", "DATE_TIME"} and "numberValue" in value:
        return text_of(cell, locale)
    return next(iter(value.values()), "")
