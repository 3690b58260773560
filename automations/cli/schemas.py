"""JSON schemas of the config files, so that an editor can help while they are written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from automations.config.models import SiteFile
from automations.jobs.registry import jobs
from automations.tables import Columns

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
