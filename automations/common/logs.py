"""Logs for the operator: one JSON object a line, without personal data, rotated."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from automations.common.characters import readable

_LARGEST = 1_000_000  # bytes of one file
_KEPT = 5  # files


class Log:
    """Lines in `kim.jsonl` of a folder. Callers pass run names, counts, codes and case numbers only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "kim.jsonl"

    def write(self, at: datetime, event: str, **values: str | float | None) -> None:
        """One line. A disk that takes no log stops nothing."""
        line = readable(json.dumps({"at": at.isoformat(), "event": event, **values}, ensure_ascii=False))
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # Before the line, so that no file grows beyond its size by more than one of them.
            self._rotate()
            # Opened anew for each line: the service and a command by hand write to the same file.
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError:
            return

    def _rotate(self) -> None:
        if not self._path.exists() or self._path.stat().st_size < _LARGEST:
            return
        for number in range(_KEPT - 1, 0, -1):
            older = self._path.with_name(f"kim.{number}.jsonl")
            if older.exists():
                older.replace(self._path.with_name(f"kim.{number + 1}.jsonl"))
        self._path.replace(self._path.with_name("kim.1.jsonl"))
