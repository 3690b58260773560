"""The words that kim may write into a column, known without a plan: what a drop-down there has to offer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date

from automations.jobs.rules.edits import TODAY
from automations.jobs.rules.model import RuleSettings
from automations.model.layout import Base
from automations.model.problems import Problem
from automations.model.records import AppointmentStatus, ContactWay
from automations.model.snapshot import Snapshot
from automations.workbooks.protocol import Column, Offering, Workbook, WorkbookError

# What kim enters where clients answer.
_ANSWERED = (
    ("appointments", "status", (AppointmentStatus.CONFIRMED, AppointmentStatus.CANCELLED)),
    ("cases", "contact_way", (ContactWay.NONE,)),
)


def written_words(snapshot: Snapshot, rules: RuleSettings, day: date, *, answers: bool) -> Mapping[Column, list[str]]:
    """The words by column, as the team writes them: the colleagues who get cases, what rules fill in, and, where
    `answers` are read, what clients answer."""
    people = [one.code for one in snapshot.team if one.code and one.belongs(day) and one.capacity != 0]
    found: dict[Column, list[str]] = {("cases", "manager"): people}
    for table, field, some in _ANSWERED if answers else ():
        found[table, field] = list(some)
    for rule in rules.rules:
        for field, value in rule.set.items() if rule.active and rule.action == "set" else ():
            # A day, and what is filled in from the row, is known with the row alone.
            if isinstance(value, str) and "{" not in value and not TODAY.fullmatch(value):
                found.setdefault((rule.table, field), []).append(value)
    return {
        column: [snapshot.words.get((*column, word), word) for word in dict.fromkeys(words)]
        for column, words in found.items()
        if column[0] in snapshot.layouts and column[1] in snapshot.layouts[column[0]].writable
    }


def words_missing(
    workbooks: Mapping[str, Workbook],
    bases: Mapping[str, Base],
    words: Mapping[Column, Sequence[str]],
    snapshot: Snapshot,
) -> Iterator[Problem]:
    """The words that drop-downs do not offer, a problem for each, whether one is to be written today or not."""
    for name, base in bases.items():
        book, here = workbooks[name], {column: some for column, some in words.items() if column[0] in base.layouts}
        with suppress(WorkbookError):
            for (table, field), error in book.unoffered(base, here) if here and isinstance(book, Offering) else ():
                layout = snapshot.layouts[table]
                # Nobody knows that a list which only Excel can work out refuses anything.
                unread = error.code == "list_unread"
                yield Problem(
                    error.code if unread else "cannot_write", error.message, error.advice,
                    "note" if unread else "error", workbook=name, table=table, tab=layout.tab,
                    field=field, column=layout.headings.get(field, ""), who="lead",
                )  # fmt: skip
