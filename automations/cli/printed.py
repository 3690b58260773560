"""A planned run, what was read and what is wrong, as tables for people; `reports` has the same for programs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from automations.cli.output import Output
from automations.cli.reports import subject, tab_of
from automations.cli.words import mail_state
from automations.common.texts import Texts
from automations.engine.outcomes import Blind, Looked, Prepared, Refused
from automations.ledger.story import reason
from automations.messages.render import Renderer
from automations.model.plan import EditGroup
from automations.model.problems import Problem
from automations.model.snapshot import Snapshot
from automations.model.values import is_draft
from automations.tables.asides import REASONS
from automations.tables.faults import shown

_SHOWN = 40  # lines of a list printed for people; `--json` has them all
_NAMED = 8  # rows that have the same fault
_LONG = 40  # letters of a cell in a line
_APART = 3  # cells of a kind that are told one by one


def print_rows(output: Output, snapshot: Snapshot, say: Texts) -> None:
    """The same in one line a table."""
    for table, layout in snapshot.layouts.items():
        tabs = say.quoted(*dict.fromkeys(part.tab for part in layout.parts))
        n = len(snapshot.table(table))
        told = say.count("{tabs}: {n} row read", "{tabs}: {n} rows read", n, tabs=tabs)
        if layout.slot:
            told += say.say(" (appointments from columns)")
        output.line(told + _left_out(snapshot, table, say))


def _left_out(snapshot: Snapshot, table: str, say: Texts) -> str:
    aside = [one for one in snapshot.set_aside if one.table == table]
    words = ", ".join(say.say(REASONS[reason]) for reason in dict.fromkeys(one.reason for one in aside))
    told = say.count("{n} row left out ({words})", "{n} rows left out ({words})", len(aside), words=words)
    return f"; {told}" if aside else ""


def print_stop(output: Output, stop: Refused | Blind) -> None:
    """Why nothing was planned."""
    if isinstance(stop, Refused):
        output.line(stop.sentence, "bold red")
    else:
        for problem in stop.problems:
            output.line(f"{problem.message} {problem.advice}".strip(), "bold red")


def print_plan(output: Output, prepared: Prepared, renderer: Renderer, say: Texts) -> None:
    """Everything that a run would do, for people."""
    lines = _gathered(prepared.snapshot, prepared.groups, say)
    cells = sum(len(group.edits) for group in prepared.groups)
    headings = [say.say("Place"), say.say("Number"), say.say("Column"), say.say("now"), say.say("then"), say.say("Why")]
    output.table(headings, lines[:_SHOWN], say.count("{n} cell", "{n} cells", cells))
    _more(output, len(lines), say)
    mails = [
        (
            item.mail.to,
            item.mail.language,
            subject(renderer, item.mail),
            item.mail.case,
            mail_state(item.state, say),
            # Of a mail that does not leave people ask why not.
            reason(item.detail, say) or item.mail.why,
        )
        for item in prepared.mails[:_SHOWN]
    ]
    headings = [
        say.say("To"),
        say.say("Language"),
        say.say("Subject"),
        say.say("Case"),
        say.say("State"),
        say.say("Why"),
    ]
    output.table(headings, mails, say.count("{n} mail", "{n} mails", len(prepared.mails)))
    _more(output, len(prepared.mails), say)
    if prepared.tabs:
        names = ", ".join(f"{doc.title} ({doc.workbook})" for doc in prepared.tabs)
        output.line(say.count("{n} tab: {names}", "{n} tabs: {names}", len(prepared.tabs), names=names))
    if not lines and not prepared.mails and not prepared.tabs:
        output.line(say.say("There is nothing to do."))
    if prepared.problems:
        output.line(say.count("{n} problem; “kim check” shows it.", "{n} problems; “kim check” shows them.",
                              len(prepared.problems)))  # fmt: skip


def print_problems(output: Output, prepared: Looked, say: Texts) -> None:
    """Every problem with its place and what to do; what is the same in many rows of a tab is one line."""
    alike: defaultdict[tuple[str, ...], list[Problem]] = defaultdict(list)
    for p in sorted(prepared.problems, key=lambda p: (p.tab, p.row or 0, p.column)):
        # What kim understood all the same is a habit of the team's where it stands in every row.
        own = (p.code,) if p.severity == "note" else (p.shown, p.message)
        alike[p.tab, p.column, p.advice, p.severity, *own].append(p)
    rows = []
    for found in alike.values():
        first, place = found[0], _place(found[0].tab, [p.row for p in found])
        rows.append((place, first.column, first.shown, _said(found, say), first.advice))
    headings = [say.say("Place"), say.say("Column"), say.say("now"), say.say("What is wrong"), say.say("What to do")]
    output.table(headings, rows, say.count("{n} problem", "{n} problems", len(prepared.problems)))
    if not rows:
        output.line(say.say("Everything is in order."))


def _said(found: Sequence[Problem], say: Texts) -> str:
    """The sentence of a line of problems, which may differ in what stands there."""
    first = found[0].message
    if all(problem.message == first for problem in found):
        return first
    return say.say("{first} (and the like in the other rows)", first=first)


def _place(tab: str, found: Sequence[int | None]) -> str:
    """A tab and its rows, the first few of many."""
    lines = [str(row) for row in dict.fromkeys(found) if row]
    more = f", … ({len(found)} ×)" if len(lines) > _NAMED else ""
    return f"{tab} {', '.join(lines[:_NAMED])}".strip() + more


def _gathered(snapshot: Snapshot, groups: Iterable[EditGroup], say: Texts) -> list[tuple[str, ...]]:
    """The lines of the table of cells. Where many cells of a column change for one reason, as at a first run that
    numbers each row, they are one line."""
    found: defaultdict[tuple[str, ...], list[_Cell]] = defaultdict(list)
    for cell in (cell for group in groups for cell in _cells(snapshot, group, say)):
        # A new row says in one cell what stands in all of its own.
        found[cell.tab, cell.heading, cell.now, cell.why, "" if cell.row else cell.then].append(cell)
    return [line for cells in found.values() for line in _told(cells)]


class _Cell(Struct, frozen=True):
    """A cell to be written; `row` is None for a row that is new."""

    tab: str
    row: int | None
    number: str
    heading: str
    now: str
    then: str
    why: str


def _told(cells: Sequence[_Cell]) -> Iterator[tuple[str, ...]]:
    if len(cells) <= _APART:
        for cell in cells:
            yield f"{cell.tab} {cell.row or '+'}", cell.number, cell.heading, cell.now, cell.then, cell.why
        return
    first, last = cells[0], cells[-1]
    then = first.then if first.then == last.then else f"{first.then} … {last.then}"
    yield _place(first.tab, [cell.row for cell in cells]), "", first.heading, first.now, then, first.why


def _cells(snapshot: Snapshot, group: EditGroup, say: Texts) -> Iterator[_Cell]:
    """A group of cells: those of a row that is there one by one, a new row in one."""
    layout, row = snapshot.layouts.get(group.row.table), snapshot.rows.get(group.row)
    named = layout.headings if layout else {}
    # A row without a number is known by its place alone.
    number = "" if is_draft(group.row.key) else group.row.key
    tab = tab_of(snapshot, group)
    if row is not None:
        for edit in group.edits:
            now, then = _short(shown(edit.old)), _short(shown(edit.new))
            yield _Cell(tab, row.number, number, named.get(edit.field, ""), now, then, group.why)
        return
    told = {"", number, group.why}
    filled = ((named.get(edit.field, edit.field), shown(edit.new)) for edit in group.edits)
    cells = [f"{heading}: {_short(text)}" for heading, text in filled if text not in told]
    yield _Cell(tab, None, number, say.say("a new row"), "", "\n".join(cells), group.why)


def _short(text: str) -> str:
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"


def _more(output: Output, total: int, say: Texts) -> None:
    if total > _SHOWN:
        output.line(say.say("… and {n} more (--json shows all).", n=total - _SHOWN))
