"""A site whose interpreters are asked in turn: a real .xlsx, a mail server and a mailbox in memory."""

from __future__ import annotations

import dataclasses
import email
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from msgspec import structs

from automations.config.loading import load_site
from automations.engine.applied import RunResult
from automations.engine.parts import World, open_world
from automations.engine.runner import run
from automations.messages.transport import Delivery
from tests.support.fake_inbox import FakeInbox
from tests.support.letters import letter
from tests.support.own_site import CASES, SITE, VISITS, OwnSite, case, moment, text_of
from tests.support.shelf import copied

INTERPRETERS = ["Name", "E-Mail", "Telefon", "Sprachen", "Geschlecht", "Gemeinschaft", "Wird gefragt"]
ASKED_VISITS = [
    *VISITS, "Sprachmittlung in", "Sprachmittler/in", "Stand Sprachmittlung", "Einsatz bestätigt am",
    "Einsatz (Minuten)",
]  # fmt: skip
TURN_SITE = (
    SITE.partition("[mail]")[0]
    + """
[mail]
transport = "smtp"
host = "127.0.0.1"
from = "beratung@stadt.test"
[mail.inbox]
host = "127.0.0.1"
user = "kim"
password_env = "KIM_TEST_PASSWORD"
[packs]
use = ["interpreters"]
"""
)
_LINK = re.compile(r"mailto:\S+?(?=>|\s|$)")


class Postman:
    """A mail server that takes everything and keeps it."""

    live = True

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []

    def deliver(self, message: EmailMessage, recipient: str) -> Delivery:
        """See Transport."""
        del recipient
        self.taken.append(_parsed(message.as_bytes()))
        return Delivery("sent")

    def close(self) -> None:
        """Nothing to close."""


def _parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=policy.default)  # type: ignore[arg-type]


def links_of(mail: EmailMessage) -> list[str]:
    """The subject lines that the buttons of a mail open."""
    asked = (parse_qs(urlsplit(found[0]).query) for found in _LINK.finditer(text_of(mail)))
    return [one["subject"][0] for one in asked]


def interpreter(name: str, languages: str = "Arabisch", **cells: Any) -> list[Any]:
    """A row of the interpreters, who are asked unless `cells` say otherwise."""
    usual = {"Name": name, "E-Mail": f"{name.casefold()}@dolmetscher.test", "Sprachen": languages,
             "Wird gefragt": "ja"}  # fmt: skip
    return [{**usual, **cells}.get(heading) for heading in INTERPRETERS]


def visit(number: str, day: date, clock: time | None = time(10), **cells: Any) -> list[Any]:
    """A row of the appointments that wants an interpreter for Arabic."""
    usual = {"Termin-Nr.": number, "Fall-Nr.": "K-1", "Datum": day, "Uhrzeit": clock, "Beratung durch": "AB",
             "Status": "geplant", "Sprachmittlung in": "Arabisch"}  # fmt: skip
    return [{**usual, **cells}.get(heading) for heading in ASKED_VISITS]


@dataclasses.dataclass
class TurnSite(OwnSite):
    """The site. `post` has what left, `box` what came."""

    post: Postman = dataclasses.field(default_factory=Postman)
    box: FakeInbox = dataclasses.field(default_factory=FakeInbox)

    def begin(
        self, visits: Sequence[Sequence[Any]], people: Sequence[Sequence[Any]], at: str = "2026-11-01T08:00", *,
        cases: Sequence[Sequence[Any]] = (), more: Mapping[str, Any] | None = None, rules: str = "",
        runs: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """The workbook and its first contact, when nobody is asked yet; then the runs at these moments."""
        rows = cases or [case("K-1")]
        tabs = {"Fälle": [CASES, *rows], "Termine": [ASKED_VISITS, *visits],
                "Sprachmittelnde": [INTERPRETERS, *people], **(more or {})}  # fmt: skip

        def make(place: Path) -> None:
            made = TurnSite(place)
            made.write(site=TURN_SITE, rules=rules)
            made.book(tabs)
            for moment_of_run in (at, *runs):
                made.go(moment_of_run)
            (place / "sent").mkdir()
            for number, mail in enumerate(made.post.taken):
                (place / "sent" / f"{number:03}.eml").write_bytes(mail.as_bytes())

        copied(("turns", tabs, rules, at, runs), make, self.folder)
        for path in sorted((self.folder / "sent").iterdir()):
            self.post.taken.append(_parsed(path.read_bytes()))

    @contextmanager
    def world(self, now: datetime) -> Iterator[World]:
        """The site, with the mailbox and mail server in memory."""
        with open_world(load_site(self.folder), now) as world:
            yield structs.replace(world, transport=self.post, inbox=self.box)  # type: ignore[arg-type]

    def go(self, at: str) -> RunResult:
        """One run, within the sending hours or not."""
        now = moment(at)
        with self.world(now) as world:
            return run(world, lambda: now)

    def news(self) -> list[tuple[str, str]]:
        """Which interpreters got a mail since the last call, and with which subjects."""
        fresh, self._seen = self.post.taken[self._seen :], len(self.post.taken)
        found = [(str(one["To"]), str(one["Subject"])) for one in fresh]
        return [(to.partition("@")[0], subject) for to, subject in found if to.endswith("@dolmetscher.test")]

    _seen: int = 0

    def last_to(self, name: str) -> EmailMessage:
        """The newest mail to somebody."""
        return next(one for one in reversed(self.post.taken) if str(one["To"]).startswith(name))

    def answers(
        self, name: str, word: str, *, mail: EmailMessage | None = None, body: str = "", **headers: str
    ) -> None:
        """Somebody taps "Ja" or "Nein" in a mail (the newest one), and sends what opens."""
        subject = next(one for one in links_of(mail or self.last_to(name)) if one.startswith(word))
        made = letter(subject, body or subject.partition("[")[0], f"{name}@dolmetscher.test", **headers)
        self.count = getattr(self, "count", 0) + 1
        made.replace_header("Message-ID", f"<answer-{self.count}@dolmetscher.test>")
        self.box.put(made, on=date(2026, 11, 2))

    def visit(self, number: str) -> dict[str, Any]:
        """A row of the appointments as it stands."""
        return next(row for row in self.rows("Termine") if row["Termin-Nr."] == number)
