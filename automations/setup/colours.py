"""Rows that a team coloured to say something: kim reads words, so the colours are named and asked about."""

from __future__ import annotations

import colorsys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from automations.setup.proposed import Proposal, TableProposal
from automations.setup.shapes import Note
from automations.workbooks.xlsx.fills import fills

_FEWEST = 2  # coloured rows that are no chance
_ROWS = 2_000  # that are looked at; who colours rows does so in the first ones, too
_SHADED = 0.9  # of a column's cells in one colour: the column is shaded, and no row says anything by it
_STRIPES = 0.8  # of coloured rows on even, or odd, places: stripes to guide the eye
_PALE, _DARK = 0.15, 0.2  # saturation and brightness below which a fill is white, grey or black

# Degrees on the circle of hues up to which people use a word.
_HUES = ((15, "red"), (42, "orange"), (68, "yellow"), (165, "green"), (195, "turquoise"), (258, "blue"),
         (300, "violet"), (345, "pink"), (361, "red"))  # fmt: skip


def coloured(content: bytes, proposal: Proposal, say: Callable[[str], str]) -> Iterator[Note]:
    """What is to be asked about the colours of each table's rows. `content` is the .xlsx file as it stands; one that
    cannot be read by its cells' looks has no colours. `say` names a colour to the reader."""
    tables = [table for table in proposal.tables if not table.in_row]
    if not tables:
        return
    for tab, colours in _by_tab(content, tables).items():
        names = ", ".join(f"{say(name)} ({count})" for name, count in colours.most_common())
        yield Note("colours", tab, (), _MESSAGE, _ADVICE, {"tab": tab, "names": names})


def _by_tab(content: bytes, tables: Sequence[TableProposal]) -> Mapping[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for block in (block for table in tables for block in table.blocks):
        # By bytes and not through the reader of workbooks: no run needs looks, and reading them is slow.
        painted = fills(content, block.tab.name, block.row + 1, sorted(block.headings), _ROWS)
        if colours := _speaking([[_called(fill) for fill in row] for row in painted]):
            found[block.tab.name] = found.get(block.tab.name, Counter()) + colours
    return found


def _speaking(rows: Sequence[Sequence[str]]) -> Counter[str]:
    """How many rows bear which colour, without shaded columns and stripes."""
    columns = list(zip(*rows, strict=True))
    kept = [column for column in columns if column and Counter(column).most_common(1)[0][1] < _SHADED * len(column)]
    marks = [next(iter(Counter(filter(None, row)).most_common(1)), ("", 0))[0] for row in zip(*kept, strict=True)]
    places = [place for place, mark in enumerate(marks) if mark]
    colours = Counter(filter(None, marks))
    even = sum(place % 2 for place in places)
    striped = len(colours) == 1 and max(even, len(places) - even) > _STRIPES * len(places) and (
        len(places) > _STRIPES * len(marks) / 2
    )  # fmt: skip
    return Counter() if len(places) < _FEWEST or striped else colours


def _called(fill: str) -> str:
    """What people call a fill; "" for none, white, grey and black."""
    if not fill:
        return ""
    hue, saturation, brightness = colorsys.rgb_to_hsv(*(int(fill[at : at + 2], 16) / 255 for at in (0, 2, 4)))
    if saturation < _PALE or brightness < _DARK:
        return ""
    return next(name for limit, name in _HUES if hue * 360 < limit)


_MESSAGE = "In “{tab}” rows are coloured: {names}. kim reads no colours; what do they mean?"
_ADVICE = "Please write it into a column, Phase for instance: Excel's filter by colour fills it in at one go."
