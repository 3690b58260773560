"""What a mail server's refusal means and what helps, in a sentence for whoever set the mail up.

Servers word a refusal as they like, but the enhanced codes (RFC 3463) and a few words are common. Addresses in their
answers name people, so they are left out."""

from __future__ import annotations

import re

from automations.common.texts import Texts

STEPS = ("MAIL FROM", "RCPT TO", "DATA")
"""What an answer begins with, in `Delivery.detail`: the step that it was given to."""

_ADDRESS = re.compile(r"<?[\w.+'-]{1,64}@[\w.-]{1,200}>?")

_SENTENCES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), sentence)
    for pattern, sentence in (
        (
            r"must issue a starttls|starttls (?:first|required)|\b530\b.*tls|encryption required",
            "the server wants an encrypted connection, see “security” in [mail] ({what})",
        ),
        (
            r"\b530\b|authentication required|5\.7\.0\b.*auth|must authenticate|not authenticated",
            "the server wants a login, see “user” in [mail] ({what})",
        ),
        (
            r"relay|relaying|5\.7\.54|not permitted to send to",
            "the server does not pass mails on for this machine: let it, or log in, see “user” in [mail] ({what})",
        ),
        (r"^[A-Z ]+: 4\d\d\b|greylist|4\.7\.1", "the server asks to try again later ({what})"),
        (
            r"^MAIL FROM|5\.7\.60|send as|sender address rejected|not owned by user",
            "the server does not accept the sender, see “from” and “return_path” in [mail] ({what})",
        ),
        (
            r"^RCPT TO \(archive\)",
            "the server does not accept the address for copies, see “archive” in [mail] ({what})",
        ),
        (r"^RCPT TO", "the server does not accept the recipient's address ({what})"),
        (r"^DATA|spam|content|5\.7\.1\b", "the server does not accept the message ({what})"),
    )
)


def refusal(detail: str, words: Texts) -> str:
    """A server's answer (as `Delivery.detail` has it), explained; one that says nothing known stays as it is."""
    plain = without_addresses(detail)
    judged = _without_names(plain)
    # In this order: what the server wants of us is a better reason than whom it refused.
    for pattern, sentence in _SENTENCES:
        if pattern.search(judged):
            return words.say(sentence, what=plain)
    return plain


_OURS = re.compile(
    r"^MAIL FROM|\brelay|5\.7\.54|5\.7\.\d+.*access denied|\b530\b|authentication required|starttls|client host",
    re.IGNORECASE,
)


def is_ours(detail: str) -> bool:
    """Whether a server refuses this machine or its sender, not the recipient: then every mail would be refused, and
    leaves once that is mended."""
    return bool(_OURS.search(_without_names(without_addresses(detail))))


_NAMES = re.compile(r"(?<![\w.-])(?=[\w.-]*[a-z])[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)


def _without_names(text: str) -> str:
    """An answer without the names of machines in it: one called relay.example.org refuses no relaying."""
    return _NAMES.sub("…", text)


def without_addresses(text: str) -> str:
    """An answer without the addresses that it names."""
    return " ".join(_ADDRESS.sub("…", text).split())
