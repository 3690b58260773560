"""Readers who share an address: people are asked before it is used; what concerns one of them alone is not written."""

from __future__ import annotations

from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.printed import printed
from automations.jobs.reminding.visits import Visit
from automations.messages.consent import permission
from automations.model.decisions import Asked
from automations.model.problems import Problem
from automations.model.records import STANDS, Case, ContactWay


def shared_questions(desk: Desk) -> Asked:
    """A question about each address of somebody with an appointment to come that other households use, too."""
    asked = Asked()
    for appointment in desk.snapshot.appointments:
        case = desk.snapshot.case_by_number.get(appointment.case or "")
        coming = appointment.date is not None and appointment.date >= desk.today and appointment.status in STANDS
        if not coming or case is None or not _written_to(case, desk) or not desk.shared.unclear(case.number):
            continue
        if "decisions" not in desk.snapshot.layouts:
            asked.problems.append(_problem(case, desk))
            continue
        # Two cases at one address lead to the same question.
        asked.take(desk.shared.ask(case.number, "remind", desk.now))
    return asked


def mixed(visit: Visit, address: str, desk: Desk) -> bool:
    """Whether a correction to `address` would mislead: one message told several people of the same hour, what has
    changed is true for some of them only, and they still read the same mailbox. None of our mails says whom it
    means."""
    if visit.change is None or visit.told is None:
        return False
    rows = {row.number: row for row in desk.snapshot.appointments if row.number}
    for number, entries in desk.history.told.items():
        for entry in entries:
            # "core" is blank where somebody is taken to know already that it is off (see `Desk._known`).
            if entry.mail != visit.told.mail or entry.case == visit.told.case or entry.content.get("core") == "":
                continue
            # Whoever left the shared address is written to at their own.
            if not _reads(entry.case, address, desk):
                continue
            row = rows.get(number)
            facts = printed(row, desk.snapshot) if row is not None and row.case == entry.case else None
            if facts is not None and not facts.cancelled and facts.whole != visit.facts.whole:
                return True
            if facts is not None and facts.cancelled and not visit.facts.cancelled:
                return True
    return False


def _reads(number: str, address: str, desk: Desk) -> bool:
    """Whether messages to an address or a telephone reach the person of a case, too."""
    case = desk.snapshot.case_by_number.get(number)
    own = (case.email, case.phone) if case else ()
    return case is None or address.strip().casefold() in {(one or "").strip().casefold() for one in own}


def _written_to(case: Case, desk: Desk) -> bool:
    if case.contact_way is ContactWay.SMS and desk.site.texting and case.phone:
        given = permission(desk.snapshot, case, desk.today, channel="sms")
        return given.given_on is not None and desk.objected_on(case.number, case.phone) is None
    return (
        bool(case.email)
        and case.contact_way in {None, ContactWay.EMAIL}
        and permission(desk.snapshot, case, desk.today).given_on is not None
        and desk.objected_on(case.number, case.email or "") is None
    )


def _problem(case: Case, desk: Desk) -> Problem:
    say = desk.words
    return Problem(
        code="shared_address",
        message=say.say("This address is somebody else's, too; nobody is written to there."),
        advice=say.say("If they live together, enter one household; else give each an address of their own."),
        **desk.snapshot.where(case, "email"),
        key=case.number or "",
        who=case.manager or "lead",
    )
