"""A planned or finished run as the JSON document that programs read, and as tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from automations.cli.exit_status import ATTENTION, BUSY, DONE
from automations.common.texts import Texts
from automations.engine.applied import Applied
from automations.engine.outcomes import JobOutcome, Outlook, Prepared, Refused
from automations.ledger.recording import PlannedMail
from automations.messages.render import Renderer
from automations.model.plan import CellEdit, EditGroup, Mail
from automations.model.problems import Problem
from automations.model.snapshot import Snapshot
from automations.model.values import Plain, to_plain
from automations.model.writes import Promise


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


def tab_of(snapshot: Snapshot, group: EditGroup) -> str:
    """The tab in which a row is changed, or will stand."""
    layout, row = snapshot.layouts.get(group.row.table), snapshot.rows.get(group.row)
    return (row.tab if row else "") or (layout.tab if layout else group.row.table)


def _edit(prepared: Prepared, group: EditGroup, edit: CellEdit) -> dict[str, Plain]:
    layout = prepared.snapshot.layouts.get(group.row.table)
    row = prepared.snapshot.rows.get(group.row)
    return {
        "workbook": group.row.workbook,
        "tab": tab_of(prepared.snapshot, group),
        "row": row.number if row else None,
        "key": group.row.key,
        "field": edit.field,
        "column": layout.headings.get(edit.field, "") if layout else "",
        "old": to_plain(edit.old),
        "new": to_plain(edit.new),
        "job": group.job,
        "why": group.why,
    }
