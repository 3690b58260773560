"""The `kim` command: the only place that prints or exits."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from automations.cli.advice import explained
from automations.cli.arguments import parse
from automations.cli.output import Output


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit status (see `kim --help`)."""
    sys.exit(run_command(argv))


def run_command(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done · 1 done, but something failed or is held ·
    2 usage or config · 3 workbook busy · 4 refused by a guard."""
    arguments = parse(argv)
    with explained(Output(arguments.json)) as outcome:
        outcome.status = arguments.command(arguments)
    return outcome.status
