"""What an older copy of a workbook took from people: rows that say again what they said before, answers that are gone.

Nothing is decided from such a row, and no mail leaves for it, until somebody changes it or says that it holds. A lost
answer goes on counting until the cell is changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from msgspec import Struct, field, structs

from automations.common.texts import Texts
from automations.engine.older_copies import Known
from automations.engine.outcomes import Lost
from automations.engine.trail import trail_of
from automations.ledger.book import Ledger
from automations.model.decisions import answer, ask, lead
from automations.model.fact_kinds.sightings import AnswerLost, AnswersRead, RowReverted, RowsMoved
from automations.model.history import History
from automations.model.plan import EditGroup, Fact
from automations.model.problems import Problem
from automations.model.records import Answer
from automations.model.snapshot import Snapshot
from automations.model.values import Plain, RowKey, digest

_REVERTED = "reverted"
_JOB = "decisions"
_NAMED = 8
_SEPARATOR = "/"
_OURS = "decisions"  # its rows are asked by kim; answers are looked after by themselves


class Seen(Struct, frozen=True):
    """The rows of a look, with the fingerprints of what staff typed: now and at the last look. `stale` are
    workbooks that are one run old."""

    rows: Known
    known: Known
    stale: frozenset[str] = field(default_factory=frozenset)


def without_lost(ledger: Ledger, snapshot: Snapshot, history: History, seen: Seen, now: datetime, say: Texts) -> Lost:
    """The tables with lost answers as they were, and problems for what people must look at."""
    moved = _Moved.of(ledger, seen)
    fresh = {row: mark for row, mark in seen.rows.items() if row.workbook in seen.stale and moved.is_old(row, mark)}
    if fresh and answer(_key(fresh), snapshot, history) is Answer.YES:
        fresh = {}
    before = _reverted(ledger, snapshot, history, seen.rows)
    rows = {**before, **fresh}
    groups, asked = _question(fresh, snapshot, history, now, say)
    # The fingerprints are remembered in any case: which save was an old one shows only with the next.
    facts = [*moved.facts(), *asked, *_rows_to_remember(ledger, fresh, rows, groups)]
    answers = _Answers(ledger, snapshot, seen.stale)
    snapshot = structs.replace(
        snapshot,
        decisions=answers.decisions,
        problems=(*snapshot.problems, *_of_rows(rows, snapshot, say), *answers.problems(say)),
    )
    return Lost(snapshot, frozenset(rows), (*facts, *answers.facts()), groups)


class _Moved(Struct):
    """Rows that people changed since the write before the last, with the fingerprints that they had: by these a row
    is known that only says again what it said before."""

    ledger: Ledger
    by_workbook: dict[str, dict[str, dict[str, str]]]

    @classmethod
    def of(cls, ledger: Ledger, seen: Seen) -> _Moved:
        """As remembered, with what moved since the last look; what is older than any copy that counts as one run
        old is forgotten."""
        found: dict[str, dict[str, dict[str, str]]] = {}
        for name in {row.workbook for row in seen.rows}:
            trail, known = trail_of(ledger, name), (ledger.fact(RowsMoved, name) or RowsMoved()).entries
            kept = {
                # Fingerprints of the last runs alone: an old value that somebody types again a month later is a
                # decision.
                row: {m: run for m, run in _marks(marks).items() if run in trail.since}
                for row, marks in known.items()
            }
            found[name] = {row: marks for row, marks in kept.items() if marks}
            for row, mark in seen.known.items():
                if row.workbook == name and row.table != _OURS and seen.rows.get(row, mark) != mark:
                    found[name].setdefault(_name(row), {})[mark] = trail.run
        return cls(ledger, found)

    def is_old(self, row: RowKey, mark: str) -> bool:
        return mark in self.by_workbook.get(row.workbook, {}).get(_name(row), ())

    def facts(self) -> Iterator[Fact]:
        for name, rows in self.by_workbook.items():
            if rows or self.ledger.fact(RowsMoved, name):
                yield RowsMoved(rows).under(name)


def _marks(known: Plain) -> Mapping[str, str]:
    return {mark: str(run) for mark, run in known.items()} if isinstance(known, Mapping) else {}


class _Answers(Struct, dict=True):
    """Answers as they were read last, and those that an older copy lacks."""

    ledger: Ledger
    snapshot: Snapshot
    stale: Collection[str]

    def __post_init__(self) -> None:
        layout = self.snapshot.layouts.get("decisions")
        self.workbook = layout.workbook if layout else ""
        self.tab = layout.tab if layout else ""
        self.read = {one.number: _said(one.decision) for one in self.snapshot.decisions if one.number}
        self.known = {
            key: lost
            for key, lost in self.ledger.facts_of(AnswerLost).items()
            # As long as the cell says what the old copy said; whatever else is typed there counts at once.
            if lost.holds and self.read.get(key) == lost.stands
        }
        if self.workbook in self.stale:
            last = (self.ledger.fact(AnswersRead, self.workbook) or AnswersRead()).texts()
            self.known |= {
                number: AnswerLost(self.read[number], holds)
                for number, holds in last.items()
                if number in self.read and self.read[number] != holds
            }
        self.decisions = tuple(
            structs.replace(one, decision=Answer(self.known[one.number].holds)) if one.number in self.known else one
            for one in self.snapshot.decisions
        )

    def facts(self) -> Iterator[Fact]:
        for number, lost in self.known.items():
            yield lost.under(number)
        for number in self.ledger.facts_of(AnswerLost):
            if number not in self.known:
                yield AnswerLost().under(number)
        if self.workbook:
            given = {one.number: _said(one.decision) for one in self.decisions if one.number and one.decision}
            yield AnswersRead(given).under(self.workbook)

    def problems(self, say: Texts) -> Iterator[Problem]:
        for one in self.decisions:
            if one.number in self.known and one.decision:
                message = say.say(
                    "The answer to {number} went lost when an older version of the workbook was saved; it goes on"
                    " counting.",
                    number=one.number,
                )  # fmt: skip
                advice = say.say("Please type the answer again, or another one: then that counts.")
                yield Problem(
                    "answer_lost", message, advice, "error", workbook=self.workbook, table="decisions", tab=self.tab,
                    row=one.line or None, field="decision", key=one.number or "", who="lead",
                )  # fmt: skip


def _said(decision: Answer | None) -> str:
    return decision.value if decision else ""


def _reverted(ledger: Ledger, snapshot: Snapshot, history: History, rows: Known) -> dict[RowKey, str]:
    """Rows of earlier older copies that nobody touched since, nor said that they hold."""
    found = {}
    for name, known in ledger.facts_of(RowReverted).items():
        row = RowKey(*name.split(_SEPARATOR, 2))
        holds = answer(known.asked, snapshot, history) is Answer.YES
        if known.fingerprint and rows.get(row) == known.fingerprint and not holds:
            found[row] = known.fingerprint
    return found


def _rows_to_remember(ledger: Ledger, fresh: Known, rows: Known, groups: Collection[EditGroup]) -> Iterator[Fact]:
    key = next((group.id.removeprefix("ask/") for group in groups), "")
    for row, mark in fresh.items():
        yield RowReverted(mark, key or _key(fresh)).under(_place(row))
    for name, known in ledger.facts_of(RowReverted).items():
        if known.fingerprint and RowKey(*name.split(_SEPARATOR, 2)) not in rows:
            # Blank instead of gone: facts are never deleted but by erasure.
            yield RowReverted("", known.asked).under(name)


def _question(
    fresh: Known, snapshot: Snapshot, history: History, now: datetime, say: Texts
) -> tuple[tuple[EditGroup, ...], tuple[Fact, ...]]:
    if not fresh:
        return (), ()
    keys = sorted({row.key for row in fresh})
    named = ", ".join([*keys[:_NAMED], *(["…"] if len(keys) > _NAMED else [])])
    text = say.count(
        "Saving an older version of the workbook made {n} row say what it said before: {rows}. Does that hold?",
        "Saving an older version of the workbook made {n} rows say what they said before: {rows}. Does that hold?",
        len(keys), rows=named,
    )  # fmt: skip
    proposal = say.say("yes: it holds. Otherwise please correct the rows.")
    terms = lead(now.date(), say.say("kim sends nothing about them."), say, urgent=True)
    return ask(_key(fresh), text, proposal, keys[0], snapshot, history, _JOB, now, terms, say)


def _key(fresh: Known) -> str:
    return f"{_REVERTED}/{digest(*(f'{_place(row)} {mark}' for row, mark in sorted(fresh.items())))}"


def _of_rows(rows: Known, snapshot: Snapshot, say: Texts) -> Iterator[Problem]:
    for row in sorted(rows):
        layout, stands = snapshot.layouts.get(row.table), snapshot.rows.get(row)
        yield Problem(
            "row_reverted",
            say.say("An older version of the workbook was saved over this row: it says again what it said before."),
            say.say("Please correct it, or answer the question about it in the tab of decisions; until then kim sends"
                    " nothing about it."),
            "error", workbook=row.workbook, table=row.table,
            tab=(stands.tab if stands else "") or (layout.tab if layout else ""),
            row=stands.number if stands else None, key=row.key, who="lead",
        )  # fmt: skip


def _name(row: RowKey) -> str:
    return f"{row.table}{_SEPARATOR}{row.key}"


def _place(row: RowKey) -> str:
    return f"{row.workbook}{_SEPARATOR}{_name(row)}"
