"""Writes to workbooks: announced before anything is replaced, so that a crash can be settled; and edits that were taken
back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from automations.ledger.audit import Entry, append
from automations.ledger.codec import dumps, loads
from automations.ledger.facts import keep_facts
from automations.ledger.schema import vetoes, write_groups, writes
from automations.ledger.staff_edits import note_written
from automations.ledger.store import Store, upsert
from automations.model.layout import Base
from automations.model.plan import EditGroup, Veto
from automations.model.values import digest
from automations.model.writes import PendingWrite, WriteResult

OPEN = ("announced", "unclear")  # writes whose outcome is still to be settled

NO_BASE = dumps(Base(""))
"""What was known of the file before: only settling asks for it, and it is as long as all that was written."""

PROJECTED = ("status", "contact_way", "rule")
"""Fields of the groups that brought a client's answer, or what a rule fills in, into a workbook."""


class Writes(Store):
    """Keeping track of writes."""

    def announce_write(
        self, token: str, run: str, workbook: str, before: str, after: str, groups: Sequence[EditGroup], base: Base
    ) -> None:
        """Commits what is about to be written. A second announcement of a token replaces the first."""
        head = {"token": token, "run": run, "workbook": workbook, "before": before, "after": after}
        rows = [
            {"token": token, "id": group.id, "seq": seq, "key": group.row.key, "result": "", "payload": dumps(group)}
            for seq, group in enumerate(groups)
        ]
        with self._writing() as connection:
            # The groups first: they refer to the write.
            connection.execute(delete(write_groups).where(write_groups.c.token == token))
            connection.execute(delete(writes).where(writes.c.token == token))
            connection.execute(insert(writes).values(**head, status="announced", at=None, base=dumps(base)))
            if rows:
                connection.execute(insert(write_groups), rows)

    def finish_write(self, token: str, result: WriteResult, now: datetime) -> None:
        """Notes what a write came to, group by group.

        One that ended "unclear" stays pending until it is settled; if that is unclear as well, it is "lost" and left to
        people. A token that was never announced is passed over: nothing was replaced then."""
        with self._writing() as connection:
            found = connection.execute(select(writes).where(writes.c.token == token)).one_or_none()
            if found is None:
                return
            # Asked twice and unclear twice: a third look would find no more, and each run would begin with it.
            status = "lost" if result.status == found.status == "unclear" else result.status
            after = result.revision or found.after
            changes = {"status": status, "at": now, "after": after, **({} if status in OPEN else {"base": NO_BASE})}
            connection.execute(update(writes).where(writes.c.token == token).values(**changes))
            append(connection, now, found.run, _results(connection, found.run, token, result, now))

    def veto(self, run: str, vetoes: Sequence[Veto], now: datetime) -> None:
        """Keeps edits that were taken back, so that they are not made again."""
        with self._writing() as connection:
            append(connection, now, run, _keep_vetoes(connection, run, vetoes, now))

    def pending_writes(self, workbook: str) -> tuple[PendingWrite, ...]:
        """Writes to a workbook that were announced and never seen finished, for settling."""
        query = select(writes).where(writes.c.workbook == workbook, writes.c.status.in_(OPEN))
        with self._reading() as connection:
            return tuple(
                PendingWrite(row.token, row.before, row.after, _groups(connection, row.token), loads(row.base))
                for row in connection.execute(query.order_by(writes.c.token)).all()
            )

    def written_groups(self, run: str) -> tuple[EditGroup, ...]:
        """The groups of a run that stand in the workbooks, in their order, for undoing it. Those
        whose values were erased or outlived their retention are missing."""
        joined = write_groups.join(writes, write_groups.c.token == writes.c.token)
        query = (
            select(write_groups.c.payload)
            .select_from(joined)
            .where(writes.c.run == run, write_groups.c.result == "applied", write_groups.c.payload.is_not(None))
            .order_by(writes.c.at, writes.c.token, write_groups.c.seq)
        )
        with self._reading() as connection:
            return tuple(loads(text) for text in connection.execute(query).scalars())


def is_projected() -> ColumnElement[bool]:
    """The condition of such a group."""
    return or_(*(write_groups.c.id.startswith(f"{field}/", autoescape=True) for field in PROJECTED))


def read_projected(connection: Connection) -> frozenset[str]:
    """Ids of the groups that brought a client's answer, or what a rule fills in, into a workbook (also those
    undone since)."""
    query = select(write_groups.c.id).where(is_projected(), write_groups.c.result == "applied")
    return frozenset(connection.execute(query).scalars())


def _groups(connection: Connection, token: str) -> tuple[EditGroup, ...]:
    query = select(write_groups.c.payload).where(write_groups.c.token == token, write_groups.c.payload.is_not(None))
    return tuple(loads(text) for text in connection.execute(query.order_by(write_groups.c.seq)).scalars())


def _results(connection: Connection, run: str, token: str, result: WriteResult, now: datetime) -> list[Entry]:
    rows = connection.execute(select(write_groups).where(write_groups.c.token == token)).all()
    by_result: dict[str, list[Any]] = {}
    for row in rows:
        by_result.setdefault(_outcome(row.id, result), []).append(row)
    for outcome, some in by_result.items():
        same = write_groups.c.token == token
        if len(by_result) > 1:
            _set_each(connection, token, some, outcome)
        else:
            connection.execute(update(write_groups).where(same).values(result=outcome))
    applied = [loads(row.payload) for row in rows if _outcome(row.id, result) == "applied" and row.payload]
    _note_applied(connection, applied)
    told = [_entry(row, _outcome(row.id, result), result.refused.get(row.id, "")) for row in rows]
    facts = keep_facts(connection, [fact for group in applied for fact in group.facts], now)
    # In one transaction with what the write came to: whoever settles it after a crash keeps the vetoes with it.
    return [*told, *facts, *_keep_vetoes(connection, run, [veto for group in applied for veto in group.vetoes], now)]


def _note_applied(connection: Connection, applied: Sequence[EditGroup]) -> None:
    by_workbook: dict[str, list[EditGroup]] = {}
    for group in applied:
        by_workbook.setdefault(group.row.workbook, []).append(group)
    for workbook, groups in by_workbook.items():
        note_written(connection, workbook, groups)


def _set_each(connection: Connection, token: str, rows: Sequence[Any], outcome: str) -> None:
    statement = update(write_groups).where(write_groups.c.token == token)
    for row in rows:
        connection.execute(statement.where(write_groups.c.id == row.id).values(result=outcome))


def _outcome(group: str, result: WriteResult) -> str:
    """A group that the result does not name shares the fate of the whole write."""
    if group in result.groups:
        return result.groups[group]
    return "applied" if result.status == "written" else result.status


def _entry(row: Any, outcome: str, reason: str) -> Entry:
    return Entry("written", {"group": row.id, "result": outcome, "why": reason}, subject=row.key)


def _keep_vetoes(connection: Connection, run: str, vetoes: Sequence[Veto], now: datetime) -> list[Entry]:
    """Notes edits that were taken back, within a transaction of the caller's."""
    return [_keep_veto(connection, run, veto, now) for veto in vetoes]


def _keep_veto(connection: Connection, run: str, veto: Veto, now: datetime) -> Entry:
    mark = digest(veto.row.workbook, veto.row.table, veto.row.key, veto.field, dumps((veto.new, dict(veto.guards))))
    row = {"id": mark, "run": run, "key": veto.row.key, "at": now, "payload": dumps(veto)}
    upsert(connection, vetoes, [row])
    return Entry("veto", {"field": veto.field, "new": veto.new}, subject=veto.row.key)


def read_vetoes(connection: Connection) -> tuple[Veto, ...]:
    """All vetoes, the oldest first."""
    return tuple(loads(text) for text in connection.execute(select(vetoes.c.payload).order_by(vetoes.c.at)).scalars())
