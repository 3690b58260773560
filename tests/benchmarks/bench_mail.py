"""Mails rendered, recorded and delivered to a local Postfix over TLS, against bare smtplib that sends
finished messages over one connection. Run as root: python tests/benchmarks/bench_mail.py [mails] [many] [ledger folder]
"""

from __future__ import annotations

import os
import smtplib
import socket
import ssl
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from automations.common.texts import texts
from automations.ledger.book import Ledger, open_ledger
from automations.ledger.recording import PlannedMail
from automations.messages.message import Sender, build
from automations.messages.outbox import send_all
from automations.messages.render import Renderer
from automations.messages.reply_tokens import ReplyTokens
from automations.messages.samples import samples
from automations.messages.settings import MailSettings
from automations.messages.smtp import SmtpTransport
from automations.messages.transport import Delivery
from automations.model.plan import Mail
from automations.model.settings import SiteFacts
from tests.support.mailserver import PASSWORD, USER, PostOffice, post_office

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


def bare(office: PostOffice, count: int, mark: str, *, hurried: bool = False) -> float:
    """Mails a second of smtplib alone, logging in included; the messages are finished beforehand.

    As it comes, smtplib waits 40 ms for the end of each message longer than a TLS record (RFC 896, Nagle);
    `hurried` switches that off, as kim does, and is by far the harder measure."""
    drawn = renderer()
    finished = [build(mail, drawn.render(mail), SENDER, NOW).as_bytes() for mail in mails(count, mark)]
    context = ssl.create_default_context(cafile=str(office.authority.ca))
    started = time.perf_counter()
    with smtplib.SMTP("localhost", office.smtp, timeout=30) as server:
        server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, int(hurried))
        server.starttls(context=context)
        server.login(USER, PASSWORD)
        for content in finished:
            server.sendmail("kim@kim.test", ["klient@kim.test"], content)
        return count / (time.perf_counter() - started)


def record(ledger: Ledger, count: int, mark: str) -> None:
    planned = [PlannedMail(mail, "queued") for mail in mails(count, mark)]
    ledger.record(mark, NOW, (), planned, (), frozenset(), live=True)


def warm() -> Renderer:
    """A renderer that has read its templates and catalogues, as it does once a run."""
    made = renderer()
    for mail in mails(len(LANGUAGES), "warm"):
        made.render(mail)
    return made


def send(transport, ledger: Ledger, count: int, drawn: Renderer, clock: Callable[[], float] = time.perf_counter):
    """Mails a second of everything: rendered, claimed, delivered, settled, each step committed."""
    now = lambda: datetime.now(UTC)  # noqa: E731 - the clock
    keys = frozenset(item.key for item in ledger.due(now()))
    started = clock()
    report = send_all(ledger, drawn, transport, SENDER, lambda _: None, now, keys)
    seconds = clock() - started
    assert report.counts == {"sent": count}, report.counts
    return count / seconds


def ours(transport, ledger: Ledger, count: int, mark: str) -> float:
    record(ledger, count, mark)
    return send(transport, ledger, count, warm())


def processor(folder: Path, rounds: int = 12, count: int = 40) -> tuple[float, float]:
    """Milliseconds of the processor that a mail takes without the server: the quietest round, and the median.
    Other programs on the machine make it dearer, never cheaper."""
    drawn, spent = warm(), []
    with open_ledger(f"sqlite:///{folder / 'processor.sqlite'}", now=NOW) as ledger:
        for number in range(rounds):
            record(ledger, count, f"p{number}")
            spent.append(1000 / send(Nowhere(), ledger, count, drawn, time.process_time))
    return min(spent), statistics.median(spent)


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
    """The most memory that this program ever had (Linux; getrusage counts that of its parent, too)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def recorded(path: Path, count: int) -> str:
    started = time.perf_counter()
    with open_ledger(f"sqlite:///{path}", now=NOW) as ledger:
        record(ledger, count, "many")
    return f"recorded in {time.perf_counter() - started:.1f} s, {megabytes():.0f} MB with their plan"


def sent(path: Path, count: int) -> str:
    with open_ledger(f"sqlite:///{path}", now=NOW) as ledger:
        rate = send(Nowhere(), ledger, count, renderer())
    return f"rendered and settled {rate:.0f}/s, {megabytes():.0f} MB"


def remembered(path: Path, count: int) -> str:
    started = time.perf_counter()
    with open_ledger(f"sqlite:///{path}", now=NOW) as ledger:
        assert len(ledger.history(live=True).mails) == count
    return f"remembered in {time.perf_counter() - started:.1f} s, {megabytes():.0f} MB"


def memory(folder: Path, many: int) -> None:
    """How much memory a few mails take, and many; each step in a process of its own, which begins anew."""
    for count in (many // 10, many):
        for step in (recorded, sent, remembered):
            with ProcessPoolExecutor(1, get_context("spawn")) as apart:
                said = apart.submit(step, folder / f"{count}.sqlite", count).result()
            say(f"{count:6} mails {said}")


def main(count: str = "200", many: str = "10000", ledger_folder: str = "") -> None:
    """Alternating rounds in one run, and the median of each. The ledger waits for the disk with each
    commit; a `ledger_folder` in memory (/dev/shm) shows what the rest costs."""
    measure(int(count), int(many), ledger_folder or None)


def measure(count: int, many: int, ledger_folder: str | None) -> None:
    with tempfile.TemporaryDirectory(dir=ledger_folder) as name, post_office() as office:
        folder = Path(name)
        found: dict[str, list[float]] = {"bare": [], "hurried": [], "ours": []}
        with open_ledger(f"sqlite:///{folder / 'ledger.sqlite'}", now=NOW) as ledger:
            for number in range(ROUNDS):
                found["bare"].append(bare(office, count, f"b{number}"))
                office.wait_until_delivered()
                found["hurried"].append(bare(office, count, f"h{number}", hurried=True))
                office.wait_until_delivered()
                found["ours"].append(ours(smtp(office), ledger, count, f"o{number}"))
                office.wait_until_delivered()
        base, hurried, whole = (statistics.median(rates) for rates in found.values())
        say(f"bare smtplib {base:.0f}/s, everything {whole:.0f}/s: {whole / base:.0%} (aim: 80 %)")
        say(f"smtplib with TCP_NODELAY {hurried:.0f}/s: {whole / hurried:.0%} of it")
        least, usual = processor(folder)
        say(f"{least:.2f} ms of the processor a mail in the quietest round, {usual:.2f} in the median one (aim: 6)")
        say({way: [round(rate) for rate in rates] for way, rates in found.items()})
        if many:
            memory(folder, many)


if __name__ == "__main__":
    main(*sys.argv[1:])
