"""Mails that came back: what a report about a delivery says (RFC 3464, RFC 6533), or a mail server's letter.

Servers differ in what they give: Postfix and Exchange send the mail or its head along, Gmail too, others only the
address, or In-Reply-To; qmail and some gateways write a letter for people with the head quoted in it. A forwarder
reports an address that we never wrote to. So everything that could name our mail is collected here, and
`automations.messages.replying` looks what of it is ours."""

from __future__ import annotations

import base64
import binascii
import email
import re
from collections.abc import Iterator
from email.message import Message

from msgspec import Struct

from automations.messages.bodies import header, text_of
from automations.messages.return_path import marks_in

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_REPLY = re.compile(r"(?<![\d.])(5\d\d)(?![\d.])")
# Final, but no fault of the address: mailbox full, message too long, system or policy of the receiver (RFC 3463).
_NOT_THE_ADDRESS = ("5.2.2", "5.2.3", "5.3.", "5.7.")

_IDENTITY = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_ORIGINALS = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"})
_UNDELIVERED = (
    r"undeliver|delivery (?:has failed|failure|failed|incomplete)|failure notice|returned mail"
    r"|(?:could not|couldn['’]t|was not|wasn['’]t) be(?:en)? delivered|wasn['’]t delivered"
    r"|unzustellbar|nicht zugestellt|nicht zustellbar|zustellfehler|zustellung (?:ist )?(?:fehlgeschlagen|gescheitert)"
    r"|fehler bei der (?:nachrichten)?zustellung|non remis|échec de la remise"
    r"|n['’]a pas (?:pu être |été )?(?:remis|distribué|livré)"
    r"|не (?:был[оа]? )?доставлен|не удалось доставить|не вдалося доставити|teslim edilemedi|iletilemedi"
    r"|nu a (?:putut fi|fost) (?:livrat|transmis)"
)
_FAILED = re.compile(rf"{_UNDELIVERED}|delivery status notification|mail delivery", re.IGNORECASE)
_FOR_GOOD = re.compile(
    rf"{_UNDELIVERED}|permanent (?:error|failure)|giving up|given up|i['’]ve given up"
    r"|(?:user|mailbox|address|recipient|account)\b.{0,30}\b(?:unknown|not found|does not exist|rejected|unavailable)"
    r"|(?:adresse|postfach|empfänger|konto)\b.{0,30}(?:nicht gefunden|existiert nicht|unbekannt|nicht bekannt)"
    r"|(?:adresse|destinataire|compte)\b.{0,30}(?:introuvable|inconnu|n['’]existe pas)"
    r"|(?:адрес|получател|пользовател|ящик).{0,30}(?:не найден|не существует)|не (?:знайдено|існує)"
    r"|no such (?:user|mailbox)|no mailbox here|unknown user|unbekannter (?:empfänger|benutzer)",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\bdelay(?:ed)?\b|still (?:trying|being retried)|will (?:keep trying|be retried|retry)|temporar"
    r"|not yet been delivered|verzöger|weitere zustellversuche|erneut versucht|vorübergehend"
    r"|warning message only|warning only|retardé|nouvelle tentative|задерж|повторн|затрим|gecik|întârzi",
    re.IGNORECASE,
)
# What a letter without a code says of a mailbox that takes mail again once it was cleared.
_FULL = re.compile(
    r"\b(?:full|quota|voll|überfüllt|pleine?|saturée?|dolu|plină)\b|переполнен|переповнен", re.IGNORECASE
)
# Characters and names that are looked at: a report of a loop between two servers grows without end.
# Of what a stranger wrote: characters that are read, and marks of mails that are followed.
_LONGEST = 100_000
_MOST = 50


class ReturnedTo(Struct, frozen=True):
    """One recipient of a mail that came back. `addresses` are those that the notification gives, in small letters;
    `status` an enhanced status code; `final` says that the mail will not arrive any more, `dead` that no
    other mail would either."""

    addresses: frozenset[str]
    status: str
    final: bool
    dead: bool


class Bounce(Struct, frozen=True):
    """What came back. `message_id` is the mail that the report names, "" where it names none; `refers` are all
    Message-IDs that stand in it; `recipients` what became of it at each recipient; `marks` those of the address that
    the report went to (see `return_path`)."""

    message_id: str
    refers: tuple[str, ...]
    recipients: tuple[ReturnedTo, ...]
    marks: tuple[str, ...] = ()

    def of(self, address: str) -> ReturnedTo | None:
        """What became of it at an address; a copy in the archive may be returned as well."""
        wanted = address.casefold()
        return next((each for each in self.recipients if wanted in each.addresses), None)


def bounce_of(message: Message) -> Bounce | None:
    """What a report says; None for a message that is none."""
    if message.get_content_type() != "multipart/report":
        return None
    # Without the part for machines a report is a letter like any other, and read as one.
    report = next((part for part in message.walk() if part.get_content_type() in _REPORTS), None)
    if report is None:
        return None
    named = _distinct((_original_id(message), *_named(message)))
    refers = _distinct((*named, *_identities(message)))
    return Bounce(
        next(iter(named), ""),
        refers,
        tuple(_returned_to(fields) for fields in _recipients(report)),
        tuple(marks_in(message)),
    )


def complained_of(message: Message) -> str:
    """The Message-ID of a mail that its reader marked as spam, as providers report that (RFC 5965); "" for a message
    that is no such report, or names no mail."""
    parts = message.walk() if message.get_content_type() == "multipart/report" else ()
    return _original_id(message) if any(one.get_content_type() == "message/feedback-report" for one in parts) else ""


def letter_of_a_server(message: Message, *, daemon: bool) -> Bounce | None:
    """What a mail server wrote for people to read, where it says plainly that a mail came back, or is late; None
    where it says neither. `daemon` says that its sender is called like one; of others the subject must speak of a
    failure, as notes of absence speak of mailboxes, too."""
    if not daemon and not _FAILED.search(header(message, "Subject")):
        return None
    text = "\n".join(_texts(message))[:_LONGEST]
    # What follows is our own mail or its head, and full of addresses that are nobody's fault.
    above = re.split(r"(?im)^-{3}.*(?:copy of the message|original message|headers).*$", text, maxsplit=1)[0]
    said = f"{header(message, 'Subject')}\n{above}"
    if not (_FAILED.search(said) or _FOR_GOOD.search(said)):
        return None
    # Letters about a delay often threaten with the final failure that has not come yet.
    final = bool(_FOR_GOOD.search(said)) and not _LATER.search(said)
    found = _STATUS.search(above)
    status = found[0] if found else ""
    # Servers without enhanced codes give the three digits of SMTP alone (RFC 5321, 4.2).
    code = bool(_REPLY.search(above))
    final = final or ((status.startswith("5.") or (not status and code)) and not _LATER.search(said))
    alive = status.startswith(_NOT_THE_ADDRESS) or (not status and bool(_FULL.search(above)))
    # A code that begins with 4 is "later" (RFC 3463, 3.1), whatever the letter around it says.
    dead = final and (status.startswith("5.") or not status) and not alive
    # All of them: which one is ours is known only beside what was sent.
    addresses = frozenset(address.casefold() for address in _ADDRESS.findall(above)[:_MOST])
    named = _distinct((_original_id(message), *_named(message)))
    refers = _distinct((*named, *_IDENTITY.findall(text)[:_MOST]))
    recipients = (ReturnedTo(addresses, status, final=final, dead=dead),)
    return Bounce(next(iter(named), ""), refers, recipients, tuple(marks_in(message)))


def _returned_to(fields: Message) -> ReturnedTo:
    found = _STATUS.search(header(fields, "Status")) or _STATUS.search(header(fields, "Diagnostic-Code"))
    status = found[0] if found else ""
    # The action decides where it is given (RFC 3464, 2.3.3); the code only says why.
    action = header(fields, "Action").lower()
    final = action == "failed" or (not action and status.startswith("5."))
    dead = final and status.startswith("5.") and not status.startswith(_NOT_THE_ADDRESS)
    typed = (header(fields, name) for name in ("Original-Recipient", "Final-Recipient"))
    addresses = frozenset(text.partition(";")[2].strip(" <>").casefold() for text in typed if ";" in text)
    return ReturnedTo(addresses, status, final=final, dead=dead)


def _recipients(report: Message) -> Iterator[Message]:
    """The groups of fields that speak of a recipient; the first group speaks of the message."""
    for part in _groups(report):
        if part.get("Action") is not None or part.get("Final-Recipient") is not None:
            yield part


def _groups(report: Message) -> Iterator[Message]:
    if report.get_content_type() == "message/delivery-status":
        # Python parses this type into parts by itself, the international one it does not.
        parts = report.get_payload()
        yield from (part for part in (parts if isinstance(parts, list) else []) if isinstance(part, Message))
        return
    for group in re.split(r"\r?\n[ \t]*\r?\n", _inside(report)):
        yield email.message_from_string(group.strip())


def _original_id(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() in _ORIGINALS:
            inner = email.message_from_string(_inside(part))
            found = _IDENTITY.search(header(inner, "Message-ID"))
            if found:
                return found[0]
    return ""


def _inside(part: Message) -> str:
    """What an enclosed message says, as it is written; Python reads one even where it is packed."""
    payload = part.get_payload()
    if isinstance(payload, list):
        text = "\n".join(each.as_string() for each in payload if isinstance(each, Message))[:_LONGEST]
        # RFC 2046, 5.2.1, forbids that, and some gateways do it all the same.
        packed = header(part, "Content-Transfer-Encoding").lower() == "base64"
        return _unpacked(text) if packed else text.lstrip("\n")
    return text_of(part)[:_LONGEST]


def _unpacked(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split())).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return text


def _named(message: Message) -> Iterator[str]:
    for name in ("In-Reply-To", "References", "X-Failed-Message-ID"):
        yield from _IDENTITY.findall(header(message, name))[:_MOST]


def _identities(message: Message) -> Iterator[str]:
    for text in _texts(message):
        yield from _IDENTITY.findall(text[:_LONGEST])[:_MOST]


def _texts(message: Message) -> Iterator[str]:
    """What the report says to people; not the mail that is enclosed in it."""
    parts = message.get_payload() if message.is_multipart() else [message]
    for part in parts if isinstance(parts, list) else []:
        if not isinstance(part, Message):
            continue
        if part.get_content_type() == "text/plain":
            yield text_of(part)
        elif part.get_content_maintype() == "multipart":
            yield from _texts(part)


def _distinct(refers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in refers if name))
