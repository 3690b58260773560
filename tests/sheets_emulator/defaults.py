"""What Google puts into a new spreadsheet."""

from typing import Any

COLUMN_WIDTH = 100
ROW_HEIGHT = 21


def _rgb(**shares: float) -> dict[str, Any]:
    return {"rgbColor": shares}


def default_format() -> dict[str, Any]:
    """The format of a cell that nobody formatted."""
    white = {"red": 1, "green": 1, "blue": 1}
    return {
        "backgroundColor": white,
        "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
        "verticalAlignment": "BOTTOM",
        "wrapStrategy": "OVERFLOW_CELL",
        "textFormat": {
            "foregroundColor": {},
            "fontFamily": "arial,sans,sans-serif",
            "fontSize": 10,
            "bold": False,
            "italic": False,
            "strikethrough": False,
            "underline": False,
            "foregroundColorStyle": {"rgbColor": {}},
        },
        "backgroundColorStyle": {"rgbColor": white},
    }


def theme() -> dict[str, Any]:
    """The standard theme."""
    colors = {
        "TEXT": _rgb(),
        "BACKGROUND": _rgb(red=1, green=1, blue=1),
        "ACCENT1": _rgb(red=0.25882354, green=0.52156866, blue=0.95686275),
        "ACCENT2": _rgb(red=0.91764706, green=0.2627451, blue=0.20784314),
        "ACCENT3": _rgb(red=0.9843137, green=0.7372549, blue=0.015686275),
        "ACCENT4": _rgb(red=0.20392157, green=0.65882355, blue=0.3254902),
        "ACCENT5": _rgb(red=1, green=0.42745098, blue=0.003921569),
        "ACCENT6": _rgb(red=0.27450982, green=0.7411765, blue=0.7764706),
        "LINK": _rgb(red=0.06666667, green=0.33333334, blue=0.8),
    }
    pairs = [{"colorType": name, "color": color} for name, color in colors.items()]
    return {"primaryFontFamily": "Arial", "themeColors": pairs}


def spreadsheet_properties(title: str, given: dict[str, Any]) -> dict[str, Any]:
    """Properties of a new spreadsheet, `given` ones first."""
    return {
        "title": title,
        "locale": "en_US",
        "autoRecalc": "ON_CHANGE",
        "timeZone": "Etc/GMT",
        "defaultFormat": default_format(),
        "spreadsheetTheme": theme(),
        **given,
    }
