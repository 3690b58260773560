"""`kim fleet …`: the sites of one operator on one PostgreSQL."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import socket
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from automations import __version__
from automations.cli.output import Output
from automations.cli.usage import ATTENTION, DONE, UsageError
from automations.cli.words import run_outcome
from automations.common.texts import Texts, texts

if TYPE_CHECKING:
    from psycopg import Connection

    from automations.fleet.registry import FleetSite
    from automations.fleet.standing import FleetStanding
    from automations.fleet.upgrades import Difference

DATABASE = "KIM_FLEET_DATABASE"
"""The environment variable with the address of the fleet's database, password and all."""

_TODAY = 90
_WAIT_SECONDS = 2 * 60 * 60


def fleet(arguments: Namespace) -> int:
    """One of the fleet's commands."""
    say = texts("en" if os.environ.get("KIM_LANGUAGE") == "en" else "de")
    try:
        from automations.fleet.errors import FleetError
        from automations.fleet.registry import connect
    except ImportError as error:
        sentence = "For the fleet a part of kim is not installed: pip install 'kim-automations[fleet]'"
        raise UsageError(say.say(sentence)) from error
    url = os.environ.get(DATABASE, "")
    if not url:
        sentence = "Please set {variable} to the address of the fleet's database: postgresql://kim_fleet:…@server/kim"
        raise UsageError(say.say(sentence, variable=DATABASE))
    output = Output(arguments.json)
    try:
        if arguments.action == "work":
            return _work(arguments, output, url, say)
        with closing(connect(url, checked=arguments.action != "init")) as connection:
            return _ACTIONS[arguments.action](arguments, output, connection, say)
    except FleetError as error:
        raise UsageError(error.told(say)) from error


def _init(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    from automations.fleet import registry
    from automations.fleet.alerts import ADDRESS, RELAY, SENDER
    from automations.fleet.queue import queue_schema
    from automations.fleet.shape import bring_into_shape

    made = bring_into_shape(connection, queue_schema())
    for name, value in ((ADDRESS, arguments.operator), (SENDER, arguments.sender), (RELAY, arguments.relay)):
        if value is not None:
            registry.set_setting(connection, name, value)
    output.document({"outcome": "done", "made": made})
    output.line(say.say("The fleet is ready: „kim fleet add DIR“ takes a site in.") if made else
                say.say("The fleet was ready before; nothing was changed."))  # fmt: skip
    return DONE


def _add(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    from automations.fleet import joining, registry

    site = joining.add(connection, arguments.folder, arguments.name, arguments.user, __version__)
    moved = joining.has_file(site)
    try:
        if moved:
            name = f"ledger-{datetime.now(UTC):%Y%m%d}-before-fleet.sqlite.gz"
            copy = str(Path(site.folder) / "state" / "backups" / name)
            _must(site, ["ledger", "backup", copy], {"KIM_LEDGER_URL": ""})
            _must(site, ["ledger", "restore", copy], {})
            joining.take_file_away(site)
        else:
            _must(site, ["ledger", "check"], {})
    except BaseException:
        joining.remove(connection, site, erase=True)
        raise
    registry.set_state(connection, site.name, "active")
    output.document({"outcome": "done", "site": site.name, "folder": site.folder, "moved": moved})
    output.line(say.say("{name} is in the fleet: {folder}", name=site.name, folder=site.folder), "bold")
    if moved:
        output.line(say.say("Its ledger was moved from the file to PostgreSQL. All its mail is on hold until you say"
                            " „kim fleet exec {name} release“.", name=site.name))  # fmt: skip
    return DONE


def _remove(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    from automations.fleet import joining, registry

    site = joining.known(connection, arguments.site_name)
    registry.set_state(connection, site.name, "paused")
    _wait(connection, site.name, say)
    joining.remove(connection, site, erase=arguments.erase)
    output.document({"outcome": "done", "site": site.name, "erased": arguments.erase})
    if arguments.erase:
        output.line(say.say("{name} has left the fleet; what its ledger knew is erased.", name=site.name))
    else:
        output.line(say.say("{name} has left the fleet. Its schema site_{name} stays, closed to everybody.",
                            name=site.name))  # fmt: skip
    return DONE


def _pause(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    from automations.fleet import joining, registry

    site = joining.known(connection, arguments.site_name)
    registry.set_state(connection, site.name, "paused")
    _wait(connection, site.name, say)
    output.document({"outcome": "done", "site": site.name, "state": "paused"})
    output.line(say.say("{name} is paused; „kim fleet resume {name}“ lets it go on.", name=site.name))
    return DONE


def _resume(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    from automations.fleet import joining, registry

    if not arguments.site_name:
        registry.set_setting(connection, "drained", "")
        output.document({"outcome": "done", "state": "active"})
        output.line(say.say("The fleet works again."))
        return DONE
    site = joining.known(connection, arguments.site_name)
    registry.set_state(connection, site.name, "active")
    output.document({"outcome": "done", "site": site.name, "state": "active"})
    output.line(say.say("{name} goes on.", name=site.name))
    return DONE


def _drain(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    from automations.fleet import registry

    del arguments
    registry.set_setting(connection, "drained", "on")
    _wait(connection, "", say)
    output.document({"outcome": "done", "state": "drained"})
    output.line(say.say("No site is at work, and none will begin: „kim fleet resume“ lets the fleet go on."))
    return DONE


def _exec(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    from automations.fleet import joining
    from automations.fleet.child import call

    del output
    site = joining.known(connection, arguments.site_name)
    if not arguments.words:
        raise UsageError(say.say("Please say what the site is to do, such as: kim fleet exec herne status"))
    done = call(site, arguments.words)
    return done.returncode if done.returncode >= 0 else 1


def _status(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    from automations.fleet.alerts import words_of
    from automations.fleet.standing import lay_down_metrics, standing

    found = standing(connection)
    troubles = found.troubles()
    if arguments.metrics:
        lay_down_metrics(connection, arguments.metrics)
    output.document(lambda: {
        "at": found.now, "workers": found.workers, "drained": found.drained,
        "sites": [{**dataclasses.asdict(one), "kinds": list(one.kinds), "late_seconds": one.late.total_seconds(),
                   "troubles": one.troubles} for one in found.sites],
        "troubles": troubles,
    })  # fmt: skip
    _print_sites(output, found, say)
    for kind, names in troubles.items():
        output.line(f"{words_of(kind, say)}: {', '.join(names)}" if names else words_of(kind, say), "red")
    return ATTENTION if troubles else DONE


def _print_sites(output: Output, found: FleetStanding, say: Texts) -> None:
    doing = {
        "resting": say.say("rests"), "waiting": say.say("is due"), "at work": say.say("is at work"),
        "paused": say.say("is paused"),
    }  # fmt: skip
    rows = [
        (one.name, doing[one.doing], _ago(found.now, one.good, say),
         run_outcome(one.outcome, say) if one.outcome else "",
         int(one.late.total_seconds() // 60) or "", one.held or "", say.say("yes") if one.hold else "")
        for one in found.sites
    ]  # fmt: skip
    headings = [say.say("Site"), say.say("Now"), say.say("Last good run"), say.say("Last run"),
                say.say("Minutes late"), say.say("Mails held"), say.say("On hold")]  # fmt: skip
    output.table(headings, rows, say.say("Sites"))
    if not rows:
        output.line(say.say("There is no site in the fleet yet: „kim fleet add DIR“ takes one in."))
    output.line(say.count("{n} worker gives signs of life.", "{n} workers give signs of life.", found.workers))
    if found.drained:
        output.line(say.say("The fleet is drained: no site begins until „kim fleet resume“."), "bold")


def _ago(now: datetime, at: datetime | None, say: Texts) -> str:
    if at is None:
        return say.say("never")
    minutes = int((now - at).total_seconds() // 60)
    return (
        f"{at.astimezone():%d.%m. %H:%M}"
        if minutes >= _TODAY
        else say.count("{n} minute ago", "{n} minutes ago", minutes)
    )


def _upgrade(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    from automations.fleet import joining, registry, upgrades

    if arguments.site_name:
        chosen = [joining.known(connection, arguments.site_name)]
    else:
        chosen = upgrades.ring(registry.sites(connection), arguments.ring)
    told = []
    for site in chosen:
        found = [] if site.version == __version__ else _upgrade_one(arguments, connection, site, say)
        waits = bool(found) and not arguments.yes
        told.append({"site": site.name, "outcome": "waits" if waits else "done", "differences": found})
        for one in found:
            output.line(f"{site.name}: {one.part}: {one.kind}: -{one.gone} +{one.new}")
        if waits:
            sentence = (
                "{name} stays on {version}: the new version plans otherwise. With --yes it is taken all the same."
            )
            output.line(say.say(sentence, name=site.name, version=site.version), "bold")
            break  # who comes after it would meet the same
        output.line(say.say("{name} runs on {version}.", name=site.name, version=__version__))
    output.document({"outcome": "attention" if any(one["outcome"] == "waits" for one in told) else "done",
                     "sites": told})  # fmt: skip
    return ATTENTION if any(one["outcome"] == "waits" for one in told) else DONE


def _upgrade_one(arguments: Namespace, connection: Connection, site: FleetSite, say: Texts) -> list[Difference]:
    """One site: paused, backed up, rehearsed, and on the new version where nothing speaks against it."""
    from automations.fleet import registry, upgrades
    from automations.fleet.errors import FleetError

    old, now = registry.setting(connection, registry.program_of(site.version)), datetime.now(UTC)
    if not old:
        raise FleetError("No worker of kim {version} has run yet, so that nobody knows where it is installed.",
                         "Please start „kim fleet work“ of that version once.", version=site.version)  # fmt: skip
    registry.set_state(connection, site.name, "paused")
    try:
        _wait(connection, site.name, say)
        backup = upgrades.back_up(site, old, now, __version__)
        found = upgrades.rehearse(site, backup, old, sys.executable, now)
        if not found or arguments.yes:
            registry.set_version(connection, site.name, __version__)
    finally:
        registry.set_state(connection, site.name, site.state)
    return found


def _drill(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    from automations.fleet import joining
    from automations.fleet.upgrades import drill

    site, began = joining.known(connection, arguments.site_name), time.monotonic()
    backup, planned = drill(site, sys.executable, datetime.now(UTC))
    seconds = round(time.monotonic() - began, 1)
    output.document({"outcome": "done", "site": site.name, "backup": str(backup), "planned": planned,
                     "seconds": seconds})  # fmt: skip
    output.line(
        say.say("{file} is sound: restored into a copy and planned with in {n} seconds.", file=backup, n=seconds)
    )
    return DONE


def _work(arguments: Namespace, output: Output, url: str, say: Texts) -> int:
    from automations.fleet import registry
    from automations.fleet.registry import connect
    from automations.fleet.work import FleetWorker

    del output
    with closing(connect(url)) as connection:
        registry.set_setting(connection, registry.program_of(__version__), sys.executable)
    worker = FleetWorker(
        url, __version__, f"{socket.gethostname()}:{os.getpid()}", lambda: datetime.now(UTC), _log,
        parallel=arguments.parallel or os.cpu_count() or 1, tick=arguments.tick, metrics=arguments.metrics, say=say,
    )  # fmt: skip
    asyncio.run(worker.work())
    return DONE


def _log(event: str, **values: object) -> None:
    told = " ".join(f"{name}={value}" for name, value in values.items())
    sys.stdout.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ} {event} {told}".rstrip() + "\n")
    sys.stdout.flush()


def _wait(connection: Connection, name: str, say: Texts) -> None:
    """Until the run under way is through (all of them for "")."""
    from automations.fleet import registry

    for _ in range(_WAIT_SECONDS):
        if not registry.at_work(connection, name):
            return
        time.sleep(1)
    raise UsageError(say.say("A run is still under way after two hours; it was not ended."))


def _must(site: FleetSite, words: Sequence[str], more: dict[str, str]) -> None:
    """A command of the site that has to go well."""
    from automations.fleet.child import call
    from automations.fleet.errors import FleetError

    done = call(site, words, more, quiet=True)
    if done.returncode:
        raise FleetError("The site {name} cannot be taken in: {reason}", name=site.name, reason=done.stderr.strip())


_ACTIONS: dict[str, Callable[[Namespace, Output, Connection, Texts], int]] = {
    "init": _init, "add": _add, "remove": _remove, "pause": _pause, "resume": _resume, "drain": _drain, "exec": _exec,
    "status": _status,
    "upgrade": _upgrade,
    "drill": _drill,
}  # fmt: skip
