"""What was typed after `kim`, understood; and said in the site's language where it makes no sense."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

from automations.cli.arguments import build_parser, with_any_value
from automations.cli.exit_status import USAGE
from automations.cli.language import language_of
from automations.cli.parser_parts import Say


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments. Help, and what is wrong with them (then it exits with 2), is said in the site's language, whose
    catalogue is loaded only for that."""
    words = with_any_value(sys.argv[1:] if argv is None else argv)
    try:
        # In English and silent first: reading a catalogue for every command would cost more than parsing does.
        return build_parser(kind=_Silent).parse_args(words)
    except _SomethingToSayError:
        from automations.common.texts import texts

        say = texts(language_of(_site_of(words))).say
        with _argparse_in(say):
            kind = _InJson if "--json" in words else argparse.ArgumentParser
            return build_parser(say, kind).parse_args(words)


class _SomethingToSayError(Exception):
    """Help is wanted, or the words make no sense."""


class _Silent(argparse.ArgumentParser):
    """Says nothing itself."""

    def error(self, message: str) -> NoReturn:
        """See argparse."""
        raise _SomethingToSayError(message)

    def print_help(self, file: object = None) -> None:
        """See argparse."""
        raise _SomethingToSayError(file)


class _InJson(argparse.ArgumentParser):
    """Who asked for JSON gets it, also where the words make no sense."""

    def error(self, message: str) -> NoReturn:
        """See argparse."""
        from automations.cli.advice import stopped
        from automations.cli.output import Output
        from automations.model.problems import Problem

        Output(as_json=True).document(stopped("usage", [Problem("usage", f"{self.prog}: {message}")]))
        self.exit(USAGE)


@contextmanager
def _argparse_in(say: Say) -> Iterator[None]:
    """Argparse asks gettext for its own words ("usage", "expected one argument"), which has no German for them: for
    so long it asks our catalogue."""
    with patched(argparse, "_", say), patched(argparse, "ngettext", lambda one, many, n: say(one if n == 1 else many)):
        yield


@contextmanager
def patched(module: object, name: str, value: object) -> Iterator[None]:
    """A name of a module that means something else for a while; nothing where the module does not have it."""
    before = getattr(module, name, None)
    if before is not None:
        setattr(module, name, value)
    try:
        yield
    finally:
        if before is not None:
            setattr(module, name, before)


def _site_of(words: Sequence[str]) -> Path:
    """The site's folder, of words that may make no sense otherwise."""
    named = [word.partition("=")[2] for word in words if word.startswith("--site=")]
    named += [after for word, after in pairwise(words) if word == "--site"]
    return Path(named[-1] if named else os.environ.get("KIM_SITE", "."))
