"""Tab `Anleitung`: the guide for the staff, and what every figure means."""

from __future__ import annotations

from collections.abc import Iterator

from automations.jobs.figures.glossary import TERMS
from automations.jobs.tabs.common import Frame
from automations.model.tabdoc import Block, Column, Grid, Heading, TabCell, Text


def blocks(frame: Frame, guide: str, *, day_kind: str) -> tuple[Block, ...]:
    """The guide's text (headings with #, lists with -, paragraphs), then the glossary."""
    say = frame.say
    # Of the two meanings of waiting time only the one in use is explained.
    hidden = {"waiting_working", "waiting_calendar"} - {f"waiting_{day_kind}"}
    rows = tuple(
        (TabCell(say.say(name)), TabCell(say.say(sentence)))
        for term, (name, sentence) in TERMS.items()
        if term not in hidden
    )
    columns = (Column(say.say("Figure"), 26), Column(say.say("What it means"), 110, wrap=True))
    return (*_text(frame, guide), Heading(say.say("What the figures mean")), Grid("glossary", columns, rows))


def _text(frame: Frame, guide: str) -> Iterator[Block]:
    if not guide.lstrip().startswith("# "):
        yield Heading(frame.say.say("Guide"), 1)
    for part in guide.replace("\r\n", "\n").split("\n\n"):
        lines = [line.strip() for line in part.splitlines() if line.strip()]
        yield from _paragraph(lines)


def _paragraph(lines: list[str]) -> Iterator[Block]:
    plain: list[str] = []
    for line in lines:
        if line.startswith(("#", "- ")) and plain:
            yield Text(" ".join(plain))
            plain = []
        if line.startswith("# "):
            yield Heading(line[2:], 1)
        elif line.startswith("#"):
            yield Heading(line.lstrip("# "))
        elif line.startswith("- "):
            plain = ["• " + line[2:]]
        else:
            plain.append(line)
    if plain:
        yield Text(" ".join(plain))
