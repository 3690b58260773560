"""The columns of the tables as the last run knew them: a heading that goes is noticed, and rows stay who they are."""

from __future__ import annotations

from collections.abc import Iterator

from automations.ledger.book import Ledger
from automations.model.fact_kinds.sightings import CellKinds, Headings, RowNames
from automations.model.history import History
from automations.model.plan import Fact
from automations.model.schema import OWN_KINDS, Schema
from automations.model.snapshot import Snapshot
from automations.tables.folding import fold
from automations.tables.named_columns import Before


def columns_known(snapshot: Snapshot, history: History) -> Iterator[Fact]:
    """What the next run compares with."""
    for table, layout in snapshot.layouts.items():
        # A column that is read only as a rule names it stops nothing when it goes: the rule rests and says so.
        names = sorted(layout.columns.keys() - snapshot.seen.get(table, frozenset()))
        yield Headings({name: layout.headings.get(name, "") for name in names}).under(table)
    # Nothing is forgotten of what was known: another column might name the rows, too, and an emptied one has no kind.
    called = dict((history.fact(RowNames) or RowNames()).entries)
    kinds = dict((history.fact(CellKinds) or CellKinds()).entries)
    for table, fields in snapshot.seen.items():
        layout, spec = snapshot.layouts[table], snapshot.schema[table]
        if spec.own and spec.key in fields:
            called.setdefault(fold(layout.tab), layout.headings[spec.key])
        kinds |= {
            f"{fold(layout.tab)}/{fold(layout.headings[name])}": spec.fields[name].kind
            for name in sorted(fields)
            if spec.fields[name].kind in OWN_KINDS
        }
    yield RowNames(called).under()
    yield CellKinds(kinds).under()


def known_headings(ledger: Ledger, schema: Schema) -> dict[str, dict[str, str]]:
    """The headings that each table had when it was last understood."""
    facts = {table: ledger.fact(Headings, table) for table in schema}
    return {table: known.texts() for table, known in facts.items() if known and known.entries}


def rows_known(ledger: Ledger, *, everything: bool = False) -> Before:
    """By which columns rows are known whose tabs are read as rules name them; with `everything` columns are wanted
    that no rule names any more."""
    names, kinds = ledger.fact(RowNames) or RowNames(), ledger.fact(CellKinds) or CellKinds()
    keys = {tab: fold(heading) for tab, heading in names.texts().items()}
    return Before(keys=keys, kinds=kinds.texts(), everything=everything)
