"""`kim run`: where nothing is new since the last run and nothing is due, it says so without reading anything; else it
is a whole run. With `--due` see cli/due.py."""

from __future__ import annotations

import sqlite3
from argparse import Namespace
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from automations.cli.exit_status import refuse_without
from automations.cli.language import language_of
from automations.cli.nothing import print_unchanged
from automations.cli.output import Output
from automations.engine.last_findings import Found, all_found
from automations.ledger.glimpse import glimpse_of
from automations.service.at_a_glance import AtAGlance, Place, is_other
from automations.service.unchanged import Looked, as_left
from automations.workbooks.protocol import WorkbookError

if TYPE_CHECKING:
    from automations.config.models import Premises


def run(arguments: Namespace) -> int:
    """Do it now, as far as there is anything to do."""
    folder = Path(arguments.site)
    if arguments.brief:
        from automations.common.texts import texts

        refuse_without(arguments.brief, "--brief", "--due", texts(language_of(folder)))
    kept = all_found(folder / "state")
    status = None
    # What costs least is asked first: where a file is another one, a run has to see.
    if kept.run and not (arguments.full or arguments.jobs or arguments.accept or is_other(folder, kept.files)):
        place = Place.read(folder, kept.place)
        status = _at_a_glance(arguments, place, kept) if place else _nothing_new(arguments, kept)
    if status is not None:
        return status
    from automations.cli.runs import run as run_whole

    return run_whole(arguments)


def _at_a_glance(arguments: Namespace, place: Place, kept: Found) -> int | None:
    """The exit status where nothing has to be done; None where a whole run must see. What is out of order is for that
    one to explain."""
    at: datetime | None = arguments.at
    moment = at or datetime.now(place.zone)
    now = moment.astimezone(place.zone) if moment.tzinfo else moment.replace(tzinfo=place.zone)
    try:
        with glimpse_of(place.ledger) as ledger:
            return None if ledger is None else _said(arguments, AtAGlance(place, ledger), now, kept)
    except (sqlite3.Error, WorkbookError, OSError, ValueError):
        return None


def _nothing_new(arguments: Namespace, kept: Found) -> int | None:
    """The same for a site of which site.toml and the ledger must be asked."""
    from automations.cli.clock import make_clock
    from automations.cli.due import opened_post
    from automations.config.files import ConfigError, read_premises
    from automations.ledger.errors import LedgerError

    try:
        site = read_premises(Path(arguments.site))
        if not _cheaply_asked(site):
            return None
        now = make_clock(site, arguments.at)()
        with opened_post(site, now) as post:
            return _said(arguments, post, now, kept)
    except (ConfigError, LedgerError, WorkbookError, OSError):
        return None


def _said(arguments: Namespace, looked: Looked, now: datetime, kept: Found) -> int | None:
    standing = as_left(looked, now)
    # Findings that were kept by another run would tell of problems that are mended.
    if standing is None or standing.run != kept.run:
        return None
    took = round(perf_counter() - arguments.began, 3)
    return print_unchanged(looked.site, looked.ledger, Output(arguments.json), now, kept.problems, took)[0]


def _cheaply_asked(site: Premises) -> bool:
    """Whether no workbook is a Google sheet: asking one for its revision costs as much as reading it."""
    from automations.workbooks.stores.webdav.address import is_webdav

    return all(not book.url or is_webdav(book.url) for book in site.file.workbooks.values())
