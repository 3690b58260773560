"""The past under the numbers that rows have now, as the jobs look at it.

Somebody whose case got another number is the same reader still: nothing is told a second time, and what they answer to
a mail that left before is their answer. Which rows those are the ledger knows from when it saw the number change; for
what was told before that, the former number is nobody's, and the appointment's present client has the address."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from automations.engine.call_results import with_calls
from automations.engine.renumbered import told_anew, under_present_numbers
from automations.jobs.reminding.differences import identity
from automations.model.fact_kinds.messages import Letter
from automations.model.history import History
from automations.model.records import Appointment, Case
from automations.model.snapshot import Snapshot
from automations.model.told import Told, address_digest


def for_jobs(history: History, snapshot: Snapshot) -> History:
    """The history with calls that reached their clients, and with present numbers of cases."""
    history = under_present_numbers(with_calls(history), snapshot)
    rows = [(row, _former(row, history, snapshot)) for row in snapshot.appointments if row.number in history.told]
    if not any(former for _, former in rows):
        return history
    told, replies = dict(history.told), dict(history.replies)
    objected, facts = dict(history.objected), dict(history.facts)
    letters = history.facts_of(Letter)
    for row, former in rows:
        if not former or row.number is None or row.case is None:
            continue
        told[row.number] = tuple(
            told_anew(one, row.case) if one.case in former else one for one in history.told[row.number]
        )
        replies[row.number] = tuple(
            structs.replace(one, case=row.case) if one.case in former else one
            for one in history.replies.get(row.number, ())
        )
        for key, letter in letters.items():
            if letter.appointment == row.number and letter.case in former:
                facts[Letter.kind, key] = structs.replace(letter, case=row.case).plain()
        objections = [objected[case] for case in (*former, row.case) if case in objected]
        if objections:
            objected[row.case] = max(objections)
    return structs.replace(history, told=told, replies=replies, objected=objected, facts=facts)


def _former(row: Appointment, history: History, snapshot: Snapshot) -> frozenset[str]:
    """The numbers under which the present client of an appointment was told of it."""
    entries, cases = history.told[row.number or ""], snapshot.case_by_number
    # Only while the old number is nobody's: else the entry may be another person's, and stays theirs.
    nobodys = [one for one in entries if one.case not in cases]
    now = cases.get(row.case or "")
    if not nobodys or now is None or _stands_twice(row, snapshot):
        return frozenset()
    return frozenset(one.case for one in nobodys if one.address in _ways(now) and _may_be(one, now))


def _may_be(told: Told, case: Case) -> bool:
    """Whether a case may be that of the person who was told: a child has the telephone, and the last name, of a
    parent."""
    before, now = told.content.get("who"), identity(case)
    if not isinstance(before, Mapping):
        return True  # told by an older version
    if before.get("born") and now["born"]:
        return bool(before["born"] == now["born"])
    return not before.get("names") or not now["names"] or before["names"] == now["names"]


def _stands_twice(row: Appointment, snapshot: Snapshot) -> bool:
    return sum(one.number == row.number for one in snapshot.appointments) > 1


def _ways(case: Case) -> frozenset[str]:
    return frozenset({address_digest(case.email or ""), address_digest(case.phone or "")} - {""})
