"""`kim status`: last and next runs, what waits, what failed, and whether anybody is at work."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from automations.cli.alive import service_line
from automations.cli.clock import make_clock
from automations.cli.output import Output
from automations.cli.usage import ATTENTION, DONE, STATUSES
from automations.cli.words import mail_state, occurrence_kind, run_outcome
from automations.common.texts import Texts
from automations.config.files import read_premises
from automations.config.models import Premises
from automations.engine.clock import clock_trouble
from automations.engine.lock import is_running
from automations.engine.parts import open_books, open_workbooks
from automations.ledger import Ledger
from automations.model.fact_kinds import Trouble
from automations.model.runs import INTERRUPTED
from automations.service.heartbeat import standing_still
from automations.service.timetable import JOB, timetable
from automations.workbooks.protocol import Workbook, WorkbookError

_OLD_BACKUP = timedelta(days=3)  # a long weekend
_SHOWN = 20
_STUCK = ("held", "retry", "failed", "unknown", "bounced")
"""States that people may want to know one by one."""


@dataclass(frozen=True)
class Office:
    """What the status is told from; nothing is read of the workbooks but who holds them."""

    site: Premises
    ledger: Ledger
    workbooks: Mapping[str, Workbook]


def status(arguments: Namespace) -> int:
    """`kim status`: how it stands. Changes nothing, and needs no workbook."""
    output = Output(arguments.json)
    site = read_premises(Path(arguments.site))
    now, say = make_clock(site, arguments.at)(), site.facts.texts
    with open_books(site, now) as ledger:
        office = Office(site, ledger, open_workbooks(site))
        output.document(lambda: _document(office, now))
        if not arguments.json:
            _print(output, office, now, say)
        return _last_status(office)


def _last_status(office: Office) -> int:
    """How the last run ended, as its exit status; of one that is under way, how the one before it did."""
    for run in office.ledger.runs(2):
        if run.outcome == INTERRUPTED and is_running(office.site.state):
            continue
        return STATUSES.get(run.outcome, ATTENTION)
    return DONE


def _document(office: Office, now: datetime) -> dict[str, object]:
    silent, backup = standing_still(office.site.state, now), office.ledger.last_backup
    return {
        "runs": office.ledger.runs(10),
        "last": office.ledger.last_occurrence(JOB),
        "next": timetable(office.site).next_after(now),
        "mails": office.ledger.outbox_counts(),
        "stuck": _stuck(office.ledger),
        "hold": office.ledger.held,
        "holders": {name: _holder(workbook)[0] for name, workbook in office.workbooks.items()},
        "trouble_since": (office.ledger.fact(Trouble) or Trouble()).since,
        "backup": backup,
        "backup_hours": round((now - backup).total_seconds() / 3600, 1) if backup else None,
        "silent_seconds": silent.total_seconds() if silent is not None else None,
    }


def _holder(workbook: Workbook) -> tuple[str, str]:
    """Who has a workbook open, and the sentence where a server does not let us know."""
    try:
        return workbook.holder(), ""
    except WorkbookError as error:
        return "", f"{error.message} {error.advice}".strip()


def _stuck(ledger: Ledger) -> list[dict[str, str]]:
    """Mails that need somebody, by rule and case number; no names, no addresses."""
    return [
        {"key": item.mail.key, "rule": item.mail.rule, "case": item.mail.case, "state": item.state, "run": item.run}
        for item in ledger.mails(*_STUCK)
    ]


def _print(output: Output, office: Office, now: datetime, say: Texts) -> None:
    zone = office.site.facts.time_zone
    _print_runs(output, office, zone, say)
    _print_mails(output, office.ledger, say)
    for name, workbook in office.workbooks.items():
        holder, trouble = _holder(workbook)
        if trouble:
            output.line(trouble, "bold red")
        elif holder:
            output.line(say.say("„{name}“ is open: {holder}", name=name, holder=holder))
    _print_schedule(output, office, now, zone, say)
    output.line(service_line(standing_still(office.site.state, now), say))
    _print_backup(output, office.ledger.last_backup, now, zone, say)
    if trouble := clock_trouble(office.ledger, now, say):
        output.line(trouble, "bold red")
    if office.ledger.held:
        output.line(say.say("All mail is on hold; „kim release“ lets it go."), "bold")


def _print_runs(output: Output, office: Office, zone: ZoneInfo, say: Texts) -> None:
    runs = office.ledger.runs(10)
    rows = [
        (_moment(run.at, zone), run.run, run_outcome(run.outcome, say), run.edits, run.mails, run.problems)
        for run in runs
    ]
    headings = [say.say("When"), say.say("Run"), say.say("Outcome"), say.say("Cells"), say.say("Mails"),
                say.say("Problems")]  # fmt: skip
    output.table(headings, rows, say.say("Last runs"))
    for run in runs:
        for trouble in run.trouble:
            output.line(f"{run.run}: {trouble}", "red")
    if not rows:
        output.line(say.say("There was no run yet."))


def _print_mails(output: Output, ledger: Ledger, say: Texts) -> None:
    counts = sorted(ledger.outbox_counts().items())
    output.table(
        [say.say("State"), say.say("Mails")], [(mail_state(code, say), n) for code, n in counts], say.say("Outbox")
    )
    stuck = _stuck(ledger)
    rows = [(mail_state(item["state"], say), item["case"], item["rule"], item["run"]) for item in stuck[-_SHOWN:]]
    headings = [say.say("State"), say.say("Case"), say.say("Rule"), say.say("Run")]
    output.table(headings, rows, say.say("Mails that somebody should know of"))


def _print_schedule(output: Output, office: Office, now: datetime, zone: ZoneInfo, say: Texts) -> None:
    last, coming = office.ledger.last_occurrence(JOB), timetable(office.site).next_after(now)
    if last is not None:
        when = _moment(datetime.fromisoformat(last.occurrence).replace(tzinfo=zone), zone)
        outcome = run_outcome(last.outcome, say)
        output.line(say.say("Last of the schedule: {when} ({outcome})", when=when, outcome=outcome))
    if coming is not None:
        kind = occurrence_kind(coming.kind, say)
        output.line(say.say("Next of the schedule: {when} ({kind})", when=_moment(coming.moment, zone), kind=kind))


def _print_backup(output: Output, made: datetime | None, now: datetime, zone: ZoneInfo, say: Texts) -> None:
    if made is None:
        output.line(say.say("There is no backup of the ledger yet."))
        return
    style = "bold red" if now - made > _OLD_BACKUP else ""
    output.line(say.say("Newest backup of the ledger: {when}", when=_moment(made, zone)), style)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%d.%m.%Y %H:%M}"
