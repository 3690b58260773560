"""A summary tab as a document: headings, text, grids, charts with semantic styles.

The job says what a tab means; each backend decides how that looks in its own format."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Literal, TypeAlias

from msgspec import Struct, field

from automations.model.values import Value, to_plain

OURS = (
    "Overview", "Workload", "Waiting times", "Appointments 14 days", "Calls", "Check list", "Log of runs", "Guide",
    "Naturalisation figures", "Report to the Land", "Look ahead",
)  # fmt: skip
"""The tabs that kim draws itself, as the catalogues name them under “tab”: no list of a team's own is called so."""

Audience = Literal["team", "managers", "public"]
Style = Literal[
    "plain", "number", "decimal", "percent", "signed", "signed_percent", "signed_points", "date", "datetime", "time",
    "month", "good", "warn", "bad", "muted", "strong", "total", "figure", "caption",
]  # fmt: skip
"""Meanings, not looks. `figure` and `caption` make headline tiles; `total` closes a grid;
`percent` values are fractions (0.667 is shown as 66.7 %); `signed_points` is the difference of two
percentages, in percentage points (3.1 is shown as +3.1 points)."""


class Link(Struct, frozen=True):
    """A reference to a cell of a team's table, found by key when the tab is written."""

    workbook: str
    table: str
    key: str
    field: str


class TabCell(Struct, frozen=True):
    """One cell of a grid: plain value, its meaning, perhaps a link and a note shown on hovering."""

    value: Value
    style: Style = "plain"
    link: Link | None = None
    note: str = ""


class Column(Struct, frozen=True):
    """A grid's column. `width` is in characters; `bar` draws in-cell bars behind its numbers."""

    title: str
    width: int = 14
    style: Style = "plain"
    wrap: bool = False
    bar: bool = False
    note: str = ""


class Heading(Struct, frozen=True):
    """A title line; level 1 stands once on top of a tab."""

    text: str
    level: Literal[1, 2] = 2


class Text(Struct, frozen=True):
    """A paragraph across the tab's width. `style` "good", "warn" or "bad" makes it a banner."""

    text: str
    style: Style = "plain"


class Grid(Struct, frozen=True):
    """A table with a header row. `filter` for long lists; `freeze` keeps its header in sight
    (one grid of a tab at most). A grid without rows shows `empty` instead. `header=False` hides
    the header row (headline tiles). `beside` is the id of an earlier grid or chart of the tab, to
    whose right it stands; blank: below all that came before. A backend may place it below instead."""

    id: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[TabCell, ...], ...]
    title: str = ""
    empty: str = ""
    filter: bool = False
    freeze: bool = False
    header: bool = True
    beside: str = ""


class Chart(Struct, frozen=True):
    """A native chart over a grid of the same tab: `categories` and `series` are column indexes (from 0). `rows` limits
    it to the first so many rows (0: all). Sizes are in centimetres. `beside` is as for a grid."""

    id: str
    kind: Literal["column", "stacked", "bar", "line"]
    title: str
    grid: str
    categories: int
    series: tuple[int, ...]
    rows: int = 0
    width_cm: float = 16.0
    height_cm: float = 7.5
    y_title: str = ""
    beside: str = ""


Block: TypeAlias = Heading | Text | Grid | Chart


class TabDoc(Struct, frozen=True, dict=True):
    """A whole tab. `id` is stable ("overview"), `title` the tab's name when it is first made.

    `stand` is the moment its figures are of (aware); it is printed, but left out of `fingerprint`. After `stale_after`
    the line of the stand goes on with `stale_label`, by the reader's own clock: where nothing runs any more, nobody
    could write it there. `workbook` is the name of the workbook that it goes to. `choices` are words to choose from
    below the headings of a tab that people go on filling in."""

    id: str
    title: str
    audience: Audience
    blocks: tuple[Block, ...]
    workbook: str = "team"
    stand: datetime | None = None
    stand_label: str = ""
    landscape: bool = True
    stale_after: date | None = None
    stale_label: str = ""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def fingerprint(self) -> str:
        """A digest of all that the tab says, apart from its `stand`."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        # Asked four times in a run; a tab with other words is another object, which begins without.
        content = (self.id, self.audience, self.landscape, self.blocks)
        text = json.dumps(content, ensure_ascii=False, default=_plain)
        # People paste halves of signs, and a tab must have a fingerprint all the same.
        return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]


def _plain(value: object) -> object:
    """What JSON cannot say: a part of a tab as a list of its fields (there may be many thousands)."""
    fields = getattr(type(value), "__struct_fields__", None)
    if fields is None:
        return to_plain(value)
    return [type(value).__name__, *(getattr(value, name) for name in fields)]


LIST = "list_"  # how the ids of lists begin; the rest is the name of the rule

KEPT = frozenset({"calls"})
"""Tabs that kim begins and people then write in: from then on they are tables like the team's own."""


class TabMark(Struct, frozen=True):
    """What a workbook knows of a tab of ours: its id, present name, fingerprint and stand (ISO)."""

    id: str
    name: str
    fingerprint: str
    stand: str

    @property
    def kept(self) -> bool:
        """Whether people write in the tab, too."""
        return self.id in KEPT
