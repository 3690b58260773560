"""The columns of the tables as the last run knew them: a heading that goes is noticed, and rows stay who they are."""

from __future__ import annotations

from collections.abc import Iterator

from automations.ledger.book import Ledger
from automations.model.fact_kinds.sightings import Headings, RowNames
from automations.model.history import History
from automations.model.plan import Fact
from automations.model.schema import Schema
from automations.model.snapshot import Snapshot
from automations.tables.folding import fold
from automations.tables.named_columns import Before


def columns_known(snapshot: Snapshot, history: History) -> Iterator[Fact]:
    """What the next run compares with."""
    for table, layout in snapshot.layouts.items():
        # A column that is read only as a rule names it stops nothing when it goes: the rule rests and says so.
        names = sorted(layout.columns.keys() - snapshot.seen.get(table, frozenset()))
        yield Headings({name: layout.headings.get(name, "") for name in names}).under(table)
    # Of rows that were known by a column nothing is forgotten, though another one might name them, too.
    found = dict((history.fact(RowNames) or RowNames()).entries)
    for table, fields in snapshot.seen.items():
        layout, key = snapshot.layouts[table], snapshot.schema[table].key
        if snapshot.schema[table].own and key in fields:
            found.setdefault(fold(layout.tab), fold(layout.headings[key]))
    yield RowNames(found).under()


def known_headings(ledger: Ledger, schema: Schema) -> dict[str, dict[str, str]]:
    """The headings that each table had when it was last understood."""
    facts = {table: ledger.fact(Headings, table) for table in schema}
    return {table: known.texts() for table, known in facts.items() if known and known.entries}


def rows_known(ledger: Ledger, *, everything: bool = False) -> Before:
    """By which columns rows are known whose tabs are read as rules name them; with `everything` columns are wanted
    that no rule names any more."""
    return Before(keys=(ledger.fact(RowNames) or RowNames()).texts(), everything=everything)
