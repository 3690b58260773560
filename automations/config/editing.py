"""Values set in config/site.toml and its like: everything else in it, comments above all, stays as it stands there."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import tomlkit
from tomlkit.items import Table

Setting: TypeAlias = str | int | list[str] | None
"""A value to be set; None takes the line out."""


def quoted(text: str) -> str:
    """A text as TOML writes it, whatever signs it holds."""
    return tomlkit.string(text).as_string()


def with_values(text: str, values: Mapping[str, Setting]) -> str:
    """The text with values set, by dotted name ("mail.inbox.host"). A table that is missing is added at the end.
    Raises ValueError where the text is no TOML."""
    document = tomlkit.parse(text)
    for name, value in values.items():
        *path, key = name.split(".")
        table: tomlkit.TOMLDocument | Table = document
        for step in path:
            if step not in table:
                table[step] = tomlkit.table()
            found = table[step]
            if not isinstance(found, Table):
                message = f"{step} is no table"
                raise ValueError(message)  # noqa: TRY004 - what is wrong is the text, not an argument
            table = found
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value
    return tomlkit.dumps(document)


def set_values(folder: Path, values: Mapping[str, Setting], file: str = "site.toml") -> None:
    """The same in a config file of a site, replaced whole. Raises OSError, ValueError."""
    if not values:
        return
    path = folder / "config" / file
    text = with_values(path.read_text(encoding="utf-8"), values)
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, encoding="utf-8")
    shutil.copymode(path, new)
    new.replace(path)
