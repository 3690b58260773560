"""In which line of a TOML file a key stands, so that a problem can name it.

`tomllib` keeps no positions. This reads just enough of the format: table headers, keys at the start
of a line, and how deep brackets and long strings are open. A key it cannot find has no line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct, field

Path: TypeAlias = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?")
_KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[\w.-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=(.*)$""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")
_STRING = re.compile(r"""\"\"\"|'''|"(?:\\.|[^"\\])*"|'[^']*'|#.*""")


class _Reader(Struct):
    prefix: Path = ()
    counts: dict[Path, int] = field(default_factory=dict)
    depth: int = 0
    long_string: str = ""

    def read(self, line: str) -> Iterator[Path]:
        # Inside a text of several lines nothing is a key, whatever it looks like.
        if self.long_string:
            self._skip_string(line)
        elif self.depth:
            self._measure(line)
        elif header := _HEADER.match(line):
            self.prefix = self._header(header[1] == "[[", _parts(header[2]))
            yield self.prefix
        elif key := _KEY.match(line):
            self._measure(key[2])
            yield (*self.prefix, *_parts(key[1]))

    def _header(self, is_array: bool, parts: Path) -> Path:
        resolved: Path = ()
        for part in parts[:-1]:
            resolved = (*resolved, part)
            if resolved in self.counts:
                resolved = (*resolved, self.counts[resolved])
        resolved = (*resolved, parts[-1])
        if is_array:
            self.counts[resolved] = self.counts.get(resolved, -1) + 1
            return (*resolved, self.counts[resolved])
        return resolved

    def _skip_string(self, line: str) -> None:
        if self.long_string in line:
            self.long_string = ""

    def _measure(self, text: str) -> None:
        for quote in ('"""', "'''"):
            if text.count(quote) % 2:
                self.long_string = quote
                return
        bare = _STRING.sub("", text)
        self.depth += bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}")


def _parts(text: str) -> Path:
    # TOML allows the empty name "", of which every group is blank.
    return tuple(next(filter(None, found), "") for found in _PART.findall(text))


def positions(text: str) -> dict[Path, int]:
    """Key paths -> line numbers (from 1). Array tables count from 0: ("rules", 2, "when")."""
    reader = _Reader()
    found: dict[Path, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        for path in reader.read(line):
            # The first place counts; a key that stands twice is refused by the parser itself.
            found.setdefault(path, number)
    return found


def line_of(where: dict[Path, int], path: Path) -> int | None:
    """The line of a key, or of the nearest table around it, or the first inside it."""
    for end in range(len(path), 0, -1):
        if path[:end] in where:
            return where[path[:end]]
    # [mail.inbox] is enough to make a table [mail] that has no line of its own.
    return min((line for known, line in where.items() if known[: len(path)] == path), default=None)
