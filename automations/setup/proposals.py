"""What a workbook probably means: which of its tabs are tables of kim's, and what the words in them are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec.structs import replace

from automations.model.settings import SiteFacts
from automations.setup.by_cells import quoted_keys, repeated_keys
from automations.setup.cell_kinds import are_moments
from automations.setup.evidence import Evidence
from automations.setup.form_tabs import is_form, worked_in
from automations.setup.grouping import Group, asides, grouped, without_year
from automations.setup.hours import begins_and_ends
from automations.setup.legends import with_legends
from automations.setup.proposed import Proposal, TableProposal
from automations.setup.table_reader import TableReader
from automations.setup.table_search import Finder, in_one_column
from automations.setup.thesaurus import Thesaurus, load_thesaurus
from automations.setup.words import WordProposal, propose_words
from automations.tables.columns import Columns, TableColumns
from automations.tables.folding import fold
from automations.workbooks.protocol import RawWorkbook

_FEWEST = 2.0  # headings that a table needs besides
_CLOSE = 2.0  # tabs whose scores differ by less are rivals for a table
# Of each set one column, whatever a list of cases, or of appointments, is called.
_WORKED_WITH = {
    "cases": (frozenset({"manager", "languages"}), frozenset({"number", "received", "first_contact_on"})),
    "appointments": (frozenset({"case"}), frozenset({"date"}), frozenset({"time"}), frozenset({"status", "kind"})),
}


def propose(
    workbook: RawWorkbook, columns: Columns, facts: SiteFacts, today: date, thesaurus: Thesaurus | None = None
) -> Proposal:
    """What the tabs, headings and words of a workbook probably mean. `today` is the site's date."""
    known = thesaurus or load_thesaurus()
    wide = known.widened(columns)
    evidence = Evidence(columns, facts, today)
    finder = finder_of(wide, known)
    blocks = with_legends(finder.blocks(workbook), workbook)
    groups = grouped(blocks, known)
    keys, quoted = repeated_keys(groups), quoted_keys(groups)
    readers = {
        index: TableReader(group, evidence, known, keys.get(index, 0), quoted.get(index, 0))
        for index, group in enumerate(groups)
        if not is_form(group.blocks[0], known) or worked_in(group.blocks[0], wide)
    }
    options = [
        (score, index, proposal)
        for index, reader in readers.items()
        for table in _possible(groups[index], columns, wide, known)
        for score, proposal in [reader.as_table(table, columns.tables[table], wide.tables[table])]
        if score >= _FEWEST
    ]
    tables = _chosen(options)
    # Second best, and only then: a tab called "Adressen" beside a list of cases is a list of addresses.
    for name in _WORKED_WITH:
        if all(table.table != name for table in tables):
            beside = [TableReader(group, evidence, known) for group in asides(blocks, known)]
            options += _aside(name, beside, len(groups), columns.tables[name], wide.tables[name])
            tables = _chosen(options)
    used = {block.tab.id for table in tables for block in table.blocks}
    others = tuple(tab for tab in workbook.tabs if tab.mark is None and tab.id not in used)
    words = tuple(w for table in tables for w in _words(table, columns, facts))
    logs = {groups[index].blocks[0].tab.id for index, reader in readers.items()
            if _is_log(reader, columns.tables["appointments"], wide.tables["appointments"])}  # fmt: skip
    turned = [(tab.name, "turned") for tab in others if finder.is_turned(tab)]
    turned += [(tab.name, "one_column") for tab in others if in_one_column(tab)]
    return Proposal(tables, words, others, (*turned, *((tab.name, "past") for tab in others if tab.id in logs)))


def _possible(group: Group, columns: Columns, wide: Columns, known: Thesaurus) -> Iterator[str]:
    """The tables that a block may be, by the name of its tab and what its headings are about."""
    first = group.blocks[0]
    # Whatever stands in "Fälle" beside a list of persons, it is none of their appointments.
    of_cases = {fold(name) for name in columns.tables["cases"].tabs}
    helpers = known.names_helpers(first.tab.name)
    for table in ["cases"] if is_form(first, known) else wide.tables:
        if table in {"cases", "team"} and helpers:
            continue
        if table == "team" and known.lists_helpers(first.headings):
            continue
        if table != "appointments" or first.shared or fold(first.tab.name) not in of_cases:
            yield table


def finder_of(wide: Columns, known: Thesaurus) -> Finder:
    """What finds tables by the headings of a thesaurus."""

    def named(text: str) -> bool:
        return any(known.bare.named(text, table, rules) for table, rules in wide.tables.items())

    return Finder(wide, known.remarks, named)


def propose_table(
    group: Group, table: str, columns: Columns, evidence: Evidence, thesaurus: Thesaurus
) -> TableProposal:
    """What a block would be, read as one table of kim's and no other."""
    reader = TableReader(group, evidence, thesaurus)
    return reader.as_table(table, columns.tables[table], thesaurus.widened(columns).tables[table])[1]


def _chosen(options: Sequence[tuple[float, int, TableProposal]]) -> tuple[TableProposal, ...]:
    """Each block is what it looks most like, or nothing: one that is no good as that, since another one is
    better, is not taken for the next best thing."""
    options = [
        option for option in options if not _lists_hours(option, options) and not _of_another_year(option, options)
    ]
    best: dict[int, float] = {}
    for score, index, _ in options:
        best[index] = max(score, best.get(index, 0.0))
    chosen: dict[int, TableProposal] = {}
    for score, index, proposal in sorted(options, key=lambda option: -option[0]):
        taken = {table.table for table in chosen.values()}
        if index not in chosen and proposal.table not in taken and score == best[index]:
            rivals = [
                s for s, i, p in options if p.table == proposal.table and i not in (index, *chosen) and s == best[i]
            ]
            doubtful = any(other > score - _CLOSE for other in rivals)
            chosen[index] = replace(proposal, confidence="likely") if doubtful else proposal
    return tuple(chosen[index] for index in sorted(chosen))


def _of_another_year(
    option: tuple[float, int, TableProposal], options: Sequence[tuple[float, int, TableProposal]]
) -> bool:
    """Whether another tab is called the same but for a later year, and is that table, too, under other headings, or
    more of another one. A tab of next year that nobody has begun gives way to the one in use."""
    score, _, table = option
    name, year = without_year(table.block.tab.name)
    used = [(s, p, without_year(p.block.tab.name)) for s, _, p in options if not _is_empty(p)]
    rivals = [(s, p, of) for s, p, (other, of) in used if year and other == name and of != year]
    same = [of for s, p, of in rivals if s > score or p.table == table.table]
    return bool(same) and (_is_empty(table) or max(same) > year)


def _is_empty(table: TableProposal) -> bool:
    return all(heading.empty for heading in table.headings)


def _lists_hours(option: tuple[float, int, TableProposal], options: Sequence[tuple[float, int, TableProposal]]) -> bool:
    """Whether what looks like a list of cases has hours of appointments beside the names, and another one has more of
    a list of cases; or whether each row of what looks like a list of people begins and ends at some hour."""
    score, index, table = option
    if table.table != "appointments" and begins_and_ends(table.block):
        return any(p.table == "appointments" and i == index for _, i, p in options)
    hours = any(p.table == "appointments" and i == index and _has_hours(p) for _, i, p in options)
    return table.table == "cases" and hours and any(p.table == "cases" and s > score for s, _, p in options)


def _is_log(reader: TableReader, own: TableColumns, rules: TableColumns) -> bool:
    """Whether a table records what was done with clients that it names."""
    _, found = reader.as_table("appointments", own, rules)
    return found.field("case") is not None and reader.is_log("appointments", found.headings)


def _has_hours(table: TableProposal) -> bool:
    """Whether there are times of day, in a column of their own or with the days."""
    day = table.field("date")
    return bool(table.field("time")) or (day is not None and are_moments(table.values(day)))


def _aside(
    name: str, readers: Sequence[TableReader], first: int, own: TableColumns, rules: TableColumns
) -> Iterator[tuple[float, int, TableProposal]]:
    """Lists of cases in tabs that are called something else ("Adressen"), or of appointments ("Contacts"), counted
    from `first`: to be confirmed, and only if somebody works with the people in them."""
    for index, reader in enumerate(readers, start=first):
        score, table = reader.as_table(name, own, rules)
        fields = {heading.field for heading in table.headings if heading.confidence != "doubtful"}
        if score >= _FEWEST and all(fields & kinds for kinds in _WORKED_WITH[name]):
            yield score, index, replace(table, confidence="likely")


def _words(table: TableProposal, columns: Columns, facts: SiteFacts) -> Iterator[WordProposal]:
    for heading in table.headings:
        if heading.field and heading.column not in table.marks:
            yield from propose_words(table.table, heading.field, table.values(heading), columns, facts)
