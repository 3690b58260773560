"""`kim init`: starts a site, with an empty workbook or around the one that a team has."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from automations.cli.add_columns import complete
from automations.cli.exit_status import ATTENTION, DONE, refuse_beside, refuse_without
from automations.cli.init_abilities import print_abilities, print_odd
from automations.cli.init_additions import Start, add_columns, add_rule_tabs, add_settings_tab, choices_of
from automations.cli.init_forms import Forms
from automations.cli.init_report import noted, print_choices, print_open, print_proposal, proposal_document
from automations.cli.init_second import add_workbook
from automations.cli.language import language_of
from automations.cli.output import Output
from automations.common.texts import Texts, texts
from automations.config.editing import set_values
from automations.config.site import Site, load_columns
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot
from automations.setup.choices import Choices, missing_needs
from automations.setup.colours import coloured
from automations.setup.columns_file import columns_text
from automations.setup.dialogue import Conversation
from automations.setup.first_look import differences, look, remember_headings
from automations.setup.mail_needs import mail_needs
from automations.setup.new_columns import offers
from automations.setup.proposed import Proposal
from automations.setup.shapes import Note, notes
from automations.setup.site_files import Source, check_folder, write_site, write_workbooks
from automations.setup.source import TeamWorkbook
from automations.setup.spoken import spoken
from automations.setup.understanding import understand
from automations.workbooks.protocol import RawWorkbook


def init(arguments: Namespace) -> int:
    """`kim init DIR [--workbook FILE-OR-URL]`: a site, ready for `kim check`."""
    output, facts = Output(arguments.json), SiteFacts()
    said = texts(language_of(arguments.folder))  # of a site that is there already
    now = arguments.at or datetime.now(facts.time_zone)
    now = now.astimezone(facts.time_zone) if now.tzinfo else now.replace(tzinfo=facts.time_zone)
    columns = load_columns()
    # A script that calls this must not wait for an answer that nobody gives.
    talk = None if arguments.yes or output.as_json or not sys.stdin.isatty() else Conversation(input, columns, said)
    start = Start(arguments.folder, output, said, columns, columns, facts, now, talk, arguments.add_columns,
                   arguments.yes, arguments.forms)  # fmt: skip
    if arguments.add_columns and not arguments.workbook and (start.folder / "config").is_dir():
        refuse_beside(arguments.language, "--language", "--add-columns", said)  # the site has one
        refuse_beside(arguments.forms, "--forms", "--add-columns", said)
        return complete(start.folder, output, now)
    if arguments.workbook and (start.folder / "config").is_dir():
        refuse_beside(arguments.language, "--language", "--workbook", said)  # the site has one
        refuse_beside(arguments.forms, "--forms", "--workbook", said)
        return add_workbook(start, Source.of(arguments.workbook))
    check_folder(start.folder, said)
    for typed, what in ((arguments.add_columns, "--add-columns"), (arguments.forms, "--forms")):
        refuse_without(typed and not arguments.workbook, what, "--workbook", said)
    chosen = arguments.language
    start = start.speaking(chosen) if chosen else start
    return _adopt(start, Source.of(arguments.workbook), chosen) if arguments.workbook else _begin(start)


def _begin(start: Start) -> int:
    said, output = start.said, start.output
    # The shipped file as it is, with its comments, where it calls all as kim does.
    made_all = Choices(_NOTHING, {}, {}, frozenset(start.columns.tables))
    renamed = columns_text(made_all, _NOTHING, start.columns, start.shipped, said) if said.language == "en" else ""
    write_site(start.folder, None, renamed, said)
    made = write_workbooks(start.folder, start.columns, start.facts, said, team=True)
    output.document({"outcome": "done", "site": str(start.folder), "files": [str(path) for path in made]})
    output.line(said.say("A new site is ready in {folder}.", folder=start.folder), "bold")
    _print_next(start, made)
    return DONE


_NOTHING = Proposal((), (), ())


class _Adopted(Struct, frozen=True):
    """What became of a workbook: the site that was made for it, and what is still to be said of that."""

    found: Proposal
    choices: Choices
    forms: Forms
    raw: RawWorkbook
    site: Site
    snapshot: Snapshot
    shapes: Sequence[Note]
    made: Sequence[Path]
    begun: bool
    asked: bool


def _adopt(start: Start, source: Source, chosen: str) -> int:
    """A site for a workbook that is there, and what kim understood of it; in the language of its headings where none
    was `chosen`."""
    book = TeamWorkbook(source, start.folder, start.columns)
    with start.output.progress(start.said.say("Reading …")):
        raw, content = book.read(), book.content()
        found = understand(raw, start.shipped, start.facts, start.now.date())
    start = start if chosen else start.speaking(spoken(found))
    said = start.said
    print_proposal(start.output, found, start.columns, said)
    settled = start.talk.settle(found) if start.talk else found.sure()
    forms = Forms(raw, start.forms, start.folder, start.columns, start.facts, start.now, said)
    offered = list(offers(settled, found, start.columns, raw.tabs, form=bool(forms.found)))
    added = add_columns(start, book, offered, settled)
    begun = settled.table("cases") is not None or any(offer.table == "cases" for offer in added if not offer.fields)
    asked = start.makes_tab and add_settings_tab(start, book, raw, found)
    choices = choices_of(start, settled, added)
    forms.ask(start.talk if begun else None, settled, numbers="number" in choices.writes.get("cases", ()))
    made = _write(start, source, found, choices, forms)
    raw = book.read() if added or asked else raw
    raw, site, snapshot = _looked_at(start, book, raw, begun=begun)
    if not asked:  # else the first run learns them, after the team lead has looked
        remember_headings(site, snapshot, start.now)
    shapes = [*notes(found, settled), *coloured(content or b"", found, said.say)]
    return _tell(start, _Adopted(found, choices, forms, raw, site, snapshot, shapes, made, begun, asked))


def _write(start: Start, source: Source, found: Proposal, choices: Choices, forms: Forms) -> list[Path]:
    """Config, forms, and the workbooks of kim's own; the latter are named."""
    write_site(start.folder, source, columns_text(choices, found, start.columns, start.shipped, start.said), start.said)
    forms.write()
    set_values(start.folder, start.talk.about_the_service() if start.talk else {})
    return write_workbooks(start.folder, start.columns, start.facts, start.said, team=False)


def _tell(start: Start, adopted: _Adopted) -> int:
    """All that the person should know now; the exit status."""
    said, output, choices = start.said, start.output, adopted.choices
    odd = list(differences(choices, adopted.snapshot))
    needs = list(missing_needs(choices.proposal, start.columns, choices.made))
    status = ATTENTION if needs or odd or not adopted.begun else DONE
    output.document(
        lambda: (
            proposal_document(adopted.found, choices, start.folder, needs, status)
            | noted(adopted.shapes, said)
            | adopted.forms.document()
        )
    )
    print_choices(output, choices, start.columns, said)
    print_open(output, adopted.found, choices, needs, start.columns, said)
    lines = (f"{note.said(said)} {said.say(note.advice)}" for note in adopted.shapes)
    for line in (*lines, *adopted.forms.lines()):
        output.line(line, "bold")
    print_odd(output, odd, said)
    print_abilities(output, adopted.site, adopted.snapshot, adopted.raw, said, start.now)
    _print_mail_needs(output, adopted.site, adopted.snapshot, said)
    output.line()
    _print_begun(start, adopted.found, begun=adopted.begun, needs=bool(needs), asked=adopted.asked)
    _print_next(start, adopted.made)
    return status


def _looked_at(
    start: Start, book: TeamWorkbook, raw: RawWorkbook, *, begun: bool
) -> tuple[RawWorkbook, Site, Snapshot]:
    """The workbook as the new site reads it, once the tabs of rules were added that its team wants."""
    site, snapshot = look(start.folder, raw, start.now)
    if begun and add_rule_tabs(start, book, raw, site, snapshot):
        raw = book.read()
        site, snapshot = look(start.folder, raw, start.now)
    return raw, site, snapshot


def _print_begun(start: Start, found: Proposal, *, begun: bool, needs: bool, asked: bool) -> None:
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
        examples = ", ".join(map(start.columns.tables["cases"].own_heading, ("last_name", "first_name", "received")))
        output.line(said.say(_what_to_do(found, asked=asked), tab=start.meanings_tab, folder=start.folder,
                             examples=examples))  # fmt: skip


def _what_to_do(found: Proposal, *, asked: bool) -> str:
    """The next step where no table of cases was taken for sure."""
    if asked:
        return (
            "Please open the tab “{tab}”, choose what the columns mean, and run “kim check”. “kim init {folder}"
            " --add-columns” then adds what is missing."
        )
    if found.tables:
        return "Please run “kim init” in another folder with --yes: then the workbook gets a tab in which you say it."
    return (
        "kim needs one row of headings (such as {examples}) with one row a person below it."
        " “kim init” without --workbook makes an empty workbook to begin with."
    )


def _print_mail_needs(output: Output, site: Site, snapshot: Snapshot, said: Texts) -> None:
    lines = list(mail_needs(site, snapshot, said))
    if lines:
        output.line()
        output.line(said.say("Before the first mail there is still missing:"), "bold")
        for line in lines:
            output.line(f"  · {line}")


def _print_next(start: Start, made: Sequence[Path]) -> None:
    said, output = start.said, start.output
    for path in made:
        output.line(said.say("  made: {path}", path=path))
    output.line(said.say("  {path}: everything that can be set, with explanations", path=start.folder / "config"))
    facts = start.facts  # nobody asked for them, and a wrong one is a wrong day, hour or number
    output.line(said.say("  Public holidays and area codes are those of {place}, the clock is that of {zone}; elsewhere"
                         " please change country, land and zone in site.toml.",
                         place=f"{facts.country}-{facts.land}", zone=facts.zone))  # fmt: skip
    output.line(said.say("Next: “kim --site {folder} check” shows what kim reads, “plan” what it would do.",
                         folder=start.folder))  # fmt: skip
