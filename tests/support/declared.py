"""Tables of a team's own, as lines of columns.toml, told shortly: a field is its heading, its kind behind a colon."""

from __future__ import annotations

import json
from datetime import date


def table(name: str, tab: str, key: str, /, **fields: str) -> str:
    """A table on a tab of its own: `table("boats", "Boote", "name", name="Name", case="Fall-Nr.: cases")`. Behind the
    colon stand the kind and "open" for what anybody in the team may see."""
    return f'[tables.{name}]\ntabs = ["{tab}"]\nkey = "{key}"\n' + _fields("fields.", fields)


def more(name: str, /, **fields: str) -> str:
    """Fields of the team's own in a table that kim knows."""
    return f"[tables.{name}.fields]\n" + _fields("", fields)


def _fields(before: str, fields: dict[str, str]) -> str:
    lines = []
    for name, text in fields.items():
        heading, _, rest = text.partition(": ")
        words = rest.split(", ")
        kind = "".join(f', kind = "{word}"' for word in words if word not in {"", "open"})
        told = ', class = "open"' if "open" in words else ""
        lines.append(f'{before}{name} = {{ headings = ["{heading}"]{kind}{told} }}\n')
    return "".join(lines)


def text(name: str, words: str, subject: str = "", language: str = "de") -> str:
    """A text of the team's own, as lines of rules.toml."""
    said = {"subject": subject, "text": words} if subject else {"text": words}
    return f"[texts.{name}.{language}]\n" + "".join(f"{key} = {_plain(value)}\n" for key, value in said.items())


def rule(name: str, table: str, /, **parts: object) -> str:
    """A rule of the team's own, as lines of rules.toml; its parts are called as they are there."""
    return "[[rules]]\n" + "".join(
        f"{key} = {_plain(value)}\n" for key, value in {"name": name, "table": table, **parts}.items()
    )


def _plain(value: object) -> str:
    """A value as TOML has it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_plain(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_plain, value)) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
