"""Printing: for people through rich, for programs as one JSON document."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from automations.cli.exit_status import DONE, OUTCOMES
from automations.common.characters import harmless
from automations.model.values import to_plain

if TYPE_CHECKING:
    from rich.console import Console


class Output:
    """Where a command's words go: text for people on stdout, progress on stderr only on a terminal."""

    def __init__(self, as_json: bool, *, silent: bool = False) -> None:
        self.as_json, self._silent = as_json, silent

    @cached_property
    def _console(self) -> Console:
        from rich.console import Console

        return Console(highlight=False, soft_wrap=True)

    @cached_property
    def _progress(self) -> Console:
        from rich.console import Console

        return Console(stderr=True, highlight=False)

    def line(self, text: str = "", style: str = "") -> None:
        """A line for people; nothing where JSON is wanted."""
        if not self.as_json and not self._silent:
            self._console.print(harmless(text), style=style or None, markup=False)

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> None:
        """A table for people."""
        if self.as_json or self._silent or not rows:
            return
        from rich.console import Console
        from rich.table import Table

        table = Table(
            *map(harmless, headings),
            title=harmless(title) or None,
            title_justify="left",
            title_style="bold",
            header_style="bold",
        )
        for row in rows:
            table.add_row(*("" if item is None else harmless(str(item)) for item in row))
        # Into a file or a pipe: rich takes such for eighty columns and would cut the words.
        wide = Console(width=max(self._console.width, 100), highlight=False)
        (self._console if self._console.is_terminal else wide).print(table, markup=False)

    def document(self, document: object, status: int = DONE) -> None:
        """The JSON document, where one is wanted; a function is asked for it only then. One that does not say itself
        how the command ended says it by the exit status that is given."""
        if self.as_json and not self._silent:
            document = document() if callable(document) else document
            if isinstance(document, dict):
                document = {"outcome": OUTCOMES[status]} | document
            # Where the reader's alphabet is a small one JSON is written in ASCII, and loses nothing.
            small = (sys.stdout.encoding or "utf-8").casefold().replace("-", "") != "utf8"
            text = json.dumps(to_plain(document), ensure_ascii=small, indent=2)
            # Half a character, as somebody pasted it, as JSON writes it: \\ud800.
            sys.stdout.write(text.encode("utf-8", "backslashreplace").decode() + "\n")

    @contextmanager
    def progress(self, text: str) -> Iterator[None]:
        """A sign of life while something takes long; silent where no terminal is."""
        if self.as_json or self._silent or not self._progress.is_terminal:
            yield
            return
        with self._progress.status(text):
            yield
