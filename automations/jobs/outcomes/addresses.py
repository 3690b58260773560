"""Addresses that no mail reaches, shown where they are to be mended."""

from __future__ import annotations

from collections.abc import Iterator

from automations.history import History
from automations.jobs.outcomes.showing import Shown, problem
from automations.problems import Problem
from automations.records import Case, CaseManager, Snapshot
from automations.settings import SiteFacts
from automations.texts import Texts
from automations.values import digest


def shown(snapshot: Snapshot, site: SiteFacts, history: History, say: Texts) -> Shown:
    """A problem at each open case, and each active colleague, whose address mails came back from."""
    return Shown(problems=tuple(_problems(snapshot, site, history, say)) if history.bounced else ())


def _problems(snapshot: Snapshot, site: SiteFacts, history: History, say: Texts) -> Iterator[Problem]:
    for case in snapshot.cases:
        phase = site.phase(case.phase)
        if (phase is None or phase.open) and _bounced(case.email, history):
            yield _problem(case, "cases", case.manager or "", snapshot, say)
    for person in snapshot.team:
        if person.active and _bounced(person.email, history):
            yield _problem(person, "team", "lead", snapshot, say)


def _bounced(address: str | None, history: History) -> bool:
    return bool(address) and digest((address or "").strip().casefold()) in history.bounced


def _problem(record: Case | CaseManager, table: str, who: str, snapshot: Snapshot, say: Texts) -> Problem:
    said = {
        "code": "address_bounced",
        "message": say.say("Mails to this address came back; no more are sent to it."),
        "advice": say.say("Please ask for the right address and enter it."),
        "who": who,
    }
    return problem(record, table, "email", said, snapshot)
