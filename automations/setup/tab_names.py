"""A tab a colleague: whether the names of the tabs say who is responsible for the rows in them."""

from __future__ import annotations

from dataclasses import replace

from automations.model.values import key_text
from automations.setup.proposals import Proposal, TableProposal
from automations.tables.folding import fold

_MOST = 0.6  # of the tabs that must be called like a colleague of the team's tab


def with_tab_names(proposal: Proposal) -> Proposal:
    """The proposal with the question whether tabs of cases bear the names of colleagues, where several stand side
    by side that no year tells apart and no column names who is responsible."""
    cases = proposal.table("cases")
    if cases is None or len(cases.blocks) < 2 or cases.field("manager"):  # noqa: PLR2004 - several
        return proposal
    names = [block.tab.name for block in cases.blocks]
    if any(char.isdigit() for name in names for char in name):
        return proposal
    known = _colleagues(proposal.table("team"))
    hits = sum(fold(name) in known for name in names)
    sure = bool(known) and hits >= _MOST * len(names)
    named = replace(cases, tab_names="likely" if sure else "doubtful")
    return replace(proposal, tables=tuple(named if table is cases else table for table in proposal.tables))


def _colleagues(team: TableProposal | None) -> set[str]:
    """What colleagues are called: code, whole name, each part of the name."""
    found: set[str] = set()
    for name in ("code", "name"):
        heading = team.field(name) if team else None
        texts = [key_text(value) or "" for value in team.values(heading)] if team and heading else []
        found |= {fold(part) for text in texts for part in (text, *text.replace(",", " ").split())}
    return found - {""}
