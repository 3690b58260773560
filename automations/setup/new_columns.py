"""What kim needs in a team's workbook and does not find: columns at the right end of a table, tabs for the team,
the appointments, the places, the decisions. Everything else in it stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from automations.jobs.reminding.printed import kind_of
from automations.model.layout import TableLayout
from automations.model.settings import SiteFacts
from automations.model.values import key_text
from automations.setup.additions import Additions
from automations.setup.choices import missing_columns
from automations.setup.empty_tabs import empty_tab
from automations.setup.proposed import Proposal, TableProposal
from automations.tables.blank_words import bare
from automations.tables.columns import Columns, TableColumns
from automations.tables.folding import fold
from automations.tables.shared_tabs import filled
from automations.workbooks.protocol import RawTab, WorkbookError

# Tables that kim can make, in the order in which a mail needs them.
_TABS = ("team", "appointments", "locations", "decisions")

_BESIDE = "To the right of the table in “{tab}” stands something else, so no column can be added there."
_CODE = 3  # letters that a code has at most; more are a name
_LONGEST, _MOST = 40, 60  # characters of a name, and names, that a list of colleagues or places may have


class Offer(Struct, frozen=True):
    """Columns for a table, or (no fields) the whole tab of it, with `rows` that begin with what was found elsewhere.
    `obstacle` is a sentence why not, to be translated and filled from `tab`; `beside` are further tabs of the table.
    `headings` (by column, in row `row`) are for that one tab alone."""

    table: str
    tab: str
    fields: tuple[str, ...] = ()
    obstacle: str = ""
    rows: tuple[Mapping[str, str], ...] = ()
    row: int = 0
    headings: Mapping[int, str] = MappingProxyType({})
    beside: tuple[str, ...] = ()

    @property
    def tabs(self) -> str:
        """All tabs that get the columns, for a sentence."""
        return ", ".join((self.tab, *self.beside))

    @property
    def names(self) -> str:
        """What the rows are about, for a sentence."""
        return ", ".join(next(iter(row.values())) for row in self.rows)


def offers(
    proposal: Proposal, found: Proposal, columns: Columns, tabs: Sequence[RawTab], *, form: bool = False
) -> Iterator[Offer]:
    """What could be added to the workbook, by what was settled and what was `found` before that. Where a `form` fills
    a tab and there is no list of cases, that list, too."""
    for table in proposal.tables:
        fields = () if table.in_row else missing_columns(table, found, columns)
        if fields:
            names = tuple(dict.fromkeys(block.tab.name for block in table.blocks))
            yield Offer(table.table, names[0], fields, _obstacle(table), beside=names[1:])
    taken = {fold(tab.name) for tab in tabs}
    begins = form and found.table("cases") is None
    for missing in ("cases", *_TABS) if begins else _TABS if proposal.table("cases") else ("decisions",):
        name = columns.tables[missing].tabs[0]
        if found.table(missing) is None and fold(name) not in taken:
            yield Offer(missing, name, rows=tuple(_rows(missing, proposal, columns)))


# Headings that may stand below themselves, as a hint what to type there or once again, and are no names.
_HEADS = (("team", "code"), ("team", "name"), ("cases", "manager"), ("appointments", "manager"), ("locations", "name"))


def _rows(table: str, proposal: Proposal, columns: Columns) -> Iterator[Mapping[str, str]]:
    """What a new tab begins with: colleagues and places that the other tables name. A place counts as protected
    until somebody says otherwise."""
    if table == "team":
        for word in _named(proposal, "manager", columns):
            yield {"code": word} | ({"name": word} if len(word) > _CODE else {})
    if table == "locations":
        for word in _named(proposal, "place", columns):
            if not _says_how(word, columns):
                yield {"name": word, "protected": columns.own_word("yes_no", "yes")}


def _says_how(word: str, columns: Columns) -> bool:
    """Whether what stands where a place belongs says how people meet: by video, by telephone, at their home."""
    ways = columns.vocabulary("contact_way")
    by_phone = "phone" in {ways.get(fold(word)), ways.get(fold(word.split(maxsplit=1)[0]))}
    return by_phone or kind_of(word) in {"video", "home_visit"}


def _named(proposal: Proposal, name: str, columns: Columns) -> list[str]:
    """The distinct words of a field in cases and appointments, as they stand there; colleagues by their tabs, too.
    Those that mean nothing are nobody and no place."""
    nothing = columns.nothing_words.words(name, name)
    heads = {fold(alias) for table, field in _HEADS for alias in columns.tables[table].headings[field]}
    found: dict[str, str] = {}
    for table in proposal.tables:
        heading = table.field(name) if table.table in {"cases", "appointments"} else None
        texts = [key_text(value) or "" for value in table.values(heading)] if heading else []
        if name == "manager" and table.tab_names and table.tab_field == name:
            texts += [block.tab.name.strip() for block in table.blocks]
        for text in texts:
            if (
                text
                and len(text) <= _LONGEST
                and any(map(str.isalpha, text))
                and not {bare(text), fold(text)} & (nothing | heads)
            ):
                found.setdefault(fold(text), text)
    return sorted(found.values(), key=fold)[:_MOST]


def _obstacle(table: TableProposal) -> str:
    rows = ((block, row) for block in table.blocks for row in block.tab.rows[: block.last_row])
    if any(filled(cell) for block, row in rows for cell in row[max(block.headings) :]):
        return _BESIDE
    return ""


def in_newest_tab(layout: TableLayout, columns: TableColumns, tab: RawTab) -> Offer | None:
    """What the first tab of a table lacks of the columns that kim fills in and further ones have: somebody began a
    month with the team's own headings alone."""
    theirs = {name: part.headings[name] for part in layout.others for name in part.headings}
    kims = (*columns.kim_writes, *columns.kim_sets, *columns.rules_set)
    lacks = [name for name in columns.headings if name in kims and name in theirs and name not in layout.columns]
    if not lacks:
        return None
    first = max((*layout.columns.values(), *layout.unread)) + 1
    headings = {first + number: theirs[name] for number, name in enumerate(lacks)}
    beside = any(filled(cell) for row in tab.rows for cell in row[first - 1 :])
    return Offer(
        layout.table, layout.tab, tuple(lacks), _BESIDE if beside else "", row=layout.header_row, headings=headings
    )


def _add(book: Additions, offer: Offer, proposal: Proposal, columns: Columns, facts: SiteFacts) -> None:
    if offer.headings:
        book.append_columns(offer.tab, offer.row, offer.headings)
        return
    table = proposal.table(offer.table)
    if table is None:
        book.add_tab(empty_tab(offer.table, columns, facts, offer.rows))
        return
    rules = columns.tables[offer.table]
    for block in table.blocks:
        first = max(block.headings) + 1
        headings = {first + number: rules.own_heading(name) for number, name in enumerate(offer.fields)}
        book.append_columns(block.tab.name, block.row, headings)


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
