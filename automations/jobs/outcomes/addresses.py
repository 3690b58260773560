"""Addresses that no mail reaches, shown where they are to be mended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from automations.history import History
from automations.jobs.outcomes.showing import Shown, problem
from automations.may_send import consent_after
from automations.problems import Problem
from automations.records import Case, CaseManager, Snapshot
from automations.settings import SiteFacts
from automations.texts import Texts
from automations.values import digest


def shown(snapshot: Snapshot, site: SiteFacts, history: History, today: date, say: Texts) -> Shown:
    """A problem at each open case, and each active colleague, whose address mails came back from. `today`
    is the site's local date."""
    return Shown(problems=tuple(_problems(snapshot, site, history, today, say)) if history.bounced else ())


def _problems(snapshot: Snapshot, site: SiteFacts, history: History, today: date, say: Texts) -> Iterator[Problem]:
    zone = ZoneInfo(site.zone)
    for case in snapshot.cases:
        phase, since = site.phase(case.phase), _bounced(case.email, history, zone)
        if (phase is None or phase.open) and since and not consent_after(case.consent_on, since, today):
            advice = say.say(
                "Please ask for the right address and enter it. If it is right as it stands, and the client still "
                "wants our mails, a later date of consent lets them go again."
            )
            yield _problem(case, "cases", case.manager or "", snapshot, say, advice)
    for person in snapshot.team:
        if person.active and _bounced(person.email, history, zone):
            advice = say.say("Please ask for the right address and enter it.")
            yield _problem(person, "team", "lead", snapshot, say, advice)


def _bounced(address: str | None, history: History, zone: ZoneInfo) -> date | None:
    found = history.bounced.get(digest(address.strip().casefold())) if address else None
    return found.astimezone(zone).date() if found else None


def _problem(record: Case | CaseManager, table: str, who: str, snapshot: Snapshot, say: Texts, advice: str) -> Problem:
    said = {
        "code": "address_bounced",
        "message": say.say("Mails to this address came back; no more are sent to it."),
        "advice": advice,
        "who": who,
    }
    return problem(record, table, "email", said, snapshot)
