"""How meanings look: fonts, colours and number formats of our tabs.

Colours are told apart by people who see red and green alike (after Okabe and Ito, "Color Universal
Design", 2008: blue, amber, vermilion), and never carry a meaning alone: "bad" is bold as well."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Generic, Protocol, TypeVar

from automations.model.tabdoc import Style
from automations.model.values import Value

INK, NAVY, MUTED, RULE, TILE, LINK = "#222222", "#1F3A5F", "#6B7280", "#D9DEE5", "#EEF3F8", "#1F5FA8"
BAR = "#B7D3EA"
SERIES = ("#1F5C99", "#E69F00", "#009E73", "#56B4E9", "#D55E00", "#CC79A7", "#8C8C8C")

_NUMBERS: Mapping[str, str] = {
    "number": "#,##0",
    "decimal": "#,##0.0",
    "percent": "0.0 %",
    "signed": "+#,##0;-#,##0;0",
    "signed_percent": "+0.0 %;-0.0 %;0.0 %",
    "date": "dd.mm.yyyy",
    "datetime": "dd.mm.yyyy hh:mm",
    "time": "hh:mm",
}
_POINTS: Mapping[str, str] = {"de": '" %-Punkte"', "en": '" points"'}
# Month names in the reader's language, whatever the language of the program (MS-LCID).
_MONTHS: Mapping[str, str] = {"de": "[$-407]mmm yyyy", "en": "[$-809]mmm yyyy"}

_EMPHASIS: Mapping[str, Mapping[str, Any]] = {
    "good": {"bg_color": "#DCEBF7", "font_color": "#0B4F83"},
    "warn": {"bg_color": "#FFF0CC", "font_color": "#6B4700"},
    "bad": {"bg_color": "#FBDDCB", "font_color": "#8F2D00", "bold": True},
    "muted": {"font_color": MUTED},
    "strong": {"bold": True},
    "total": {"bold": True, "top": 1, "top_color": NAVY, "bg_color": "#F5F7FA"},
    "figure": {
        "bold": True, "font_size": 20, "font_color": NAVY, "bg_color": TILE, "bottom": 0, "align": "left", "indent": 1,
    },
    "caption": {"font_size": 9, "font_color": MUTED, "bg_color": TILE, "bottom": 0, "text_wrap": True, "indent": 1},
}  # fmt: skip

JUDGEMENTS = frozenset({"good", "warn", "bad"})

_DASH = 3  # text up to that length in a column of numbers stands for a number that is missing

_BASE: Mapping[str, Any] = {"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "top"}


Format = TypeVar("Format")
Made_co = TypeVar("Made_co", covariant=True)


class Book(Protocol[Made_co]):
    """What makes formats of XlsxWriter's properties."""

    def add_format(self, properties: dict[str, Any]) -> Made_co:
        """A format of the workbook's own kind."""


class Looks(Generic[Format]):
    """The formats of one workbook, each made once."""

    def __init__(self, book: Book[Format], language: str) -> None:
        self._book, self._language = book, language
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def of(self, **properties: Any) -> Format:
        """A format with these XlsxWriter properties over the common ones."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**_BASE, **properties})
        return self._made[key]

    def title(self, level: int) -> Format:
        """The look of a heading."""
        size = 18 if level == 1 else 13
        return self.of(bold=True, font_size=size, font_color=NAVY, valign="vcenter")

    def header(self, *, right: bool, inset: bool) -> Format:
        """The look of a grid's header: right-aligned over numbers, `inset` beside them."""
        align = "right" if right else "left"
        return self.of(
            bold=True,
            font_color="#FFFFFF",
            bg_color=NAVY,
            text_wrap=True,
            valign="vcenter",
            align=align,
            indent=1 if right or inset else 0,
        )

    def paragraph(self, style: Style) -> Format:
        """The look of a paragraph; a banner where the style is a judgement."""
        banner = {"indent": 1, "valign": "vcenter"} if style in JUDGEMENTS else {}
        return self.of(**{"text_wrap": True, **_EMPHASIS.get(style, {}), **banner})

    def warning(self, text: str) -> Format:
        """What a conditional format lays over a text to show another one behind it: the fourth section of
        a number format is for text, @ is the cell's own (ECMA-376, 18.8.31)."""
        # A quotation mark would end the text within the number format.
        quoted = text.replace('"', "'")
        return self._book.add_format({**_EMPHASIS["bad"], "num_format": f';;;@". {quoted}"'})

    def cell(
        self,
        value: Value,
        style: Style,
        column: Style,
        *,
        wrap: bool = False,
        link: bool = False,
        tile: bool = False,
        inset: bool = False,
    ) -> Format:
        """The look of a grid's cell: the emphasis of its own style over the column's number format.
        A blank cell is no judgement. In tiles everything stands to the left, below the headline figure;
        text to the right of numbers is `inset`, so that the two stay apart."""
        if value in (None, "") and style in JUDGEMENTS:
            style = "plain"
        properties: dict[str, Any] = {"bottom": 1, "bottom_color": RULE}
        properties |= {**_EMPHASIS.get(column, {}), **_EMPHASIS.get(style, {})}
        properties["num_format"] = self._number_format(value, style, column)
        properties["text_wrap"] = wrap or style == "caption"
        if link:
            properties |= {"font_color": LINK, "underline": 1}
        right = not tile and (is_right(style) or is_right(column))
        if right and (not isinstance(value, str) or len(value) <= _DASH):
            properties |= {"align": "right", "indent": 1}
        elif inset or not isinstance(value, str):
            properties |= {"align": "left", "indent": 1 if tile or inset else 0}
        return self.of(**properties)

    def month(self) -> str:
        """The number format of months."""
        return _MONTHS.get(self._language, "mm.yyyy")

    def _number_format(self, value: Value, style: Style, column: Style) -> str:
        for name in (style, column):
            if name == "month":
                return self.month()
            if name == "signed_points":
                unit = _POINTS.get(self._language, _POINTS["en"])
                return f"+0.0{unit};-0.0{unit};0.0{unit}"
            if name in _NUMBERS:
                return _NUMBERS[name]
        return _by_type(value, tile="figure" in {style, column})


def is_right(column: Style) -> bool:
    """Whether a column's numbers stand to the right."""
    return column in {"number", "decimal", "percent", "signed", "signed_percent", "signed_points"}


def _by_type(value: Value, *, tile: bool) -> str:
    if isinstance(value, datetime):
        return _NUMBERS["datetime"]
    if isinstance(value, date):
        return _NUMBERS["date"]
    if isinstance(value, time):
        return _NUMBERS["time"]
    if isinstance(value, float) and not value.is_integer():
        return _NUMBERS["decimal"]
    # Outside of tiles a plain whole number may be a year or a number of something: no separators.
    return _NUMBERS["number"] if tile and isinstance(value, int | float) else "General"
