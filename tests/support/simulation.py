"""A year at the office, driven day by day: a real service, real files, a real ledger; only the clock, the
mail server and the staff are stand-ins.

Every day has its trouble by a fixed rota (see `ROTA`): a workbook left open, a mail server that is
down or does not answer, a power cut at any commit of the ledger, a computer that is off.
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from msgspec import structs

from automations.common.working_days import WorkingDays
from automations.config.loading import load_site
from automations.engine.lock import AlreadyRunningError
from automations.engine.parts import open_world
from automations.ledger.book import Ledger
from automations.messages.transport import Delivery
from automations.service.due_runs import run_due
from automations.service.scheduler import Service
from automations.service.timetable import JOB, timetable
from automations.setup.demo.site import make_site
from automations.tables.snapshot import read_tables
from tests.support.demo_worlds import adopted
from tests.support.office import Office

BERLIN = ZoneInfo("Europe/Berlin")
TICKS = ("06:30", "08:00", "10:00", "12:30", "13:15", "14:00", "17:00", "17:30")
ROTA = ("", "locked", "", "mail down", "power cut", "", "unknown", "restart", "machine off", "", "power cut", "config")
_TOKEN = re.compile(r"mailto:\S+")


_NOTED = frozenset({"Phase", "Abgeschlossen am", "Datum", "Uhrzeit", "Status"})  # of those that staff change


class PowerCut(BaseException):
    """The computer is off from here on."""


@dataclass
class Fuse:
    """Blows at the n-th commit, before or after it; whatever is still tried then fails as well."""

    left: int = 0
    before: bool = True
    blown: bool = False

    def guard(self, method):
        """The method of a ledger, on this fuse."""

        def guarded(*arguments, **named):
            if self.blown:
                raise PowerCut
            self.left -= 1
            self.blown = self.left == 0
            if self.blown and self.before:
                raise PowerCut
            result = method(*arguments, **named)
            if self.blown:
                raise PowerCut
            return result

        return guarded


COMMITS = frozenset(
    {
        "record", "claim", "settle_mail", "announce_write", "finish_write", "claim_occurrence", "finish_occurrence",
        "begin_run", "end_run", "remember", "sight", "notice", "trim", "backup",
    }
)  # fmt: skip


class FragileLedger(Ledger):
    """The real ledger on a fuse."""

    def __init__(self, real: Ledger, fuse: Fuse) -> None:
        super().__init__(real._engine, real.id)
        self.fuse = fuse

    def __getattribute__(self, name):
        found = super().__getattribute__(name)
        return super().__getattribute__("fuse").guard(found) if name in COMMITS else found


@dataclass(frozen=True)
class Letter:
    """A mail that a server took."""

    at: datetime
    message_id: str
    to: str
    subject: str
    text: str


@dataclass
class Post:
    """A mail server that takes everything, unless told otherwise for the next mails."""

    clock: list[datetime]
    taken: list[Letter] = field(default_factory=list)
    down: bool = False
    unanswered: int = 0
    live = True

    def deliver(self, message, recipient):
        """Take it and say so; or not say so; or be out of order."""
        if self.down:
            return Delivery("retry", "connection refused", down=True)
        read = message_from_bytes(bytes(message), policy=policy.default)
        text = read.get_body(("plain",)).get_content()
        self.taken.append(Letter(self.clock[0], message["Message-ID"], recipient, str(message["Subject"]), text))
        if self.unanswered:
            self.unanswered -= 1
            return Delivery("unknown", "connection lost", down=True)
        return Delivery("sent")

    def close(self):
        """Nothing to close."""


@dataclass
class Simulation:
    """A site from `first` day on, with a rota of troubles."""

    folder: Path
    first: date
    seed: int = 1
    cases: int = 15

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)  # noqa: S311 (a repeatable year)
        start = datetime.combine(self.first, time(6, 0), BERLIN)
        make_site(self.folder, cases=self.cases, seed=self.seed, at=start)
        self.clock = [start]
        self.post = Post(self.clock)
        self.fuse = Fuse()
        self.cuts = 0
        self.troubled: set[str] = set()
        self._go_live()
        adopted(self.folder, start)
        self.office = Office(self.folder / "KIM-Team.xlsx", self.chance, WorkingDays())
        self.office.add_own_column()
        self.service = self._new_service()
        self.begun = start
        self.service.tick()

    def _go_live(self) -> None:
        toml = self.folder / "config" / "site.toml"
        smtp = 'transport = "smtp"\nhost = "127.0.0.1"\nfrom = "termine@example.org"'
        text = toml.read_text(encoding="utf-8").replace('transport = "folder"', smtp)
        text = text.replace("settle_minutes = 0", "settle_minutes = 30")
        toml.write_text(text + '\n[operator]\nemail = "it@example.org"\n', encoding="utf-8")

    def _new_service(self) -> Service:
        return Service(self.folder, lambda: self.clock[0], opener=self._open)

    @contextmanager
    def _open(self, site, now):
        with open_world(site, now) as real:
            yield structs.replace(real, transport=self.post, ledger=FragileLedger(real.ledger, self.fuse))

    def run(self, days: int) -> None:
        """So many days, then a quiet morning that brings everything to its end."""
        for number in range(days):
            day = self.first + timedelta(days=number)
            working = self.office.days.is_working_day(day)
            trouble = ROTA[number % len(ROTA)] if working else ""
            self._day(day, trouble, working=working)
        self._quiet(self.first + timedelta(days=days))

    def _day(self, day: date, trouble: str, *, working: bool) -> None:
        self._begin(trouble, day)
        for text in TICKS if working else TICKS[1:2]:
            at = datetime.combine(day, time.fromisoformat(text), BERLIN)
            if trouble == "machine off" and at.hour >= 11:
                continue
            self.clock[0] = at + timedelta(seconds=5)
            if text == "13:15":
                self._relieve()
            if text in {"06:30", "12:30"} and trouble == "power cut":
                self.fuse.left, self.fuse.before = self.chance.randint(1, 40), self.chance.random() < 0.5
            self._tick()
            if text == "10:00" and working:
                self.office.work(self.clock[0], can_save=trouble != "locked")

    def _begin(self, trouble: str, day: date) -> None:
        self.troubled |= {day.isoformat()} if trouble else set()
        if trouble == "locked":
            self.office.lock()
        if trouble == "restart":
            self.service = self._new_service()
        if trouble == "config":
            toml = self.folder / "config" / "site.toml"
            toml.write_text(toml.read_text(encoding="utf-8") + f"# {day}\n", encoding="utf-8")
        self.post.down = trouble == "mail down"
        self.post.unanswered = 1 if trouble == "unknown" else 0

    def _relieve(self) -> None:
        """Lunch is over: the workbook is saved and closed, the mail server mended."""
        self.office.unlock(self.clock[0])
        self.post.down = False

    def _tick(self) -> None:
        try:
            self.service.tick()
        except PowerCut:
            self.fuse.blown, self.fuse.left = False, 0
            self.cuts += 1
            self.service = self._new_service()
            self.service.tick()
        if self.chance.random() < 0.1:
            self._cron()

    def _cron(self) -> None:
        """`kim run --due`, from another program."""
        try:
            with open_world(self.service.site, self.clock[0]) as world:
                run_due(structs.replace(world, transport=self.post), lambda: self.clock[0])
        except AlreadyRunningError as error:
            raise AssertionError("nobody runs while nobody runs") from error

    def _quiet(self, day: date) -> None:
        self.fuse.left = 0
        self._begin("", day)
        while not self.office.days.is_working_day(day):
            day += timedelta(days=1)
        self._day(day, "", working=True)

    # What came of it.

    @property
    def ledger(self):
        """The real ledger, opened."""
        return open_world(load_site(self.folder), self.clock[0])

    def occurrences(self) -> tuple[set[str], dict[str, str]]:
        """Those that the calendar owed since the beginning, and what the ledger says of each."""
        due = {item.id for item in timetable(self.service.site).between(self.begun, self.clock[0])}
        with self.ledger as world:
            found = world.ledger.occurrences(JOB, 100_000)
        return due, {item.occurrence: item.outcome if item.ended else "unfinished" for item in found}

    def doubled(self) -> list[str]:
        """Mails that somebody got twice: one message, or one text to one person on one day."""
        by_id = Counter(letter.message_id for letter in self.post.taken)
        by_text = Counter((_TOKEN.sub("", item.text), item.to, item.at.date()) for item in self.post.taken)
        twice = [key for key, count in by_id.items() if count > 1]
        return twice + [f"{to} {day}" for (_, to, day), count in by_text.items() if count > 1]

    def lost(self) -> list[str]:
        """Appointments that took place as booked in good time, of which the client was never told."""
        told = [(letter.to, letter.at, letter.text) for letter in self.post.taken]
        missed = []
        for visit in self.office.visits.values():
            if not visit.foreseeable or visit.start > self.clock[0]:
                continue
            when = (f"{visit.start:%d.%m.%Y}", f"{visit.start:%H:%M}")
            if not any(to == visit.address and at < visit.start and all(part in text for part in when)
                       for to, at, text in told):  # fmt: skip
                missed.append(f"{visit.mark} {visit.start} for {visit.address}, fixed {visit.fixed_at}")
        return missed

    def wrong(self) -> list[str]:
        """Mails to clients about an appointment that was another one when they left."""
        return [
            f"{letter.at} {letter.to}: {letter.subject}"
            for letter in self.post.taken
            if letter.to.endswith("@sim.example") and not self.office.was_true(letter.to, letter.at, letter.text)
        ]

    def misread(self) -> list[str]:
        """Where the edits that the ledger noticed are not those that staff made."""
        noticed: dict[tuple[str, str], list[str]] = {}
        gone: list[str] = []
        for entry in self._noticed():
            gone += [entry["key"]] if entry["event"] == "gone" else []
            for change in entry["changes"]:
                noticed.setdefault((entry["key"], change["column"]), []).append(_as_read(change["new"]))
        made = {place: [_as_read(value) for value in values] for place, values in self.office.changed.items()}
        false = [f"{place}: {new}" for place, values in noticed.items() for new in values
                 if new not in made.get(place, ())]  # fmt: skip
        missed = [f"{place}: {values}" for place, values in made.items()
                  if place[1] in _NOTED and noticed.get(place, [""])[-1] != values[-1]]  # fmt: skip
        deleted = [number for number in self.office.deleted if number]
        return false + missed + [f"gone: {sorted(gone)}, not {sorted(deleted)}"] * (sorted(gone) != sorted(deleted))

    def _noticed(self):
        with self.ledger as world:
            numbers = {number for number, _ in self.office.changed} | set(self.office.deleted)
            book = read_tables({"team": world.workbooks["team"].read()}, world.site.columns, world.site.facts,
                               {"cases": "team", "appointments": "team"}, self.clock[0])  # fmt: skip
            numbers |= {item.number for item in (*book.cases, *book.appointments)}
            return [entry.data for entry in world.ledger.story("", sorted(filter(None, numbers)))
                    if entry.kind == "noticed"]  # fmt: skip

    def operator_mails(self) -> list[str]:
        """Subjects of the mails that the operator got."""
        return [
            f"{letter.at:%d.%m. %H:%M} {letter.subject}" for letter in self.post.taken if letter.to == "it@example.org"
        ]

    def runs(self):
        """All runs, the oldest first."""
        with self.ledger as world:
            return world.ledger.runs(100_000)[::-1]


def _as_read(value: object) -> str:
    """What openpyxl was given and what the ledger tells, in one form."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, time) else str(value)
