"""Whether a message may leave: the one table of guards, asked when planning and again when sending.

Pure. The guards stand in a fixed order; the first that objects gives the reason. Which language a
message is in is no guard: where no named colleague has approved a language, German is used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from automations.common.texts import Texts, texts
from automations.model.records import ContactWay

Outcome = Literal["queued", "held", "suppressed", "wait"]
"""queued: may leave · held: people decide · suppressed: never · wait: asked again next time."""

USUAL_FACTOR = 4  # a batch of more than four times the usual number is held

OTHER_WAYS = MappingProxyType({"email": {ContactWay.SMS}, "sms": {ContactWay.EMAIL}})
"""Ways of contact that a channel is none of; telephone, no reminder and no safe contact have guards of their own."""


class SendFacts(Struct, frozen=True):
    """All that the guards look at. `now` and `not_after` are aware; `now` is in the site's zone, in
    which `hours` are meant. `batch` counts the messages that would leave together, `usual` is how
    many leave on a usual day (0: not known yet), `most` the configured limit (0: none). `released`
    is set once people let the batch go. `live` is False for a folder or a test address.

    `consent_on`, `withdrawn_on`, `consent_until` are of the consent to this very purpose and channel; `asked` is set
    (`number_fits`: a text message may go to that number) where a message to somebody else than the client wants the
    client's consent, too. `unread` is set where the client does not read and can be called. `shared` is set where
    several households have this address and nobody has said that it may be used. `crowded` is set where another message
    to this person leaves today, and this one can wait. `bounced_on` and `objected_on` are the days of the newest return
    or objection that kim read, in the site's zone."""

    now: datetime
    not_after: datetime
    address: str | None = None
    audience: Literal["client", "partner", "staff"] = "client"
    channel: Literal["email", "sms"] = "email"
    number_fits: bool = True
    contact_way: ContactWay | None = None
    consent_on: date | None = None
    withdrawn_on: date | None = None
    consent_until: date | None = None
    asked: bool = False
    bounced_on: date | None = None
    objected_on: date | None = None
    unread: bool = False
    shared: bool = False
    crowded: bool = False
    names_protected_place: bool = False
    settled: bool = True
    adopting: bool = False
    held: bool = False
    released: bool = False
    batch: int = 0
    most: int = 0
    usual: float = 0.0
    hours: tuple[time, time] = (time(8), time(18))
    live: bool = True

    @property
    def consents(self) -> bool:
        """Whether consent was given by now."""
        return self.consent_on is not None and self.consent_on <= self.now.date()

    def stands(self, since: date | None) -> bool:
        """Whether what happened that day, if anything did, was not made good by consent given later."""
        return since is not None and not consent_after(self.consent_on, since, self.now.date())

    @property
    def brake(self) -> bool:
        """Whether the batch is far larger than usual and nobody has let it go."""
        # Nought stands for "no limit" and "not known yet": a new site has no usual day to compare with.
        too_many = 0 < self.most < self.batch or 0 < USUAL_FACTOR * self.usual < self.batch
        # Once people have looked at a batch and let it go, its size says nothing any more.
        return too_many and not self.released


def consent_after(consent_on: date | None, since: date, today: date) -> bool:
    """Whether consent was given on a later day, and by today. On one and the same day, the objection wins."""
    return consent_on is not None and since < consent_on <= today


class Verdict(Struct, frozen=True):
    """What the guards say: the outbox state, the guard's name ("" where none objects), a sentence."""

    allowed: bool
    state: Outcome
    reason: str
    sentence: str


class Guard(Struct, frozen=True):
    """One reason not to send. `staff` tells whether it protects colleagues, too, `partner` people outside who are
    no clients (interpreters, referring offices), `consent` whether it is asked for such messages as well.
    `since` is the day that the sentence may name, `unreadable` what is said where nobody can read that day
    (`date.max` and `date.min`, see `cautious` in model/records.py)."""

    reason: str
    state: Outcome
    stops: Callable[[SendFacts], bool]
    sentence: str
    staff: bool = False
    partner: bool = False
    consent: bool = False
    since: Callable[[SendFacts], date | None] = lambda _: None
    unreadable: str = ""

    def concerns(self, facts: SendFacts) -> bool:
        """Whether this guard protects those readers, or the client whom the message is about."""
        if facts.audience == "client" or self.staff or (self.consent and facts.asked):
            return True
        return facts.audience == "partner" and self.partner

    def said(self, facts: SendFacts, words: Texts) -> str:
        """The sentence, in the language of `words`."""
        since = self.since(facts)
        if since in {date.max, date.min}:
            return words.say(self.unreadable)
        return words.say(self.sentence, day=f"{since:%d.%m.%Y}" if since else "")


# Order: what forbids the message for good comes first, safest first, so that the reason shown is
# the weightiest; then what people decide; then what time settles.
GUARDS: tuple[Guard, ...] = (
    Guard(
        "unsafe", "suppressed", lambda f: f.contact_way is ContactWay.UNSAFE,
        "No message on any channel would be safe for this person.",
    ),
    Guard(
        "no_reminders", "suppressed", lambda f: f.contact_way is ContactWay.NONE,
        "This person does not want to be reminded: so says the way of contact.",
    ),
    Guard(
        # Interpreters and partner offices may object as well; colleagues get their mails as part of their work.
        "objected", "suppressed", lambda f: f.stands(f.objected_on),
        "This person objected to our messages on {day}; only consent given on a later day would lift that.",
        since=lambda f: f.objected_on, partner=True,
    ),
    Guard(
        "withdrawn", "suppressed", lambda f: f.stands(f.withdrawn_on),
        "The consent to emails was withdrawn on {day}; only consent given on a later day would lift that.",
        since=lambda f: f.withdrawn_on, consent=True,
        unreadable="The day on which the consent was withdrawn cannot be read; nothing is sent until it is corrected.",
    ),
    Guard("no_consent", "suppressed", lambda f: not f.consents, "There is no consent to emails.", consent=True),
    Guard(
        "consent_ended", "suppressed", lambda f: f.consent_until is not None and f.consent_until < f.now.date(),
        "The consent ended on {day}.", since=lambda f: f.consent_until, consent=True,
        unreadable="The day on which the consent ends cannot be read; nothing is sent until it is corrected.",
    ),
    Guard(
        "phone", "suppressed", lambda f: f.contact_way is ContactWay.PHONE,
        "This person wants to be reached by telephone.",
    ),
    Guard(
        "other_way", "suppressed", lambda f: f.contact_way in OTHER_WAYS[f.channel],
        "This person wants to be reached another way.",
    ),
    Guard(
        "no_number", "suppressed", lambda f: not f.number_fits,
        "There is no mobile number that text messages may go to.", staff=True,
    ),
    Guard("unread", "suppressed", lambda f: f.unread, "This person does not read, and is called instead."),
    Guard("no_address", "suppressed", lambda f: not f.address, "There is no email address.", staff=True),
    Guard(
        # For everybody: more mails to a dead address make the sender look like one of spam.
        "bounced", "suppressed", lambda f: f.stands(f.bounced_on),
        "Mails to this address came back on {day}; another address, or consent given on a later day, would lift that.",
        staff=True, since=lambda f: f.bounced_on,
    ),
    Guard(
        "expired", "suppressed", lambda f: f.now > f.not_after, "It is too late for this message.", staff=True
    ),
    Guard("unsettled", "wait", lambda f: not f.settled, "The row was changed only just now.", staff=True),
    Guard(
        "adoption", "suppressed", lambda f: f.adopting,
        "It was due before kim first met this workbook, so it counts as settled.", staff=True,
    ),
    Guard(
        "shared", "wait", lambda f: f.shared,
        "This address is somebody else's, too; people are asked before it is used.",
    ),
    Guard(
        # Also for colleagues, whose mails may cross foreign domains.
        "protected_place", "wait", lambda f: f.names_protected_place,
        "The message would name a protected place; it waits until its text is mended.", staff=True,
    ),
    Guard(
        "crowded", "wait", lambda f: f.crowded,
        "Another message to this person leaves today; this one leaves on the next day.",
    ),
    Guard("hold", "held", lambda f: f.held, "All mails are stopped (kim hold).", staff=True),
    Guard("brake", "held", lambda f: f.brake, "Far more messages than usual: someone must let them go.", staff=True),
    Guard(
        # What goes to a folder or a test address wakes nobody up.
        "hours", "wait", lambda f: f.live and not f.hours[0] <= f.now.time() < f.hours[1],
        "Messages to clients leave during the sending hours only.", partner=True,
    ),
)  # fmt: skip
"""The table. No other place in the house decides whether a message may leave."""


def may_send(facts: SendFacts, language: str = "de") -> Verdict:
    """Whether the message may leave now, and if not, why (in the language of the site)."""
    for guard in GUARDS:
        if guard.concerns(facts) and guard.stops(facts):
            sentence = guard.said(facts, texts(language))
            return Verdict(allowed=False, state=guard.state, reason=guard.reason, sentence=sentence)
    return Verdict(allowed=True, state="queued", reason="", sentence="")
