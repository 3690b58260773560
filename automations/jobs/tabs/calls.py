"""Tab `Anrufliste` as kim begins it: who calls whom, until when, in which language, with what to say."""

from __future__ import annotations

from automations.jobs.calling.rows import COLUMNS, cells
from automations.jobs.tabs.common import Frame, head
from automations.model.snapshot import Snapshot
from automations.model.tabdoc import Block, Column, Grid, TabCell, Text


def blocks(frame: Frame, snapshot: Snapshot) -> tuple[Block, ...]:
    """The calls that are due, the soonest first; without one, only what the tab is for."""
    say = frame.say
    calls = sorted(snapshot.calls, key=lambda call: (call.by, call.caller, call.key))
    sentence = say.say(
        "People who get no email and may be called. Leave no message with anybody else. Please enter the result: who"
        " was not reached does not know yet."
    )
    above = head(frame, say.say("Calls"), sentence)
    if not calls:
        # No empty table: the tab becomes one of the team's own with its first row, and kim adds to it from then on.
        return (*above, Text(say.say("Nobody needs to be called.")))
    found = [cells(call, snapshot, say) for call in calls]
    rows = tuple(
        tuple(TabCell(row.get(name), "date" if name == "by" else "plain") for name in COLUMNS) for row in found
    )
    columns = tuple(
        Column(say.name("calls", title), width, wrap=name in {"sentence", "theirs", "cause"})
        for name, (title, width) in COLUMNS.items()
    )
    return (*above, Grid("calls", columns, rows, filter=True, freeze=True))
