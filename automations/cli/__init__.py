"""The `kim` command: the only place that prints or exits."""

from __future__ import annotations

import gc
import signal
import sys
from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from time import perf_counter, process_time

from automations.cli.parsing import parse

# Objects made before the youngest are looked through for rings. Python's 700 fit programs that keep little: here nearly
# all that is made stays, and looking found nothing hundreds of times a run.
_YOUNG = 1_000_000


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit status (see `kim --help`)."""
    gc.set_threshold(_YOUNG, 10, 10)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a sign that the terminal does not know must not end a command
    # Told to end by a service or a time limit, a command leaves as with Ctrl-C: no mail in doubt, and a word. What runs
    # on its own (`kim start`) hears the signal in its own way.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    status = run_command(argv, process_time())
    gc.freeze()  # what is left is not looked through object by object on the way out: a tenth of a run's time
    sys.exit(status)


def run_command(argv: Sequence[str] | None = None, booted: float = 0.0) -> int:
    """Run one command; returns the exit status: 0 done · 1 done, but something failed or is held · 2 usage or config ·
    3 workbook busy · 4 refused by a guard. `booted` are the seconds that the process was at work until now."""
    began = perf_counter() - booted
    arguments = parse(argv)
    arguments.began = began
    try:
        return _done(arguments)
    except (Exception, KeyboardInterrupt) as error:
        # What explains errors knows every room: it is loaded only when there is something to explain.
        from automations.cli.advice import explained
        from automations.cli.output import Output
        from automations.config.files import ConfigError, site_language
        from automations.service.refused_config import mail_refused, remember

        command = arguments.command.rpartition(":")[2]
        if isinstance(error, ConfigError) and command in {"run", "due", "start"}:
            remember(arguments.site, error)
            if command != "run":  # whoever runs it by hand sees it
                mail_refused(arguments.site, error, getattr(arguments, "at", None))
        with explained(Output(arguments.json), site_language(arguments.site)) as outcome:
            raise
        return outcome.status


def _done(arguments: Namespace) -> int:
    module, _, name = arguments.command.partition(":")
    status: int = getattr(import_module(f"automations.cli.{module}"), name)(arguments)
    return status
