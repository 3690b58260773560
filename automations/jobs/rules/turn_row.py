"""One row that candidates are asked about: who has it, whose time to answer runs, who may be asked next. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from automations.jobs.rules.desk import JOB
from automations.jobs.rules.people import case_of, manager_of
from automations.jobs.rules.turn_candidates import in_order
from automations.jobs.rules.turn_history import HOLDING
from automations.jobs.rules.turn_table import Stand, Table
from automations.model.fact_kinds.team_rules import RuleFilled
from automations.model.plan import CellEdit, EditGroup
from automations.model.problems import Problem
from automations.model.records import Record
from automations.model.values import Value, digest, is_draft, key_text, same


class _Entry(Struct, frozen=True):
    """What is to stand in the column of names: who has it now, None for nobody, and why."""

    name: str | None
    mark: str
    why: str


class Row:
    """One row as it stands; `settle` finds who has it now.

    `known` is what each was told of it, by mark; `holder` whoever stands in it, `typed` whether anything does;
    `blocked` are those who do not get it; `entry` is what is to be written, and `needs` that edit's id."""

    def __init__(self, of: Table, stand: Stand) -> None:
        self.of, self.stand, self.desk, self.rule, self.turn = of, stand, of.desk, of.rule, of.turn
        self.cells = RowCells(of, stand)
        self.known = {who: of.pasts.of(stand.mark, who) for who in of.told.get(stand.mark, ())}
        self.holder: Record | None = stand.named
        self.typed = stand.typed
        self.needs: tuple[str, ...] = ()
        self.entry: _Entry | None = None
        self.blocked: set[str] = set()

    @property
    def is_free(self) -> bool:
        """Whether it is wanted, and nobody stands in it."""
        return self.stand.live and not self.typed

    def settle(self) -> None:
        """Find out who has it now: whoever cannot any more gives it back, the first yes gets it."""
        if self.holder is not None and self.stand.live:
            self._give_back(self.holder)
        if self.is_free:
            self.blocked |= self._unfit()
            self._give()

    def _give_back(self, person: Record) -> None:
        """Whoever said no since, or has something else at the new hour, has it no more, where kim entered them."""
        if self.turn.final:
            return
        who, say = self.desk.mark(person), self.desk.words.say
        past = self.of.pasts.of(self.stand.mark, who)
        refused = past.kind in HOLDING and past.no_to(past.core)
        # Asked of the hour as it is now: the thing may have been moved beside another one.
        double = self.of.clashes(who, self.stand)
        moved = past.kind in HOLDING and past.core != self.stand.core
        if not refused and not double:
            return
        name = self.desk.key(person)
        # A name that a colleague typed is theirs to take out: they may have spoken with the person.
        if self.cells.is_ours(self.turn.fills) and (refused or moved):
            self.entry = _Entry(None, f"back/{who[:8]}/{past.version}", say("{name} cannot take it.", name=name))
            self.holder, self.typed = None, False
            self.of.held[who].pop(self.stand.mark, None)
            self.blocked.add(who)
        elif refused:
            self.cells.problem("turn_refused", say("{name} has said no since, but stands in the row.", name=name),
                          say("Please empty the cell, so that others are asked."))  # fmt: skip
        else:
            self.cells.problem("turn_double", say("{name} has something else at this hour.", name=name),
                          say("Please give one of the two to somebody else."))  # fmt: skip

    def _unfit(self) -> set[str]:
        """Those with an offer who would not be asked any more: a yes does not count, and the offer is taken back."""
        core = self.stand.core
        asked = {who for who, past in self.known.items() if (past.is_open or past.yes(core)) and who in self.of.people}
        if not asked:
            return set()
        fits = self.of.fitting(self.stand)
        unsettled = self.desk.snapshot.unsettled
        # Whose contact turned unsafe gets no freed hour by an offer of before.
        unfit = (asked - fits) | {who for who in asked if self.of.barred(self.of.people[who])}
        # Somebody may be typing in that very row: nothing is taken back for half a word.
        return {who for who in unfit if self.of.people[who].row not in unsettled}

    def _give(self) -> None:
        """The first yes, in the order in which the mail server took them."""
        found = []
        for who, past in self.known.items():
            reply = past.yes(self.stand.core)
            if reply is None or who in self.blocked:
                continue
            if who not in self.of.people:
                self._yes_of_nobody()
                continue
            if self.cells.edit_id(f"{who[:8]}/{reply.version}") in self.desk.history.projected:
                continue  # it stood in the row once: people, or a later no, took it out
            if self.of.clashes(who, self.stand):
                self.blocked.add(who)
                continue
            found.append((reply.known_at, reply.at, who, reply.version))
        # Sorted by when, then by mark: two answers in one second are told apart alike on every machine.
        for *_, who, version in sorted(found)[:1]:
            person = self.of.people[who]
            why = self.desk.words.say("{name} said yes first.", name=self.desk.key(person))
            self.entry = _Entry(self.desk.key(person), f"{who[:8]}/{version}", why)
            self.holder, self.typed = person, True
            if self.stand.span is not None:
                self.of.held[who][self.stand.mark] = self.stand.span

    def _yes_of_nobody(self) -> None:
        say = self.desk.words.say
        self.cells.problem("turn_untold", say("Somebody said yes whose row among those who are asked is gone."),
                      say("Please find out who it was, and enter them or tell them."))  # fmt: skip

    def write(self) -> None:
        """Write who has it now; what is told of it then needs that edit."""
        if self.entry is not None:
            edit = self.cells.edit(self.turn.fills, self.entry.name, self.entry.mark, self.entry.why)
            self.needs = (edit.id,)

    def somebody_waits(self) -> bool:
        """Whether somebody's time to answer runs still, so that nobody else is asked now."""
        return self.stand.span is not None and bool(self.pending(self.of.latest(self.stand.span.begins)))

    def pending(self, latest: datetime) -> str:
        """The one whose time runs still; "" where the next one is to be asked."""
        for who, past in self.known.items():
            person = self.of.people.get(who)
            if person is None or who in self.blocked or not (past.is_open or past.waiting is not None):
                continue
            entry = past.waiting or past.last
            # A mail that will not leave, as its reader may not be written to, keeps nobody waiting.
            if entry is None or (past.waiting is not None and not self.may_ask(person)):
                continue
            # Never beyond the notice that the rule promises: a yes after that would come too late for everybody.
            until = min(self.of.until(entry.at), latest)
            if self.desk.now < until or past.waiting is not None:
                return self.is_asked(person, until)
        return ""

    def is_asked(self, person: Record, until: datetime) -> str:
        """The sentence that somebody is asked; the rule is looked at again at that moment."""
        self.of.due.append(until)
        return self.desk.words.say(
            "asked: {name}, until {until}", name=self.desk.key(person), until=self.desk.in_words(until)
        )

    def candidates(self) -> Iterator[Record]:
        """Those who may be asked next, in their order."""
        of, stand = self.of, self.stand
        for person in in_order(of.choice, self.turn, stand.record, of.offers, self.desk):
            who = self.desk.mark(person)
            past = of.pasts.of(stand.mark, who)
            fresh = not past.known and past.waiting is None and who not in self.blocked
            if fresh and not of.clashes(who, stand, offers=True) and self.may_ask(person):
                yield person

    def may_ask(self, person: Record) -> bool:
        """Whether an offer may go to a candidate now."""
        return not self.of.hindered(person)

    def deadline(self, since: datetime, starts: datetime) -> datetime:
        """Until when an offer of that moment can be answered, about what begins then."""
        return min(self.of.until(since), self.of.latest(starts))


class RowCells:
    """The cells of one row; edits and problems go to what the table makes."""

    def __init__(self, of: Table, stand: Stand) -> None:
        self.of, self.stand, self.desk, self.rule, self.turn = of, stand, of.desk, of.rule, of.turn

    def show(self, name: str, text: str) -> None:
        """Say how things stand, unless people have written there."""
        row = self.desk.snapshot.rows.get(self.stand.record.row)
        old = row.value(name) if row is not None else None
        # A remark of a colleague in that column is worth more than how things stand.
        if row is None or same(old, text) or not (same(old, None) or self.is_ours(name)):
            return
        self.edit(name, text, f"state/{digest(text, old)[:8]}", self.desk.words.say("How asking in turn stands."))

    def is_ours(self, name: str) -> bool:
        """Whether what stands in a column was written by kim."""
        row = self.desk.snapshot.rows.get(self.stand.record.row)
        ours = self.desk.history.fact(RuleFilled, self._key(name))
        return row is not None and ours is not None and ours.value == (key_text(row.value(name)) or "")

    def edit(self, name: str, new: Value, what: str, why: str) -> EditGroup:
        """Write a cell, if the row's start is still the one that was read."""
        record, desk = self.stand.record, self.desk
        row = desk.snapshot.rows[record.row]
        layout = desk.snapshot.layouts[self.rule.table]
        key = () if is_draft(record.row.key) else (layout.key_field,)
        # A thing that was moved meanwhile is another one: nobody may be entered for an hour that they did not say yes
        # to.
        guards = row.guards(*key, *self.turn.starts)
        noted = RuleFilled(key_text(new) or "", desk.key(record)).under(self._key(name))
        group = EditGroup(
            self.edit_id(what), record.row, (CellEdit(name, row.value(name), new),), JOB, why, guards=guards,
            facts=(noted,),
        )  # fmt: skip
        self.of.made.groups.append(group)
        return group

    def edit_id(self, what: str) -> str:
        """The id of an edit of this row."""
        return f"rule/{self.rule.name}/{self.stand.mark}/turn/{what}"

    def _key(self, name: str) -> str:
        return f"{self.rule.name}/{self.stand.mark}/{name}"

    def problem(self, code: str, message: str, advice: str) -> None:
        """Say something of the row to its case manager, else to the team lead."""
        record = self.stand.record
        person = manager_of(record, self.desk)
        case = case_of(record, self.desk)
        self.of.made.problems.append(Problem(
            code, message, advice, "error", **self.desk.snapshot.where(record, self.turn.fills), key=record.row.key,
            who=(person.code if person else None) or (case.manager if case else None) or "lead",
        ))  # fmt: skip
