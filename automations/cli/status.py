"""`kim status`: last and next runs, what waits, what failed, and whether anybody is at work."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from automations.cli.advice import ATTENTION, DONE
from automations.cli.commands import make_clock, opened
from automations.cli.output import Output
from automations.cli.words import mail_state, occurrence_kind, run_outcome
from automations.common.texts import Texts, texts
from automations.config import load_site
from automations.engine.guards import clock_trouble
from automations.engine.parts import World
from automations.ledger import Ledger
from automations.service.due import JOB
from automations.service.scheduler import standing_still
from automations.service.timetable import timetable

_SILENT_MINUTES = 10
_OLD_BACKUP = timedelta(days=3)  # a long weekend
_SHOWN = 20
_STUCK = ("held", "retry", "failed", "unknown", "bounced")
"""States that people may want to know one by one."""


def status(arguments: Namespace) -> int:
    """`kim status`: how it stands. Changes nothing, and needs no workbook."""
    output = Output(arguments.json)
    if arguments.alive:
        return _alive(arguments, output)
    with opened(arguments) as (world, clock, say):
        now = clock()
        output.document(lambda: _document(world, now))
        if not arguments.json:
            _print(output, world, now, say)
        return DONE


def _alive(arguments: Namespace, output: Output) -> int:
    """For health checks: only looks at the sign of life of `kim start`."""
    site = load_site(Path(arguments.site))
    silent = standing_still(site, make_clock(site, arguments.at)())
    alive = silent is not None and silent < timedelta(minutes=_SILENT_MINUTES)
    output.document({"alive": alive, "silent_seconds": silent.total_seconds() if silent is not None else None})
    output.line(_service_line(silent, texts(site.facts.language)))
    return DONE if alive else ATTENTION


def _document(world: World, now: datetime) -> dict[str, object]:
    silent, backup = standing_still(world.site, now), world.ledger.last_backup
    return {
        "runs": world.ledger.runs(10),
        "last": world.ledger.last_occurrence(JOB),
        "next": timetable(world.site).next_after(now),
        "mails": world.ledger.outbox_counts(),
        "stuck": _stuck(world.ledger),
        "hold": world.ledger.held,
        "holders": {name: workbook.holder() for name, workbook in world.workbooks.items()},
        "trouble_since": (world.ledger.fact("trouble", "operator") or {}).get("since") or None,
        "backup": backup,
        "backup_hours": round((now - backup).total_seconds() / 3600, 1) if backup else None,
        "silent_seconds": silent.total_seconds() if silent is not None else None,
    }


def _stuck(ledger: Ledger) -> list[dict[str, str]]:
    """Mails that need somebody, by rule and case number; no names, no addresses."""
    return [
        {"key": item.mail.key, "rule": item.mail.rule, "case": item.mail.case, "state": item.state, "run": item.run}
        for item in ledger.mails(*_STUCK)
    ]


def _print(output: Output, world: World, now: datetime, say: Texts) -> None:
    zone = ZoneInfo(world.site.facts.zone)
    _print_runs(output, world, zone, say)
    _print_mails(output, world.ledger, say)
    for name, workbook in world.workbooks.items():
        if holder := workbook.holder():
            output.line(say.say("„{name}“ is open: {holder}", name=name, holder=holder))
    _print_schedule(output, world, now, zone, say)
    output.line(_service_line(standing_still(world.site, now), say))
    _print_backup(output, world.ledger.last_backup, now, zone, say)
    if trouble := clock_trouble(world.ledger, now, say):
        output.line(trouble, "bold red")
    if world.ledger.held:
        output.line(say.say("All mail is on hold; „kim release“ lets it go."), "bold")


def _print_runs(output: Output, world: World, zone: ZoneInfo, say: Texts) -> None:
    runs = world.ledger.runs(10)
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


def _print_schedule(output: Output, world: World, now: datetime, zone: ZoneInfo, say: Texts) -> None:
    last, coming = world.ledger.last_occurrence(JOB), timetable(world.site).next_after(now)
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


def _service_line(silent: timedelta | None, say: Texts) -> str:
    if silent is None:
        return say.say("„kim start“ has not run here yet.")
    minutes = int(silent.total_seconds() // 60)
    if minutes < _SILENT_MINUTES:
        return say.say("„kim start“ is running.")
    return say.count(
        "„kim start“ has been silent for {n} minute.", "„kim start“ has been silent for {n} minutes.", minutes
    )


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%d.%m.%Y %H:%M}"
