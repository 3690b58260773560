"""What makes a button's answer trustworthy: a short code in the subject of the prepared reply.

The code holds appointment, version and action in the clear and 80 bits of an HMAC over them (RFC 2104 allows truncation
to no less than 80 bits). The code is the authority, the sender is not: people answer from other accounts."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Literal
from urllib.parse import quote, unquote

from msgspec import Struct
from msgspec.structs import replace

Action = Literal["confirm", "cancel", "object", "approve", "refuse"]

OF_APPROVERS = frozenset({"approve", "refuse"})  # what only approvers answer, about what the workbook proposes

_LETTERS: Mapping[Action, str] = MappingProxyType(
    {"confirm": "Y", "cancel": "N", "object": "S", "approve": "A", "refuse": "R"}
)
_ACTIONS: Mapping[str, Action] = MappingProxyType({letter: action for action, letter in _LETTERS.items()})
# 80 bits: sixteen letters of a subject line, which nobody guesses by mail.
_BYTES = 10
_CODE = re.compile(r"\[([^\[\]\s]{1,200})\.(\d{1,9})\.([YNSARynsar])\.([A-Za-z2-7]{16})\]")


class ReplyToken(Struct, frozen=True):
    """An answer whose code is right."""

    appointment: str
    version: int
    action: Action


def make(appointment: str, version: int, action: Action, key: bytes) -> str:
    """The code, in brackets, to stand in a subject line."""
    # Quoted, as keys of a team's own tables may hold brackets, dots or spaces, which end the code.
    name = quote(appointment, safe="-_")
    letter = _LETTERS[action]
    return f"[{name}.{version}.{letter}.{_signature(appointment, version, action, key)}]"


def verify(
    subject: str, keys: tuple[bytes, ...], respelt: Callable[[str], Iterable[str]] = lambda _: ()
) -> ReplyToken | None:
    """The answer in a subject line, if any of the keys signed it (old keys stay valid for mails that
    are still out); None for a missing, mistyped or forged code. `respelt` gives the names that differ from one
    in small and capital letters only, as some telephones write a subject in small ones."""
    # Anywhere in the line: mail programs put "Re:" before it, and lists their own names.
    found = _CODE.search(subject)
    if found is None:
        return None
    said = ReplyToken(unquote(found[1]), int(found[2]), _ACTIONS[found[3].upper()])
    if _is_signed(said, found[4], keys):
        return said
    others = (replace(said, appointment=name) for name in respelt(said.appointment))
    return next((token for token in others if _is_signed(token, found[4], keys)), None)


def _is_signed(token: ReplyToken, signature: str, keys: tuple[bytes, ...]) -> bool:
    right = [_signature(token.appointment, token.version, token.action, key) for key in keys]
    # All keys are tried, each in constant time: how long it takes tells nothing of how much was right.
    matches = [hmac.compare_digest(one, signature.upper()) for one in right]
    return any(matches)


def without_code(subject: str) -> str:
    """What a subject line says beside the code."""
    return " ".join(_CODE.sub(" ", subject).split())


def _signature(appointment: str, version: int, action: str, key: bytes) -> str:
    # A separator that no key holds, so that no two answers are signed as the same text.
    said = "\x1f".join(("reply", appointment, str(version), action)).encode()
    return base64.b32encode(hmac.digest(key, said, "sha256")[:_BYTES]).decode()


@lru_cache(maxsize=512)
def _quoted(text: str, safe: str = "") -> str:
    """What all mails have in common, for an address bar."""
    return quote(text, safe=safe)


class ReplyTokens(Struct, frozen=True):
    """The keys (newest first) and the mailbox that answers go to."""

    keys: tuple[bytes, ...]
    mailbox: str

    def link(self, appointment: str, version: int, action: Action, words: str) -> str:
        """A mailto: link that opens a prepared reply saying `words`."""
        said = _quoted(words)
        return f"{self._begun(appointment, version, action, said)}&body={said}"

    def bare_link(self, appointment: str, version: int, action: Action, word: str) -> str:
        """The same without a text, for a header: a mail program sends what stands in the subject."""
        return self._begun(appointment, version, action, _quoted(word))

    def _begun(self, appointment: str, version: int, action: Action, said: str) -> str:
        # The newest key signs; the others only verify, until the mails that bear them are past.
        code = quote(make(appointment, version, action, self.keys[0]), safe="")
        return f"mailto:{_quoted(self.mailbox, '@')}?subject={said}%20{code}"

    def verify(self, subject: str, respelt: Callable[[str], Iterable[str]] = lambda _: ()) -> ReplyToken | None:
        """See the function of this name."""
        return verify(subject, self.keys, respelt)


READY_MADE: Mapping[Action, str] = MappingProxyType(
    {"confirm": "Yes, I am coming", "cancel": "No, I cannot come", "object": "STOP – no more reminders"}
)
"""What each button says, in English; the catalogues hold it in the clients' languages."""

AT_A_DISTANCE: Mapping[Action, str] = MappingProxyType(
    {**READY_MADE, "confirm": "Yes, that suits me", "cancel": "No, I have no time"}
)
"""The same where nobody comes anywhere: a call, a video meeting, a visit at home."""
