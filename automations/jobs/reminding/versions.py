"""The versions of an appointment: which state a client was told, and which one holds now.

A version is raised when anything that mails print differs from the newest one; counters are never
used twice, as a mail key names its version for ever. A change that returns to what the client was
told returns to that version, so that the links in the client's mail work again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from automations.jobs.reminding.printed import Printed
from automations.model.history import Reply, VersionRecord
from automations.model.plan import Fact
from automations.model.values import Plain


@dataclass(frozen=True, slots=True)
class State:
    """One version. `core_version` is the first of the versions in a row that share date, time and
    place; `since` is when that was first seen (None: before the workbook was adopted)."""

    version: int
    core_version: int
    whole: str
    core: str
    since: datetime | None
    printed: Mapping[str, Plain]

    def plain(self) -> dict[str, Plain]:
        """As part of a fact."""
        return {
            "version": self.version,
            "core_version": self.core_version,
            "facts": self.whole,
            "core": self.core,
            "since": self.since.isoformat() if self.since else "",
            "printed": self.printed,
        }


@dataclass(frozen=True, slots=True)
class Versions:
    """The state now, and the last one that may have reached the client where it is another one.
    `highest` is the highest counter ever given; `fresh` tells whether the ledger must learn of it."""

    now: State
    told: State | None
    highest: int
    fresh: bool

    @property
    def core_changed(self) -> bool:
        """Whether the client was told another date, time or place."""
        return self.told is not None and self.told.core != self.now.core

    def fact(self, number: str) -> Fact:
        """What the ledger is to remember under the appointment's number."""
        told = self.told.plain() if self.told else None
        data = {**self.now.plain(), "told": told, "highest": self.highest}
        return Fact("version", number, {"version": self.now.version, "facts": self.now.whole, "data": data})


def versions(facts: Printed, record: VersionRecord | None, left: bool, now: datetime | None) -> Versions:
    """The versions of an appointment that prints these facts. `left` tells whether the
    client may know of the recorded version; `now` is None while the workbook is being adopted."""
    if record is None:
        return Versions(_state(facts, 1, 1, now), None, 1, fresh=True)
    newest, told, highest = _recorded(record)
    if newest.whole == facts.whole:
        return Versions(newest, None if left else told, highest, fresh=False)
    told = newest if left else told
    if told is not None and told.whole == facts.whole:
        return Versions(told, None, highest, fresh=True)
    return Versions(_raised(facts, newest, told, highest + 1, now), told, highest + 1, fresh=True)


def cancelled_by_client(record: VersionRecord, replies: Iterable[Reply]) -> bool:
    """Whether the recorded state is a cancellation that came from the client, who then knows of it
    without any mail."""
    newest, told, _ = _recorded(record)
    if told is None or not newest.printed.get("cancelled"):
        return False
    return any(reply.action == "cancel" and told.core_version <= reply.version <= told.version for reply in replies)


def known_states(record: VersionRecord) -> tuple[State, ...]:
    """The newest recorded state, and the one before it that a client may know."""
    newest, told, _ = _recorded(record)
    return (newest, told) if told else (newest,)


def _raised(facts: Printed, newest: State, told: State | None, version: int, now: datetime | None) -> State:
    for earlier in (newest, told):
        if earlier is not None and earlier.core == facts.core:
            return _state(facts, version, earlier.core_version, earlier.since)
    return _state(facts, version, version, now)


def _state(facts: Printed, version: int, core_version: int, since: datetime | None) -> State:
    return State(version, core_version, facts.whole, facts.core, since, facts.plain())


def _recorded(record: VersionRecord) -> tuple[State, State | None, int]:
    data = record.data
    told = data.get("told")
    highest = data.get("highest")
    return (
        _read({**data, "version": record.version, "facts": record.facts}),
        _read(told) if isinstance(told, Mapping) else None,
        max(highest if isinstance(highest, int) else 0, record.version),
    )


def _read(data: Mapping[str, Any]) -> State:
    version = int(data["version"])
    since = str(data.get("since") or "")
    return State(
        version=version,
        core_version=int(data.get("core_version") or version),
        whole=str(data["facts"]),
        core=str(data.get("core") or ""),
        since=datetime.fromisoformat(since) if since else None,
        printed=data.get("printed") or {},
    )
