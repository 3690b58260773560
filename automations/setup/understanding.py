"""Everything that a workbook probably means: the evidence of each table, what they say of each other, and what the
names of several tabs say of the rows in them (a tab a colleague, a tab a phase: always a question)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from msgspec.structs import replace

from automations.model.settings import SiteFacts
from automations.model.values import key_text
from automations.setup.appointment_columns import with_slots
from automations.setup.guesses import guessed
from automations.setup.proposals import propose
from automations.setup.proposed import Proposal, TableProposal
from automations.setup.relations import related
from automations.setup.words import WordProposal, propose_words
from automations.tables.columns import Columns
from automations.tables.folding import fold
from automations.workbooks.protocol import RawWorkbook


def understand(workbook: RawWorkbook, columns: Columns, facts: SiteFacts, today: date) -> Proposal:
    """What is proposed for a workbook. `today` is the site's date."""
    # Related twice: what is guessed (who is responsible) shows columns of other tables that name the same people.
    named = guessed(related(propose(workbook, columns, facts, today)), columns, facts, today)
    found = with_slots(related(named), columns, facts)
    return with_tab_names(found, columns, facts)


_MOST = 0.6  # of the tabs that must be called like a colleague of the team's tab


def with_tab_names(proposal: Proposal, columns: Columns, facts: SiteFacts) -> Proposal:
    """The proposal with the question what the tabs of cases are called after, where several stand side by side that
    no year tells apart: colleagues where no column names who is responsible, phases where no column has them."""
    cases = proposal.table("cases")
    if cases is None or len(cases.blocks) < 2:  # noqa: PLR2004 - several
        return proposal
    names = [block.tab.name.strip() for block in cases.blocks]
    # "2024", "Fälle 2": tabs by year or part say nothing of the rows in them.
    if any(char.isdigit() for name in names for char in name):
        return proposal
    known = _colleagues(proposal.table("team"))
    people = sum(fold(name) in known for name in names) >= _MOST * len(names) and bool(known)
    phases = _phases(names, columns, facts)
    if not people and not cases.field("phase") and any(word.known for word in phases):
        sure = 2 * sum(bool(word.canonical) for word in phases) > len(phases)
        named = _named(cases, "phase", sure=sure)
        return replace(_with(proposal, cases, named), words=(*proposal.words, *phases))
    if cases.field("manager"):
        return proposal
    return _with(proposal, cases, _named(cases, "manager", sure=people))


def _named(cases: TableProposal, field: Literal["manager", "phase"], *, sure: bool) -> TableProposal:
    return replace(cases, tab_names="likely" if sure else "doubtful", tab_field=field)


def _with(proposal: Proposal, cases: TableProposal, named: TableProposal) -> Proposal:
    return replace(proposal, tables=tuple(named if table is cases else table for table in proposal.tables))


def _phases(names: Sequence[str], columns: Columns, facts: SiteFacts) -> list[WordProposal]:
    """The names of the tabs as words for phases."""
    return list(propose_words("cases", "phase", names, columns, facts))


def _colleagues(team: TableProposal | None) -> set[str]:
    """What colleagues are called: code, whole name, each part of the name."""
    found: set[str] = set()
    for name in ("code", "name"):
        heading = team.field(name) if team else None
        texts = [key_text(value) or "" for value in team.values(heading)] if team and heading else []
        found |= {fold(part) for text in texts for part in (text, *text.replace(",", " ").split())}
    return found - {""}
