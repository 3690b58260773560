"""What can be typed after `kim fleet`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from automations.cli.parser_parts import DEFAULT, Commands, Say, command, count_in, path_in


def add_fleet(actions: Commands) -> None:
    """Add `kim fleet` with its own commands."""
    say = actions.say
    fleet = command(actions, "fleet", "fleet:fleet", say("the sites of one operator, on one PostgreSQL"))
    inner = Commands(fleet.add_subparsers(title=say("commands"), required=True, metavar="ACTION"), say)

    def action(name: str, text: str, *, site: str = "") -> argparse.ArgumentParser:
        parser = command(inner, name, "fleet:fleet", text)
        parser.set_defaults(action=name)
        if site:
            parser.add_argument("site_name", nargs="?" if site == "?" else None, metavar="SITE",
                                help=say("its name in the fleet, or its folder"))  # fmt: skip
        return parser

    _add_fleet_sites(action, say)
    _add_fleet_work(action, say)


# Adds an action of the fleet by name and help; `site` says whether it names a site ("1"), or may ("?").
_Action: TypeAlias = Callable[..., argparse.ArgumentParser]


def _add_fleet_sites(action: _Action, say: Say) -> None:
    init = action("init", say("make the fleet's tables in the database"))
    init.add_argument("--operator", metavar="ADDRESS", help=say("who gets one mail when a trouble begins or ends"))
    init.add_argument("--sender", metavar="ADDRESS", help=say("from which address (default: the operator's)"))
    init.add_argument("--relay", metavar="HOST[:PORT]", help=say("through which mail server (default: localhost)"))
    add = action("add", say("take a site in"))
    add.add_argument("folder", type=path_in(say), metavar="DIR", help=say("the site's folder"))
    add.add_argument("--name", default="", metavar="NAME", help=say("its name (default: its folder's)"))
    add.add_argument("--user", default="", metavar="USER", help=say("the account that its runs get"))
    remove = action("remove", say("let a site go"), site="1")
    remove.add_argument("--erase", action="store_true", help=say("also what its ledger knows"))
    look = action("status", say("each site's last good run; what is late, waits, is refused or held"))
    look.add_argument(
        "--metrics", type=path_in(say), metavar="FILE", help=say("also write it there as OpenMetrics text")
    )
    beside = action("compare", say("waiting, load, naturalisation and kept appointments of all sites, as a workbook"))
    beside.add_argument("--out", type=path_in(say), default=Path("vergleich.xlsx"), metavar="FILE", help=say(DEFAULT))
    action("pause", say("let a site rest; waits for its run to end"), site="1")
    action("resume", say("let a site, or the drained fleet, go on"), site="?")
    action("drain", say("let no site begin any more; waits until none is at work"))
    upgrade = action("upgrade", say("let sites run on this version: backed up and rehearsed before"), site="?")
    upgrade.add_argument(
        "--ring", type=int, default=1, choices=(1, 2, 3), help=say("1: one site, 2: five more, 3: all")
    )
    upgrade.add_argument("--yes", action="store_true", help=say("also where the new version plans otherwise"))
    action("drill", say("restore a site's newest backup into a copy, and plan with it"), site="1")
    execute = action("exec", say("a command of a site, with its account and secrets"), site="1")
    execute.add_argument(
        "words", action="store", nargs=argparse.REMAINDER, metavar="COMMAND", help=say("what follows kim")
    )


def _add_fleet_work(action: _Action, say: Say) -> None:
    work = action("work", say("run the sites that are due; on any number of machines"))
    work.add_argument("--parallel", type=int, default=0, metavar="N", help=say("so many sites at a time"))
    work.add_argument(
        "--metrics", type=path_in(say), metavar="FILE", help=say("write OpenMetrics text there each minute")
    )
    # For demonstrations: in a hurry, and on another day.
    for option, default in (("--tick", 60.0), ("--stalled", 60.0), ("--behind", 0.0)):
        work.add_argument(option, type=float, default=default, metavar="SECONDS", help=argparse.SUPPRESS)
    work.add_argument("--name", default="", help=argparse.SUPPRESS)
    shown = action("demo", say("a morning of three invented towns, on a PostgreSQL that is started for it"))
    shown.add_argument(
        "folder", type=path_in(say), nargs="?", default=Path("fleet-demo"), metavar="DIR", help=say(DEFAULT)
    )
    shown.add_argument("--cases", type=count_in(say), default=150, metavar="N", help=say("how many cases a town has"))
    shown.add_argument("--keep", action="store_true", help=say("keep the database until Enter is pressed"))
