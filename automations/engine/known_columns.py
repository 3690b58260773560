"""The columns of the tables as the last run knew them: a heading that goes is noticed, and rows stay who they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from automations.ledger.book import Ledger
from automations.model.fact_kinds.sightings import CellKinds, Headings, RowNames
from automations.model.history import History
from automations.model.layout import TableLayout
from automations.model.plan import Fact
from automations.model.schema import OWN_KINDS, Schema
from automations.model.snapshot import Snapshot
from automations.tables.folding import fold
from automations.tables.named_columns import Before
from automations.tables.snapshot import in_tab


def columns_known(snapshot: Snapshot, history: History) -> Iterator[Fact]:
    """What the next run compares with."""
    for table, layout in snapshot.layouts.items():
        # A column that is read only as a rule names it stops nothing when it goes: the rule rests and says so.
        seen = snapshot.seen.get(table, frozenset())
        yield _headings(layout, seen).under(table)
        # Each tab of a table has columns of its own: last month's need not have what somebody added to this one's.
        for part in layout.parts if layout.others else ():
            yield _headings(part, seen).under(in_tab(table, part.tab))
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


def _headings(layout: TableLayout, seen: Collection[str]) -> Headings:
    return Headings({name: layout.headings.get(name, "") for name in sorted(layout.columns) if name not in seen})


def known_headings(ledger: Ledger, schema: Schema) -> dict[str, dict[str, str]]:
    """The headings that each table had when it was last understood, and each further tab of it (see `in_tab`)."""
    facts = ledger.facts_of(Headings).items()
    return {key: known.texts() for key, known in facts if known.entries and key.partition("/")[0] in schema}


def rows_known(ledger: Ledger, *, everything: bool = False) -> Before:
    """By which columns rows are known whose tabs are read as rules name them; with `everything` columns are wanted
    that no rule names any more."""
    names, kinds = ledger.fact(RowNames) or RowNames(), ledger.fact(CellKinds) or CellKinds()
    keys = {tab: fold(heading) for tab, heading in names.texts().items()}
    return Before(keys=keys, kinds=kinds.texts(), everything=everything)
