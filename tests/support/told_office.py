"""An office that does at random what offices do, on a real .xlsx, and an oracle that reads mails and cells alone.

The oracle knows nothing of versions, keys or `differences`: what a client believes is parsed out of the German part of
the mails that arrived; what is true are the cells of the row; where people are told are the tabs for them.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from typing import Any

from automations.engine.applied import RunResult
from automations.engine.erasure import forget_case
from automations.engine.snapshots import read_snapshot
from automations.model.snapshot import Snapshot
from tests.support.own_site import BERLIN, text_of
from tests.support.told_site import ToldSite, client, visit

CLIENTS = ("K-1", "K-2", "K-3", "K-4")
FIRST = date(2026, 12, 3)
NAMES = {"AB": "Anna Berg", "CD": "Cem Demir"}
WAYS = {"telefonisch": "Am Telefon", "Video": "Per Video", "Hausbesuch": "Wir kommen"}
NOTED = frozenset({"Erinnert am", "Antwort", "Prüfhinweis"})
ADDRESSES = {"Büro Nord": "Musterweg 1", "Café Ost": "Marktweg 5"}
STANDS = {"geplant", "bestätigt", None}
_SAID = re.compile(
    r"Wann(?: \(neu\))?: [^\n]*?(\d\d\.\d\d\.\d{4}), (\d\d:\d\d)(?:–(\d\d:\d\d))?[^\n]*\n(.*?)(?=\nWann|\Z)", re.DOTALL
)
_NUMBER = re.compile(r"%5B(T-[^.%]+)\.\d+\.")
_OFF = re.compile(r"(\d\d\.\d\d\.\d{4}), (\d\d:\d\d) Uhr")
OPEN, CLOSE = time(8), time(18)


@dataclass(frozen=True)
class Belief:
    """What somebody believes of an appointment."""

    day: str
    clock: str
    who: str
    where: str
    until: str = ""
    off: bool = False

    @property
    def begins(self) -> datetime:
        return datetime.strptime(f"{self.day} {self.clock}", "%d.%m.%Y %H:%M").replace(tzinfo=BERLIN)

    def same(self, other: Belief) -> bool:
        """Whether nobody could tell the two apart; an end that one leaves open is no difference."""
        if self.off or other.off:
            return self.off == other.off
        ends = not (self.until and other.until) or self.until == other.until
        return ends and (self.day, self.clock, self.who, self.where) == (other.day, other.clock, other.who, other.where)


def said(mail: EmailMessage) -> dict[str, Belief]:
    """What a mail says, by appointment."""
    german = text_of(mail).partition("Deutsch  ————")[2] or text_of(mail)
    found = {}
    for day, clock, until, rest in _SAID.findall(german):
        who = re.search(r"^Mit(?: \(neu\))?: (.*)$", rest, re.MULTILINE)
        where = re.search(r"^W(?:o|ie)(?: \(neu\))?: (.*)$", rest, re.MULTILINE)
        number = _NUMBER.search(rest)
        assert number, f"no button in {german}"
        found[number[1]] = Belief(day, clock, who[1].strip() if who else "", _place(where[1] if where else ""), until)
    return found


def _place(text: str) -> str:
    return next((short for short in (*WAYS.values(), *ADDRESSES.values()) if short in text), "?")


@dataclass
class Office:
    """The site, its clock and everything that anybody heard; `chance` decides what people do."""

    site: ToldSite
    chance: random.Random
    now: datetime = datetime(2026, 11, 27, 8, 30, tzinfo=BERLIN)
    beliefs: dict[tuple[str, str], list[Belief]] = field(default_factory=dict)
    seen: int = 0
    deeds: list[str] = field(default_factory=list)
    gone: list[list[object]] = field(default_factory=list)
    texts: dict[str, list[tuple[datetime, str]]] = field(default_factory=dict)
    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    asked: dict[tuple[str, str], str] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)
    listed: dict[tuple[str, str], str] = field(default_factory=dict)
    undone: bool = False
    told: int = 0
    clients: tuple[str, ...] = CLIENTS

    def begin(self) -> None:
        """A fortnight's appointments; the first run meets the workbook, the second reminds."""
        rows = [visit(f"T-{n}", f"K-{n}", FIRST + timedelta(days=n // 3), time(8 + 2 * n)) for n in range(1, 5)]
        self.site.begin([client(key) for key in CLIENTS], rows, at=("2026-11-20T08:30",))
        self.run()

    def step(self) -> None:
        """Some hours pass, somebody does something, kim runs; then everything must be in order."""
        hours = self.chance.choice((0.1, 0.5, 2, 3, 5, 9, 14, 22))
        self.now += timedelta(minutes=round(hours * 60))
        while self.now.weekday() > 4 or not 6 <= self.now.hour < 21:
            self.now += timedelta(hours=1)
        deed = self.chance.choice(DEEDS)
        self.deeds.append(f"{self.now:%d.%m. %H:%M} {deed.__name__.strip('_')}")
        deed(self)
        self.run()

    def run(self) -> None:
        """One run, judged."""
        before = {key: (site_row.get("E-Mail"), site_row.get("Kontaktweg"), site_row.get("E-Mail-Einwilligung am"))
                  for key in self.clients for site_row in [self.site.of(key)]}  # fmt: skip
        result = self.site.go(f"{self.now:%Y-%m-%dT%H:%M}")
        if result.record.run:
            self.runs.append(result.record.run)
        for to, mail in self.site.post.taken[self.seen :]:
            if to.endswith("@post.test"):
                self._arrived(to, mail, before)
        self.seen = len(self.site.post.taken)
        self._judge(result)

    def _arrived(self, to: str, mail: EmailMessage, rows: dict[str, tuple[object, ...]]) -> None:
        owners = [key for key in self.clients if rows[key][0] == to]
        assert owners, self.tell(f"a mail went to {to}, which is nobody's address")
        key = owners[0]
        assert rows[key][1] == "E-Mail", self.tell(f"{key} was written to and has {rows[key][1]}")
        assert rows[key][2] is not None, self.tell(f"{key} was written to without consent")
        body = text_of(mail)
        again = [at for at, text in self.texts.get(to, []) if text == body and self.now - at < timedelta(hours=20)]
        assert not again, self.tell(f"{key} got the same mail twice")
        self.texts.setdefault(to, []).append((self.now, body))
        self.mails.append((key, mail))
        self.told += 1
        off = "fällt aus" in body
        for number, belief in said(mail).items():
            truth = self.truth(key, number)
            fits = truth is not None and belief.same(truth)
            assert fits, self.tell(f"{key} was told {belief}, true is {truth}")
            known = self.believes(key, number)
            news = "hat sich geändert" in body
            assert not (news and known is not None and belief.same(known)), self.tell(f"{key} knew that of {number}")
            self.beliefs.setdefault((key, number), []).append(belief)
        if off and not said(mail):
            self._off(key, body)

    def _off(self, key: str, body: str) -> None:
        """The appointment at that hour does not take place."""
        hours = _OFF.findall(body)
        mine = [(number, beliefs) for (of, number), beliefs in self.beliefs.items() if of == key and beliefs]
        hit = [beliefs for _, beliefs in mine if (beliefs[-1].day, beliefs[-1].clock) in hours]
        for beliefs in hit or [beliefs for number, beliefs in mine if self._status(number) == "abgesagt"]:
            last = beliefs[-1]
            beliefs.append(Belief(last.day, last.clock, last.who, last.where, off=True))

    def _status(self, number: str) -> object:
        return self.site.visit(number).get("Status")

    def believes(self, key: str, number: str) -> Belief | None:
        """The last that arrived."""
        return next(reversed(self.beliefs.get((key, number), [])), None)

    def truth(self, key: str, number: str) -> Belief | None:
        """What the cells say; None where only people can know."""
        rows = [row for row in self.site.rows("Termine") if row["Termin-Nr."] == number]
        if len(rows) != 1 or rows[0]["Fall-Nr."] != key:
            return None
        row = rows[0]
        if not isinstance(row["Datum"], date) or not isinstance(row["Uhrzeit"], time):
            return None
        if row["Status"] not in {*STANDS, "abgesagt"}:
            return None
        begins = datetime.combine(row["Datum"], row["Uhrzeit"])
        way = WAYS.get(row["Art"]) or ADDRESSES.get(row["Ort"], "?")
        until = f"{begins + timedelta(minutes=row['Dauer']):%H:%M}" if row["Dauer"] else ""
        return Belief(
            f"{begins:%d.%m.%Y}", f"{begins:%H:%M}", NAMES[row["Beratung durch"] or "AB"], way, until,
            off=row["Status"] == "abgesagt",
        )  # fmt: skip

    def _judge(self, result: RunResult) -> None:
        """Everybody who believes something untrue of an hour to come has a mail on its way, a call or a question."""
        planned = {case for one in result.prepared.mails for case in one.mail.cases if one.mail.audience == "client"}
        open_now = OPEN <= self.now.time() < CLOSE
        for (key, number), beliefs in self.beliefs.items():
            belief, truth = beliefs[-1] if beliefs else None, self.truth(key, number)
            if belief is None or belief.begins <= self.now or (truth is not None and belief.same(truth)):
                continue
            if belief.off and (truth is None or truth.begins <= self.now):
                continue
            if self.site.visit(number).get("Antwort", "") and "abgesagt" in str(self.site.visit(number).get("Antwort")):
                continue  # the client's own word
            seen_to = self._called(key, number) or self._asked(key, number) or (not open_now and key in planned)
            waits = key in planned and self.site.post.refuse(str(self.site.of(key).get("E-Mail"))) == "retry"
            assert seen_to or waits, self.tell(f"{key} believes {belief} of {number}, true is {truth}")

    def _called(self, key: str, number: str) -> bool:
        """Whether a call is listed; or one was, about this very state, and a person took it back."""
        state = f"call {self._typed(number)}"
        if self.site.calls(key):
            self.listed[key, number] = state
            return True
        return self.undone and self.listed.get((key, number)) == state

    def _asked(self, key: str, number: str) -> bool:
        """Whether a question about it stands in the tab, answered by nobody; or one that was, about this very state."""
        state = self._typed(number)
        if any(number in question and key in question for question in self.site.asked()):
            self.asked[key, number] = state
            return True
        return self.asked.get((key, number)) == state

    def _typed(self, number: str) -> str:
        """The row as staff typed it: what kim notes in it is no news."""
        return str({name: cell for name, cell in self.site.visit(number).items() if name not in NOTED})

    def tell(self, what: str) -> str:
        """A finding with the story that led to it."""
        return what + "\n" + "\n".join(self.deeds[-14:]) + "\n" + "\n".join(self.site.asked())

    def numbers(self) -> list[str]:
        return [str(row["Termin-Nr."]) for row in self.site.rows("Termine") if row["Termin-Nr."]]

    def some(self) -> str | None:
        numbers = self.numbers()
        return self.chance.choice(numbers) if numbers else None

    def type(self, **cells: object) -> None:
        number = self.some()
        if number:
            self.deeds[-1] += f" {number} {cells}"
            self.site.type("Termine", number, **cells)

    def person(self, **cells: object) -> None:
        key = self.chance.choice(self.clients)
        self.deeds[-1] += f" {key} {cells}"
        self.site.type("Fälle", key, **cells)


def _move(office: Office) -> None:
    day = office.now.date() + timedelta(days=office.chance.choice((0, 1, 2, 4, 7, 10)))
    while day.weekday() > 4:
        day += timedelta(days=1)
    office.type(Datum=day)


def _another_time(office: Office) -> None:
    office.type(Uhrzeit=office.chance.choice((time(7, 30), time(9), time(11), time(15, 30))))


def _another_place(office: Office) -> None:
    office.type(Ort=office.chance.choice(tuple(ADDRESSES)))


def _another_colleague(office: Office) -> None:
    office.type(**{"Beratung durch": office.chance.choice(("AB", "CD"))})


def _another_duration(office: Office) -> None:
    office.type(Dauer=office.chance.choice((30, 45, 120)))


def _another_way(office: Office) -> None:
    office.type(Art=office.chance.choice(("persönlich", *WAYS)))


def _another_status(office: Office) -> None:
    office.type(Status=office.chance.choice(("geplant", "geplant", "verschoben", "abgesagt", "bestätigt")))


def _another_client(office: Office) -> None:
    office.type(**{"Fall-Nr.": office.chance.choice(office.clients)})


def _swap(office: Office) -> None:
    rows = office.site.rows("Termine")
    if len(rows) > 1 and all(row["Termin-Nr."] for row in rows):
        one, other = office.chance.sample(rows, 2)
        office.deeds[-1] += f" {one['Termin-Nr.']} {other['Termin-Nr.']}"
        office.site.type("Termine", one["Termin-Nr."], **{"Fall-Nr.": other["Fall-Nr."]})
        office.site.type("Termine", other["Termin-Nr."], **{"Fall-Nr.": one["Fall-Nr."]})


def _delete(office: Office) -> None:
    number = office.some()
    if number and len(office.numbers()) > 2:
        office.deeds[-1] += f" {number}"
        office.gone.append(office.site.delete(number))


def _put_back(office: Office) -> None:
    if office.gone:
        row = office.gone.pop()
        office.deeds[-1] += f" {row[0]}"
        office.site.edit(lambda book: book["Termine"].append(row))


def _type_anew(office: Office) -> None:
    """A deleted row is typed again, without its number."""
    if office.gone:
        row = office.gone.pop()
        office.deeds[-1] += f" {row[0]}"
        office.site.edit(lambda book: book["Termine"].append([None, *row[1:9]]))


def _to_another_tab(office: Office) -> None:
    """A row is cut and pasted into a tab of the team's own, which is none of kim's business."""
    number = office.some()
    if number and len(office.numbers()) > 2:
        office.deeds[-1] += f" {number}"
        row = office.site.delete(number)
        office.gone.append(row)

        def paste(book: Any) -> None:
            tab = book["Ablage"] if "Ablage" in book.sheetnames else book.create_sheet("Ablage")
            tab.append(row)

        office.site.edit(paste)


def _undo(office: Office) -> None:
    """The last run's cell changes are taken back: what it asked and listed as well."""
    if office.runs:
        office.deeds[-1] += f" {office.runs[-1]}"
        office.site.undo(office.runs[-1], f"{office.now:%Y-%m-%dT%H:%M}")
        office.undone = True


def _erase(office: Office) -> None:
    """A client is forgotten, once in a story: rows and all that kim keeps. No mail may reach them any more."""
    if len(office.clients) < len(CLIENTS):
        return
    key = office.clients[-1]
    office.deeds[-1] += f" {key}"
    mine = [str(row["Termin-Nr."]) for row in office.site.rows("Termine") if row["Fall-Nr."] == key]
    with office.site.world(office.now) as world:
        snapshot = read_snapshot(world.site, world.ledger, world.workbooks, office.now)
        assert isinstance(snapshot, Snapshot)
        forget_case(world, key, mine, office.now, snapshot)
    office.site.delete(key, "Fälle")
    for number in mine:
        office.site.delete(number)
    office.clients = office.clients[:-1]
    office.gone = [row for row in office.gone if row[1] != key]
    office.mails = [(of, mail) for of, mail in office.mails if of != key]
    office.beliefs = {(of, number): said for (of, number), said in office.beliefs.items() if of != key}


def _book(office: Office) -> None:
    day = office.now.date() + timedelta(days=office.chance.choice((0, 1, 3, 8)))
    if day.weekday() < 5 and len(office.site.rows("Termine")) < 8:
        clock = office.chance.choice((time(7, 30), time(10), time(16)))
        row = [None, *visit("", office.chance.choice(office.clients), day, clock)[1:]]
        office.site.edit(lambda book: book["Termine"].append(row))


def _another_address(office: Office) -> None:
    key = office.chance.choice(office.clients)
    office.site.type("Fälle", key, **{"E-Mail": f"{key.casefold()}{office.chance.choice(('', '-neu'))}@post.test"})


def _consent(office: Office) -> None:
    office.person(**{"E-Mail-Einwilligung am": office.chance.choice((None, date(2026, 1, 8), date(2026, 1, 8)))})


def _way(office: Office) -> None:
    ways = ("E-Mail", "E-Mail", "E-Mail", "Telefon", "keine Erinnerung", "kein sicherer Kontakt")
    office.person(Kontaktweg=office.chance.choice(ways))


def _telephone(office: Office) -> None:
    office.person(Telefon=office.chance.choice((None, "0151 20000001", "0151 20000002")))


def _language(office: Office) -> None:
    office.person(Sprachen=office.chance.choice(("Deutsch", "Ukrainisch", "Arabisch")))


def _bounce(office: Office) -> None:
    if office.mails:
        key, mail = office.mails.pop(office.chance.randrange(len(office.mails)))
        office.deeds[-1] += f" {key} {mail['To']}"
        office.site.bounces(mail, office.now.date())
        told = said(mail)
        for number, belief in told.items():
            known = office.beliefs.get((key, number), [])
            if belief in known:
                known.remove(belief)


def _defer(office: Office) -> None:
    away = f"{office.chance.choice(office.clients).casefold()}@post.test"
    office.site.post.refuse = lambda to: "retry" if to == away else None


def _deliver(office: Office) -> None:
    office.site.post.refuse = lambda _: None


def _confirm(office: Office) -> None:
    _tap(office, "Y")


def _cancel(office: Office) -> None:
    _tap(office, "N")


def _tap(office: Office, word: str) -> None:
    known = [(key, mail) for key, mail in office.mails[-4:] if said(mail)]
    if known:
        key, mail = office.chance.choice(known)
        office.deeds[-1] += f" {key}"
        office.site.taps(mail, word, on=office.now.date())


def _answer(office: Office) -> None:
    """Somebody says yes to a question: the client knows."""
    rows = [row for row in office.site.rows("Entscheidungen") if not row["Entscheidung"] and "T-" in row["Frage"]]
    if rows:
        office.site.type("Entscheidungen", rows[0]["Nr."], Entscheidung="ja")


def _nothing(office: Office) -> None:
    del office


DEEDS = (
    _move, _move, _another_time, _another_time, _another_place, _another_colleague, _another_duration, _another_way,
    _another_status, _another_status, _another_client, _swap, _delete, _put_back, _type_anew, _book, _another_address,
    _consent, _way, _to_another_tab, _undo, _erase, _telephone, _language, _bounce, _defer, _deliver, _confirm,
    _cancel, _answer, _nothing, _nothing,
)  # fmt: skip
