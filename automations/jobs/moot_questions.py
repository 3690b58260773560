"""Questions that nobody needs to answer any more, as what they ask about has come right by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from automations.common.texts import Texts
from automations.model.decisions import question_number
from automations.model.plan import CellEdit, EditGroup
from automations.model.records import Answer
from automations.model.snapshot import Snapshot
from automations.model.values import Value


def moot(key: str, snapshot: Snapshot, job: str, today: date, say: Texts) -> Iterator[EditGroup]:
    """The edit that marks a question as done, where nobody has answered it; what people typed stays."""
    number, layout = question_number(key), snapshot.layouts.get("decisions")
    asked = next((row for row in snapshot.decisions if row.number == number), None)
    stands = snapshot.rows.get(asked.row) if asked else None
    if layout is None or asked is None or stands is None or asked.done_on or "decision" in asked.bad:
        return
    if asked.decision in {Answer.YES, Answer.NO}:
        return
    said: dict[str, Value] = {
        "proposal": say.say("Nothing to do any more: it has come right by itself."),
        "done_on": today,
    }
    edits = tuple(CellEdit(name, stands.value(name), new) for name, new in said.items() if name in layout.writable)
    if edits:
        why = say.say("What the client was told is true again, or told anew.")
        yield EditGroup(f"moot/{key}", asked.row, edits, job, why, guards=stands.guards("decision"))
