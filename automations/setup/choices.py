"""What was settled about a workbook: the mapping that counts, and what kim may write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from automations.setup.proposed import HeadingProposal, Proposal, TableProposal
from automations.tables.columns import Columns
from automations.tables.folding import fold

OFFERED: Mapping[str, tuple[str, ...]] = {"cases": ("contact_way", "consent_on", "withdrawn_on")}
"""Staff's own columns that are worth having besides those that kim writes: without them no mail leaves."""


class Choices(Struct, frozen=True):
    """What holds from now on. `writes` are fields by table that kim may fill in, `sets` staff's fields
    in which it may enter clients' answers, `made` tables that got a tab of kim's own."""

    proposal: Proposal
    writes: Mapping[str, tuple[str, ...]]
    sets: Mapping[str, tuple[str, ...]]
    made: frozenset[str] = frozenset()


class Permission(Struct, frozen=True):
    """A column of the team's that kim could fill in. `sure`: it bears kim's own heading and is empty."""

    table: str
    field: str
    heading: HeadingProposal
    sure: bool
    answers: bool = False


def permissions(proposal: Proposal, columns: Columns) -> Iterator[Permission]:
    """The team's columns in which kim could write, were it allowed to."""
    for table in proposal.tables:
        if table.in_row:
            continue
        rules = columns.tables[table.table]
        for name in (*rules.kim_writes, *rules.kim_sets):
            heading = table.field(name)
            if heading is not None:
                own = fold(heading.text) == fold(rules.own_heading(name))
                yield Permission(table.table, name, heading, heading.empty and own, name in rules.kim_sets)


def missing_columns(table: TableProposal, found: Proposal, columns: Columns) -> tuple[str, ...]:
    """Fields that kim would like to have a column for; none whose heading stands there already, nor any
    that some column was at least `found` to be likely for."""
    rules, before = columns.tables[table.table], found.table(table.table) or table
    texts = {fold(heading.text) for heading in table.headings}
    present = {heading.field for heading in (*table.headings, *before.headings)}
    wanted = dict.fromkeys((*rules.kim_writes, *OFFERED.get(table.table, ())))
    # Whose tab it is decides then, and nothing that kim would write.
    if table.tab_names == "likely" and table.tab_field == "manager":
        present |= {"manager", "manager_since", "reason"}
    return tuple(name for name in wanted if name not in present and fold(rules.own_heading(name)) not in texts)


def missing_needs(
    proposal: Proposal, columns: Columns, made: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str]]:
    """What kim cannot do without: (table, field) of required columns, (table, "") of whole tables that were neither
    found nor `made`."""
    for name, rules in columns.tables.items():
        table = proposal.table(name)
        if name in made or (table is not None and table.in_row):
            continue
        if table is None:
            if not rules.optional:
                yield name, ""
            continue
        fields = {heading.field for heading in table.headings}
        for field in rules.required:
            if field not in fields and not (field == "last_name" and "full_name" in fields):
                yield name, field
