"""Tab `Anrufliste` as kim begins it: who calls whom, until when, in which language, with what to say."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from automations.common.texts import Texts
from automations.jobs.tabs.common import Frame, head
from automations.model.console import call_number
from automations.model.plan import Call
from automations.model.snapshot import Snapshot
from automations.model.tabdoc import Block, Column, Grid, TabCell, Text
from automations.model.values import Value

COLUMNS: Mapping[str, tuple[str, int]] = MappingProxyType({
    "number": ("No.", 11), "by": ("By", 11), "caller": ("Who calls", 9), "case": ("Case no.", 14),
    "name": ("Name", 14), "phone": ("Phone", 14), "language": ("Language", 11), "sentence": ("What to say", 31),
    "theirs": ("In their language", 24), "cause": ("Why", 15), "result": ("Result", 13), "done_by": ("Done by", 8),
    "done_on": ("Done on", 11),
})  # fmt: skip
"""Heading (English, to be translated) and width of each column; the last three are for people."""


def unread(snapshot: Snapshot) -> bool:
    """Whether the tab of the list is there and cannot be read, as headings were changed: what people ticked off in it
    must not be lost."""
    return any(one.table == "calls" and one.severity == "error" for one in snapshot.problems)


def number_of(call: Call) -> str:
    """The number of a call in the list."""
    return call_number(call.key, call.phone)


def cells(call: Call, snapshot: Snapshot, say: Texts) -> Mapping[str, Value]:
    """What kim writes into the row."""
    # The team's own word for the language first, as it stands in their column.
    language = snapshot.words.get(("cases", "languages", call.language)) or say.spoken(call.language)
    return {
        "number": number_of(call),
        "by": call.by,
        "caller": call.caller or say.say("(nobody yet)"),
        "case": call.case,
        "name": call.name or None,
        "phone": call.phone,
        "language": language,
        "sentence": call.sentence,
        "theirs": call.theirs or None,
        "cause": call.why,
    }


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
