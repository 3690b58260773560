"""The versions of an appointment: which state holds now, and its number.

A version is raised when anything that mails print, or the person whom it is for, differs from the newest
one; counters are never used twice, as a mail key names its version for ever. A change that returns to what
the client was told returns to that version, so that the links in the client's mail work again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from automations.jobs.reminding.printed import Printed
from automations.model.fact_kinds.messages import Version
from automations.model.history import VersionRecord
from automations.model.plan import Fact
from automations.model.told import Told
from automations.model.values import Plain

# What is noted of an appointment beside its digests, of which all other comparing is done: places and names would be
# two thirds of what the ledger keeps of it, and what somebody was told stands with the message.
_NOTED = ("person", "cancelled")


class State(Struct, frozen=True):
    """One version. `core_version` is the first of the versions in a row that share person, date, time and
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

    def is_of(self, person: str) -> bool:
        """Whether it is this person's; older versions of kim did not note whose it was."""
        return self.printed.get("person", "") in {"", person}

    def says(self, facts: Printed) -> bool:
        """Whether it is for the same person, and nothing that mails print differs."""
        return (self.whole == facts.whole or self.whole in facts.wholes) and self.is_of(facts.person)

    def shares_core(self, facts: Printed) -> bool:
        """Whether it is for the same person at the same date, time and place."""
        same = self.core in facts.cores or facts.is_the_same_meeting(self.printed)
        return same and self.is_of(facts.person)


class Versions(Struct, frozen=True):
    """The state now, and the one that this very person was told last where it is another one.
    `highest` is the highest counter ever given, `off` the last one under which it did not take place (0: none);
    `fresh` tells whether the ledger must learn of it."""

    now: State
    told: State | None
    highest: int
    fresh: bool
    off: int = 0

    def fact(self, number: str) -> Fact:
        """What the ledger is to remember under the appointment's number."""
        off = self.now.version if self.now.printed.get("cancelled") else self.off
        printed = {name: self.now.printed[name] for name in _NOTED if name in self.now.printed}
        data = {**self.now.plain(), "printed": printed, "highest": self.highest, "off": off}
        return Version(self.now.version, self.now.whole, data).under(number)


def versions(
    facts: Printed, record: VersionRecord | None, told: State | None, now: datetime | None, *, again: bool = False
) -> Versions:
    """The versions of an appointment that prints these facts. `told` is what its person was told last; `now` is
    None while the workbook is being adopted. With `again` the newest version is to be sent once more
    under a new number, as it came back and there is another address."""
    if record is None and told is not None and not told.says(facts):  # told before its row was seen, and changed since
        state = _raised(facts, told, told, told.version + 1, now)
        return Versions(state, told, state.version, fresh=True)
    if record is None:
        return Versions(_state(facts, 1, 1, now), None, 1, fresh=True)
    newest, highest = recorded(record)
    # Digests alone are kept of older versions; what is printed now is filled in for whoever compares.
    if newest.says(facts) and not again:
        return Versions(replace(newest, printed=facts.plain()), _other(told, newest), highest, fresh=False)
    # Moved and moved back before anybody heard of it: what was told is true again, and keeps its number.
    if told is not None and told.says(facts) and not again:
        return Versions(told, None, highest, fresh=True, off=last_off(record))
    raised = _raised(facts, newest, told, highest + 1, now)
    return Versions(raised, _other(told, raised), highest + 1, fresh=True, off=last_off(record))


def state_told(told: Told) -> State | None:
    """What somebody was told, as a state; None where its content is not kept any more."""
    return read_state(told.content) if told.content else None


def recorded(record: VersionRecord) -> tuple[State, int]:
    """The newest recorded state, and the highest counter ever given."""
    highest = record.data.get("highest")
    newest = read_state({**record.data, "version": record.version, "facts": record.facts})
    return newest, max(highest if isinstance(highest, int) else 0, record.version)


def last_off(record: VersionRecord) -> int:
    """The last version under which the appointment was cancelled; 0 where there was none."""
    before, off = record.data.get("told"), record.data.get("off")
    states = [recorded(record)[0], *([read_state(before)] if isinstance(before, Mapping) else [])]
    cancelled = [state.version for state in states if state.printed.get("cancelled")]
    # "told" and "off": where 0.1 and later versions noted it.
    return max([off if isinstance(off, int) else 0, *cancelled])


def read_state(data: Mapping[str, Any]) -> State:
    """A state from its plain form."""
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


def _other(told: State | None, now: State) -> State | None:
    return None if told is None or told.whole == now.whole else told


def _raised(facts: Printed, newest: State, told: State | None, version: int, now: datetime | None) -> State:
    # The core keeps its first version, so that an answer to any of these counts for all (see `Told.covers`).
    for earlier in (newest, told):
        if earlier is not None and earlier.shares_core(facts):
            return _state(facts, version, earlier.core_version, earlier.since)
    return _state(facts, version, version, now)


def _state(facts: Printed, version: int, core_version: int, since: datetime | None) -> State:
    return State(version, core_version, facts.whole, facts.core, since, facts.plain())


def stood_beside(record: VersionRecord | None, told: Told) -> bool:
    """Whether an appointment was there already when a message about another one left."""
    since = recorded(record)[0].since if record is not None else None
    return record is not None and (since is None or since <= told.at)
