"""Every reason for which a workbook is left unchanged, in one table.

docs/refusals.md lists this table, catalogues translate it, and `Refusal` is the one exception that
`patch`, `graft` and all below them raise."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from types import MappingProxyType
from typing import ParamSpec, TypeVar

from automations.common.errors import place_of
from automations.workbooks.protocol import WorkbookError

_TAKE_BACK = "Open it in Excel or LibreOffice and save it again as .xlsx, then try again."
_BY_HAND = "Change it by hand in Excel or LibreOffice."
_LET_IN = "In Google, under Data, Protected sheets and ranges, add that address to the editors."
_HOSTILE = "Do not open this file; ask where it comes from."

SENTENCES: Mapping[str, tuple[str, str]] = MappingProxyType({
    # the file
    "missing": ("There is no file {path}.", "Check the path, and whether the network drive is connected."),
    "unreadable": ("{path} cannot be read: {reason}.", "Check the rights on the file and its folder."),
    "no_file": ("{path} is no file, so it cannot be a workbook.", "Look at what stands in its place."),
    "too_large": ("{path} is far larger than any workbook.", "Look at what stands in its place."),
    "unwritable": ("{path} cannot be written: {reason}.", "Check the rights and the free space there."),
    "same_file": ("Source and target are the same file.", "Name another target."),
    "open": ("{path} is open in another program.", "Close it there, or write to another file with --out."),
    "changed": ("{path} was changed by somebody meanwhile.", "Try again."),
    "unanswered": ("Whether the change to {path} arrived is not known.", "Look at it, then try again."),
    "not_xlsx": ("{path} is no .xlsx workbook.", _TAKE_BACK),
    "encrypted": ("{path} is protected with a password for opening.", "Remove the password, then try again."),
    "xls": ("{path} is a workbook of the old .xls format.", _TAKE_BACK),
    "xlsb": ("{path} is a binary workbook (.xlsb).", _TAKE_BACK),
    "signed": ("{path} is digitally signed; any change would void the signature.", "Remove the signature first."),
    "shared": (
        "{path} is shared in Excel's old way and keeps a log of changes, which a change from outside would break.",
        "In Excel, end the sharing (Review, Share Workbook (Legacy)), and save it.",
    ),
    # the package
    "zip_damaged": ("The zip archive of {path} is damaged: {reason}.", _TAKE_BACK),
    "zip_duplicate": ("{path} contains the part {part} twice.", _TAKE_BACK),
    "zip_path": ("{path} contains a part with a dangerous name: {part}.", _HOSTILE),
    "zip_bomb": ("The part {part} of {path} would unpack to far more than a workbook holds.", _HOSTILE),
    "zip_large": ("The part {part} is too large to be edited.", _BY_HAND),
    "zip_method": ("The part {part} is packed in a way that workbooks do not use.", _TAKE_BACK),
    "part_missing": ("The part {part} is missing in the package.", _TAKE_BACK),
    "doctype": ("The part {part} declares a document type, which no workbook needs.", _HOSTILE),
    "xml": ("The part {part} is not well-formed (line {line}).", _TAKE_BACK),
    "encoding": ("The part {part} is written in an encoding that is not supported: {encoding}.", _TAKE_BACK),
    "layout": ("The part {part} is laid out unusually: {reason}.", _TAKE_BACK),
    "odd": ("The workbook has an oddity that was not foreseen ({place}).", _TAKE_BACK),
    # the tab
    "no_tab": ("There is no tab “{tab}”.", "Check the name of the tab."),
    "two_tabs": ("There are two tabs “{tab}”.", "Rename one of them."),
    "not_a_worksheet": ("The tab “{tab}” holds no cells.", "Name a tab with cells."),
    "protected": (
        "{cell} on “{tab}” is locked by sheet protection.",
        "Unprotect the sheet, or unlock the cell (Format cells, Protection).",
    ),
    "shut": ("{cell} on “{tab}” is protected in Google, and {account} is not among its editors.", _LET_IN),
    "tab_shut": ("The tab “{tab}” is protected in Google, and {account} is not among its editors.", _LET_IN),
    # the cell
    "reference": ("“{reference}” is no cell reference.", "Write it like B7, up to XFD1048576."),
    "formula": ("{cell} on “{tab}” holds a formula.", "Formulas are never overwritten; choose another cell."),
    "array": ("{cell} on “{tab}” belongs to an array formula or data table.", "Choose another cell."),
    "merged": ("{cell} on “{tab}” lies inside the merged cells {range}.", "Use the first cell of the merge."),
    "table_header": ("{cell} on “{tab}” is a heading of the table “{table}”.", _BY_HAND),
    "table_totals": ("{cell} on “{tab}” is in the totals row of the table “{table}”.", _BY_HAND),
    "pivot": ("{cell} on “{tab}” belongs to a pivot table.", "Change its source instead."),
    "occupied": ("{cell} on “{tab}” is not empty.", "Rows are only appended below the last filled one."),
    "not_offered": (
        "The drop-down of {cell} on “{tab}” does not offer “{value}”.",
        "Add “{value}” to the words of that list (Data, Data Validation), or remove the list there.",
    ),
    "list_unread": (
        "The drop-down of {cell} on “{tab}” takes its words from “{source}”, which only Excel can work out.",
        "Please see that it offers {words}: kim writes these there without knowing.",
    ),
    # the value
    "value": ("{cell} cannot hold a value of the type {type}.", "Use text, a number, a date or a time."),
    "number": ("{cell} cannot hold the number {value}.", "A cell holds numbers up to about 1.8e308."),
    "date_number": ("{cell} shows dates and cannot hold the number {value}.", "Change the format of the cell."),
    "text_long": ("The text for {cell} has {length} characters.", "A cell holds at most 32767."),
    "text_invalid": ("The text for {cell} contains characters that no file can hold.", "Remove them."),
    "date_range": ("{cell} cannot hold the date {value}.", "Dates in a workbook run from 1900 (or 1904) to 9999."),
    "zone": ("The time for {cell} has a time zone, which cells do not know.", "Use the local time."),
    "no_styles": ("The workbook has no cell formats.", _TAKE_BACK),
    # whole tabs
    "strict": ("{path} is saved as “Strict Open XML”.", "Save it as a usual .xlsx workbook."),
    "structure": ("The structure of {path} is protected.", "Lift “Protect workbook”, then try again."),
    "tab_locked": ("The tab “{tab}” is protected.", "Unprotect the sheet (Review, Unprotect Sheet)."),
    "tab_taken": ("There is a tab “{tab}” that kim did not make.", "Rename that tab."),
    "tab_name": ("“{tab}” cannot be the name of a tab.", "At most 31 characters, none of []:*?/\\."),
    "scratch": ("The new tab “{tab}” contains something that cannot be moved: {what}.", "Leave that out of it."),
})  # fmt: skip


_BUSY = frozenset({"open", "changed"})  # somebody is at the file: later it may be free


class Refusal(WorkbookError):  # noqa: N818 - the name says what it is, and is fixed for callers
    """A workbook that is left unchanged, and why. `code` is a key of `SENTENCES`; `values` are what
    the sentence names. `told` says it in another language. `also` are the refusals of other cells
    in the same write, so that a caller can leave out all of them at once."""

    also: tuple[Refusal, ...] = ()

    def __init__(self, code: str, **values: object) -> None:
        sentence, advice = SENTENCES[code]
        named = {name: str(value) for name, value in values.items()}
        super().__init__(sentence, advice, code=code, busy=code in _BUSY, values=named)


def raise_all(refusals: Sequence[Refusal]) -> None:
    """Raise the first of several refusals, which then knows the others; nothing for none."""
    if refusals:
        refusals[0].also = tuple(refusals[1:])
        raise refusals[0]


_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


def refuses_oddities(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Turns what a workbook of a kind nobody has seen before trips over into a refusal: a number that
    is none, an index beyond its list."""

    @wraps(function)
    def careful(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        try:
            return function(*args, **kwargs)
        # Neither TypeError nor AttributeError: those are faults of kim’s own, and to be seen as such.
        except (ValueError, LookupError, OverflowError, RecursionError, StopIteration, struct.error) as error:
            raise Refusal("odd", place=place_of(error)) from error

    return careful
