"""The history that jobs plan over, read from the ledger in one go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import structs
from sqlalchemy import Connection, select

from automations.ledger.audit import last_entry
from automations.ledger.codec import loads
from automations.ledger.outbox import WAITING, is_held
from automations.ledger.recording import UNWANTED
from automations.ledger.replies import read_addresses, read_replies
from automations.ledger.runs import read_runs
from automations.ledger.schema import counters, facts, outbox, runs
from automations.ledger.store import Store
from automations.ledger.told import read_told, with_covered
from automations.ledger.writes import read_projected, read_vetoes
from automations.model.fact_kinds.course import Adopted
from automations.model.fact_kinds.figures import Weekly
from automations.model.fact_kinds.messages import Version
from automations.model.fact_kinds.questions import Answered, Question
from automations.model.fact_kinds.sightings import Reserved
from automations.model.facts import K
from automations.model.history import History, MailRecord, Reply, VersionRecord
from automations.model.values import RowKey

_RUNS = 200  # about two months of working days, as Laufprotokoll shows them; what is older stays in the ledger
_Facts = Mapping[str, Mapping[str, Mapping[str, Any]]]
_ELSEWHERE = frozenset(cls.kind for cls in (Reserved, Question, Answered, Weekly, Adopted))


class Remembering(Store):
    """Reading the past."""

    def history(self, *, live: bool) -> History:
        """All that the ledger remembers for jobs; how rows stood is kept apart (see `sight`).

        `live` tells whether mails really go to people: then those of state "test" never left. A
        fact of kind "adopted" {"on": date} says when the workbook was first met."""
        with self._reading() as connection:
            known = _facts(connection)
            mails = with_covered(connection, _mails(connection))
            replies = read_replies(connection)
            # The earliest: a workbook that was added later does not make the site new.
            adopted = min((met.on for _, met in _of(Adopted, known) if met.on), default=None)
            return History(
                mails=mails,
                versions=_versions(connection),
                told=read_told(connection, mails, replies, live=live),
                reserved={_row_key(given.row): given.number for _, given in _of(Reserved, known)},
                counters={row[0]: row[1] for row in connection.execute(select(counters.c.prefix, counters.c.highest))},
                replies=replies,
                questions={key: asked.number for key, asked in _of(Question, known)},
                asked_on={key: asked.asked_on for key, asked in _of(Question, known) if asked.asked_on},
                answers={key: said.answer for key, said in _of(Answered, known)},
                vetoes=read_vetoes(connection),
                weekly=dict(_of(Weekly, known)),
                facts=_others(known),
                bounced=read_addresses(connection, "bounced"),
                objected={**read_addresses(connection, "objected"), **_objecting_cases(replies)},
                runs=read_runs(connection, _RUNS),
                adopted_on=adopted,
                adopting=adopted is None,
                live=live,
                held=is_held(connection),
                projected=read_projected(connection),
                mark=last_entry(connection),
            )


def _facts(connection: Connection) -> _Facts:
    known: dict[str, dict[str, Mapping[str, Any]]] = {}
    rows = connection.execute(select(facts.c.kind, facts.c.key, facts.c.payload).where(facts.c.kind != Version.kind))
    for kind, key, payload in rows:
        # All kinds but versions at once: a run asks for nearly all of them.
        known.setdefault(kind, {})[key] = loads(payload)
    return known


def _of(kind: type[K], known: _Facts) -> Iterator[tuple[str, K]]:
    return ((key, kind.read(data)) for key, data in known.get(kind.kind, {}).items())


def _others(known: _Facts) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    return {(kind, key): data for kind, items in known.items() if kind not in _ELSEWHERE for key, data in items.items()}


def _mails(connection: Connection) -> dict[str, MailRecord]:
    o = outbox.c
    # What was only not wanted any more never left, and may be planned as if for the first time.
    lapsed = (o.state == "suppressed") & (o.detail == UNWANTED)
    columns = (
        o.key, o.rule, o.case, o.subject_key, o.version, o.state, o.at, o.language, o.address_digest, o.detail, o.size,
        o.released, o.tried,
    )  # fmt: skip
    rows: Iterable[Any] = connection.execute(select(*columns).where(~lapsed))
    waits = select(o.key, runs.c.at).join(runs, runs.c.run == o.run).where(o.state.in_(WAITING))
    found = {row[0]: MailRecord(*row) for row in rows}
    waiting = {row.key: structs.replace(found[row.key], since=row.at) for row in connection.execute(waits)}
    return {**found, **waiting}


class _Versions(Mapping[str, VersionRecord]):
    """Versions of all appointments ever, each understood only when it is asked for: a run looks at
    those of the coming days."""

    def __init__(self, payloads: Mapping[str, str]) -> None:
        self._payloads = payloads

    def __getitem__(self, key: str) -> VersionRecord:
        data = loads(self._payloads[key])
        kept = Version.read(data)
        return VersionRecord(kept.version, kept.facts, kept.data if isinstance(kept.data, Mapping) else data)

    def __contains__(self, key: object) -> bool:
        return key in self._payloads

    def __iter__(self) -> Iterator[str]:
        return iter(self._payloads)

    def __len__(self) -> int:
        return len(self._payloads)


def _versions(connection: Connection) -> _Versions:
    rows = connection.execute(select(facts.c.key, facts.c.payload).where(facts.c.kind == Version.kind))
    return _Versions({row[0]: row[1] for row in rows})


def _objecting_cases(replies: Mapping[str, tuple[Reply, ...]]) -> Mapping[str, datetime]:
    """The newest objection of each case; which address it had then is not remembered."""
    objections = (reply for some in replies.values() for reply in some if reply.action == "object")
    # By kim's clock: a letter bears the day of the reader's own, and one of years ago would be older than the consent
    # that it takes back.
    return {reply.case: reply.known_at for reply in sorted(objections, key=lambda reply: reply.known_at)}


def _row_key(row: Any) -> RowKey:
    return row if isinstance(row, RowKey) else RowKey(row["workbook"], row["table"], row["key"])
