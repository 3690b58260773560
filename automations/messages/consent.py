"""What a client consented to, and which row of the workbook says so: the only reader of consents.

Where the workbook has a table of consents, it alone counts: a row permits one purpose on one channel, from the day on
which it was given until its end or its withdrawal. Where it has none, the two columns of the cases count for
reminders by mail, and the rows of own tables that are declared as consents for their purpose and recipient. A
withdrawal in such a row counts in any case. What is written about a minor goes to a guardian: where that is a client
who withdrew from such messages, it is not sent either."""

from __future__ import annotations

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from automations.messages.readers import guardian_case
from automations.model.records import Case, Consent, ContactWay
from automations.model.snapshot import Snapshot

REMINDER, FEEDBACK = "reminder", "feedback"
"""Purposes that the program knows: messages to clients about their own appointments and case; what the referring
office learns of a case. A team's own rules may name others."""

CHANNELS = {"email": ContactWay.EMAIL, "sms": ContactWay.SMS, "phone": ContactWay.PHONE}


class Permission(Struct, frozen=True):
    """What is known of a consent; all blank where there is none. `line` and `tab` are where it stands (0 for the
    columns of the cases)."""

    given_on: date | None = None
    withdrawn_on: date | None = None
    until: date | None = None
    line: int = 0
    tab: str = ""


def permission(
    snapshot: Snapshot, case: Case | None, today: date, *, purpose: str = "", channel: str = "email", office: str = ""
) -> Permission:
    """The newest consent of a case to a purpose (blank: reminders) on a channel; `office` is who is to learn of it."""
    if case is None:
        return Permission()
    wanted = purpose or REMINDER
    given = _given(snapshot, case, today, wanted, channel, office)
    # What an office learns of a child is decided by the child's own row; nothing is written to the guardian then.
    guardian = guardian_case(case, snapshot, today) if wanted != FEEDBACK else None
    if guardian is None:
        return given
    theirs = _given(snapshot, guardian, today, wanted, channel, "")
    left = theirs.withdrawn_on
    if left is None or (theirs.given_on is not None and left < theirs.given_on <= today):
        return given
    return replace(given, withdrawn_on=max(left, given.withdrawn_on or left))


def _given(snapshot: Snapshot, case: Case, today: date, wanted: str, channel: str, office: str) -> Permission:
    number = case.number or ""
    declared = [
        row
        for row in snapshot.declared_consents.get(number, ())
        if _is(row.purpose, wanted) and _is(row.recipient, office)
    ]
    # A tab of consents counts alone, also one that cannot be read; without one the columns of the cases speak of
    # reminders by mail, and of nothing else.
    if "consents" in snapshot.layouts:
        rows = [
            row
            for row in snapshot.consents_by_case.get(number, ())
            if _is(row.purpose, wanted) and (wanted != FEEDBACK or _is(row.recipient, office))
        ]
    elif snapshot.unread_consents:
        return Permission()
    elif wanted == REMINDER:
        return Permission(case.consent_on, case.withdrawn_on) if channel == "email" else Permission()
    else:
        rows = declared
    given = [row for row in rows if row.channel is CHANNELS[channel] and row.given_on and row.given_on <= today]
    # One that still holds comes before a newer one that has ended or was withdrawn.
    best = max(given, key=lambda row: (_holds(row, today), row.given_on or date.min, row.line), default=None)
    # A withdrawal on a row whose channel cannot be made out is taken for one of this channel, too.
    withdrawn = [
        row.withdrawn_on for row in (*rows, *declared) if row.withdrawn_on and row.channel in {None, CHANNELS[channel]}
    ]
    if best is None:
        return Permission(withdrawn_on=max(withdrawn, default=None))
    tab = snapshot.layouts[best.row.table].tab if best.row.table in snapshot.layouts else ""
    return Permission(best.given_on, max(withdrawn, default=None), best.valid_until, best.line, tab)


def _is(word: str | None, wanted: str) -> bool:
    return bool(wanted) and (word or "").casefold() == wanted.casefold()


def _holds(row: Consent, today: date) -> bool:
    return (row.valid_until is None or today <= row.valid_until) and row.withdrawn_on is None
