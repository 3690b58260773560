"""What can be typed after `kim`.

Why: docs/decisions/12-named-handlers.md
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from automations import __version__

_MOST_CASES = 100_000

_OF_CELL = ("--json", "--help", "--out=", "--site=")
"""How options of `kim cell` begin."""

Say = Callable[[str], str]
"""Says a text of the command line in a language."""

Command = str
"""Where a command is done: "module:function" in this package, imported when it runs, so that each command
loads what it needs and nothing else."""


def with_any_value(argv: Sequence[str]) -> list[str]:
    """`kim cell` takes any text for its value, also one that begins like an option ("-5,5"): its own options go
    before the rest, and "--" says that no more follow."""
    words = list(argv)
    commands = (i for i, word in enumerate(words) if not word.startswith("-") and (i == 0 or words[i - 1] != "--site"))
    start = next(commands, None)
    if start is None or words[start] != "cell" or "--" in words:
        return words
    options, rest, i = list[str](), list[str](), start + 1
    while i < len(words):
        taken = 2 if words[i] in {"--out", "--site"} else int(words[i].startswith(_OF_CELL))
        (options if taken else rest).extend(words[i : i + max(taken, 1)])
        i += max(taken, 1)
    return [*words[: start + 1], *options, "--", *rest]


class _Commands(NamedTuple):  # no dataclass: those take longer to load than `kim --version` otherwise takes
    """Where commands are added, and how their help is said."""

    parsers: Any
    say: Say


def build_parser(
    say: Say = str, kind: type[argparse.ArgumentParser] = argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """The whole command line, its help as `say` says it."""
    parser = kind(
        prog="kim",
        description=say("Keeps the shared spreadsheets of a case-management team working by themselves."),
        epilog=say("Exit status: 0 done; 1 done, but something failed or is held; 2 usage or config; 3 workbook busy;"
                   " 4 refused by a guard."),
    )  # fmt: skip
    parser.add_argument(
        "--version", action="version", version=f"kim {__version__}", help=say("say the version and end")
    )
    parser.add_argument(
        "--site", type=Path, default=Path(os.environ.get("KIM_SITE", ".")), metavar="DIR",
        help=say("the folder with config/ and templates/ (default: $KIM_SITE, else here)"),
    )  # fmt: skip
    parser.add_argument(
        "--json", action="store_true", default=False, help=say("print one JSON document instead of text")
    )
    actions = _Commands(parser.add_subparsers(title=say("commands"), required=True, metavar="COMMAND"), say)
    _add_demo(actions)
    _add_init(actions)
    _add_runs(actions)
    _add_looking(actions)
    _add_figures(actions)
    _add_tending(actions)
    _add_fleet(actions)
    return parser


def _command(
    actions: _Commands, name: str, command: Command, text: str, *, at: bool = False
) -> argparse.ArgumentParser:
    """`text` says what the command does, in the reader's language."""
    say = actions.say
    parser: argparse.ArgumentParser = actions.parsers.add_parser(name, help=text, description=text)
    parser.set_defaults(command=command, at=None)
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=say("print one JSON document"))
    parser.add_argument("--site", type=Path, default=argparse.SUPPRESS, metavar="DIR", help=argparse.SUPPRESS)
    if at:
        parser.add_argument(
            "--at", type=_moment_in(say), metavar="TIME", help=say("act as if it were TIME (2026-11-22T08:00)")
        )
    return parser


def _add_demo(actions: _Commands) -> None:
    say = actions.say
    demo = _command(actions, "demo", "commands:demo", say("make a complete demonstration site and run it"), at=True)
    demo.add_argument("folder", type=Path, nargs="?", default=Path("demo"), metavar="DIR")
    demo.add_argument(
        "--cases", type=_count_in(say), default=600, metavar="N", help=say("how many cases (default 600)")
    )
    demo.add_argument("--seed", type=int, default=1, metavar="S", help=say("another seed, another team"))


def _add_init(actions: _Commands) -> None:
    say = actions.say
    started = _command(
        actions, "init", "init:init", say("start a site, around an existing workbook or a new one"), at=True
    )
    started.add_argument("folder", type=Path, metavar="DIR")
    started.add_argument("--workbook", default="", metavar="FILE-OR-URL", help=say("the workbook that the team has"))
    started.add_argument(
        "--forms", default="", metavar="DIR", help=say("a folder into which CSV files of a form are dropped")
    )
    started.add_argument("--yes", action="store_true", help=say("ask nothing: take what is sure, list the rest"))
    started.add_argument(
        "--add-columns", action="store_true", help=say("add the columns that kim needs without asking")
    )


def _add_runs(actions: _Commands) -> None:
    say = actions.say
    check = _command(
        actions, "check", "check:check", say("config and workbook: every problem; changes nothing"), at=True
    )
    check.add_argument(
        "--schema", type=Path, metavar="DIR", help=say("write JSON schemas of the config files for editors")
    )
    plan = _command(actions, "plan", "rules:plan", say("what a run would do; changes nothing"), at=True)
    plan.add_argument("jobs", nargs="*", metavar="JOB")
    plan.add_argument("--rule", default="", metavar="NAME", help=say("only what this rule would do, with its texts"))
    plan.add_argument("--full", action="store_true", help=say("from scratch, whatever was kept"))
    plan.add_argument("--explain", nargs=2, metavar=("RULE", "FALL-NR"), help=say("why a message is due or not"))
    run = _command(actions, "run", "unchanged:run", say("do it now"), at=True)
    run.add_argument("jobs", nargs="*", metavar="JOB")
    owed = "only what the schedule owes (for cron and the like)"
    run.add_argument("--due", action="store_const", dest="command", const="due:due", help=say(owed))
    run.add_argument("--full", action="store_true", help=say("from scratch, also where nothing is new"))
    run.add_argument("--brief", action="store_true", help=argparse.SUPPRESS)
    run.add_argument(
        "--accept", action="append", default=[], metavar="GUARD", help=say("go on although a guard stopped the run")
    )


def _add_looking(actions: _Commands) -> None:
    say = actions.say
    text = "approve a rule of the workbook as it stands now; without a name: list them"
    approving = _command(actions, "approve", "approve:approve", say(text), at=True)
    approving.add_argument("name", nargs="?", default="", metavar="NAME")
    approving.add_argument("--by", default="IT", metavar="WHO", help=say("who approved it (default IT)"))
    text = "all rules, and the rows that they act on today and soon"
    listed = _command(actions, "rules", "rules:rules", say(text), at=True)
    listed.add_argument(
        "--make-tabs", action="store_true", help=say("make the tabs in which the team writes its own rules")
    )
    text = "the list of that rule as CSV, for a claim or another program"
    listed.add_argument("--csv", metavar="NAME", help=say(text))
    start = _command(actions, "start", "upkeep:start", say("keep running the schedule; stops cleanly on SIGTERM"))
    start.add_argument("--tick", type=float, default=20.0, metavar="SECONDS", help=argparse.SUPPRESS)
    look = _command(actions, "status", "status:status", say("last runs, what waits, what failed"), at=True)
    look.add_argument(
        "--alive",
        action="store_const",
        dest="command",
        const="alive:alive",
        help=say("only: does „kim start“ give signs of life (status 0 or 1)"),
    )
    explain = _command(actions, "explain", "commands:explain", say("the story of a case"), at=True)
    explain.add_argument("case", metavar="FALL-NR")
    explain.add_argument("--points", action="store_true", help=say("also colleagues' load points (for the team lead)"))


def _add_figures(actions: _Commands) -> None:
    """Commands that show or write something for people to read, and set a cell."""
    say = actions.say
    text = "what the next 26 weeks bring, as it is and in each scenario"
    ahead = _command(actions, "forecast", "forecast:forecast", say(text), at=True)
    ahead.add_argument(
        "scenarios", nargs="*", metavar="SCENARIO", help=say("more of them, such as “20 %% mehr Eingänge”")
    )
    preview = _command(
        actions, "preview", "commands:preview", say("one HTML page with every message in every language")
    )
    preview.add_argument("--out", type=Path, default=Path("preview.html"), metavar="FILE")
    report = _command(actions, "report", "commands:report", say("the figures for the Land as a CSV file"), at=True)
    editions = (
        "exact figures are confidential; small counts are suppressed in published ones; comparison: what the site gives"
        " to be compared with other towns, which is shown and not saved"
    )
    report.add_argument(
        "--edition", choices=("published", "exact", "comparison"), default="published", help=say(editions)
    )
    report.add_argument("--out", type=Path, default=Path("bericht-ans-land.csv"), metavar="FILE")
    cell = _command(actions, "cell", "commands:cell", say("set one cell and change nothing else in the file"))
    cell.add_argument("file", type=Path, metavar="FILE")
    cell.add_argument("ref", metavar="TAB!REF")
    cell.add_argument("value", metavar="VALUE")
    cell.add_argument("--out", type=Path, metavar="FILE", help=say("write here instead of into the file itself"))


def _add_tending(actions: _Commands) -> None:
    say = actions.say
    undo = _command(actions, "undo", "upkeep:undo", say("take the cell changes of a run back"), at=True)
    undo.add_argument("run", metavar="RUN")
    _command(actions, "rebalance", "upkeep:rebalance", say("propose moves after a departure or for evenness"), at=True)
    _command(actions, "hold", "upkeep:hold", say("stop all mail"), at=True)
    release = _command(actions, "release", "upkeep:release", say("let a held batch go, or end a hold"), at=True)
    release.add_argument("run", nargs="?", default="", metavar="RUN", help=say("without it, a hold ends"))
    text = "set up how mails leave; send one mail, to see whether they do"
    mail = _command(actions, "mail", "mail:mail", say(text))
    mail.add_argument("action", choices=("test", "setup"))
    mail.add_argument("address", nargs="?", default="", metavar="ADDRESS", help=say("who gets the test"))
    text = "check, back up, restore the ledger; make a new key for the buttons in mails"
    ledger = _command(actions, "ledger", "upkeep:ledger", say(text), at=True)
    ledger.add_argument("action", choices=("check", "backup", "restore", "new-key"))
    ledger.add_argument("file", nargs="?", type=Path, metavar="FILE", help=say("default: the newest in state/backups"))
    ledger.add_argument("--moved", action="store_true", help=argparse.SUPPRESS)  # it has done nothing since
    text = "earlier versions of the workbooks, one before each write; with a name: put that one into a file"
    earlier = _command(actions, "versions", "versions:versions", say(text))
    earlier.add_argument("name", nargs="?", default="", metavar="NAME")
    earlier.add_argument("--out", type=Path, metavar="FILE", help=say("default: a file of that name here"))
    subject = _command(actions, "subject", "subject:subject", say("what is kept about a person; its erasure"), at=True)
    subject.add_argument("case", metavar="FALL-NR")
    subject.add_argument("action", choices=("export", "erase"))
    text = "papers on data protection, made from the config: record of processing, deletion plan and others"
    papers = _command(actions, "privacy", "privacy:privacy", say(text), at=True)
    papers.add_argument("folder", type=Path, metavar="DIR", help=say("where they are written"))

    book = _command(actions, "handbook", "handbook:handbook", say("open the handbook (in German)"))
    book.add_argument("--out", type=Path, metavar="FILE", help=say("write it there instead of opening it"))

    service = _command(actions, "service", "upkeep:service", say("let the operating system start kim"))
    service.add_argument("action", choices=("show", "install", "uninstall"))
    service.add_argument("--kind", choices=("systemd", "timer", "windows"), default="systemd")
    service.add_argument("--user", default="kim", help=say("the account that runs it (default kim)"))
    service.add_argument("--folder", type=Path, default=Path("/etc/systemd/system"), help=say("where the files belong"))


def _add_fleet(actions: _Commands) -> None:
    say = actions.say
    fleet = _command(actions, "fleet", "fleet:fleet", say("the sites of one operator, on one PostgreSQL"))
    inner = _Commands(fleet.add_subparsers(title=say("commands"), required=True, metavar="ACTION"), say)

    def action(name: str, text: str, *, site: str = "") -> argparse.ArgumentParser:
        parser = _command(inner, name, "fleet:fleet", text)
        parser.set_defaults(action=name)
        if site:
            parser.add_argument("site_name", nargs="?" if site == "?" else None, default="", metavar="SITE",
                                help=say("its name in the fleet, or its folder"))  # fmt: skip
        return parser

    _add_fleet_sites(action, say)
    _add_fleet_work(action, say)


_Action: TypeAlias = Callable[..., argparse.ArgumentParser]
"""Adds an action of the fleet by name and help; `site` says whether it names a site ("1"), or may ("?")."""


def _add_fleet_sites(action: _Action, say: Say) -> None:
    init = action("init", say("make the fleet's tables in the database"))
    init.add_argument("--operator", metavar="ADDRESS", help=say("who gets one mail when a trouble begins or ends"))
    init.add_argument("--sender", metavar="ADDRESS", help=say("from which address (default: the operator's)"))
    init.add_argument("--relay", metavar="HOST[:PORT]", help=say("through which mail server (default: localhost)"))
    add = action("add", say("take a site in"))
    add.add_argument("folder", type=Path, metavar="DIR", help=say("the site's folder"))
    add.add_argument("--name", default="", metavar="NAME", help=say("its name (default: its folder's)"))
    add.add_argument("--user", default="", metavar="USER", help=say("the account that its runs get"))
    remove = action("remove", say("let a site go"), site="1")
    remove.add_argument("--erase", action="store_true", help=say("also what its ledger knows"))
    look = action("status", say("each site's last good run; what is late, waits, is refused or held"))
    look.add_argument("--metrics", type=Path, metavar="FILE", help=say("also write it there as OpenMetrics text"))
    beside = action("compare", say("waiting, load, naturalisation and kept appointments of all sites, as a workbook"))
    beside.add_argument("--out", type=Path, default=Path("vergleich.xlsx"), metavar="FILE")
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
    execute.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND", help=say("what follows kim"))


def _add_fleet_work(action: _Action, say: Say) -> None:
    work = action("work", say("run the sites that are due; on any number of machines"))
    work.add_argument("--parallel", type=int, default=0, metavar="N", help=say("so many sites at a time"))
    work.add_argument("--metrics", type=Path, metavar="FILE", help=say("write OpenMetrics text there each minute"))
    # For demonstrations: in a hurry, and on another day.
    for option, default in (("--tick", 60.0), ("--stalled", 60.0), ("--behind", 0.0)):
        work.add_argument(option, type=float, default=default, metavar="SECONDS", help=argparse.SUPPRESS)
    work.add_argument("--name", default="", help=argparse.SUPPRESS)
    shown = action("demo", say("a morning of three invented towns, on a PostgreSQL that is started for it"))
    shown.add_argument("folder", type=Path, nargs="?", default=Path("fleet-demo"), metavar="DIR")
    shown.add_argument("--cases", type=_count_in(say), default=150, metavar="N", help=say("how many cases a town has"))
    shown.add_argument("--keep", action="store_true", help=say("keep the database until Enter is pressed"))


def _moment_in(say: Say) -> Callable[[str], datetime]:
    def moment(text: str) -> datetime:
        """A moment typed by a person; without an offset it is in the site's zone (added later)."""
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            sentence = say("{text} is no moment; write it like 2026-11-22T08:00")
            raise argparse.ArgumentTypeError(sentence.format(text=repr(text))) from None

    return moment


def _count_in(say: Say) -> Callable[[str], int]:
    def count(text: str) -> int:
        """A number of cases that a demonstration can hold."""
        if not text.isdigit() or not 1 <= int(text) <= _MOST_CASES:
            sentence = say("{text} is no number between 1 and {most}")
            raise argparse.ArgumentTypeError(sentence.format(text=repr(text), most=_MOST_CASES))
        return int(text)

    return count
