"""Tab `Anleitung`: the guide for the staff, and what every figure means.

Its text is a template (`templates/guide.*.md`), as it speaks of the team's own workbook: of its tabs and headings, and
of those columns alone that kim may write there."""

from __future__ import annotations

from collections.abc import Iterator

from automations.jobs.figures.glossary import TERMS
from automations.jobs.tabs.common import Frame
from automations.messages.sandbox import filled_in
from automations.model.snapshot import Snapshot
from automations.model.tabdoc import Block, Column, Grid, Heading, TabCell, Text

_ONLY_BLANK = {("cases", "number"), ("cases", "manager"), ("appointments", "number")}  # where people may type as well


def blocks(frame: Frame, snapshot: Snapshot, guide: str, *, day_kind: str) -> tuple[Block, ...]:
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
    text = _text(frame, _of_this_workbook(guide, frame, snapshot))
    return (*text, Heading(say.say("What the figures mean")), Grid("glossary", columns, rows))


def _of_this_workbook(guide: str, frame: Frame, snapshot: Snapshot) -> str:
    """The text with the names of the team's own tabs, columns and words."""

    def tab(table: str) -> str:
        layout = snapshot.layouts.get(table)
        return layout.tab if layout else snapshot.called.get((table, ""), table)

    def there(table: str, *names: str) -> list[str]:
        """The headings of those fields that the table has."""
        layout = snapshot.layouts.get(table)
        return [snapshot.heading(table, name) for name in names if layout and name in layout.columns]

    def may(table: str, name: str) -> bool:
        layout = snapshot.layouts.get(table)
        return bool(layout and name in layout.columns and name in layout.writable)

    def written(table: str, only_blank: str) -> str:
        layout, spec = snapshot.layouts.get(table), snapshot.schema.get(table)
        own = [n for n in spec.fields if may(table, n) and n not in layout.staff_fields] if layout and spec else []
        return ", ".join(snapshot.heading(table, n) + (only_blank if (table, n) in _ONLY_BLANK else "") for n in own)

    def word(table: str, name: str, value: str) -> str:
        return frame.words.get((table, name, value), value)

    said = {"tab": tab, "name": snapshot.heading, "there": there, "may": may, "written": written, "word": word}
    return filled_in(guide, said)


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
