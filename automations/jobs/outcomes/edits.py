"""Edits and problems that show in a row what the ledger knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from automations.model.plan import CellEdit, EditGroup, Fact
from automations.model.problems import Problem
from automations.model.records import Appointment, Case, CaseManager
from automations.model.snapshot import Snapshot
from automations.model.values import Value, same

JOB = "record_outcomes"


class Shown(Struct, frozen=True):
    """What a part of the job wants."""

    groups: tuple[EditGroup, ...] = ()
    problems: tuple[Problem, ...] = ()
    facts: tuple[Fact, ...] = ()


def show(
    record: Appointment | Case,
    table: str,
    field: str,
    new: Value,
    why: str,
    snapshot: Snapshot,
    *,
    guards: tuple[str, ...] = (),
    mark: str = "",
) -> Iterator[EditGroup]:
    """The edit that makes a cell say `new`; nothing where it says so or is not there. `guards` are
    fields that the decision rests on, `mark` tells this decision from others about the cell."""
    layout = snapshot.layouts.get(table)
    row = snapshot.rows.get(record.row)
    if layout is None or row is None or field not in layout.columns:
        return
    old = row.value(field)
    # The second: the cell may say it in the team's own word ("bestätigt"), which reading has translated.
    if same(old, new) or getattr(record, field) == new:
        return
    yield EditGroup(
        id=f"{field}/{record.number}" + (f"/{mark}" if mark else ""),
        row=record.row,
        edits=(CellEdit(field, old, new),),
        job=JOB,
        why=why,
        # The field itself is guarded by its edit's old value already.
        guards={name: value for name, value in row.guards(*guards).items() if name != field},
    )


def writable(snapshot: Snapshot, table: str, field: str) -> bool:
    """Whether kim may write that column."""
    layout = snapshot.layouts.get(table)
    return layout is not None and field in layout.writable


def problem(
    record: Appointment | Case | CaseManager, field: str, said: Mapping[str, str], snapshot: Snapshot
) -> Problem:
    """A problem at a cell; `said` has code, message, advice and who."""
    key = record.code if isinstance(record, CaseManager) else record.number
    return Problem(
        said["code"], said["message"], said["advice"], **snapshot.where(record, field), key=key or "",
        who=said.get("who", ""),
    )  # fmt: skip
