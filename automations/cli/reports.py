"""A planned or finished run as the JSON document that programs read, and as tables for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from automations.cli.exit_status import ATTENTION, BUSY, DONE
from automations.cli.output import Output
from automations.cli.words import mail_state
from automations.common.texts import Texts
from automations.engine.applied import Applied
from automations.engine.outcomes import Blind, JobOutcome, Looked, Outlook, Prepared, Refused
from automations.ledger.recording import PlannedMail
from automations.messages.render import Renderer
from automations.model.plan import CellEdit, EditGroup, Mail
from automations.model.problems import Problem
from automations.model.snapshot import Snapshot
from automations.model.values import Plain, Value, is_draft, to_plain
from automations.model.writes import Promise
from automations.tables.asides import REASONS

_SHOWN = 40  # lines of a list printed for people; `--json` has them all
_NAMED = 8  # rows that have the same fault


def document(
    prepared: Outlook,
    renderer: Renderer,
    outcome: str,
    applied: Applied | None = None,
    seconds: Mapping[str, float] | None = None,
) -> dict[str, object]:
    """The document. `applied` is what became of the plan, where it was carried out; `seconds` what took how long, where
    that is more than the plan. "plan" holds the seconds of all jobs."""
    planned, done = prepared if isinstance(prepared, Prepared) else None, applied or Applied()
    states, kept = done.states, _promises(planned, done)
    return {
        "run": prepared.run,
        "at": prepared.now,
        "outcome": outcome,
        "edits": _edits(planned, done, kept) if planned else [],
        "mails": [_mail(item, renderer, states) for item in planned.mails] if planned else [],
        "tabs": _tabs(planned, kept) if planned else [],
        "problems": [*_refusal(prepared), *prepared.problems],
        "jobs": _jobs(planned.jobs) if planned else {},
        "seconds": prepared.seconds if seconds is None else seconds,
    }


def _refusal(prepared: Outlook) -> list[Problem]:
    """What a guard says, as the problem that it is: programs read only the document."""
    if not isinstance(prepared, Refused):
        return []
    return [Problem("refused", prepared.sentence, severity="error", who="operator")]


_Kept = Mapping[tuple[str, str, str], Promise]


def _promises(planned: Prepared | None, done: Applied) -> _Kept:
    broken = planned.broken if planned else ()
    return {(promise.kind, promise.workbook, promise.id): promise for promise in (*broken, *done.promises)}


def _edits(planned: Prepared, done: Applied, kept: _Kept) -> list[dict[str, Plain]]:
    """All cells that were promised, with what became of each; those that were known to be refused, too."""
    groups = (*planned.anew, *(done.groups or planned.groups), *planned.withheld)
    return [
        _edit(planned, group, edit) | _state(kept.get(("cells", group.row.workbook, group.id)))
        for group in groups
        for edit in group.edits
    ]


def _tabs(planned: Prepared, kept: _Kept) -> list[dict[str, Plain]]:
    docs = (*planned.tabs, *planned.unmade)
    return [
        {"workbook": doc.workbook, "name": doc.title} | _state(kept.get(("tab", doc.workbook, doc.id))) for doc in docs
    ]


def _state(promise: Promise | None) -> dict[str, Plain]:
    if promise is None or not promise.broken:
        return {"state": promise.state if promise else "planned"}
    return {"state": promise.state, "message": promise.message, "advice": promise.advice}


def _jobs(jobs: Mapping[str, JobOutcome]) -> dict[str, object]:
    return {name: {"outcome": job.outcome, "seconds": job.seconds} for name, job in jobs.items()}


def _mail(item: PlannedMail, renderer: Renderer, states: Mapping[str, str]) -> dict[str, object]:
    mail = item.mail
    return {
        "key": mail.key, "rule": mail.rule, "to": mail.to, "language": mail.language,
        "subject": subject(renderer, mail), "case": mail.case,
        "state": states.get(mail.key, item.state), "why": mail.why, "detail": item.detail,
    }  # fmt: skip


def rows_read(snapshot: Snapshot) -> dict[str, object]:
    """How many rows of each table were read, and which rows below its headings were not taken for such."""
    return {
        "read": {table: len(records) for table, records in snapshot.tables.items() if table in snapshot.layouts},
        "set_aside": [
            {"table": one.table, "tab": one.tab, "row": one.row, "reason": one.reason, "shown": one.shown}
            for one in snapshot.set_aside
        ],
    }


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


def write_problems(applied: Applied, say: Texts) -> list[Problem]:
    """What of a run's changes did not get into a workbook, and why: in words, for whoever looks after kim."""
    told = {
        "unclear": say.say("Whether the changes arrived is not known yet; the next run finds out."),
        "conflict": say.say("The workbook changed again and again while kim wrote; the changes wait for the next run."),
    }
    found = {(name, told[result.status]): None for name, result in applied.writes.items() if result.status in told}
    found |= {(name, text): None for name, result in applied.writes.items() for text in result.refused.values()}
    failed = [
        Problem(error.code, error.message, error.advice, "error", workbook=name, who="operator")
        for name, error in applied.errors.items()
    ]
    return failed + [
        Problem("not_written", f"{say.quoted(name)}: {text}", workbook=name, who="operator") for name, text in found
    ]


def broken_problems(promises: Iterable[Promise]) -> list[Problem]:
    """What was promised and does not stand there: a problem for each reason, with the tabs that it is about."""
    found: dict[tuple[str, str, str], dict[str, None]] = {}
    for promise in promises:
        if promise.broken:
            found.setdefault((promise.workbook, promise.message, promise.advice), {})[promise.name] = None
    return [
        Problem("not_written", message, advice, "error", workbook=workbook, tab=", ".join(names), who="operator")
        for (workbook, message, advice), names in found.items()
    ]


def unwritten(applied: Applied) -> int:
    """The exit status for changes that did not get into a workbook; 0 where all did."""
    return BUSY if applied.busy else ATTENTION if applied.errors else DONE


def unwritten_problems(applied: Applied, say: Texts) -> list[Problem]:
    """The workbooks that changes did not get into, and why."""
    sentence = "The workbook “{name}” is open elsewhere ({holder}); nothing was written."
    # An error says itself what is the matter; nobody has the workbook open.
    busy = {name: holder for name, holder in applied.busy.items() if name not in applied.errors}
    told = {name: say.say(sentence, name=name, holder=holder) for name, holder in busy.items()}
    return [*(Problem("busy", text, workbook=name) for name, text in told.items()), *write_problems(applied, say)]


def subject(renderer: Renderer, mail: Mail) -> str:
    """A mail's subject as its recipient will read it; "" where its template is broken."""
    try:
        return renderer.subject(mail)
    except Exception:  # noqa: BLE001 (a broken template is reported where it is sent)
        return ""


def _edit(prepared: Prepared, group: EditGroup, edit: CellEdit) -> dict[str, Plain]:
    layout = prepared.snapshot.layouts.get(group.row.table)
    row = prepared.snapshot.rows.get(group.row)
    return {
        "workbook": group.row.workbook,
        "tab": (row.tab if row else "") or (layout.tab if layout else group.row.table),
        "row": row.number if row else None,
        "key": group.row.key,
        "field": edit.field,
        "column": layout.headings.get(edit.field, "") if layout else "",
        "old": to_plain(edit.old),
        "new": to_plain(edit.new),
        "job": group.job,
        "why": group.why,
    }


def print_stop(output: Output, stop: Refused | Blind) -> None:
    """Why nothing was planned."""
    if isinstance(stop, Refused):
        output.line(stop.sentence, "bold red")
    else:
        for problem in stop.problems:
            output.line(f"{problem.message} {problem.advice}".strip(), "bold red")


def print_plan(output: Output, prepared: Prepared, renderer: Renderer, say: Texts) -> None:
    """Everything that a run would do, for people."""
    edits = [_edit(prepared, group, edit) for group in prepared.groups for edit in group.edits]
    rows = [
        (f"{e['tab']} {e['row'] or '+'}", _number(e["key"]), e["column"], _short(e["old"]), _short(e["new"]), e["why"])
        for e in edits[:_SHOWN]
    ]
    headings = [say.say("Place"), say.say("Number"), say.say("Column"), say.say("now"), say.say("then"), say.say("Why")]
    output.table(headings, rows, say.count("{n} cell", "{n} cells", len(edits)))
    _more(output, len(edits), say)
    mails = [
        (
            item.mail.to,
            item.mail.language,
            subject(renderer, item.mail),
            item.mail.case,
            mail_state(item.state, say),
            item.mail.why,
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
    if not edits and not prepared.mails and not prepared.tabs:
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


def _number(key: Plain) -> str:
    """A row's number for people; a row without one is known by its place alone."""
    return "" if is_draft(str(key)) else str(key)


def _short(value: Plain | Value) -> str:
    text = "" if value is None else str(value)
    limit = 40
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _more(output: Output, total: int, say: Texts) -> None:
    if total > _SHOWN:
        output.line(say.say("… and {n} more (--json shows all).", n=total - _SHOWN))
