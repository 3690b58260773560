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
    return Recipient(case.phone or "", desk.client_language(case), "client", "sms")


def recipient_of(rule: Rule, case: Case | None, manager: CaseManager | None, desk: Desk) -> Recipient:
    """The recipient that a rule names, for one row."""
    if rule.to_client:
        language = desk.client_language(case)
        return Recipient((case.email if case else None) or "", language, "client")
    address = rule.recipient if "@" in rule.recipient else _address(desk.colleague(rule.recipient, manager))
    return Recipient(address, desk.site.language, "staff")


def verdict(to: Recipient, case: Case | None, not_after: datetime, desk: Desk) -> Verdict:
    """What the guards say as far as the rows tell; hold, brake and hours are asked when sending."""
    given = permission(desk.snapshot, case, desk.today, channel=to.channel)
    return desk.verdict(to, case, given, not_after)


def _address(person: CaseManager | None) -> str:
    return (person.email if person else None) or ""
