"""Weeks in which hours are freed and offered to those who wait; what clients believe is read from the mails alone."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from random import Random
from typing import Any

from automations.common.working_days import WorkingDays
from automations.engine.applied import RunResult
from automations.model.values import digest
from tests.support.letters import letter
from tests.support.memory_office import MemoryOffice
from tests.support.own_site import BERLIN, CASES, DECISIONS, TEAM, VISITS, case, text_of
from tests.support.turn_simulation import MoodyPostman
from tests.support.turn_site import TURN_SITE, links_of

SITE = TURN_SITE.replace('"interpreters"', '"freed_hours"') + "[guards]\nmail_brake = 1000\n"
HOURS = [*VISITS, "Dauer", "Stunde anbieten", "Stunde vergeben an", "Stand der freien Stunde"]
WAITING = ["Nr.", "Fall-Nr.", "Wartet seit", "Beratung durch", "Jetziger Termin", "Erledigt"]
NOTICE = timedelta(hours=48)
_WHEN = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) um (\d\d:\d\d) Uhr")
_OFFER, _WON, _OVER = "Ein früherer Termin ist frei", "Der frühere Termin gehört Ihnen", "Der frühere Termin ist"
_AT = {name: place for place, name in enumerate(HOURS)}
_SAFE, _STATUS, _GIVEN, _DONE = CASES.index("Kontaktweg"), _AT["Status"], _AT["Stunde vergeben an"], 5


class FreedWeeks:
    """The weeks. `wrong` collects what must never be, `given` the hours that somebody has."""

    def __init__(self, folder: Path, seed: int, hours: int) -> None:
        self.chance = Random(seed)  # noqa: S311 (a repeatable story)
        self.left, self.made, self.read, self.waits = hours, 0, 0, 0
        self.days, self.wrong = WorkingDays(), list[str]()
        self.post = MoodyPostman(self.chance)
        self.office = MemoryOffice(folder, SITE, {
            "Fälle": [CASES, case("K-0")], "Termine": [HOURS], "Team": TEAM, "Entscheidungen": [DECISIONS],
            "Warteliste": [WAITING],
        }, self.post)  # fmt: skip
        self.hours: dict[datetime, str] = {}
        self.winners: dict[str, set[str]] = defaultdict(set)
        self.asked: dict[str, set[str]] = defaultdict(set)

    @property
    def given(self) -> int:
        """How many hours went to somebody."""
        return len(self.winners)

    def rows(self, tab: str) -> list[list[Any]]:
        """The rows of a tab below its headings."""
        head, *rows = self.office.book.tab(tab).rows
        for row in rows:
            row.extend([None] * (len(head) - len(row)))  # a row of kim's own ends with its last cell
        return rows

    # --- the world

    def go(self, now: datetime, *, cut: bool = False) -> RunResult | None:
        """One run, and what people do with the mails of it."""
        found = self.office.go(now, cut=self.chance if cut else None)
        for mail in self.post.taken[self.read :]:
            if str(mail["To"]).startswith("k-"):
                self._read(mail, now)
        self.read = len(self.post.taken)
        return found

    def _read(self, mail: EmailMessage, now: datetime) -> None:
        who = str(mail["To"]).partition("@")[0].upper()
        row = next(row for row in self.rows("Fälle") if row[0] == who)
        if row[_SAFE] != "E-Mail":
            self.wrong.append(f"{who} got a mail, and none is safe")
        found = _WHEN.search(text_of(mail))
        subject = str(mail["Subject"])
        if not found or not subject.startswith((_OFFER, _WON)):
            return
        day, month, year, clock = found.groups()
        hour = datetime.combine(date(int(year), int(month), int(day)), time.fromisoformat(clock), tzinfo=BERLIN)
        number = self.hours[hour]
        if subject.startswith(_WON):
            self.winners[number].add(who)
            return
        if hour - now < NOTICE:
            self.wrong.append(f"{who} was asked about {number} too late")
        if who in self.asked[number]:
            self.wrong.append(f"{who} was asked about {number} twice")
        self.asked[number].add(who)
        if self.chance.random() < 0.7:
            self._answer(who, links_of(mail), "Ja" if self.chance.random() < 0.6 else "Nein", now.date())

    def _answer(self, who: str, links: list[str], word: str, day: date) -> None:
        subject = next(link for link in links if link.startswith(word))
        made = letter(subject, word, f"{who.casefold()}@post.test")
        made.replace_header("Message-ID", f"<{digest(subject, len(self.office.box.letters_in))}@post.test>")
        self.office.box.put(made, on=day)

    # --- the staff

    def staff(self, now: datetime) -> None:
        """What colleagues do between two runs: hours are freed, people begin to wait, and more."""
        for _ in range(min(self.left, self.chance.randrange(9))):
            self._free(now)
        for _ in range(self.chance.randrange(9)):
            self._wait(now)
        self._change()
        for row in self.rows("Entscheidungen"):
            row[4] = row[4] or ("ja" if self.chance.random() < 0.8 else "nein")

    def _change(self) -> None:
        """Contacts turn unsafe, people cease to wait, hours are given away by telephone."""
        for row in self.rows("Fälle")[1:]:
            if self.chance.random() < 0.004:
                row[_SAFE] = self.chance.choice(("kein sicherer Kontakt", "Telefon", "keine Erinnerung"))
        for row in self.rows("Warteliste"):
            if not row[_DONE] and self.chance.random() < 0.01:
                row[_DONE] = "ja"
        for row in self.rows("Termine"):
            if row[_STATUS] == "abgesagt" and not row[_GIVEN] and self.chance.random() < 0.004:
                row[_STATUS] = "geplant"  # somebody else got it by telephone

    def _free(self, now: datetime) -> None:
        self.left, self.made = self.left - 1, self.made + 1
        hour = self._hour(f"T-{self.made}", now, 1, 15)
        asked = "ja" if self.chance.random() < 0.9 else None
        self.office.book.tab("Termine").rows.append(
            [f"T-{self.made}", "K-0", hour.date(), hour.time(), None, "AB", "abgesagt", None, 30, asked, None, None]
        )

    def _hour(self, number: str, now: datetime, first: int, last: int) -> datetime:
        """An hour that no other appointment has, so many working days ahead."""
        while True:
            day = self.days.shift(now.date(), self.chance.randrange(first, last))
            clock = time(self.chance.randrange(7, 19), self.chance.randrange(0, 60, 5))
            hour = datetime.combine(day, clock, tzinfo=BERLIN)
            if hour not in self.hours:
                self.hours[hour] = number
                return hour

    def _wait(self, now: datetime) -> None:
        self.waits += 1
        who, book = f"K-{self.waits}", self.office.book
        way = self.chance.choice(("E-Mail", "E-Mail", "E-Mail", "E-Mail", "kein sicherer Kontakt"))
        consent = date(2026, 1, 8) if self.chance.random() < 0.9 else None
        book.tab("Fälle").rows.append(case(who, Kontaktweg=way, **{"E-Mail-Einwilligung am": consent}))
        later = None
        if self.chance.random() < 0.6:
            later = f"S-{self.waits}"
            hour = self._hour(later, now, 10, 40)
            book.tab("Termine").rows.append([later, who, hour.date(), hour.time(), None, "AB", "geplant", *[None] * 5])
        book.tab("Warteliste").rows.append([f"W-{self.waits}", who, now.date(), None, later, None])

    # --- what must be so

    def check(self) -> None:
        """After quiet runs: each hour is one client's at most, and stands where everybody believes it to."""
        people = {row[0]: row[1] for row in self.rows("Warteliste")}
        visits = {row[0]: row for row in self.rows("Termine")}
        for number, winners in self.winners.items():
            named = people.get(visits[number][_GIVEN])
            made = visits.get(f"{number}-N")
            if winners != {named}:
                self.wrong.append(f"{number} was given to {sorted(winners)}, and stands for {named}")
            elif made is None or made[1] != named:
                self.wrong.append(f"{number} has no row of its own for {named}")
        for number, row in visits.items():
            if row[_GIVEN] and number not in self.winners:
                self.wrong.append(f"nobody was told of {number}")
        held: dict[str, list[str]] = defaultdict(list)
        for number, winners in self.winners.items():
            for who in winners:
                held[who].append(number)
        self.wrong += [f"{who} has {some}" for who, some in held.items() if len(some) > 1]


def freed_weeks(folder: Path, seed: int, hours: int, days: int, first: date = date(2026, 11, 16)) -> FreedWeeks:
    """So many working days with three runs in trouble each, and two quiet ones in the evening."""
    story = FreedWeeks(folder, seed, hours)
    calm = Random(seed + 1)  # noqa: S311 (a repeatable story)
    story.go(datetime.combine(first - timedelta(days=3), time(9), tzinfo=BERLIN))
    day = first
    for _ in range(days):
        for clock in (time(8, 30), time(11), time(14)):
            now = datetime.combine(day, clock, tzinfo=BERLIN)
            story.staff(now)
            story.office.book.busy = "Anna" if calm.random() < 0.1 else ""
            story.go(now, cut=calm.random() < 0.2)
            story.office.book.busy = ""
        story.post.calm = True
        for minutes in (0, 30, 60):
            story.go(datetime.combine(day, time(16), tzinfo=BERLIN) + timedelta(minutes=minutes))
        story.post.calm = False
        story.check()
        if not story.left and story.made and day > first + timedelta(days=20) and not story.wrong:
            latest = max(story.hours).date()
            if day > latest:
                break
        day = story.days.shift(day, 1)
    story.office.close()
    return story
