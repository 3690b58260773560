"""`kim start` and `kim service`: kim at work by itself, and how the system starts it."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace
from pathlib import Path

from filelock import FileLock, Timeout

from automations.cli.clock import make_clock
from automations.cli.exit_status import DONE, UsageError, refuse_beside, was_typed
from automations.cli.output import Output
from automations.cli.printed import print_rows
from automations.common.errors import why
from automations.common.texts import Texts
from automations.config.loading import load_site
from automations.engine.opened_workbooks import open_workbooks
from automations.engine.outcomes import Blind
from automations.engine.parts import open_books
from automations.engine.snapshots import read_snapshot
from automations.service.scheduler import Service
from automations.service.timetable import timetable
from automations.service.unit_files import install, service_files, start_now, uninstall


def start(arguments: Namespace) -> int:
    """`kim start`: keeps running the schedule until SIGTERM."""
    service = Service(Path(arguments.site))
    try:
        # Two services would each keep the schedule; the ledger would hold them apart, but both would log and ping.
        with FileLock(service.site.state / "service.lock", timeout=0):
            service.start(arguments.tick)
    except Timeout:
        raise UsageError(service.site.facts.texts.say("“kim start” runs here already.")) from None
    Output(arguments.json).document({"outcome": "stopped"})
    return DONE


def _program() -> Path:
    """The kim command as the system can start it, which does so from another folder and knows no PATH of ours."""
    typed = Path(sys.argv[0]).absolute()
    # `python -m automations` is a file that no system starts by itself; the command lies beside its Python.
    beside = shutil.which("kim", path=str(Path(sys.executable).parent)) if typed.suffix == ".py" else None
    return Path(beside) if beside else typed


def service(arguments: Namespace) -> int:
    """`kim service show|install|uninstall`: the operating system's own way of starting kim."""
    output = Output(arguments.json)
    site = load_site(Path(arguments.site))
    say = site.facts.texts
    unread = {"show": "--folder", "uninstall": "--user"}.get(arguments.action, "")
    refuse_beside(was_typed(arguments, unread), unread, arguments.action, say)
    if not arguments.user.isprintable():  # a line break would begin another line of the unit
        raise UsageError(say.say("“{name}” cannot be the name of an account.", name=arguments.user))
    folders = site.workbook_folders
    files = service_files(arguments.kind, site.folder.absolute(), _program(), arguments.user, folders, arguments.folder)
    if arguments.action == "show":
        output.document({"files": files})
        for file in files:
            output.line(f"# {file.name}\n{file.text}")
        return DONE
    try:
        change = install if arguments.action == "install" else uninstall
        paths = change(files, arguments.folder)
    except OSError as error:
        sentence = say.say(
            "{folder} cannot be written: {reason}. “kim service show” prints the files for your administrator.",
            folder=arguments.folder, reason=say.say(why(error)),
        )  # fmt: skip
        raise UsageError(sentence) from error
    if not paths:
        raise UsageError(say.say("There is nothing of kim's in {folder} to remove.", folder=arguments.folder))
    output.document({"files": [str(path) for path in paths]})
    for path in paths:
        output.line(str(path))
    if arguments.action == "install":
        unit = files[-1].name
        begun = arguments.kind != "windows" and start_now(unit, arguments.folder)
        task = f"schtasks /Create /TN {Path(unit).stem} /XML {unit}"
        hint = task if arguments.kind == "windows" else f"systemctl enable --now {unit}"
        line = say.say("It runs now.") if begun else say.say("Now switch it on: {command}", command=hint)
        output.line(line, "bold" if begun else "")
        _first_look(output, Path(arguments.site), say)
    return DONE


def _first_look(output: Output, folder: Path, say: Texts) -> None:
    """What the service will read, and when it runs next: nobody should have to wait until tomorrow to see."""
    site = load_site(folder)
    now = make_clock(site, None)()
    with open_books(site, now) as ledger:
        seen = read_snapshot(site, ledger, open_workbooks(site), now)
    if isinstance(seen, Blind):
        for problem in seen.problems:
            output.line(f"{problem.message} {problem.advice}".rstrip(), "red")
        return
    output.line(say.say("This is what it reads:"))
    print_rows(output, seen, say)
    nearest = timetable(site).next_after(now)
    if nearest:
        output.line(
            say.say("The next run of the schedule: {at:%d.%m.%Y %H:%M}", at=nearest.moment.astimezone(now.tzinfo))
        )
