"""A year of assignments: cases come and end, colleagues go away and come back; only the rule under test decides."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import mean

from msgspec.structs import replace

from automations.common.working_days import WorkingDays
from automations.jobs.assigning.batch import make_batch
from automations.jobs.assigning.rules import Rules
from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.assigning.solver import decide
from automations.jobs.assigning.units import make_units, make_workers
from automations.model.records import Case, CaseManager
from automations.model.values import RowKey
from tests.support.builders import snapshot

FIRST = date(2024, 1, 2)
DAY = timedelta(days=1)
LANGUAGES = ("ar", "uk", "tr", "ro", "fr")
_LASTS, _AWAY = 110, (10, 15)  # working days: a case, an absence
_BEFORE = 5  # working days before a return from which a normal case may wait for it
_SETTINGS = AssignSettings()


@dataclass
class OfficeYear:
    """The year's figures. `weeks` are pairs for each return: what came to them in their first week, and their
    fair share of it by capacity; `months` hold how far (as a part, and in points) each load lies from the middle at
    the end of each month, of those who were there for two months; `means` the same of its days on average, of whole
    months in which they were; `served` and `new` are cases. `passed_over` are
    days with one new case that went to somebody although it would have left another one lighter, who speaks as much
    and whom no absence touches."""

    seed: int
    spoken: int = 2
    weeks: list[tuple[int, float]] = field(default_factory=list)
    months: list[tuple[float, float]] = field(default_factory=list)
    means: list[tuple[float, float]] = field(default_factory=list)
    served: int = 0
    passed_over: list[date] = field(default_factory=list)
    new: int = 0

    def __post_init__(self) -> None:
        dice = random.Random(self.seed)  # noqa: S311 (an invented office, not a secret)
        self._dice, self._calendar = dice, WorkingDays()
        self._team = [
            CaseManager(row=RowKey("team", "team", code), code=code, name=code, capacity=float(20 + 10 * (n % 4)),
                        languages=("de", *dice.sample(LANGUAGES, self.spoken)), active=True)
            for n, code in enumerate("ABCDEFGH")
        ]  # fmt: skip
        self._cases: list[Case] = []
        self._absences = {p.code: [self._absence(dice.randrange(20, 110)), self._absence(dice.randrange(140, 220))]
                          for p in self._team}  # fmt: skip
        self._days_of_month = 0
        self._given: Counter[tuple[str, date]] = Counter()
        self._shares: Counter[tuple[str, date]] = Counter()
        self._daily: defaultdict[str | None, list[tuple[float, float]]] = defaultdict(list)
        for person in self._team:
            for _ in range(round((person.capacity or 0) * 0.6)):
                self._cases.append(replace(self._case(FIRST - DAY), manager=person.code))

    def _absence(self, start: int) -> tuple[date, date]:
        first = self._calendar.shift(FIRST, start)
        return first, self._calendar.shift(first, self._dice.randint(*_AWAY) - 1)

    def _case(self, day: date) -> Case:
        number = f"K-{len(self._cases) + self.new:05d}-{self._dice.randrange(10**6)}"
        return Case(row=RowKey("team", "cases", number), number=number, last_name=number, received=day, phase="support",
                    languages=(self._dice.choice(LANGUAGES),))  # fmt: skip

    def live(self, days: int = 250) -> OfficeYear:
        """All days."""
        for today in self._days(days):
            self._roster(today)
            self._end_some()
            fresh = [self._case(today) for _ in range(self._dice.choice([0, 1, 1, 2, 2, 3]))]
            self._assign(today, fresh)
            for code, away in self._off(today).items():
                self._daily[code].append(away)
            self._days_of_month += 1
            if self._calendar.shift(today, 1).month != today.month:
                self._end_month(today)
        self.weeks = [(self._week(self._given, code, day), self._week(self._shares, code, day))
                      for (_, code, day) in self._returns if self._calendar.shift(day, 5) <= today]  # fmt: skip
        return self

    @property
    def _returns(self) -> Iterator[tuple[str, str, date]]:
        for code, absences in self._absences.items():
            for first, last in absences:
                yield first.isoformat(), code, self._calendar.shift(last, 1)

    def _week(self, counts: Counter[tuple[str, date]], code: str, day: date) -> float:
        """The five working days from the return on, and those before it in which cases already wait for them."""
        return sum(counts[code, self._calendar.shift(day, n) if n else day] for n in range(-_BEFORE, 5))

    def _days(self, count: int) -> Iterator[date]:
        day = FIRST
        for _ in range(count):
            yield day
            day = self._calendar.shift(day, 1)

    def _roster(self, today: date) -> None:
        for place, person in enumerate(self._team):
            begun = [one for one in self._absences[person.code or ""] if one[0] <= today]
            if begun:
                self._team[place] = replace(person, absent_from=begun[-1][0], absent_until=begun[-1][1])

    def _end_some(self) -> None:
        there = {person.code for person in self._team}
        self._cases = [one for one in self._cases if self._dice.random() > 1 / _LASTS or one.manager not in there]

    def _assign(self, today: date, fresh: list[Case]) -> None:
        shot = snapshot(cases=[*self._cases, *fresh], team=self._team)
        rules = Rules(today, _SETTINGS)
        workers = make_workers(shot, _SETTINGS)
        batch = make_batch(make_units(shot, _SETTINGS, today), workers, rules)
        soon = self._calendar.shift(today, _BEFORE)
        at_work = [one for one in self._team if not one.is_absent(today) or not one.is_absent(soon)]
        total = sum(one.capacity or 0 for one in at_work)
        for one in at_work:
            self._shares[one.code or "", today] += len(fresh) * (one.capacity or 0) / total
        choice = decide(batch, _SETTINGS).choice
        if len(choice) == 1 and not batch.ahead:
            [(_, taker)] = choice.items()
            after = {o.worker: (2 * workers[o.worker].load + 100) / workers[o.worker].capacity for o in batch.offers[0]
                     if o.served == batch.offer(0, taker).served}  # fmt: skip
            self.passed_over += [today] if after[taker] > min(after.values()) else []
        for unit, worker in choice.items():
            code, case = workers[worker].code, batch.units[unit].cases[0]
            self._given[code, today] += 1
            self.new += 1
            self.served += bool(set(case.languages) & set(workers[worker].person.languages))
            self._cases.append(replace(case, manager=code))

    def _off(self, today: date) -> dict[str | None, tuple[float, float]]:
        """How far each load lies from the middle today, as a part and in points, of those whom no absence touches."""
        loads = Counter(one.manager for one in self._cases)
        settled = [one for one in self._team
                   if not one.absent_from or (one.absent_until and (today - one.absent_until).days > 60)]  # fmt: skip
        middle = sum(loads[one.code] for one in settled) / (sum(one.capacity or 0 for one in settled) or 1)
        wished = {one.code: middle * (one.capacity or 0) for one in settled}
        return {code: (loads[code] / wish - 1, loads[code] - wish) for code, wish in wished.items()}

    def _end_month(self, today: date) -> None:
        self.months += [(abs(part), abs(cases)) for part, cases in self._off(today).values()]
        for days in self._daily.values():
            if len(days) == self._days_of_month:
                part, cases = (abs(mean(values)) for values in zip(*days, strict=True))
                self.means.append((part, cases))
        self._daily.clear()
        self._days_of_month = 0
