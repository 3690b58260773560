"""What stops a run before anything is planned: signs that the world is not what it was.

Each tripwire has a name, a sentence, and a way to go on deliberately: `kim run --accept NAME`.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from automations.config import Site
from automations.ledger import Ledger
from automations.plan import Fact
from automations.records import Snapshot
from automations.texts import Texts, texts

NAMES = ("shrink", "heading", "clock", "disk")

_BACKWARDS = timedelta(minutes=10)  # clocks of two machines of one team may differ by that much
_AHEAD = timedelta(days=400)  # longer than any holiday: a year without a run is a wrong clock
_SPARE = 200 * 1024 * 1024  # bytes that must stay free for the copy, the versions and the ledger


def refusal(site: Site, ledger: Ledger, snapshot: Snapshot, now: datetime, accepted: Collection[str]) -> str:
    """The sentence of the first tripwire that was touched and not accepted; "" where there is none."""
    say = texts(site.facts.language)
    checks = {
        "shrink": lambda: _shrunken(site, ledger, snapshot, say),
        "heading": lambda: _vanished(ledger, snapshot, say),
        "clock": lambda: _clock(ledger, now, say),
        "disk": lambda: _disk(site, say),
    }
    for name, check in checks.items():
        sentence = "" if name in accepted else check()
        if sentence:
            hint = say.say("Nothing was changed. If that is right, run once with --accept {name}.", name=name)
            return f"{sentence} {hint}"
    return ""


def row_counts(snapshot: Snapshot) -> list[Fact]:
    """How many rows each table has now, to be remembered for the next run."""
    return [Fact("rows", table, {"count": count}) for table, count in _counts(snapshot).items()]


def headings(snapshot: Snapshot) -> list[Fact]:
    """Which fields each table has now, to be remembered for the next run."""
    return [
        Fact("headings", table, {field: layout.headings.get(field, "") for field in sorted(layout.columns)})
        for table, layout in snapshot.layouts.items()
    ]


def _counts(snapshot: Snapshot) -> Mapping[str, int]:
    return {
        "cases": len(snapshot.cases), "appointments": len(snapshot.appointments), "team": len(snapshot.team),
        "locations": len(snapshot.locations), "naturalisation": len(snapshot.naturalisation),
    }  # fmt: skip


def _shrunken(site: Site, ledger: Ledger, snapshot: Snapshot, say: Texts) -> str:
    """Rule 9: a table that suddenly lost most of its rows."""
    guards = site.file.guards
    for table, has in _counts(snapshot).items():
        had = int(str((ledger.fact("rows", table) or {}).get("count", 0)))
        if had >= guards.shrink_from and has < had * (100 - guards.shrink_percent) / 100:
            return say.say(
                "The table {table} has {has} rows where the last run saw {had}.", table=table, has=has, had=had
            )
    return ""


def _vanished(ledger: Ledger, snapshot: Snapshot, say: Texts) -> str:
    """A heading that kim relied on is gone, while its table is still there."""
    for gone, table, tab in _gone(ledger, snapshot):
        return say.say("The column „{column}“ is no longer in the tab „{tab}“.", column=gone, tab=tab or table)
    return ""


def _gone(ledger: Ledger, snapshot: Snapshot) -> Iterator[tuple[str, str, str]]:
    for table, layout in snapshot.layouts.items():
        known = ledger.fact("headings", table) or {}
        for field, heading in known.items():
            if field not in layout.columns:
                yield str(heading or field), table, layout.tab


def _clock(ledger: Ledger, now: datetime, say: Texts) -> str:
    runs = ledger.runs(1)
    if not runs:
        return ""
    last = runs[0].at
    if now < last - _BACKWARDS:
        return say.say("The clock says {now:%d.%m.%Y %H:%M}, but the last run was later, on {last:%d.%m.%Y %H:%M}.",
                       now=now, last=last.astimezone(now.tzinfo))  # fmt: skip
    if now > last + _AHEAD:
        return say.say("The clock says {now:%d.%m.%Y}, more than a year after the last run on {last:%d.%m.%Y}.",
                       now=now, last=last.astimezone(now.tzinfo))  # fmt: skip
    return ""


def _disk(site: Site, say: Texts) -> str:
    free = shutil.disk_usage(site.state if site.state.exists() else site.folder).free
    if free >= _SPARE:
        return ""
    return say.say("The disk is nearly full ({free} MB left).", free=free // 1024 // 1024)
