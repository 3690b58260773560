"""kim's tables as tabs to be typed into: a whole new workbook, or one tab for a workbook that lacks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from automations.common.texts import Texts
from automations.model.settings import SiteFacts
from automations.tables.columns import Columns
from automations.tables.schema import kind_of
from automations.workbooks.new_files import NewTab

_CHOSEN = frozenset({"contact_way", "urgency", "status", "answer", "yes_no"})
_SENTENCES = frozenset({"question", "proposal"})
# Columns that a new workbook does not need: naturalisations are counted by month, names stand in two columns,
# languages in one, and an appointment names its case by the number.
_NOT_BOTH = frozenset({
    "applied_on", "decided_on", "decision", "full_name", "contact", "other_languages", "client_last_name",
    "client_first_name", "ends_at",
})  # fmt: skip


def empty_tab(table: str, columns: Columns, facts: SiteFacts, rows: Sequence[Mapping[str, str]] = ()) -> NewTab:
    """A table with kim's own headings and words to choose from; `rows` are what it begins with, by field."""
    rules = columns.tables[table]
    skipped = _NOT_BOTH if table in {"naturalisation", "cases", "team", "appointments"} else frozenset[str]()
    fields = [name for name in rules.headings if name not in skipped and rules.headings[name]]
    headings = {name: rules.own_heading(name) for name in fields}
    return NewTab(
        rules.tabs[0],
        tuple(headings.values()),
        {headings[name]: words for name in fields if (words := _words(kind_of(table, name), columns, facts))},
        frozenset(headings[name] for name in fields if kind_of(table, name) in {"date", "birth_date", "month"}),
        rows=tuple(tuple(row.get(name, "") for name in fields) for row in rows),
        sentences=frozenset(headings[name] for name in fields if name in _SENTENCES),
    )


def _words(kind: str, columns: Columns, facts: SiteFacts) -> tuple[str, ...]:
    if kind == "phase":
        return tuple(phase.word or columns.own_word("phase", phase.id) for phase in facts.phases)
    return tuple(columns.own_word(kind, value) for value in columns.words.get(kind, {})) if kind in _CHOSEN else ()


def cover_tab(said: Texts) -> NewTab:
    """The first tab of the managers' workbook; kim adds its own behind it."""
    note = said.say("kim writes its tabs into this workbook. It holds no personal row.")
    return NewTab(said.say("Cover"), text=(said.say("Figures for the managers"), note))
