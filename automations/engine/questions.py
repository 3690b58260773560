"""Questions that no job asks: about mails that the brake held, letters of clients, stopping all mail, erasing. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from datetime import date, datetime

from automations.common.texts import Texts
from automations.config.site import Site
from automations.engine.letters import letter_questions
from automations.ledger import PlannedMail
from automations.messages.shared_addresses import SharedAddresses
from automations.model.decisions import answer, ask, lead
from automations.model.fact_kinds import Erasing
from automations.model.history import History, MailRecord
from automations.model.plan import EditGroup, Fact, Plan
from automations.model.records import Answer
from automations.model.snapshot import Snapshot

JOB = "decisions"
STOP = "stop/mails"
"""The standing question: "ja" stops all mail, another answer lets it go again."""

RELEASE, ERASE = "release/", "erase/"
"""What the keys of the other questions begin with: the run whose mails are held; the month of asking."""

_ERASE_DAYS = 20  # working days in which somebody should have decided about erasing
_MOST = 40
"""Cases that one question names, at most."""

_Asked = tuple[tuple[EditGroup, ...], tuple[Fact, ...]]


def questions(
    site: Site, snapshot: Snapshot, history: History, mails: Collection[PlannedMail], run: str, now: datetime
) -> Plan:
    """What is to be asked now; each question once. On first contact nothing is asked but by the jobs."""
    if history.adopting:
        return Plan(JOB)
    say = site.facts.texts
    asked = [
        _stop(site, snapshot, history, now, say),
        _release(snapshot, history, mails, run, now, say),
        _erase(site, snapshot, history, now, say),
    ]
    shared = SharedAddresses(snapshot, history, site.facts, site.facts.today(now))
    about = {item.mail.case for item in mails if item.detail == "shared"}
    asked += [shared.ask(number, JOB, now) for number in sorted(about) if shared.unclear(number)]
    letters = letter_questions(snapshot, history, JOB, now, say)
    groups = (*letters.groups, *(group for some, _ in asked for group in some))
    facts = (*letters.facts, *(fact for _, some in asked for fact in some))
    return Plan(JOB, groups=groups, facts=facts, problems=tuple(letters.problems))


def _stop(site: Site, snapshot: Snapshot, history: History, now: datetime, say: Texts) -> _Asked:
    if not site.live:
        return (), ()
    question = say.say("Shall all mails be stopped? This question stays here: you can change the answer at any time.")
    proposal = say.say("yes: no mail leaves any more, from the next run on. no, or nothing: mails leave as usual.")
    terms = lead(None, say.say("mails leave as usual."), say, urgent=True)
    return ask(STOP, question, proposal, say.say("always"), snapshot, history, JOB, now, terms, say)


def _release(
    snapshot: Snapshot, history: History, mails: Collection[PlannedMail], run: str, now: datetime, say: Texts
) -> _Asked:
    """Only mails that the brake held in this very run: those of earlier ones were asked about."""
    fresh = [item for item in mails if item.state == "held" and item.detail == "brake"]
    fresh = [item for item in fresh if _newly_braked(history.mails.get(item.mail.key))]
    if not fresh:
        return (), ()
    question = say.count(
        "{n} mail is held, as it is far more than usual. Shall it leave?",
        "{n} mails are held, as they are far more than usual. Shall they leave?",
        len(fresh),
    )
    proposal = say.say("yes: they leave with the next run. Please look at some of the appointments first.")
    terms = lead(now.date(), say.say("the mails stay held, and clients hear nothing."), say, urgent=True)
    cause = say.say("Run {run}", run=run)
    return ask(f"{RELEASE}{run}", question, proposal, cause, snapshot, history, JOB, now, terms, say)


def _newly_braked(known: MailRecord | None) -> bool:
    """Whether the brake holds a mail for the first time, also one that was stopped before with all mail."""
    return known is None or (known.state, known.detail) != ("held", "brake")


def _erase(site: Site, snapshot: Snapshot, history: History, now: datetime, say: Texts) -> _Asked:
    """Cases closed so many months ago, as one question a month, and none while one is open."""
    months = site.file.retention.closed_case_months
    today = site.facts.today(now)
    key = f"{ERASE}{today:%Y-%m}"
    asked_before = [name for name in history.questions if name.startswith(ERASE)]
    is_open = any(answer(name, snapshot, history) in {None, Answer.LATER} for name in asked_before)
    if not months or is_open or key in asked_before:
        return (), ()
    settled = {number for name in asked_before for number in cases_of(name, history)}
    over = [
        case.number
        for case in snapshot.cases
        if case.number and case.closed_on and _months(case.closed_on, today) >= months and case.number not in settled
    ]
    chosen = sorted(over)[:_MOST]
    if not chosen:
        return (), ()
    question = say.count(
        "{n} case was closed more than {months} months ago: {cases}. Shall kim erase what it keeps about it?",
        "{n} cases were closed more than {months} months ago: {cases}. Shall kim erase what it keeps about them?",
        len(chosen), months=months, cases=", ".join(chosen),
    )  # fmt: skip
    proposal = say.say("yes: mails, log and replies are erased. The rows in the workbook stay: please delete them too.")
    terms = lead(site.facts.working_days.shift(today, _ERASE_DAYS), say.say("kim keeps what it has."), say)
    groups, facts = ask(key, question, proposal, chosen[0], snapshot, history, JOB, now, terms, say)
    named = Erasing(", ".join(chosen)).under(key)  # comes with the question: it may wait for another day
    return tuple(dataclasses.replace(group, facts=(*group.facts, named)) for group in groups), facts


def cases_of(key: str, history: History) -> Sequence[str]:
    """The cases that a question about erasing names."""
    named = history.fact(Erasing, key) or Erasing()
    return [number for number in named.cases.split(", ") if number]


def _months(day: date, today: date) -> int:
    """Whole months from a day to today."""
    return (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
