"""The digests of the audit chain: over an entry's content, and over an entry and the one before it."""

from __future__ import annotations

import hashlib

ORIGIN = "0:"  # the head of an empty chain: the last entry's id and digest


def content_digest(nonce: str, case: str, subject: str, payload: str) -> str:
    """What stays of a content: without the nonce nobody can try out names against it."""
    return hashlib.sha256(f"{nonce}\x1f{case}\x1f{subject}\x1f{payload}".encode()).hexdigest()


def link(previous: str, number: int, micros: int, run: str, kind: str, content: str) -> str:
    """An entry's digest; `previous` is that of the entry before, `content` the digest of its content."""
    return hashlib.sha256("\x1f".join((previous, str(number), str(micros), run, kind, content)).encode()).hexdigest()
