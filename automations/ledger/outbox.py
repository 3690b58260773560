"""The outbox: each mail's way from the plan to its recipient, every step committed at once.

queued → sending → sent | test | retry | failed | unknown; retry → sending; sent | unknown → bounced; unknown → sent |
retry, where the archive mailbox tells; queued | retry → held → queued; what is no longer wanted → suppressed. A crash
leaves `sending`, which is never taken for unsent.

Why: docs/decisions/08-unknown-is-shown.md"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Select, and_, bindparam, case, exists, func, or_, select, update

from automations.ledger.audit import Entry, append
from automations.ledger.codec import loads
from automations.ledger.errors import LedgerError
from automations.ledger.older_mails import STATES, old_contents, unfold_mails
from automations.ledger.schema import audit, mail_payloads, meta, outbox, told
from automations.ledger.store import Store, meta_value, set_meta
from automations.model.history import MailState
from automations.model.plan import Mail

WAITING = ("queued", "held", "retry")  # states of a mail that has not left and still may

ERASED = "erased"  # the detail of a mail whose content was erased

# From which states a mail may be settled to a state; into `sending` only by claiming it. An unknown mail may be tried
# again only where the archive mailbox says that it never left.
_FROM: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "sent": ("sending", "unknown"),
    "test": ("sending",),
    "retry": ("sending", "unknown"),
    "failed": ("sending", "unknown"),
    "unknown": ("sending",),
    # What came back has arrived somewhere, so a doubtful mail is none any more.
    "bounced": ("sent", "unknown"),
    "suppressed": WAITING,
    "held": ("queued", "retry"),
    "queued": ("held",),
    "sending": (),
})  # fmt: skip


class QueuedMail(Struct, frozen=True):
    """A mail in the outbox: how often it was tried, the run that planned it, its Message-ID if any."""

    mail: Mail
    attempts: int
    run: str
    state: MailState = "queued"
    message_id: str = ""


class DueMail(Struct, frozen=True):
    """A mail that may be claimed, without its content, and how often it was tried."""

    key: str
    rule: str
    attempts: int


class Outbox(Store):
    """Moving mails through their states."""

    @property
    def held(self) -> bool:
        """Whether all mail is stopped."""
        with self._reading() as connection:
            return is_held(connection)

    def set_hold(self, on: bool, now: datetime) -> None:
        """Stops all mail, or lets it go again. While it is stopped nothing can be claimed."""
        with self._writing() as connection:
            if is_held(connection) != on:
                set_meta(connection, "hold", "on" if on else "")
                append(connection, now, "", [Entry("hold", {"on": on})])

    def due(self, now: datetime) -> tuple[DueMail, ...]:
        """What may be claimed now, the oldest first: queued, or a retry whose time has come; nothing on hold."""
        query = select(outbox.c.key, outbox.c.rule, outbox.c.attempts).where(_due(now))
        with self._reading() as connection:
            if is_held(connection):
                return ()
            return tuple(DueMail(*row) for row in connection.execute(query.order_by(outbox.c.at, outbox.c.key)))

    def sendable(self, now: datetime, keys: Sequence[str] | None = None) -> tuple[QueuedMail, ...]:
        """What may be claimed now, with its content; of the few `keys`, where they are given."""
        query = _queued().where(_due(now)).order_by(outbox.c.at, outbox.c.key)
        with self._reading() as connection:
            if is_held(connection):
                return ()
            return _mails(connection, query if keys is None else query.where(outbox.c.key.in_(keys)))

    def claim(self, key: str, now: datetime) -> bool:
        """Takes a mail for sending, committed before this returns. False if it is not to be had:
        somebody else was quicker, or it was stopped meanwhile."""
        with self._writing() as connection:
            # The conditions stand in the update itself: of two runs that ask at once, one alone gets the row.
            return connection.execute(_CLAIM, {"of": key, "moment": now}).rowcount == 1

    def settle_mail(
        self,
        key: str,
        state: MailState,
        now: datetime,
        *,
        detail: str = "",
        retry_at: datetime | None = None,
        message_id: str = "",
        text: bytes = b"",
    ) -> None:
        """Notes what became of a mail. `text` is the message as it left; `retry_at` when to try again (at
        once where it is not given).

        Settling twice the same way changes nothing. Raises LedgerError (code "mail_state") for a
        step that there is not, such as from sent to retry."""
        # A time that stays behind would make a sent mail look as if it waited.
        again = (retry_at or now) if state == "retry" else None
        changes = {"now_state": state, "now_at": now, "now_detail": detail, "now_retry_at": again}
        with self._writing() as connection:
            # One statement looks and changes: between two, another program could settle the same mail.
            settled = connection.execute(_SETTLE[state], {"of": key, **changes, "now_message_id": message_id})
            row = settled.one_or_none()
            if row is None:
                found = connection.execute(_ONE, {"of": key}).scalar_one_or_none() or ""
                # After a crash between the two commits the same is said once more.
                if found == state:
                    return
                raise _no_such_step(key, found, state)
            if row.detail == ERASED:  # while it was on its way: what became of it is all that is learnt
                connection.execute(_GIVE_UP, {"of": key})
                append(connection, now, row.run, [Entry("mail", {"state": state})])
                return
            if state == "bounced":  # somebody is asked about it, with what it said
                unfold_mails(connection, [key])
            if text:
                connection.execute(_KEEP, {"of": key, "now_text": text})
            append(connection, now, row.run, mail_entries(connection, row, state, detail))

    def arrived(self, mark: int) -> tuple[int, bool]:
        """The end of the chain of entries, and whether since `mark` something was entered that a plan made then did
        not know: an answer, an address that bounced or objected, an erasure."""
        with self._writing() as connection:
            end, news = connection.execute(_SINCE, {"mark": mark}).one()
            # A chain that was cut to nothing has no end; the mark that the plan had still holds.
            return end or mark, bool(news)

    def stuck(
        self, now: datetime, *, older_than: timedelta = timedelta(0), unknown: bool = False
    ) -> tuple[QueuedMail, ...]:
        """Mails left in `sending` by a crash (claimed at least so long ago). Each is to be settled: as unknown, or as
        the archive mailbox tells. With `unknown` also those that are unknown since then, for whoever can find out."""
        # An archive mailbox may show tomorrow what it did not show today: so unknown ones are looked up again.
        states = ("sending", "unknown") if unknown else ("sending",)
        lost = outbox.c.state.in_(states) & (outbox.c.at <= now - older_than)
        with self._reading() as connection:
            return _mails(connection, _queued().where(lost).order_by(outbox.c.at, outbox.c.key))

    def release(self, run: str, now: datetime) -> int:
        """Lets the held mails of a run go; how many they were. They are not held a second time."""
        # By the run that held them, which is what the question named: mails of later runs were not agreed to.
        chosen = and_(outbox.c.state == "held", outbox.c.run == run)
        with self._writing() as connection:
            rows = connection.execute(select(outbox).where(chosen)).all()
            # Released for good: the brake that held it must not hold the very same mail once more.
            connection.execute(update(outbox).where(chosen).values(state="queued", at=now, released=1, detail=""))
            append(
                connection,
                now,
                run,
                [one for row in rows for one in mail_entries(connection, row, "queued", "released")],
            )
            return len(rows)

    def outbox_counts(self) -> Mapping[str, int]:
        """How many mails are in each state."""
        with self._reading() as connection:
            counted = connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
            return {row[0]: row[1] for row in counted}

    def mails(self, *states: str) -> tuple[QueuedMail, ...]:
        """The mails in those states, as far as their content is still kept; the oldest first."""
        with self._reading() as connection:
            query = _queued(outer=True).where(outbox.c.state.in_(states)).order_by(outbox.c.at, outbox.c.key)
            return _mails(connection, query, old_contents(connection) if {*states} & {*STATES} else {})


def is_held(connection: Connection) -> bool:
    """Whether all mail is stopped."""
    return meta_value(connection, "hold") == "on"


def mail_entries(connection: Connection, row: Any, state: str, detail: str) -> list[Entry]:
    """The audit entries of a mail's new state: one for each person whom it is for."""
    data = {"key": row.key, "rule": row.rule, "language": row.language, "state": state, "detail": detail}
    others = connection.execute(_OTHERS, {"of": row.key, "not_of": row.case}).all()
    return [Entry("mail", data, case, subject) for case, subject in ((row.case, row.subject_key), *others)]


def _queued(*, outer: bool = False) -> Select[Any]:
    joined = outbox.join(mail_payloads, outbox.c.key == mail_payloads.c.key, isouter=outer)
    columns = (
        outbox.c.key,
        outbox.c.attempts,
        outbox.c.run,
        outbox.c.state,
        outbox.c.message_id,
        mail_payloads.c.payload,
    )
    return select(*columns).select_from(joined)


def _due(now: Any) -> Any:
    return or_(outbox.c.state == "queued", and_(outbox.c.state == "retry", outbox.c.retry_at <= now))


_OF: Any = bindparam("of")
_STOPPED = exists().where(meta.c.name == "hold", meta.c.value == "on")
_ONE = select(outbox.c.state).where(outbox.c.key == _OF)
_CLAIM = (
    update(outbox)
    .where(outbox.c.key == _OF, _due(bindparam("moment", type_=outbox.c.at.type)), ~_STOPPED)
    .values(
        state="sending", at=bindparam("moment", type_=outbox.c.at.type),
        tried=bindparam("moment", type_=outbox.c.at.type), attempts=outbox.c.attempts + 1, retry_at=None,
    )
)  # fmt: skip
_NEW_ID: Any = bindparam("now_message_id")
_SETTLED = update(outbox).values(
    **{name: bindparam(f"now_{name}") for name in ("state", "at", "retry_at")},
    detail=case(
        (outbox.c.detail == ERASED, outbox.c.detail), else_=bindparam("now_detail", type_=outbox.c.detail.type)
    ),
    message_id=case((or_(_NEW_ID == "", outbox.c.detail == ERASED), outbox.c.message_id), else_=_NEW_ID),
)
_SETTLE = MappingProxyType(
    {
        state: _SETTLED.where(outbox.c.key == _OF, outbox.c.state.in_(before)).returning(
            outbox.c.key,
            outbox.c.run,
            outbox.c.rule,
            outbox.c.language,
            outbox.c.case,
            outbox.c.subject_key,
            outbox.c.detail,
        )
        for state, before in _FROM.items()
    }
)
_SINCE = select(
    func.max(audit.c.id), func.sum(case((audit.c.kind.in_(("reply", "address", "erased")), 1), else_=0))
).where(audit.c.id > bindparam("mark"))
_GIVE_UP = (
    update(outbox).where(outbox.c.key == _OF, outbox.c.state == "retry").values(state="suppressed", retry_at=None)
)
_KEEP = update(mail_payloads).where(mail_payloads.c.key == _OF).values(text=bindparam("now_text"))
# Statements of every mail, prepared once: building one costs more than carrying it out.
_OTHERS = select(told.c.case, told.c.subject_key).where(told.c.mail == _OF, told.c.case != bindparam("not_of"))


def _mails(
    connection: Connection, query: Select[Any], old: Mapping[str, tuple[str, bytes]] = MappingProxyType({})
) -> tuple[QueuedMail, ...]:
    """Those whose content is kept, here or in `old`."""
    rows = ((row, row.payload or old.get(row.key, ("", b""))[0]) for row in connection.execute(query))
    return tuple(
        QueuedMail(loads(payload), row.attempts, row.run, row.state, row.message_id) for row, payload in rows if payload
    )


def _no_such_step(key: str, found: str, wanted: str) -> LedgerError:
    return LedgerError(
        "The mail {key} cannot go from “{found}” to “{wanted}”.",
        "Nothing was changed; `kim status` shows the mails that wait.",
        code="mail_state",
        key=key,
        found=found or "…",
        wanted=wanted,
    )
