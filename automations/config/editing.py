"""Values set in config/site.toml and its like: everything else in it, comments above all, stays as it stands there."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any, TypeAlias

import tomlkit
from tomlkit.items import InlineTable

Setting: TypeAlias = str | int | list[str] | None  # a value to be set; None takes the line out


# What some editors of Windows put before a text; the readers of config pass over it, tomlkit refuses it.
_MARK = "\ufeff"


def quoted(text: str) -> str:
    """A text as TOML writes it, whatever signs it holds."""
    return tomlkit.string(text).as_string()


def with_values(text: str, values: Mapping[str, Setting]) -> str:
    """The text with values set, by dotted name ("mail.inbox.host"). A table that is missing is added at the end.
    Raises ValueError where the text is no TOML."""
    mark = _MARK if text.startswith(_MARK) else ""
    document = tomlkit.parse(text.removeprefix(mark))
    for name, value in values.items():
        *path, key = name.split(".")
        table: MutableMapping[str, Any] = document
        for step in path:
            if step not in table:
                table[step] = tomlkit.inline_table() if isinstance(table, InlineTable) else tomlkit.table()
            found = table[step]
            # Not only a Table: one whose parts stand apart in the file ([mail], [ledger], [mail.inbox]) is a proxy.
            if not isinstance(found, MutableMapping):
                message = f"{step} is no table"
                raise ValueError(message)  # noqa: TRY004 - what is wrong is the text, not an argument
            table = found
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value
    return mark + tomlkit.dumps(document)


def set_values(folder: Path, values: Mapping[str, Setting], file: str = "site.toml") -> None:
    """The same in a config file of a site, replaced whole. Raises OSError, ValueError."""
    if not values:
        return
    path = folder / "config" / file
    # Bytes, so that the ends of lines stay as they are.
    text = with_values(path.read_bytes().decode("utf-8"), values)
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(text.encode("utf-8"))
    # The file may be readable for a group that the team's IT chose.
    shutil.copymode(path, new)
    new.replace(path)
