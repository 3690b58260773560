"""What a column of the team's own holds, by its cells: days, numbers, answers, addresses, rows of another table, words.

Strict, as rules go by it: what might be something else is words. Cells that say otherwise than most are told, as in any
declared column."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, time

from automations.model.values import Value, is_number
from automations.tables.blank_words import Nothing, bare
from automations.tables.dates import Parser
from automations.tables.folding import fold
from automations.tables.words import key_text

_MOST = 0.8  # share of cells that are of the kind; the others are slips
_LOOKED_AT = 500  # distinct cells that say enough of a column
_LONG = 60  # characters; more are a remark, which takes a parser long
_CALLED = re.compile(r"[+0(]")  # how a telephone number begins; others may be of anything
_AS_TEXT = re.compile(r"\s*0\d")  # a number that begins so was typed as it is to stay: 01234


def filled_cells(cells: Iterable[Value], nothing: Nothing) -> list[Value]:
    """The cells that say something, each once, as far as is needed to know the column."""
    blank = nothing.words("text")
    found = dict.fromkeys((type(cell), cell) for cell in cells if (text := key_text(cell)) and bare(text) not in blank)
    return [cell for _, cell in list(found)[:_LOOKED_AT]]


def kind_of_cells(cells: Sequence[Value], parsers: Mapping[str, Parser], rows: Mapping[str, Collection[str]]) -> str:
    """The kind of a column with these cells (`filled_cells`). `rows` are the folded names of the rows of other tabs, by
    what a column is that names them."""
    texts = [key_text(cell) or "" for cell in cells]
    named = [fold(text) for text in texts]
    if all(isinstance(cell, bool) or parsers["yes_no"](cell).value is not None for cell in cells) and not _numeric(
        cells
    ):
        return "yes_no"
    for kind, known in rows.items():
        # Digits alone are a count as well as somebody's number.
        if _most(named, lambda name, known=known: name in known and not name.isdigit()):  # type: ignore[misc]
            return kind
    read: dict[str, Callable[[Value], bool]] = {
        "date": lambda cell: isinstance(cell, date) or _reads(cell, parsers["date"]),
        "time": lambda cell: isinstance(cell, time) or _reads(cell, parsers["time"]),
        "number": lambda cell: _numeric([cell]) or (not _AS_TEXT.match(str(cell)) and _reads(cell, parsers["number"])),
        "email": lambda cell: _reads(cell, parsers["email"]),
        "phone": lambda cell: bool(_CALLED.match(str(cell))) and _reads(cell, parsers["phone"]),
        "languages": lambda cell: _reads(cell, parsers["languages"]),
    }
    return next((kind for kind, fits in read.items() if _most(cells, fits)), "text")


def names_each(cells: Sequence[Value], *, first: bool) -> bool:
    """Whether the cells of a column, one a row, may be what the rows are called: words, none twice; numbers of rows
    stand in the `first` one. A total or a remark below has none."""
    texts = [fold(text) for cell in cells if (text := key_text(cell))]
    fit = all(isinstance(cell, str) or (first and _counts(cell)) for cell in cells if key_text(cell))
    return fit and len(texts) >= _MOST * len(cells) > 0 and len(set(texts)) == len(texts)


def _counts(cell: Value) -> bool:
    return is_number(cell) and float(cell).is_integer()


def _numeric(cells: Sequence[Value]) -> bool:
    return any(is_number(cell) for cell in cells)


def _reads(cell: Value, parse: Parser) -> bool:
    if not isinstance(cell, str) or len(cell) > _LONG:
        return False
    parsed = parse(cell)
    return parsed.fault is None and parsed.value not in (None, ())


def _most(cells: Sequence[Value], fits: Callable[[Value], bool]) -> bool:
    return bool(cells) and sum(map(fits, cells)) >= _MOST * len(cells)
