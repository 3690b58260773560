"""Random runs with one fault each: what can go wrong at which step of a run, and what was broken in silence."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import os
import shutil
import warnings
from collections import Counter
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import openpyxl
from msgspec import structs

from automations.config.loading import load_site
from automations.engine.parts import open_world
from automations.engine.runner import run
from automations.jobs.check_data import CheckData
from automations.ledger.book import Ledger
from automations.ledger.errors import LedgerError
from automations.messages.reply_tokens import ReplyTokens
from automations.messages.sandbox import TemplateProblem
from automations.messages.transport import Delivery
from automations.model.writes import PendingWrite, WriteResult
from automations.workbooks.outcomes import settled
from automations.workbooks.protocol import WorkbookError
from tests.support.fake_inbox import FakeInbox
from tests.support.google_sheets import Clock, SheetDesk, new_sheet, open_sheet
from tests.support.memory_workbook import MemoryWorkbook
from tests.support.simulation import COMMITS, Post, PowerCut
from tests.support.small_site import CASES, DAY, VISITS, case, reachable, small_site, tables

STEPS = (
    "settle", "inbox", "plan", "record", "send", "show", "write team", "write managers", "send the rest", "tell",
    "end", "tidy",
)  # fmt: skip
READS = ("team held", "team unreadable", "managers held", "managers unreadable")
WRITES = ("open", "no room", "held", "changing", "arrived unheard", "never arrived", "one group", "one tab")
POST = ("mail down", "mail unheard", "mail refused")
SECOND = ("open", "no room", "held", "changing", "arrived unheard", "never arrived")
INSIDE = ("build", "verify", "make durable", "announce", "keep version", "compare", "exchange", "exchanged", "done")
"""Steps of one replacement of a file."""
COMMON = (
    *((step, "power cut") for step in STEPS),
    *((step, "ledger full") for step in STEPS if step not in {"settle", "show"}),
    ("inbox", "mailbox down"), ("inbox", "mailbox cut"), ("plan", "job fails"), ("plan", "template broken"),
    *(("plan", kind) for kind in READS),
    *((step, kind) for step in ("send", "send the rest") for kind in POST),
    *(("write team", kind) for kind in WRITES),
    *(("write managers", kind) for kind in WRITES if kind != "one group"),
    *(("tell", kind) for kind in SECOND),
)  # fmt: skip
FILES = (
    *((f"file: {step}", kind) for step in INSIDE for kind in ("power cut", "somebody saves")),
    *((f"file: {step}", "disk fails") for step in INSIDE if step not in {"announce", "done"}),  # no file is touched
)
FAULTS = {"memory": COMMON, "google": COMMON, "xlsx": (*COMMON, *FILES)}

LONGEST = 5
"""Days that a fault waits for something to strike."""

MIX = ("xlsx", "memory", "xlsx", "memory", "xlsx", "memory", "google", "memory")
"""Which share of the runs each backend has."""


def campaign(runs: int) -> list[tuple[str, int]]:
    """Backends and seeds of so many runs, the faults of each backend in turn."""
    counted: Counter[str] = Counter()
    plan = []
    for number in range(runs):
        backend = MIX[number % len(MIX)]
        plan.append((backend, counted[backend]))
        counted[backend] += 1
    return plan


TYPED = ("Nachname", "Vorname", "Geburtsdatum", "Eingang", "Sprachen", "E-Mail")
"""What staff typed of a case, and kim never writes."""
TOLD = (PowerCut, LedgerError)
"""How a run ends that cannot go on: gone, or with a sentence and a status that is not 0."""


class Trouble:
    """One thing goes wrong at one step of a run."""

    def __init__(self, step: str, kind: str, chance: Random) -> None:
        self.step, self.kind, self.chance = step, kind, chance
        self.now, self.struck = "", False

    def __call__(self, name: str) -> None:
        self.now = name
        if name == self.step and self.takes("power cut"):
            raise PowerCut

    def takes(self, *kinds: str) -> bool:
        """Whether one of these kinds strikes here and now; it does so once."""
        here = self.kind in kinds and self.now == self.step and not self.struck
        self.struck = self.struck or here
        return here


@dataclasses.dataclass
class Inside:
    """Told the steps of one replacement of a file, and does at one of them what the trouble says."""

    trouble: Trouble
    path: Path

    def __call__(self, name: str) -> None:
        if f"file: {name}" != self.trouble.step or self.trouble.struck:
            return
        self.trouble.struck = True
        if self.trouble.kind == "power cut":
            raise PowerCut
        if self.trouble.kind == "disk fails":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        type_in(self.path)


def loaded(path: Path) -> openpyxl.Workbook:
    """The workbook as that program reads it; what it does not know, it drops."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path)


def type_in(path: Path) -> None:
    """A colleague's program saves the file with a cell that it changed."""
    book = loaded(path)
    book["Standorte"]["B2"] = "Musterweg 2, 44649 Musterstadt"
    book.save(path.with_suffix(".saving"))
    path.with_suffix(".saving").replace(path)


class Ailing:
    """A workbook that the trouble may meet at any of its calls."""

    def __init__(self, real: Any, name: str, trouble: Trouble) -> None:
        self._real, self._name, self._trouble = real, name, trouble

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def read(self) -> Any:
        held, broken = f"{self._name} held", f"{self._name} unreadable"
        if self._trouble.takes(held, broken):
            raise WorkbookError("It cannot be read.", "Please look.", busy=self._trouble.kind == held)
        return self._real.read()

    def write(self, groups: Any, tabs: Any, base: Any, token: str, ledger: str, announce: Any) -> WriteResult:
        at_home = self._trouble.step in {f"write {self._name}", "tell"}
        fault = self._trouble.kind if at_home and self._trouble.takes(*WRITES) else ""
        if fault == "open":
            return WriteResult("busy", holder="Meier")
        if fault == "changing":
            return WriteResult("conflict")
        if fault in {"no room", "held"}:
            raise WorkbookError("It cannot be written.", "Free space.", busy=fault == "held")
        if fault == "never arrived":
            announce(base.revision, "another")
            return WriteResult("unclear")
        gone = self._trouble.chance.choice(groups).id if fault == "one group" and groups else ""
        lost = self._trouble.chance.choice(tabs).id if fault == "one tab" and tabs else ""
        kept = [group for group in groups if group.id != gone]
        docs = [doc for doc in tabs if doc.id != lost]
        result = self._real.write(kept, docs, base, token, ledger, announce)
        if fault == "arrived unheard":
            return WriteResult("unclear")
        refused = {name: "It is locked." for name in (gone, lost) if name}
        told = {**result.groups, **({gone: "refused"} if gone else {})}
        return structs.replace(result, groups=told, refused={**result.refused, **refused})


class FullLedger(Ledger):
    """The real ledger, whose disk may be full once."""

    def __init__(self, real: Ledger, trouble: Trouble) -> None:
        super().__init__(real._engine, real.id)
        self.trouble = trouble

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        return self._checked(found) if name in COMMITS else found

    def _checked(self, method: Any) -> Any:
        def checked(*arguments: Any, **named: Any) -> Any:
            if self.trouble.takes("ledger full"):
                raise LedgerError("There is no space left for the ledger.", "Please make room.", code="ledger_full")
            return method(*arguments, **named)

        return checked


class OddPost(Post):
    """A mail server that the trouble may meet; for the second write of a run it is down as well, as only trouble
    makes one."""

    trouble: Trouble

    def deliver(self, message: Any, recipient: str) -> Delivery:
        self.down = self.trouble.step == "tell" and self.trouble.kind != "none"
        if self.trouble.takes("mail down"):
            return Delivery("retry", "connection refused", down=True)
        if self.trouble.takes("mail refused"):
            return Delivery("failed", "550 no such user")
        self.unanswered = int(self.trouble.takes("mail unheard"))
        return super().deliver(message, recipient)


class OddInbox(FakeInbox):
    """A mailbox that the trouble may meet, at its door or after it."""

    trouble: Trouble

    @contextlib.contextmanager
    def opened(self) -> Iterator[Any]:
        if self.trouble.takes("mailbox down"):
            self.breaks = 0
        if self.trouble.takes("mailbox cut"):
            self.breaks = 1
        with super().opened() as mailbox:
            yield mailbox


class OddRenderer:
    """Renders as the real one, unless a template is broken."""

    def __init__(self, real: Any, trouble: Trouble) -> None:
        self._real, self._trouble = real, trouble

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def render(self, mail: Any, *more: Any, **named: Any) -> Any:
        if self._trouble.takes("template broken"):
            raise TemplateProblem(f"{mail.template}.txt.j2", 3, "A word is not known.")
        return self._real.render(mail, *more, **named)


@dataclasses.dataclass
class Campaign:
    """One random site on a backend, its runs, and what was broken in silence."""

    folder: Path
    backend: str
    seed: int
    emulator: Any = None

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)  # noqa: S311 (a repeatable campaign)
        faults = FAULTS[self.backend]
        self.step, self.kind = faults[self.seed % len(faults)]
        self.cases, self.visits = a_team(self.chance)
        small_site(self.folder, self.cases, self.visits, ask_first=self.chance.random() < 0.5)
        self.site, self.post, self.inbox = live(self.folder), OddPost([DAY]), OddInbox()
        rows = tables(self.cases, self.visits)
        self.team, self.managers = MemoryWorkbook("team", rows), MemoryWorkbook("managers", {"Leer": []})
        self.sheet = new_sheet(self.emulator, rows) if self.emulator else ""
        self.silent: list[str] = []
        self.struck = False
        """Whether the fault met something, and a quiet run came after it."""

    def played(self) -> list[str]:
        """A fault in the first or the second run, or as soon as there is something that it can strike; then a quiet
        run."""
        when, result, quiet = self.chance.randint(0, 1), None, False
        trouble = Trouble(self.step, self.kind, self.chance)
        for day in range(LONGEST):
            quiet = trouble.struck
            due = day >= when and not quiet
            if day:
                self._work(day)
            result = self._run(day, trouble if due else Trouble("", "none", self.chance), quiet=quiet)
            if quiet:
                break
        self.struck = quiet
        if result is None or any(promise.state != "applied" for promise in result.applied.promises):
            wanting = [p for p in result.applied.promises if p.state != "applied"] if result else ""
            self.silent.append(f"not made good by a quiet run: {wanting}")
        return [f"{self.backend} {self.seed} ({self.step}, {self.kind}): {what}" for what in self.silent]

    def _run(self, day: int, trouble: Trouble, *, quiet: bool) -> Any:
        now, result = DAY + timedelta(days=4 + day, hours=2), None
        with open_world(self.site, now) as world, contextlib.ExitStack() as odd:
            books = self._books(world)
            if self.backend == "xlsx":
                inside = Inside(trouble, self.folder / "Team.xlsx")
                books["team"]._step = books["team"].store._step = inside
            ledger = FullLedger(world.ledger, trouble) if trouble.kind == "ledger full" else world.ledger
            self.post.clock[0], self.post.trouble, self.inbox.trouble, self.inbox.breaks = now, trouble, trouble, None
            parts = {name: Ailing(book, name, trouble) for name, book in books.items()}
            ailing = structs.replace(
                world, workbooks=parts, ledger=ledger, transport=self.post, inbox=self.inbox,
                replies=ReplyTokens((b"k" * 32,), "t@example.org"), renderer=OddRenderer(world.renderer, trouble),
            )  # fmt: skip
            if trouble.kind == "job fails":
                odd.enter_context(mock.patch.object(CheckData, "plan", side_effect=ValueError("odd")))
                trouble.struck = True
            with contextlib.suppress(*TOLD):
                result = run(ailing, lambda: now, step=trouble)
            if result is not None:
                self.silent += judged(books, result) + remembered_otherwise(world, result, now)
            if quiet:
                self.silent += mailed(self.post, world, now) + self._lost(books["team"])
        return result

    def _work(self, day: int) -> None:
        """A colleague types an appointment of soon, which is confirmed at once, and now and then a case."""
        number = self.chance.randint(1, max(len(self.visits), 1))
        visit = {"Fall-Nr.": f"K-{number}", "Datum": DAY.date() + timedelta(days=6 + day), "Uhrzeit": time(12 + day),
                 "Ort": "Büro Nord", "Status": "geplant", "Beratung durch": "AA"}  # fmt: skip
        added = [("Termine", VISITS, visit)]
        if self.chance.random() < 0.5:
            self.cases.append(case(50 + day, **{"Fall-Nr.": None}))
            added.append(("Fälle", CASES, self.cases[-1]))
        for tab, heads, row in added:
            self._type(tab, [row.get(name) for name in heads])

    def _type(self, tab: str, row: list[Any]) -> None:
        """A row at the end of a tab, as the colleagues of this backend type it."""
        if self.backend == "memory":
            self.team.tab(tab).rows.append(row)
        elif self.backend == "xlsx":
            path = self.folder / "Team.xlsx"
            book = loaded(path)
            book[tab].append(row)
            book.save(path)
        else:
            desk, rows = SheetDesk(self.emulator.person("team", self.sheet)), self._google().read()
            line = 1 + next(len(found.rows) for found in rows.tabs if found.name == tab)
            for column, value in enumerate(row, start=1):
                if value is not None:
                    desk.type(tab, line, column, value)

    def _google(self) -> Any:
        return open_sheet(self.emulator, self.sheet, Clock())

    def _books(self, world: Any) -> dict[str, Any]:
        """The workbooks of the backend, which stay from run to run."""
        if self.backend == "xlsx":
            return dict(world.workbooks)
        team = self._google() if self.sheet else self.team
        return {"team": team, "managers": self.managers}

    def _lost(self, team: Any) -> list[str]:
        """What people typed and does not stand there any more, or in another row."""
        tabs = {tab.name: tab.rows for tab in team.read().tabs}
        heads, *rows = tabs["Fälle"]
        typed = [[_plain(row.get(name)) for name in TYPED] for row in self.cases]
        stands = [[_plain(dict(zip(heads, row, strict=False)).get(name)) for name in TYPED] for row in rows]
        lost = ["rows of the cases differ"] if typed != stands[: len(typed)] else []
        numbers = [row[0] for row in rows if row and row[0]]
        lost += ["a number stands twice"] if len(numbers) != len(set(numbers)) else []
        saved = self.kind == "somebody saves" and self.struck
        return lost + (["what was saved is lost"] if saved and "Musterweg 2" not in str(tabs["Standorte"]) else [])


def _plain(value: Any) -> str:
    return str(value or "")[:10]


def a_team(chance: Random) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Some cases, some without number or manager, and their appointments."""
    cases = [
        case(n, **reachable(n), Zuständig=chance.choice([None, None, "AA"]), Phase=chance.choice(["Neu", "Assessment"]))
        for n in range(1, chance.randint(3, 7))
    ]
    cases += [case(None)] * chance.randint(0, 1)
    visits = [
        {"Fall-Nr.": f"K-{n}", "Datum": date(2024, 11, 6) + timedelta(days=chance.randint(0, 5)), "Uhrzeit": time(10),
         "Ort": "Büro Nord", "Status": "geplant", "Beratung durch": "AA"}
        for n in range(1, chance.randint(2, 4))
    ]  # fmt: skip
    return cases, visits


def standing(books: Any, result: Any) -> set[tuple[str, str]]:
    """Which promises hold in the workbooks as they are read now: (kind, id)."""
    prepared, found = result.prepared, set()
    for name, base in prepared.bases.items():
        raw = books[name].read()
        groups = [group for group in result.applied.groups if group.row.workbook == name]
        given = {group.row: str(edit.new) for group in groups for edit in group.edits if edit.field == "number"}
        rows = {group.id: structs.replace(group.row, key=given.get(group.row, group.row.key)) for group in groups}
        named = tuple(structs.replace(group, row=rows[group.id]) for group in groups)
        looked = settled(raw, PendingWrite("", "another", "", tuple(groups), base))
        numbered = settled(raw, PendingWrite("", "another", "", named, base))
        for states in (looked.groups, numbered.groups):
            found |= {("cells", name) for name, state in states.items() if state == "applied"}
        marks = {(tab.mark.id, tab.mark.stand[:16]) for tab in raw.tabs if tab.mark}
        found |= {
            ("tab", doc.id) for doc in prepared.tabs
            if doc.workbook == name and (doc.id, doc.stand.isoformat()[:16]) in marks
        }  # fmt: skip
    return found


def judged(books: Any, result: Any) -> list[str]:
    """Promises that were broken in silence."""
    if not hasattr(result.prepared, "bases"):
        told = result.outcome != "done" and result.record.trouble
        return [] if told else ["not a word why there is no plan"]
    holds = standing(books, result)
    silent = [p.id for p in result.applied.promises if p.state == "applied" and (p.kind, p.id) not in holds]
    broken = [p for p in result.applied.promises if (p.kind, p.id) not in holds]
    if broken and result.outcome == "done":
        silent.append(f"done, but {broken[0].id} does not stand there")
    if broken and not result.record.trouble:
        silent.append("no word in the log")
    lost = [mail.key for mail in result.applied.mails if mail.state in {"failed", "unknown", "retry"}]
    if lost and (result.outcome == "done" or not result.record.trouble):
        silent.append(f"not a word of {lost[0]}")
    failed = any(job.outcome == "failed" for job in result.prepared.jobs.values()) or result.prepared.unread
    if failed and (result.outcome == "done" or not result.record.trouble):
        silent.append("not a word of a job or workbook that failed")
    return silent


def remembered_otherwise(world: Any, result: Any, now: Any) -> list[str]:
    """Whether `kim status` and the log of runs, which read the ledger, know the run as it says of itself."""
    last = next(iter(world.ledger.history(live=True).runs), None)
    known = (last.outcome, last.trouble) if last else None
    said = (result.record.outcome, result.record.trouble)
    if known == said and result.outcome == result.record.outcome:
        return []
    return [f"the ledger knows {known}, the run says {said}"]


def mailed(post: Any, world: Any, now: Any) -> list[str]:
    """What is wrong with the mails in the end: sent twice, said to be sent and never given to the server, waiting."""
    taken = [(letter.message_id, letter.to) for letter in post.taken]
    mails = world.ledger.history(live=True).mails
    known = mails.values()
    gone = {letter.message_id for letter in post.taken}
    wrong = [f"twice: {one}" for one in set(taken) if taken.count(one) > 1]
    sent = [mail for mail in known if mail.state == "sent" and mail.size]  # without what another one told as well
    if len(sent) > len(gone):
        wrong.append(f"{len(sent)} said to be sent, {len(gone)} were")
    reached = {letter.to for letter in post.taken if letter.at == now}  # one message for a person and day
    due = [mails[item.key] for item in world.ledger.due(now)]
    return wrong + [
        f"still waits: {mail.key}" for mail in due if f"k{mail.case.removeprefix('K-')}@example.org" not in reached
    ]


def live(folder: Path) -> Any:
    """The site with a mail server in the place of a folder."""
    path = folder / "config" / "site.toml"
    smtp = 'transport = "smtp"\nhost = "127.0.0.1"\nfrom = "t@example.org"'
    path.write_text(path.read_text("utf-8").replace('transport = "folder"\nfolder = "mails"', smtp), "utf-8")
    return load_site(folder)


def one_run(folder: Path, backend: str, seed: int, emulator: Any = None) -> list[str]:
    """What one campaign broke in silence, or never made good; its folder is gone afterwards."""
    found = Campaign(folder, backend, seed, emulator).played()
    shutil.rmtree(folder, ignore_errors=True)
    return found
