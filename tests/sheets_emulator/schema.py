"""What the API's messages look like: bodies are checked against it as Google checks them.

`schema.json` is the bare shape (names and types) of the messages in Google's discovery document of the Sheets API v4.
"""

import json
import math
import re
import struct
from pathlib import Path
from typing import Any

from tests.sheets_emulator.errors import bad_fields

SCHEMA: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "schema.json").read_text(encoding="utf-8"))

# Fields whose zero is told apart from absence: the recordings show them as 0 or false.
EXPLICIT = {
    "SheetProperties": {"sheetId", "index"},
    "GridRange": {"startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex"},
    "DimensionRange": {"startIndex", "endIndex"},
    "TextFormat": set(SCHEMA["TextFormat"]),
    "ExtendedValue": set(SCHEMA["ExtendedValue"]),
    "AddSheetRequest": set(),
    "DeveloperMetadataLookup": {"metadataId"},
    "DuplicateSheetRequest": {"newSheetId", "insertSheetIndex"},
    "ProtectedRange": {"protectedRangeId"},
    "EmbeddedObjectPosition": {"sheetId"},
    "DeveloperMetadataLocation": {"sheetId"},
    "FindReplaceRequest": {"sheetId"},
    "UpdateConditionalFormatRuleRequest": {"newIndex"},
}
INTEGERS = {"int32": 1 << 31, "int64": 1 << 63}
PROTOBUF = "type.googleapis.com/google.protobuf."


def paired(message: str, field: str) -> str | None:
    """The field that mirrors a colour: `backgroundColor` and `backgroundColorStyle`."""
    fields = SCHEMA.get(message, {})
    other = field.removesuffix("Style") if field.endswith("Style") else field + "Style"
    if other in fields and {str(fields[field]), str(fields[other])} == {"Color", "ColorStyle"}:
        return other
    return None


def snake(name: str) -> str:
    """The field's name in Google's own messages about it."""
    return re.sub(r"(?<!^)([A-Z])", lambda found: "_" + found[1].lower(), name)


def camel(name: str) -> str:
    """The JSON name of a field written in snake case, which Google accepts too."""
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)


def float32(value: float) -> float:
    """The number with the fewest digits that is the same as a 32-bit float, as colours are printed."""
    packed = struct.pack("f", value)
    for digits in range(1, 10):
        short = float(f"{value:.{digits}g}")
        if struct.pack("f", short) == packed:
            return short
    return value


def plain(value: float) -> float:
    """Whole numbers as int, so that JSON prints them without a point."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def checked(message: str, body: Any, path: str = "") -> dict[str, Any]:
    """`body` as Google understands it: nulls and implicit defaults gone, names in camel case, colours mirrored.

    `path` stands in front of the field names in the error. Raises ApiError(400) naming every misfit.
    """
    misfits: list[tuple[str, str]] = []
    clean = _message(message, body, path, misfits)
    if misfits:
        raise bad_fields(misfits)
    return clean


def _message(message: str, body: Any, path: str, misfits: list[tuple[str, str]]) -> dict[str, Any]:
    if not isinstance(body, dict):
        kind = f"type.googleapis.com/google.apps.sheets.v4.{message}"
        misfits.append((path, f"Invalid value at '{path}' ({kind}), {_shown(body)}"))
        return {}
    fields = SCHEMA[message]
    clean: dict[str, Any] = {}
    for given, value in body.items():
        name = given if given in fields else camel(given)
        if name not in fields:
            where = f" at '{path}'" if path else ""
            text = f'Invalid JSON payload received. Unknown name "{given}"{where}: Cannot find field.'
            misfits.append((path, text))
        elif value is not None:
            result = _value(fields[name], value, f"{path}.{snake(name)}" if path else snake(name), misfits)
            nothing = result == {} and fields[name] == "ColorStyle"
            if not (nothing or _implicit(result)) or name in EXPLICIT.get(message, ()):
                clean[name] = result
    _mirror(message, clean)
    return clean


def _implicit(value: Any) -> bool:
    return not value and not isinstance(value, dict)


def _mirror(message: str, clean: dict[str, Any]) -> None:
    if message == "Color":
        # Google cuts a share down to a byte (0.5 comes back as 127/255) and prints it as a 32-bit float.
        for name, share in clean.items():
            clean[name] = plain(float32(int(share * 255 + 1e-3) / 255)) if name != "alpha" else share
    for name in list(clean):
        twin = paired(message, name)
        if twin and name.endswith("Style") and "rgbColor" in clean[name]:
            clean[twin] = clean[name]["rgbColor"]
        elif twin and not name.endswith("Style") and twin not in clean:
            clean[twin] = {"rgbColor": clean[name]}


def _value(kind: Any, value: Any, path: str, misfits: list[tuple[str, str]]) -> Any:
    if isinstance(kind, list):
        return _list(kind[0], value, path, misfits)
    if isinstance(kind, dict):
        return {key: _value(kind["*"], item, path, misfits) for key, item in value.items()}
    if kind in SCHEMA:
        return _message(kind, value, path, misfits)
    return _scalar(kind, value, path, misfits)


def _list(kind: Any, value: Any, path: str, misfits: list[tuple[str, str]]) -> Any:
    if isinstance(kind, list):
        name = PROTOBUF + "ListValue"
        rows = value if isinstance(value, list) else [value]
        for position, row in enumerate(rows):
            if not isinstance(row, list):
                where = f"{path}[{position}]" if isinstance(value, list) else path
                misfits.append((where, f"Invalid value at '{where}' ({name}), {_shown(row)}"))
        return rows
    value = _flat(value) if isinstance(value, list) else [value]
    return [_value(kind, item, f"{path}[{position}]", misfits) for position, item in enumerate(value)]


def _flat(items: list[Any]) -> list[Any]:
    """Lists inside a list of messages count as their members: public clients send them so."""
    return [one for item in items for one in (_flat(item) if isinstance(item, list) else [item])]


def _scalar(kind: str, value: Any, path: str, misfits: list[tuple[str, str]]) -> Any:
    good, result, name = _coerced(kind, value)
    if not good:
        misfits.append((path, f"Invalid value at '{path}' ({name}), {_shown(value)}"))
    return result


def _coerced(kind: str, value: Any) -> tuple[bool, Any, str]:
    if kind == "boolean":
        words = {"true": True, "false": False}
        known = words.get(str(value).lower()) if isinstance(value, str) else value
        return isinstance(known, bool), known, "TYPE_BOOL"
    if kind in INTEGERS:
        return _integer(kind, value)
    if kind in {"double", "float"}:
        return _floating(kind, value)
    if kind in {"string", "google-fieldmask", "google-datetime", "byte"}:
        name = PROTOBUF + "FieldMask" if kind == "google-fieldmask" else "TYPE_STRING"
        return isinstance(value, str), value, name
    if "|" in kind:
        return value in kind.split("|"), value, "TYPE_ENUM"
    return True, value, ""


def _integer(kind: str, value: Any) -> tuple[bool, Any, str]:
    try:
        whole = int(value) if not isinstance(value, float) or value.is_integer() else None
    except (TypeError, ValueError):
        whole = None
    good = whole is not None and not isinstance(value, bool) and -INTEGERS[kind] <= whole < INTEGERS[kind]
    return good, whole, f"TYPE_{kind.upper()}"


def _floating(kind: str, value: Any) -> tuple[bool, Any, str]:
    try:
        real = float(value)
    except (TypeError, ValueError):
        return False, value, f"TYPE_{kind.upper()}"
    good = not isinstance(value, bool) and math.isfinite(real)
    return good, plain(real) if good else value, f"TYPE_{kind.upper()}"


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
