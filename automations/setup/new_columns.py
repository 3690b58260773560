"""What kim needs in a team's workbook and does not find: columns at the right end of a table, the tab of
decisions. Everything else in it stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from automations.model.settings import SiteFacts
from automations.setup.additions import Additions
from automations.setup.choices import missing_columns
from automations.setup.empty_tabs import empty_tab
from automations.setup.proposals import Proposal, TableProposal
from automations.tables.columns import Columns
from automations.tables.shared_tabs import filled
from automations.workbooks.protocol import RawTab, WorkbookError


@dataclass(frozen=True, slots=True)
class Offer:
    """Columns for a table, or (no fields) the whole tab of it. `obstacle` is a sentence why not, to be
    translated and filled from `tab`."""

    table: str
    tab: str
    fields: tuple[str, ...] = ()
    obstacle: str = ""


def offers(proposal: Proposal, found: Proposal, columns: Columns, tabs: Sequence[RawTab]) -> Iterator[Offer]:
    """What could be added to the workbook, by what was settled and what was `found` before that."""
    for table in proposal.tables:
        fields = () if table.in_row else missing_columns(table, found, columns)
        if fields:
            yield Offer(table.table, table.block.tab.name, fields, _obstacle(table))
    name = columns.tables["decisions"].tabs[0]
    if found.table("decisions") is None and not any(tab.name.strip().casefold() == name.casefold() for tab in tabs):
        yield Offer("decisions", name)


def _obstacle(table: TableProposal) -> str:
    last = max(table.block.headings)
    right = (row[last:] for row in table.block.tab.rows[: table.block.last_row])
    if any(filled(cell) for cells in right for cell in cells):
        return "To the right of the table in “{tab}” stands something else, so no column can be added there."
    return ""


def _add(book: Additions, offer: Offer, proposal: Proposal, columns: Columns, facts: SiteFacts) -> None:
    table = proposal.table(offer.table)
    if table is None:
        book.add_tab(empty_tab(offer.table, columns, facts))
        return
    rules, first = columns.tables[offer.table], max(table.block.headings) + 1
    headings = {first + number: rules.own_heading(name) for number, name in enumerate(offer.fields)}
    book.append_columns(offer.tab, table.block.row, headings)


def add_where_possible(
    book: Additions, wanted: Sequence[Offer], proposal: Proposal, columns: Columns, facts: SiteFacts
) -> tuple[list[Offer], list[tuple[Offer, WorkbookError]]]:
    """Adds each offer by itself, so that one that is refused leaves the others: what was added, and what
    was not and why."""
    added: list[Offer] = []
    refused: list[tuple[Offer, WorkbookError]] = []
    for offer in wanted:
        try:
            _add(book, offer, proposal, columns, facts)
            added.append(offer)
        except WorkbookError as error:
            refused.append((offer, error))
    return added, refused
