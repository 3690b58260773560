"""The folder of one turn on this machine: what was read, the changed copy, and a note of how far the turn got.

It is private, goes at the end of the turn, and outlives a crash, so that the next run can put things right."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from msgspec import Struct, structs

from automations.common.files import write_private

PREFIX, SUFFIX = ".turn-", ".part"

Phase = Literal["begun", "uploading", "moving", "putting", "ended"]
"""uploading: a copy of ours may stand beside the file · moving, putting: the file itself may be half replaced ·
ended: only the lock or the copy beside could not be taken away"""


class Note(Struct, frozen=True):
    """How far a turn got. `lock` is the token of its lock, `beside` the name of its copy on the server, `after`
    the revision that it was to leave."""

    phase: Phase = "begun"
    lock: str = ""
    beside: str = ""
    after: str = ""


class Bench(Struct):
    """See above. `source` holds what was read, `copy` the changed file."""

    folder: Path
    source: Path
    copy: Path
    note: Note = Note()

    @classmethod
    def make(cls, versions: Path, token: str, label: Path) -> Bench:
        """A new one for the write `token`. Raises OSError."""
        # Among the versions, as what lies there is private and reached by erasure.
        versions.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = versions / f"{PREFIX}{hashlib.sha256(token.encode()).hexdigest()[:12]}{SUFFIX}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        return cls(folder, folder / label.name, folder / f"copy{label.suffix}")

    @property
    def mark(self) -> str:
        """What tells this turn's lock and its copy on the server from others."""
        return self.folder.name.removeprefix(PREFIX).removesuffix(SUFFIX)

    def write(self, **changes: str) -> None:
        """Note something, before it is done. Raises OSError."""
        self.note = structs.replace(self.note, **changes)
        write_private(self.folder / "note.json", json.dumps(structs.asdict(self.note)).encode())

    def remove(self) -> None:
        """The turn is over, and nothing is left to be put right."""
        shutil.rmtree(self.folder, ignore_errors=True)


def left(versions: Path, label: Path) -> Iterator[Bench]:
    """The benches that crashes left."""
    for folder in sorted(versions.glob(f"{PREFIX}*{SUFFIX}")) if versions.is_dir() else ():
        bench = Bench(folder, folder / label.name, folder / f"copy{label.suffix}")
        try:
            bench.note = Note(**json.loads((folder / "note.json").read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            bench.note = Note()  # killed before anything was noted, so before anything was sent
        yield bench
