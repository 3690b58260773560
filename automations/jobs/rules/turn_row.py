"""One row that candidates are asked about: who has it, who is told what, who is asked next. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from automations.jobs.rules.desk import JOB
from automations.jobs.rules.hits import Look
from automations.jobs.rules.people import addressee, case_of, manager_of, verdict
from automations.jobs.rules.turn_candidates import in_order
from automations.jobs.rules.turn_history import HOLDING, Past
from automations.jobs.rules.turn_mails import Told, shown_moment, turn_mail
from automations.jobs.rules.turn_table import Stand, Table
from automations.model.fact_kinds import RuleFilled
from automations.model.plan import CellEdit, EditGroup
from automations.model.problems import Problem
from automations.model.records import Record
from automations.model.values import Value, digest, is_draft, key_text, same

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is to stand in the column of names: who has it now, None for nobody, and why."""

    name: str | None
    mark: str
    why: str


class Row:
    """One row: who has it, who is told what, who is asked next."""

    def __init__(self, of: Table, stand: Stand) -> None:
        self.of, self.stand, self.desk, self.rule, self.turn = of, stand, of.desk, of.rule, of.turn
        self.known = {who: of.pasts.of(stand.mark, who) for who in of.told.get(stand.mark, ())}
        self.holder: Record | None = stand.named
        self.typed = stand.typed
        self.needs: tuple[str, ...] = ()
        self.entry: _Entry | None = None
        self.blocked: set[str] = set()

    def take(self) -> None:
        """Everything that there is to do about the row."""
        self.settle()
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

    def settle(self) -> None:
        """Find out who has it now: whoever cannot any more gives it back, the first yes gets it."""
        if self.holder is not None and self.stand.live:
            self._give_back(self.holder)
        if self.stand.live and not self.typed:
            self.blocked |= self._unfit()
            self._give()

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
        unfit = (asked - fits) | {who for who in asked if self.of.barred(self.of.people[who])}
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

    def _yes_of_nobody(self) -> None:
        say = self.desk.words.say
        self._problem("turn_untold", say("Somebody said yes whose row among those who are asked is gone."),
                      say("Please find out who it was, and enter them or tell them."))  # fmt: skip

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
            return self._due_after_offer(who, past, free=free)
        waits = past.waiting is not None and past.waiting.content.get("kind") == "offer"
        return "offer" if waits and free and not past.known else ""

    def _due_after_offer(self, who: str, past: Past, *, free: bool) -> str:
        """What somebody with an open offer is to hear: nothing as long as it stands as it was told."""
        stand = self.stand
        if free and who not in self.blocked and not self.of.clashes(who, stand):
            if past.core == stand.core or self._in_time():
                return "" if past.core == stand.core else "offer"
            return "withdrawn" if self._ahead(past) else ""
        said = bool(past.answers)
        return ("thanks" if said and stand.live else "withdrawn") if self._ahead(past) else ""

    def _in_time(self) -> bool:
        """Whether people may still be asked, with the notice that the rule promises."""
        return self.stand.span is not None and self.desk.now < self.of.latest(self.stand.span.begins)

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
                self.of.latest(last) if kind == "offer" else last,
                starts, self._deadline(self.desk.now, last), self.needs,
            )  # fmt: skip
            allowed = verdict(to, Look(self.stand.record, "due"), self.desk, self.rule.purpose)
            if allowed.allowed or allowed.state != "suppressed":
                self.of.made.mails.append(turn_mail(self.rule, told, self.desk))
                if kind == "offer" or last - self.desk.now > _DAY or past.waiting is None:
                    return
        if kind != "offer":
            self._untold(person, self.of.barred(person) if person is not None and not came_back else "")

    def _untold(self, person: Record | None, barred: str) -> None:
        """Somebody does not know; `barred` is why nothing may be written to them, and then nobody says: phone."""
        say = self.desk.words.say
        name = self.desk.key(person) if person is not None else say("somebody who said yes")
        told = say("{name} does not know yet how things stand.", name=name)
        advice = (
            say("Please tell them only in a way that is safe and wanted.")
            if barred
            else say("Please phone: no mail has arrived.")
        )
        self._problem("turn_untold", f"{told} {barred}".strip(), advice)

    # --- who is asked next

    def _asked(self) -> str:
        """Asks the next one where nobody's time runs; how things stand, as a sentence."""
        stand, say = self.stand, self.desk.words.say
        if stand.span is None:
            return ""
        latest = self.of.latest(stand.span.begins)
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

    def somebody_waits(self) -> bool:
        """Whether somebody's time to answer runs still, so that nobody else is asked now."""
        return self.stand.span is not None and bool(self._pending(self.of.latest(self.stand.span.begins)))

    def _pending(self, latest: datetime) -> str:
        """The one whose time runs still; "" where the next one is to be asked."""
        for who, past in self.known.items():
            person = self.of.people.get(who)
            if person is None or who in self.blocked or not (past.is_open or past.waiting is not None):
                continue
            entry = past.waiting or past.last
            if entry is None or (past.waiting is not None and not self._may_ask(person)):
                continue
            until = min(self.of.until(entry.at), latest)
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
        return not self.of.hindered(person)

    def _deadline(self, since: datetime, starts: datetime) -> datetime:
        return min(self.of.until(since), self.of.latest(starts))

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
