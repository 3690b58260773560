"""A team whose clients were written to, on a real .xlsx, with a mail server and a mailbox in memory: what anybody
was told, and where people are told of it."""

from __future__ import annotations

import dataclasses
import email
import os
import pickle
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, time
from email import policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs, urlsplit

from msgspec import structs

from automations.config.loading import load_site
from automations.engine.applied import RunResult
from automations.engine.parts import World, open_world
from automations.engine.runner import run
from automations.messages.transport import Delivery
from tests.support.fake_inbox import FakeInbox
from tests.support.letters import letter, returned
from tests.support.own_site import CASES, FEW_TABS, SITE, OwnSite, moment, text_of
from tests.support.own_site import case as row_of_case
from tests.support.shelf import copied

VISITS = [
    "Termin-Nr.", "Fall-Nr.", "Datum", "Uhrzeit", "Dauer", "Ort", "Beratung durch", "Art", "Status", "Erinnert am",
    "Antwort", "Prüfhinweis",
]  # fmt: skip
MORE = ["Haushalt", "Kalendereintrag", "Nicht zusammen mit", "Schreibsprache", "liest nicht", "Sorgeberechtigt"]
PLACES = [
    ["Name", "neutraler Name", "geschützt", "Anschrift", "Telefon", "Wegbeschreibung"],
    ["Büro Nord", None, "nein", "Musterweg 1", "02323 16650", "Eingang im Hof"],
    ["Café Ost", None, "nein", "Marktweg 5", "02323 16651", None],
    ["Haus Linde", "Beratungsstelle", "ja", "Stillgasse 9", "02323 16652", None],
]
TEAM = [
    ["Kürzel", "Name", "E-Mail", "Telefon", "Rolle", "Sprachen", "Abwesend von", "Abwesend bis", "Vertretung", "Aktiv"],
    ["AB", "Anna Berg", "ab@stadt.test", "02323 16653", "Teamleitung", "Deutsch", None, None, "CD", "ja"],
    ["CD", "Cem Demir", "cd@stadt.test", "02323 16654", None, "Deutsch, Arabisch", None, None, "AB", "ja"],
]
TOLD_SITE = (
    SITE.partition("[mail]")[0].replace('["de", "ar"]', '["de", "en", "ru", "uk", "fr", "ro", "ar", "tr"]')
    + """
[mail]
transport = "smtp"
host = "127.0.0.1"
from = "Beratung <termine@stadt.test>"
reply_to = "termine@stadt.test"
[mail.inbox]
host = "127.0.0.1"
user = "kim"
password_env = "KIM_TEST_PASSWORD"
"""
)
JOBS = f"[assign_cases]\nask_first = false\n[summarise]\nwarn_standstill = false\n{FEW_TABS}"
_LINK = re.compile(r"mailto:[^\s<>\"']+")
TABS = ("Entscheidungen", "Anrufliste", "Prüfliste")


def client(number: str, **cells: Any) -> list[Any]:
    """A row of the cases: somebody with consent, an address and a telephone, unless `cells` say otherwise."""
    usual = {"Telefon": f"0151 2000{int(number.partition('-')[2]):04d}", "Eingang": date(2026, 9, 1),
             "Erstkontakt am": date(2026, 9, 3)}  # fmt: skip
    made = dict(zip(CASES, row_of_case(number), strict=False)) | usual | cells
    return [made.get(heading) for heading in (*CASES, *MORE)]


def visit(number: str, of: str, day: date, clock: time | None = time(10), **cells: Any) -> list[Any]:
    """A row of the appointments."""
    usual = {"Termin-Nr.": number, "Fall-Nr.": of, "Datum": day, "Uhrzeit": clock, "Dauer": 45, "Ort": "Büro Nord",
             "Beratung durch": "AB", "Art": "persönlich", "Status": "geplant"}  # fmt: skip
    return [{**usual, **cells}.get(heading) for heading in VISITS]


LEFT = "left.pickle"
"""What had left by the end of the first runs: a copy of the site starts with it."""


def _taken(_address: str) -> str | None:
    return None


class Post:
    """A mail server. `refuse` gives "failed" or "retry" for an address, None where the mail is taken."""

    live = True

    def __init__(self) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []
        self.refuse: Callable[[str], str | None] = _taken

    def deliver(self, message: EmailMessage, recipient: str) -> Delivery:
        """See Transport."""
        refused = self.refuse(recipient)
        if refused:
            return Delivery("failed" if refused == "failed" else "retry", "550" if refused == "failed" else "450")
        self.taken.append((recipient, email.message_from_bytes(message.as_bytes(), policy=policy.default)))  # type: ignore[arg-type]
        return Delivery("sent")

    def close(self) -> None:
        """Nothing to close."""


@dataclasses.dataclass
class ToldSite(OwnSite):
    """The site. `post` has what left, `box` what came."""

    post: Post = dataclasses.field(default_factory=Post)
    box: FakeInbox = dataclasses.field(default_factory=FakeInbox)

    def begin(
        self, cases: Sequence[Sequence[Any]], visits: Sequence[Sequence[Any]], *,
        at: Sequence[str] = ("2026-11-20T08:30", "2026-11-27T08:30"), settle: int = 0, **files: str,
    ) -> None:  # fmt: skip
        """The workbook and the first runs; by the last one those who are due have their reminder."""
        made = ("told site", cases, visits, at, settle, files, os.environ.get("KIM_TEST_PASSWORD"))
        if type(self) is not ToldSite or self.post.refuse is not _taken or any(self.folder.iterdir()):
            self._begin(cases, visits, at, settle, files)
            return
        copied(made, lambda place: ToldSite(place)._begin(cases, visits, at, settle, files), self.folder)
        left = self.folder / LEFT
        self.post.taken += pickle.loads(left.read_bytes())  # noqa: S301 (our own, of this session)
        left.unlink()

    def _begin(
        self, cases: Sequence[Sequence[Any]], visits: Sequence[Sequence[Any]], at: Sequence[str], settle: int,
        files: Mapping[str, str],
    ) -> None:  # fmt: skip
        site = TOLD_SITE.replace("settle_minutes = 0", f"settle_minutes = {settle}")
        self.write(**{"site": site, "automations": JOBS, **files})
        self.book({"Fälle": [[*CASES, *MORE], *cases], "Termine": [VISITS, *visits], "Standorte": PLACES, "Team": TEAM})
        self.go(*at)
        (self.folder / LEFT).write_bytes(pickle.dumps(self.post.taken))

    @contextmanager
    def world(self, now: Any) -> Iterator[World]:
        """The site, with the mailbox and mail server in memory."""
        with open_world(load_site(self.folder), now) as world:
            yield structs.replace(world, transport=self.post, inbox=self.box)  # type: ignore[arg-type]

    def go(self, *moments: str) -> RunResult:
        """Runs; the result of the last one."""
        for at in moments:
            now = moment(at)
            with self.world(now) as world:
                result = run(world, lambda now=now: now)  # type: ignore[misc]
        return result

    def to(self, number: str, since: int = 0) -> list[EmailMessage]:
        """What the client of a case was written, at whatever address, after the first `since` mails of all."""
        own = {f"{number.casefold()}@post.test", str(self.of(number).get("E-Mail"))}
        return [mail for to, mail in self.post.taken[since:] if to in own]

    def of(self, number: str) -> dict[str, Any]:
        """The row of a case as it stands; blank where there is none."""
        return next((row for row in self.rows("Fälle") if row["Fall-Nr."] == number), {})

    def visit(self, number: str) -> dict[str, Any]:
        """The row of an appointment as it stands; blank where there is none."""
        return next((row for row in self.rows("Termine") if row["Termin-Nr."] == number), {})

    def heard(self, *words: str) -> list[str]:
        """Lines in which people read one of the words: the tabs for them, and mails to colleagues."""
        lines = [f"{tab}: " + " | ".join(map(str, filter(None, row)))
                 for tab in TABS if tab in self.tabs() for row in self.cells(tab)]  # fmt: skip
        lines += [f"mail {n}: {line}" for n, (to, mail) in enumerate(self.post.taken)
                  if to.endswith("@stadt.test") for line in text_of(mail).splitlines()]  # fmt: skip
        return [line for line in lines if any(re.search(rf"(?<![\w-]){re.escape(word)}(?!\w)", line) for word in words)]

    def asked(self, *words: str) -> list[str]:
        """Questions that nobody has answered and that hold all of the words."""
        rows = [row for row in self.rows("Entscheidungen") if not row["Entscheidung"]]
        return [row["Frage"] for row in rows if all(word in f"{row['Frage']} {row['Anlass']}" for word in words)]

    def calls(self, number: str) -> list[dict[str, Any]]:
        """The rows of the list of calls about a case that still ask to be called."""
        if "Anrufliste" not in self.tabs():
            return []
        cells = self.cells("Anrufliste")
        top = next((n for n, row in enumerate(cells) if row[0] == "Nr."), len(cells) - 1)
        rows = [dict(zip(cells[top], row, strict=False)) for row in cells[top + 1 :]]
        return [row for row in rows if row["Fall-Nr."] == number and not str(row["Satz"]).startswith("Nicht mehr")]

    def delete(self, number: str, tab: str = "Termine") -> list[Any]:
        """A person deletes a row; its cells."""
        gone: list[Any] = []

        def change(book: Any) -> None:
            for row in list(book[tab].iter_rows(min_row=2)):
                if row[0].value == number:
                    gone.extend(cell.value for cell in row)
                    book[tab].delete_rows(row[0].row)
                    return

        self.edit(change)
        return gone

    def taps(self, mail: EmailMessage, word: str, body: str | None = None, on: date = date(2026, 11, 27)) -> None:
        """A client taps yes (Y), no (N) or stop (S) in a mail and sends what opens, or writes `body` instead."""
        links = [parse_qs(urlsplit(found[0]).query) for found in _LINK.finditer(text_of(mail))]
        link = next(one for one in links if f".{word}." in one["subject"][0])
        self.writes(str(mail["To"]), link["subject"][0], link.get("body", [""])[0] if body is None else body, on)

    def writes(self, sender: str, subject: str, body: str, on: date = date(2026, 11, 27), **headers: str) -> None:
        """A mail comes into the box."""
        made = letter(subject, body, sender, **headers)
        self.count = getattr(self, "count", 0) + 1
        made.replace_header("Message-ID", f"<letter-{self.count}@post.test>")
        self.box.put(made, on=on)

    def bounces(self, mail: EmailMessage, on: date = date(2026, 11, 27)) -> None:
        """A mail comes back for good."""
        self.box.put(returned(str(mail["Message-ID"]), to=str(mail["To"])), on=on)
