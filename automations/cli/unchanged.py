"""`kim run`: where nothing is new since the last run and nothing is due, it says so without reading anything; else it
is a whole run. With `--due` see cli/due.py.
"""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from time import perf_counter

from automations.cli.clock import make_clock
from automations.cli.due import last_run, opened_post, print_unchanged
from automations.cli.output import Output
from automations.config.files import ConfigError, read_premises
from automations.config.models import Premises
from automations.engine.last_findings import found_by
from automations.ledger import LedgerError
from automations.service.unchanged import as_left
from automations.workbooks.protocol import WorkbookError


def run(arguments: Namespace) -> int:
    """Do it now, as far as there is anything to do."""
    status = None if arguments.full or arguments.jobs or arguments.accept else _nothing_new(arguments)
    if status is not None:
        return status
    from automations.cli.runs import run as run_whole

    return run_whole(arguments)


def _nothing_new(arguments: Namespace) -> int | None:
    """The exit status where nothing has to be done; None where a whole run must see. What is out of order is for
    that one to explain."""
    try:
        site = read_premises(Path(arguments.site))
        if not site.state.is_dir() or not _cheaply_asked(site):
            return None
        now = make_clock(site, arguments.at)()
        with opened_post(site, now) as post:
            if as_left(post, now) is None:
                return None
            problems = found_by(site.state, last_run(post.ledger))
            if problems is None:
                return None
            took = round(perf_counter() - arguments.began, 3)
            return print_unchanged(site, post.ledger, Output(arguments.json), now, problems, took)[0]
    except (ConfigError, LedgerError, WorkbookError, OSError):
        return None


def _cheaply_asked(site: Premises) -> bool:
    """Whether no workbook is a Google sheet: asking one for its revision costs as much as reading it."""
    from automations.workbooks.stores.webdav.address import is_webdav

    return all(not book.url or is_webdav(book.url) for book in site.file.workbooks.values())
