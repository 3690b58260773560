"""What the ledger remembers, as read-only values for the jobs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

from automations.model.fact_kinds.figures import Weekly
from automations.model.fact_kinds.sightings import Renumbered
from automations.model.facts import K
from automations.model.runs import RunRecord
from automations.model.told import Told
from automations.model.values import Plain, RowKey, Value, same

if TYPE_CHECKING:
    from automations.model.plan import EditGroup, Veto

MailState = Literal["queued", "held", "sending", "sent", "test", "retry", "failed", "unknown", "bounced", "suppressed"]
LEFT: frozenset[str] = frozenset({"sending", "sent", "unknown", "bounced"})
"""States in which a message may have reached its recipient."""

_ENDED = frozenset({"sent", "unknown", "bounced", "failed"})

SETTLED: frozenset[str] = LEFT | {"failed", "suppressed"}
"""States after which a key is not sent again ("test" counts only while mails go to a folder)."""

# Digits: whatever is longer is a slip (a telephone number behind the prefix), which no later number may follow, and
# which no database could hold.
_LONGEST_COUNT = 12

_NOTHING: Mapping[str, Mapping[str, Plain]] = MappingProxyType({})


class MailRecord(Struct, frozen=True):
    """A mail of the outbox. `at` is when its state last changed, `tried` when it was last handed over (aware, UTC).
    `size` is what it counts for the brake (0: nothing), `released` whether people let it go, `since` when one that has
    not left was planned first."""

    key: str
    rule: str
    case: str
    subject_key: str
    version: int
    state: MailState
    at: datetime
    language: str = ""
    address_digest: str = ""
    detail: str = ""
    size: int = 1
    released: bool = False
    tried: datetime | None = None
    since: datetime | None = None


class VersionRecord(Struct, frozen=True):
    """The newest version of an appointment: its counter, a digest of the facts that its mails print, and the
    facts themselves. What anybody was told of it is in `History.told`."""

    version: int
    facts: str
    data: Mapping[str, Plain]


class Reply(Struct, frozen=True):
    """A client's answer, read from the mailbox: action "confirm", "cancel", "object". `at` is when it was written,
    `read_at` when kim read it (both aware; None: an older version of kim did not note it)."""

    appointment: str
    case: str
    version: int
    action: Literal["confirm", "cancel", "object"]
    at: datetime
    seen: Mapping[str, Value] = field(default_factory=dict)
    read_at: datetime | None = None

    @property
    def known_at(self) -> datetime:
        """Since when anybody here can know of it."""
        # 0.1 did not note when it read.
        return self.read_at or self.at


def last_answer(entry: Told, replies: Sequence[Reply]) -> Literal["", "confirm", "cancel", "object"]:
    """What the reader of an entry last answered about its date, time and place; "" for nothing."""
    # An answer counts for what its giver was told, for nothing else: "yes" to ten o'clock is no yes to eleven.
    said = [reply.action for reply in replies if entry.covers(reply.version) and reply.case in {"", entry.case}]
    return said[-1] if said else ""


class History(Struct, frozen=True, dict=True):
    """All that a job may know of the past.

    `versions`, `told` (oldest first) and `replies` are keyed by appointment number; `reserved` maps a draft row's key
    to the number reserved for it; `counters` a number's prefix ("KIM-2026-") to the highest count ever given;
    `questions` a question's key to its number in the tab of decisions, `asked_on` to the day on which it was put;
    `answers` a question's key to the answer that was recorded; `weekly` a Monday's ISO date to that week's figures;
    `facts` everything else by (kind, key). `adopted_on` is when the workbook was first met. `live` is False while mails
    go to a folder or a test address. `projected` holds the ids of edit groups that wrote what clients answered; such a
    group is not made a second time. `bounced` maps digests of addresses, `objected` these and case numbers, to when kim
    last read so (aware). `mark` is the newest entry of the ledger's chain."""

    mails: Mapping[str, MailRecord] = field(default_factory=dict)
    versions: Mapping[str, VersionRecord] = field(default_factory=dict)
    told: Mapping[str, tuple[Told, ...]] = field(default_factory=dict)
    reserved: Mapping[RowKey, str] = field(default_factory=dict)
    counters: Mapping[str, int] = field(default_factory=dict)
    replies: Mapping[str, tuple[Reply, ...]] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    asked_on: Mapping[str, date] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    vetoes: tuple[Veto, ...] = ()
    weekly: Mapping[str, Weekly] = field(default_factory=dict)
    facts: Mapping[tuple[str, str], Mapping[str, Plain]] = field(default_factory=dict)
    bounced: Mapping[str, datetime] = field(default_factory=dict)
    objected: Mapping[str, datetime] = field(default_factory=dict)
    runs: tuple[RunRecord, ...] = ()
    adopted_on: date | None = None
    adopting: bool = False
    live: bool = False
    held: bool = False
    projected: frozenset[str] = frozenset()
    mark: int = 0

    def highest_count(self, prefix: str, numbers: Iterable[str | None]) -> int:
        """The highest count ever given with a prefix ("KIM-2026-"), or typed in one of the `numbers`."""
        counts = (number.removeprefix(prefix) for number in numbers if number and number.startswith(prefix))
        typed = (int(count) for count in counts if count.isdecimal() and len(count) <= _LONGEST_COUNT)
        return max([self.counters.get(prefix, 0), *typed])

    def forbids(self, group: EditGroup) -> bool:
        """Whether people took this very edit back and nothing that it rested on has changed since."""
        return any(
            veto.row == group.row
            and any(edit.field == veto.field and same(edit.new, veto.new) for edit in group.edits)
            and all(name not in group.guards or same(group.guards[name], value) for name, value in veto.guards.items())
            for veto in self.vetoes
        )

    def fact(self, kind: type[K], key: str | None = None) -> K | None:
        """What is remembered under a key, without one where the kind always stands; None for nothing."""
        found = self.facts.get((kind.kind, kind.key if key is None else key))
        return None if found is None else kind.read(found)

    def facts_of(self, kind: type[K]) -> Mapping[str, K]:
        """All that is remembered of a kind, by key."""
        return {key: kind.read(data) for key, data in self._by_kind.get(kind.kind, _NOTHING).items()}

    def number_now(self, table: str, number: str) -> str:
        """The number that a row has now which once had another; the same where it was never numbered anew."""
        passed: set[str] = set()
        while number not in passed and (found := self.fact(Renumbered, f"{table}/{number}")) and found.number:
            passed.add(number)
            number = found.number
        return number

    def first_number(self, table: str, number: str) -> str:
        """The number that a row had when kim met it."""
        names = [key.partition("/")[2] for key in self.facts_of(Renumbered) if key.startswith(f"{table}/")]
        return next((old for old in names if number == self.number_now(table, old) and old not in self._given), number)

    @cached_property
    def _given(self) -> frozenset[str]:
        """Numbers that rows got instead of others."""
        return frozenset(one.number for one in self.facts_of(Renumbered).values())

    @cached_property
    def refused(self) -> Mapping[str, str]:
        """Digests of the addresses whose newest mail failed -> why."""
        newest: dict[str, MailRecord] = {}
        for mail in self.mails.values():
            known = newest.get(mail.address_digest)
            # The newest counts: an address that a later mail reached is right.
            if mail.state in _ENDED and (known is None or known.at <= mail.at):
                newest[mail.address_digest] = mail
        return {mark: mail.detail for mark, mail in newest.items() if mark and mail.state == "failed"}

    @cached_property
    def _by_kind(self) -> Mapping[str, Mapping[str, Mapping[str, Plain]]]:
        """The facts by kind: jobs ask for kinds a hundred times a run, and there are tens of thousands of facts."""
        found: dict[str, dict[str, Mapping[str, Plain]]] = {}
        for (name, key), data in self.facts.items():
            found.setdefault(name, {})[key] = data
        return found
