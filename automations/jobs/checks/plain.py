"""Checks that a plain condition says, in the language in which teams write their own: one entry, one question.

A sentence may quote fields of the row in braces; a name that is no field of it stands for the checked cell."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from string import Formatter

from msgspec import Struct

from automations.conditions.book import compile_for
from automations.conditions.condition import Condition
from automations.jobs.checks.context import Check, CheckContext, shown
from automations.model.problems import Problem, Severity
from automations.model.records import Record
from automations.model.schema import SHIPPED

_TO_COME = 'date >= today and (is_blank(status) or status in ["planned", "confirmed"])'
_OLDEST = 110 * 366  # days: nobody has lived much longer than 110 years
_FAR = 300  # days: nobody arranges a consultation that long before


class Plain(Struct, frozen=True):
    """Where `when` holds in a row of `table`, the cell of `field` is told. `needs` are columns without which nothing
    is missed; conditions of cases may ask `is_open`."""

    code: str
    table: str
    field: str
    when: str
    message: str
    advice: str = ""
    severity: Severity = "warning"
    needs: tuple[str, ...] = ()

    def __call__(self, context: CheckContext) -> Iterator[Problem]:
        """The problems of the table. A cell that could not be read has its own, and is not told as missing."""
        if not context.has(self.table, *self.needs):
            return
        fits = context.book.matching(self.table, _compiled(self.when, self.table))
        say = context.said.say
        for record, fit in zip(context.book.records(self.table), fits, strict=True):
            if fit and self.field not in record.bad:
                message = say(self.message, **self._quoted(record))
                advice = say(self.advice) if self.advice else ""
                yield context.finding(self.code, record, self.field, message, advice, self.severity)

    def _quoted(self, record: Record) -> dict[str, str]:
        names = [name for _, name, _, _ in Formatter().parse(self.message) if name]
        return {name: shown(record.get(name if name in SHIPPED[self.table].fields else self.field)) for name in names}


@cache
def _compiled(when: str, table: str) -> Condition:
    return compile_for(when, SHIPPED, table, also={"is_open"})


CHECKS: tuple[Check, ...] = (
    Plain(
        "postponed_without_date", "appointments", "date", 'is_blank(date) and status == "postponed"',
        "The appointment was postponed, but has no new date; nothing is sent.",
        "Please type the new date, or set the status to cancelled.",
    ),
    Plain(
        "missing_date", "appointments", "date", 'is_blank(date) and not status in ["postponed", "cancelled"]',
        "The date is missing.", "Please type it like 24.12.2024.", "error",
    ),
    Plain(
        "missing_time", "appointments", "time", f"is_blank(time) and {_TO_COME}",
        "The time is missing; nobody is reminded.", "Please type it like 09:30.", needs=("time",),
    ),
    Plain(
        "ends_too_early", "appointments", "ends_at",
        "not is_blank(time) and not is_blank(ends_at) and ends_at <= time and date >= today",
        "It ends at {ends_at}, which is not after it begins.", "Please correct one of the two times.",
        needs=("time", "ends_at"),
    ),
    Plain(
        "past_still_planned", "appointments", "status", 'date < today and status in ["planned", "confirmed"]',
        "The appointment on {date} is over, but still planned.",
        "Please enter whether it was kept, missed or cancelled.",
    ),
    Plain(
        "kept_in_future", "appointments", "status", 'date > today and status in ["attended", "no_show"]',
        "The appointment on {date} has not been yet.", "Please check the date and the status.",
    ),
    Plain(
        # A time that is blank to a program is often midnight.
        "appointment_at_night", "appointments", "time", f'time < clock("05:00") and {_TO_COME}',
        "{time} is in the middle of the night; the client is told this time.", "Please check the time.",
    ),
    Plain(
        # So far ahead the year is likely a slip, and clients are told whatever stands there.
        "appointment_far_ahead", "appointments", "date", f"days_until(date) > {_FAR} and {_TO_COME}",
        "{date} is far ahead.", "Please check the year.",
    ),
    Plain(
        "missing_date", "cases", "received", "is_blank(received) and is_open",
        "The date on which the case came in is missing.", "Please type it like 24.12.2024.", needs=("received",),
    ),
    Plain(
        "missing_languages", "cases", "languages", "is_blank(languages) and is_open",
        "The language is missing; the case is assigned without it.", "Please type at least one language.", "note",
        needs=("languages",),
    ),
    Plain(
        "missing_email", "cases", "email", 'is_blank(email) and contact_way == "email" and is_open',
        "Mail is wanted, but there is no address; nothing is sent.",
        "Please type the mail address, or choose another way of contact.", needs=("contact_way", "email"),
    ),
    Plain(
        "implausible_birth_date", "cases", "birth_date", f"birth_date > today or days_since(birth_date) > {_OLDEST}",
        "The birth date {date} cannot be right.", "Please check the year.",
    ),
    Plain(
        "first_contact_before_received", "cases", "first_contact_on", "first_contact_on < received",
        "The first contact on {date} lies before the case came in on {received}.", "Please check both dates.",
    ),
    Plain(
        "closed_before_received", "cases", "closed_on", "closed_on < received",
        "The case was closed on {date}, before it came in on {received}.", "Please check both dates.",
    ),
    *(
        Plain(
            "date_in_future", "cases", name, f"{name} > today", "{date} lies in the future.", "Please check the date."
        )
        # What has happened cannot lie ahead.
        for name in ("received", "first_contact_on", "closed_on", "consent_on", "withdrawn_on")
    ),
    # Of the day on which it was given `consent_in_future` says more.
    Plain(
        "date_in_future", "consents", "withdrawn_on", "withdrawn_on > today",
        "{date} lies in the future.", "Please check the date.",
    ),
    Plain(
        "closed_without_outcome", "cases", "outcome", 'phase == "closed" and is_blank(outcome)',
        "The case is closed without an outcome.", "Please type the outcome; the reports count it.",
        needs=("outcome", "phase"),
    ),
    Plain(
        "closed_without_date", "cases", "closed_on", "is_blank(closed_on) and is_blank(phase_since) and not is_open",
        "The case is closed, but the date of closing is missing.",
        "Please type it like 24.12.2024; until then no month counts the case as closed.", needs=("closed_on",),
    ),
    Plain(
        "closed_but_open_phase", "cases", "phase", "closed_on <= today and is_open",
        "The case was closed on {closed_on}, but its phase is still open.",
        "Please set the phase to closed, or remove the date.",
    ),
    Plain(
        "permit_expired", "cases", "permit_until", "permit_until < today and is_open",
        "The residence permit ended on {date}.", "Please talk about it at the next meeting, and type the new date.",
        "note",
    ),
    Plain(
        "decided_before_applied", "naturalisation", "decided_on", "decided_on < applied_on",
        "The decision on {date} lies before the application on {applied_on}.",
        "Please check both dates; until then both are counted as they are typed.",
    ),
    *(
        Plain(
            "date_in_future", "naturalisation", name, f"{name} > today", "{date} lies in the future.",
            "Please check the date.",
        )
        for name in ("applied_on", "decided_on")
    ),
    Plain(
        "consent_without_purpose", "consents", "purpose", "is_blank(purpose) and is_blank(withdrawn_on)",
        "The purpose is missing; this consent permits nothing.",
        "Please type what it is for, such as “Terminerinnerung”.",
    ),
    Plain(
        "consent_without_channel", "consents", "channel", "is_blank(channel) and is_blank(withdrawn_on)",
        "The channel is missing; this consent permits nothing.",
        "Please type the channel, such as E-Mail or SMS.",
    ),
    Plain(
        "consent_without_given_on", "consents", "given_on", "is_blank(given_on) and is_blank(withdrawn_on)",
        "The day on which it was given is missing; this consent permits nothing.",
        "Please type the day on which it was given.",
    ),
    *(
        Plain(
            "consent_order", "consents", end, f"{end} < given_on",
            "It ended on {end}, before it was given on {given_on}.", "Please correct one of the days.",
        )
        for end in ("valid_until", "withdrawn_on")
    ),
    Plain(
        "consent_in_future", "consents", "given_on", "given_on > today",
        "The day {given} lies in the future; until then this consent permits nothing.",
    ),
)  # fmt: skip
