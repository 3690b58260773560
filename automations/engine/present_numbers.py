"""The past under the numbers that rows have now, as the jobs look at it.

Somebody whose case got another number is the same reader still: nothing is told a second time, and what they answer to
a mail that left before is their answer. Which rows those are the ledger knows from when it saw the number change; for
what was told before that, the former number is nobody's, and the appointment's present client has the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, structs

from automations.engine.call_results import with_calls
from automations.jobs.reminding.differences import identity
from automations.model.fact_kinds.messages import Letter
from automations.model.fact_kinds.sightings import Renumbered
from automations.model.fact_kinds.team_rules import RuleCells, RuleOccasion, RuleRows
from automations.model.history import History
from automations.model.records import Appointment, Case
from automations.model.snapshot import Snapshot
from automations.model.told import Told, address_digest
from automations.model.values import Plain, RowKey, digest, is_draft


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
            _renumbered(one, row.case) if one.case in former else one for one in history.told[row.number]
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


def renumbered(history: History, former: Mapping[RowKey, str]) -> History:
    """The history, which knows the numbers that rows had before this look. A row whose number was emptied gets the
    same one again."""
    if not former:
        return history
    given = {row: old for row, old in former.items() if is_draft(row.key)}
    facts = {**history.facts}
    for row, old in former.items():
        if row not in given:
            facts.pop((Renumbered.kind, f"{row.table}/{row.key}"), None)
            facts[Renumbered.kind, f"{row.table}/{old}"] = Renumbered(row.key).plain()
    return structs.replace(history, facts=facts, reserved={**history.reserved, **given})


def with_present_numbers(snapshot: Snapshot, history: History) -> Snapshot:
    """The tables, in which an appointment that still names the former number of its case is that case's."""
    numbers = _names(history, snapshot).numbers if _knows_any(history) else {}
    return snapshot.with_present_numbers(numbers) if numbers else snapshot


def _knows_any(history: History) -> bool:
    return any(kind == Renumbered.kind for kind, _ in history.facts)


class _Names(Struct, frozen=True):
    """What stands for a row in the keys of what is remembered, now, by what stood for it: the numbers of cases and
    appointments, and the digests of these and of the keys of a team's own rows."""

    numbers: Mapping[str, str]
    names: Mapping[str, str]

    def path(self, text: str) -> str:
        """A key, whose parts may be numbers."""
        return "/".join([self.names.get(part, part) for part in text.split("/")])

    def paths(self, kept: Mapping[str, Any]) -> dict[str, Any]:
        """All that is kept by such keys. What stands under the present one already is newer."""
        return {self.path(key): value for key, value in kept.items()} | {
            key: value for key, value in kept.items() if self.path(key) == key
        }

    def marks(self, text: str) -> str:
        """Marks of rows joined by blanks, each with what was noted of it."""
        parts = (one.partition(":") for one in text.split(" "))
        return " ".join([self.names.get(mark, mark) + sign + noted for mark, sign, noted in parts])

    def fact(self, kind: str, data: Mapping[str, Plain]) -> dict[str, Plain]:
        """What a fact says."""
        turned = self.marks if kind in _OF_MARKS else self.path
        return {name: turned(value) if isinstance(value, str) else value for name, value in data.items()}


_OF_MARKS = frozenset({RuleRows.kind, RuleCells.kind, RuleOccasion.kind})


def _names(history: History, snapshot: Snapshot) -> _Names:
    numbers: dict[str, str] = {}
    names: dict[str, str] = {}
    standing = {table: {record.row.key for record in snapshot.table(table)} for table in snapshot.schema}
    for place in history.facts_of(Renumbered):
        table, _, old = place.partition("/")
        now = history.number_now(table, old)
        # A number that is somebody's again says nothing of whose it was.
        if old not in standing.get(table, ()) and now in standing.get(table, ()):
            marks = ((digest(old), digest(now)), (digest(table, old), digest(table, now)))
            names |= {before[:size]: mark[:size] for before, mark in marks for size in _SIZES}
            if not snapshot.schema[table].own:
                numbers[old] = now
    return _Names(numbers, names | numbers)


_SIZES = (8, 10, 12, 20)  # of the digests by which keys of questions and mails name a row


def under_present_numbers(history: History, snapshot: Snapshot) -> History:
    """What is remembered of rows whose numbers the ledger saw change, as if they had always had the present ones."""
    found = _names(history, snapshot) if _knows_any(history) else None
    if found is None or not found.names:
        return history
    now, numbers = found.path, found.numbers
    facts = {
        (kind, now(key) if kind != Renumbered.kind else key): found.fact(kind, data)
        for (kind, key), data in history.facts.items()
    }
    kept = {place: data for place, data in history.facts.items() if now(place[1]) == place[1]}
    return structs.replace(
        history,
        mails={
            key: structs.replace(one, case=now(one.case), subject_key=now(one.subject_key))
            for key, one in found.paths(history.mails).items()
        },
        versions={**history.versions, **_moved(history.versions, numbers)},
        told={
            key: tuple(structs.replace(_renumbered(one, now(one.case)), subject=now(one.subject)) for one in entries)
            for key, entries in found.paths(history.told).items()
        },
        replies={
            key: tuple(structs.replace(one, case=now(one.case), appointment=now(one.appointment)) for one in some)
            for key, some in found.paths(history.replies).items()
        },
        questions=found.paths(history.questions),
        asked_on=found.paths(history.asked_on),
        answers=found.paths(history.answers),
        vetoes=tuple(
            structs.replace(one, row=structs.replace(one.row, key=now(one.row.key))) for one in history.vetoes
        ),
        objected={**history.objected, **_moved(history.objected, numbers)},
        projected=frozenset(map(now, history.projected)),
        facts=facts | kept,
    )


def _moved(kept: Mapping[str, Any], numbers: Mapping[str, str]) -> dict[str, Any]:
    return {new: kept[old] for old, new in numbers.items() if old in kept and new not in kept}


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


def _renumbered(told: Told, number: str) -> Told:
    content: dict[str, Plain] = {**told.content, "printed": {**told.printed, "person": number}}
    return structs.replace(told, case=number, content=content if told.printed else told.content)
