"""Questions that no job asks: about mails that the brake held, letters of clients, stopping all mail, erasing. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from automations.common.texts import Texts
from automations.config.site import Site
from automations.engine.expiry import Asked, expired
from automations.engine.letters import letter_questions
from automations.ledger.recording import PlannedMail
from automations.messages.shared_addresses import SharedAddresses
from automations.model.decisions import ask, lead
from automations.model.history import History, MailRecord
from automations.model.plan import Plan
from automations.model.snapshot import Snapshot

JOB = "decisions"
STOP = "stop/mails"  # the standing question: "ja" stops all mail, another answer lets it go again
RELEASE = "release/"  # what the key of the other question begins with; the run whose mails are held follows


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
        *expired(site, snapshot, history, JOB, now, say),
    ]
    shared = SharedAddresses(snapshot, history, site.facts, site.facts.today(now))
    # By what the guards held: jobs that ask themselves have done so, and the same key is asked once.
    about = {item.mail.case for item in mails if item.detail == "shared"}
    asked += [shared.ask(number, JOB, now) for number in sorted(about) if shared.unclear(number)]
    letters = letter_questions(snapshot, history, JOB, now, say)
    groups = (*letters.groups, *(group for some, _ in asked for group in some))
    facts = (*letters.facts, *(fact for _, some in asked for fact in some))
    return Plan(JOB, groups=groups, facts=facts, problems=tuple(letters.problems))


def _stop(site: Site, snapshot: Snapshot, history: History, now: datetime, say: Texts) -> Asked:
    # Mails to a folder reach nobody; the question would only be in the way of a trial.
    if not site.live:
        return (), ()
    question = say.say("Shall all mails be stopped? This question stays here: you can change the answer at any time.")
    proposal = say.say("yes: no mail leaves any more, from the next run on. no, or nothing: mails leave as usual.")
    terms = lead(None, say.say("mails leave as usual."), say, urgent=True)
    return ask(STOP, question, proposal, say.say("always"), snapshot, history, JOB, now, terms, say)


def _release(
    snapshot: Snapshot, history: History, mails: Collection[PlannedMail], run: str, now: datetime, say: Texts
) -> Asked:
    """Only mails that the brake held in this very run: those of earlier ones were asked about."""
    fresh = [item for item in mails if item.state == "held" and item.detail == "brake"]
    # Those that a stop held are asked about under the run that held them.
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
