"""One round of the outbox: each mail is put together, claimed, handed over and settled.

The claim is committed before anything leaves. A mail that was claimed and not settled may have left. Three things go
on at once, as each of them waits for something else: this thread puts the next mail together, `book` claims the one
before it (and waits for the disk), `hands` delivers the one before that (and waits for the server)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING

from msgspec import Struct, field

from automations.common.errors import place_of
from automations.messages.addresses import AddressProblem
from automations.messages.message import Sender, build
from automations.messages.outcome import Outcome
from automations.messages.render import Rendered, Renderer
from automations.messages.sandbox import TemplateProblem
from automations.messages.text_gateway import build_text
from automations.messages.transport import Connecting, Delivery, Transport
from automations.model.history import MailState
from automations.model.plan import Mail

if TYPE_CHECKING:
    from automations.ledger.book import Ledger
    from automations.ledger.outbox import QueuedMail

FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(hours=4)
PATIENCE = 3  # so many troubles of the server in a row end a round; the mails not tried yet stay as they are

LEASE = timedelta(minutes=5)
"""So long after its claim a mail is still handed over. A program that stood still for longer (a machine put to sleep)
may have been overtaken by another that looked the mail up and found that it never left."""


class _Ready(Struct, frozen=True):
    """A mail that can leave."""

    queued: QueuedMail
    rendered: Rendered
    message: EmailMessage


class Round(Struct):
    """One round of sending, and what it came to so far. `troubles` are those of the server in a row. `book` and `hands`
    are one thread each; the ledger is asked either by `book` or by the caller's thread, never by both at once."""

    ledger: Ledger
    renderer: Renderer
    transport: Transport
    sender: Sender
    may_leave: Callable[[Mail], str | None]
    now: Callable[[], datetime]
    hands: ThreadPoolExecutor
    book: ThreadPoolExecutor
    mark: int | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    waiting: list[Outcome] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    overtaken: bool = False
    claiming: tuple[_Ready, datetime, Future[bool]] | None = None
    on_its_way: tuple[_Ready, Future[Delivery]] | None = None
    arrived: tuple[_Ready, Delivery] | None = None

    def send(self, mails: Iterable[QueuedMail]) -> bool:
        """Bring mails on their way, one after the other; False when the server has been in trouble too often, or the
        plan is out of date."""
        goes_on = all(self._send(queued) for queued in mails)
        self._hand_over()
        return goes_on and not self.overtaken

    def _send(self, queued: QueuedMail) -> bool:
        made = self._made(queued)
        self._hand_over()  # from here on nobody else is at the ledger
        ready = self._fit(queued, made)
        if self.troubles or ready is None:
            self._settle()
        # With the server in trouble one mail at a time: what is in doubt then is one, not two.
        if self.troubles:
            self.finish()
        if len(self.troubles) >= PATIENCE or self.overtaken:
            return False
        if ready is not None and not self._stranded(ready):
            self.claiming = ready, self.now(), self.book.submit(self._claim, queued.mail.key)
        return True

    def _hand_over(self) -> None:
        """Bring the mail that was claimed on its way, once the one before it has arrived."""
        if self.claiming is None:
            return
        # Somebody may press Ctrl-C while this waits: then no mail is forgotten, and none is handed over twice.
        ready, moment, claimed = self.claiming
        fresh = claimed.result()
        if fresh:
            self._await()
        self.claiming = None
        if fresh:
            self.on_its_way = ready, self.hands.submit(self._deliver, ready.message, moment)

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
        """Wait for the mails that are on their way, and settle them."""
        self._hand_over()
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

    def _made(self, queued: QueuedMail) -> _Ready | Exception:
        """The mail as a message, or what is wrong with it."""
        mail = queued.mail
        try:
            rendered = self.renderer.render(mail)
            make = build_text if mail.channel == "sms" else build
            return _Ready(queued, rendered, make(mail, rendered, self.sender, self.now()))
        # Given back and not raised: it is recorded under the claim, by the thread that is at the ledger.
        except (TemplateProblem, AddressProblem, ValueError, TypeError) as problem:
            return problem

    def _fit(self, queued: QueuedMail, made: _Ready | Exception) -> _Ready | None:
        """The message where it may leave; None where it is not to leave, or not now."""
        mail, moment, say = queued.mail, self.now(), self.renderer.words.say
        # Asked again although the plan did: a round may last, and a reminder after its appointment is worse than none.
        if moment > mail.not_after:
            self._drop(mail, "suppressed", say("It would have come too late."))
        elif (reason := self.may_leave(mail)) is not None:
            self.waiting.append(Outcome.of(mail, "queued", reason))
        elif isinstance(made, _Ready):
            return made
        elif isinstance(made, TemplateProblem):
            self.broken.setdefault(made.template, str(made))
            # Claimed like one that leaves, as another program may be sending the same mail just now.
            if self.ledger.claim(mail.key, moment):
                self._put_off(queued, str(made))
        elif isinstance(made, AddressProblem):
            self._fail(mail, say("“{address}” is not exactly one usable mail address.", address=made), moment)
        else:
            self._fail(mail, say("This mail cannot be put together ({place}).", place=place_of(made)), moment)
        return None

    def _deliver(self, message: EmailMessage, claimed: datetime) -> Delivery:
        if self.now() - claimed > LEASE:
            # Certainly not handed over yet, so that later is safe.
            return Delivery("retry", self.renderer.words.say("The program stood still while this mail was to leave."))
        try:
            return self.transport.deliver(message, str(message["To"].addresses[0].addr_spec))
        except Exception as error:  # noqa: BLE001 - whatever it was, the mail may have left
            # Its place in the code alone: the text of an error may hold what stands in the mail.
            place = place_of(error)
            return Delivery("unknown", self.renderer.words.say("A fault of kim ({place})", place=place), down=True)

    def _await(self) -> None:
        """Wait for the mail that is on its way; it has arrived then, but is not settled yet."""
        if self.on_its_way is None:
            return
        ready, handed = self.on_its_way
        delivery = handed.result()
        self.on_its_way = None
        # In a row: one mail that goes through shows that the server is well again.
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
        self.outcomes.append(Outcome.of(mail, delivery.state, delivery.detail))

    def _put_off(self, queued: QueuedMail, detail: str) -> None:
        """A mail whose template is broken leaves when somebody has mended it."""
        moment = self.now()
        retry_at = moment + pause(queued.attempts, Delivery("retry"))
        self.ledger.settle_mail(queued.mail.key, "retry", moment, detail=detail, retry_at=retry_at)
        self.outcomes.append(Outcome.of(queued.mail, "retry", detail))

    def _fail(self, mail: Mail, detail: str, moment: datetime) -> None:
        if self.ledger.claim(mail.key, moment):
            self._drop(mail, "failed", detail)

    def _drop(self, mail: Mail, state: MailState, detail: str) -> None:
        """Settle a mail that is not to leave."""
        self.ledger.settle_mail(mail.key, state, self.now(), detail=detail)
        self.outcomes.append(Outcome.of(mail, state, detail))


def pause(attempts: int, delivery: Delivery) -> timedelta:
    """How long to wait before the next attempt: five minutes, doubled each time, four hours at most.
    (RFC 5321, 4.5.4.1 wants long pauses; greylisting servers are content with five minutes.)"""
    if delivery.retry_after is not None:
        # A server that asks for a week would make a reminder worthless.
        return min(timedelta(seconds=delivery.retry_after), LONGEST_RETRY)
    # At most ten doublings, so that the number stays small; four hours are reached after six.
    doubled: timedelta = FIRST_RETRY * 2 ** min(attempts, 10)
    return min(doubled, LONGEST_RETRY)
