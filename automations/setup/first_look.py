"""The new site read for the first time: does kim understand what was settled, and what it will remember."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from pathlib import Path

from automations.config.loading import load_site
from automations.config.site import Site, load_columns
from automations.engine.parts import ledger_url
from automations.jobs.take_in import TakeInSettings
from automations.ledger.book import open_ledger
from automations.model.fact_kinds.sightings import Headings
from automations.model.snapshot import Snapshot
from automations.setup.choices import Choices
from automations.setup.forms import find_forms
from automations.setup.understanding import understand
from automations.tables.snapshot import headings, read_tables
from automations.workbooks.protocol import RawWorkbook


def look(folder: Path, raw: RawWorkbook, now: datetime) -> tuple[Site, Snapshot]:
    """The site that was written, and its workbook as its columns.toml understands it. `now` is aware."""
    site = load_site(folder)
    return site, read_tables({"team": raw}, site.columns, site.facts, site.homes, now)


def differences(choices: Choices, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """(tab, heading) of what is read otherwise than it was settled; none, unless the workbook is very odd. Tables
    that cannot be read for want of a column are left to those who tell what is needed."""
    for table in choices.proposal.tables:
        layout = None if table.in_row else snapshot.layouts.get(table.table)
        for heading in table.headings if layout else ():
            if (
                layout
                and heading.field
                and heading.column not in table.marks
                and layout.columns.get(heading.field) != heading.column
            ):
                yield table.block.tab.name, heading.text


def lists_aside(site: Site, raw: RawWorkbook, snapshot: Snapshot, today: date) -> tuple[str, ...]:
    """Tabs that look like a list of cases, or that a form fills, where the list of cases that is read has no row yet.
    `today` is the site's date."""
    layout = snapshot.layouts.get("cases")
    if layout is None or snapshot.cases:
        return ()
    taken = {form.tab for form in site.settings(TakeInSettings, "take_in").forms.values()}
    shipped = load_columns()
    forms = [form.place for form in find_forms(raw, shipped, site.facts, today) if form.rows]
    cases = understand(raw, shipped, site.facts, today).table("cases")
    lists = [block.tab.name for block in cases.blocks if any(block.lines())] if cases else []
    return tuple(name for name in dict.fromkeys((*lists, *forms)) if name not in {layout.tab, *taken})


def remember_headings(site: Site, snapshot: Snapshot, now: datetime, tables: Collection[str] | None = None) -> None:
    """The ledger learns the headings of these tables (None: all) as they are, so that the first run notices a renamed
    one."""
    site.state.mkdir(parents=True, exist_ok=True)
    site.state.chmod(0o700)
    with open_ledger(ledger_url(site), now=now) as ledger:
        found = {table: known for table, known in headings(snapshot).items() if tables is None or table in tables}
        ledger.remember([Headings(dict(known)).under(table) for table, known in found.items()], now)
