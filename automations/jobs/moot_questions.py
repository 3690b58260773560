"""Questions that wait for an answer while the world goes on: nobody needs to answer any more, as what they ask about
has come right by itself, or what they propose is another number by now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from automations.common.texts import Texts
from automations.model.decisions import question_number
from automations.model.plan import CellEdit, EditGroup
from automations.model.records import Answer
from automations.model.snapshot import Snapshot
from automations.model.values import Value


def moot(key: str, snapshot: Snapshot, job: str, today: date, say: Texts) -> Iterator[EditGroup]:
    """The edit that marks a question as done, where nobody has answered it; what people typed stays."""
    said: dict[str, Value] = {
        "proposal": say.say("Nothing to do any more: it has come right by itself."),
        "done_on": today,
    }
    why = say.say("What the client was told is true again, or told anew.")
    yield from _said(f"moot/{key}", key, said, snapshot, job, why, open_for={None, Answer.LATER})


def renewed(key: str, proposal: str, snapshot: Snapshot, job: str, say: Texts) -> Iterator[EditGroup]:
    """The edit by which a question that nobody has answered proposes what a yes would do today."""
    why = say.say("What a yes would do by now.")
    yield from _said(f"renewed/{key}", key, {"proposal": proposal}, snapshot, job, why, open_for={None})


def _said(
    group: str, key: str, said: Mapping[str, Value], snapshot: Snapshot, job: str, why: str,
    *, open_for: set[Answer | None],
) -> Iterator[EditGroup]:  # fmt: skip
    number, layout = question_number(key), snapshot.layouts.get("decisions")
    asked = next((row for row in snapshot.decisions if row.number == number), None)
    stands = snapshot.rows.get(asked.row) if asked else None
    if layout is None or asked is None or stands is None or asked.done_on or "decision" in asked.bad:
        return
    if asked.decision not in open_for:
        return
    news = ((name, stands.value(name), new) for name, new in said.items() if name in layout.writable)
    edits = tuple(CellEdit(name, old, new) for name, old, new in news if old != new)
    if edits:
        yield EditGroup(group, asked.row, edits, job, why, guards=stands.guards("decision"))
