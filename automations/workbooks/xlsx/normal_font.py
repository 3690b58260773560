"""How wide a digit of a workbook's normal font is: the unit in which all its columns are measured.

ECMA-376, 18.3.1.13 (width)."""

from __future__ import annotations

from automations.workbooks.xlsx.trees import MAIN, tree
from automations.workbooks.xlsx.xmltext import Xml

CALIBRI_11 = 7  # pixels at 96 dpi of a digit in the font that scratch workbooks are drawn for

# The advance of a digit as part of the font size, rounded; where it is a little off, a column is a little off.
_DIGITS = {
    "aptos": 0.56, "aptos narrow": 0.49, "arial": 0.556, "arial narrow": 0.456, "calibri": 0.507, "cambria": 0.554,
    "candara": 0.55, "carlito": 0.507, "century gothic": 0.554, "comic sans ms": 0.61, "consolas": 0.55,
    "courier": 0.6, "courier new": 0.6, "dejavu sans": 0.636, "dejavu sans mono": 0.602, "franklin gothic book": 0.554,
    "garamond": 0.469, "georgia": 0.614, "helvetica": 0.556, "liberation mono": 0.6, "liberation sans": 0.556,
    "liberation serif": 0.5, "lucida console": 0.603, "noto sans": 0.572, "open sans": 0.572, "roboto": 0.562,
    "segoe ui": 0.539, "tahoma": 0.546, "times new roman": 0.5, "trebuchet ms": 0.524, "verdana": 0.636,
}  # fmt: skip

_USUAL = 0.55
# Pixels: beyond that the font is damaged, not small or large.
_NARROWEST, _WIDEST = 3, 40


def digit_pixels(styles: Xml) -> int:
    """Pixels that a digit of the normal font is wide. A font that is not known counts as a usual one; a part that
    does not say any, as Calibri 11."""
    root = tree(styles)
    fonts = root.findall(f"{{{MAIN}}}fonts/{{{MAIN}}}font")
    normal = root.find(f"{{{MAIN}}}cellStyleXfs/{{{MAIN}}}xf")
    # The format of the style “Normal” is the first of these (18.8.9).
    number = normal.get("fontId", "0") if normal is not None else "0"
    if not number.isdecimal() or int(number) >= len(fonts):
        return CALIBRI_11
    font = fonts[int(number)]
    name, size = font.find(f"{{{MAIN}}}name"), font.find(f"{{{MAIN}}}sz")
    try:
        points = float(size.get("val", "11")) if size is not None else 11.0
    except ValueError:
        return CALIBRI_11
    share = _DIGITS.get(name.get("val", "").casefold(), _USUAL) if name is not None else _DIGITS["calibri"]
    if not 1 <= points <= 409:  # noqa: PLR2004 (what Excel allows)
        return CALIBRI_11
    return min(max(round(points * 96 / 72 * share), _NARROWEST), _WIDEST)
