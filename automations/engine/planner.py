"""Runs the jobs of a plan one after the other, guards their mails, and keeps the line for the log."""

from __future__ import annotations

import time as stopwatch
from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct, structs

from automations.common.errors import place_of
from automations.common.limits import time_limit
from automations.config.site import Site
from automations.engine.brake import Brake
from automations.engine.mail_proof import Proof
from automations.engine.outcomes import JobOutcome
from automations.engine.proven_mails import Proofs
from automations.engine.questions import questions
from automations.engine.send_facts import Gate
from automations.engine.unwritable_columns import unwritable
from automations.jobs.protocol import Job
from automations.ledger.recording import PlannedMail
from automations.messages.may_send import SendFacts, Verdict, may_send
from automations.messages.one_a_day import waiting
from automations.messages.render import Renderer
from automations.model.decisions import can_wait, is_question
from automations.model.fact_kinds.messages import Stopped
from automations.model.history import SETTLED, History, MailRecord, MailState
from automations.model.plan import EditGroup, Fact, Mail, Plan, apart
from automations.model.problems import Problem
from automations.model.runs import RunRecord
from automations.model.snapshot import Snapshot
from automations.model.tabdoc import TabDoc
from automations.tables.encoding import encode
from automations.tables.encoding import forbidden as may_not_write


class _Asked(Struct, frozen=True):
    """A mail, what the guards look at, and what it counts for the brake."""

    mail: Mail
    facts: SendFacts
    size: int


class Planner:
    """Runs the jobs one after the other, each over what the earlier ones planned."""

    def __init__(
        self,
        site: Site,
        snapshot: Snapshot,
        history: History,
        now: datetime,
        run: str,
        renderer: Renderer | None = None,
        withheld: frozenset[str] = frozenset(),
        trouble: tuple[str, ...] = (),
        proofs: Proofs | None = None,
    ) -> None:
        self.site, self.snapshot, self.history, self.now, self.run = site, snapshot, history, now, run
        self._proof = Proof(site, snapshot, history, now, renderer, proofs or Proofs()) if renderer else None
        self.groups: list[EditGroup] = []
        self.mails: dict[str, PlannedMail] = {}
        self.tabs: list[TabDoc] = []
        self.facts: list[Fact] = []
        self.outcomes: dict[str, JobOutcome] = {}
        self.failures: list[Problem] = []
        self._deaf: set[str] = set()
        self._impossible: set[str] = set(withheld)
        self._stopped: set[str] = set()
        self._refused = withheld
        self._trouble = trouble
        self.withheld: list[EditGroup] = []
        self._say = site.facts.texts
        self._brake = Brake(history, site.facts, site.facts.today(now))

    def begin(self, groups: Sequence[EditGroup]) -> None:
        """What the look itself wants asked."""
        self._take(Plan("decisions", groups=tuple(groups)))

    def plan(self, job: Job) -> None:
        """One job; a crash in it becomes a problem and leaves the others alone."""
        started = stopwatch.perf_counter()
        plan = self._made(job)
        if plan is not None:
            self._take(self._sound(job, plan))
        self.outcomes[job.name] = JobOutcome(
            "failed" if plan is None else "done", round(stopwatch.perf_counter() - started, 3)
        )

    def overhear(self, job: Job) -> None:
        """A job that is not to run, for its findings alone: others read them. Nothing of it is carried out."""
        plan = self._made(job)
        if plan is not None:
            # Problems and calls stay: they are what the others read.
            self._take(structs.replace(plan, groups=(), mails=(), tabs=(), facts=()))

    def _made(self, job: Job) -> Plan | None:
        try:
            with time_limit(60 * self.site.file.schedule.job_timeout_minutes):
                return self._planned(job)
        except Exception as error:  # noqa: BLE001 (a job's bug must not stop the other jobs)
            self.failures.append(self._failure(job.name, error))
            # Its findings are missing from now on; see `_sound`.
            self._deaf.add(job.name)
            return None

    def _sound(self, job: Job, plan: Plan) -> Plan:
        """The plan without what rests on findings that a failed job did not make: such a tab or note
        would claim that all is well."""
        # An empty list of a crashed job looks like a list of a job that found nothing.
        lacking = {output for output, others in job.reads.items() if self._deaf.intersection(others)}
        groups = tuple(group for group in plan.groups if lacking.isdisjoint(edit.field for edit in group.edits))
        return structs.replace(plan, groups=groups, tabs=tuple(doc for doc in plan.tabs if doc.id not in lacking))

    def _planned(self, job: Job) -> Plan:
        """A job's plan; where one of its mails cannot leave as it reads, planned once more knowing that, so that
        people are told another way in the same run."""
        settings, history = self.site.jobs[job.name], self._overlaid()
        plan = job.plan(self.snapshot, settings, self.now, history)
        if self._proof is None or not plan.mails:
            return plan
        proved = self._proof.read(plan.mails)
        # Once more and no oftener: the second plan calls people or asks, and what it writes instead has no such text.
        if proved.stopped:
            plan = job.plan(self.snapshot, settings, self.now, _knowing(history, proved.stopped))
            proved = self._proof.read(plan.mails)
        self._stopped |= proved.stopped.keys()
        return structs.replace(
            plan, mails=proved.mails, facts=(*plan.facts, *proved.facts), problems=(*plan.problems, *proved.problems)
        )

    def ask(self) -> None:
        """What no job asks: about held mails, stopping all mail, erasing."""
        mails = self.mails.values()
        self._take(questions(self.site, self.snapshot, self.history, mails, self.run, self.now))

    def _take(self, plan: Plan) -> None:
        # Two groups of one name would be settled as one after a crash.
        distinct = apart(plan.groups, (group.id for group in self.groups))
        wanted = [group for group in distinct if not self.history.forbids(group)]
        forbidden = {group.id: field for group in wanted if (field := may_not_write(group, self.snapshot))}
        self._impossible |= forbidden.keys()
        told = unwritable(self.site, self.snapshot, [(g, forbidden[g.id]) for g in wanted if g.id in forbidden])
        groups = tuple(group for group in wanted if group.id not in forbidden and group.id not in self._refused)
        groups = self._put_today(groups)
        self.withheld += encode([group for group in wanted if group.id in self._refused], self.snapshot)
        known = set(self.snapshot.problems)
        problems = (*plan.problems, *(problem for problem in told if problem not in known))
        self.snapshot = self.snapshot.with_plan(structs.replace(plan, groups=groups, problems=problems))
        self.groups += encode(groups, self.snapshot)
        self.tabs += plan.tabs
        self.facts += plan.facts
        # Last: a mail that quotes a number nobody can write would quote what nowhere stands.
        self._guard([mail for mail in plan.mails if self._impossible.isdisjoint(mail.needs)])

    def _put_today(self, groups: tuple[EditGroup, ...]) -> tuple[EditGroup, ...]:
        """Without the questions that wait for another day: nobody answers fifty in a morning. They are planned
        anew as long as there is something to ask."""
        today = self.now.date()
        free = self.site.facts.questions_a_day - sum(day == today for day in self.history.asked_on.values())
        free -= sum(map(is_question, self.groups))
        put = []
        for group in groups:
            # Urgent questions are put whatever the number, and still count against those that can wait.
            if not can_wait(group) or free > 0:
                put.append(group)
            free -= is_question(group)
        return tuple(put)

    def _guard(self, mails: Sequence[Mail]) -> None:
        """Ask the guards; what only has to wait (sending hours, a fresh row) is queued and asked again."""
        gate = self._proof.gate if self._proof else Gate(self.site, self.snapshot, self.history)
        gate = structs.replace(gate, snapshot=self.snapshot)
        looked = [(mail, gate.facts(mail, self.now)) for mail in mails]
        # One that nobody will read today keeps no other from its reader.
        speaking = {mail.key for mail, facts in looked if mail.key not in self._stopped and _speaks(may_send(facts))}
        planned = [item.mail for item in self.mails.values() if item.state == "queued" and item.speaks]
        fresh = [mail for mail in mails if mail.key in speaking]
        crowded = waiting([*planned, *fresh], self.history, self.site.facts, self.now)
        asked = [
            _Asked(mail, structs.replace(facts, crowded=mail.key in crowded), gate.size(mail)) for mail, facts in looked
        ]
        batch = self._batch(asked)
        for item in asked:
            mail, verdict = self._resting(item.mail, gate), self._verdict(item, batch)
            state = "queued" if verdict.state == "wait" else verdict.state
            self.mails[mail.key] = PlannedMail(mail, state, verdict.reason, item.size, mail.key in speaking)

    def _batch(self, asked: Sequence[_Asked]) -> int:
        """How many messages would have left today with these ones, as far as nobody has let them go."""
        fresh = [item for item in asked if self._brake.leaves(item.mail)]
        earlier = [item for item in self.mails.values() if self._brake.leaves(item.mail) and _counts(item)]
        now = sum(item.size for item in fresh if _may_leave(may_send(item.facts)))
        return self._brake.left + sum(item.size for item in earlier) + now

    def _verdict(self, item: _Asked, batch: int) -> Verdict:
        """What the guards say of a mail in such a batch. What the brake held once stays so until people let it go,
        whatever day it is and whatever else would let it wait."""
        language = self.site.facts.language
        facts = structs.replace(item.facts, batch=batch if item.size else 0, usual=self._brake.usual)
        # What suppresses comes first: a mail that may never leave is not offered to people to let go.
        verdict = may_send(facts, language)
        if self._brake.held(item.mail) and verdict.state != "suppressed":
            return Verdict(allowed=False, state="held", reason="brake", sentence=verdict.sentence)
        return verdict

    def _resting(self, mail: Mail, gate: Gate) -> Mail:
        """The mail, its reason naming the row of the consent that it rests on."""
        given = gate.permission(mail, self.site.facts.today(self.now))
        # Only where consents are rows: a date beside the case names itself.
        if not given.line or given.given_on is None or not (mail.audience == "client" or mail.purpose):
            return mail
        day = self._say.date(given.given_on)
        rests = self._say.say("Consent: “{tab}”, row {row}, given on {day}.", tab=given.tab, row=given.line, day=day)
        return structs.replace(mail, why=f"{mail.why} {rests}")

    def _overlaid(self) -> History:
        """The history as it will be once this run's mails left, so that tabs need no second run."""
        shown: MailState = "sent" if self.history.live else "test"
        mails = dict(self.history.mails)
        for item in self.mails.values():
            mail = item.mail
            state: MailState = shown if item.state == "queued" else item.state
            mails[mail.key] = own = MailRecord(
                mail.key, mail.rule, mail.case, mail.subject_key, mail.version, state, self.now, mail.language
            )
            for one in mail.tellings:
                mails[one.key] = structs.replace(
                    own, key=one.key, case=one.case, subject_key=one.subject, version=one.version
                )
        # The line as it stands so far: the tab of the log is drawn by a job that runs inside of this very run.
        record = self.record()
        # A run that changes nothing leaves no trace in the workbook, its line in the log included.
        shows = record.edits or record.mails or record.trouble
        runs = (record, *self.history.runs) if shows else self.history.runs
        return structs.replace(self.history, mails=mails, runs=runs)

    def record(self) -> RunRecord:
        """The line of this run in the log: what it planned."""
        fresh = [item for item in self.mails.values() if item.state == "queued" and _is_new(item.mail, self.history)]
        held = any(item.state == "held" for item in self.mails.values())
        return RunRecord(
            run=self.run,
            at=self.now,
            outcome="attention" if self.failures or held else "done",
            jobs=tuple(self.outcomes),
            edits=sum(len(group.edits) for group in self.groups),
            mails=len(fresh),
            problems=len(self.problems()),
            trouble=(*self._trouble, *(problem.message for problem in self.failures)),
        )

    def problems(self) -> list[Problem]:
        """All problems of the run, once each."""
        return [*self.failures, *self.snapshot.problems]

    def _failure(self, name: str, error: Exception) -> Problem:
        message = self._say.say("The automation {name} failed ({place}).", name=name, place=place_of(error))
        advice = self._say.say("The others ran. Please send this line to whoever looks after kim.")
        return Problem("job_failed", message, advice, "error", who="operator")


def _knowing(history: History, stopped: Mapping[str, str]) -> History:
    facts = {(Stopped.kind, key): Stopped(reason).plain() for key, reason in stopped.items()}
    return structs.replace(history, facts={**history.facts, **facts})


def _may_leave(verdict: Verdict) -> bool:
    """Whether it leaves now, or does as soon as the sending hours begin."""
    return verdict.allowed or verdict.reason == "hours"


def _speaks(verdict: Verdict) -> bool:
    """Whether it may still leave today, if only by the hour or by the hand of people."""
    return verdict.allowed or verdict.reason in {"hours", "hold", "brake"}


def _counts(item: PlannedMail) -> bool:
    """Whether an earlier job's mail of this run leaves now, or is held by the brake."""
    return (item.state, item.detail) in {("queued", ""), ("queued", "hours"), ("held", "brake")}


def _is_new(mail: Mail, history: History) -> bool:
    known = history.mails.get(mail.key)
    return known is None or known.state not in SETTLED | {"test"}
