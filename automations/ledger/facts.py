"""Facts: what must be remembered between runs, one value for each kind and key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from automations.ledger.audit import Entry, append
from automations.ledger.codec import dumps, loads
from automations.ledger.schema import counters, facts
from automations.ledger.store import Store, chunks, upsert
from automations.model.fact_kinds import bookkeeping
from automations.model.facts import K
from automations.model.plan import Fact

_NUMBER = re.compile(r"(?P<prefix>.*?)(?P<count>\d+)", re.DOTALL)
_BOOKKEEPING = bookkeeping()


class Facts(Store):
    """Facts outside a plan."""

    def remember(self, facts: Sequence[Fact], now: datetime) -> None:
        """Keeps facts; one of the same kind and key is replaced. What is known already is not written again."""
        with self._writing() as connection:
            append(connection, now, "", keep_facts(connection, facts, now))

    def fact(self, kind: type[K], key: str | None = None) -> K | None:
        """What is remembered under a key, without one where the kind always stands; None for nothing."""
        place = kind.key if key is None else key
        query = select(facts.c.payload).where(facts.c.kind == kind.kind, facts.c.key == place)
        with self._reading() as connection:
            found = connection.execute(query).scalar()
        return None if found is None else kind.read(loads(found))

    def facts_of(self, kind: type[K]) -> Mapping[str, K]:
        """All that is remembered of a kind, by key."""
        query = select(facts.c.key, facts.c.payload).where(facts.c.kind == kind.kind)
        with self._reading() as connection:
            return {row.key: kind.read(loads(row.payload)) for row in connection.execute(query)}


def keep_facts(connection: Connection, wanted: Sequence[Fact], now: datetime) -> Iterator[Entry]:
    """Writes those facts that are news, and gives their audit entries."""
    fresh = {(fact.kind, fact.key): (fact, dumps(dict(fact.data))) for fact in wanted}
    # Compared before writing: most facts of a run are those of the run before, and the chain would fill with them.
    known = _known(connection, list(fresh))
    news = {place: pair for place, pair in fresh.items() if known.get(place) != pair[1]}
    rows = [{"kind": kind, "key": key, "at": now, "payload": text} for (kind, key), (_, text) in news.items()]
    upsert(connection, facts, rows)
    _count(connection, [fact for fact, _ in news.values() if fact.kind == "reserved"])
    for fact in (fact for fact, _ in news.values() if fact.kind not in _BOOKKEEPING):
        number, case = fact.data.get("number"), fact.data.get("case")
        # Under the number that it gives: the story of the row is asked for by that.
        subject = str(number) if fact.kind == "reserved" else fact.key
        yield Entry("fact", {"kind": fact.kind, "key": fact.key, "data": dict(fact.data)}, str(case or ""), subject)


def _known(connection: Connection, places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    by_kind: dict[str, list[str]] = {}
    for kind, key in places:
        by_kind.setdefault(kind, []).append(key)
    found: dict[tuple[str, str], str] = {}
    for kind, keys in by_kind.items():
        for part in chunks(keys):
            query = select(facts.c.key, facts.c.payload).where(facts.c.kind == kind, facts.c.key.in_(part))
            found.update({(kind, row.key): row.payload for row in connection.execute(query)})
    return found


def _count(connection: Connection, reserved: Sequence[Fact]) -> None:
    """Raises the counters, so that a number is never given twice, even after its fact was erased."""
    highest = {row[0]: row[1] for row in connection.execute(select(counters.c.prefix, counters.c.highest))}
    raised: dict[str, int] = {}
    for fact in reserved:
        found = _NUMBER.fullmatch(str(fact.data.get("number", "")))
        if found and int(found["count"]) > max(highest.get(found["prefix"], 0), raised.get(found["prefix"], 0)):
            raised[found["prefix"]] = int(found["count"])
    upsert(connection, counters, [{"prefix": prefix, "highest": count} for prefix, count in raised.items()])
