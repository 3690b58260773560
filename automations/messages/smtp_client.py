"""smtplib, with a deadline and a size for every reply of the server."""

from __future__ import annotations

import smtplib
from typing import TYPE_CHECKING

from automations.messages.bounded_stream import BoundedStream

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
