"""`kim run --due`: what the schedule owes, for cron and the like. It is asked every few minutes, mostly in vain: then
nothing is loaded but site.toml and the ledger."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from msgspec import Struct

from automations.cli.clock import make_clock
from automations.cli.exit_status import DONE, UsageError
from automations.cli.nothing import print_nothing, print_unchanged
from automations.cli.output import Output
from automations.config.files import read_premises
from automations.config.models import Premises
from automations.engine.last_findings import found_by
from automations.engine.last_look import standing_of
from automations.engine.opened_workbooks import open_workbooks
from automations.engine.parts import make_inbox, open_books
from automations.ledger.book import Ledger
from automations.ledger.errors import LedgerError
from automations.model.values import to_plain
from automations.service.due import Due, next_look, what_is_due
from automations.service.unchanged import Watched
from automations.workbooks.protocol import Workbook, WorkbookError

if TYPE_CHECKING:
    from automations.messages.inbox import Inbox


_WAITING = ("queued", "retry", "held", "unknown", "failed")


class Post(Struct, frozen=True):
    """What a look at the schedule needs."""

    site: Premises
    ledger: Ledger
    workbooks: Mapping[str, Workbook]
    inbox: Inbox | None


def due(arguments: Namespace) -> int:
    """What is due is done, and told as `kim run` tells it."""
    site = read_premises(Path(arguments.site))
    # An occurrence that was claimed for some jobs would count as done for all.
    if arguments.jobs or arguments.accept or arguments.full:
        sentence = "With --due whole runs are done: it takes no JOB, no --accept and no --full."
        raise UsageError(site.facts.texts.say(sentence))
    clock = make_clock(site, arguments.at)
    output, say = Output(arguments.json, silent=arguments.brief), site.facts.texts
    with opened_post(site, clock()) as post:
        work = _due_work(arguments, post, clock)
        if work is None:
            print_nothing(output, say.say("Nothing is due."))
            print_brief(arguments, post, clock)
            return DONE
        if work.why == "unchanged":
            problems, took = found_by(site.state, last_run(post.ledger)) or (), perf_counter() - arguments.began
            status, outcome = print_unchanged(site, post.ledger, output, clock(), problems, round(took, 3))
            print_brief(arguments, post, clock, outcome=outcome, why=work.why, occurrence=work.occurrence)
            return status
    from automations.cli.runs import do_due_run

    return do_due_run(arguments, work)


def last_run(ledger: Ledger) -> str:
    """The run that left everything as it is; "" where there was none."""
    return standing_of(ledger).run


def _due_work(arguments: Namespace, post: Post, clock: Callable[[], datetime]) -> Due | None:
    try:
        return what_is_due(post, clock)
    # These say themselves what is the matter; anything else fell over, and cron's mail may be read by nobody.
    except (LedgerError, WorkbookError):
        raise
    except Exception as error:
        from automations.cli.runs import tell_fallen

        tell_fallen(arguments, error)
        raise


@contextmanager
def opened_post(site: Premises, now: datetime) -> Iterator[Post]:
    """No more than site.toml tells of."""
    with open_books(site, now) as ledger:
        yield Post(site, ledger, open_workbooks(site), make_inbox(site))


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
