"""A team's own figures, as grids and charts at the end of the overview."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from automations.jobs.figures.own import OwnFigure, OwnResult
from automations.jobs.figures.rounding import merged_small
from automations.jobs.figures.spans import Grouping
from automations.jobs.tabs.common import NARROW, WIDE, Frame, cell, notes, staff_figures_off
from automations.jobs.tabs.parts import too_few
from automations.model.schema import NUMBERS, field_at, holder_at
from automations.model.tabdoc import Block, Chart, Column, Grid, Heading, Style, TabCell, Text

_STYLES: dict[str, Style] = {
    "count": "number",
    "share": "percent",
    "sum": "decimal",
    "mean": "decimal",
    "median": "decimal",
}


def own_blocks(frame: Frame, results: tuple[OwnResult, ...]) -> tuple[Block, ...]:
    """All own figures that may stand in this tab."""
    shown = [result for result in results if frame.private or result.figure.managers]
    if not shown:
        return ()
    blocks: list[Block] = [Heading(frame.say.say("The team's own figures"))]
    for result in shown:
        blocks += _one(frame, result)
    return tuple(blocks)


def _one(frame: Frame, result: OwnResult) -> list[Block]:
    figure, say = result.figure, frame.say.say
    # Those that come with kim are in English; a team's own are no sentences that a catalogue knows.
    title, note = say(figure.title), say(figure.note) if figure.note else ""
    if gap := frame.gap(needs=figure.needs(frame.sources.schema)):
        return [Heading(title), *gap]
    if figure.about_staff(frame.sources.schema) and not frame.site.staff_figures.allowed(frame.today):
        return [Heading(title), Text(staff_figures_off(frame.say), "muted")]
    name = f"own_{figure.id}"
    rows = _rows(frame, result)
    style = _STYLES[figure.measure.partition(" ")[0]]
    value = say("Share") if figure.measure == "share" else say("Value")
    if figure.measure == "count":
        value = say("How many")
    columns = (Column(title, WIDE, wrap=True, note=note), Column(value, NARROW, style, bar=figure.chart == "none"))
    cells = tuple((TabCell(word), cell(number, style)) for word, number in rows)
    none = say("There are none.") if frame.private or not result.rows else too_few(frame)
    grid = Grid(name, columns, cells, empty=none)
    left_out = notes(frame, tuple(_left_out(frame, result)))
    if figure.chart == "none" or not rows:
        return [grid, *left_out]
    return [grid, Chart(f"{name}_chart", figure.chart, title, name, 0, (1,), beside=name), *left_out]


def _left_out(frame: Frame, result: OwnResult) -> Iterator[str]:
    """What a figure does not count, for those who may read how many rows that are."""
    if not frame.private:
        return
    if result.several:
        yield frame.say.count(
            "{n} row has several words there; the first counts.",
            "{n} rows have several words there; the first counts.",
            result.several,
        )
    if result.unread:
        yield frame.say.count(
            "In {n} row a cell that this figure looks at cannot be read; it counts as blank.",
            "In {n} rows a cell that this figure looks at cannot be read; it counts as blank.",
            result.unread,
        )
    if result.numberless and result.rows:
        yield frame.say.count(
            "{n} row has no number there and is not counted.",
            "{n} rows have no number there and are not counted.",
            result.numberless,
        )


def _rows(frame: Frame, result: OwnResult) -> list[tuple[str, float]]:
    figure = result.figure
    earlier = bool(result.rows) and isinstance(result.rows[0][0], date)
    name = frame.say.say("earlier") if earlier else frame.say.say("all others")
    if frame.private:
        rows = [(_label(frame, figure, group), value) for group, value, _ in result.rows]
        return rows + ([(name, result.others[0])] if result.others else [])
    groups = {_label(frame, figure, group): number for group, _, number in result.rows}
    others = result.others[1] if result.others else 0
    # With those beyond `top`: a rest of its own size would give the small ones back.
    kept, rest = merged_small([*groups.items(), ("", others)], frame.threshold)
    if rest >= frame.threshold:
        kept = [*kept, (frame.say.say("small groups together"), rest)]
    shown = frame.adding_up([number for _, number in kept])
    return [(group or name, float(number)) for (group, _), number in zip(kept, shown, strict=True)]


def _label(frame: Frame, figure: OwnFigure, group: str | date | None) -> str:
    by = figure.group(frame.sources.schema) or Grouping("")
    if isinstance(group, date):
        return by.name(group, frame.month, frame.say.say)
    if not by.field:
        return frame.say.say("all")
    at = holder_at(frame.sources.schema, figure.table, by.field)
    spec = field_at(frame.sources.schema, figure.table, by.field)
    if group is not None and spec is not None and spec.kind == "yes_no":
        return frame.say.say("yes") if group == str(True) else frame.say.say("no")
    if group is not None and spec is not None and spec.kind in NUMBERS:
        return frame.say.number(float(group), 2)
    return frame.phase(group) if at == ("cases", "phase") else frame.word(*at, group)
