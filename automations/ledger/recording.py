"""Recording a plan: audit, facts and mails in one transaction, before anything is carried out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import Connection, delete, select, update

from automations.ledger.audit import Entry, append
from automations.ledger.codec import dumps
from automations.ledger.facts import keep_facts
from automations.ledger.older_mails import unfold_mails
from automations.ledger.outbox import WAITING, mail_entries
from automations.ledger.schema import mail_payloads, outbox
from automations.ledger.store import Store, chunks, upsert
from automations.ledger.told import keep_tellings
from automations.model.history import LEFT
from automations.model.plan import EditGroup, Fact, Mail
from automations.model.told import address_digest

UNWANTED = "no longer wanted"  # the detail of a mail that the fresh plan does not contain any more


class PlannedMail(Struct, frozen=True):
    """A mail and what is to become of it for now; `detail` says why it is held or suppressed, `size` what it
    counts for the brake (0: nothing), `speaks` whether it may reach its reader today."""

    mail: Mail
    state: Literal["queued", "held", "suppressed"]
    detail: str = ""
    size: int = 1
    speaks: bool = True


class Recording(Store):
    """Writing down what a run is about to do."""

    def record(
        self,
        run: str,
        now: datetime,
        groups: Sequence[EditGroup],
        mails: Sequence[PlannedMail],
        facts: Sequence[Fact],
        wanted_rules: frozenset[str],
        *,
        live: bool = False,
    ) -> None:
        """Notes decisions and facts, and brings the outbox in line with the fresh plan.

        Waiting mails take the new content and state; those of `wanted_rules` that were not planned again are
        suppressed, and come back if they are planned later. A key that may have left, failed or was suppressed for
        another reason stays as it is; one in state "test" is queued again only while mails are `live`."""
        with self._writing() as connection:
            # One transaction: a run that dies in it has decided nothing, and the next one plans the same anew.
            entries = [_decided(group) for group in groups]
            entries += keep_facts(connection, facts, now)
            entries += _keep_mails(connection, run, now, {item.mail.key: item for item in mails}, live=live)
            entries += _drop_unwanted(connection, now, wanted_rules, {item.mail.key for item in mails})
            append(connection, now, run, entries)


def _decided(group: EditGroup) -> Entry:
    edits = [(edit.field, edit.old, edit.new) for edit in group.edits]
    data = {"group": group.id, "job": group.job, "why": group.why, "op": group.op, "edits": edits}
    return Entry("decided", data, subject=group.row.key)


def _keep_mails(
    connection: Connection, run: str, now: datetime, planned: Mapping[str, PlannedMail], *, live: bool
) -> Iterator[Entry]:
    known = _known(connection, list(planned))
    if live:  # what went to the folder only is planned anew
        unfold_mails(connection, [key for key, old in known.items() if old.state == "test" and old.payload is None])
    rows: list[dict[str, Any]] = []
    payloads: list[dict[str, Any]] = []
    # Since when they wait stays: a mail that is planned anew each day must not stay young for ever.
    waiting = frozenset(key for key, old in known.items() if old.state in WAITING)
    for key, item in planned.items():
        old = known.get(key)
        state = item.state if old is None else _next_state(old, item.state, live=live)
        if state is None:
            continue
        payload = dumps(item.mail)
        # Else every run would write each waiting mail, and an entry of the chain, once more.
        if old is not None and (old.state, old.payload, old.detail) == (state, payload, item.detail):
            continue
        rows.append(_row(item, state, run, now, old))
        # Nothing is kept of what does not leave: its content is personal.
        if state != "suppressed":
            payloads.append({"key": key, "payload": payload, "text": b""})
        if old is None or old.state != state:
            yield from _planned_entries(item, state)
    upsert(connection, outbox, rows)
    upsert(connection, mail_payloads, payloads)
    keep_tellings(connection, [planned[row["key"]].mail for row in rows], now, waiting)
    _forget_payloads(connection, [row["key"] for row in rows if row["state"] == "suppressed"])


def _known(connection: Connection, keys: Sequence[str]) -> dict[str, Any]:
    joined = outbox.outerjoin(mail_payloads, outbox.c.key == mail_payloads.c.key)
    query = select(outbox, mail_payloads.c.payload).select_from(joined)
    return {row.key: row for part in chunks(keys) for row in connection.execute(query.where(outbox.c.key.in_(part)))}


def _next_state(old: Any, wanted: str, *, live: bool) -> str | None:
    """The state that a known mail gets; None where it must stay as it is."""
    # What may have left is never sent a second time, whatever a fresh plan says.
    if old.state in LEFT or old.state == "failed" or (old.state == "test" and not live):
        return None
    # Suppressed by a guard or an answer: no plan brings that back. What was merely not wanted for a while may be.
    if old.state == "suppressed" and old.detail != UNWANTED:
        return None
    # People let it go; the brake does not ask about the same mail twice.
    if wanted == "held" and old.released:
        return str(old.state) if old.state in WAITING else "queued"
    # The time of the next try stands: a server that is overloaded is not hurried by a new plan.
    if wanted == "queued" and old.state == "retry":
        return "retry"
    return wanted


def _row(item: PlannedMail, state: str, run: str, now: datetime, old: Any) -> dict[str, Any]:
    mail = item.mail
    waits = old is not None and old.state in WAITING
    newly_held = state == "held" and waits and (old.state, old.detail) != ("held", item.detail)
    return {
        "key": mail.key,
        "run": old.run if waits and not newly_held else run,  # people are asked about the run that held it
        "rule": mail.rule,
        "case": mail.case,
        "subject_key": mail.subject_key,
        "version": mail.version,
        "language": mail.language,
        "address_digest": address_digest(mail.to),
        "state": state,
        "at": old.at if waits and old.state == state else now,
        # What was suppressed and comes back begins anew, tries and all.
        "attempts": old.attempts if waits else 0,
        "retry_at": old.retry_at if state == "retry" else None,
        "released": old.released if waits else 0,
        "size": item.size,
        "tried": old.tried if waits else None,
        "detail": item.detail,
        # Of a mail that left; whatever is written here has not yet.
        "message_id": "",
    }


def _planned_entries(item: PlannedMail, state: str) -> Iterator[Entry]:
    """One for each person whom the mail is for: each has a story of its own."""
    mail = item.mail
    data = {"key": mail.key, "rule": mail.rule, "language": mail.language, "state": state, "detail": item.detail}
    others = {telling.case: telling.subject for telling in mail.tellings if telling.case != mail.case}
    for case, subject in {mail.case: mail.subject_key, **others}.items():
        yield Entry("mail", {**data, "why": mail.why}, case, subject)


def _drop_unwanted(connection: Connection, now: datetime, rules: frozenset[str], wanted: set[str]) -> Iterator[Entry]:
    waiting = connection.execute(select(outbox).where(outbox.c.state.in_(WAITING), outbox.c.rule.in_(sorted(rules))))
    # Only of rules whose plan is complete: that a job crashed says nothing against its mails.
    rows = [row for row in waiting if row.key not in wanted]
    yield from suppress(connection, rows, now, UNWANTED)


def suppress(connection: Connection, rows: Sequence[Any], now: datetime, detail: str) -> Iterator[Entry]:
    """Takes waiting mails out of the outbox, their content with them."""
    for part in chunks([row.key for row in rows]):
        chosen = outbox.c.key.in_(part)
        connection.execute(update(outbox).where(chosen).values(state="suppressed", at=now, detail=detail))
    _forget_payloads(connection, [row.key for row in rows])
    for row in rows:
        yield from mail_entries(connection, row, "suppressed", detail)


def _forget_payloads(connection: Connection, keys: Sequence[str]) -> None:
    for part in chunks(keys):
        connection.execute(delete(mail_payloads).where(mail_payloads.c.key.in_(part)))
