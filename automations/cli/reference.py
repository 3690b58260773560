"""What may stand in each config file, made from the models: JSON schemas for editors, and docs/settings.md."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from automations.config.models import SiteFile
from automations.jobs.registry import jobs
from automations.tables.columns import Columns

_FILES = {"reminders.toml": "remind", "figures.toml": "summarise", "rules.toml": "follow_rules"}


def schemas() -> dict[str, dict[str, Any]]:
    """A schema for each config file, by the name of its file."""
    by_job = {job.name: job.Settings for job in jobs()}
    automations = {
        "type": "object",
        "properties": {name: _schema(model) for name, model in by_job.items()},
        "additionalProperties": False,
    }
    whole: dict[str, dict[str, Any]] = {"site.toml": _schema(SiteFile), "columns.toml": _schema(Columns)}
    return {**whole, "automations.toml": automations} | {
        file: _schema(by_job[name]) for file, name in _FILES.items() if name in by_job
    }


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema()
    for name, field in model.model_fields.items():
        if field.exclude:  # put in by the config, not written by people
            schema.get("properties", {}).pop(name, None)
    return schema


def write_schemas(folder: Path) -> list[Path]:
    """Write them as `<file>.schema.json`; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, schema in schemas().items():
        path = folder / f"{name.removesuffix('.toml')}.schema.json"
        path.write_text(json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        written.append(path)
    return written


_HEAD = """# Settings

Made from the models by `make schemas`; a test holds it true. A file that a site lacks comes from the shipped ones.
Times are local to `[site] zone`; durations name their unit.
"""


def settings_reference() -> str:
    """The whole page as Markdown: by file, each section with its keys, kinds and defaults."""
    parts = [_HEAD]
    for file, schema in schemas().items():
        parts.append(f"\n## {file}\n")
        parts += _section(schema, schema.get("$defs", {}), "")
    return "\n".join(parts).rstrip() + "\n"


def _section(schema: Mapping[str, Any], known: Mapping[str, Any], path: str) -> Iterator[str]:
    """A section's meaning, a table of its plain keys, and the sections below it."""
    known = {**known, **schema.get("$defs", {})}
    if path:
        heading = f"[{path.replace('[]', '')}]"
        yield f"\n### `{f'[{heading}]' if path.endswith('[]') else heading}`\n"
    if about := schema.get("description"):
        yield " ".join(line.strip() for line in about.splitlines() if line.strip()) + "\n"
    below, rows = [], []
    for name, value in schema.get("properties", {}).items():
        inner, place = _inner(value, known, f"{path}.{name}" if path else name)
        if "properties" in inner:
            below.append((place, inner))
        else:
            rows.append(f"| `{name}` | {_kind(value, known)} | {_default(value, name in schema.get('required', ()))} |")
    if rows:
        yield "\n".join(["| key | kind | default |", "|---|---|---|", *rows])
    for place, inner in below:
        yield from _section(inner, known, place)


def _inner(value: Mapping[str, Any], known: Mapping[str, Any], place: str) -> tuple[Mapping[str, Any], str]:
    """The model below a key, and how its section is headed: [a], [a.NAME] for any name, [[a]] for a list."""
    more = value.get("additionalProperties")
    if isinstance(more, dict):
        return _model(more, known), f"{place}.NAME"
    if value.get("type") == "array":
        return _model(value.get("items", {}), known), f"{place}[]"
    return _model(value, known), place


def _model(value: Mapping[str, Any], known: Mapping[str, Any]) -> Mapping[str, Any]:
    if "properties" in value:
        return value
    choices = [value, *value.get("anyOf", ()), *value.get("allOf", ())]
    found = next((item["$ref"] for item in choices if "$ref" in item), "")
    inner: Mapping[str, Any] = known.get(found.rpartition("/")[2], {})
    return inner


def _kind(value: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    # Before the types: a schema of choices names the type of its words as well.
    if "enum" in value or "const" in value:
        return " / ".join(f"`{item}`" for item in value.get("enum", [value.get("const")]))
    if "anyOf" in value:
        return " or ".join(dict.fromkeys(_kind(item, known) for item in value["anyOf"]))
    if value.get("type") == "array":
        return f"list of {_kind(value.get('items', {}), known)}"
    if "$ref" in value:
        return str(value["$ref"].rpartition("/")[2])
    plain = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true / false", "null": "none",
             "object": "section"}  # fmt: skip
    kind = plain.get(str(value.get("type")), "value")
    limits = [f"{sign} {value[name]}" for name, sign in (("minimum", "≥"), ("maximum", "≤")) if name in value]
    return f"{value.get('format', kind)}{' ' + ', '.join(limits) if limits else ''}"


def _default(value: Mapping[str, Any], required: bool) -> str:
    if required:
        return "must be given"
    found = value.get("default")
    if found in (None, "", [], {}):
        return "–"
    text = str(found).replace("|", "\\|").replace("\n", " ")
    longest = 80
    return f"`{text if len(text) <= longest else text[:longest] + '…'}`"
