"""A call as a row of the list: the same cells whether kim begins the tab with it or adds it to the others."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from automations.common.texts import Texts
from automations.model.call_rows import call_number
from automations.model.plan import Call
from automations.model.snapshot import Snapshot
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
