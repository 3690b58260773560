"""Servers that never end what they say are given up soon, with little memory."""

from __future__ import annotations

import socket
import threading
from time import monotonic

import pytest

from automations.messages.bounded_stream import BoundedStream, TooMuchError
from automations.messages.settings import MailSettings
from automations.messages.smtp import SmtpTransport

# The servers of these tests never end: their sockets go with the test's process.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")


def said(*parts, seconds=5.0, most=100):
    """A stream on which a server said these parts, and left."""
    ours, theirs = socket.socketpair()
    for part in parts:
        theirs.sendall(part)
    theirs.close()
    return BoundedStream(ours, seconds, most)


def test_lines_and_bytes_come_as_they_were_sent():
    stream = said(b"one\r\ntw", b"o\r\nthree")
    assert [stream.readline(), stream.readline(10), stream.read(3), stream.readline(), stream.readline()] == [
        b"one\r\n", b"two\r\n", b"thr", b"ee", b"",
    ]  # fmt: skip
    assert said(b"abcdef\r\n").readline(3) == b"abc"


def test_an_answer_without_end_is_given_up_by_its_size():
    stream = said(b"x" * 99 + b"\n" + b"y" * 99)
    stream.readline()
    with pytest.raises(TooMuchError):
        stream.readline()
    stream = said(b"x" * 50)
    with pytest.raises(TooMuchError):
        stream.read(10**9)  # nothing of that size is even waited for


def test_a_byte_now_and_then_does_not_keep_us():
    ours, theirs = socket.socketpair()
    stop = threading.Event()

    def drip():
        while not stop.wait(0.05):
            theirs.sendall(b"2")

    threading.Thread(target=drip, daemon=True).start()
    started = monotonic()
    with pytest.raises(TimeoutError):
        BoundedStream(ours, 0.4, 10**6).readline()
    stop.set()
    assert monotonic() - started < 3


@pytest.mark.parametrize("kind", ["endless", "drip"])
def test_a_greeting_that_never_ends_leaves_the_mail_for_later(kind):
    listener = socket.create_server(("127.0.0.1", 0))
    done, port = threading.Event(), listener.getsockname()[1]

    def serve():
        peer, _ = listener.accept()
        listener.close()
        try:
            while not done.is_set():
                peer.sendall(b"220-" + b"x" * 400 + b"\r\n" if kind == "endless" else b"2")
                if kind == "drip":
                    threading.Event().wait(0.1)
        except OSError:
            pass
        finally:
            peer.close()

    serving = threading.Thread(target=serve, daemon=True)
    serving.start()
    settings = MailSettings(
        transport="smtp", host="127.0.0.1", port=port, security="none",
        sender="termine@stadt.test", timeout_seconds=1,
    )  # fmt: skip
    started = monotonic()
    delivery = SmtpTransport(settings).connect()
    done.set()
    serving.join(5)
    assert (delivery.state, delivery.down) == ("retry", True)
    assert monotonic() - started < 5
