"""Sends what waits in the outbox, each mail once: claim, deliver, settle.

The claim is committed before anything leaves; what a crash leaves behind between claim and settling
is `unknown` until people, or the archive mailbox, say what became of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Literal, Protocol

from automations.common.errors import place_of
from automations.common.texts import Texts, texts
from automations.messages.addresses import AddressProblem
from automations.messages.mailbox import MailboxProblem
from automations.messages.message import Sender, build
from automations.messages.refusals import refusal
from automations.messages.render import Rendered, Renderer, TemplateProblem
from automations.messages.text_message import build_text
from automations.messages.transport import Connecting, Delivery, Transport
from automations.model.history import MailState
from automations.model.plan import Mail

FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(hours=4)
PATIENCE = 3
"""So many troubles of the server in a row end a round; the mails not tried yet stay as they are."""

LEASE = timedelta(minutes=5)
"""So long after its claim a mail is still handed over. A program that stood still for longer (a machine put to sleep)
may have been overtaken by another that looked the mail up and found that it never left."""

_REASONS = 3
"""So many reasons are told; more would not be read."""

PAGE = 200
"""So many mails are read from the ledger at a time: a round of any length takes the same memory."""


class Due(Protocol):
    """A mail that may leave, without its content."""

    @property
    def key(self) -> str:
        """Its key."""


class Queued(Protocol):
    """A mail of the outbox and how often it was tried."""

    @property
    def mail(self) -> Mail:
        """What is to be sent."""

    @property
    def attempts(self) -> int:
        """How often it was claimed before."""


class OutboxStore(Protocol):
    """What the outbox asks of the ledger. Each method commits before it returns."""

    def due(self, now: datetime) -> Sequence[Due]:
        """All mails that are queued, or to be retried by now, oldest first."""

    def sendable(self, now: datetime, keys: Sequence[str]) -> Sequence[Queued]:
        """Those of the keys that still are, oldest first, with their content."""

    def together(self) -> AbstractContextManager[None]:
        """What is claimed and settled inside the block is one commit."""

    def claim(self, key: str, now: datetime) -> bool:
        """Turn a sendable mail into `sending`; False where somebody else was faster."""

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
        """Record what became of a mail."""

    def arrived(self, mark: int) -> tuple[int, bool]:
        """The end of the ledger's chain, and whether since `mark` an answer, an address that bounced or objected, or
        an erasure was entered."""

    def stuck(self, now: datetime, *, older_than: timedelta = timedelta(0), unknown: bool = False) -> Sequence[Queued]:
        """Mails that a crashed run left in `sending`, claimed at least so long ago; with `unknown` also
        those that are unknown since then."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mail in this round, and why. Without its content, as a round may be long."""

    key: str
    audience: Literal["client", "partner", "staff"]
    state: MailState
    detail: str = ""


@dataclass(frozen=True, slots=True)
class OutboxReport:
    """One round of sending. `waiting` are mails that may not leave now, with the reason; `trouble`
    is what somebody must mend, the server or a template ("" for nothing)."""

    outcomes: tuple[Outcome, ...] = ()
    waiting: tuple[Outcome, ...] = ()
    trouble: str = ""

    @property
    def counts(self) -> Counter[str]:
        """How many mails ended in each state."""
        return Counter(outcome.state for outcome in self.outcomes)


def send_all(
    ledger: OutboxStore,
    renderer: Renderer,
    transport: Transport,
    sender: Sender,
    may_leave: Callable[[Mail], str | None],
    now: Callable[[], datetime],
    keys: Collection[str],
    mark: int | None = None,
) -> OutboxReport:
    """Send every sendable mail whose key is in `keys` and that `may_leave` has nothing against (it
    returns the reason, or None). A mail that cannot be addressed has failed, with the reason; one
    whose template is broken is put off until somebody mended it; the others go on. A server that is
    out of order ends the round.

    `mark` is the end of the ledger's chain when the plan was made (None: whatever came since does not matter to
    these mails). Right before each claim the ledger is asked whether somebody answered, objected or was erased
    since; then the plan is out of date, and the mails that are left wait for the next one.

    While one mail is on the wire, the next is rendered and claimed: a crash leaves two in doubt at
    most. All but the delivering itself happens in the caller's thread.
    """
    wanted = frozenset(keys)
    with closing(transport), ThreadPoolExecutor(1, "mail") as hands:
        sending = _Round(ledger, renderer, transport, sender, may_leave, now, hands, mark)
        try:
            for queued in _pages(ledger, wanted, now):
                if not sending.send(queued):
                    break
        finally:
            sending.finish()
    words = renderer.words
    late = words.say("Somebody answered or was erased while mails left; those that are left wait for the next run.")
    troubles = (
        *([late] if sending.overtaken else []),
        *sending.troubles[-1:],
        *sending.broken.values(),
        *_refusals(sending.outcomes, words),
    )
    return OutboxReport(tuple(sending.outcomes), tuple(sending.waiting), "; ".join(troubles))


def _refusals(outcomes: Sequence[Outcome], words: Texts) -> Iterator[str]:
    """Why mails failed for good, each reason once; addresses are left out, as logs are read by others."""
    reasons = dict.fromkeys(refusal(outcome.detail, words) for outcome in outcomes if outcome.state == "failed")
    for reason in list(reasons)[:_REASONS]:
        yield words.say("A mail did not leave: {reason}", reason=reason)


def _pages(ledger: OutboxStore, wanted: frozenset[str], now: Callable[[], datetime]) -> Iterator[Queued]:
    keys = [item.key for item in ledger.due(now()) if item.key in wanted]
    for start in range(0, len(keys), PAGE):
        yield from ledger.sendable(now(), keys[start : start + PAGE])


@dataclass(frozen=True, slots=True)
class _Ready:
    """A mail that can leave."""

    queued: Queued
    rendered: Rendered
    message: EmailMessage


@dataclass(slots=True)
class _Round:
    """One round of sending, and what it came to so far. `troubles` are those of the server in a row."""

    ledger: OutboxStore
    renderer: Renderer
    transport: Transport
    sender: Sender
    may_leave: Callable[[Mail], str | None]
    now: Callable[[], datetime]
    hands: ThreadPoolExecutor
    mark: int | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    waiting: list[Outcome] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    overtaken: bool = False
    on_its_way: tuple[_Ready, Future[Delivery]] | None = None
    arrived: tuple[_Ready, Delivery] | None = None

    def send(self, queued: Queued) -> bool:
        """Bring a mail on its way once the one before it has arrived; False when the server has been
        in trouble too often."""
        ready = self._ready(queued)
        if self.troubles or ready is None:
            self._settle()
        if self.troubles:
            self.finish()
        if len(self.troubles) >= PATIENCE:
            return False
        if ready is not None and self._stranded(ready):
            return True
        claimed = self.now()
        if ready is not None and self._claim(queued.mail.key):
            self._await()
            self.on_its_way = ready, self.hands.submit(self._deliver, ready.message, claimed)
        return not self.overtaken

    def _stranded(self, ready: _Ready) -> bool:
        """Where there is no connection the mail is tried again later: nothing was handed over, so whatever
        happens now must not leave it in doubt."""
        if self.on_its_way is not None or not isinstance(self.transport, Connecting):
            return False
        down = self.hands.submit(self.transport.connect).result()
        if down is None:
            return False
        with self.ledger.together():
            if self.ledger.claim(ready.queued.mail.key, self.now()):
                self.arrived = ready, down
                self._settle()
                self.troubles = [*self.troubles, down.detail or down.state]
        return True

    def finish(self) -> None:
        """Wait for the mail that is on its way, and settle it."""
        self._settle()
        self._await()
        self._settle()

    def _claim(self, key: str) -> bool:
        """Claim a mail, and settle the one that arrived meanwhile in the same commit."""
        with self.ledger.together():
            self._settle()
            if self.mark is not None:
                self.mark, self.overtaken = self.ledger.arrived(self.mark)
            return not self.overtaken and self.ledger.claim(key, self.now())

    def _ready(self, queued: Queued) -> _Ready | None:
        """The mail as a message; None where it is not to leave, or not now."""
        mail, moment = queued.mail, self.now()
        if moment > mail.not_after:
            self._drop(mail, "suppressed", self.renderer.words.say("It would have come too late."))
            return None
        reason = self.may_leave(mail)
        if reason is not None:
            self.waiting.append(_outcome(mail, "queued", reason))
            return None
        try:
            rendered = self.renderer.render(mail)
            make = build_text if mail.channel == "sms" else build
            return _Ready(queued, rendered, make(mail, rendered, self.sender, moment))
        except TemplateProblem as problem:
            self.broken.setdefault(problem.template, str(problem))
            if self.ledger.claim(mail.key, moment):
                self._put_off(queued, str(problem))
        except AddressProblem as problem:
            said = self.renderer.words.say("“{address}” is not exactly one usable mail address.", address=problem)
            self._fail(mail, said, moment)
        except (ValueError, TypeError) as error:
            said = self.renderer.words.say("This mail cannot be put together ({place}).", place=place_of(error))
            self._fail(mail, said, moment)
        return None

    def _deliver(self, message: EmailMessage, claimed: datetime) -> Delivery:
        if self.now() - claimed > LEASE:
            return Delivery("retry", self.renderer.words.say("The program stood still while this mail was to leave."))
        try:
            return self.transport.deliver(message, str(message["To"].addresses[0].addr_spec))
        except Exception as error:  # noqa: BLE001 - whatever it was, the mail may have left
            place = place_of(error)
            return Delivery("unknown", self.renderer.words.say("A fault of kim ({place})", place=place), down=True)

    def _await(self) -> None:
        """Wait for the mail that is on its way; it has arrived then, but is not settled yet."""
        if self.on_its_way is None:
            return
        (ready, handed), self.on_its_way = self.on_its_way, None
        delivery = handed.result()
        self.troubles = [*self.troubles, delivery.detail or delivery.state] if delivery.down else []
        self.arrived = ready, delivery

    def _settle(self) -> None:
        """Record what became of the mail that has arrived."""
        if self.arrived is None:
            return
        (ready, delivery), self.arrived = self.arrived, None
        mail, moment = ready.queued.mail, self.now()
        self.ledger.settle_mail(
            mail.key,
            delivery.state,
            moment,
            detail=delivery.detail,
            retry_at=moment + pause(ready.queued.attempts, delivery) if delivery.state == "retry" else None,
            message_id=str(ready.message["Message-ID"]),
            text=f"{ready.rendered.subject}\n\n{ready.rendered.text}".encode(),
        )
        self.outcomes.append(_outcome(mail, delivery.state, delivery.detail))

    def _put_off(self, queued: Queued, detail: str) -> None:
        """A mail whose template is broken leaves when somebody has mended it."""
        moment = self.now()
        retry_at = moment + pause(queued.attempts, Delivery("retry"))
        self.ledger.settle_mail(queued.mail.key, "retry", moment, detail=detail, retry_at=retry_at)
        self.outcomes.append(_outcome(queued.mail, "retry", detail))

    def _fail(self, mail: Mail, detail: str, moment: datetime) -> None:
        if self.ledger.claim(mail.key, moment):
            self._drop(mail, "failed", detail)

    def _drop(self, mail: Mail, state: MailState, detail: str) -> None:
        """Settle a mail that is not to leave."""
        self.ledger.settle_mail(mail.key, state, self.now(), detail=detail)
        self.outcomes.append(_outcome(mail, state, detail))


def pause(attempts: int, delivery: Delivery) -> timedelta:
    """How long to wait before the next attempt: five minutes, doubled each time, four hours at most.
    (RFC 5321, 4.5.4.1 wants long pauses; greylisting servers are content with five minutes.)
    """
    if delivery.retry_after is not None:
        return min(timedelta(seconds=delivery.retry_after), LONGEST_RETRY)
    doubled: timedelta = FIRST_RETRY * 2 ** min(attempts, 10)
    return min(doubled, LONGEST_RETRY)


def settle_stuck(
    ledger: OutboxStore,
    archive_search: Callable[[Mail], bool] | None,
    now: datetime,
    grace: timedelta,
    language: str = "en",
) -> OutboxReport:
    """Decide on mails that a crash left in `sending`. Without an archive mailbox they are `unknown`,
    for people to look at. With one, these and the unknown ones are looked up once `grace` is over: a
    mail found there was sent, one not found was not and is sent again. The younger ones wait: a server may
    still be carrying them. Reasons are given in `language`.
    """
    outcomes, trouble, words = [], "", texts(language)
    older_than = grace if archive_search else timedelta(0)
    for queued in ledger.stuck(now, older_than=older_than, unknown=archive_search is not None):
        try:
            outcome = _verdict(queued.mail, archive_search, words)
        except MailboxProblem as error:
            trouble = str(error)
            break
        retry_at = now if outcome.state == "retry" else None
        ledger.settle_mail(outcome.key, outcome.state, now, detail=outcome.detail, retry_at=retry_at)
        outcomes.append(outcome)
    return OutboxReport(tuple(outcomes), (), trouble)


def _verdict(mail: Mail, archive_search: Callable[[Mail], bool] | None, words: Texts) -> Outcome:
    if archive_search is None or mail.channel == "sms":  # a gateway leaves no copy in the archive
        return _outcome(mail, "unknown", words.say("The run was interrupted while this mail was being sent."))
    if archive_search(mail):
        return _outcome(mail, "sent", words.say("Found in the archive mailbox."))
    return _outcome(mail, "retry", words.say("Not found in the archive mailbox, so it is sent again."))


def _outcome(mail: Mail, state: MailState, detail: str) -> Outcome:
    return Outcome(mail.key, mail.audience, state, detail)
