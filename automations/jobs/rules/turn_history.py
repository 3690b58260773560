"""What candidates were told and answered about a row, read from what the ledger remembers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from msgspec import Struct

from automations.model.history import History, MailRecord, Reply
from automations.model.told import ARRIVED, Told, is_offer, offer_subject

OFFERED = frozenset({"offer", "changed"})  # messages whose yes takes the thing on
HOLDING = frozenset({"taken", "changed"})  # messages after which their reader believes to have it


class Past(Struct, frozen=True):
    """One candidate and one row. `told` is what arrived, the oldest first; `returned` what came back after that;
    `answers` stand in the order in which the mail server took them, whatever their own dates say; `version` is the
    number of the next message; `known` tells whether any message was ever settled."""

    subject: str
    told: tuple[Told, ...] = ()
    waiting: Told | None = None
    returned: Told | None = None
    answers: tuple[Reply, ...] = ()
    version: int = 1
    known: bool = False

    @property
    def last(self) -> Told | None:
        """What the candidate was told last."""
        return self.told[-1] if self.told else None

    @property
    def kind(self) -> str:
        """What kind of message that was; "" where there was none."""
        return str(self.last.content.get("kind", "")) if self.last else ""

    @property
    def core(self) -> str:
        """The digest of what was told last."""
        return str(self.last.content.get("core", "")) if self.last else ""

    @property
    def starts(self) -> datetime | None:
        """When the thing begins, as the candidate was told last."""
        try:
            return datetime.fromisoformat(str(self.last.content.get("starts", ""))) if self.last else None
        except ValueError:
            return None

    @property
    def printed(self) -> Mapping[str, str]:
        """The facts of the row as they were told last."""
        return {name: str(text) for name, text in self.last.printed.items()} if self.last else {}

    @property
    def is_open(self) -> bool:
        """Whether an offer is out, or about to leave, that was neither declined nor taken back."""
        # A mail that waits in the outbox counts as asked: else a second one would be asked beside it.
        kind = self.kind or (str(self.waiting.content.get("kind", "")) if self.waiting else "")
        return kind == "offer" and not self.said_no

    @property
    def said_no(self) -> bool:
        """Whether the last answer was no."""
        return bool(self.answers) and self.answers[-1].action == "cancel"

    def yes(self, core: str) -> Reply | None:
        """The first yes to what the row says now, unless a no came after it."""
        found: Reply | None = None
        for reply in self.answers:
            entry = self._answered(reply)
            if reply.action == "cancel":
                found = None
            elif reply.action == "confirm" and entry is not None and entry.content.get("core") == core:
                # The first yes keeps its place in the queue, also where somebody taps twice.
                found = found or (reply if entry.content.get("kind") in OFFERED else None)
        return found

    def no_to(self, core: str) -> bool:
        """Whether the last answer to what the row says now was no."""
        mine = [reply for reply in self.answers if (one := self._answered(reply)) and one.content.get("core") == core]
        return bool(mine) and mine[-1].action == "cancel"

    def confirmed(self, core: str) -> bool:
        """Whether a change that was told last was answered with yes."""
        return self.kind != "changed" or self.yes(core) is not None

    def late_yes(self) -> bool:
        """Whether a yes came that nothing was said to yet, after the offer had been taken back."""
        last = self.last
        return (
            last is not None
            and self.kind in {"withdrawn", "released", "cancelled"}
            and any(reply.action == "confirm" and reply.known_at > last.at for reply in self.answers)
        )

    def _answered(self, reply: Reply) -> Told | None:
        return next((entry for entry in self.told if entry.version == reply.version), None)


class Pasts:
    """All of one rule's past, by row and candidate (their marks)."""

    def __init__(self, rule: str, history: History) -> None:
        self._rule, self._history = rule, history

    def of(self, row: str, candidate: str) -> Past:
        """What one candidate was told about one row, and answered."""
        subject = offer_subject(self._rule, row, candidate)
        told = sorted(self._history.told.get(subject, ()), key=lambda entry: entry.version)
        arrived = tuple(entry for entry in told if entry.fate in ARRIVED)
        last = arrived[-1].version if arrived else 0
        records = self._records.get(subject, ())
        settled = [one.version for one in records if one.state not in {"queued", "held", "retry"} and self._left(one)]
        # By when the server took them: the date in a mail is whatever the sender's telephone says.
        replies = sorted(self._history.replies.get(subject, ()), key=lambda reply: (reply.known_at, reply.at))
        return Past(
            subject,
            arrived,
            next((entry for entry in told if entry.fate == "waiting"), None),
            # An address that a later message reached was mended since.
            next((entry for entry in told if entry.fate == "returned" and entry.version > last), None),
            tuple(reply for reply in replies if reply.action in {"confirm", "cancel"}),
            # Beyond all that were settled, whatever became of them: a key that left must never be used again.
            max(settled, default=0) + 1,
            bool(settled),
        )

    def _left(self, record: MailRecord) -> bool:
        """Mails to a folder never left once real ones do."""
        return record.state != "test" or not self._history.live

    def rows(self) -> Mapping[str, Sequence[str]]:
        """The marks of the rows about which anybody was told anything -> those of the candidates."""
        found: dict[str, dict[str, None]] = {}
        for entry in self._entries():
            row, candidate = str(entry.content.get("row", "")), str(entry.content.get("candidate", ""))
            found.setdefault(row, {})[candidate] = None
        return {row: tuple(some) for row, some in found.items()}

    def _entries(self) -> Iterator[Told]:
        for subject, entries in self._history.told.items():
            if is_offer(subject):
                yield from (entry for entry in entries if entry.content.get("rule") == self._rule)

    @cached_property
    def _records(self) -> Mapping[str, Sequence[MailRecord]]:
        return _by_subject(self._history.mails.values())


def rules_told_by(history: History) -> frozenset[str]:
    """The rules by which anybody was asked in turn, as far as that is still known."""
    told = (entry for subject, entries in history.told.items() if is_offer(subject) for entry in entries)
    return frozenset(str(entry.content["rule"]) for entry in told if entry.content.get("rule"))


def _by_subject(records: Iterable[MailRecord]) -> dict[str, list[MailRecord]]:
    found: dict[str, list[MailRecord]] = {}
    for record in records:
        if is_offer(record.subject_key):
            found.setdefault(record.subject_key, []).append(record)
    return found
