"""A program that sends what waits in a ledger and dies by kill -9 at a chosen point; run by
`test_mail_killed.py`.

Usage: mailing_process.py LEDGER PORT IMAP_PORT CA ARCHIVE(yes|no) POINT(or "none") NTH
"""

from __future__ import annotations

import os
import signal
import smtplib
import sys
from datetime import UTC, datetime, timedelta

from automations.common.texts import texts
from automations.ledger.book import Ledger, open_ledger
from automations.messages.message import Sender
from automations.messages.outbox import send_all
from automations.messages.render import Renderer
from automations.messages.settings import MailSettings
from automations.messages.smtp import SmtpTransport
from automations.messages.stuck_mails import searcher, settle_stuck
from automations.model.settings import SiteFacts
from tests.support.mailserver import USER

SENDER = Sender("Stadt Herne <kim@kim.test>", b"k" * 32)
POINTS = (
    "before claim",
    "after claim",
    "before MAIL",
    "before RCPT",
    "before DATA",
    "before text",
    "before dot",
    "after dot",
    "after answer",
    "before settling",
    "after settling",
)


class Trap:
    """Kills this very process the nth time that a point is passed."""

    def __init__(self, point: str, nth: int) -> None:
        self.point, self.left = point, nth

    def at(self, point: str) -> None:
        if point == self.point:
            self.left -= 1
            if self.left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


def trapped(ledger: Ledger, trap: Trap) -> Ledger:
    """The ledger with a trap around its commits."""
    claim, settle = ledger.claim, ledger.settle_mail

    def claiming(*args, **named):
        trap.at("before claim")
        done = claim(*args, **named)
        trap.at("after claim")
        return done

    def settling(*args, **named):
        trap.at("before settling")
        settle(*args, **named)
        trap.at("after settling")

    ledger.claim, ledger.settle_mail = claiming, settling
    return ledger


def trap_smtp(trap: Trap) -> None:
    """Traps between the steps of a delivery."""
    docmd, send, getreply = smtplib.SMTP.docmd, smtplib.SMTP.send, smtplib.SMTP.getreply

    def commanding(self, cmd, args=""):
        trap.at(f"before {cmd}")
        return docmd(self, cmd, args)

    def sending(self, data):
        if isinstance(data, bytes):
            trap.at("before dot" if data == b".\r\n" else "before text")
        send(self, data)
        if data == b".\r\n":
            self.dotted = True
            trap.at("after dot")

    def replying(self):
        answer = getreply(self)
        if getattr(self, "dotted", False):
            self.dotted = False
            trap.at("after answer")
        return answer

    smtplib.SMTP.docmd, smtplib.SMTP.send, smtplib.SMTP.getreply = commanding, sending, replying


def main(path: str, port: str, imaps: str, ca: str, archive: str, point: str, nth: str) -> None:
    """One run: settle what an earlier one left, then send."""
    mailbox = {"host": "localhost", "port": int(imaps), "ca_file": ca, "user": "archiv"}
    settings = MailSettings.model_validate({
        "transport": "smtp", "host": "localhost", "port": int(port), "from": SENDER.sender, "ca_file": ca,
        "user": USER, "password_env": "KIM_TEST_PASSWORD",
        "archive": "archiv@kim.test" if archive == "yes" else "",
        "archive_mailbox": {**mailbox, "password_env": "KIM_TEST_PASSWORD"},
    })  # fmt: skip
    words, trap = texts("de"), Trap(point, int(nth))
    now = lambda: datetime.now(UTC)  # noqa: E731 - the clock of this little program
    with open_ledger(f"sqlite:///{path}", now=now()) as opened:
        settle_stuck(opened, searcher(settings, SENDER, words), now(), timedelta(0), "de")
        ledger = trapped(opened, trap)
        trap_smtp(trap)
        keys = frozenset(item.key for item in ledger.due(now()))
        send_all(ledger, Renderer(SiteFacts()), SmtpTransport(settings, words), SENDER, lambda _: None, now, keys)


if __name__ == "__main__":
    main(*sys.argv[1:])
