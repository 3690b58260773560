"""`kim init`: starts a site, with an empty workbook or around the one that a team has."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from automations.cli.add_columns import complete
from automations.cli.exit_status import ATTENTION, DONE
from automations.cli.init_forms import Forms
from automations.cli.init_report import noted, print_choices, print_open, print_proposal, proposal_document
from automations.cli.language import language_of
from automations.cli.output import Output
from automations.common.texts import Texts, texts
from automations.config.editing import set_values
from automations.config.shipped_columns import load_columns
from automations.config.site import Site
from automations.engine.fitness import Fitness, fitness
from automations.engine.parts import open_workbooks
from automations.model.layout import Base
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot
from automations.setup.choices import Choices, missing_needs, permissions
from automations.setup.colours import coloured
from automations.setup.columns_file import columns_text
from automations.setup.console import lacking
from automations.setup.dialogue import Conversation
from automations.setup.first_look import differences, look, remember_headings
from automations.setup.mail_needs import mail_needs
from automations.setup.new_columns import Offer, add_where_possible, offers
from automations.setup.proposed import Proposal
from automations.setup.settings_tab import has_settings_tab, settings_tab
from automations.setup.shapes import notes
from automations.setup.site_files import Source, check_folder, write_site, write_workbooks
from automations.setup.source import TeamWorkbook
from automations.setup.understanding import understand
from automations.tables import Columns
from automations.tables.meaning_tab import TABS
from automations.workbooks.protocol import RawWorkbook, WorkbookError


@dataclass(frozen=True)
class _Start:
    """What every step of one `kim init` needs."""

    folder: Path
    output: Output
    said: Texts
    columns: Columns
    facts: SiteFacts
    now: datetime
    talk: Conversation | None
    may_add: bool
    makes_tab: bool
    forms: str


def init(arguments: Namespace) -> int:
    """`kim init DIR [--workbook FILE-OR-URL]`: a site, ready for `kim check`."""
    output, facts = Output(arguments.json), SiteFacts()
    said = texts(language_of(arguments.folder))  # of a site that is there already
    now = arguments.at or datetime.now(facts.time_zone)
    now = now if now.tzinfo else now.replace(tzinfo=facts.time_zone)
    columns = load_columns()
    talk = None if arguments.yes or output.as_json or not sys.stdin.isatty() else Conversation(input, columns, said)
    start = _Start(arguments.folder, output, said, columns, facts, now, talk, arguments.add_columns, arguments.yes,
                   arguments.forms)  # fmt: skip
    if arguments.add_columns and not arguments.workbook and (start.folder / "config").is_dir():
        return complete(start.folder, output, now)
    check_folder(start.folder, said)
    return _adopt(start, Source.of(arguments.workbook)) if arguments.workbook else _begin(start)


def _begin(start: _Start) -> int:
    said, output = start.said, start.output
    write_site(start.folder, None, "", said)
    made = write_workbooks(start.folder, start.columns, start.facts, said, team=True)
    output.document({"outcome": "done", "site": str(start.folder), "files": [str(path) for path in made]})
    output.line(said.say("A new site is ready in {folder}.", folder=start.folder), "bold")
    _print_next(start, made)
    return DONE


def _adopt(start: _Start, source: Source) -> int:
    said, output = start.said, start.output
    book = TeamWorkbook(source, start.folder, start.columns)
    with output.progress(said.say("Reading …")):
        raw, content = book.read(), book.content()
        found = understand(raw, start.columns, start.facts, start.now.date())
    print_proposal(output, found, start.columns, said)
    settled = start.talk.settle(found) if start.talk else found.sure()
    forms = Forms(raw, start.forms, start.folder, start.columns, start.facts, start.now, said)
    added = _add_columns(start, book, raw, found, settled, form=bool(forms.found))
    begun = settled.table("cases") is not None or any(offer.table == "cases" for offer in added if not offer.fields)
    asked = start.makes_tab and _add_settings_tab(start, book, raw, found)
    choices = _choices(start, settled, added)
    forms.ask(start.talk if begun else None, settled, numbers="number" in choices.writes.get("cases", ()))
    write_site(start.folder, source, columns_text(choices, found, start.columns, said), said)
    forms.write()
    set_values(start.folder, start.talk.about_the_service() if start.talk else {})
    made = write_workbooks(start.folder, start.columns, start.facts, said, team=False)
    raw = book.read() if added or asked else raw
    raw, site, snapshot = _looked_at(start, book, raw, begun=begun)
    if not asked:  # else the first run learns them, after the team lead has looked
        remember_headings(site, snapshot, start.now)
    odd = list(differences(choices, snapshot))
    needs = list(missing_needs(settled, start.columns, choices.made))
    shapes = [*notes(found, settled), *coloured(content or b"", found, said.say)]
    status = ATTENTION if needs or odd or not begun else DONE
    output.document(
        lambda: proposal_document(found, choices, start.folder, needs, status) | noted(shapes, said) | forms.document()
    )
    print_choices(output, choices, start.columns, said)
    print_open(output, found, choices, needs, start.columns, said)
    lines = (f"{said.say(note.message, **note.values)} {said.say(note.advice)}" for note in shapes)
    for line in (*lines, *forms.lines()):
        output.line(line, "bold")
    _print_odd(output, odd, said)
    _print_abilities(output, site, snapshot, raw, said)
    _print_mail_needs(output, site, snapshot, said)
    output.line()
    _print_begun(start, found, begun=begun, needs=bool(needs), asked=asked)
    _print_next(start, made)
    return status


def _looked_at(
    start: _Start, book: TeamWorkbook, raw: RawWorkbook, *, begun: bool
) -> tuple[RawWorkbook, Site, Snapshot]:
    """The workbook as the new site reads it, once the tabs of rules were added that its team wants."""
    site, snapshot = look(start.folder, raw, start.now)
    if begun and _add_rule_tabs(start, book, raw, site, snapshot):
        raw = book.read()
        site, snapshot = look(start.folder, raw, start.now)
    return raw, site, snapshot


def _print_odd(output: Output, odd: Sequence[tuple[str, str]], said: Texts) -> None:
    for tab, heading in odd:
        output.line(said.say("“{heading}” in “{tab}” is not read as was settled; please look at columns.toml.",
                             heading=heading, tab=tab), "red")  # fmt: skip


def _print_begun(start: _Start, found: Proposal, *, begun: bool, needs: bool, asked: bool) -> None:
    """Whether the site can work, and what is to be done first where it cannot."""
    said, output = start.said, start.output
    if begun and needs:
        output.line(said.say("The site in {folder} is begun; what is still missing stands above.",
                             folder=start.folder), "bold")  # fmt: skip
    elif begun:
        output.line(said.say("A new site is ready in {folder}.", folder=start.folder), "bold")
    else:
        output.line(said.say("The site in {folder} is begun, but kim did not find a table of cases for sure.",
                             folder=start.folder), "bold red")  # fmt: skip
        output.line(said.say(_what_to_do(found, asked=asked), tab=TABS[0], folder=start.folder))


def _print_abilities(output: Output, site: Site, snapshot: Snapshot, raw: RawWorkbook, said: Texts) -> None:
    """What kim can and cannot do in this workbook, and what to click: found by the dry build that runs use."""
    layouts = {table: layout for table, layout in snapshot.layouts.items() if layout.workbook == raw.name}
    try:
        book, base = open_workbooks(site)[raw.name], Base(raw.revision, layouts)
        found = fitness(raw.name, book, snapshot, base, raw.ledger, said)
    except WorkbookError as error:
        found = [Fitness(can=False, message=error.message, advice=error.advice)]
    output.line()
    output.line(said.say("In this workbook:"), "bold")
    for one in found:
        output.line(f"  {'✓' if one.can else '✗'} {one.message} {one.advice}".rstrip(), "" if one.can else "red")


def _what_to_do(found: Proposal, *, asked: bool) -> str:
    """The next step where no table of cases was taken for sure."""
    if asked:
        return (
            "Please open the tab “{tab}”, choose what the columns mean, and run „kim check“. „kim init {folder}"
            " --add-columns“ then adds what is missing."
        )
    if found.tables:
        return "Please run „kim init“ in another folder with --yes: then the workbook gets a tab in which you say it."
    return (
        "kim needs one row of headings (such as Nachname, Vorname, Eingang) with one row a person below it."
        " „kim init“ without --workbook makes an empty workbook to begin with."
    )


def _print_mail_needs(output: Output, site: Site, snapshot: Snapshot, said: Texts) -> None:
    lines = list(mail_needs(site, snapshot, said))
    if lines:
        output.line()
        output.line(said.say("Before the first mail there is still missing:"), "bold")
        for line in lines:
            output.line(f"  · {line}")


def _add_settings_tab(start: _Start, book: TeamWorkbook, raw: RawWorkbook, found: Proposal) -> bool:
    """The tab in which the team lead says what the columns mean; whether it was added."""
    target, said, output = book.additions(), start.said, start.output
    if not found.tables or target is None or has_settings_tab(raw):
        return False
    try:
        target.add_tab(settings_tab(found, start.columns, said))
    except WorkbookError as error:
        told = error.told(said.language)
        output.line(f"„{TABS[0]}“: {told.message} {told.advice}", "red")
        return False
    output.line(said.say("The workbook has a new tab “{tab}”: one row for each column. Where something stands under "
                         "“bitte prüfen”, please choose the meaning and clear that cell; until then it does not count.",
                         tab=TABS[0]), "bold")  # fmt: skip
    return True


def _add_rule_tabs(start: _Start, book: TeamWorkbook, raw: RawWorkbook, site: Site, snapshot: Snapshot) -> bool:
    """The tabs in which the team writes rules, texts and settings of its own, where a person wants them; whether one
    was added."""
    said, output, target = start.said, start.output, book.additions()
    tabs = list(lacking(snapshot, site.columns, raw, said))
    if not tabs or target is None:
        return False
    names = ", ".join(f"„{tab.name}“" for tab in tabs)
    if start.talk is None or not start.talk.yes(said.say(_RULE_TABS, names=names), proposed=False):
        output.line(said.say("„kim rules --make-tabs“ adds the tabs {names}: rules of your own, from the workbook.",
                             names=names))  # fmt: skip
        return False
    made = 0
    for tab in tabs:
        try:
            target.add_tab(tab)
        except WorkbookError as error:
            told = error.told(said.language)
            output.line(f"„{tab.name}“: {told.message} {told.advice}", "red")
            continue
        made += 1
        output.line(said.say("The workbook has a new tab “{tab}”, with examples that rest.", tab=tab.name))
    return made > 0


_RULE_TABS = "Add the tabs {names}, in which your team writes rules of its own? The examples in them rest."


def _choices(start: _Start, settled: Proposal, added: Sequence[Offer]) -> Choices:
    asked = permissions(settled, start.columns)
    allowed = [one for one in asked if (start.talk.allowed(one) if start.talk else one.sure)]
    writes: dict[str, list[str]] = {}
    sets: dict[str, list[str]] = {}
    for one in allowed:
        (sets if one.answers else writes).setdefault(one.table, []).append(one.field)
    for offer in added:
        rules = start.columns.tables[offer.table]
        writes.setdefault(offer.table, []).extend(name for name in offer.fields if name in rules.kim_writes)
        sets.setdefault(offer.table, []).extend(name for name in offer.fields if name in rules.kim_sets)
    made = frozenset(offer.table for offer in added if not offer.fields)
    return Choices(settled, _frozen(writes), _frozen(sets), made)


def _frozen(fields: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {table: tuple(names) for table, names in fields.items()}


def _add_columns(
    start: _Start, book: TeamWorkbook, raw: RawWorkbook, found: Proposal, settled: Proposal, *, form: bool
) -> list[Offer]:
    """What was added to the workbook: what the person takes, or all that was asked for beforehand."""
    offered, said, output = list(offers(settled, found, start.columns, raw.tabs, form=form)), start.said, start.output
    possible, target = [offer for offer in offered if not offer.obstacle], book.additions()
    chosen = possible if start.may_add else start.talk.wanted(possible) if start.talk and target else []
    added: list[Offer] = []
    if chosen and target:
        added, refused = add_where_possible(target, chosen, settled, start.columns, start.facts)
        for offer, error in refused:
            told = error.told(said.language)
            output.line(f"„{offer.tab}“: {told.message} {told.advice}", "red")
    for offer in (offer for offer in offered if offer.obstacle):
        output.line(said.say(offer.obstacle, tab=offer.tab))
    left = [offer for offer in offered if offer not in added]
    for offer in left:
        output.line(_not_added(offer, start.columns, said))
    if left and not target:
        output.line(said.say("kim cannot add columns to this workbook; please type them yourself."))
    elif left and not start.talk and not start.may_add:
        output.line(said.say("With --add-columns kim adds these to the workbook."))
    return added


def _not_added(offer: Offer, columns: Columns, said: Texts) -> str:
    if not offer.fields:
        return said.say(_LACKING[offer.table], tab=offer.tab)
    names = ", ".join(columns.tables[offer.table].own_heading(name) for name in offer.fields)
    return said.say("Not added to “{tab}”: {names}", tab=offer.tab, names=names)


_LACKING = {
    "cases": "Not added: the tab “{tab}” (without it the answers of the form stay where they are).",
    "decisions": "Not added: the tab “{tab}” (kim can ask nothing without it).",
    "team": "Not added: the tab “{tab}” (without it nobody is assigned and no mail names anybody).",
    "appointments": "Not added: the tab “{tab}” (without appointments nobody is reminded).",
    "locations": "Not added: the tab “{tab}” (without it messages name a place only as your rows do).",
}


def _print_next(start: _Start, made: Sequence[Path]) -> None:
    said, output = start.said, start.output
    for path in made:
        output.line(said.say("  made: {path}", path=path))
    output.line(said.say("  {path}: everything that can be set, with explanations", path=start.folder / "config"))
    output.line(said.say("Next: „kim --site {folder} check“ shows what kim reads, „plan“ what it would do.",
                         folder=start.folder))  # fmt: skip


__all__ = ["init"]
