"""An emergency that nobody who is there has: the team lead hears of it at once, and once.

The check list shows it as long as it holds; the mail is for the lead who does not look into the workbook
before tomorrow. It names the case by its number alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta

from automations.common.dates import moment
from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.findings import Finding, sent
from automations.model.plan import Mail
from automations.model.problems import Problem
from automations.model.records import Case, Urgency

RULE = "emergency_unattended"  # the name of this message, in its key and as template
FINDERS = ("assign_cases", "check_data")  # the jobs that find out who has nobody who is there

_FOUND = frozenset({"nobody_there", "unassigned"})
_KEPT = timedelta(days=7)  # a mail that is held waits so long; where the case is taken care of it never leaves


def emergencies(desk: Desk) -> Iterator[Finding]:
    """A mail for each emergency that lies with nobody who is there."""
    for case in unattended(desk):
        yield _finding(case, desk)


def nobody_to_tell(desk: Desk) -> Iterator[Problem]:
    """No row of the team is marked as team lead, or none has an address."""
    if any(unattended(desk)) and not (desk.lead and desk.lead.email):
        say = desk.words.say
        message = say("An emergency has nobody who is there, and there is no team lead to tell.")
        advice = say("Enter the role of the team lead in the table of the team, with an email address.")
        yield Problem("no_team_lead", message, advice, "warning", table="team", field="role", who="lead")


def unattended(desk: Desk) -> Iterator[Case]:
    """The cases in question, by what the other jobs of this run found. What was found of a row that gets its number
    in this very run names the row."""
    keys = {problem.key for problem in desk.snapshot.problems if problem.code in _FOUND and problem.table == "cases"}
    for case in desk.snapshot.cases if keys else ():
        # Without a number it could not be named in a mail that leaves the house; it gets one in the next run.
        told = case.number and not keys.isdisjoint((case.number, case.row.key))
        if told and case.urgency is Urgency.EMERGENCY and case.number not in desk.doubled:
            yield case


def _finding(case: Case, desk: Desk) -> Finding:
    number = case.number or ""
    person = desk.snapshot.manager_by_code.get(case.manager or "")
    absence = person.absent_from.isoformat() if person and person.absent_from else ""
    # Once for each colleague and absence: a part-timer's free days are one.
    key = f"{RULE}/{number}/0/{case.manager or ''}-{absence}"
    if desk.settled(key):
        return sent(RULE, number, desk.history.mails[key], desk)
    # One that waits already is not called back for a word that somebody is typing.
    if desk.unsettled(case) and not desk.waits(key):
        return Finding(RULE, number, "unsettled", values={"minutes": desk.site.settle_minutes})
    to = desk.to_staff(desk.lead.email if desk.lead else None)
    until = moment(desk.today + _KEPT, time(23, 59), desk.zone)
    allowed = desk.verdict(to, until)
    if not allowed.allowed:
        return Finding(RULE, number, "blocked", values={"sentence": allowed.sentence})
    why = desk.words.say("An emergency has nobody who is there.")
    mail = Mail(
        key=key, rule=RULE, case=number, to=to.address, language=to.language, template=RULE, not_after=until, why=why,
        audience="staff", context={"case": number, "date": desk.today.isoformat()}, needs=desk.needs([case.row]),
    )  # fmt: skip
    return Finding(RULE, number, "due", values={"why": why}, mail=mail)
