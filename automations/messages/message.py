"""A rendered mail as a message for the wire: one recipient, safe headers, a lasting identity."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime
from functools import cache, lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from automations.common.texts import Texts
from automations.messages.addresses import address, clean_line, named_address, with_name
from automations.messages.calendar_answers import secret_uid
from automations.messages.render import Rendered
from automations.model.plan import Mail

# Headers whose text is whole and plain already when it is set.
_FINISHED = frozenset({"message-id", "date", "content-type"})


class _Registry(HeaderRegistry):
    """The library's own, which makes a new class for each header of each mail."""

    @cache  # noqa: B019 - there is one registry, and a dozen names
    def __getitem__(self, name: str) -> type[BaseHeader]:
        return super().__getitem__(name)


class _Policy(EmailPolicy):
    """Finished headers stay text until somebody asks for them; the Message-ID, which each step asks for, always."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        finished = isinstance(value, str) and name.lower() in _FINISHED
        return (name, value) if finished else super().header_store_parse(name, value)

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        return value if name.lower() == "message-id" else super().header_fetch_parse(name, value)


POLICY = _Policy(linesep="\r\n", cte_type="7bit", header_factory=_Registry())
"""Lines end in CRLF and every byte is ASCII, so that no server on the way needs to recode anything."""


_ATTACHED = 'Content-Disposition: attachment; filename="{name}"\r\n'


class Sender(Struct, frozen=True):
    """Who mails come from. `sender` may carry a neutral name ("Stadt Herne <termine@herne.test>");
    `reply_to` is a monitored mailbox ("" for the sender's); `zone` an IANA name; `answers` says that
    kim reads that mailbox; `key` makes Message-IDs and must never change for a ledger; `archive` gets a copy
    of every mail ("" for none). Text messages go to number@`text_domain`, +49… with `text_plus`."""

    sender: str
    key: bytes
    reply_to: str = ""
    zone: str = "Europe/Berlin"
    answers: bool = False
    archive: str = ""
    text_domain: str = ""
    text_plus: bool = True

    @property
    def address(self) -> Address:
        """The sender for the header. Raises AddressProblem."""
        return named_address(self.sender)

    def of_text(self, address: str) -> str:
        """The number, as mails have it, whose answer to a text message comes from that address; "" for others."""
        local, _, domain = address.partition("@")
        digits = local.lstrip("+")
        known = bool(self.text_domain) and domain.casefold() == self.text_domain.casefold()
        return f"+{digits}" if known and digits.isascii() and digits.isdigit() else ""

    @property
    def mailbox(self) -> str:
        """The bare address that replies go to. Raises AddressProblem."""
        return named_address(self.reply_to or self.sender).addr_spec


def message_id(mail_key: str, sender: Sender) -> str:
    """The Message-ID of a mail: the same each time it is sent, and telling nothing about it."""
    # Keyed: the key of a mail names a case and an appointment, and Message-IDs cross foreign servers.
    code = hmac.new(sender.key, b"message-id\x1f" + mail_key.encode(), hashlib.sha256).hexdigest()
    return f"<{code[:40]}@{sender.address.domain}>"


def build(mail: Mail, rendered: Rendered, sender: Sender, now: datetime) -> EmailMessage:
    """The message to the one recipient of a mail. `now` is aware.

    Raises AddressProblem where recipient or sender is not exactly one usable address."""
    identity = message_id(mail.key, sender)
    made = _WrittenEmailMessage(policy=POLICY)
    made["From"] = _header("From", str(sender.address))
    recipient = address(mail.to)
    made["To"] = recipient
    made["Reply-To"] = _header("Reply-To", str(Address(addr_spec=sender.mailbox)))
    made["Subject"] = clean_line(rendered.subject)
    made["Date"] = format_datetime(now)
    made["Message-ID"] = identity
    # Programs that answer by themselves leave such mails alone (RFC 3834, 5).
    made["Auto-Submitted"] = _header("Auto-Submitted", "auto-generated")
    # Exchange and Outlook then send no notes of absence (MS-OXCMAIL, 2.2.3.2.14).
    made["X-Auto-Response-Suppress"] = _header("X-Auto-Response-Suppress", "OOF, AutoReply")
    if rendered.unsubscribe:
        # By mail (RFC 2369); one click (RFC 8058) would need a web server.
        made["List-Unsubscribe"] = f"<{rendered.unsubscribe}>"
    made["MIME-Version"] = _header("MIME-Version", "1.0")
    made["Content-Type"] = f'multipart/mixed; boundary="{_boundary(identity, 0)}"'
    made["Content-Language"] = _header("Content-Language", ", ".join(rendered.languages or (mail.language,)))
    # Written out here, as building and folding each part anew took longer than sending it.
    made.set_payload(_body(mail, rendered, sender, identity, recipient.addr_spec, now))
    return made


class _WrittenEmailMessage(EmailMessage):
    """A message whose body stands as it leaves, in lines of ASCII: the library would part it and join it anew."""

    def as_bytes(self, unixfrom: bool = False, policy: Policy[Any] | None = None) -> bytes:
        """Its headers, folded, and its body."""
        if unixfrom or policy is not None:
            return super().as_bytes(unixfrom, policy)
        headers = b"".join(self.policy.fold_binary(name, value) for name, value in self.raw_items())
        return headers + b"\r\n" + str(self.get_payload()).encode("ascii")


@lru_cache(maxsize=256)
def _header(name: str, value: str) -> Any:
    """A header that many mails share: understanding its text takes longer than sending it."""
    return POLICY.header_factory(name, value)


def _body(mail: Mail, rendered: Rendered, sender: Sender, identity: str, recipient: str, now: datetime) -> str:
    """Text and HTML, and the calendar entry twice: mail programs read the one beside the text,
    telephones often only the attachment; the UID makes one of both."""
    texts = [_part('text/plain; charset="utf-8"', rendered.text.encode())]
    texts.append(_part('text/html; charset="utf-8"', rendered.html.encode()))
    attached: list[str] = []
    for number, part in enumerate(mail.parts):
        if part.calendar is None:
            continue
        from automations.messages.calendar import calendar_part

        entry = replace(part.calendar, uid=secret_uid(part.calendar.uid, sender.key))
        # Once more, right before it leaves: a calendar is shown on the telephones of a whole family.
        entry = replace(entry, location="") if part.context.get("protected") else entry
        content = calendar_part(entry, sender.zone, sender.mailbox, attendee=recipient, now=now, answers=sender.answers)
        if not attached:  # one scheduling message names one UID (RFC 5546, 3.2); the others can be opened
            texts.append(_part(f'text/calendar; charset="utf-8"; method={entry.method}', content))
        name = f"termin-{number + 1}.ics" if number else "termin.ics"
        attached.append(_part(f'application/ics; name="{name}"', content, _ATTACHED.format(name=name)))
    inner = _boundary(identity, 1)
    alternative = f'Content-Type: multipart/alternative; boundary="{inner}"\r\n\r\n{_joined(texts, inner)}'
    return _joined([alternative, *attached], _boundary(identity, 0))


def _part(content_type: str, content: bytes, more: str = "") -> str:
    # Whatever letters it holds, no server on the way has to recode it, or cut a line that is too long.
    encoded = base64.encodebytes(content).decode("ascii").replace("\n", "\r\n")
    return f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n{more}\r\n{encoded}"


def _joined(parts: Sequence[str], boundary: str) -> str:
    return "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n"


def _boundary(identity: str, number: int) -> str:
    """By content instead of by chance: the same mail has the same bytes. It holds signs that base64
    has not, so it stands in no part."""
    return "=_" + hashlib.sha256(f"{identity}{number}".encode()).hexdigest()[:24]


def trial_message(sender: Sender, to: str, site_name: str, now: datetime, words: Texts) -> EmailMessage:
    """A plain mail that shows whether mails leave at all (`kim mail test`); each has an identity of its own. `now` is
    aware. Raises AddressProblem."""
    made = EmailMessage(policy=POLICY)
    made["From"] = sender.address
    made["To"] = address(to)
    made["Reply-To"] = with_name(sender.mailbox, "")
    made["Subject"] = words.say("A test of “{site}”: mails leave", site=site_name)
    made["Date"] = now.replace(microsecond=0)
    # By chance, not by content: two trials in a row must not be taken for one and the same mail.
    made["Message-ID"] = f"<test-{secrets.token_hex(12)}@{sender.address.domain}>"
    made["Auto-Submitted"] = "auto-generated"
    text = words.say(
        "This mail was sent by hand with “kim mail test”. That you read it shows that mails of “{site}” leave.",
        site=site_name,
    )
    made.set_content(text + "\n")
    return made
