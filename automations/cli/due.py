"""`kim run --due`: what the schedule owes, for cron and the like. It is asked every few minutes, mostly in vain: then
nothing is loaded but site.toml and the ledger.
"""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from automations.cli.clock import make_clock
from automations.cli.output import Output
from automations.cli.usage import ATTENTION, DONE, STATUSES, UsageError
from automations.config.files import read_premises
from automations.config.models import Premises
from automations.engine.parts import make_inbox, open_books, open_workbooks
from automations.ledger import Ledger, LedgerError
from automations.model.values import to_plain
from automations.service.owed import Owed, Watched, next_look, what_is_owed
from automations.workbooks.protocol import Workbook, WorkbookError

if TYPE_CHECKING:
    from automations.messages.inbox import Inbox


_WAITING = ("queued", "retry", "held", "unknown", "failed")


@dataclass(frozen=True)
class _Post:
    """What a look at the schedule needs."""

    site: Premises
    ledger: Ledger
    workbooks: Mapping[str, Workbook]
    inbox: Inbox | None


def due(arguments: Namespace) -> int:
    """What is owed is done, and told as `kim run` tells it."""
    site = read_premises(Path(arguments.site))
    if arguments.jobs or arguments.accept:
        raise UsageError(site.facts.texts.say("With --due whole runs are done: it takes no JOB and no --accept."))
    clock = make_clock(site, arguments.at)
    output, say = Output(arguments.json, silent=arguments.brief), site.facts.texts
    with _open(site, clock()) as post:
        owed = _owed(arguments, post, clock)
        if owed is None:
            print_nothing(output, say.say("Nothing is due."))
            print_brief(arguments, post, clock)
            return DONE
        if owed.why == "unchanged":
            status, outcome = _unchanged(post, output)
            print_brief(arguments, post, clock, outcome=outcome, why=owed.why, occurrence=owed.occurrence)
            return status
    from automations.cli.runs import do_owed_run

    return do_owed_run(arguments, owed)


def _owed(arguments: Namespace, post: _Post, clock: Callable[[], datetime]) -> Owed | None:
    try:
        return what_is_owed(post, clock)
    except (LedgerError, WorkbookError):
        raise
    except Exception as error:
        from automations.cli.runs import tell_fallen

        tell_fallen(arguments, error)
        raise


@contextmanager
def _open(site: Premises, now: datetime) -> Iterator[_Post]:
    with open_books(site, now) as ledger:
        yield _Post(site, ledger, open_workbooks(site), make_inbox(site))


def _unchanged(post: _Post, output: Output) -> tuple[int, str]:
    """A run that would find everything as the last one left it; what stood in its way then still does."""
    say = post.site.facts.texts
    last = next(iter(post.ledger.runs(1)), None)
    outcome = last.outcome if last else "done"
    sentence = say.say("Nothing is new since the run {run}; nothing was done.", run=last.run if last else "")
    print_nothing(output, sentence, outcome=outcome)
    for trouble in last.trouble if last else ():
        output.line(trouble, "red")
    return STATUSES.get(outcome, ATTENTION), outcome


def print_brief(
    arguments: Namespace, watched: Watched, clock: Callable[[], datetime], *, outcome: str = "nothing due",
    why: str = "", occurrence: str = "", run: str = "", kinds: Sequence[str] = (),
) -> None:  # fmt: skip
    """With `--brief`: one line of JSON, for whoever watches many sites. It names no row, person or address, and says
    when something may be due again and what waits in the outbox."""
    if not arguments.brief:
        return
    seen, now = watched.ledger.glance(), clock()
    waits = {state: n for state, n in seen.mails.items() if state in _WAITING}
    brief = {
        "outcome": outcome, "why": why, "occurrence": occurrence, "run": run, "kinds": kinds, "mails": waits,
        "hold": seen.held, "at": now, "next": next_look(watched, now), "backup": seen.backup,
    }  # fmt: skip
    sys.stdout.write(json.dumps(to_plain(brief)) + "\n")


def print_nothing(output: Output, sentence: str, *, outcome: str = "nothing due") -> None:
    """That there was nothing to do."""
    output.document({"outcome": outcome, "edits": [], "mails": [], "tabs": [], "problems": [], "jobs": {}})
    output.line(sentence)
