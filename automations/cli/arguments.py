"""What can be typed after `kim`.

Why: docs/decisions/12-named-handlers.md"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from automations import __version__
from automations.cli.fleet_arguments import add_fleet
from automations.cli.parser_parts import DEFAULT, Commands, Say, command, count_in, given_in, path_in

_JOBS = "only these automations, such as assign_cases or summarise (default: all)"

_CASE = "the number of the case, as it stands in the workbook"

_OF_CELL = ("--json", "--help", "--out=", "--site=")  # how options of `kim cell` begin


def with_any_value(argv: Sequence[str]) -> list[str]:
    """`kim cell` takes any text for its value, also one that begins like an option ("-5,5"): its own options go
    before the rest, and "--" says that no more follow."""
    words = list(argv)
    # What stands behind --site is a folder, even one that is called like a command.
    commands = (i for i, word in enumerate(words) if not word.startswith("-") and (i == 0 or words[i - 1] != "--site"))
    start = next(commands, None)
    if start is None or words[start] != "cell" or "--" in words:
        return words
    options, rest, i = list[str](), list[str](), start + 1
    while i < len(words):
        # These two take a word of their own, which must go with them.
        taken = 2 if words[i] in {"--out", "--site"} else int(words[i].startswith(_OF_CELL))
        (options if taken else rest).extend(words[i : i + max(taken, 1)])
        i += max(taken, 1)
    return [*words[: start + 1], *options, "--", *rest]


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
    parser.register("action", None, given_in(say))
    parser.add_argument(
        "--version", action="version", version=f"kim {__version__}", help=say("say the version and end")
    )
    parser.add_argument(
        "--site", type=path_in(say), default=Path(os.environ.get("KIM_SITE", ".")), metavar="DIR",
        help=say("the folder with config/ and templates/ (default: $KIM_SITE, else here)"),
    )  # fmt: skip
    parser.add_argument(
        "--json", action="store_true", default=False, help=say("print one JSON document instead of text")
    )
    actions = Commands(parser.add_subparsers(title=say("commands"), required=True, metavar="COMMAND"), say)
    _add_demo(actions)
    _add_init(actions)
    _add_runs(actions)
    _add_looking(actions)
    _add_figures(actions)
    _add_tending(actions)
    _add_papers(actions)
    _add_service(actions)
    add_fleet(actions)
    return parser


def _add_demo(actions: Commands) -> None:
    say = actions.say
    demo = command(actions, "demo", "commands:demo", say("make a complete demonstration site and run it"), at=True)
    demo.add_argument("folder", type=path_in(say), nargs="?", default=Path("demo"), metavar="DIR", help=say(DEFAULT))
    demo.add_argument("--cases", type=count_in(say), default=600, metavar="N", help=say("how many cases (default 600)"))
    demo.add_argument("--seed", type=int, default=1, metavar="S", help=say("another seed, another team"))


def _add_init(actions: Commands) -> None:
    say = actions.say
    started = command(
        actions, "init", "init:init", say("start a site, around an existing workbook or a new one"), at=True
    )
    started.add_argument("folder", type=path_in(say), metavar="DIR", help=say("the folder that becomes the site"))
    started.add_argument("--workbook", default="", metavar="FILE-OR-URL", help=say("the workbook that the team has"))
    started.add_argument(
        "--forms", default="", metavar="DIR", help=say("a folder into which CSV files of a form are dropped")
    )
    started.add_argument(
        "--language", choices=("de", "en"), default="",
        help=say("the language of the site (default: English where the headings of the workbook are, else German)"),
    )  # fmt: skip
    started.add_argument("--yes", action="store_true", help=say("ask nothing: take what is sure, list the rest"))
    started.add_argument(
        "--add-columns", action="store_true", help=say("add the columns that kim needs without asking")
    )


def _add_runs(actions: Commands) -> None:
    say = actions.say
    check = command(
        actions, "check", "check:check", say("config and workbook: every problem; changes nothing"), at=True
    )
    check.add_argument(
        "--schema", type=path_in(say), metavar="DIR", help=say("write JSON schemas of the config files for editors")
    )
    plan = command(actions, "plan", "rules:plan", say("what a run would do; changes nothing"), at=True)
    plan.add_argument("jobs", nargs="*", metavar="JOB", help=say(_JOBS))
    plan.add_argument("--full", action="store_true", help=say("from scratch, whatever was kept"))
    one = plan.add_mutually_exclusive_group()
    one.add_argument("--rule", metavar="NAME", help=say("only what this rule would do, with its texts"))
    one.add_argument("--explain", nargs=2, metavar=("RULE", "FALL-NR"), help=say("why a message is due or not"))
    run = command(actions, "run", "unchanged:run", say("do it now"), at=True)
    run.add_argument("jobs", nargs="*", metavar="JOB", help=say(_JOBS))
    owed = "only what the schedule owes (for cron and the like)"
    run.add_argument("--due", action="store_const", dest="command", const="due:due", help=say(owed))
    run.add_argument("--full", action="store_true", help=say("from scratch, also where nothing is new"))
    # For a fleet, which reads that one line of many sites; people are told in words.
    run.add_argument("--brief", action="store_true", help=argparse.SUPPRESS)
    run.add_argument(
        "--accept", action="append", default=[], metavar="GUARD", help=say("go on although a guard stopped the run")
    )


def _add_looking(actions: Commands) -> None:
    say = actions.say
    text = "approve a rule of the workbook as it stands now; without a name: list them"
    approving = command(actions, "approve", "approve:approve", say(text), at=True)
    approving.add_argument("name", nargs="?", metavar="NAME", help=say("as the list calls it"))
    approving.add_argument("--by", default="IT", metavar="WHO", help=say("who approved it (default IT)"))
    text = "all rules, and the rows that they act on today and soon"
    listed = command(actions, "rules", "rules:rules", say(text), at=True)
    way = listed.add_mutually_exclusive_group()
    way.add_argument(
        "--make-tabs", action="store_true", help=say("make the tabs in which the team writes its own rules")
    )
    text = "the list of that rule as CSV, for a claim or another program"
    way.add_argument("--csv", metavar="NAME", help=say(text))
    start = command(actions, "start", "serving:start", say("keep running the schedule; stops cleanly on SIGTERM"))
    # For trials in a hurry: nobody else needs to look more often.
    start.add_argument("--tick", type=float, default=20.0, metavar="SECONDS", help=argparse.SUPPRESS)
    look = command(actions, "status", "status:status", say("last runs, what waits, what failed"), at=True)
    look.add_argument(
        "--alive",
        action="store_const",
        dest="command",
        const="alive:alive",
        help=say("only: does “kim start” give signs of life (status 0 or 1)"),
    )
    explain = command(actions, "explain", "commands:explain", say("the story of a case"), at=True)
    explain.add_argument("case", metavar="FALL-NR", help=say(_CASE))
    explain.add_argument("--points", action="store_true", help=say("also colleagues' load points (for the team lead)"))


def _add_figures(actions: Commands) -> None:
    """Commands that show or write something for people to read, and set a cell."""
    say = actions.say
    text = "what the next 26 weeks bring, as it is and in each scenario"
    ahead = command(actions, "forecast", "forecast:forecast", say(text), at=True)
    ahead.add_argument(
        "scenarios", nargs="*", metavar="SCENARIO", help=say("more of them, such as “20 %% more arrivals”")
    )
    preview = command(actions, "preview", "commands:preview", say("one HTML page with every message in every language"))
    preview.add_argument("--out", type=path_in(say), default=Path("preview.html"), metavar="FILE", help=say(DEFAULT))
    report = command(actions, "report", "commands:report", say("the figures for the Land as a CSV file"), at=True)
    editions = (
        "exact figures are confidential; small counts are suppressed in published ones; comparison: what the site gives"
        " to be compared with other towns, which is shown and not saved"
    )
    report.add_argument(
        "--edition", choices=("published", "exact", "comparison"), default="published", help=say(editions)
    )
    report.add_argument(
        "--out", type=path_in(say), default=Path("bericht-ans-land.csv"), metavar="FILE", help=say(DEFAULT)
    )
    cell = command(actions, "cell", "commands:cell", say("set one cell and change nothing else in the file"))
    cell.add_argument("file", type=path_in(say), metavar="FILE", help=say("the workbook"))
    cell.add_argument("ref", metavar="TAB!REF", help=say("tab and cell, such as Team!B7"))
    text = "what it is to hold: text, a number, a date (31.10.2024), a time (09:30); '' clears it"
    cell.add_argument("value", action="store", metavar="VALUE", help=say(text))  # blank clears the cell
    cell.add_argument(
        "--out", type=path_in(say), metavar="FILE", help=say("write here instead of into the file itself")
    )


def _add_tending(actions: Commands) -> None:
    say = actions.say
    undo = command(actions, "undo", "upkeep:undo", say("take the cell changes of a run back"), at=True)
    undo.add_argument("run", metavar="RUN", help=say("as “kim status” and the log in the workbook call it"))
    command(actions, "rebalance", "upkeep:rebalance", say("propose moves after a departure or for evenness"), at=True)
    command(actions, "hold", "upkeep:hold", say("stop all mail"), at=True)
    release = command(actions, "release", "upkeep:release", say("let a held batch go, or end a hold"), at=True)
    release.add_argument("run", nargs="?", metavar="RUN", help=say("without it, a hold ends"))
    text = "set up how mails leave; send one mail, to see whether they do"
    mail = command(actions, "mail", "mail:mail", say(text))
    mail.add_argument(
        "action", choices=("test", "setup"), help=say("test: sends one mail; setup: asks and writes the settings")
    )
    mail.add_argument("address", nargs="?", metavar="ADDRESS", help=say("who gets the test"))
    text = "check, back up, restore the ledger; make a new key for the buttons in mails"
    ledger = command(actions, "ledger", "upkeep:ledger", say(text), at=True)
    text = "check: is it whole; backup: copies it; restore: puts a copy in its place; new-key: buttons already sent end"
    ledger.add_argument("action", choices=("check", "backup", "restore", "new-key"), help=say(text))
    ledger.add_argument(
        "file", nargs="?", type=path_in(say), metavar="FILE", help=say("default: the newest in state/backups")
    )
    ledger.add_argument("--moved", action="store_true", help=argparse.SUPPRESS)  # it has done nothing since
    text = "earlier versions of the workbooks, one before each write; with a name: put that one into a file"
    earlier = command(actions, "versions", "versions:versions", say(text))
    earlier.add_argument("name", nargs="?", metavar="NAME", help=say("as the list calls it"))
    earlier.add_argument("--out", type=path_in(say), metavar="FILE", help=say("default: a file of that name here"))
    subject = command(actions, "subject", "subject:subject", say("what is kept about a person; its erasure"), at=True)
    subject.add_argument("case", metavar="FALL-NR", help=say(_CASE))
    text = "export: all that is kept, as a document; erase: takes it out of the ledger, mails, versions and logs"
    subject.add_argument("action", choices=("export", "erase"), help=say(text))


def _add_papers(actions: Commands) -> None:
    say = actions.say
    text = "papers on data protection, made from the config: record of processing, deletion plan and others"
    papers = command(actions, "privacy", "papers:privacy", say(text), at=True)
    papers.add_argument("folder", type=path_in(say), metavar="DIR", help=say("where they are written"))
    book = command(actions, "handbook", "papers:handbook", say("open the handbook (in German)"))
    book.add_argument("--out", type=path_in(say), metavar="FILE", help=say("write it there instead of opening it"))


def _add_service(actions: Commands) -> None:
    say = actions.say
    service = command(actions, "service", "serving:service", say("let the operating system start kim"))
    text = "show: prints what install would write; uninstall: takes it away again"
    service.add_argument("action", choices=("show", "install", "uninstall"), help=say(text))
    text = "systemd: kim keeps running; timer: systemd starts each run; windows: a task for the task scheduler"
    service.add_argument("--kind", choices=("systemd", "timer", "windows"), default="systemd", help=say(text))
    service.add_argument("--user", default="kim", help=say("the account that runs it (default kim)"))
    service.add_argument(
        "--folder", type=path_in(say), default=Path("/etc/systemd/system"), help=say("where the files belong")
    )
