"""`kim init DIR --add-columns` for a site that is there: what its workbook still lacks is added, nothing else changed.

Where a list was only likely at first, nothing could be added to it; once the tab `Einstellungen` says what it is, this
is the way to the columns and tabs that are missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from automations.cli.exit_status import ATTENTION, DONE
from automations.cli.output import Output
from automations.common.texts import Texts
from automations.config.editing import Setting, set_values
from automations.config.loading import load_site
from automations.config.site import Site, load_columns
from automations.engine.opened_workbooks import open_workbooks
from automations.engine.outcomes import Blind
from automations.engine.parts import open_books
from automations.engine.snapshots import read_snapshot
from automations.model.layout import TableLayout
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot
from automations.setup.new_columns import Offer, add_where_possible, in_newest_tab, offers
from automations.setup.proposed import Proposal
from automations.setup.site_files import Source
from automations.setup.source import TeamWorkbook
from automations.setup.understanding import understand
from automations.tables.columns import Columns
from automations.tables.meaning_tab import meant
from automations.workbooks.protocol import RawWorkbook


def complete(folder: Path, output: Output, now: datetime) -> int:
    """Status 1 where the list of cases cannot be read yet, or something could not be added. `now` is aware. Raises
    WorkbookError, ConfigError."""
    site = load_site(folder)
    said, shipped = site.facts.texts, as_begun(site)
    seen = _seen(site, now)
    if isinstance(seen, Blind) or "cases" not in seen.layouts:
        output.document({"outcome": "attention", "added": []})
        output.line(said.say("kim cannot read the list of cases yet, so it adds nothing; “kim check” says what to do."),
                    "red")  # fmt: skip
        return ATTENTION
    put = _Adding(shipped, site.facts, said)
    for name in sorted({layout.workbook for layout in seen.layouts.values() if layout.others}):
        book = _workbook(name, site, shipped)
        layouts = [one for one in seen.layouts.values() if one.workbook == name and one.others]
        put.all_of(_begun(layouts, book.read(), site), Proposal((), (), ()), book)
    if put.added:
        # The rest is looked for in what stands there now.
        again = _seen(site, now)
        seen = seen if isinstance(again, Blind) else again
    book = _workbook(site.homes["cases"], site, shipped)
    raw = book.read()
    columns = meant(raw, site.columns, {}, said, site.homes["cases"]).columns
    # Only tables that kim brings: what a team declared itself it also lays out itself.
    columns = columns.model_copy(update={"tables": {name: columns.tables[name] for name in shipped.tables}})
    known = _as_read(understand(raw, columns, site.facts, site.facts.today(now)), seen)
    put.all_of(_lacking(known, seen, raw, shipped), known, book)
    set_values(folder, _permissions([one for one in put.added if not one.headings], site, shipped), "columns.toml")
    _tell(output, put.added, put.refused, shipped, said)
    return ATTENTION if put.refused else DONE


class _Adding(Struct):
    """What was added so far, and sentences on what was not."""

    shipped: Columns
    facts: SiteFacts
    said: Texts
    added: list[Offer] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def all_of(self, wanted: Iterable[Offer], known: Proposal, book: TeamWorkbook) -> None:
        wanted = list(wanted)
        target = book.additions() if wanted else None
        self.refused += [self.said.say(offer.obstacle, tab=offer.tab) for offer in wanted if offer.obstacle]
        if target is None and wanted:
            self.refused.append(self.said.say("kim cannot add columns to this workbook; please type them yourself."))
        elif target is not None:
            possible = [offer for offer in wanted if not offer.obstacle]
            added, errors = add_where_possible(target, possible, known, self.shipped, self.facts)
            self.added += added
            self.refused += [f"{self.said.quoted(offer.tab)}: {told.message} {told.advice}"
                             for offer, error in errors for told in [error.told(self.said.language)]]  # fmt: skip


def _seen(site: Site, now: datetime) -> Snapshot | Blind:
    with open_books(site, now) as ledger:
        return read_snapshot(site, ledger, open_workbooks(site), now)


def as_begun(site: Site) -> Columns:
    """The shipped columns with kim's own names in the language that the site was begun in."""
    english = load_columns("en")
    # A tab that is kim's idea bears no name of the team's.
    same = site.columns.tables["decisions"].tabs[0] == english.tables["decisions"].tabs[0]
    return english if same else load_columns()


def _tell(output: Output, added: Sequence[Offer], refused: Sequence[str], shipped: Columns, said: Texts) -> None:
    output.document({
        "outcome": "attention" if refused else "done",
        "added": [{"table": one.table, "tab": one.tab, "columns": list(one.fields)} for one in added],
        "refused": list(refused),
    })  # fmt: skip
    for offer in added:
        names = ", ".join(offer.headings.values() or map(shipped.tables[offer.table].own_heading, offer.fields))
        output.line(said.say("Added to “{tab}”: {names}", tab=offer.tabs, names=names) if names
                    else said.say("Added: the tab “{tab}”", tab=offer.tab))  # fmt: skip
    for sentence in refused:
        output.line(sentence, "red")
    if not added and not refused:
        output.line(said.say("The workbook has all that kim needs."), "bold")


def _workbook(name: str, site: Site, columns: Columns) -> TeamWorkbook:
    settings = site.file.workbooks[name]
    source = Source(url=settings.url) if settings.url else Source(path=site.folder / settings.path)
    return TeamWorkbook(source, site.folder, columns)


def _as_read(found: Proposal, seen: Snapshot) -> Proposal:
    """What was found in the workbook, as far as kim reads it so already."""
    # Appointments in the columns of the cases are no table that columns could be added to.
    kept = [table for table in found.tables if table.table in seen.layouts and not table.in_row]
    return replace(found, tables=tuple(kept))


def _lacking(known: Proposal, seen: Snapshot, raw: RawWorkbook, shipped: Columns) -> Sequence[Offer]:
    """The offers of `kim init`, without what kim reads already."""
    found: list[Offer] = []
    for offer in offers(known, known, shipped, raw.tabs):
        layout = seen.layouts.get(offer.table)
        if layout is None:
            found.append(offer)
            continue
        fields = tuple(name for name in offer.fields if name not in layout.columns)
        if fields:
            found.append(replace(offer, fields=fields))
    return found


def _begun(layouts: Iterable[TableLayout], raw: RawWorkbook, site: Site) -> Iterator[Offer]:
    """What tabs of a workbook lack that the team began beside others of their table."""
    tabs = {tab.name: tab for tab in raw.tabs}
    for layout in layouts:
        if not layout.slot and layout.tab in tabs:
            offer = in_newest_tab(layout, site.columns.tables[layout.table], tabs[layout.tab])
            yield from [offer] if offer else []


def _permissions(added: Sequence[Offer], site: Site, shipped: Columns) -> dict[str, Setting]:
    """The lines of columns.toml by which kim may write what was added."""
    lines: dict[str, Setting] = {}
    for offer in added:
        rules, own = shipped.tables[offer.table], site.columns.tables[offer.table]
        for name, before, all_of in (
            ("kim_writes", own.kim_writes, rules.kim_writes),
            ("kim_sets", own.kim_sets, rules.kim_sets),
        ):
            # An offer without fields is a whole tab: what kim may write there is all that it ever writes.
            fresh = [field for field in all_of if not offer.fields or field in offer.fields]
            wanted = list(dict.fromkeys((*before, *fresh)))
            if wanted != list(before):
                lines[f"tables.{offer.table}.{name}"] = wanted
    return lines
