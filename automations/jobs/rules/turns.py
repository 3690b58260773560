"""Asks candidates in turn about rows of a table, one message at a time, until somebody says yes. Pure.

Who has it is what the row's own column says, whoever wrote it there. Everybody is told the difference between what
they were told last and what is true now: an offer, a yes that counts, a change, an end. An answer counts for what its
giver was told, in the order in which the mail server took it. Nobody is asked twice about a row, nor about two things
at once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from automations.common.working_hours import after_hours
from automations.jobs.rules.desk import JOB, Desk, Ready, about
from automations.jobs.rules.hits import Look
from automations.jobs.rules.model import Rule, Turn
from automations.jobs.rules.people import addressee, case_of, manager_of, verdict
from automations.jobs.rules.turn_candidates import Choice, Span, choice_of, in_order
from automations.jobs.rules.turn_mails import Told, facts_of, shown_moment, turn_mail
from automations.jobs.rules.turn_past import HOLDING, Past, Pasts
from automations.model.decisions import answer, ask, holder
from automations.model.fact_kinds import RuleFilled, TurnDue
from automations.model.plan import CellEdit, EditGroup, Fact, Mail, Plan, RowKey
from automations.model.problems import Problem
from automations.model.records import Answer, OwnRecord, Record
from automations.model.values import Value, digest, is_draft, key_text, same

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stand:
    """A row as it stands: whether it is wanted now (`live`), whether its column of names is filled (`typed`), and the
    candidate who stands there. `core` is a digest of what is told of it."""

    record: Record
    mark: str
    span: Span | None
    fits: bool
    live: bool
    typed: bool
    named: Record | None
    core: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is to stand in the column of names: who has it now, None for nobody, and why."""

    name: str | None
    mark: str
    why: str


@dataclass
class _Made:
    """What one rule comes to."""

    groups: list[EditGroup] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


def turns(ready: Ready, desk: Desk) -> Plan:
    """What a rule that asks in turn does now. On first contact it asks nobody."""
    turn = ready.rule.turn
    layout = desk.snapshot.layouts.get(ready.rule.table)
    if turn is None or layout is None or desk.history.adopting:
        return Plan(JOB)
    missing = [name for name in (turn.fills, turn.state) if name not in layout.columns]
    if missing or turn.candidates not in desk.snapshot.layouts:
        return Plan(JOB, problems=(_without_columns(ready, missing, desk),))
    made = _Made()
    _Turns(ready, turn, choice_of(ready.rule, turn, desk), desk, made).take_all()
    return Plan(JOB, tuple(made.groups), tuple(made.mails), facts=tuple(made.facts), problems=tuple(made.problems))


def _without_columns(ready: Ready, missing: Sequence[str], desk: Desk) -> Problem:
    say, rule = desk.words.say, ready.rule
    names = ", ".join(missing) or (rule.turn.candidates if rule.turn else "")
    message = say("The rule “{rule}” rests: “{names}” is missing in the workbook.", rule=rule.name, names=names)
    advice = say("„kim rules --make-tabs“ makes what is missing, after a question.")
    return about(rule, message, advice, desk, code="rule_stopped", line=ready.line, severity="warning")


class _Turns:
    """One rule, over all rows of its table."""

    def __init__(self, ready: Ready, turn: Turn, choice: Choice, desk: Desk, made: _Made) -> None:
        self.rule: Rule = ready.rule
        self.condition, self.turn, self.choice, self.desk, self.made = ready.condition, turn, choice, desk, made
        self.pasts = Pasts(self.rule.name, desk.history)
        self.people = {desk.mark(one): one for one in desk.book.records(turn.candidates) if not desk.nameless(one)}
        self.told = self.pasts.rows()
        self.held: dict[str, dict[str, Span]] = defaultdict(dict)
        self.offered: dict[str, dict[str, Span]] = defaultdict(dict)
        self.offers: Counter[str] = Counter()
        self.due: list[datetime] = []

    def take_all(self) -> None:
        """Every row, those first that begin first; then the rows that are not there any more."""
        desk, table = self.desk, self.rule.table
        fits = desk.book.matching(table, self.condition)
        records = desk.book.records(table)
        stands = [
            self._stand(record, fits=fit)
            for record, fit in zip(records, fits, strict=True)
            if not desk.nameless(record)
        ]
        for stand in stands:
            self._occupy(stand)
        for stand in sorted(stands, key=lambda one: one.span.begins.timestamp() if one.span else 0.0):
            if stand.record.row not in desk.snapshot.unsettled:
                _Row(self, stand).take()
        here = {desk.mark(record) for record in records}
        for mark in self.told.keys() - here:
            self._gone(mark)
        due, name = min(self.due, default=None), self.rule.name
        if due != (self.desk.history.fact(TurnDue, name) or TurnDue()).at:
            self.made.facts.append(TurnDue(due).under(name))

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
            core=digest(*facts_of(self.rule, record, desk).values()),
        )  # fmt: skip

    def _span(self, record: Record) -> Span | None:
        """When a row's thing begins and ends, with the gap that is wanted behind it; a whole day without a time."""
        values = [record.get(name) for name in self.turn.starts]
        day = next((value for value in values if isinstance(value, date)), None)
        clock = next((value for value in values if isinstance(value, time)), None)
        if day is None:
            return None
        begins = datetime.combine(day, clock or time(0), tzinfo=self.desk.zone)
        lasts = record.get(self.turn.lasts) if self.turn.lasts else None
        minutes = lasts if isinstance(lasts, int | float) and lasts > 0 else self.turn.usual_minutes
        length = timedelta(minutes=minutes + self.turn.gap_minutes) if clock else _DAY
        return Span(begins, begins + length)

    def _occupy(self, stand: Stand) -> None:
        """Who has something at that hour, or may have it by saying yes."""
        if stand.span is None:
            return
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

    def _gone(self, mark: str) -> None:
        """A row that is not there any more may have moved to another tab: people are asked before anybody is told."""
        desk = self.desk
        known = [(who, self.pasts.of(mark, who)) for who in self.told[mark]]
        known = [(w, p) for w, p in known if (p.kind in HOLDING or p.is_open) and p.starts and p.starts > desk.now]
        if not known:
            return
        key, say = f"rule/{self.rule.name}/{mark}/gone", desk.words
        if answer(key, desk.snapshot, desk.history) is Answer.YES:
            for who, past in known:
                self._end(mark, who, past)
            return
        case = known[0][1].last.case if known[0][1].last else ""
        facts = ", ".join(text for text in known[0][1].printed.values() if text)
        question = say.say("A row that others were asked about is gone ({facts}). Is it off?", facts=facts)
        proposal = say.say("yes: whoever said yes, or was asked, is told that it is off. no: nothing is told.")
        owner = desk.snapshot.case_by_number.get(case)
        terms = holder(owner.manager if owner else None, desk.today, say.say("nobody is told."), say, urgent=True)
        groups, noted = ask(key, question, proposal, case, desk.snapshot, desk.history, JOB, desk.now, terms, say)
        self.made.groups += groups
        self.made.facts += noted

    def _end(self, mark: str, who: str, past: Past) -> None:
        person = self.people.get(who)
        layout = self.desk.snapshot.layouts[self.rule.table]
        if person is None or past.starts is None:
            return
        blank = OwnRecord(row=RowKey(layout.workbook, self.rule.table, ""))
        kind = "cancelled" if past.kind in HOLDING else "withdrawn"
        to = addressee(self.rule.recipient, person, self.desk)
        told = Told(kind, past, to, mark, blank, person, past.core, past.starts, past.starts, gone=True)
        self.made.mails.append(turn_mail(self.rule, told, self.desk))


class _Row:
    """One row: who has it, who is told what, who is asked next."""

    def __init__(self, of: _Turns, stand: Stand) -> None:
        self.of, self.stand, self.desk, self.rule, self.turn = of, stand, of.desk, of.rule, of.turn
        self.known = {who: of.pasts.of(stand.mark, who) for who in of.told.get(stand.mark, ())}
        self.holder: Record | None = stand.named
        self.typed = stand.typed
        self.needs: tuple[str, ...] = ()
        self.entry: _Entry | None = None
        self.blocked: set[str] = set()

    def take(self) -> None:
        """Everything that there is to do about the row."""
        if self.holder is not None and self.stand.live:
            self._give_back(self.holder)
        if self.stand.live and not self.typed:
            self.blocked |= self._unfit()
            self._give()
        self._write()
        who = self.desk.mark(self.holder) if self.holder is not None else ""
        if who:
            self.known.setdefault(who, self.of.pasts.of(self.stand.mark, who))
        for other, past in self.known.items():
            self._tell(other, past, holds=other == who)
        state = self._asked() if self.stand.live and not self.typed else self._said(who)
        if state:
            self._show(self.turn.state, state)

    # --- who has it

    def _give_back(self, person: Record) -> None:
        """Whoever said no since, or has something else at the new hour, has it no more, where kim entered them."""
        if self.turn.final:
            return
        who, say = self.desk.mark(person), self.desk.words.say
        past = self.of.pasts.of(self.stand.mark, who)
        refused = past.kind in HOLDING and past.no_to(past.core)
        double = self.of.clashes(who, self.stand)
        moved = past.kind in HOLDING and past.core != self.stand.core
        if not refused and not double:
            return
        name = self.desk.key(person)
        if self._is_ours(self.turn.fills) and (refused or moved):
            self.entry = _Entry(None, f"back/{who[:8]}/{past.version}", say("{name} cannot take it.", name=name))
            self.holder, self.typed = None, False
            self.of.held[who].pop(self.stand.mark, None)
            self.blocked.add(who)
        elif refused:
            self._problem("turn_refused", say("{name} has said no since, but stands in the row.", name=name),
                          say("Please empty the cell, so that others are asked."))  # fmt: skip
        else:
            self._problem("turn_double", say("{name} has something else at this hour.", name=name),
                          say("Please give one of the two to somebody else."))  # fmt: skip

    def _unfit(self) -> set[str]:
        """Those with an offer who would not be asked any more: a yes does not count, and the offer is taken back."""
        core = self.stand.core
        asked = {who for who, past in self.known.items() if (past.is_open or past.yes(core)) and who in self.of.people}
        if not asked:
            return set()
        fits = self.of.fitting(self.stand)
        unsettled = self.desk.snapshot.unsettled
        return {who for who in asked - fits if self.of.people[who].row not in unsettled}

    def _give(self) -> None:
        """The first yes, in the order in which the mail server took them."""
        found = []
        for who, past in self.known.items():
            reply = past.yes(self.stand.core)
            if reply is None or who not in self.of.people or who in self.blocked:
                continue
            if self._id(f"{who[:8]}/{reply.version}") in self.desk.history.projected:
                continue  # it stood in the row once: people, or a later no, took it out
            if self.of.clashes(who, self.stand):
                self.blocked.add(who)
                continue
            found.append((reply.known_at, reply.at, who, reply.version))
        for *_, who, version in sorted(found)[:1]:
            person = self.of.people[who]
            why = self.desk.words.say("{name} said yes first.", name=self.desk.key(person))
            self.entry = _Entry(self.desk.key(person), f"{who[:8]}/{version}", why)
            self.holder, self.typed = person, True
            if self.stand.span is not None:
                self.of.held[who][self.stand.mark] = self.stand.span

    def _write(self) -> None:
        if self.entry is not None:
            self.needs = (self._edit(self.turn.fills, self.entry.name, self.entry.mark, self.entry.why).id,)

    # --- what is told

    def _tell(self, who: str, past: Past, *, holds: bool) -> None:
        kind = self._due_to_holder(past) if holds else self._due_to_other(who, past)
        person = self.of.people.get(who)
        if not kind:
            return
        if kind == "offer" and (person is None or not self._may_ask(person)):
            return
        self._send(kind, past, person)

    def _due_to_holder(self, past: Past) -> str:
        stand = self.stand
        if self.turn.final and past.kind in HOLDING:
            return ""
        if not stand.live:
            return "cancelled" if past.kind in HOLDING and not stand.fits and self._ahead(past) else ""
        if past.kind not in HOLDING:
            return "changed" if past.kind == "cancelled" else "taken"
        return "changed" if past.core != stand.core else ""

    def _due_to_other(self, who: str, past: Past) -> str:
        stand, free = self.stand, self.stand.live and not self.typed
        if past.kind in HOLDING and self.turn.final:
            return ""
        if past.kind in HOLDING:
            return ("released" if stand.live else "cancelled" if not stand.fits else "") if self._ahead(past) else ""
        if past.late_yes():
            return "thanks" if self._ahead(past) else ""
        if past.kind == "offer" and not past.said_no:
            if not free or who in self.blocked or self.of.clashes(who, stand):
                said = bool(past.answers)
                return ("thanks" if said and stand.live else "withdrawn") if self._ahead(past) else ""
            return "" if past.core == stand.core else "offer"
        waits = past.waiting is not None and past.waiting.content.get("kind") == "offer"
        return "offer" if waits and free and not past.known else ""

    def _ahead(self, past: Past) -> bool:
        """Whether the thing is still to come, as its reader believes: of what is over nothing more is told."""
        return past.starts is not None and past.starts > self.desk.now

    def _send(self, kind: str, past: Past, person: Record | None) -> None:
        tried = past.returned
        came_back = tried is not None and (tried.content.get("kind"), tried.content.get("core")) == (
            kind, self.stand.core,
        )  # fmt: skip
        starts = self.stand.span.begins if self.stand.span else past.starts
        last = starts if kind in {"offer", "taken", "changed"} else past.starts or starts
        if last is None:
            return
        if person is not None and not came_back:
            to = addressee(self.rule.recipient, person, self.desk)
            told = Told(
                kind, past, to, self.stand.mark, self.stand.record, person, self.stand.core,
                last - timedelta(hours=self.turn.notice_hours) if kind == "offer" else last,
                starts, self._deadline(self.desk.now, last), self.needs,
            )  # fmt: skip
            allowed = verdict(to, Look(self.stand.record, "due"), self.desk, self.rule.purpose)
            if allowed.allowed or allowed.state != "suppressed":
                self.of.made.mails.append(turn_mail(self.rule, told, self.desk))
                if kind == "offer" or last - self.desk.now > _DAY or past.waiting is None:
                    return
        if kind != "offer":
            self._untold(person)

    def _untold(self, person: Record | None) -> None:
        say = self.desk.words.say
        name = self.desk.key(person) if person is not None else say("somebody who said yes")
        self._problem("turn_untold", say("{name} does not know yet how things stand.", name=name),
                      say("Please phone: no mail has arrived."))  # fmt: skip

    # --- who is asked next

    def _asked(self) -> str:
        """Asks the next one where nobody's time runs; how things stand, as a sentence."""
        stand, say = self.stand, self.desk.words.say
        if stand.span is None:
            return ""
        latest = stand.span.begins - timedelta(hours=self.turn.notice_hours)
        pending = self._pending(latest)
        if pending:
            return pending
        count = sum(past.known for past in self.known.values())
        if self.desk.now >= latest:
            self._problem("turn_late", say("It is too late to ask anybody for this."), say("Please phone around."))
            return say("too late to ask by mail ({n} asked)", n=count)
        person = next(self._next(), None)
        if person is None:
            self._problem(
                "turn_nobody", say("Nobody is left who could be asked for this."), say("Please phone around.")
            )
            return say("nobody left to ask ({n} asked)", n=count)
        past = self.of.pasts.of(stand.mark, self.desk.mark(person))
        self._send("offer", past, person)
        self.of.offer(person, stand)
        return self._is_asked(person, self._deadline(self.desk.now, stand.span.begins))

    def _pending(self, latest: datetime) -> str:
        """The one whose time runs still; "" where the next one is to be asked."""
        for who, past in self.known.items():
            person = self.of.people.get(who)
            if person is None or who in self.blocked or not (past.is_open or past.waiting is not None):
                continue
            entry = past.waiting or past.last
            if entry is None or (past.waiting is not None and not self._may_ask(person)):
                continue
            until = min(self._hours(entry.at), latest)
            if self.desk.now < until or past.waiting is not None:
                return self._is_asked(person, until)
        return ""

    def _is_asked(self, person: Record, until: datetime) -> str:
        self.of.due.append(until)
        return self.desk.words.say(
            "asked: {name}, until {until}", name=self.desk.key(person), until=shown_moment(until, self.desk)
        )

    def _next(self) -> Iterator[Record]:
        of, stand = self.of, self.stand
        for person in in_order(of.choice, self.turn, stand.record, of.offers, self.desk):
            who = self.desk.mark(person)
            past = of.pasts.of(stand.mark, who)
            fresh = not past.known and past.waiting is None and who not in self.blocked
            if fresh and not of.clashes(who, stand, offers=True) and self._may_ask(person):
                yield person

    def _may_ask(self, person: Record) -> bool:
        """Whether the guards let an offer go to a candidate, as far as the rows tell."""
        if self.desk.nameless(person) or person.row in self.desk.snapshot.unsettled:
            return False
        to = addressee(self.rule.recipient, person, self.desk)
        allowed = verdict(to, Look(person, "due"), self.desk, self.rule.purpose)
        return bool(to.address) and (allowed.allowed or allowed.state != "suppressed")

    def _deadline(self, since: datetime, starts: datetime) -> datetime:
        return min(self._hours(since), starts - timedelta(hours=self.turn.notice_hours))

    def _hours(self, since: datetime) -> datetime:
        site = self.desk.site
        return after_hours(since.astimezone(self.desk.zone), self.turn.answer_hours, self.desk.days, site.mail_hours)

    # --- what the row shows

    def _said(self, who: str) -> str:
        """How things stand where somebody stands in the row."""
        say, stand = self.desk.words.say, self.stand
        if not who or self.holder is None:
            return ""
        name, past = self.desk.key(self.holder), self.known[who]
        if not stand.live:
            return say("off; {name} is told", name=name) if not stand.fits and past.kind in HOLDING else ""
        changed = past.kind in HOLDING and (past.core != stand.core or not past.confirmed(stand.core))
        if changed:
            return say("{name} is told of the change and has not answered", name=name)
        reply = past.yes(stand.core)
        if reply is None and past.kind != "taken":
            return say("entered: {name}", name=name)
        return say("said yes: {name}", name=name)

    def _show(self, name: str, text: str) -> None:
        row = self.desk.snapshot.rows.get(self.stand.record.row)
        old = row.value(name) if row is not None else None
        if row is None or same(old, text) or not (same(old, None) or self._is_ours(name)):
            return
        self._edit(name, text, f"state/{digest(text, old)[:8]}", self.desk.words.say("How asking in turn stands."))

    def _is_ours(self, name: str) -> bool:
        row = self.desk.snapshot.rows.get(self.stand.record.row)
        ours = self.desk.history.fact(RuleFilled, self._key(name))
        return row is not None and ours is not None and ours.value == (key_text(row.value(name)) or "")

    def _key(self, name: str) -> str:
        return f"{self.rule.name}/{self.stand.mark}/{name}"

    def _id(self, what: str) -> str:
        return f"rule/{self.rule.name}/{self.stand.mark}/turn/{what}"

    def _edit(self, name: str, new: Value, what: str, why: str) -> EditGroup:
        record, desk = self.stand.record, self.desk
        row = desk.snapshot.rows[record.row]
        layout = desk.snapshot.layouts[self.rule.table]
        key = () if is_draft(record.row.key) else (layout.key_field,)
        guards = row.guards(*key, *self.turn.starts)
        noted = RuleFilled(key_text(new) or "", desk.key(record)).under(self._key(name))
        group = EditGroup(
            self._id(what), record.row, (CellEdit(name, row.value(name), new),), JOB, why, guards=guards,
            facts=(noted,),
        )  # fmt: skip
        self.of.made.groups.append(group)
        return group

    def _problem(self, code: str, message: str, advice: str) -> None:
        record, layout = self.stand.record, self.desk.snapshot.layouts[self.rule.table]
        person = manager_of(record, self.desk)
        case = case_of(record, self.desk)
        self.of.made.problems.append(Problem(
            code, message, advice, "error", record.row.workbook, self.rule.table, layout.tab, record.line or None,
            " ".join(layout.headings.get(self.turn.fills, "").split()), self.turn.fills, record.row.key,
            who=(person.code if person else None) or (case.manager if case else None) or "lead",
        ))  # fmt: skip
