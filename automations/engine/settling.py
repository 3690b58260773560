"""When rows have stood long enough to count: what was typed only just now may be half typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from msgspec import Struct

from automations.config.site import Site
from automations.ledger.book import Ledger
from automations.ledger.sightings import Stood
from automations.model.values import RowKey

# Tables whose rows kim appends: that they are new is no news, and people's answers are seen as a change of the
# workbook.
_APPENDED = frozenset({"decisions", "calls"})

_UNREAD: Mapping[str, Stood] = MappingProxyType({})
_NOBODY: Mapping[RowKey, str] = MappingProxyType({})


class Settling(Struct, frozen=True):
    """Rows that changed within the settling time, and when the first of those that people typed will have stood
    (None: there are none)."""

    rows: frozenset[RowKey] = frozenset()
    next: datetime | None = None


def settling(
    site: Site,
    ledger: Ledger,
    fingerprints: Mapping[RowKey, str],
    now: datetime,
    stood: Mapping[str, Stood] = _UNREAD,
    *,
    remember: bool,
    former: Mapping[RowKey, str] = _NOBODY,
) -> Settling:
    """How the rows stand at `now` (aware), by the fingerprint of each. With `remember` the ledger notes it, so that
    they can settle; without it the ledger is only read. `stood` is by workbook what was read of it before, `former`
    the numbers that rows had which have another one now."""
    wait = timedelta(minutes=site.facts.settle_minutes)
    young: dict[RowKey, datetime] = {}
    for name in {row.workbook for row in fingerprints}:
        rows = {row: fingerprint for row, fingerprint in fingerprints.items() if row.workbook == name}
        known = stood.get(name)
        since = ledger.sight(name, rows, now, known, former) if remember else ledger.sighted(name, rows, now, known)
        # Many rows share few moments: these are compared, and the rows looked up.
        fresh = {moment for moment in set(since.values()) if now - moment < wait}
        young |= {row: moment for row, moment in since.items() if moment in fresh} if fresh else {}
    # Rows that kim itself adds are no reason to look again.
    coming = min((moment for row, moment in young.items() if row.table not in _APPENDED), default=None)
    return Settling(frozenset(young), coming + wait if coming else None)
