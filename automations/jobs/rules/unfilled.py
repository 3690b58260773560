"""What a rule asked for and got a yes to, but may not fill in: somebody typed into the cell since, or before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from automations.jobs.rules.desk import Desk, Ready, heading
from automations.jobs.rules.edits import Change, shown_value
from automations.model.problems import Problem


def unfilled(ready: Ready, changes: Iterable[Change], desk: Desk) -> Iterator[Problem]:
    """A problem at each row whose question was answered yes in vain; what is typed there stays, so people must."""
    rule, say = ready.rule, desk.words.say
    wanted = ", ".join(f"{heading(name, rule.table, desk)} = {shown_value(to, desk)}" for name, to in rule.set.items())
    for change in changes if rule.action == "ask" else ():
        # In vain only where nothing could be filled in: of several cells one that took it is seen in the row.
        if change.reason != "typed" or change.groups:
            continue
        record, field = change.look.record, next(iter(rule.set))
        yield Problem(
            code="yes_not_filled",
            message=say("The answer was yes, but the cell has words of its own; they stay."),
            advice=say("Please enter it yourself ({what}), or answer no.", what=wanted),
            **desk.snapshot.where(record, field),
            key=record.row.key,
        )
