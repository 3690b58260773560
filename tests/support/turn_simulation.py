"""Weeks in which interpreters are asked: requests, moves, refusals, silence, a busy workbook, power cuts.

What everybody must believe is read from the mails that arrived, not from what kim remembers.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path
from random import Random

from automations.common.working_days import WorkingDays
from automations.engine.applied import RunResult
from automations.messages.message import message_id
from automations.messages.transport import Delivery
from automations.model.told import offer_subject
from automations.model.values import digest
from tests.support.letters import letter
from tests.support.memory_office import MemoryOffice
from tests.support.own_site import BERLIN, CASES, DECISIONS, TEAM, case, text_of
from tests.support.turn_site import ASKED_VISITS, INTERPRETERS, TURN_SITE, Postman, interpreter, links_of, visit

_WHEN = re.compile(r"(?:Jetzt gilt: |Einsatz: |am |den )(\d\d)\.(\d\d)\.(\d{4})(?: um |, )(\d\d:\d\d) Uhr")
_HOLDS, _ENDS = ("Sie haben den Einsatz", "Geändert"), ("Fällt aus", "Ihr Einsatz", "Erledigt", "Danke")
COLUMN = {name: index for index, name in enumerate(ASKED_VISITS)}


class MoodyPostman(Postman):
    """A mail server that at times takes a mail without saying so, or takes none."""

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self.chance, self.calm = chance, False

    def deliver(self, message: EmailMessage, recipient: str) -> Delivery:
        """See Transport."""
        mood = 0.5 if self.calm else self.chance.random()
        if mood < 0.04:
            return Delivery("retry", "try later")
        done = super().deliver(message, recipient)
        return Delivery("unknown", "the line was cut") if mood > 0.97 else done


@dataclasses.dataclass
class Belief:
    """What an interpreter believes of a row: the hour, None for not having it; and how often each hour was offered."""

    hour: datetime | None = None
    offered: Counter[datetime] = dataclasses.field(default_factory=Counter)


class Weeks:
    """The simulated weeks. `wrong` collects what must never be."""

    def __init__(self, folder: Path, seed: int, requests: int) -> None:
        self.chance = Random(seed)  # noqa: S311 (a repeatable story)
        self.left = requests
        self.names = [f"Person{n}" for n in range(1, 9)]
        people = [interpreter(name, "Arabisch, Farsi" if n % 2 else "Arabisch") for n, name in enumerate(self.names)]
        self.post = MoodyPostman(self.chance)
        self.office = MemoryOffice(folder, TURN_SITE, {
            "Fälle": [CASES, case("K-1")], "Termine": [ASKED_VISITS], "Team": TEAM, "Entscheidungen": [DECISIONS],
            "Sprachmittelnde": [INTERPRETERS, *people],
        }, self.post)  # fmt: skip
        self.book, self.box = self.office.book, self.office.box
        self.beliefs: dict[tuple[str, str], Belief] = {}
        self.wrong: list[str] = []
        self.read = self.made = self.confirmed = self.claimed = 0
        self.subjects: dict[str, str] = {}
        self.late: list[tuple[datetime, str, list[str], str]] = []
        self.served: set[str] = set()
        self.ever_claimed: set[str] = set()
        self.days = WorkingDays()

    # --- the world

    def go(self, now: datetime, *, cut: bool = False) -> RunResult | None:
        """One run; with `cut` the power fails before one of its steps."""
        found = self.office.go(now, cut=self.chance if cut else None)
        if len(self.post.taken) > self.read:
            world = self.office.world(now)
            kept = world.ledger.mails("sent", "unknown", "sending")
            self.subjects |= {one.message_id.strip(): one.mail.subject_key for one in kept}
            self.subjects |= {message_id(one.mail.key, world.sender): one.mail.subject_key for one in kept}
        self._deliver(now)
        return found

    def _deliver(self, now: datetime) -> None:
        """Interpreters read what arrived, and some answer."""
        for mail in self.post.taken[self.read :]:
            name = str(mail["To"]).partition("@")[0].capitalize()
            if name not in self.names:
                continue
            links = links_of(mail)
            subject, text = str(mail["Subject"]), text_of(mail)
            number = self._number(name, str(mail["Message-ID"]).strip())
            belief = self.beliefs.setdefault((name, number), Belief())
            found = _WHEN.findall(text)
            day, month, year, clock = found[-1] if subject.startswith("Geändert") else found[0]
            hour = datetime.combine(date(int(year), int(month), int(day)), time.fromisoformat(clock), tzinfo=BERLIN)
            if subject.startswith("Sprachmittlung"):
                belief.offered[hour] += 1
                if belief.offered[hour] > 1:
                    self.wrong.append(f"{name} was asked twice about {number}")
                if hour <= now + timedelta(hours=24):
                    self.wrong.append(f"{name} was asked too late about {number}")
                if "K-1" in text or number in text:
                    self.wrong.append(f"{name} learnt too much of {number}")
            elif subject.startswith(_HOLDS):
                belief.hour = hour
            elif subject.startswith(_ENDS):
                belief.hour = None
            self._think(name, subject, links, now)
        self.read = len(self.post.taken)

    def _think(self, name: str, subject: str, links: list[str], now: datetime) -> None:
        """Whether somebody answers, what, and when: some at once, some a day later, some change their minds."""
        if subject.startswith(("Sprachmittlung", "Geändert")) and self.chance.random() < 0.75:
            later = timedelta(hours=self.chance.choice((0, 0, 0, 2, 7, 26, 50)))
            self.late.append((now + later, name, links, "Ja" if self.chance.random() < 0.6 else "Nein"))
        elif subject.startswith("Sie haben den Einsatz") and self.chance.random() < 0.06:
            self.late.append((now + timedelta(hours=20), name, links, "Nein"))

    def answers(self, now: datetime) -> None:
        """Send the answers whose time has come: some people read their mail a day later."""
        due, self.late = [one for one in self.late if one[0] <= now], [one for one in self.late if one[0] > now]
        for _, name, links, word in due:
            self._answer(name, links, word, now.date())

    def _number(self, name: str, identity: str) -> str:
        """Which row a mail is about: what it says of it is read from its text alone."""
        about = {offer_subject("interpreter", number, digest(name)[:12]): number for number in self._numbers()}
        return about[self.subjects[identity]]

    def _numbers(self) -> list[str]:
        return [f"T-{n}" for n in range(1, self.made + 1)]

    def _answer(self, name: str, links: list[str], word: str, day: date) -> None:
        subject = next(link for link in links if link.startswith(word))
        made = letter(subject, subject.partition("[")[0], f"{name.casefold()}@dolmetscher.test")
        made.replace_header("Message-ID", f"<{digest(subject, len(self.box.letters_in))}@dolmetscher.test>")
        self.box.put(made, on=day)

    # --- the staff

    def staff(self, now: datetime) -> None:
        """What colleagues do between two runs."""
        rows = self.book.tab("Termine").rows
        while self.left and self.chance.random() < 0.6:
            self.left, self.made = self.left - 1, self.made + 1
            day = self.days.shift(now.date(), self.chance.randrange(2, 6))
            rows.append(visit(f"T-{self.made}", day, time(self.chance.randrange(9, 16), self.chance.choice((0, 30)))))
        for row in list(rows[1:]):
            begins = self._begins(row)
            if begins > now:
                self._change(row, now)
            elif begins <= now and row[COLUMN["Status"]] == "geplant":
                row[COLUMN["Status"]] = "wahrgenommen"
                if row[COLUMN["Sprachmittler/in"]]:
                    row[COLUMN["Einsatz bestätigt am"]], row[COLUMN["Einsatz (Minuten)"]] = begins.date(), 60
                    self.confirmed += 1
                    self.served.add(row[COLUMN["Termin-Nr."]])
        for person in self.book.tab("Sprachmittelnde").rows[1:]:
            if self.chance.random() < 0.01:
                person[INTERPRETERS.index("Wird gefragt")] = self.chance.choice(("ja", "ja", "nein"))
        self.decide()

    def _change(self, row: list, now: datetime) -> None:
        """What befalls an appointment to come: moved, cancelled, on again, given by hand, taken out, deleted."""
        chance = self.chance.random()
        if chance < 0.05:
            row[COLUMN["Datum"]] = self.days.shift(now.date(), self.chance.randrange(2, 6))
        elif chance < 0.07:
            row[COLUMN["Status"]] = "abgesagt" if row[COLUMN["Status"]] == "geplant" else "geplant"
        elif chance < 0.08:
            row[COLUMN["Sprachmittler/in"]] = self.chance.choice((None, self.chance.choice(self.names)))
        elif chance < 0.085:
            self.book.tab("Termine").rows.remove(row)

    def decide(self) -> None:
        """Somebody answers the questions about rows that are gone."""
        for row in self.book.tab("Entscheidungen").rows[1:]:
            row.extend([None] * (len(DECISIONS) - len(row)))
            row[4] = row[4] or "ja"

    def _begins(self, row: list) -> datetime:
        day = row[COLUMN["Datum"]]
        day = day.date() if isinstance(day, datetime) else day
        return datetime.combine(day, row[COLUMN["Uhrzeit"]], tzinfo=BERLIN)

    def over(self, day: date) -> bool:
        """Whether everything is past, and the month after it has begun, so that the claim could be seen."""
        days = [self._begins(row).date() for row in self.book.tab("Termine").rows[1:]]
        return bool(days) and max(days).replace(day=1) < day.replace(day=1)

    # --- what must be so

    def check(self, now: datetime, found: RunResult) -> None:
        """After two quiet runs: nobody double, nobody who does not know, unless people are told to phone."""
        shown = {problem.key for problem in found.prepared.problems if problem.code.startswith("turn_")}
        held: dict[str, list[tuple[datetime, str]]] = {}
        believed = {key: one.hour for key, one in self.beliefs.items() if one.hour and one.hour > now}
        for row in self.book.tab("Termine").rows[1:]:
            number, name = row[COLUMN["Termin-Nr."]], row[COLUMN["Sprachmittler/in"]]
            begins, wanted = self._begins(row), row[COLUMN["Status"]] in {"geplant", "bestätigt"}
            if begins <= now:
                continue
            if wanted and name:
                held.setdefault(name, []).append((begins, number))
                if believed.get((name, number)) != begins and number not in shown:
                    self.wrong.append(f"{name} does not know how {number} stands")
            others = [who for (who, about), hour in believed.items() if about == number and hour]
            for who in others:
                if (who != name or not wanted) and number not in shown:
                    self.wrong.append(f"{who} believes to have {number}")
        here = {row[COLUMN["Termin-Nr."]] for row in self.book.tab("Termine").rows[1:]}
        self.wrong += [f"{who} believes to have {number}, which is gone" for who, number in believed
                       if number not in here]  # fmt: skip
        self._check_claim(now.date())
        for name, hours in held.items():
            for (one, first), (later, second) in pairwise(sorted(hours)):
                if later - one < timedelta(minutes=90) and not shown & {first, second}:  # people typed it, and see it
                    self.wrong.append(f"{name} has two at once: {first} and {second}")

    def _check_claim(self, today: date) -> None:
        """The claim names the services that were confirmed last month, and no others."""
        last = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
        rows = self.book.tab("Termine").rows[1:]
        served = [(row[COLUMN["Einsatz bestätigt am"]], row[COLUMN["Termin-Nr."]]) for row in rows]
        wanted = {number for day, number in served if day is not None and _day(day).replace(day=1) == last}
        claimed = Counter(str(row[0]) for row in self.book.tab("Abrechnung Sprachmittlung").rows if row)
        found = {cell for cell in claimed if cell.startswith("T-")}
        self.claimed += len(found)
        self.ever_claimed |= found
        if found != wanted or any(claimed[number] > 1 for number in found):
            self.wrong.append(f"the claim is not what was confirmed: {sorted(found ^ wanted)}")


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def weeks(folder: Path, seed: int, requests: int, days: int, first: date = date(2026, 11, 16)) -> Weeks:
    """So many working days with four runs each, the last two of a day without trouble."""
    story = Weeks(folder, seed, requests)
    calm = Random(seed + 1)  # noqa: S311 (a repeatable story)
    story.go(datetime.combine(first - timedelta(days=3), time(9), tzinfo=BERLIN))
    day = first
    for _ in range(days):
        for clock in (time(8, 30), time(11), time(14)):
            now = datetime.combine(day, clock, tzinfo=BERLIN)
            story.staff(now)
            story.answers(now)
            story.book.busy = "Anna" if calm.random() < 0.1 else ""
            story.go(now, cut=calm.random() < 0.2)
            story.book.busy = ""
        story.post.calm = True
        evening = datetime.combine(day, time(16), tzinfo=BERLIN)
        for minutes in (0, 30, 60):  # answers come between them; the last one finds nothing new
            story.answers(evening + timedelta(minutes=minutes))
            found = story.go(evening + timedelta(minutes=minutes))
            story.decide()
        story.post.calm = False
        story.read = len(story.post.taken)
        assert found is not None
        story.check(evening + timedelta(minutes=60), found)
        if not story.left and story.over(day):
            break
        day = story.days.shift(day, 1)
    story.office.close()
    return story
