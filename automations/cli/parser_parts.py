"""What the command line is put together from: commands with their help, and the values that people type."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

_YEARS = range(1900, 9000)
_MOST_CASES = 100_000

DEFAULT = "default: %(default)s"  # the help of a file or folder whose use the command itself tells
Say = Callable[[str], str]  # says a text of the command line in a language

Command = str
"""Where a command is done: "module:function" in this package, imported when it runs, so that each command
loads what it needs and nothing else."""


class Commands(NamedTuple):  # no dataclass: those take longer to load than `kim --version` otherwise takes
    """Where commands are added, and how their help is said."""

    parsers: Any
    say: Say


def command(actions: Commands, name: str, command: Command, text: str, *, at: bool = False) -> argparse.ArgumentParser:
    """Add a command; `text` says what it does, in the reader's language."""
    say = actions.say
    parser: argparse.ArgumentParser = actions.parsers.add_parser(name, help=text, description=text)
    parser.set_defaults(command=command, at=None)
    parser.register("action", None, given_in(say))
    # Without defaults of their own: argparse would take back what was typed before the command.
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=say("print one JSON document"))
    parser.add_argument("--site", type=path_in(say), default=argparse.SUPPRESS, metavar="DIR", help=argparse.SUPPRESS)
    if at:
        parser.add_argument(
            "--at", type=moment_in(say), metavar="TIME", help=say("act as if it were TIME (2026-11-22T08:00)")
        )
    return parser


def given_in(say: Say) -> type[argparse.Action]:
    """What an argument that holds a value does with it, unless it says otherwise."""

    class Given(argparse.Action):
        """Takes a value once, and none that is blank: of two the first would be passed over in silence, and a script
        whose variable is not set would ask for what goes without a value (`kim release` ends a hold)."""

        given = False

        def __call__(
            self, _: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
        ) -> None:
            if option and self.given:
                raise argparse.ArgumentError(self, say("this stands twice"))
            if any(isinstance(value, str) and not value.strip() for value in _each(values)):
                raise argparse.ArgumentError(self, say("this is blank; is a variable not set?"))
            self.given = True
            if option:
                vars(namespace).setdefault("given", set()).add(option)  # also where it says what goes without saying
            setattr(namespace, self.dest, values)

    return Given


def _each(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def moment_in(say: Say) -> Callable[[str], datetime]:
    """The type of an argument that is a moment."""

    def moment(text: str) -> datetime:
        """A moment typed by a person; without an offset it is in the site's zone (added later)."""
        with suppress(ValueError):
            found = datetime.fromisoformat(text)
            # Where the calendar ends, days before and after can no longer be counted, and a run that is on record
            # with such a moment could never be read again.
            if found.year in _YEARS:
                return found
        sentence = say("{text} is no moment; write it like 2026-11-22T08:00")
        raise argparse.ArgumentTypeError(sentence.format(text=repr(text)))

    return moment


def path_in(say: Say) -> Callable[[str], Path]:
    """The type of an argument that is a file or a folder."""

    def path(text: str) -> Path:
        """A path typed by a person, or by a script whose variable may be unset: blank it would mean this folder."""
        if not text.strip():
            raise argparse.ArgumentTypeError(say("the name of the file or folder is blank"))
        return Path(text)

    return path


def count_in(say: Say) -> Callable[[str], int]:
    """The type of an argument that is a number of cases."""

    def count(text: str) -> int:
        """A number of cases that a demonstration can hold."""
        if not text.isdecimal() or not 1 <= int(text) <= _MOST_CASES:
            sentence = say("{text} is no number between 1 and {most}")
            raise argparse.ArgumentTypeError(sentence.format(text=repr(text), most=_MOST_CASES))
        return int(text)

    return count
