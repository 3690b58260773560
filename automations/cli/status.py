"""`kim status`: last and next runs, what waits, what failed, and whether anybody is at work."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct

from automations.cli.alive import service_line
from automations.cli.clock import make_clock
from automations.cli.exit_status import ATTENTION, DONE, REFUSED, STATUSES, USAGE
from automations.cli.output import Output
from automations.cli.words import mail_state, occurrence_kind, run_outcome
from automations.common.texts import Texts
from automations.config.files import read_premises
from automations.config.models import Premises
from automations.engine.clock import clock_trouble
from automations.engine.lock import is_running
from automations.engine.opened_workbooks import holder_of
from automations.engine.parts import glance, ledger_file
from automations.ledger.glance import Glance, shut_out
from automations.model.problems import Problem
from automations.model.runs import INTERRUPTED
from automations.service.heartbeat import standing_still
from automations.service.refused_config import refused
from automations.service.timetable import Occurrence, timetable
from automations.workbooks.protocol import WorkbookError

_OLD_BACKUP = timedelta(days=3)  # a long weekend
_SHOWN = 20


class Office(Struct, frozen=True, dict=True):
    """What the status is told from; nothing is read of the workbooks but who holds them."""

    site: Premises
    glance: Glance
    now: datetime

    @property
    def say(self) -> Texts:
        """Sentences in the site's language."""
        return self.site.facts.texts

    @cached_property
    def next(self) -> Occurrence | None:
        """What the schedule asks for next."""
        return timetable(self.site).next_after(self.now)

    @cached_property
    def refused(self) -> tuple[str, ...]:
        """Why no run is possible since the config was changed last."""
        return refused(self.site.folder)

    @cached_property
    def emptied(self) -> str:
        """That the ledger was lost, so that the first of its runs is none."""
        return "" if self.glance.runs else emptied(self.site.state, self.say)

    @cached_property
    def shut_out(self) -> Problem | None:
        """Why runs are refused that can note nothing of it."""
        file = ledger_file(self.site)
        found = shut_out(file) if file else None
        told = found and found.told(self.say.language)
        return Problem(told.code, told.message, told.advice, "error", who="operator") if told else None

    @property
    def silent(self) -> timedelta | None:
        """How long ago the service last gave a sign of life."""
        return standing_still(self.site.state, self.now)


def emptied(state: Path, say: Texts) -> str:
    """Of a ledger that knows no run, that it was lost: a file that is gone is made anew by the command that opens it,
    and is whole then. "" where there was none before."""
    from automations.ledger.packing import backups  # here: nearly every ledger knows runs

    folder = state / "backups"
    if not backups(folder):
        return ""
    return say.say("The ledger is empty, and {folder} has backups of one: “kim ledger restore” puts the newest back.",
                   folder=folder)  # fmt: skip


def status(arguments: Namespace) -> int:
    """`kim status`: how it stands. Changes nothing, and needs no workbook."""
    output = Output(arguments.json)
    site = read_premises(Path(arguments.site))
    now = make_clock(site, arguments.at)()
    office = Office(site, glance(site, now), now)
    output.document(lambda: _document(office), _last_status(office))
    if not arguments.json:
        _print(output, office, office.say)
    return _last_status(office)


def _last_status(office: Office) -> int:
    """How the last run ended, as its exit status; of one that is under way, how the one before it did. A config that
    stopped one counts more, and so does a ledger that runs cannot write to."""
    if office.refused:
        return USAGE
    if office.shut_out:
        return REFUSED
    # Two: one may be under way at this moment.
    for run in office.glance.runs[:2]:
        if run.outcome == INTERRUPTED and is_running(office.site.state):
            continue
        return STATUSES.get(run.outcome, ATTENTION)
    return ATTENTION if office.emptied else DONE


def _document(office: Office) -> dict[str, object]:
    seen, silent = office.glance, office.silent
    return {
        "runs": seen.runs,
        "config_refused": office.refused,
        "last": seen.last,
        "next": office.next,
        "mails": seen.mails,
        "stuck": seen.stuck,
        "hold": seen.held,
        "holders": {name: _holder(office.site, name)[0] for name in office.site.file.workbooks},
        "trouble_since": seen.trouble_since,
        "backup": seen.backup,
        "backup_hours": round((office.now - seen.backup).total_seconds() / 3600, 1) if seen.backup else None,
        "problems": [
            *([Problem("ledger_lost", office.emptied)] if office.emptied else []),
            *([office.shut_out] if office.shut_out else []),
        ],
        "silent_seconds": silent.total_seconds() if silent is not None else None,
    }


def _holder(site: Premises, name: str) -> tuple[str, str]:
    """Who has a workbook open, and the sentence where a server does not let us know. Raises WorkbookError for an
    address in site.toml that cannot be one."""
    holder = holder_of(site, name)
    try:
        return holder(), ""
    except WorkbookError as error:
        told = error.told(site.facts.language)
        return "", f"{told.message} {told.advice}".strip()


def _print(output: Output, office: Office, say: Texts) -> None:
    _print_runs(output, office, say)
    if office.emptied:
        output.line(office.emptied, "bold red")
    if office.shut_out:
        output.line(f"{office.shut_out.message} {office.shut_out.advice}", "bold red")
    for sentence in office.refused:
        output.line(say.say("No run is possible: {sentence}", sentence=sentence), "bold red")
    _print_mails(output, office.glance, say)
    for name in office.site.file.workbooks:
        holder, trouble = _holder(office.site, name)
        if trouble:
            output.line(trouble, "bold red")
        elif holder:
            output.line(say.say("“{name}” is open: {holder}", name=name, holder=holder))
    _print_schedule(output, office, say)
    output.line(service_line(office.silent, say))
    _print_backup(output, office, say)
    if trouble := clock_trouble(office.glance.clock, office.now, say):
        output.line(trouble, "bold red")
    if office.glance.held:
        output.line(say.say("All mail is on hold; “kim release” lets it go."), "bold")


def _print_runs(output: Output, office: Office, say: Texts) -> None:
    runs, zone = office.glance.runs, office.site.facts.time_zone
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


def _print_mails(output: Output, seen: Glance, say: Texts) -> None:
    counts = sorted(seen.mails.items())
    output.table(
        [say.say("State"), say.say("Mails")], [(mail_state(code, say), n) for code, n in counts], say.say("Outbox")
    )
    rows = [(mail_state(item.state, say), item.case, item.rule, item.run) for item in seen.stuck[-_SHOWN:]]
    headings = [say.say("State"), say.say("Case"), say.say("Rule"), say.say("Run")]
    output.table(headings, rows, say.say("Mails that somebody should know of"))


def _print_schedule(output: Output, office: Office, say: Texts) -> None:
    zone, last, coming = office.site.facts.time_zone, office.glance.last, office.next
    if last is not None:
        when = _moment(datetime.fromisoformat(last.occurrence).replace(tzinfo=zone), zone)
        outcome = run_outcome(last.outcome, say)
        output.line(say.say("Last of the schedule: {when} ({outcome})", when=when, outcome=outcome))
    if coming is not None:
        kind = occurrence_kind(coming.kind, say)
        output.line(say.say("Next of the schedule: {when} ({kind})", when=_moment(coming.moment, zone), kind=kind))


def _print_backup(output: Output, office: Office, say: Texts) -> None:
    made = office.glance.backup
    if made is None:
        output.line(say.say("There is no backup of the ledger yet."))
        return
    style = "bold red" if office.now - made > _OLD_BACKUP else ""
    when = _moment(made, office.site.facts.time_zone)
    output.line(say.say("Newest backup of the ledger: {when}", when=when), style)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%d.%m.%Y %H:%M}"
