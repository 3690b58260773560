"""How long content is kept, and the forgetting of what is older."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from automations.ledger.codec import dumps, loads
from automations.ledger.older_mails import fold_mails, unfold_mails_before
from automations.ledger.older_story import fold_story, unfold_where
from automations.ledger.schema import (
    audit,
    audit_payloads,
    facts,
    mail_payloads,
    occurrences,
    outbox,
    packed,
    replies,
    runs,
    seen,
    sightings,
    to_micros,
    told,
    write_groups,
    writes,
)
from automations.ledger.store import Store, meta_value, outside_transaction, set_meta
from automations.ledger.told import NOTHING
from automations.ledger.writes import NO_BASE, OPEN, is_projected
from automations.model.fact_kinds.messages import Called, Version
from automations.model.fact_kinds.questions import Assignment, Barred, Question
from automations.model.fact_kinds.sightings import Reserved
from automations.model.fact_kinds.team_rules import RuleFilled, RuleNamed
from automations.model.history import SETTLED

_OVER = (*sorted(SETTLED - {"sending"}), "test")
_FORGOTTEN = (Version.kind, Called.kind, RuleNamed.kind)  # kinds of facts that serve only as long as they are fresh
_NO_SECONDS = dumps({})
# How the fact of a problem begins that stands in the list no more (jobs/checks/problem_ages.py).
_MENDED = '{"since":""'
_PACKED_AFTER = 2  # days after which the story and mails that left are packed (see `blocks`)
_SHRINK_PAGES = 2000  # at most so many free pages (of 4 KiB) are given back to the disk at a time


class Retention(Struct, frozen=True):
    """Days that content is kept: texts of mails; values that were written (undo reaches as far) or stood in
    rows that are gone, and how runs went; and everything that tells the story of a case. Counters
    of numbers, answers, objections and weekly figures stay."""

    mail_days: int = 90
    write_days: int = 30
    story_days: int = 730


class Keeping(Store):
    """Forgetting in time."""

    def trim(self, now: datetime, retention: Retention | None = None) -> None:
        """Forgets what is older than its retention, so that the ledger stays bounded.

        The audit chain is cut at its old end only; its new beginning is remembered, so that it can still be checked."""
        keep = retention or Retention()
        with self._writing() as connection:
            # Blocks before anything is forgotten: rows in them cannot be chosen one by one.
            unfold_mails_before(connection, now - timedelta(days=min(keep.mail_days, keep.story_days)))
            unfold_where(connection, packed.c.oldest < to_micros(now - timedelta(days=keep.story_days)))
            _trim_mails(connection, now - timedelta(days=keep.mail_days))
            _trim_writes(connection, now - timedelta(days=keep.write_days))
            _trim_story(connection, now - timedelta(days=keep.story_days))
            _trim_bars(connection, now)
            fold_mails(connection, now - timedelta(days=_PACKED_AFTER))
            fold_story(connection, now - timedelta(days=_PACKED_AFTER))
        if self._engine.dialect.name == "sqlite":
            outside_transaction(self._engine, f"PRAGMA incremental_vacuum({_SHRINK_PAGES})")


def leave_out_story(connection: Connection) -> None:
    """Of a backup that is some days old: the story of the cases, which the ledger and newer backups go on telling, the
    texts of mails whose way is over, and the values that finished writes wrote, so that nothing of before can be taken
    back; and how each row stands and since when, which the next look finds anew: compared with rows of long ago it
    would tell a second time what staff changed since. The chain is cut at its end, so that it still can be checked."""
    for table in (packed, audit_payloads, audit, sightings, seen):
        connection.execute(delete(table))
    _forget_values(connection, writes.c.status.not_in(OPEN))
    connection.execute(update(runs).values(seconds=_NO_SECONDS))
    set_meta(connection, "anchor", meta_value(connection, "head"))
    over = select(outbox.c.key).where(outbox.c.state.in_(_OVER))
    connection.execute(delete(mail_payloads).where(mail_payloads.c.key.in_(over)))


def _trim_mails(connection: Connection, before: datetime) -> None:
    over = select(outbox.c.key).where(outbox.c.state.in_(_OVER), outbox.c.at < before)
    connection.execute(delete(mail_payloads).where(mail_payloads.c.key.in_(over)))
    # What clients wrote beside a button is kept as long as what was written to them.
    connection.execute(delete(facts).where(facts.c.kind == "letter", facts.c.at < before))
    # A number that was given stands in its row by now, and the counters keep it from being given again; nothing
    # that quoted it is kept longer.
    connection.execute(delete(facts).where(facts.c.kind == Reserved.kind, facts.c.at < before))
    connection.execute(update(told).where(told.c.at < before, told.c.payload != NOTHING).values(payload=NOTHING))
    _trim_calls(connection, before)


def _trim_calls(connection: Connection, before: datetime) -> None:
    """Of an old call stays that it was made and what became of it, so that none is asked for twice; not the number
    that was rung nor what was said."""
    old = select(facts.c.key, facts.c.payload).where(facts.c.kind == Called.kind, facts.c.at < before)
    for row in connection.execute(old).all():
        called = Called.read(loads(row.payload))
        if called.phone or called.content:
            bare = dumps(replace(called, phone="", content=None).plain())
            mine = (facts.c.kind == Called.kind) & (facts.c.key == row.key)
            connection.execute(update(facts).where(mine).values(payload=bare))


def _trim_writes(connection: Connection, before: datetime) -> None:
    finished = writes.c.at.is_not(None) & (writes.c.at < before) & writes.c.status.not_in(OPEN)
    _forget_values(connection, finished)
    kept = select(write_groups.c.token)
    connection.execute(delete(writes).where(finished, writes.c.token.not_in(kept)))
    # A problem that stands there still keeps its first day, however old that is.
    mended = facts.c.payload.startswith(_MENDED, autoescape=True)
    connection.execute(delete(facts).where(facts.c.kind == "problem", mended, facts.c.at < before))
    connection.execute(delete(seen).where(seen.c.gone < before))
    over = writes.c.status.not_in(OPEN) & (writes.c.base != NO_BASE)
    connection.execute(update(writes).where(over).values(base=NO_BASE))
    # How long a run took and how its batch was solved is asked about runs that can be taken back, at most.
    timed = (runs.c.at < before) & (runs.c.seconds != _NO_SECONDS)
    connection.execute(update(runs).where(timed).values(seconds=_NO_SECONDS))
    connection.execute(delete(facts).where(facts.c.kind == Assignment.kind, facts.c.at < before))


def _forget_values(connection: Connection, finished: ColumnElement[bool]) -> None:
    """What some writes wrote. Without its values nothing can be taken back; only that it was projected is asked for
    later."""
    old = write_groups.c.token.in_(select(writes.c.token).where(finished))
    connection.execute(update(write_groups).where(old).values(payload=None))
    connection.execute(delete(write_groups).where(old, ~is_projected()))


def _trim_story(connection: Connection, before: datetime) -> None:
    old_mail = outbox.c.state.in_(_OVER) & (outbox.c.at < before)
    connection.execute(delete(mail_payloads).where(mail_payloads.c.key.in_(select(outbox.c.key).where(old_mail))))
    connection.execute(delete(outbox).where(old_mail))
    connection.execute(delete(told).where(told.c.at < before))
    old_writes = writes.c.at.is_not(None) & (writes.c.at < before)
    connection.execute(delete(write_groups).where(write_groups.c.token.in_(select(writes.c.token).where(old_writes))))
    connection.execute(delete(writes).where(old_writes))
    connection.execute(delete(facts).where(facts.c.kind.in_(_FORGOTTEN), facts.c.at < before))
    # Without it a rule takes what it once wrote for typed, and leaves it alone.
    connection.execute(delete(facts).where(facts.c.kind == RuleFilled.kind, facts.c.at < before))
    _blank_questions(connection, before)
    # An objection outlives everything: forgetting it would write to that person again.
    connection.execute(delete(replies).where(replies.c.action != "object", replies.c.at < before))
    connection.execute(delete(runs).where(runs.c.at < before))
    connection.execute(delete(occurrences).where(occurrences.c.at < before))
    _cut_chain(connection, audit.c.at < before)


def _blank_questions(connection: Connection, before: datetime) -> None:
    """What was asked of whom; that it was asked stays, so that it is not asked again."""
    old = (facts.c.kind == Question.kind) & (facts.c.at < before)
    for row in connection.execute(select(facts.c.key, facts.c.payload).where(old)).all():
        data = {**loads(row.payload), "question": "…"}
        here = (facts.c.kind == Question.kind) & (facts.c.key == row.key)
        connection.execute(update(facts).where(here).values(payload=dumps(data)))


def _trim_bars(connection: Connection, now: datetime) -> None:
    """Digests of people who were erased, from the day after the last on which they are needed."""
    known = connection.execute(select(facts.c.key, facts.c.payload).where(facts.c.kind == Barred.kind)).all()
    for row in known:
        until = Barred.read(loads(row.payload)).until
        if until is not None and until < now.date():
            connection.execute(delete(facts).where(facts.c.kind == Barred.kind, facts.c.key == row.key))


def _cut_chain(connection: Connection, old: ColumnElement[bool]) -> None:
    """Up to the last entry that is old; clocks may have jumped, the numbers have not."""
    last = connection.execute(select(func.max(audit.c.id)).where(old)).scalar()
    if last is None:
        return
    # What is packed is chosen by its moment; where a clock went back, younger entries stand before an old one.
    unfold_where(connection, packed.c.first <= last)
    digest = connection.execute(select(audit.c.digest).where(audit.c.id == last)).scalar_one()
    connection.execute(delete(audit_payloads).where(audit_payloads.c.id <= last))
    connection.execute(delete(audit).where(audit.c.id <= last))
    set_meta(connection, "anchor", f"{last}:{digest}")
