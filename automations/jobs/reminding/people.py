"""Who is written to, in which language, and whether that is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.rules import Rule
from automations.messages.consent import permission
from automations.messages.may_send import Verdict
from automations.model.records import Case, CaseManager, ContactWay


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a mail goes to. `address` is blank where there is none."""

    address: str
    language: str
    audience: Literal["client", "staff"]
    channel: Literal["email", "sms"] = "email"


def text_recipient(rule: Rule, case: Case, desk: Desk) -> Recipient | None:
    """The client's telephone, for those who chose text messages; None where a rule or the site sends none."""
    if not (rule.to_client and desk.site.texting and case.contact_way is ContactWay.SMS):
        return None
    return Recipient(case.phone or "", client_language(case, desk), "client", "sms")


def client_language(case: Case, desk: Desk) -> str:
    """The first of the client's languages that a colleague has approved; German where none is."""
    read = case.writing_languages or case.languages
    # Only approved ones: a message in a language that nobody of the team can read cannot be answered for.
    return next((code for code in read if code in desk.site.approved_languages), "de")


def recipient_of(rule: Rule, case: Case | None, manager: CaseManager | None, desk: Desk) -> Recipient:
    """The recipient that a rule names, for one row."""
    if rule.to_client:
        language = client_language(case, desk) if case else "de"
        return Recipient((case.email if case else None) or "", language, "client")
    address = rule.recipient if "@" in rule.recipient else _address(_colleague(rule.recipient, manager, desk))
    return Recipient(address, desk.site.language, "staff")


def substitute_of(person: CaseManager | None, desk: Desk) -> CaseManager | None:
    """The colleague who stands in, of several the first who is at work; None where none is named who is of the team."""
    people = desk.snapshot.manager_by_code
    named = [people[code] for code in (person.substitutes if person else ()) if code in people]
    named = [one for one in named if one.belongs(desk.today)]
    return next((one for one in named if desk.at_work(one, desk.today)), named[0] if named else None)


def reachable(manager: CaseManager | None, desk: Desk) -> CaseManager | None:
    """The case manager, during an absence the substitute; for a case without one, or whose manager
    has left, the team lead."""
    if manager is None:
        return desk.lead
    # Who has left reads nothing any more, though the row, and the address in it, may stand for months.
    if not manager.belongs(desk.today):
        return substitute_of(manager, desk) or desk.lead
    return (substitute_of(manager, desk) or manager) if manager.is_absent(desk.today) else manager


def verdict(to: Recipient, case: Case | None, not_after: datetime, desk: Desk) -> Verdict:
    """What the guards say as far as the rows tell; hold, brake and hours are asked when sending."""
    given = permission(desk.snapshot, case, desk.today, channel=to.channel)
    return desk.verdict(to, case, given, not_after)


def _colleague(role: str, manager: CaseManager | None, desk: Desk) -> CaseManager | None:
    if role == "manager":
        return reachable(manager, desk)
    return substitute_of(manager, desk) if role == "substitute" else desk.lead


def _address(person: CaseManager | None) -> str:
    return (person.email if person else None) or ""
