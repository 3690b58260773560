"""The rows that a rule asks about, and its candidates: who has what at which hour, and who may be asked. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property, partial

from msgspec import Struct

from automations.common.working_days import after_hours
from automations.jobs.rules.desk import Desk, Look, Ready
from automations.jobs.rules.model import Rule, Turn
from automations.jobs.rules.people import addressee, verdict
from automations.jobs.rules.turn_candidates import Span, choice_of, in_order
from automations.jobs.rules.turn_history import Pasts
from automations.jobs.rules.turn_mails import facts_of
from automations.model.plan import EditGroup, Fact, Mail
from automations.model.problems import Problem
from automations.model.records import Record
from automations.model.values import digest

_DAY = timedelta(days=1)
_MINUTES_OF_DAY = 24 * 60


@dataclass(frozen=True)
class Stand:
    """A row as it stands: whether it is wanted now (`live`), whether its column of names is filled (`typed`), and the
    candidate who stands there. `told` gives what is told of it."""

    record: Record
    mark: str
    span: Span | None
    fits: bool
    live: bool
    typed: bool
    named: Record | None
    told: Callable[[], Mapping[str, str]] = field(compare=False)

    @cached_property
    def core(self) -> str:
        """A digest of what is told of it: asked of few rows, as most are long over."""
        return digest(*self.told().values())


class Made(Struct):
    """What one rule comes to."""

    groups: list[EditGroup] = []
    mails: list[Mail] = []
    problems: list[Problem] = []
    facts: list[Fact] = []


class Table:
    """One rule, over all rows of its table. Raises ExpressionError for a condition that cannot be read."""

    def __init__(self, ready: Ready, turn: Turn, desk: Desk, made: Made) -> None:
        self.rule: Rule = ready.rule
        self.condition, self.turn, self.desk, self.made = ready.condition, turn, desk, made
        self.choice = choice_of(ready.rule, turn, desk)
        self.pasts = Pasts(self.rule.name, desk.history)
        self.people = {desk.mark(one): one for one in desk.book.records(turn.candidates) if not desk.nameless(one)}
        self.told = self.pasts.rows()
        self.held: dict[str, dict[str, Span]] = defaultdict(dict)
        self.offered: dict[str, dict[str, Span]] = defaultdict(dict)
        self.offers: Counter[str] = Counter()
        self.due: list[datetime] = []

    def stands(self, *, whole: bool = False) -> Sequence[Stand]:
        """Every row that has a key, those first that begin first. Whoever has one, or may have it, is noted. Without
        `whole` those are left out of which nobody was told anything and that are over: nothing comes of them."""
        desk = self.desk
        table = self.rule.table
        fits, marks = desk.book.matching(table, self.condition), desk.marks(table)
        over = [False] * len(marks) if whole else self._over()
        rows = zip(desk.book.records(table), fits, marks, over, desk.all_nameless(table), strict=True)
        found = [
            self._stand(record, fits=fit)
            for record, fit, mark, is_over, nameless in rows
            if not nameless and (not is_over or mark in self.told)
        ]
        for stand in found:
            self._occupy(stand)
        # The soonest first: it has the least time left, and takes its candidates before things that can wait.
        return sorted(found, key=lambda one: one.span.begins.timestamp() if one.span else 0.0)

    def _over(self) -> Iterator[bool]:
        """For each row, whether its thing ended before today for certain, or has no day: told without its exact
        hours, as this is asked of every row."""
        table, book, long_ago = self.rule.table, self.desk.book, self._long_ago
        for record, *values in zip(book.records(table), *(book.column(table, name) for name in self.turn.starts),
                                   strict=True):  # fmt: skip
            day = next((value for value in values if isinstance(value, date)), None)
            day = day.date() if isinstance(day, datetime) else day
            yield day is None or (day < long_ago and self._minutes(record) <= _MINUTES_OF_DAY)

    @cached_property
    def _long_ago(self) -> date:
        """What lasted a day at most and began before this day ended before today."""
        # Two days: a thing of 24 hours that began late on the day before yesterday ended yesterday.
        return self.desk.today - 2 * _DAY

    def _minutes(self, record: Record) -> float:
        """How long a row's thing lasts, with the gap that is wanted behind it."""
        lasts = record.get(self.turn.lasts) if self.turn.lasts else None
        minutes = lasts if isinstance(lasts, int | float) and lasts > 0 else self.turn.usual_minutes
        return minutes + self.turn.gap_minutes

    def _stand(self, record: Record, *, fits: bool) -> Stand:
        desk = self.desk
        span = self._span(record)
        name = record.get(self.turn.fills)
        place = desk.book.position(self.turn.candidates, name) if name else None
        return Stand(
            record, desk.mark(record), span, fits,
            live=fits and span is not None and span.begins > desk.now,
            typed=bool(name),
            named=desk.book.records(self.turn.candidates)[place] if place is not None else None,
            told=partial(facts_of, self.rule, record, desk),
        )  # fmt: skip

    def _span(self, record: Record) -> Span | None:
        """When a row's thing begins and ends, with the gap that is wanted behind it; a whole day without a time."""
        values = [record.get(name) for name in self.turn.starts]
        day = next((value for value in values if isinstance(value, date)), None)
        clock = next((value for value in values if isinstance(value, time)), None)
        if day is None:
            return None
        begins = datetime.combine(day, clock or time(0), tzinfo=self.desk.zone)
        # Without a time it may be at any hour: nobody is given two things on that day.
        length = timedelta(minutes=self._minutes(record)) if clock else _DAY
        return Span(begins, begins + length)

    def _occupy(self, stand: Stand) -> None:
        """Who has something at that hour, or may have it by saying yes."""
        if stand.span is None:
            return
        # A row that somebody is typing in may fit again in a minute; its hour stays taken.
        if stand.named is not None and (stand.fits or stand.record.row in self.desk.snapshot.unsettled):
            self.held[self.desk.mark(stand.named)][stand.mark] = stand.span
        for who in self.told.get(stand.mark, ()) if stand.live and not stand.typed else ():
            if who in self.people and self.pasts.of(stand.mark, who).is_open:
                self.offer(self.people[who], stand)

    def offer(self, person: Record, stand: Stand) -> None:
        """Note that a candidate may have something by saying yes."""
        if stand.span is not None:
            self.offered[self.desk.mark(person)][stand.mark] = stand.span
            self.offers[self.desk.key(person)] += 1

    def fitting(self, stand: Stand) -> set[str]:
        """Those who could be asked about a row, were it not that they are asked about it already."""
        others = Counter(self.offers)
        for who, spans in self.offered.items():
            if stand.mark in spans and who in self.people:
                others[self.desk.key(self.people[who])] -= 1
        return set(map(self.desk.mark, in_order(self.choice, self.turn, stand.record, others, self.desk)))

    def clashes(self, who: str, stand: Stand, *, offers: bool = False) -> bool:
        """Whether a candidate has something else at that hour, or, with `offers`, may have it by saying yes."""
        others = [*self.held[who].items(), *(self.offered[who].items() if offers else ())]
        span = stand.span
        return span is not None and any(other != stand.mark and span.meets(mine) for other, mine in others)

    def hindered(self, person: Record) -> str:
        """Why no offer may go to a candidate now, as far as the rows tell; blank where one may."""
        say = self.desk.words.say
        if self.desk.nameless(person):
            return say("the row cannot be used, or its name stands twice")
        if person.row in self.desk.snapshot.unsettled:
            return say("the row was changed only just now")
        return self.barred(person)

    def barred(self, person: Record) -> str:
        """Why nothing may be written to a candidate at all; blank where it may."""
        say = self.desk.words.say
        to = addressee(self.rule.recipient, person, self.desk)
        allowed = verdict(to, Look(person, "due"), self.desk, self.rule.purpose)
        # "held" passes by itself, and the mail waits for it; "suppressed" does not.
        if not allowed.allowed and allowed.state == "suppressed":
            return allowed.sentence
        return "" if to.address else say("There is no email address.")

    def latest(self, starts: datetime) -> datetime:
        """The moment from which nobody is asked any more about what begins then."""
        return starts - timedelta(hours=self.turn.notice_hours)

    def until(self, since: datetime) -> datetime:
        """The end of the working hours in which an offer of that moment is to be answered."""
        site = self.desk.site
        return after_hours(since.astimezone(self.desk.zone), self.turn.answer_hours, self.desk.days, site.mail_hours)
