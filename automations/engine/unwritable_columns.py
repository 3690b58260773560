"""Columns that kim would fill in and may not: said once to the team lead, not once a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from automations.common.texts import Texts
from automations.config.site import Site
from automations.model.plan import EditGroup
from automations.model.problems import Problem
from automations.model.snapshot import Snapshot


def unwritable(site: Site, snapshot: Snapshot, forbidden: Iterable[tuple[EditGroup, str]]) -> Iterator[Problem]:
    """One problem a column for edits whose leading field (the second of each pair) is not kim's to write."""
    counted = Counter((group.row.workbook, group.row.table, _tab(group, snapshot), field) for group, field in forbidden)
    say = site.facts.texts
    for (workbook, table, tab, field), rows in counted.items():
        layout = snapshot.layouts[table].part(tab)
        heading, ours = layout.headings.get(field, ""), site.columns.tables[table].own_heading(field)
        # A missing column and a forbidden one need two different people: the team adds one, IT allows the other.
        if not heading:
            message = say.say("The column “{column}” is missing; kim would fill it in.", column=ours)
            advice = say.say("Please add the column “{column}” to the tab.", column=ours)
            if tab and tab == snapshot.layouts[table].tab:
                advice += " " + say.say("“kim init DIR --add-columns” adds all that kim fills in.")
        else:
            message = say.count(
                "kim may not write into the column “{column}”; {n} row is left as it is.",
                "kim may not write into the column “{column}”; {n} rows are left as they are.",
                rows, column=heading,
            )  # fmt: skip
            advice = _advice(field, heading, table, site, say)
        yield Problem(
            "may_not_write", message, advice, workbook=workbook, table=table, tab=layout.tab, column=heading or ours,
            field=field, who="lead",
        )  # fmt: skip


def _tab(group: EditGroup, snapshot: Snapshot) -> str:
    row = snapshot.rows.get(group.row) if group.op == "edit" else None
    return row.tab if row else ""


def _advice(field: str, heading: str, table: str, site: Site, say: Texts) -> str:
    """Either the team has not given kim the column, or it bears a name of its own."""
    columns = site.columns.tables[table]
    if field not in {*columns.kim_writes, *columns.kim_sets}:
        return say.say(
            'If kim shall fill it in, please add "{field}" to kim_writes below [tables.{table}] in columns.toml.',
            field=field, table=table,
        )  # fmt: skip
    return say.say(
        'Please call it “{ours}”, or name it in columns.toml below [tables.{table}.headings]: {field} = ["{column}"].',
        ours=columns.own_heading(field), table=table, field=field, column=heading,
    )  # fmt: skip
