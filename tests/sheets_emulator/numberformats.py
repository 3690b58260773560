"""Numbers as a cell shows them."""

import re
from datetime import datetime, timedelta
from typing import Any

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's times are wall-clock times
DEFAULTS = {
    ("DATE", "de_DE"): "dd.mm.yyyy",
    ("DATE_TIME", "de_DE"): "dd.mm.yyyy hh:mm:ss",
    ("TIME", "de_DE"): "hh:mm:ss",
    ("DATE", ""): "m/d/yyyy",
    ("DATE_TIME", ""): "m/d/yyyy h:mm:ss",
    ("TIME", ""): "h:mm:ss am/pm",
    ("NUMBER", ""): "#,##0.00",
    ("PERCENT", ""): "0.00%",
    ("SCIENTIFIC", ""): "0.00E+00",
}
PIECE = re.compile(r'"[^"]*"|\\.|\[h+\]|y+|m+|d+|h+|s+|am/pm|.', re.IGNORECASE)
DIGITS = re.compile(r"[#0,]*[#0](?:\.[#0]+)?")


def shown(number: float, form: dict[str, Any], locale: str) -> str:
    """The text of `number` under a NumberFormat message in a locale."""
    kind = form.get("type", "")
    pattern = form.get("pattern") or DEFAULTS.get((kind, locale)) or DEFAULTS.get((kind, "")) or ""
    if kind in {"DATE", "TIME", "DATE_TIME"}:
        return _moment(number, pattern)
    german = locale == "de_DE"
    if not pattern or kind == "TEXT":
        return _general(number, german)
    return _patterned(number, pattern, german)


def _general(number: float, german: bool) -> str:
    if number == int(number) and abs(number) < 1e15:
        text = str(int(number))
    else:
        text = f"{number:.10g}" if abs(number) < 1e15 else f"{number:.5E}"
        text = re.sub(r"\.?0+E", "E", text)
    return text.replace(".", ",") if german else text


def _patterned(number: float, pattern: str, german: bool) -> str:
    sections = pattern.split(";")
    if number < 0 and len(sections) > 1:
        number, pattern = -number, sections[1]
    else:
        pattern = sections[0]
    if "%" in pattern:
        number *= 100
    if "E+" in pattern:
        text = f"{number:.2E}"
        return text.replace(".", ",") if german else text
    found = DIGITS.search(pattern)
    if not found:
        return pattern.replace('"', "")
    decimals = len(found[0].partition(".")[2])
    text = f"{number:{',' if ',' in found[0] else ''}.{decimals}f}"
    if german:
        text = text.translate({ord(","): ".", ord("."): ","})
    frame = re.sub(r'[\\"]|\[[^\]]*\]', "", pattern[: found.start()]), re.sub(r'[\\"]', "", pattern[found.end() :])
    return frame[0] + text + frame[1]


def _moment(number: float, pattern: str) -> str:
    moment = EPOCH + timedelta(seconds=round(number * 86400))
    pieces = PIECE.findall(pattern)
    twelve = any(piece.lower() == "am/pm" for piece in pieces)
    out, last = [], ""
    for position, piece in enumerate(pieces):
        following = "".join(pieces[position + 1 :]).lstrip(":.").lower()
        minutes = piece.lower().startswith("m") and (last.startswith("h") or following.startswith("s"))
        out.append(_piece(piece, moment, minutes, twelve))
        last = piece.lower().strip("[]") if piece[0].isalpha() or piece.startswith("[") else last
    return "".join(out)


def _piece(piece: str, moment: datetime, minutes: bool, twelve: bool) -> str:
    low = piece.lower()
    words = {"am/pm": "%p", "mmm": "%b", "mmmm": "%B", "ddd": "%a", "dddd": "%A"}
    if low in words:
        return moment.strftime(words[low])
    if piece.startswith(('"', "\\")):
        return piece.strip('"').lstrip("\\")
    hour = (moment.hour - 1) % 12 + 1 if twelve else moment.hour
    numbers = {"y": moment.year, "d": moment.day, "h": hour, "s": moment.second}
    numbers["m"] = moment.minute if minutes else moment.month
    if low.startswith("[h"):
        return str(int((moment - EPOCH) / timedelta(hours=1)))
    if low[0] not in numbers:
        return piece
    if low[0] == "y":
        return str(moment.year) if len(low) > 2 else f"{moment.year % 100:02}"
    return f"{numbers[low[0]]:0{min(len(low), 2)}}"
