"""`kim fleet …`: the sites of one operator on one PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from automations import __version__
from automations.cli.exit_status import ATTENTION, DONE, UsageError, refuse_beside, was_typed
from automations.cli.fleet_show import compare, show_status
from automations.cli.output import Output
from automations.common.texts import Texts, texts

if TYPE_CHECKING:
    from psycopg import Connection

    from automations.fleet.registry import FleetSite
    from automations.fleet.upgrades import Difference

DATABASE = "KIM_FLEET_DATABASE"  # the environment variable with the address of the fleet's database, password and all

_WAIT_SECONDS = 2 * 60 * 60


def fleet(arguments: Namespace) -> int:
    """One of the fleet's commands."""
    # The fleet has no site.toml that would say its language.
    say = texts("en" if os.environ.get("KIM_LANGUAGE") == "en" else "de")
    try:
        from automations.fleet.errors import FleetError
        from automations.fleet.registry import connect
    except ImportError as error:
        sentence = "For the fleet a part of kim is not installed: pip install 'kim-automations[fleet]'"
        raise UsageError(say.say(sentence)) from error
    url = os.environ.get(DATABASE, "")
    if arguments.action == "demo":
        from automations.cli.fleet_demo import demonstrate

        return demonstrate(arguments, url, say)
    if not url:
        sentence = "Please set {variable} to the address of the fleet's database: postgresql://kim_fleet:…@server/kim"
        raise UsageError(say.say(sentence, variable=DATABASE))
    output = Output(arguments.json)
    try:
        if arguments.action == "work":
            return _work(arguments, output, url, say)
        # Not before init: that makes the tables which the check looks for.
        with closing(connect(url, checked=arguments.action != "init")) as connection:
            return _ACTIONS[arguments.action](arguments, output, connection, say)
    except FleetError as error:
        raise UsageError(error.told(say.language).whole) from error


def _init(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    from pydantic import ValidationError

    from automations.config.reasons import reasons
    from automations.fleet import registry
    from automations.fleet.alerts import ADDRESS, RELAY, SENDER, way_out
    from automations.fleet.queue import queue_schema
    from automations.fleet.schema import bring_into_shape

    try:
        # Before anything is made: a fleet that is half set up would send its alerts nowhere.
        for address in filter(None, (arguments.operator, arguments.sender)):
            way_out(address, arguments.relay or "")
        way_out(arguments.sender or arguments.operator or "kim@localhost", arguments.relay or "")
    except ValidationError as error:
        raise UsageError(say.say("These settings do not fit each other; nothing was changed: {reason}",
                                 reason=reasons(error, say))) from None  # fmt: skip
    made = bring_into_shape(connection, queue_schema())
    for name, value in ((ADDRESS, arguments.operator), (SENDER, arguments.sender), (RELAY, arguments.relay)):
        if value is not None:
            registry.set_setting(connection, name, value)
    output.document({"outcome": "done", "made": made})
    output.line(say.say("The fleet is ready: “kim fleet add DIR” takes a site in.") if made else
                say.say("The fleet was ready before; nothing was changed."))  # fmt: skip
    return DONE


def _add(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    from automations.fleet import membership

    folder, name, user = arguments.folder, arguments.name, arguments.user
    site, moved = membership.take_in(connection, folder, name, user, __version__, datetime.now(UTC))
    output.document({"outcome": "done", "site": site.name, "folder": site.folder, "moved": moved})
    output.line(say.say("{name} is in the fleet: {folder}", name=site.name, folder=site.folder), "bold")
    if moved:
        output.line(say.say("Its ledger was moved from the file to PostgreSQL. All its mail is on hold until you say"
                            " “kim fleet exec {name} release”.", name=site.name))  # fmt: skip
    return DONE


def _remove(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    from automations.fleet import membership, registry

    site = membership.known(connection, arguments.site_name)
    # Paused first: a run that begins meanwhile would lose its ledger under way.
    registry.set_state(connection, site.name, "paused")
    _wait(connection, site.name, say)
    membership.remove(connection, site, erase=arguments.erase)
    output.document({"outcome": "done", "site": site.name, "erased": arguments.erase})
    if arguments.erase:
        output.line(say.say("{name} has left the fleet; what its ledger knew is erased.", name=site.name))
    else:
        output.line(say.say("{name} has left the fleet. Its schema site_{name} stays, closed to everybody.",
                            name=site.name))  # fmt: skip
    return DONE


def _pause(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    from automations.fleet import membership, registry

    site = membership.known(connection, arguments.site_name)
    registry.set_state(connection, site.name, "paused")
    _wait(connection, site.name, say)
    output.document({"outcome": "done", "site": site.name, "state": "paused"})
    output.line(say.say("{name} is paused; “kim fleet resume {name}” lets it go on.", name=site.name))
    return DONE


def _resume(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    from automations.fleet import membership, registry

    if not arguments.site_name:
        registry.set_setting(connection, "drained", "")
        output.document({"outcome": "done", "state": "active"})
        output.line(say.say("The fleet works again."))
        return DONE
    site = membership.known(connection, arguments.site_name)
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
    output.line(say.say("No site is at work, and none will begin: “kim fleet resume” lets the fleet go on."))
    return DONE


def _exec(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    from automations.fleet import membership
    from automations.fleet.child import call

    del output
    site = membership.known(connection, arguments.site_name)
    if not arguments.words:
        raise UsageError(say.say("Please say what the site is to do, such as: kim fleet exec herne status"))
    done = call(site, arguments.words)
    # A negative one is the signal that ended it, which no caller could read as an exit status.
    return done.returncode if done.returncode >= 0 else 1


def _upgrade(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    from automations.fleet import membership, registry, upgrades

    if arguments.site_name:
        refuse_beside(was_typed(arguments, "--ring"), "--ring", "SITE", say)
        chosen = [membership.known(connection, arguments.site_name)]
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
                         "Please start “kim fleet work” of that version once.", version=site.version)  # fmt: skip
    registry.set_state(connection, site.name, "paused")
    try:
        _wait(connection, site.name, say)
        backup = upgrades.back_up(site, old, now, __version__)
        found = upgrades.rehearse(site, backup, old, sys.executable, now)
        if not found or arguments.yes:
            registry.set_version(connection, site.name, __version__)
    # As it was before: a site that somebody had paused stays so.
    finally:
        registry.set_state(connection, site.name, site.state)
    return found


def _drill(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    from automations.fleet import membership
    from automations.fleet.upgrades import drill

    site, began = membership.known(connection, arguments.site_name), time.monotonic()
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
    from automations.fleet.worker import BEAT_SECONDS, FleetWorker

    del output
    with closing(connect(url)) as connection:
        registry.set_setting(connection, registry.program_of(__version__), sys.executable)
    # It beats six times before it counts as stalled: one late beat must not take its runs away.
    worker = FleetWorker(
        url, __version__, arguments.name or f"{socket.gethostname()}:{os.getpid()}", lambda: datetime.now(UTC), _log,
        parallel=arguments.parallel or os.cpu_count() or 1, tick=arguments.tick, stalled=arguments.stalled,
        beat=min(BEAT_SECONDS, arguments.stalled / 6), metrics=arguments.metrics, say=say,
        behind=timedelta(seconds=arguments.behind),
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


_ACTIONS: dict[str, Callable[[Namespace, Output, Connection, Texts], int]] = {
    "init": _init, "add": _add, "remove": _remove, "pause": _pause, "resume": _resume, "drain": _drain, "exec": _exec,
    "status": show_status,
    "compare": compare,
    "upgrade": _upgrade,
    "drill": _drill,
}  # fmt: skip
