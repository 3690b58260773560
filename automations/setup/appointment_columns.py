"""Appointments that stand as columns of the row of their case: found, and proposed as one table to be confirmed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time

from msgspec.structs import replace

from automations.model.settings import SiteFacts
from automations.model.values import Value, key_text
from automations.setup.language_columns import CROSSES
from automations.setup.proposed import HeadingProposal, Proposal, TableProposal
from automations.setup.table_search import Block
from automations.setup.thesaurus import load_thesaurus
from automations.setup.words import WordProposal, propose_words
from automations.tables.appointment_columns import BESIDE, slot_spans
from automations.tables.columns import Columns
from automations.tables.folding import fold, without_number
from automations.tables.times import parse_time

_FEWEST = 2  # columns of days that are no chance
_MOST = 0.6  # of a column's cells that tell what it holds
# One of several: a number, also a Roman one, or a word that counts ("Erstgespräch", "Folgetermin").
_COUNTED = re.compile(
    r"\d|\b(i{1,3}|iv|v)\b|erst|zweit|dritt|viert|folge|weiter|first|second|third|initial|follow", re.IGNORECASE
)
_APPOINTMENT = re.compile(
    r"termin|beratung|gespr|kontakt|besuch|sitzung|appt|appointment|session|visit|meeting|review", re.IGNORECASE
)
_KEPT = re.compile(r"wahrg|stattgef|ersch|gekommen|da\b|attend|kept|status|ergebnis|came", re.IGNORECASE)
_DAY = re.compile(r"\s*\d{1,2}\.\s?\d{1,2}\.|\s*\d{1,2}/\d{1,2}/\d{2}|\s*\d{4}-\d\d-\d\d")


def with_slots(proposal: Proposal, columns: Columns, facts: SiteFacts) -> Proposal:
    """The proposal with the appointments in the rows of cases as a table `in_row`, where there are several and no
    tab of appointments."""
    cases = proposal.table("cases")
    if cases is None or proposal.table("appointments"):
        return proposal
    days = [heading.column for heading in dated(cases) if _one_of_several(cases, heading)]
    # A single day beside a case is its first contact or a date to come back to, and no list of appointments.
    if len(days) < _FEWEST:
        return proposal
    kept = tuple(heading.ignored() if heading.column in days else heading for heading in cases.headings)
    cases = replace(cases, headings=kept)
    found = TableProposal(
        cases.block, "appointments", "likely", tuple(_headings(cases, days, columns)), cases.more, in_row=True
    )
    return replace(
        proposal,
        tables=(*(cases if table.table == "cases" else table for table in proposal.tables), found),
        words=(*proposal.words, *_words(found, columns, facts)),
    )


def dated(cases: TableProposal) -> list[HeadingProposal]:
    """Columns of a table of cases that hold days of appointments, or will: an empty one beside others of its name.
    The first of several that differ by their number alone may have been taken for the first contact."""
    twins = Counter(fold(without_number(_title(cases.block, heading.column))) for heading in cases.headings)
    alike = {h.column for h in cases.headings if twins[fold(without_number(_title(cases.block, h.column)))] > 1}
    days = {
        fold(without_number(_title(cases.block, h.column))) for h in cases.headings if cases.share(h, is_day) >= _MOST
    }
    found = [
        heading
        for heading in cases.headings
        if heading.field in {"", "first_contact_on"}
        and (_is_appointment(cases.block, heading.column) or (heading.column in alike and _has_time(cases, heading)))
        and (
            cases.share(heading, is_day) >= _MOST
            or (heading.empty and fold(without_number(_title(cases.block, heading.column))) in days)
        )
    ]
    timed = {heading.column for heading in found if _has_time(cases, heading)}
    # The day of a first talk is the case's own column, unless it stands there as the others do: with its time.
    return [h for h in found if not h.field or h.column in alike - _sure(h) or (h.column in timed and len(timed) > 1)]


def _is_appointment(block: Block, column: int) -> bool:
    return bool(_APPOINTMENT.search(_title(block, column)))


def _sure(heading: HeadingProposal) -> set[int]:
    return {heading.column} if heading.confidence == "sure" else set()


def _has_time(cases: TableProposal, day: HeadingProposal) -> bool:
    """Whether times of day stand right beside the days."""
    right = next((heading for heading in cases.headings if heading.column == day.column + 1), None)
    return right is not None and not right.field and cases.share(right, _is_time) >= _MOST


def _one_of_several(cases: TableProposal, heading: HeadingProposal) -> bool:
    return bool(_COUNTED.search(_title(cases.block, heading.column))) or _has_time(cases, heading)


def _title(block: Block, column: int) -> str:
    return f"{block.groups.get(column, '')} {block.headings[column]}"


def _headings(cases: TableProposal, days: Sequence[int], columns: Columns) -> Iterator[HeadingProposal]:
    block, by_column = cases.block, {heading.column: heading for heading in cases.headings}
    rules = load_thesaurus().widened(columns).tables["appointments"]
    used = {heading.column for heading in cases.headings if heading.field}
    for day, beside in slot_spans(days, block.headings, used):
        yield HeadingProposal(day, block.headings[day], "date", "sure")
        taken: set[str] = set()
        for column in beside:
            name = _beside(block, column, rules.by_heading, cases, by_column[column])
            if name and name not in taken:
                taken.add(name)
                yield HeadingProposal(column, block.headings[column], name, "sure")


def _beside(
    block: Block, column: int, known: Mapping[str, tuple[str, int]], cases: TableProposal, heading: HeadingProposal
) -> str:
    text = block.headings[column]
    for form in (text, without_number(text)):
        name = known.get(fold(form), ("", 0))[0]
        if name in BESIDE and (name != "time" or heading.empty or cases.share(heading, _is_time) >= _MOST):
            return name
    if _KEPT.search(text) and (heading.empty or cases.share(heading, _is_short) >= _MOST):
        return "status"
    return "time" if cases.share(heading, _is_time) >= _MOST else ""


def _words(found: TableProposal, columns: Columns, facts: SiteFacts) -> Iterator[WordProposal]:
    for name in BESIDE:
        values = [v for heading in found.headings if heading.field == name for v in found.values(heading)]
        yield from propose_words("appointments", name, values, columns, facts)


def is_day(value: Value) -> bool:
    """Whether a cell holds a day, or begins like one."""
    return isinstance(value, date) or bool(_DAY.match(key_text(value) or ""))


def _is_time(value: Value) -> bool:
    return isinstance(value, time) or (isinstance(value, str) and parse_time(value).value is not None)


def _is_short(value: Value) -> bool:
    text = key_text(value) or ""
    return fold(text) in CROSSES or len(text.split()) <= 2  # noqa: PLR2004 - a word, or two
