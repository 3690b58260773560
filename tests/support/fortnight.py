"""A fortnight of a team on real mail servers: 20 cases, 60 appointments, eight languages. What arrives is read from the
mailboxes, answers leave by SMTP, and the oracle of `told_office` judges every run. Its table says of each appointment
when it was due, when and how its client was told, what was answered.
"""

from __future__ import annotations

import email
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from automations.common.texts import texts
from automations.config.loading import load_site
from automations.engine.parts import World, open_world
from automations.messages.mailbox import ImapInbox
from automations.messages.settings import InboxSettings, MailSettings
from automations.messages.smtp import SmtpTransport
from automations.messages.transport import Delivery
from tests.support.letters import letter
from tests.support.mailserver import PASSWORD, USER, PostOffice
from tests.support.own_site import BERLIN, text_of
from tests.support.told_office import Office, said
from tests.support.told_site import Post, ToldSite, client, visit

LANGUAGES = ("Deutsch", "Englisch", "Russisch", "Ukrainisch", "Französisch", "Rumänisch", "Arabisch", "Türkisch")
CASES = tuple(f"K-{n}" for n in range(1, 21))
MONDAY = date(2024, 11, 4)
"""No holiday is in the fortnight; servers stamp the mails with later days, as they know no other clock."""

RUNS = (time(6, 30), time(8), time(10, 5), time(12, 30), time(15, 5), time(17), time(19, 30))
VOID = "voll@kim.test"


class RealPost(Post):
    """Mails leave by SMTP; `taken` is what lies in the mailboxes."""

    def __init__(self, office: PostOffice, settings: MailSettings) -> None:
        super().__init__()
        self.office, self.settings = office, settings
        self._read: set[str] = set()

    def deliver(self, message: EmailMessage, recipient: str) -> Delivery:
        """See Transport."""
        return self._line.deliver(message, recipient)

    @contextmanager
    def line(self) -> Iterator[None]:
        """Connected for the time of a run."""
        self._line = SmtpTransport(self.settings, texts("de"))
        try:
            yield
        finally:
            self._line.close()

    def collect(self) -> None:
        """What has arrived since."""
        self.office.wait_until_delivered()
        for owner, path in self.office.in_folders():
            name = path.name.partition(":")[0]  # whatever its flags
            if name in self._read or owner == USER:
                continue
            self._read.add(name)
            made = email.message_from_bytes(path.read_bytes(), policy=policy.default)
            self.taken.append((str(made["To"].addresses[0].addr_spec), made))  # type: ignore[arg-type]


@dataclass
class RealSite(ToldSite):
    """A site whose mails and answers go through Postfix and Dovecot."""

    office: PostOffice | None = None

    @contextmanager
    def world(self, now: Any) -> Iterator[World]:
        """The site with its real mail server and mailbox."""
        post, office = self.post, self.office
        assert isinstance(post, RealPost)
        assert office is not None
        login = {"host": "localhost", "ca_file": str(office.authority.ca), "user": USER,
                 "password_env": "KIM_TEST_PASSWORD"}  # fmt: skip
        inbox = ImapInbox(InboxSettings(**login, port=office.imaps), texts("de"))
        with post.line(), open_world(load_site(self.folder), now) as world:
            yield replace(world, transport=post, inbox=inbox)
        post.collect()

    def writes(self, sender: str, subject: str, body: str, on: date = MONDAY, **headers: str) -> None:
        """A client's answer, by SMTP."""
        made = letter(subject, body, sender, **headers)
        self.count = getattr(self, "count", 0) + 1
        made.replace_header("Message-ID", f"<letter-{self.count}-{on}@post.test>")
        assert isinstance(self.post, RealPost)
        with self.post.line():
            assert self.post.deliver(made, "termine@stadt.test").state == "sent"
        self.post.office.wait_until_delivered()


def mail_settings(office: PostOffice) -> MailSettings:
    """How kim reaches the servers."""
    login = {"host": "localhost", "ca_file": str(office.authority.ca), "user": USER}
    given = {**login, "password_env": "KIM_TEST_PASSWORD", "transport": "smtp", "port": office.smtp}
    return MailSettings.model_validate({**given, "from": "Beratung <termine@stadt.test>"})


@dataclass
class Line:
    """One appointment in the table."""

    number: str
    case: str
    language: str
    booked: datetime
    told: list[str] = field(default_factory=list)
    answered: str = ""


@dataclass
class Fortnight:
    """The story. `seed` decides what people do."""

    folder: Path
    post: PostOffice
    seed: int = 1

    def __post_init__(self) -> None:
        os.environ["KIM_TEST_PASSWORD"] = PASSWORD
        site = RealSite(self.folder, post=RealPost(self.post, mail_settings(self.post)), office=self.post)
        self.chance = random.Random(self.seed)  # noqa: S311 (a story, no secret)
        begin = datetime.combine(MONDAY - timedelta(days=4), time(8), tzinfo=BERLIN)
        self.team = Office(site, random.Random(self.seed), now=begin, clients=CASES)  # noqa: S311
        self.lines: dict[str, Line] = {}
        self.silent: list[str] = []
        self.deeds: list[str] = []

    @property
    def site(self) -> RealSite:
        """The site."""
        assert isinstance(self.team.site, RealSite)
        return self.team.site

    def play(self, days: int = 10, log: Callable[[str], object] = str) -> None:
        """So many working days; `log` hears how far it is."""
        self._begin()
        for number in range(days):
            day = MONDAY + timedelta(days=number + 2 * (number // 5))
            log(f"{day:%d.%m.}: {len(self.team.mails)} mails, {len(self.silent)} silent")
            self._staff(day)
            for clock in RUNS:
                self._run(datetime.combine(day, clock, tzinfo=BERLIN))
                if clock in {time(8), time(12, 30)}:
                    self._clients(day)
                if clock in {time(8), time(15, 5), time(17)}:
                    self._change(day, clock)

    def _begin(self) -> None:
        rows = []
        cases = []
        for n, key in enumerate(CASES):
            cells: dict[str, Any] = {"Sprachen": LANGUAGES[n % 8], "E-Mail-Einwilligung am": date(2024, 1, 8),
                                     "Eingang": date(2024, 1, 7), "Erstkontakt am": date(2024, 1, 9)}  # fmt: skip
            if n == 4:  # one whose mailbox takes nothing
                cells["E-Mail"] = VOID
            if n == 14:  # one whose mails come back later
                cells["E-Mail"] = "umgezogen@kim.test"
            if n == 9:  # one who is called
                cells["Kontaktweg"] = "Telefon"
            cases.append(client(key, **cells))
            for third in range(3):
                number = f"T-{3 * n + third + 1}"
                day = MONDAY + timedelta(days=(3 * n + 4 * third) % 10)
                day += timedelta(days=2 * (day.weekday() > 4))
                clock = time(8 + (n + 2 * third) % 9, 15 * (n % 4))
                rows.append(visit(number, key, day, clock, Art=("persönlich", "telefonisch")[n % 6 == 5]))
                self.lines[number] = Line(number, key, LANGUAGES[n % 8], datetime.combine(day, clock))
        old = "2024-10-20T08:30"
        self.site.begin(cases, rows, at=(old,))
        for moment in ("2024-10-30T06:30", "2024-10-30T08:00", "2024-10-31T06:30", "2024-10-31T08:00"):
            self._run(datetime.fromisoformat(moment).replace(tzinfo=BERLIN))

    def _run(self, now: datetime) -> None:
        self.team.now = now
        before = len(self.team.mails)
        try:
            self.team.run()
        except AssertionError as found:
            self.silent.append(f"{now:%d.%m. %H:%M} {found}")
            self.team.seen = len(self.site.post.taken)
        at = f"{now:%d.%m. %H:%M}"
        for key, mail in self.team.mails[before:]:
            off = [n for n in self._of(key) if self.site.visit(n).get("Status") == "abgesagt"]
            for number in said(mail) or off:
                self._told(number, f"{at} Mail" if said(mail) else f"{at} Absage")
        for number, line in self.lines.items():
            day = self.site.visit(number).get("Datum")
            called = any(day and f"{day:%d.%m.}" in str(call["Satz"]) for call in self.site.calls(line.case))
            for what, is_so in (("Frage", bool(self.site.asked(number))), ("Anruf", called)):
                if is_so and what not in " ".join(line.told[-2:]):
                    self._told(number, f"{at} {what}")

    def _of(self, case: str) -> list[str]:
        return [number for number, line in self.lines.items() if line.case == case]

    def _told(self, number: str, what: str) -> None:
        if number in self.lines:
            self.lines[number].told.append(what)

    def _clients(self, day: date) -> None:
        """Some of those who have a mail answer it, each once."""
        for _, mail in self.team.mails[-20:]:
            numbers = [one for one in said(mail) if one in self.lines and not self.lines[one].answered]
            if len(numbers) != 1 or self.chance.random() > 0.3:
                continue
            word = self.chance.choice(("Y", "Y", "Y", "N"))
            body = self.chance.choice((None, None, "Ich komme zehn Minuten später."))
            if ("." + word + ".") not in text_of(mail):
                continue
            self.site.taps(mail, word, body, day)
            self.lines[numbers[0]].answered = (
                f"{day:%d.%m.} " + {"Y": "ja", "N": "nein"}[word] + (" + Text" if body else "")
            )

    def _ahead(self) -> list[str]:
        rows = self.site.rows("Termine")
        now = self.team.now.replace(tzinfo=None)
        return [
            row["Termin-Nr."]
            for row in rows
            if row["Status"] in {"geplant", "bestätigt"} and datetime.combine(row["Datum"], row["Uhrzeit"]) > now
        ]

    def _change(self, day: date, clock: time) -> None:
        """Somebody of the team changes an appointment to come."""
        ahead = self._ahead()
        if not ahead:
            return
        number = self.chance.choice(ahead)
        later = day + timedelta(days=self.chance.choice((1, 2, 5)))
        later += timedelta(days=2 * (later.weekday() > 4))
        cells = self.chance.choice(
            (
                {"Uhrzeit": time(7, 45)},
                {"Datum": later},
                {"Uhrzeit": time(15, 20)},
                {"Beratung durch": "CD"},
                {"Dauer": 90},
                {"Status": "abgesagt"},
                {"Status": "verschoben"},
                {"Ort": "Café Ost"},
            )
        )
        self.site.type("Termine", number, **cells)
        self.deeds.append(f"{day:%d.%m.} {clock:%H:%M} {number} {cells}")

    def _staff(self, day: date) -> None:
        """The address that is refused is corrected in the first week; calls are made."""
        if day == MONDAY + timedelta(days=2):
            self.site.type("Fälle", "K-5", **{"E-Mail": "k-5@post.test"})
        for key in CASES:
            for call in self.site.calls(key):
                if not call["Ergebnis"]:
                    self._reached(call["Nr."])

    def _reached(self, number: str) -> None:
        def change(book: Any) -> None:
            for row in book["Anrufliste"].iter_rows():
                if row[0].value == number:
                    row[10].value, row[11].value = "erreicht", "AB"

        self.site.edit(change)

    def table(self) -> str:
        """One line an appointment: number, language, first reminder due, begins, told, answered."""
        lines = ["number | language | booked for | stands now | told | answered"]
        for number, line in self.lines.items():
            row = self.site.visit(number)
            now = f"{row['Datum']:%d.%m.} {row['Uhrzeit']:%H:%M} {row['Status']}" if row else "-"
            told = ", ".join(line.told) or "-"
            lines.append(
                f"{number} | {line.language} | {line.booked:%d.%m. %H:%M} | {now} | {told} | {line.answered or '-'}"
            )
        untold = [number for number, line in self.lines.items() if not line.told]
        lines.append(f"{len(self.lines)} appointments, {len(self.team.mails)} mails to clients arrived,"
                     f" {len(self.deeds)} changes by staff, told of nothing: {', '.join(untold) or '0'},"
                     f" silent: {len(self.silent)}")  # fmt: skip
        return "\n".join([*lines, *self.silent])
