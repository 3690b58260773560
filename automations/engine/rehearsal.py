"""One dry build, shared by plan, check, init and run: what a workbook refuses is known before anything is
written, mailed or promised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from automations.common.texts import Texts
from automations.engine.promises import Tried, compared, promised
from automations.model.layout import Base
from automations.model.plan import EditGroup
from automations.model.problems import Problem
from automations.model.promises import Promise
from automations.model.tabdoc import TabDoc
from automations.model.writes import WriteResult
from automations.workbooks.protocol import Workbook, WorkbookError

_NAMED = 8
"""Tabs that one problem names."""


def refused_beforehand(
    workbooks: Mapping[str, Workbook],
    groups: Sequence[EditGroup],
    tabs: Sequence[TabDoc],
    bases: Mapping[str, Base],
    ledger: str,
    places: Mapping[str, str],
    say: Texts,
) -> tuple[Promise, ...]:
    """Edits and tabs that cannot be written as the workbooks stand. A workbook that is busy, or changed since
    it was read, says nothing here: the write itself will."""
    writes: dict[str, WriteResult] = {}
    errors: dict[str, WorkbookError] = {}
    for name, base in bases.items():
        edits = [group for group in groups if group.row.workbook == name]
        docs = [doc for doc in tabs if doc.workbook == name]
        if edits or docs:
            try:
                writes[name] = workbooks[name].rehearse(edits, docs, base, ledger)
            except WorkbookError as error:
                errors |= {} if error.busy else {name: error}
    found = compared(promised(groups, tabs, places), Tried(writes, errors), say)
    return tuple(promise for promise in found if promise.state == "refused")


def told(broken: Iterable[Promise], say: Texts) -> Iterator[Problem]:
    """One problem for each kind of reason, for the team lead: what the workbook does not allow, and what to click."""
    found: dict[tuple[str, str, str], list[Promise]] = {}
    for promise in broken:
        reason = promise.advice or promise.message
        found.setdefault((promise.workbook, promise.kind, reason), []).append(promise)
    for (workbook, _, _), some in found.items():
        tabs = ", ".join(list(dict.fromkeys(promise.name for promise in some))[:_NAMED])
        message = some[0].message
        others = len({promise.message for promise in some}) - 1
        if others:
            more = say.count("({n} other place is like that.)", "({n} other places are like that.)", others)
            message = f"{message} {more}"
        yield Problem("cannot_write", message, some[0].advice, "error", workbook=workbook, tab=tabs, who="lead")


__all__ = ["refused_beforehand", "told"]
