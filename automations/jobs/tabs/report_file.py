"""`Bericht ans Land` as a file of its own: one line a count, for any spreadsheet or database."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from automations.common.characters import readable
from automations.jobs.figures.land_report import MEASURES, HalfYearFigures
from automations.jobs.figures.published import Published, PublishedLine
from automations.jobs.tabs.common import Frame
from automations.jobs.tabs.land_report import as_published, dimension_title, line_title

_HEADER = ("edition", "half_year", "until", "dimension", "category", "measure", "value", "note")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def exact_csv(frame: Frame, halves: Iterable[HalfYearFigures]) -> str:
    """The exact edition as CSV text (semicolons, CRLF); every line says that it is confidential."""
    lines: list[Sequence[object]] = []
    for found in halves:
        about = ("confidential", found.half.key, found.until.isoformat())
        if found.households is not None:
            lines.append((*about, "", "", "households", found.households, frame.say.say("confidential")))
        tables = {"": (found.total,), **found.tables}
        for dimension, rows in tables.items():
            for row in rows:
                lines += _counts(frame, about, dimension, as_published(row), MEASURES, (frame.say.say("confidential"),))
    return _text(lines)


def published_csv(frame: Frame, editions: Iterable[Published]) -> str:
    """The edition for publication as CSV text; small groups stand together in one line,
    and a hidden count is blank; the note says so."""
    lines: list[Sequence[object]] = []
    for found in editions:
        about = ("published", found.half, found.until)
        if found.total is None:
            continue
        if found.households is not None:
            lines.append((*about, "", "", "households", found.households, ""))
        tables = {"": (found.total,), **found.tables}
        for dimension, rows in tables.items():
            for row in rows:
                lines += _counts(frame, about, dimension, row, found.measures)
    return _text(lines)


def _counts(
    frame: Frame, about: tuple[str, str, str], dimension: str, line: PublishedLine, measures: Sequence[str],
    known: Sequence[str] = (),
) -> Iterator[Sequence[object]]:  # fmt: skip
    """A line for each count. Headings and measures are for programs; notes (`known` are those of the whole edition)
    are for people, in their language."""
    title = dimension_title(frame, dimension) if dimension else ""
    word = line_title(frame, dimension, line) if dimension else ""
    for measure, value in zip(("persons", *measures), line.cells, strict=True):
        notes = [*known, *([frame.say.say("several groups together")] if line.together else [])]
        notes += [frame.say.say("hidden")] if value is None else []
        yield (*about, title, _plain(word), measure, "" if value is None else value, ", ".join(notes))


def _plain(text: str) -> str:
    """Text from people is never a formula: a leading sign that spreadsheets run gets an apostrophe."""
    # First what cannot be seen is taken out: a sign may hide behind it.
    text = readable(text)
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_of(lines: Iterable[Sequence[object]]) -> str:
    """Rows as CSV text; what people typed is never a formula in it."""
    return _written([_plain(cell) if isinstance(cell, str) else cell for cell in line] for line in lines)


def _text(lines: Iterable[Sequence[object]]) -> str:
    return _written((_HEADER, *lines))


def _written(lines: Iterable[Sequence[object]]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(lines)
    return file.getvalue()
