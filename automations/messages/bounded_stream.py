"""What servers say, read with a deadline and a size: one that never ends, or sends a byte a second, is given up. And
smtplib, which reads every reply so."""

from __future__ import annotations

import smtplib
import socket
from time import monotonic
from typing import TYPE_CHECKING

_CHUNK = 2**16


class TooMuchError(OSError):
    """A server says more than it can have to say."""


class BoundedStream:
    """Reads from a socket as `socket.makefile` does. After each `begin` it may take `seconds` and `most` bytes
    until the next one; beyond, it raises TimeoutError ("timed out") or TooMuchError."""

    def __init__(self, sock: socket.socket, seconds: float, most: int) -> None:
        self._sock, self._seconds, self._most = sock, seconds, most
        self._buffer = bytearray()
        self.begin()

    def begin(self) -> None:
        """A new question is asked: its answer has its own time and size."""
        self._end, self._left = monotonic() + self._seconds, self._most

    def readline(self, limit: int = -1) -> bytes:
        """A line, or the first `limit` bytes of one; b"" once the server has gone."""
        while True:
            found = self._buffer.find(b"\n") + 1
            wanted = found or (limit if 0 <= limit <= len(self._buffer) else 0)
            if wanted:
                return self._take(min(wanted, limit) if limit >= 0 else wanted)
            if not self._more():
                return self._take(len(self._buffer))

    def read(self, size: int) -> bytes:
        """So many bytes; fewer once the server has gone."""
        # Before reading: a server says the length first, and may say any.
        if size > self._left + len(self._buffer):
            raise TooMuchError("the answer is too long")
        while len(self._buffer) < size and self._more():
            pass
        return self._take(size)

    def close(self) -> None:
        """The socket is closed by whoever opened it."""
        self._buffer.clear()

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _more(self) -> bool:
        rest = self._end - monotonic()
        if rest <= 0:
            raise TimeoutError("timed out")
        if self._left <= 0:
            raise TooMuchError("the answer is too long")
        # What is left of the answer's time, not the same again for each byte.
        self._sock.settimeout(rest)
        try:
            came = self._sock.recv(min(_CHUNK, self._left))
        finally:
            self._sock.settimeout(self._seconds)
        self._left -= len(came)
        self._buffer += came
        return bool(came)


MOST_REPLY = 2**16
"""Bytes of one reply: RFC 5321 (4.5.3.1.5) allows lines of 512, and no server says more than some dozens."""

if TYPE_CHECKING:
    _Base = smtplib.SMTP
else:
    _Base = object


class _Bounded(_Base):
    def getreply(self) -> tuple[int, bytes]:
        """The reply to a command; a server that does not end it is taken for one that broke off."""
        if self.sock is not None:
            if not isinstance(self.file, BoundedStream):
                self.file = BoundedStream(self.sock, float(self.timeout), MOST_REPLY)
            self.file.begin()
        return super().getreply()


class Smtp(_Bounded, smtplib.SMTP):
    """A connection that begins in the clear."""


class SmtpTls(_Bounded, smtplib.SMTP_SSL):
    """A connection that is encrypted from its beginning."""
