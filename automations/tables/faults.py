"""What is wrong with a value, before it is known where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from automations.common.texts import Texts
from automations.model.layout import TableLayout
from automations.model.problems import Problem, Severity
from automations.model.values import Value
from automations.tables.folding import one_line

_FORMATS: Mapping[type, str] = MappingProxyType({datetime: "%d.%m.%Y %H:%M", date: "%d.%m.%Y", time: "%H:%M"})


class Fault(Struct, frozen=True):
    """One thing wrong or remarkable; `message` and `advice` are English sentences of the catalogue
    with `{names}` that `values` fill. `{shown}` and `{column}` are always there."""

    code: str
    message: str
    advice: str = ""
    severity: Severity = "warning"
    values: Mapping[str, object] = field(default_factory=dict)

    def saying(self, **values: object) -> Fault:
        """The same with more values for its sentences."""
        return replace(self, values={**self.values, **values})


class Parsed(NamedTuple):
    """What a parser made of a cell. A value with a fault was understood with a note; None with a
    fault was not understood."""

    value: Any
    fault: Fault | None = None


NOTHING = Parsed(None)


ERRORS: Mapping[str, str] = MappingProxyType({
    "#N/A": "#NV", "#VALUE!": "#WERT!", "#REF!": "#BEZUG!", "#DIV/0!": "#DIV/0!", "#NUM!": "#ZAHL!", "#NAME?": "#NAME?",
    "#NULL!": "#NULL!",
})  # fmt: skip
"""Errors as the file names them, and as a German Excel shows them."""
FORMULA_ERROR = Fault(
    "formula_error", "The cell shows the error {shown}.", "Please correct the formula, or type the value."
)

NOT_UNDERSTOOD = Fault("not_understood", "“{shown}” cannot be read.", "Please type what belongs in “{column}”.")
TOO_LONG = Fault(
    "too_long", "“{shown}” is far too long for “{column}”.", "Please type there only what belongs in “{column}”."
)
_SHOWN = 120  # characters of a cell that is quoted: in a sentence, in `Prüfliste`, on a console


def error_shown(name: str, language: str) -> str:
    """An error as people see it in their Excel."""
    return ERRORS.get(name, name) if language == "de" else name


def shown(value: Value) -> str:
    """A cell's value as a person in Germany sees it."""
    if isinstance(value, bool):
        return "WAHR" if value else "FALSCH"
    if isinstance(value, float):
        # A double has 15 digits for certain, and Excel shows no more.
        return f"{value:.15g}".replace(".", ",")
    if isinstance(value, date | time):
        return value.strftime(_FORMATS[type(value)])
    return "" if value is None else str(value).strip()


def problem(fault: Fault, said: Texts, layout: TableLayout, name: str, row: int, key: str, value: str) -> Problem:
    """The fault of a cell as a problem of its place."""
    column = one_line(layout.headings.get(name, ""))
    quoted = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
    words = {"shown": quoted, "column": column, **fault.values}
    return Problem(
        code=fault.code,
        message=said.say(fault.message, **words),
        advice=said.say(fault.advice, **words) if fault.advice else "",
        severity=fault.severity,
        workbook=layout.workbook,
        table=layout.table,
        tab=layout.tab,
        row=row,
        column=column,
        field=name,
        key=key,
        shown=quoted,
    )
