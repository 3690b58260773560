"""What `kim init` adds to the team's workbook: columns, and tabs for what columns mean and for rules of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from automations.cli.output import Output
from automations.common.texts import Texts, texts
from automations.config.site import Site, load_columns
from automations.model.settings import SiteFacts
from automations.model.snapshot import Snapshot
from automations.setup.choices import Choices, permissions
from automations.setup.console_tabs import lacking
from automations.setup.dialogue import Conversation
from automations.setup.new_columns import Offer, add_where_possible
from automations.setup.proposed import Proposal
from automations.setup.settings_tab import has_settings_tab, settings_tab
from automations.setup.source import TeamWorkbook
from automations.tables.columns import Columns
from automations.tables.meaning_rows import TABS, headings_in
from automations.workbooks.protocol import RawWorkbook, WorkbookError


class Start(Struct, frozen=True):
    """What every step of one `kim init` needs. `shipped` are the columns by which a workbook is understood, `columns`
    the same with kim's own names in the site's language."""

    folder: Path
    output: Output
    said: Texts
    columns: Columns
    shipped: Columns
    facts: SiteFacts
    now: datetime
    talk: Conversation | None
    may_add: bool
    makes_tab: bool
    forms: str

    def speaking(self, language: str) -> Start:
        """The same for a site in that language."""
        columns, said, facts = load_columns(language), texts(language), SiteFacts(language=language)
        talk = self.talk and self.talk.speaking(columns, said)
        return replace(self, said=said, columns=columns, facts=facts, talk=talk)

    @property
    def meanings_tab(self) -> str:
        """The tab in which the team says what its columns mean."""
        return TABS[self.said.language == "en"]


def add_settings_tab(start: Start, book: TeamWorkbook, raw: RawWorkbook, found: Proposal) -> bool:
    """The tab in which the team lead says what the columns mean; whether it was added."""
    target, said, output = book.additions(), start.said, start.output
    if not found.tables or target is None or has_settings_tab(raw):
        return False
    try:
        target.add_tab(settings_tab(found, start.columns, said))
    except WorkbookError as error:
        told = error.told(said.language)
        output.line(f"{said.quoted(start.meanings_tab)}: {told.message} {told.advice}", "red")
        return False
    output.line(said.say("The workbook has a new tab “{tab}”: one row for each column. Where something stands under "
                         "“{check}”, please choose the meaning and clear that cell; until then it does not count.",
                         tab=start.meanings_tab, check=headings_in(said.language)[5]), "bold")  # fmt: skip
    return True


def add_rule_tabs(start: Start, book: TeamWorkbook, raw: RawWorkbook, site: Site, snapshot: Snapshot) -> bool:
    """The tabs in which the team writes rules, texts and settings of its own, where a person wants them; whether one
    was added."""
    said, output, target = start.said, start.output, book.additions()
    tabs = list(lacking(snapshot, site.columns, raw, said))
    if not tabs or target is None:
        return False
    names = said.quoted(*(tab.name for tab in tabs))
    # Enter alone adds nothing: a team finds no tab that nobody asked for.
    if start.talk is None or not start.talk.yes(said.say(_RULE_TABS, names=names), proposed=False):
        output.line(said.say("“kim rules --make-tabs” adds the tabs {names}: rules of your own, from the workbook.",
                             names=names))  # fmt: skip
        return False
    made = 0
    for tab in tabs:
        try:
            target.add_tab(tab)
        except WorkbookError as error:
            told = error.told(said.language)
            output.line(f"{said.quoted(tab.name)}: {told.message} {told.advice}", "red")
            continue
        made += 1
        output.line(said.say("The workbook has a new tab “{tab}”, with examples that rest.", tab=tab.name))
    return made > 0


_RULE_TABS = "Add the tabs {names}, in which your team writes rules of its own? The examples in them rest."


def add_columns(start: Start, book: TeamWorkbook, offered: Sequence[Offer], settled: Proposal) -> list[Offer]:
    """What of the offers was added to the workbook: what the person takes, or all that was asked for beforehand."""
    said, output = start.said, start.output
    possible, target = [offer for offer in offered if not offer.obstacle], book.additions()
    chosen = possible if start.may_add else start.talk.wanted(possible) if start.talk and target else []
    added: list[Offer] = []
    if chosen and target:
        added, refused = add_where_possible(target, chosen, settled, start.columns, start.facts)
        for offer, error in refused:
            told = error.told(said.language)
            output.line(f"{said.quoted(offer.tab)}: {told.message} {told.advice}", "red")
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


def choices_of(start: Start, settled: Proposal, added: Sequence[Offer]) -> Choices:
    """What holds from now on: what was settled, and what kim may write of that and of what was added."""
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
