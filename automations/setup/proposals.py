"""What a workbook probably means: its tables, headings and words, each with how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias

from automations.model.settings import SiteFacts
from automations.model.values import Value
from automations.setup.evidence import Evidence
from automations.setup.likeness import EXACT, likeness
from automations.setup.table_search import Block, Finder
from automations.setup.words import WordProposal, propose_words
from automations.tables.columns import Columns, TableColumns
from automations.tables.folding import fold
from automations.tables.schema import KEY_FIELDS, STANDS_FOR
from automations.workbooks.protocol import RawTab, RawWorkbook

Samples: TypeAlias = Mapping[int, Sequence[Value]]
"""What stands below each heading, by column; not more than tells what it is."""

Confidence = Literal["sure", "likely", "unknown"]
"""sure: known words, and what stands below fits; likely: to be confirmed; unknown: left alone."""

_LIKELY = 78.0  # likeness and evidence together from which a heading is proposed at all
_WORTH_A_LOOK = 66.0  # with the cells in favour it may just be proposed
_TAB_LIKELY = 84.0  # likeness of a tab's name
_NAMED, _NAMED_ALIKE = 3.0, 1.5  # headings that a known tab name, or one like it, is worth
_FEWEST = 2.0  # headings that a table needs besides
_ENOUGH, _WELL_KNOWN = 5, 0.6  # known headings, and their share, that make a table sure whatever its tab is called
_CLOSE = 2.0  # tabs whose scores differ by less are rivals for a table


@dataclass(frozen=True, slots=True)
class HeadingProposal:
    """A heading and the field that it probably names ("" where none). `empty`: nothing below it yet."""

    column: int
    text: str
    field: str
    confidence: Confidence
    empty: bool = False

    def ignored(self) -> HeadingProposal:
        """The same heading, left to the team."""
        return replace(self, field="")


@dataclass(frozen=True, slots=True)
class TableProposal:
    """A table that was found and what it probably is."""

    block: Block
    table: str
    confidence: Confidence
    headings: tuple[HeadingProposal, ...]

    def field(self, name: str) -> HeadingProposal | None:
        """The heading of a field, if one is proposed."""
        return next((heading for heading in self.headings if heading.field == name), None)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The whole mapping. `others` are tabs in which no table was recognised."""

    tables: tuple[TableProposal, ...]
    words: tuple[WordProposal, ...]
    others: tuple[RawTab, ...]

    def table(self, name: str) -> TableProposal | None:
        """What is proposed for a table."""
        return next((table for table in self.tables if table.table == name), None)

    def sure(self) -> Proposal:
        """Only what needs nobody's word."""
        tables = tuple(
            replace(table, headings=tuple(h if h.confidence == "sure" else h.ignored() for h in table.headings))
            for table in self.tables
            if table.confidence == "sure"
        )
        kept = {table.table for table in tables}
        words = (w if w.confidence == "sure" else replace(w, canonical="") for w in self.words if w.table in kept)
        return replace(self, tables=tables, words=tuple(words))


def propose(workbook: RawWorkbook, columns: Columns, facts: SiteFacts, today: date) -> Proposal:
    """What the tabs, headings and words of a workbook probably mean. `today` is the site's date."""
    evidence = Evidence(columns, facts, today)
    blocks = Finder(columns).blocks(workbook)
    options = [
        (score, index, proposal)
        for index, block in enumerate(blocks)
        for samples in [{column: block.sample(column) for column in block.headings}]
        for table, rules in columns.tables.items()
        for score, proposal in [_as_table(block, samples, table, rules, evidence)]
        if score >= _FEWEST
    ]
    chosen: dict[int, TableProposal] = {}
    for score, index, proposal in sorted(options, key=lambda option: -option[0]):
        if index not in chosen and proposal.table not in {table.table for table in chosen.values()}:
            rivals = [other for other, i, p in options if p.table == proposal.table and i not in (index, *chosen)]
            doubtful = any(other > score - _CLOSE for other in rivals)
            chosen[index] = replace(proposal, confidence="likely") if doubtful else proposal
    tables = tuple(chosen[index] for index in sorted(chosen))
    used = {table.block.tab.id for table in tables}
    others = tuple(tab for tab in workbook.tabs if tab.mark is None and tab.id not in used)
    return Proposal(tables, tuple(w for table in tables for w in _words(table, columns, facts)), others)


def _words(table: TableProposal, columns: Columns, facts: SiteFacts) -> Iterator[WordProposal]:
    for heading in table.headings:
        if heading.field:
            values = table.block.values(heading.column)
            yield from propose_words(table.table, heading.field, values, columns, facts)


def _as_table(
    block: Block, samples: Samples, table: str, rules: TableColumns, evidence: Evidence
) -> tuple[float, TableProposal]:
    headings = _headings(block, samples, table, rules, evidence)
    sure = sum(heading.confidence == "sure" for heading in headings)
    likely = sum(heading.confidence == "likely" for heading in headings)
    name = _tab_likeness(block.tab.name, rules)
    bonus = _NAMED if name == EXACT else _NAMED_ALIKE if name >= _TAB_LIKELY else 0.0
    needed = [_stands(name, headings) for name in (*rules.required, *filter(None, [KEY_FIELDS[table]]))]
    whole = sure >= _ENOUGH and sure >= _WELL_KNOWN * len(headings) and all(needed[: len(rules.required)])
    confidence: Confidence = "sure" if (name == EXACT and sure >= _FEWEST) or whole else "likely"
    score = 0.0 if sure + likely < 1 else sure + 0.6 * likely + bonus + 0.5 * sum(needed)
    return score, TableProposal(block, table, confidence, headings)


def _stands(name: str, headings: Sequence[HeadingProposal]) -> bool:
    fields = {heading.field for heading in headings if heading.confidence == "sure"}
    return name in fields or STANDS_FOR.get(name, name) in fields


def _tab_likeness(name: str, rules: TableColumns) -> float:
    return likeness(name, rules.tabs)


def _headings(
    block: Block, samples: Samples, table: str, rules: TableColumns, evidence: Evidence
) -> tuple[HeadingProposal, ...]:
    """Each heading with its field: the best pairs first, each field and each heading once."""
    pairs = []
    for column, text in block.headings.items():
        values = samples[column]
        for name, aliases in rules.headings.items():
            score, exact = _score(text, block.groups.get(column, ""), name, rules, aliases)
            score = score if exact else max(score, evidence.alone(table, name, values))
            if score >= _WORTH_A_LOOK:
                score += evidence.weigh(table, name, values, exact=exact)
            if score >= _LIKELY:
                own = fold(text) == fold(rules.own_heading(name))
                pairs.append((score, -column, name, exact and evidence.fits(table, name, values, own=own)))
    fields: dict[int, tuple[str, bool]] = {}
    for _, negative, name, certain in sorted(pairs, reverse=True):
        if -negative not in fields and name not in {taken for taken, _ in fields.values()}:
            fields[-negative] = name, certain
    found = ((column, text, *fields.get(column, ("", False))) for column, text in block.headings.items())
    return tuple(_heading(samples, *heading) for heading in found)


def _heading(samples: Samples, column: int, text: str, name: str, certain: bool) -> HeadingProposal:
    confidence: Confidence = "sure" if certain else "likely" if name else "unknown"
    return HeadingProposal(column, text, name, confidence, not samples[column])


def _score(text: str, group: str, name: str, rules: TableColumns, aliases: Sequence[str]) -> tuple[float, bool]:
    """Likeness of a heading to a field, and whether it is a known one. Earlier aliases count a little more."""
    for form in (text, f"{group} {text}") if group else (text,):
        found, rank = rules.by_heading.get(fold(form), ("", 0))
        if found == name:
            return EXACT - rank / 100, True
    if name == "full_name" and rules.by_heading.get(fold(text), ("", 0))[0] == "last_name":
        return _LIKELY - 1, False  # "Name" may be both: the cells tell
    near = max(likeness(text, aliases), likeness(f"{group} {text}", aliases) if group else 0.0)
    return min(near, _TAB_LIKELY + 11), False


__all__ = ["Confidence", "HeadingProposal", "Proposal", "TableProposal", "propose"]
