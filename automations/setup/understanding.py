"""Everything that a workbook probably means: the evidence of each table, what they say of each other, and what the
names of several tabs say of the rows in them (a tab a colleague, a tab a phase: always a question)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal

from msgspec.structs import replace

from automations.model.settings import SiteFacts
from automations.model.values import key_text
from automations.setup.appointment_columns import with_slots
from automations.setup.by_cells import given_among
from automations.setup.evidence import Evidence
from automations.setup.grouping import YEAR, Group
from automations.setup.guesses import guessed
from automations.setup.proposals import propose, propose_table
from automations.setup.proposed import HeadingProposal, Proposal, TableProposal
from automations.setup.relations import related
from automations.setup.thesaurus import load_thesaurus, words_of
from automations.setup.words import WordProposal, propose_words
from automations.tables.columns import Columns
from automations.tables.folding import fold
from automations.workbooks.protocol import RawWorkbook


def understand(workbook: RawWorkbook, columns: Columns, facts: SiteFacts, today: date) -> Proposal:
    """What is proposed for a workbook. `today` is the site's date."""
    # Related twice: what is guessed (who is responsible) shows columns of other tables that name the same people.
    named = guessed(related(propose(workbook, columns, facts, today)), columns, facts, today)
    found = with_slots(related(named), columns, facts)
    return _with_apart(with_tab_names(found, columns, facts), columns, facts, today)


def _with_apart(proposal: Proposal, columns: Columns, facts: SiteFacts, today: date) -> Proposal:
    """The proposal with the columns of further tabs that the first one lacks ("Left on", in a tab of those who left):
    a table is known by the headings of its first tab, and by those that kim knows from its own."""
    evidence, thesaurus = Evidence(columns, facts, today), load_thesaurus()
    tables: list[TableProposal] = []
    for table in proposal.tables:
        own, rules = {fold(text) for text in table.block.headings.values()}, columns.tables[table.table].by_heading
        apart: list[tuple[str, tuple[HeadingProposal, ...]]] = []
        for block in () if table.in_row else table.more:
            if all(fold(text) in own for text in block.headings.values()):
                continue
            read = propose_table(Group((block,)), table.table, columns, evidence, thesaurus)
            (alone,) = guessed(Proposal((read,), (), ()), columns, facts, today).tables
            missed = (h for h in alone.headings if h.field and h.confidence != "doubtful" and fold(h.text) not in own)
            new = (h for h in missed if not table.field(h.field) and rules.get(fold(h.text), ("",))[0] != h.field)
            told = tuple(replace(h, confidence="likely") for h in new)
            own |= {fold(h.text) for h in told}  # asked about once, in however many tabs it stands
            apart += [(block.tab.name, told)] if told else []
        tables.append(replace(table, apart=tuple(apart)))
    return replace(proposal, tables=tuple(tables))


_WORD = re.compile(r"[^\W_]+")
_CASES = frozenset({"fall", "faelle", "faellen", "akte", "akten", "case", "cases", "file", "files", "list", "liste"})
"""Words, folded, that say nothing beside a phase in the name of a tab."""

_MOST = 0.6  # of the tabs that must be called like a colleague of the team's tab, or by given names


def with_tab_names(proposal: Proposal, columns: Columns, facts: SiteFacts) -> Proposal:
    """The proposal with the question what the tabs of cases are called after, where several stand side by side that
    no year tells apart: colleagues where no column names who is responsible, phases where no column has them."""
    cases = proposal.table("cases")
    if cases is None or len(cases.blocks) < 2:  # noqa: PLR2004 - several
        return proposal
    names = [block.tab.name.strip() for block in cases.blocks]
    known = _colleagues(proposal.table("team"))
    people = max(sum(fold(name) in known for name in names), given_among(names)) >= _MOST * len(names)
    phases = _phases(names, columns, facts)
    if not people and not cases.field("phase") and phases:
        sure = 2 * sum(bool(word.canonical) for word in phases) > len(phases)
        # Not for sure before somebody says so: people in the archive would else be taken for open cases.
        named = replace(_named(cases, "phase", sure=sure), confidence="likely")
        return replace(_with(proposal, cases, named), words=(*proposal.words, *phases))
    # "2024", "Fälle 2": tabs by year or part say nothing of the rows in them.
    if cases.field("manager") or any(char.isdigit() for name in names for char in name):
        return proposal
    return _with(proposal, cases, _named(cases, "manager", sure=people))


def _named(cases: TableProposal, field: Literal["manager", "phase"], *, sure: bool) -> TableProposal:
    return replace(cases, tab_names="likely" if sure else "doubtful", tab_field=field)


def _with(proposal: Proposal, cases: TableProposal, named: TableProposal) -> Proposal:
    return replace(proposal, tables=tuple(named if table is cases else table for table in proposal.tables))


def _phases(names: Sequence[str], columns: Columns, facts: SiteFacts) -> list[WordProposal]:
    """The names of the tabs as words for phases, also with the word for the cases and the year beside ("Open cases",
    "Abgeschlossen 2025"); none where they are no phases."""
    said = {name: _bare(name) for name in names}
    if any(char.isdigit() for bare in said.values() for char in bare) or len({*map(fold, said.values())}) < len(names):
        return []
    whole = [*propose_words("cases", "phase", names, columns, facts)]
    told = {fold(w.word): w for w in propose_words("cases", "phase", [*said.values()], columns, facts)}
    found = [word if word.canonical else _as_word(told[fold(said[word.word])], word.word) for word in whole]
    return found if any(word.known for word in told.values()) or all(word.canonical for word in found) else []


def _as_word(bare: WordProposal, name: str) -> WordProposal:
    """What the bare name of a tab means, as a word that is the whole name."""
    return replace(bare, word=name, known=False, confidence="likely" if bare.canonical else "unknown")


def _bare(name: str) -> str:
    """The name of a tab without its year and the word for cases or clients."""
    idle = load_thesaurus().clients | _CASES
    kept = [word for word in _WORD.findall(YEAR.sub(" ", name)) if not words_of(word) <= idle]
    return " ".join(kept) or name


def _colleagues(team: TableProposal | None) -> set[str]:
    """What colleagues are called: code, whole name, each part of the name."""
    found: set[str] = set()
    for name in ("code", "name"):
        heading = team.field(name) if team else None
        texts = [key_text(value) or "" for value in team.values(heading)] if team and heading else []
        found |= {fold(part) for text in texts for part in (text, *text.replace(",", " ").split())}
    return found - {""}
