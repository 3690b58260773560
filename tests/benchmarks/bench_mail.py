"""Mails rendered, recorded and delivered to a local Postfix over TLS, against bare smtplib that sends
finished messages over one connection. Run as root: python tests/benchmarks/bench_mail.py [mails] [many] [ledger folder]
"""

from __future__ import annotations

import os
import resource
import smtplib
import ssl
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from automations.ledger import Ledger, PlannedMail, open_ledger
from automations.mail.message import Sender, build
from automations.mail.outbox import send_all
from automations.mail.render import Renderer
from automations.mail.reply_tokens import ReplyTokens
from automations.mail.samples import samples
from automations.mail.settings import MailSettings
from automations.mail.smtp import SmtpTransport
from automations.mail.transport import Delivery
from automations.plan import Mail
from automations.settings import SiteFacts
from automations.texts import texts
from tests.mailserver import PASSWORD, USER, PostOffice, post_office

NOW = datetime.now(UTC)
SENDER = Sender("Stadt Herne <kim@kim.test>", b"k" * 32)
FACTS = SiteFacts(mail_from=SENDER.sender)
REMINDER = next(mail for mail in samples() if mail.template == "appointment_reminder")
LANGUAGES = ("de", "en", "ru", "uk", "fr", "ro", "ar", "tr")
ROUNDS = 3


class Nowhere:
    """A transport that takes everything, for what rendering and recording cost alone."""

    live = True

    def deliver(self, message, recipient):
        message.as_bytes()
        return Delivery("sent")

    def close(self):
        pass


def renderer() -> Renderer:
    return Renderer(FACTS, None, ReplyTokens((b"k" * 32,), "kim@kim.test"))


def mails(count: int, mark: str) -> list[Mail]:
    return [
        replace(
            REMINDER, key=f"bench/{mark}/{number}", to="klient@kim.test", subject_key=f"T-{number}",
            language=LANGUAGES[number % len(LANGUAGES)], not_after=NOW + timedelta(days=9),
        )
        for number in range(count)
    ]  # fmt: skip


def bare(office: PostOffice, count: int, mark: str) -> float:
    """Mails a second of smtplib alone, logging in included; the messages are finished beforehand."""
    drawn = renderer()
    finished = [build(mail, drawn.render(mail), SENDER, NOW).as_bytes() for mail in mails(count, mark)]
    context = ssl.create_default_context(cafile=str(office.authority.ca))
    started = time.perf_counter()
    with smtplib.SMTP("localhost", office.smtp, timeout=30) as server:
        server.starttls(context=context)
        server.login(USER, PASSWORD)
        for content in finished:
            server.sendmail("kim@kim.test", ["klient@kim.test"], content)
        return count / (time.perf_counter() - started)


def ours(transport, ledger: Ledger, count: int, mark: str) -> float:
    """Mails a second of everything: rendered, claimed, delivered, settled, each step committed."""
    planned = mails(count, mark)
    ledger.record(mark, NOW, (), [PlannedMail(mail, "queued") for mail in planned], (), frozenset(), live=True)
    keys = frozenset(mail.key for mail in planned)
    now = lambda: datetime.now(UTC)  # noqa: E731 - the clock
    started = time.perf_counter()
    report = send_all(ledger, renderer(), transport, SENDER, lambda _: None, now, keys)
    seconds = time.perf_counter() - started
    assert report.counts == {"sent": count}, report.counts
    return count / seconds


def smtp(office: PostOffice) -> SmtpTransport:
    os.environ["KIM_TEST_PASSWORD"] = PASSWORD
    settings = MailSettings.model_validate({
        "transport": "smtp", "host": "localhost", "port": office.smtp, "from": SENDER.sender,
        "ca_file": str(office.authority.ca), "user": USER, "password_env": "KIM_TEST_PASSWORD",
    })  # fmt: skip
    return SmtpTransport(settings, texts("de"))


def say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def memory(folder: Path, many: int) -> None:
    """How much memory sending takes for a few and for many."""
    with open_ledger(f"sqlite:///{folder / 'many.sqlite'}", now=NOW) as ledger:
        for count in (many // 10, many):
            rate = ours(Nowhere(), ledger, count, f"m{count}")
            say(f"{count:6} mails rendered and recorded: {rate:5.0f}/s, memory at most {megabytes():.0f} MB")


def main(count: str = "200", many: str = "10000", ledger_folder: str = "") -> None:
    """Alternating rounds in one run, and the median of each. The ledger waits for the disk with each
    commit; a `ledger_folder` in memory (/dev/shm) shows what the rest costs."""
    measure(int(count), int(many), ledger_folder or None)


def measure(count: int, many: int, ledger_folder: str | None) -> None:
    with tempfile.TemporaryDirectory(dir=ledger_folder) as name, post_office() as office:
        folder = Path(name)
        found: dict[str, list[float]] = {"bare": [], "ours": []}
        with open_ledger(f"sqlite:///{folder / 'ledger.sqlite'}", now=NOW) as ledger:
            for number in range(ROUNDS):
                found["bare"].append(bare(office, count, f"b{number}"))
                office.wait_until_delivered()
                found["ours"].append(ours(smtp(office), ledger, count, f"o{number}"))
                office.wait_until_delivered()
        base, whole = (statistics.median(found[way]) for way in ("bare", "ours"))
        say(f"bare smtplib {base:.0f}/s, everything {whole:.0f}/s: {whole / base:.0%} (aim: 80 %)")
        say({way: [round(rate) for rate in rates] for way, rates in found.items()})
        memory(folder, many)


if __name__ == "__main__":
    main(*sys.argv[1:])
