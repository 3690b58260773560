"""`kim fleet status`: how all sites stand."""

from __future__ import annotations

import dataclasses
from argparse import Namespace
from datetime import datetime
from typing import TYPE_CHECKING

from automations.cli.exit_status import ATTENTION, DONE
from automations.cli.output import Output
from automations.cli.words import run_outcome
from automations.common.texts import Texts

if TYPE_CHECKING:
    from psycopg import Connection

    from automations.fleet.status import FleetStanding

_TODAY = 90


def show_status(arguments: Namespace, output: Output, connection: Connection, say: Texts) -> int:
    """Print it; 1 where somebody should look."""
    from automations.fleet.alerts import words_of
    from automations.fleet.status import lay_down_metrics, standing

    found = standing(connection)
    troubles = found.troubles()
    path = getattr(arguments, "metrics", None)
    if path:
        lay_down_metrics(connection, path)
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
