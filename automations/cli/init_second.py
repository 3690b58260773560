"""`kim init DIR --workbook FILE-OR-URL` for a site that is there: one more workbook of the team's, such as the list of
appointments that the reception keeps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from automations.cli.add_columns import as_begun
from automations.cli.exit_status import ATTENTION, DONE
from automations.cli.init_abilities import print_abilities, print_odd
from automations.cli.init_additions import Start, add_columns, choices_of
from automations.cli.init_report import noted, print_choices, print_open, print_proposal, proposal_document
from automations.common.files import true_path
from automations.config.doubts import unused_workbooks
from automations.config.editing import set_values
from automations.config.loading import load_site
from automations.config.site import Site
from automations.engine.opened_workbooks import open_workbooks
from automations.engine.outcomes import Blind
from automations.engine.parts import open_books
from automations.engine.snapshots import read_snapshot
from automations.model.snapshot import Snapshot
from automations.setup.choices import Choices, missing_needs
from automations.setup.first_look import differences, remember_headings
from automations.setup.new_columns import offers
from automations.setup.proposed import Proposal
from automations.setup.second_book import book_name, lines_of_columns, tables_beside
from automations.setup.shapes import notes
from automations.setup.site_files import Source, StartError
from automations.setup.source import TeamWorkbook
from automations.tables.columns import Columns
from automations.workbooks.protocol import RawTab


def add_workbook(start: Start, source: Source) -> int:
    """Tables that the site does not read yet are read from this workbook; all else stays as it is. Status 1 where the
    site's own list of cases cannot be read, or nothing was understood. Raises StartError, WorkbookError,
    ConfigError."""
    site = load_site(start.folder)
    said, name, seen = site.facts.texts, _name(site, source), _seen(site, start.now)
    if seen is None:
        start.output.document({"outcome": "attention", "workbook": name, "tables": []})
        start.output.line(said.say("kim cannot read the list of cases yet, so it adds nothing; “kim check” says what to"
                                   " do."), "red")  # fmt: skip
        return ATTENTION
    with_rows = frozenset(key.table for key in seen.rows)
    shipped = as_begun(site)
    columns = _known(site, shipped, with_rows)
    talk = start.talk and start.talk.speaking(columns, said)
    start = replace(start, said=said, columns=columns, shipped=shipped, facts=site.facts, talk=talk)
    book = TeamWorkbook(source, start.folder, columns, name)
    raw, beside = book.read(), _tabs(site, seen, with_rows)
    standing = {table: table in with_rows for table in seen.layouts}
    found = tables_beside(raw, beside, standing, columns, site.facts, site.facts.today(start.now))
    print_proposal(start.output, found, columns, said)
    settled = _settled(start, source, found)
    if not settled.tables:
        return _nothing(start, name, found)
    added = add_columns(start, book, [one for one in offers(settled, found, columns, raw.tabs) if one.fields], settled)
    choices = choices_of(start, settled, added)
    _write(start, source, name, choices)
    return _tell(start, name, found, choices, seen)


def _settled(start: Start, source: Source, found: Proposal) -> Proposal:
    """What the person takes; nothing where the folder was mistaken, and the workbook is to have a site of its own."""
    if start.talk is None:
        return found.sure()
    question = start.said.say("There is a site in {folder} already. Shall it read {file}, too?",
                              folder=start.folder, file=source.url or source.path)  # fmt: skip
    if not found.tables or not start.talk.yes(question):
        return replace(found, tables=(), words=())
    return start.talk.settle(found)


def _name(site: Site, source: Source) -> str:
    """What the workbook is called in site.toml, or will be. Raises StartError for one that the site works with."""
    unused = set(unused_workbooks(site))
    for name, settings in site.file.workbooks.items():
        same = settings.url == source.url if source.path is None else (
            not settings.url and true_path(site.folder / settings.path) == true_path(source.path))  # fmt: skip
        if same and name not in unused:
            message = "The site in {folder} works with this workbook already; nothing was changed."
            raise StartError(site.facts.texts.say(message, folder=site.folder))
        if same:
            return name
    return book_name(source.url or str(source.path), site.file.workbooks)


def _seen(site: Site, now: datetime) -> Snapshot | None:
    """The tables as the site reads them; None where it cannot."""
    with open_books(site, now) as ledger:
        seen = read_snapshot(site, ledger, open_workbooks(site), now)
    return None if isinstance(seen, Blind) or "cases" not in seen.layouts else seen


def _known(site: Site, shipped: Columns, with_rows: frozenset[str]) -> Columns:
    """The columns by which the workbook is understood: the site's own of tables that it reads, else as they come."""
    tables = {name: site.columns.tables[name] if name in with_rows else rules for name, rules in shipped.tables.items()}
    return site.columns.model_copy(update={"tables": tables})


def _tabs(site: Site, seen: Snapshot, with_rows: frozenset[str]) -> Sequence[RawTab]:
    """The tabs in which the tables stand that the site reads."""
    parts = [part for table in with_rows for part in seen.layouts[table].parts]
    books = open_workbooks(site)
    raws = {name: books[name].read() for name in {part.workbook for part in parts}}
    ids = {(part.workbook, part.tab_id) for part in parts}
    return [tab for name, raw in raws.items() for tab in raw.tabs if (name, tab.id) in ids]


def _nothing(start: Start, name: str, found: Proposal) -> int:
    """Nothing was changed, and why."""
    said, output = start.said, start.output
    output.document(proposal_document(found, Choices(found.sure(), {}, {}), start.folder, [], ATTENTION)
                    | {"workbook": name})  # fmt: skip
    output.line(said.say("kim found no table in this workbook, for sure, that it does not read already; nothing was"
                         " changed. Without --yes it asks about what is only likely."), "bold red")  # fmt: skip
    return ATTENTION


def _write(start: Start, source: Source, name: str, choices: Choices) -> None:
    """The lines of columns.toml, and then those of site.toml by which they count."""
    set_values(start.folder, lines_of_columns(choices, start.columns), "columns.toml")
    key, place = source.named_from(start.folder)
    homes = {f"homes.{table.table}": name for table in choices.proposal.tables}
    set_values(start.folder, {f"workbooks.{name}.{key}": place} | homes)


def _tell(start: Start, name: str, found: Proposal, choices: Choices, before: Snapshot) -> int:
    """What the site reads now, and what of it is to be looked at; the exit status."""
    said, output, tables = start.said, start.output, [table.table for table in choices.proposal.tables]
    site = load_site(start.folder)
    snapshot = _seen(site, start.now) or Snapshot()
    remember_headings(site, snapshot, start.now, tables)
    odd = list(differences(choices, snapshot))
    needs = [(table, field) for table, field in missing_needs(choices.proposal, start.columns) if table in tables]
    status, shapes = ATTENTION if odd or needs else DONE, list(notes(found, choices.proposal))
    output.document(lambda: proposal_document(found, choices, start.folder, needs, status)
                    | noted(shapes, said) | {"workbook": name})  # fmt: skip
    print_choices(output, choices, start.columns, said)
    print_open(output, found, choices, needs, start.columns, said)
    for note in shapes:
        output.line(f"{note.said(said)} {said.say(note.advice)}", "bold")
    print_odd(output, odd, said)
    print_abilities(output, site, snapshot, open_workbooks(site)[name].read(), said, start.now)
    output.line()
    for layout in (before.layouts[table] for table in tables if table in before.layouts):
        output.line(said.say("The empty tab “{tab}” beside the cases is no longer read; you may delete it.",
                             tab=layout.tab))  # fmt: skip
    output.line(said.say("The site in {folder} reads this workbook, too.", folder=start.folder), "bold")
    output.line(said.say("Next: “kim --site {folder} check” shows what kim reads, “plan” what it would do.",
                         folder=start.folder))  # fmt: skip
    return status
