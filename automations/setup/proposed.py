"""What is proposed for a workbook: its tables and headings, each with how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from automations.model.values import Value, key_text
from automations.setup.table_search import Block
from automations.setup.words import WordProposal
from automations.tables.folding import fold
from automations.workbooks.protocol import RawTab

Confidence = Literal["sure", "likely", "doubtful", "unknown"]
"""sure: known words, and what stands below fits; likely: to be confirmed, by Enter if need be; doubtful: asked
about, and left alone unless somebody says yes; unknown: left alone."""


class HeadingProposal(Struct, frozen=True):
    """A heading and the field that it probably names ("" where none). `empty`: nothing below it yet."""

    column: int
    text: str
    field: str
    confidence: Confidence
    empty: bool = False

    def ignored(self) -> HeadingProposal:
        """The same heading, left to the team: nothing is asked about it."""
        return replace(self, field="", confidence="unknown")


class TableProposal(Struct, frozen=True):
    """A table that was found and what it probably is. `more` are further tabs of the same table; `marks` are
    columns of crosses and the languages that they stand for ("AR" -> "ar"). `in_row`: appointments that stand as
    columns of the row of their case; a field then has several headings. `tab_names`: how sure it is that the
    names of its tabs say `tab_field` (who is responsible, or in which phase a case is); what was settled is "likely"
    or "". `apart` are the names of further tabs, each with what its columns that the first tab lacks probably name.
    `called`: its tab is called after the table."""

    block: Block
    table: str
    confidence: Confidence
    headings: tuple[HeadingProposal, ...]
    more: tuple[Block, ...] = ()
    marks: Mapping[int, str] = field(default_factory=dict)
    in_row: bool = False
    tab_names: Literal["", "likely", "doubtful"] = ""
    tab_field: Literal["manager", "phase"] = "manager"
    apart: tuple[tuple[str, tuple[HeadingProposal, ...]], ...] = ()
    called: bool = False

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every tab in which the table stands; new rows go into the first."""
        return (self.block, *self.more)

    def values(self, heading: HeadingProposal) -> list[Value]:
        """What stands below a heading, in all of its tabs."""
        return [value for block in self.blocks for value in block.below(heading.text, heading.column)]

    def words(self, heading: HeadingProposal) -> Iterator[str]:
        """The same, folded, where there are texts or numbers."""
        return (fold(text) for value in self.values(heading) if (text := key_text(value)))

    def with_likely(self, field: str, found: HeadingProposal) -> TableProposal:
        """The table with a heading that probably names a field."""
        likely = replace(found, field=field, confidence="likely")
        return replace(self, headings=tuple(likely if h.column == found.column else h for h in self.headings))

    def share(self, heading: HeadingProposal, test: Callable[[Value], bool]) -> float:
        """The share of the cells below a heading that pass a test; none where there are no cells."""
        values = self.values(heading)
        return sum(map(test, values)) / len(values) if values else 0.0

    def field(self, name: str) -> HeadingProposal | None:
        """The heading of a field, if one is proposed."""
        return next((heading for heading in self.headings if heading.field == name), None)


class Proposal(Struct, frozen=True):
    """The whole mapping. `others` are tabs in which no table was recognised; `left` are the names of some, and why
    (see `shapes.LEFT`)."""

    tables: tuple[TableProposal, ...]
    words: tuple[WordProposal, ...]
    others: tuple[RawTab, ...]
    left: tuple[tuple[str, str], ...] = ()

    def table(self, name: str) -> TableProposal | None:
        """What is proposed for a table."""
        return next((table for table in self.tables if table.table == name), None)

    def sure(self) -> Proposal:
        """Only what needs nobody's word."""
        tables = tuple(
            replace(
                table,
                headings=tuple(h if h.confidence == "sure" else h.ignored() for h in table.headings),
                tab_names="",
                apart=(),
            )
            for table in self.tables
            if table.confidence == "sure"
        )
        kept = {table.table for table in tables}
        words = (w if w.confidence == "sure" else replace(w, canonical="") for w in self.words if w.table in kept)
        return replace(self, tables=tables, words=tuple(words))
