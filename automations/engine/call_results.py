"""What people say became of calls, as facts, and as what their clients then know.

A call that reached its client is what a mail is that arrived: nothing is said twice, and a change is told anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import structs

from automations.model.console import asked_together
from automations.model.decisions import answer
from automations.model.fact_kinds.messages import Called
from automations.model.history import History, MailRecord
from automations.model.plan import Fact
from automations.model.records import Answer
from automations.model.snapshot import Snapshot
from automations.model.told import Told

REACHED = "reached"


def new_results(history: History, snapshot: Snapshot, now: datetime) -> tuple[list[Fact], History]:
    """What the list of calls says that is not known yet, and the history with it. `now` is aware."""
    rows = {row.number: row for row in snapshot.console.calls}
    together = asked_together(history.questions)
    fresh: dict[str, Called] = {}
    for key, known in history.facts_of(Called).items():
        row = rows.get(known.row)
        result = row.result if row is not None else known.result
        asked = [f"call/{key}/wrong", f"call/{key}/late"]
        # Undone calls of one afternoon were asked about together, and the yes counts for each of them.
        asked += [together[known.row]] if known.row in together else []
        # A yes to "who tells the client?" says that the client knows, however.
        if result != REACHED and any(answer(one, snapshot, history) is Answer.YES for one in asked):
            result = REACHED
        if result != known.result:
            fresh[key] = structs.replace(known, result=result, at=now)
    facts = [called.under(key) for key, called in fresh.items()]
    data = {(Called.kind, key): called.plain() for key, called in fresh.items()}
    return facts, structs.replace(history, facts={**history.facts, **data}) if data else history


def with_calls(history: History) -> History:
    """The history in which calls that reached their clients count like mails that arrived."""
    reached = [(one.at, one) for one in history.facts_of(Called).values() if one.result == REACHED and one.at]
    if not reached:
        return history
    mails = dict(history.mails)
    told = dict(history.told)
    for at, one in sorted(reached, key=lambda found: found[0]):
        mails[one.call] = MailRecord(
            one.call, one.call.partition("/")[0], one.case, one.number, one.version, "sent", at, detail="called"
        )
        if one.number and isinstance(one.content, Mapping):
            entry = Told(one.call, "", one.case, one.number, one.version, at, channel="call", content=one.content)
            told[one.number] = tuple(sorted((*told.get(one.number, ()), entry), key=lambda each: each.at))
    return structs.replace(history, mails=mails, told=told)
