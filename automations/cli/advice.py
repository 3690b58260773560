"""The one place that turns what went wrong into a sentence with advice."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from errno import ENOSPC
from types import MappingProxyType

from msgspec import Struct

from automations.cli.exit_status import ATTENTION, BUSY, DONE, REFUSED, USAGE
from automations.cli.output import Output
from automations.common.errors import PlainError, why
from automations.common.texts import Texts, texts
from automations.config.files import ConfigError
from automations.engine.lock import AlreadyRunningError
from automations.engine.outcomes import Blind, Refused
from automations.ledger.errors import LedgerError
from automations.model.problems import Problem
from automations.workbooks.protocol import WorkbookError

# What is wrong with a ledger's address, not with the ledger.
_MISSET = frozenset({"ledger_url", "ledger_driver", "fence_database"})

# What was typed names no such tab or cell, or what no cell can hold. A workbook that cannot be read is no usage,
# however that came about: scripts tell the two apart by the status.
_MISTYPED = frozenset({"same_file", "no_tab", "not_a_worksheet", "reference", "number",
                       "date_number", "date_range", "text_long", "text_invalid"})  # fmt: skip

# What a workbook that cannot be used is called in JSON.
_CALLED = MappingProxyType({BUSY: "busy", REFUSED: "refused", USAGE: "usage", ATTENTION: "failed"})


class Status(Struct):
    """The exit status of a command."""

    status: int = DONE


class StoppedError(Exception):
    """A command that needs the tables cannot have them: a guard refuses, or a workbook cannot be read."""

    def __init__(self, stop: Refused | Blind) -> None:
        super().__init__(stop.sentence)
        self.stop = stop


def stop_status(stop: Refused | Blind) -> int:
    """The exit status of a command that was stopped before it planned anything."""
    return REFUSED if isinstance(stop, Refused) else BUSY if stop.busy else ATTENTION


def stop_outcome(stop: Refused | Blind) -> str:
    """The outcome in JSON of a command that was stopped before it planned anything."""
    return {REFUSED: "refused", BUSY: "busy", ATTENTION: "attention"}[stop_status(stop)]


@contextmanager
def explained(output: Output, language: str) -> Iterator[Status]:
    """Runs a command; errors of the world become one sentence on stderr, in the site's language, and an exit status."""
    status = Status()
    say = texts(language)
    try:
        yield status
    except ConfigError as error:
        status.status = USAGE
        _report(output, error.problems, "config", say)
    except AlreadyRunningError:
        status.status = BUSY
        advice = say.say("Wait until it is through; “kim status” tells.")
        running = Problem("already_running", say.say("Another run of this site is under way."), advice)
        _report(output, [running], "busy", say)
    except StoppedError as error:
        status.status = stop_status(error.stop)
        problems = error.stop.problems if isinstance(error.stop, Blind) else [Problem("refused", str(error))]
        _report(output, problems, stop_outcome(error.stop), say)
    except WorkbookError as error:
        # Another ledger's workbook is refused as a guard would: going on would mix two sites.
        wrong = REFUSED if error.code == "foreign_ledger" else USAGE if error.code in _MISTYPED else ATTENTION
        status.status = BUSY if error.busy else wrong
        told = error.told(say.language)
        _report(output, [Problem(told.code, told.message, told.advice)], _CALLED[status.status], say)
    except LedgerError as error:
        # A driver or an address that is missing is a matter of the config, whatever room finds it out.
        config = error.code in _MISSET
        status.status = USAGE if config else BUSY if error.busy else REFUSED
        known = error.told(say.language)
        _report(output, [Problem(error.code, known.message, known.advice)], "config" if config else "refused", say)
    except PlainError as error:
        status.status = USAGE
        _report(output, [Problem(error.code, str(error))], "config" if error.code == "credentials" else "usage", say)
    except OSError as error:
        _of_the_system(error, status, output, say)
    except KeyboardInterrupt:
        status.status = ATTENTION
        advice = say.say("The next run goes on from here; “kim status” tells what is unclear.")
        _report(output, [Problem("interrupted", say.say("The command was interrupted."), advice)], "interrupted", say)


def _of_the_system(error: OSError, status: Status, output: Output, say: Texts) -> None:
    """What the system did not let kim do. An error that names no file goes its way: it is one of the program."""
    if isinstance(error, BrokenPipeError):
        sys.stderr.close()  # the reader of a pipe went away; there is nobody to tell
        return
    if error.errno != ENOSPC and not error.filename:
        raise error
    status.status = ATTENTION
    if error.errno == ENOSPC:
        sys.stderr.write(say.say("The disk is full: what kim had to say could not be written.") + "\n")
        return
    message = say.say("“{path}” cannot be used: {reason}.", path=error.filename, reason=say.say(why(error)))
    advice = say.say("Please check the rights to it, and whether something else lies in its place.")
    _report(output, [Problem("file_unusable", message, advice)], "failed", say)


def stopped(outcome: str, problems: Sequence[Problem]) -> dict[str, object]:
    """The JSON document of a command that did nothing."""
    return {"outcome": outcome, "edits": [], "mails": [], "tabs": [], "problems": problems, "jobs": {}}


def _report(output: Output, problems: list[Problem] | tuple[Problem, ...], outcome: str, say: Texts) -> None:
    output.document(stopped(outcome, problems))
    # Programs read the document alone: words beside it would be no JSON.
    if output.as_json:
        return
    for problem in problems:
        sys.stderr.write(placed(problem, say) + "\n")


def placed(problem: Problem, say: Texts) -> str:
    """A problem in one line: where, what is wrong, what to do."""
    place = say.say("{tab}, line {row}", tab=problem.tab, row=problem.row) if problem.row else problem.tab
    # What the parser of a file says names file and line itself.
    text = f"{place}: {problem.message}" if place and problem.code != "bad_toml" else problem.message
    return " ".join(part for part in (_sentence(text), problem.advice) if part)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", ":")) else text + "."
