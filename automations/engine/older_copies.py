"""A workbook that is older than kim's last write: somebody's program saved what it had loaded before.

That is normal where it is one run old and no row of staff is missing ("stale"): what kim wrote since is written
anew. Anything older, or with rows missing, is a copy that was put back ("restored"), and people are asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct, structs

from automations.common.texts import Texts
from automations.engine.outcomes import OlderCopy
from automations.engine.trail import Marks, Trail, marks_of, moment, trail_of
from automations.ledger.book import Ledger
from automations.model.decisions import ask, lead, question_number
from automations.model.history import History
from automations.model.layout import Base, TableLayout
from automations.model.plan import EditGroup, Fact
from automations.model.records import Answer
from automations.model.snapshot import Snapshot
from automations.model.values import RowKey, Value, digest, is_draft, key_text
from automations.workbooks.positions import Decision, decide, find_parts
from automations.workbooks.protocol import RawWorkbook

RESTORED = "restored/"  # how the keys of the questions begin

_JOB = "decisions"
_NAMED = 8  # rows that a question names, at most


Known = Mapping[RowKey, str]  # rows as they were read last, and the fingerprint of what staff had typed in each


class Found(Struct, frozen=True):
    """What a copy is judged by: the workbook as read, its tables; the rows now and when they were read last, those of
    other workbooks too."""

    raw: RawWorkbook
    layouts: Mapping[str, TableLayout]
    rows: Known
    known: Known
    has_tables: bool


def copy_of(ledger: Ledger, found: Found) -> OlderCopy | None:
    """What kind of older copy a workbook is; None where it is none."""
    trail, marks = trail_of(ledger, found.raw.name), marks_of(found.raw)
    one_old = _is_one_run_old(trail, marks, found.raw)
    older = _older_tab(trail.now, marks)
    if not one_old and not older:
        return None
    copy = _described(found.raw, trail, marks, older)
    if not found.has_tables:  # nothing of people stands in it, so that nothing can be lost
        return structs.replace(copy, kind="stale")
    # Of an older one nobody knows on which cells the runs since were decided: nothing is written anew.
    if not one_old:
        return structs.replace(copy, missing=tuple(_missing(found, ())))
    mended, anew = _made_anew(ledger, trail, found)
    missing = tuple(_missing(found, [group for some in anew for group in some]))
    if missing:
        return structs.replace(copy, kind="restored", missing=missing)
    return structs.replace(copy, kind="stale", anew=anew, mended=mended)


def _is_one_run_old(trail: Trail, marks: Marks, raw: RawWorkbook) -> bool:
    """Whether the tabs say what they said before the last run that wrote. Tabs that people deleted since do not
    count; a workbook without any was never kim's, or lost them all."""
    # All that stands there is as the last run left it: tabs that people deleted are no sign of age.
    if _within(marks, trail.now) and (marks or raw.ledger):
        return False
    return any(marks == before or (marks and _within(marks, before)) for before in trail.before)


def _within(marks: Marks, others: Marks) -> bool:
    return all(others.get(name) == mark for name, mark in marks.items())


def _older_tab(now: Marks, marks: Marks) -> str:
    """A tab that is older than when it was written last; "" for none."""
    for name, mark in marks.items():
        here, last = moment(mark), moment(now.get(name, ""))
        if here and last and here < last:
            return name
    return ""


def _described(raw: RawWorkbook, trail: Trail, marks: Marks, tab: str) -> OlderCopy:
    times = [time for mark in trail.now.values() if (time := moment(mark))]
    last = moment(trail.now.get(tab, "")) or max(times)
    name = next((one.name for one in raw.tabs if one.mark and one.mark.id == tab), "")
    key = digest(raw.name, *sorted(marks.values()), *sorted(trail.now.values()))
    return OlderCopy(raw.name, "restored", name, moment(marks.get(tab, "")), last, RESTORED + key)


def _made_anew(ledger: Ledger, trail: Trail, found: Found) -> tuple[RawWorkbook, tuple[tuple[EditGroup, ...], ...]]:
    """What kim wrote since, where the cells stand as they did then: somebody who typed there meanwhile goes first."""
    raw, anew = found.raw, []
    base = Base(raw.revision, found.layouts)
    # Run by run: each later one was decided on the cells that the one before had left.
    for run in trail.runs:
        groups = [group for group in ledger.written_groups(run) if group.row.workbook == raw.name]
        # By the same judge as the real write, so that what is promised here can be written there.
        lacking = [one for one in decide(raw, groups, base) if one.result == "applied" and (one.cells or one.append)]
        if lacking:
            raw = _with(raw, lacking, base)
            anew.append(tuple(one.group for one in lacking))
    return raw, tuple(anew)


def _with(raw: RawWorkbook, decisions: Sequence[Decision], base: Base) -> RawWorkbook:
    """The workbook as it reads once these edits are made."""
    rows = {tab.name: [list(row) for row in tab.rows] for tab in raw.tabs if any(d.tab == tab.name for d in decisions)}
    for decision in decisions:
        grid = rows[decision.tab]
        for (row, column), value in decision.cells.items():
            _put(grid, row, column, value)
        if decision.append is not None:
            parts = find_parts(raw, base.layouts[decision.group.row.table], drafts=False)
            table = next(part for part in parts if part.tab.name == decision.tab)
            last = structs.replace(table, tab=structs.replace(table.tab, rows=grid)).last_row()
            for column, value in decision.append.items():
                _put(grid, last + 1, column, value)
    tabs = tuple(
        structs.replace(tab, rows=tuple(tuple(row) for row in rows[tab.name])) if tab.name in rows else tab
        for tab in raw.tabs
    )
    return structs.replace(raw, tabs=tabs)


def _put(grid: list[list[Value]], row: int, column: int, value: Value) -> None:
    while len(grid) < row:
        grid.append([])
    cells = grid[row - 1]
    cells.extend([None] * (column - len(cells)))
    cells[column - 1] = value


def _missing(found: Found, anew: Collection[EditGroup]) -> Iterator[str]:
    """Rows that the last run saw and that are not there, nor come back with what is written anew. A row without
    number that was typed on counts as the same while there are as many new ones."""
    numbered = {
        key: group.row.key
        for group in anew
        for edit in group.edits
        if group.op == "edit" and is_draft(group.row.key) and edit.field == "number" and (key := key_text(edit.new))
    }
    appended = {group.row for group in anew if group.op == "append"}
    drafts: dict[str, int] = {}
    name = found.raw.name
    # First the rows that are new, so that one that is gone can be paired with one of them.
    for row in found.rows:
        if row.workbook == name and is_draft(row.key) and row not in found.known and row.key not in numbered.values():
            drafts[row.table] = drafts.get(row.table, 0) + 1
    for row in found.known:
        # Rows of questions are kim's own, and asked again by themselves.
        if row.workbook != name or row in found.rows or row in appended or row.table == "decisions":
            continue
        if structs.replace(row, key=numbered.get(row.key, row.key)) in found.rows:
            continue
        if is_draft(row.key):
            # Who types on in a row without number changes its key; one that is gone and one that is new are the same
            # row.
            drafts[row.table] = drafts.get(row.table, 0) - 1
            if drafts[row.table] >= 0:
                continue
        yield row.key


def is_answered(copy: OlderCopy, snapshot: Snapshot) -> bool:
    """Whether people said that the older copy is to be worked with."""
    number = question_number(copy.key)
    return any(item.number == number and item.decision is Answer.YES for item in snapshot.decisions)


def question(
    copy: OlderCopy, snapshot: Snapshot, now: datetime, say: Texts
) -> tuple[tuple[EditGroup, ...], tuple[Fact, ...]]:
    """Whether the older copy is to be worked with; again each time that one without the question is put back."""
    proposal = say.say(
        "Please put the newer version back first, if there is one (kim keeps earlier versions). Then no answer is"
        " needed. yes: kim goes on with what stands here now."
    )
    terms = lead(now.date(), say.say("kim does nothing in this workbook and sends no mails."), say, urgent=True)
    text = sentence(copy, now, say)
    return ask(copy.key, text, proposal, copy.tab, snapshot, History(), _JOB, now, terms, say)


def sentence(copy: OlderCopy, now: datetime, say: Texts) -> str:
    """What was found, for the run's line in the log and for whoever has to decide."""
    zone = now.tzinfo
    last = copy.last.astimezone(zone)
    if copy.kind == "stale":
        text = say.say(
            "Somebody's program saved an older version of the workbook “{name}” over what kim wrote on"
            " {last:%d.%m.%Y %H:%M}.",
            name=copy.workbook, last=last,
        )  # fmt: skip
        again = say.count("{n} cell was written anew.", "{n} cells were written anew.", copy.cells)
        return f"{text} {again}" if copy.cells else text
    if copy.tab and copy.seen:
        text = say.say(
            "The workbook “{name}” is an old copy: its tab “{tab}” is of {stand:%d.%m.%Y %H:%M}, and kim wrote it"
            " last on {last:%d.%m.%Y %H:%M}.",
            name=copy.workbook, tab=copy.tab, stand=copy.seen.astimezone(zone), last=last,
        )  # fmt: skip
    else:
        text = say.say(
            "The workbook “{name}” is an old copy, from before kim wrote it last on {last:%d.%m.%Y %H:%M}.",
            name=copy.workbook, last=last,
        )  # fmt: skip
    return f"{text} {_lacking(copy, say)}".rstrip()


def _lacking(copy: OlderCopy, say: Texts) -> str:
    if not copy.missing:
        return ""
    shown = [key for key in copy.missing if not is_draft(key)][:_NAMED]
    others = len(copy.missing) - len(shown)
    count = say.count(
        "{n} row that the last run saw is missing", "{n} rows that the last run saw are missing", len(copy.missing)
    )
    named = ", ".join([*shown, *(["…"] if others else [])])
    return f"{count}: {named}." if shown else f"{count}."
