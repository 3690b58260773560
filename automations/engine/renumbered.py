"""What is remembered of rows whose numbers the ledger saw change (`former_numbers`), under the numbers that they have
now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from msgspec import Struct, structs

from automations.model.fact_kinds.sightings import Renumbered
from automations.model.fact_kinds.team_rules import RuleCells, RuleOccasion, RuleRows
from automations.model.history import History, MailRecord, Reply
from automations.model.snapshot import Snapshot
from automations.model.told import Told
from automations.model.values import Plain, RowKey, digest, is_draft

T = TypeVar("T")

_SIZES = (8, 10, 12, 20)  # of the digests by which keys of questions and mails name a row
_OF_MARKS = frozenset({RuleRows.kind, RuleCells.kind, RuleOccasion.kind})


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
    numbers = _names(history, snapshot).numbers
    return snapshot.with_present_numbers(numbers) if numbers else snapshot


def under_present_numbers(history: History, snapshot: Snapshot) -> History:
    """What is remembered of such rows, as if they had always had the present numbers."""
    found = _names(history, snapshot)
    if not found.names:
        return history
    now = found.path
    return structs.replace(
        history,
        mails={key: found.mail(one) for key, one in found.paths(history.mails).items()},
        versions={**history.versions, **found.moved(history.versions)},
        told={key: tuple(map(found.told, some)) for key, some in found.together(history.told).items()},
        replies={key: tuple(map(found.reply, some)) for key, some in found.together(history.replies).items()},
        questions=found.paths(history.questions),
        asked_on=found.paths(history.asked_on),
        answers=found.paths(history.answers),
        vetoes=tuple(
            structs.replace(one, row=structs.replace(one.row, key=now(one.row.key))) for one in history.vetoes
        ),
        objected={**history.objected, **found.moved(history.objected)},
        projected=frozenset(map(now, history.projected)),
        facts=found.facts(history.facts),
    )


def told_anew(told: Told, number: str) -> Told:
    """What somebody was told whose case has another number now."""
    content: dict[str, Plain] = {**told.content, "printed": {**told.printed, "person": number}}
    return structs.replace(told, case=number, content=content if told.printed else told.content)


class _Names(Struct, frozen=True):
    """What stands for a row in the keys of what is remembered, now, by what stood for it: the numbers of cases and
    appointments, and the digests of these and of the keys of a team's own rows."""

    numbers: Mapping[str, str]
    names: Mapping[str, str]

    def path(self, text: str) -> str:
        """A key, of which a part may be a number; one such as 12/26 fills several parts."""
        if text in self.names:
            return self.names[text]
        parts = text.split("/")
        # A mere count may as well be a version, or a day: it names a row in one place alone.
        row = 0 if len(parts) == 1 else 2 if parts[0] == "rule" else 1
        names = self.names
        for end in (row + 3, row + 2):
            if end <= len(parts) and (now := names.get("/".join(parts[row:end]))):
                return "/".join([*parts[:row], now, *parts[end:]])
        return "/".join([one if one.isdecimal() and at != row else names.get(one, one) for at, one in enumerate(parts)])

    def paths(self, kept: Mapping[str, T]) -> dict[str, T]:
        """All that is kept by such keys. What stands under the present one already is newer."""
        return {self.path(key): value for key, value in kept.items()} | {
            key: value for key, value in kept.items() if self.path(key) == key
        }

    def together(self, kept: Mapping[str, tuple[T, ...]]) -> dict[str, tuple[T, ...]]:
        """The same, where what stands under both belongs together, the older first."""
        found = dict(kept)
        for old, new in self.numbers.items():
            if old in found:
                found[new] = (*found.pop(old), *found.get(new, ()))
        return found

    def moved(self, kept: Mapping[str, T]) -> dict[str, T]:
        """What is added for the present numbers."""
        return {new: kept[old] for old, new in self.numbers.items() if old in kept and new not in kept}

    def facts(self, kept: Mapping[tuple[str, str], Mapping[str, Plain]]) -> dict[tuple[str, str], Mapping[str, Plain]]:
        """The facts; which numbers there were stays known."""
        turned: dict[tuple[str, str], Mapping[str, Plain]] = {}
        own: dict[tuple[str, str], Mapping[str, Plain]] = {}
        for (kind, key), data in kept.items():
            name = key if kind == Renumbered.kind else self.path(key)
            (own if name == key else turned)[kind, name] = data if kind == Renumbered.kind else self._fact(kind, data)
        return turned | own

    def _fact(self, kind: str, data: Mapping[str, Plain]) -> dict[str, Plain]:
        turned = self._marks if kind in _OF_MARKS else self.path
        return {
            name: turned(value) if isinstance(value, str) and _may_be_of_row(name, value) else value
            for name, value in data.items()
        }

    def _marks(self, text: str) -> str:
        """Marks of rows joined by blanks, each with what was noted of it."""
        parts = (one.partition(":") for one in text.split(" "))
        return " ".join([self.names.get(mark, mark) + sign + noted for mark, sign, noted in parts])

    def mail(self, one: MailRecord) -> MailRecord:
        """A mail, by what it is about."""
        return structs.replace(one, case=self.path(one.case), subject_key=self.path(one.subject_key))

    def told(self, one: Told) -> Told:
        """What somebody was told."""
        case = self.path(one.case)
        return structs.replace(one if case == one.case else told_anew(one, case), subject=self.path(one.subject))

    def reply(self, one: Reply) -> Reply:
        """An answer."""
        return structs.replace(one, case=self.path(one.case), appointment=self.path(one.appointment))


def _may_be_of_row(name: str, value: str) -> bool:
    return not value.isdecimal() or name in {"case", "number"}


def _names(history: History, snapshot: Snapshot) -> _Names:
    known = history.facts_of(Renumbered)
    if not known:
        return _Names({}, {})
    numbers: dict[str, str] = {}
    names: dict[str, str] = {}
    standing = {table: {record.row.key for record in snapshot.table(table)} for table in snapshot.schema}
    for place in known:
        table, _, old = place.partition("/")
        now = history.number_now(table, old)
        # A number that is somebody's again says nothing of whose it was, and a mere count may be another table's.
        among = standing if old.replace("/", "").isdecimal() else {table: standing.get(table, set())}
        if any(old in keys for keys in among.values()) or now not in standing.get(table, ()):
            continue
        marks = ((digest(old), digest(now)), (digest(table, old), digest(table, now)))
        names |= {before[:size]: mark[:size] for before, mark in marks for size in _SIZES}
        if not snapshot.schema[table].own:
            numbers[old] = now
    return _Names(numbers, names | numbers)
