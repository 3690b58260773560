"""Sends what waits in the outbox, each mail once: claim, deliver, settle.

The claim is committed before anything leaves; what a crash leaves behind between claim and settling
is `unknown` until people, or the archive mailbox, say what became of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING

from automations.common.texts import Texts
from automations.messages.message import Sender
from automations.messages.outcome import OutboxReport, Outcome
from automations.messages.refusals import STEPS, refusal
from automations.messages.render import Renderer
from automations.messages.round import Round
from automations.messages.transport import Transport
from automations.model.plan import Mail

if TYPE_CHECKING:
    from automations.ledger.book import Ledger
    from automations.ledger.outbox import QueuedMail

_REASONS = 3  # so many reasons are told; more would not be read
PAGE = 200  # so many mails are read from the ledger at a time: a round of any length takes the same memory

# From so many mails on it pays to prepare the ledger for them: that alone waits for the disk as one of them does.
_MANY = 8


def send_all(
    ledger: Ledger,
    renderer: Renderer,
    transport: Transport,
    sender: Sender,
    may_leave: Callable[[Mail], str | None],
    now: Callable[[], datetime],
    keys: Collection[str],
    mark: int | None = None,
) -> OutboxReport:
    """Send every sendable mail whose key is in `keys` and that `may_leave` has nothing against (it returns the reason,
    or None). A mail that cannot be addressed has failed, with the reason; one whose template is broken is put off until
    somebody mended it; the others go on. A server that is out of order ends the round.

    `mark` is the end of the ledger's chain when the plan was made (None: whatever came since does not matter to
    these mails). Right before each claim the ledger is asked whether somebody answered, objected or was erased
    since; then the plan is out of date, and the mails that are left wait for the next one.

    While one mail is on the wire, the next is claimed, and the one after it put together: a crash leaves two in
    doubt at most."""
    wanted = frozenset(keys)
    lasting = ledger.many_commits() if len(wanted) >= _MANY else nullcontext()
    with lasting, closing(transport), ThreadPoolExecutor(1, "mail") as hands, ThreadPoolExecutor(1, "book") as book:
        sending = Round(ledger, renderer, transport, sender, may_leave, now, hands, book, mark)
        try:
            # `all` ends the round with the first page that says no: a server that is out of order.
            all(map(sending.send, _pages(ledger, wanted, now)))
        finally:
            sending.finish()
    words = renderer.words
    late = words.say("Somebody answered or was erased while mails left; those that are left wait for the next run.")
    troubles = (
        *([late] if sending.overtaken else []),
        *(_broken_off(trouble, words) for trouble in sending.troubles[-1:]),
        *sending.broken.values(),
        *_refusals(sending.outcomes, words),
    )
    return OutboxReport(tuple(sending.outcomes), tuple(sending.waiting), "; ".join(troubles))


def _broken_off(trouble: str, words: Texts) -> str:
    # Only an answer to one of our steps is a refusal to explain; a path or a name may hold the same words.
    reason = (refusal(trouble, words) if trouble.startswith(STEPS) else trouble).rstrip(".")
    return words.say("Sending was broken off: {reason}; what did not leave is tried again.", reason=reason)


def _refusals(outcomes: Sequence[Outcome], words: Texts) -> Iterator[str]:
    """Why mails failed for good, each reason once; addresses are left out, as logs are read by others."""
    reasons = dict.fromkeys(refusal(outcome.detail, words) for outcome in outcomes if outcome.state == "failed")
    for reason in list(reasons)[:_REASONS]:
        yield words.say("A mail did not leave: {reason}", reason=reason)


def _pages(ledger: Ledger, wanted: frozenset[str], now: Callable[[], datetime]) -> Iterator[Sequence[QueuedMail]]:
    # Not all that was planned may be tried now: a server has put some off, and some left in an earlier try.
    keys = [item.key for item in ledger.due(now()) if item.key in wanted]
    for start in range(0, len(keys), PAGE):
        yield ledger.sendable(now(), keys[start : start + PAGE])
