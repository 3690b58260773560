"""Tests start kim some thousand times in one process: what is made of a text alone is made once a process, and the
files that come with kim are listed once.

Measured on a small site: TOML, templates and the ledger's SQL were a quarter of each run, the files a twentieth.
Nothing but the clock sees it: who asks gets an object of his own, or one that nobody changes; a text that cannot be
read is refused each time.
"""

from __future__ import annotations

import pickle
import tomllib
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import CodeType
from typing import Any

from jinja2 import Environment, nodes
from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import LRUCache

from automations.common.shipped import config_folder, program_folder, templates_folder
from automations.engine import last_look
from automations.messages.sandbox import MailEnvironment

_MANY = 2000


def parse_once() -> None:
    """From here on, in this process."""
    _toml()
    _templates()
    _statements()
    _shipped_files()


def _toml() -> None:
    read = tomllib.loads

    @lru_cache(_MANY)
    def packed(text: str) -> bytes:
        return pickle.dumps(read(text))

    def loads(text: str, /, *, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
        if type(text) is not str or parse_float is not float:
            return read(text, parse_float=parse_float)
        made: dict[str, Any] = pickle.loads(packed(text))  # noqa: S301 - packed two lines above
        return made

    tomllib.loads = loads


def _templates() -> None:
    """What was parsed is only looked at (`sandbox.check`): to compile, Jinja parses for itself."""
    trees: LRUCache[Any, nodes.Template] = LRUCache(_MANY)
    codes: LRUCache[Any, CodeType] = LRUCache(_MANY)

    def parse(self: Environment, source: str, name: str | None = None, filename: str | None = None) -> nodes.Template:
        key = source, name, filename
        tree = trees.get(key)
        if tree is None:
            tree = trees[key] = Environment.parse(self, source, name, filename)
        return tree

    def compiled(self: Environment, source: str, name: str | None = None, filename: str | None = None) -> CodeType:
        key = source, name, filename, frozenset(self.filters)  # a filter that is not there is refused by the compiler
        code = codes.get(key)
        if code is None:
            code = codes[key] = Environment.compile(self, source, name, filename)
        return code

    MailEnvironment.parse, MailEnvironment.compile = parse, compiled


def _statements() -> None:
    shared = _OfAnyFile(_MANY)

    def given(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            connection.execution_options(compiled_cache=shared)

    event.listen(Engine, "engine_connect", given)


def _shipped_files() -> None:
    """No test changes the checkout."""
    lines, shipped = last_look._lines, {str(folder()) for folder in (program_folder, config_folder, templates_folder)}
    listed = lru_cache(len(shipped))(lambda folder: tuple(lines(folder, "")))

    def seen(folder: str, below: str) -> Iterator[str]:
        return iter(listed(folder)) if folder in shipped and not below else lines(folder, below)

    last_look._lines = seen


class _OfAnyFile(LRUCache[Any, Any]):
    """Statements in the words of SQLite. SQLAlchemy keeps them for each dialect's object, and each ledger that is
    opened has another one."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((type(key[0]), *key[1:]), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__((type(key[0]), *key[1:]), value)
