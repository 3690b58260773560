"""Texts that people paste, or that somebody types to do harm: one corpus for everything that texts go into."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from pathlib import Path
from xml.sax.saxutils import escape

from tests.support.packages import HEAD, MAIN, RELATIONS, parts, zipped

CORPUS: Mapping[str, str] = {
    # what no file can hold
    "nul": "a\x00b",
    "start of heading": "K-1\x01",
    "bell": "\x07",
    "backspace": "ab\x08\x08c",
    "vertical tab": "a\x0bb",
    "form feed": "a\x0cb",
    "escape": "\x1b[31mrot\x1b[0m",
    "delete": "a\x7fb",
    "next line": "a\x85b",
    "half a pair, high": "halb\ud800",
    "half a pair, low": "\udc00halb",
    "pair turned round": "\udc00\ud800",
    "no character": "a\ufffe\uffffb",
    "no character in a plane": "a\U0001fffeb",
    "replacement": "\ufffd",
    # lines and blanks
    "return": "a\rb",
    "line": "a\nb",
    "both": "a\r\nb",
    "separators": "a\u2028b\u2029c",
    "tab": "a\tb",
    "only blanks": "   ",
    "blanks around": "  a  ",
    "hard blank": "\xa0a\xa0",
    "zero width": "a\u200b\u200c\u200d\ufeffb",
    # formulas and fields of tables
    "equals": "=1+1",
    "command": "=cmd|'/c calc'!A1",
    "link": '=HYPERLINK("https://example.org","x")',
    "plus": "+49 151",
    "minus": "-2+3",
    "at": "@SUM(1)",
    "tab and equals": "\t=1+1",
    "return and equals": "\r=1+1",
    "full width": "\uff1d1+1",
    "apostrophe": "'=1+1",
    "percent": "100%",
    "error": "#REF!",
    "no value": "#N/A",
    "semicolons": 'a;"b";c,d|e',
    "quotes": "\"'„“»",
    "a table's field": "[@[a]]",
    "array": "{=A1}",
    # numbers and days
    "leading zeros": "0008",
    "long number": "9" * 400,
    "exponent": "1e999",
    "not a number": "NaN",
    "a day": "01.02.2024",
    "fraction": "1/2",
    "truth": "WAHR",
    # escapes and markup
    "escaped letter": "_x0041_",
    "escaped control": "_x0001_",
    "escaped escape": "_x005F_x0041_",
    "element": "<b>x</b>",
    "script": "<script>alert(1)</script>",
    "image": '<img src=x onerror="alert(1)">',
    "entity": "&amp;&lt;&#x1;",
    "end of cdata": "a]]>b",
    "cdata": "<![CDATA[x]]>",
    "comment": "<!-- x -->",
    "instruction": "<?xml version='1.0'?>",
    "type": '<!DOCTYPE a [<!ENTITY b "c">]>',
    "attribute": '" onmouseover="alert(1)',
    "style": "</style><style>*{}",
    # templates, headers, paths, commands
    "template": "{{ 7*7 }}",
    "template block": "{% for x in y %}",
    "template comment": "{# x #}",
    "field": "{name} {0} {}",
    "percent field": "%(name)s %s %n",
    "backslashes": "\\1 \\g<0> \\u0041",
    "header": "a\r\nBcc: all@example.org\r\n\r\nx",
    "header in words": "=?utf-8?q?=0D=0ABcc:_x?=",
    "dot": "a\r\n.\r\nQUIT",
    "calendar": "a\\nEND:VEVENT\r\nBEGIN:VEVENT",
    "path": "../../etc/passwd",
    "device": "CON",
    "drive": "C:\\Windows",
    "command line": "; rm -rf / #",
    "query": "'; DROP--",
    "json": '{"a": [1, "b\\u0000"]}',
    "address": "a@example.org,b@example.org",
    "web address": "javascript:alert(1)",
    "rich text": "[bold]x[/bold] [link=file:///]y[/link]",
    # other scripts, long words
    "right to left": "שלום \u202eabc\u202c",
    "isolates": "\u2066a\u2069\u2067b",
    "arabic": "موعد ١٢:٣٠",
    "combined": "e\u0301\u0327" * 30,
    "faces": "👩‍👩‍👧‍👦🏳️‍🌈",
    "sharp": "ẞß ſ ı İ",
    "a cell full": "x" * 32_767,
    "more than a cell": "y" * 40_000,
    "faces more than a cell": "😀" * 20_000,
    "cut in a pair": "z" * 32_766 + "😀",
    "many lines": "a\n" * 3_000,
    "many marks": "_x0001_" * 2_000,
}
SHORT: Mapping[str, str] = {name: text for name, text in CORPUS.items() if len(text) <= 500}
"""Those that fit where one line stands."""

_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def as_excel_writes(text: str) -> str:
    """A text in XML as Excel writes it (22.9.2.19): what XML cannot hold as _xHHHH_. Excel cuts what is too long."""
    units = text.encode("utf-16-le", "surrogatepass")[: 32_767 * 2].decode("utf-16-le", "surrogatepass")
    text = _ESCAPED.sub("_x005F_", units)
    return escape(_UNPRINTABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text))


def workbook(path: Path, tabs: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    """A workbook with such texts in it; days and times get a format."""
    made = parts(*(_sheet(rows) for rows in tabs.values()))
    named = made["xl/workbook.xml"].decode()
    for number, name in enumerate(tabs, start=1):
        named = named.replace(f'name="Tab{number}"', f'name="{escape(name)}"')
    made["xl/workbook.xml"] = named.encode()
    return zipped(path, made)


def _sheet(rows: Iterable[Sequence[object]]) -> str:
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = (_cell(value) for value in row)
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    return f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def _cell(value: object) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, date):
        return f'<c s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, time):
        return f"<c><v>{(value.hour * 60 + value.minute) / 1440}</v></c>"
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{as_excel_writes(str(value))}</t></is></c>'
