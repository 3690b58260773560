"""A sheet of XlsxWriter that writes formulas as they are.

XlsxWriter looks in each formula for thirty functions that Excel wants a prefix before, and so finds them in texts as
well: a person called "SORT(" would be shown as another one. The links that are drawn here use none of them.
"""

from __future__ import annotations

from typing import Any

from xlsxwriter.worksheet import Worksheet


class PlainSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter's classes have no types
    """A sheet whose formulas need no prefixes."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> Any:
        """The formula without its sign, as files hold it."""
        if expand_future_functions:  # asked for by charts and conditions, not by cells
            return super()._prepare_formula(formula, expand_future_functions)
        return formula.removeprefix("=")
