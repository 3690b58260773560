"""Writes down when things changed: since when a case is in its phase, when a decision was dealt with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from msgspec.structs import replace

from automations.common.texts import Texts
from automations.jobs.protocol import READS_NOTHING
from automations.model.fact_kinds.sightings import Phase
from automations.model.history import History
from automations.model.plan import CellEdit, EditGroup, Fact, Plan
from automations.model.records import Answer, Case, Record
from automations.model.settings import JobSettings
from automations.model.snapshot import Snapshot


class RecordChangesSettings(JobSettings):
    """Nothing to set beyond the site itself."""


class RecordChanges:
    """Job `record_changes`: fills `Phase seit` when staff change a phase, and `erledigt am` when an
    answer in the tab of decisions was read. What staff type there themselves stands: a day that is
    another one than when the phase was last seen came with the new phase."""

    name = "record_changes"
    Settings = RecordChangesSettings
    reads = READS_NOTHING

    def plan(self, snapshot: Snapshot, settings: RecordChangesSettings, now: datetime, history: History) -> Plan:
        """Edits of `phase_since` and `done_on`, and facts that remember the phases.

        When a workbook is first met its phases are only remembered."""
        say = settings.site.texts
        today = settings.site.today(now)
        groups: list[EditGroup] = []
        facts: list[Fact] = []
        for case in snapshot.cases:
            if case.usable and case.number and case.phase and case.row not in snapshot.unsettled:
                wanted = tuple(self._since(case, today, snapshot, history, say))
                groups += wanted
                seen = _seen(case, case.phase_since)
                # With an edit the fact comes in its group: what could not be written was not seen.
                facts += [] if wanted or history.fact(Phase, case.number) == seen else [seen.under(case.number)]
        groups += self._dealt_with(snapshot, today, history, say)
        return Plan(self.name, groups=tuple(groups), facts=tuple(facts))

    @staticmethod
    def _since(case: Case, today: date, snapshot: Snapshot, history: History, say: Texts) -> Iterator[EditGroup]:
        known = history.fact(Phase, case.number or "")
        # A day that was typed with the new phase is the truth: staff often enter on Monday what was on Friday.
        same_phase, typed = known is not None and known.phase == case.phase, _was_typed(case, known)
        # When kim meets a workbook nobody knows since when its phases hold; today would be a lie.
        if history.adopting or same_phase or typed or case.phase_since == today:
            return
        # The first phase of a new case began when it came in, not when kim first read the row.
        since = today if known else case.received or today
        why = say.say("The phase was changed.") if known else say.say("A new case begins with its first phase.")
        for group in _show(case, "phase_since", since, why, ("phase",), snapshot):
            yield replace(group, facts=(_seen(case, since).under(case.number or ""),))

    @staticmethod
    def _dealt_with(snapshot: Snapshot, today: date, history: History, say: Texts) -> Iterator[EditGroup]:
        asked = set(history.questions.values())
        for decision in snapshot.decisions:
            answered = decision.decision in {Answer.YES, Answer.NO}
            # Of kim's own questions alone; "later" leaves the question open.
            if answered and decision.number in asked and decision.done_on is None:
                yield from _show(decision, "done_on", today, say.say("The answer was read."), ("decision",), snapshot)


def _seen(case: Case, since: date | None) -> Phase:
    """The phase, and the day beside it, as they stand once this run is over."""
    return Phase(case.phase or "", since.isoformat() if since else "")


def _was_typed(case: Case, known: Phase | None) -> bool:
    """Whether people filled in the day since the phase was last seen. Of phases that were seen before days
    were remembered it cannot be told; a case that is new with a day has it from people."""
    if case.phase_since is None:
        return False
    day = case.phase_since.isoformat()
    return known is None or known.since not in {None, day}


def _show(
    record: Record, field: str, new: date, why: str, guards: tuple[str, ...], snapshot: Snapshot
) -> Iterator[EditGroup]:
    layout, row = snapshot.layouts.get(record.row.table), snapshot.rows.get(record.row)
    if layout is None or row is None or field not in layout.writable or field in record.bad:
        return
    yield EditGroup(
        f"{field}/{record.row.key}", record.row, (CellEdit(field, row.value(field), new),), RecordChanges.name, why,
        guards=row.guards(*guards),
    )  # fmt: skip
