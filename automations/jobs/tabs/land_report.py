"""Tab `Bericht ans Land`: half-year figures, exact for the funder or fit for publication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from automations.jobs.figures.disclosure import UNPROVEN, provable
from automations.jobs.figures.land_report import MEASURES, HalfYearFigures, Line
from automations.jobs.figures.published import Published, PublishedLine
from automations.jobs.tabs.common import Frame, head
from automations.model.tabdoc import Block, Column, Grid, Heading, TabCell, Text

_TERMS: Mapping[str, str] = {
    "continuing": "continuing",
    "new": "half_new",
    "closed": "half_closed",
    "open": "half_open",
}
_TITLES: Mapping[str, str] = {
    "sex": "Sex", "age": "Age", "nationality": "Nationality", "language": "Language", "district": "District",
    "source": "Referred by", "residence_status": "Residence status", "legal_framework": "Legal framework",
    "german_level": "Level of German", "phase": "Phase", "duration": "Duration in days", "outcome": "Outcome",
    "referred_to": "Referred to",
}  # fmt: skip


def title(frame: Frame) -> tuple[Heading | Text, ...]:
    """The tab's heading, with what a person is."""
    return head(frame, frame.say.say("Report to the Land"), frame.meaning("persons"))


def exact_blocks(frame: Frame, halves: Sequence[HalfYearFigures]) -> tuple[Block, ...]:
    """The exact edition, marked confidential: for the funder alone."""
    say = frame.say
    blocks: list[Block] = [*title(frame)]
    blocks.append(
        Text(say.say("CONFIDENTIAL: exact figures for the funder. Small numbers can point to single people."), "bad")
    )
    for figures in halves:
        blocks.append(Heading(_half_title(frame, figures.half.year, figures.half.half, figures.until.isoformat())))
        blocks.append(_totals(frame, figures.half.key, as_published(figures.total), figures.households, MEASURES))
        blocks += [
            _grid(frame, figures.half.key, name, [as_published(line) for line in lines], MEASURES)
            for name, lines in figures.tables.items()
        ]
    # They are the same in each half-year, as nobody knows in which they belong: said once.
    if halves and halves[0].undated:
        blocks.append(Text(say.count(
            "{n} person is in none of these figures, as nobody knows when their case began or ended.",
            "{n} persons are in none of these figures, as nobody knows when their case began or ended.",
            halves[0].undated,
        ), "muted"))  # fmt: skip
    return tuple(blocks)


def published_blocks(
    frame: Frame, editions: Sequence[Published], delay_days: int, dimensions: Sequence[str]
) -> tuple[Block, ...]:
    """The edition that may be published; hidden counts are a dot. `dimensions` are those that were asked for."""
    say = frame.say
    blocks: list[Block] = [*title(frame)]
    if not provable():
        blocks.append(Text(say.say(UNPROVEN), "warn"))
    elif not editions:
        return (
            *blocks,
            Text(say.say("No half-year is finished yet. Its figures appear {n} days after its end.", n=delay_days)),
        )
    if not editions:
        return tuple(blocks)
    told = say.say(
        "These figures may be published. Counts below {threshold}, and as few others as would give them away, are"
        " hidden (•); groups of fewer than {threshold} persons stand together without their names, if need be with a"
        " larger one.",
        threshold=editions[0].threshold,
    )
    blocks.append(Text(told, "good"))
    for edition in editions:
        year, _, half = edition.half.partition("-H")
        blocks.append(Heading(_half_title(frame, int(year), int(half), edition.until)))
        # Said, not left out: a half-year that is missing would look forgotten. Which of the reasons it is would be a
        # small count itself.
        if edition.total is None:
            blocks.append(Text(say.say(
                "Nothing can be published of this half-year: fewer than {n} persons, or a number of fewer than {n} that"
                " the half-years around it would give away.",
                n=edition.threshold,
            )))  # fmt: skip
            continue
        blocks.append(_totals(frame, edition.half, edition.total, edition.households, edition.measures))
        blocks += [_grid(frame, edition.half, name, lines, edition.measures) for name, lines in edition.tables.items()]
        blocks += _not_there(frame, edition, dimensions)
    return tuple(blocks)


def _not_there(frame: Frame, edition: Published, dimensions: Sequence[str]) -> Iterator[Text]:
    """Which tables an edition has not, with the reason."""
    say, left = frame.say, [name for name in dimensions if name in (edition.left or ())]
    other = [name for name in dimensions if name not in edition.tables and name not in left]
    if left:
        yield Text(say.say(
            "Not published for this half-year: {names}. Beside the totals and earlier half-years they would show"
            " small counts.",
            names=", ".join(dimension_title(frame, name) for name in left),
        ), "muted")  # fmt: skip
    if other:
        # Asked for later, say, or by a column that came later: an edition that is out is never made anew.
        yield Text(say.say(
            "Not in this edition, which stays as it was made: {names}.",
            names=", ".join(dimension_title(frame, name) for name in other),
        ), "muted")  # fmt: skip


HIDDEN = "•"  # what stands where a count is hidden


def as_published(line: Line) -> PublishedLine:
    """An exact line in the shape of those for publication."""
    return PublishedLine(line.category, line.persons, line.counts)


def _half_title(frame: Frame, year: int, half: int, until: str) -> str:
    text = frame.say.say("{n}. half-year {year}", n=half, year=year)
    last = date(year, 6, 30) if half == 1 else date(year, 12, 31)
    # A half-year that still runs must not be read as a whole one.
    if until < last.isoformat():
        return text + " " + frame.say.say("(up to {day})", day=frame.say.date(date.fromisoformat(until)))
    return text


def _columns(frame: Frame, title: str, measures: Sequence[str]) -> tuple[Column, ...]:
    return (
        Column(title, 30),
        frame.column("persons", width=12),
        *(frame.column(_TERMS[name], width=14) for name in measures),
    )


def _cells(line: PublishedLine) -> tuple[TabCell, ...]:
    return tuple(TabCell(HIDDEN, "muted") if number is None else TabCell(number, "number") for number in line.cells)


def _totals(frame: Frame, half: str, total: PublishedLine, households: int | None, measures: Sequence[str]) -> Grid:
    say = frame.say
    blanks = (TabCell(None),) * len(measures)
    rows = [(TabCell(say.say("All")), *_cells(total))]
    if households is not None:
        rows.append(
            (TabCell(say.say("Households"), note=frame.meaning("households")), TabCell(households, "number"), *blanks)
        )
    return Grid(f"{half}-total", _columns(frame, say.say("Together"), measures), tuple(rows))


def _grid(frame: Frame, half: str, name: str, lines: Sequence[PublishedLine], measures: Sequence[str]) -> Grid:
    rows = tuple((TabCell(line_title(frame, name, line)), *_cells(line)) for line in lines)
    return Grid(
        f"{half}-{name}",
        _columns(frame, dimension_title(frame, name), measures),
        rows,
        empty=frame.say.say("There are none."),
    )


def dimension_title(frame: Frame, dimension: str) -> str:
    """A dimension in the reader's words."""
    return frame.say.say(_TITLES.get(dimension, dimension))


def line_title(frame: Frame, dimension: str, line: PublishedLine) -> str:
    """What a line is called: its category, or that it holds the hidden ones."""
    return frame.say.say("small groups together") if line.together else category(frame, dimension, line.category)


def category(frame: Frame, dimension: str, value: str | None) -> str:
    """A category in the reader's words."""
    if value is None:
        return frame.say.say("(not recorded)")
    if dimension == "phase":
        return frame.phase(value)
    if dimension in {"age", "duration"}:
        return value.replace("-", "–")
    return frame.word("cases", "languages" if dimension == "language" else dimension, value)
