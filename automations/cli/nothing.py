"""What `kim run` says where nothing was to be done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import structs

from automations.cli.exit_status import ATTENTION, STATUSES
from automations.cli.output import Output
from automations.engine.last_look import Grounds
from automations.model.problems import Problem

if TYPE_CHECKING:
    from automations.ledger.glimpse import Answering

Problems = Sequence[Mapping[str, object]]  # what a run found, as its JSON document has it


def print_unchanged(
    site: Grounds, ledger: Answering, output: Output, now: datetime, problems: Problems, seconds: float
) -> tuple[int, str]:
    """A run that would find everything as the last one left it; what was wrong and what stood in its way still is and
    does. `seconds` is how long it took to see that. Returns the exit status and the outcome."""
    say = site.facts.texts
    last = next(iter(ledger.runs(1)), None)
    outcome = last.outcome if last else "done"
    sentence = say.say("Nothing is new since the run {run}; nothing was done.", run=last.run if last else "")
    stopped = trouble_problems(last.trouble if last else (), [str(one["message"]) for one in problems])
    whole = (*problems, *map(structs.asdict, stopped))
    print_nothing(output, sentence, outcome=outcome, at=now, problems=whole, seconds={"start": seconds})
    output.table([say.say("What happened"), ""], [(say.say("Problems shown"), len(problems))] if problems else [])
    for trouble in last.trouble if last else ():
        output.line(trouble, "red")
    for problem in problems:
        # What is wrong in rows stands in the workbook, for those who type there.
        if problem.get("who") == "operator":
            output.line(f"{problem['message']} {problem['advice']}", "red")
    return STATUSES.get(outcome, ATTENTION), outcome


def trouble_problems(troubles: Iterable[str], said: Collection[str]) -> list[Problem]:
    """What stopped something and is no problem of a row, such as a mail server that is not there: as the document has
    it. `said` are sentences that stand there already."""
    told = [trouble for trouble in troubles if not any(trouble in one or (one and one in trouble) for one in said)]
    return [Problem("trouble", trouble, severity="error", who="operator") for trouble in told]


def print_nothing(
    output: Output, sentence: str, *, outcome: str = "nothing due", at: datetime | None = None,
    problems: Problems = (), seconds: Mapping[str, float] = MappingProxyType({}),
) -> None:  # fmt: skip
    """That there was nothing to do."""
    nothing: dict[str, object] = {"run": "", "at": at} if at else {}
    nothing |= {"outcome": outcome, "edits": [], "mails": [], "tabs": [], "problems": problems, "jobs": {}}
    output.document(nothing | ({"seconds": seconds} if seconds else {}))
    output.line(sentence)
