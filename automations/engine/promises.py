"""Compares what a plan promised with what the backends say stands there now. Pure.

A backend's answer rests on reading: it proves the changed copy before that takes the workbook's place.
Outcome, exit status, alert, `kim status`, the log of runs and the states in JSON come from here alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from automations.common.texts import Texts
from automations.model.plan import EditGroup
from automations.model.tabdoc import TabDoc
from automations.model.writes import Promise, PromiseState, WriteResult
from automations.workbooks.protocol import WorkbookError

RunOutcome = Literal["done", "attention", "busy", "refused"]
_MOST = 10  # sentences that the log of runs repeats about one run
_PEOPLE = "Somebody changed the row meanwhile; the next run looks at it anew."
_GONE = "The row, its tab or its column is not there any more."
_TWICE = "The number of the row stands twice."
_ADVICE = MappingProxyType({
    "missing": "Please look whether the tab and its headings are as they were, and put back what is gone.",
    "duplicate": "Please give each row a number of its own; the next run writes then.",
    "refused": "Please free these cells, without formula, merge and protection, or fill them in by hand.",
})  # fmt: skip
_CLOSED = "The workbook does not allow it."


class Tried(Struct, frozen=True):
    """What became of the writes: answers and errors by workbook."""

    writes: Mapping[str, WriteResult]
    errors: Mapping[str, WorkbookError]


def promised(groups: Iterable[EditGroup], tabs: Iterable[TabDoc], places: Mapping[str, str]) -> tuple[Promise, ...]:
    """What is promised, before anything is tried. `places` are the tabs of tables, by canonical name."""
    cells = (Promise("cells", g.row.workbook, g.id, places.get(g.row.table, g.row.table)) for g in groups)
    return (*cells, *(Promise("tab", doc.workbook, doc.id, doc.title) for doc in tabs))


def compared(promises: Iterable[Promise], tried: Tried, say: Texts) -> tuple[Promise, ...]:
    """Each promise with the state that it is in now."""
    return tuple(_compared(promise, tried, say) for promise in promises)


def _compared(promise: Promise, tried: Tried, say: Texts) -> Promise:
    if promise.state != "planned":
        return promise
    error = tried.errors.get(promise.workbook)
    # An error is about the whole workbook; single answers there are none.
    if error is not None:
        return _in(promise, "busy" if error.busy else "refused", error.message, error.advice)
    result = tried.writes.get(promise.workbook)
    if result is None:
        return promise
    whole = _as_a_whole(promise, result, say)
    if whole is not None:
        return whole
    return _of_tab(promise, result, say) if promise.kind == "tab" else _of_group(promise, result, say)


def _as_a_whole(promise: Promise, result: WriteResult, say: Texts) -> Promise | None:
    """What holds for all that a write was to bring; None where each promise has its own answer."""
    if result.status == "busy":
        message = say.say(
            "The workbook “{name}” is open elsewhere ({holder}); nothing was written.",
            name=promise.workbook, holder=result.holder,
        )  # fmt: skip
        return _in(promise, "busy", message, say.say("Please close it; the next run writes."))
    if result.status == "conflict":
        message = say.say("The workbook changed again and again while kim wrote; the changes wait for the next run.")
        return _in(promise, "busy", message)
    if result.status == "unclear" and promise.id not in result.groups:
        return _in(promise, "unclear", say.say("Whether the changes arrived is not known yet; the next run finds out."))
    return None


def _of_tab(promise: Promise, result: WriteResult, say: Texts) -> Promise:
    if promise.id in result.refused:
        return _in(
            promise, "refused", result.refused[promise.id] or say.say(_CLOSED), result.advice.get(promise.id, "")
        )
    return _in(promise, "applied")


def _of_group(promise: Promise, result: WriteResult, say: Texts) -> Promise:
    """A row that people changed, moved or deleted between the reading and the writing waits for the next
    plan; what the format or another change of this run forbids has a reason, and stays so."""
    found, reason = result.groups.get(promise.id, "unclear"), result.refused.get(promise.id, "")
    if found in {"applied", "unclear"}:
        return _in(promise, "applied" if found == "applied" else "unclear", reason)
    told = {"changed": _PEOPLE, "missing": _GONE, "duplicate": _TWICE, "refused": _CLOSED}[found]
    # "busy" is what the next run mends by itself; "refused" is somebody's to mend.
    state: PromiseState = "busy" if found == "changed" or (found != "refused" and not reason) else "refused"
    theirs = result.advice.get(promise.id, "")
    advice = theirs or (say.say(_ADVICE[found]) if state == "refused" else "")
    return _in(promise, state, reason or say.say(told), advice, alone=state == "refused" and not theirs)


def _in(promise: Promise, state: PromiseState, message: str = "", advice: str = "", *, alone: bool = False) -> Promise:
    return Promise(promise.kind, promise.workbook, promise.id, promise.name, state, message, advice, alone)


def judged(promises: Iterable[Promise], *, waits: bool, troubles: bool) -> RunOutcome:
    """The outcome: "done" means that all was done. `waits` is whether mails wait for a workbook to be free,
    `troubles` whether something besides the workbooks failed or is held."""
    states = {promise.state for promise in promises}
    if troubles or states & {"refused", "unclear"}:
        return "attention"
    return "busy" if waits or "busy" in states else "done"


def sentences(promises: Iterable[Promise]) -> Iterator[str]:
    """What is not applied, and why: a sentence a reason, with the tabs that it is about."""
    places: dict[tuple[str, str], dict[str, None]] = {}
    for promise in promises:
        if promise.broken:
            places.setdefault((promise.workbook, promise.message), {})[promise.name] = None
    for (workbook, message), names in list(places.items())[:_MOST]:
        yield f"{workbook}, {', '.join(list(names)[:_MOST])}: {message}"
