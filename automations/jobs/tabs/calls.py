"""Tab `Anrufliste`: who calls whom, when, in which language, with what to say."""

from __future__ import annotations

from automations.jobs.tabs.common import Frame, head
from automations.model.snapshot import Snapshot
from automations.model.tabdoc import Block, Column, Grid, Link, TabCell


def blocks(frame: Frame, snapshot: Snapshot) -> tuple[Block, ...]:
    """The calls that are due, the soonest first."""
    say = frame.say
    calls = sorted(snapshot.calls, key=lambda call: (call.by, call.caller, call.key))
    rows = []
    for call in calls:
        language = frame.word("cases", "languages", call.language)
        case = snapshot.case_by_number.get(call.case)
        target = Link(case.row.workbook, "cases", case.row.key, "phone") if case else None
        late = call.by < frame.today
        rows.append((
            TabCell(call.by, "bad" if late else "date"), TabCell(call.caller or frame.nobody()),
            TabCell(call.case, link=target), TabCell(call.phone),
            TabCell(language), TabCell(call.sentence), TabCell(call.why, "muted"),
        ))  # fmt: skip
    columns = (
        Column(say.say("Call by"), 12, "date"), Column(say.say("Who calls"), 13), Column(say.say("Case"), 17),
        Column(say.say("Phone"), 20), Column(say.say("Language"), 14), Column(say.say("What to say"), 70, wrap=True),
        Column(say.say("Why"), 34, wrap=True),
    )  # fmt: skip
    sentence = say.say("People who get no email and may be called. Leave no message with anybody else.")
    empty = say.say("Nobody needs to be called.")
    grid = Grid("calls", columns, tuple(rows), empty=empty, filter=True, freeze=True)
    return (*head(frame, say.say("Calls"), sentence), grid)
