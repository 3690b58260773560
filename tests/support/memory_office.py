"""An office in memory that goes on for weeks: its workbook, its mail server and its mailbox; the ledger is a file.

The site is read once and its ledger stays open from run to run, as in `kim start`; a power cut closes it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, Self

from msgspec import structs

from automations.config.loading import load_site
from automations.engine.applied import RunResult
from automations.engine.parts import World, open_world
from automations.engine.runner import run
from automations.messages.transport import Transport
from tests.support.fake_inbox import FakeInbox
from tests.support.memory_workbook import MemoryWorkbook


class PowerCutError(Exception):
    """The computer is off from here on."""


class MemoryOffice:
    """The office. Close it, or use it in a `with`."""

    _open: World | None = None

    def __init__(
        self, folder: Path, site: str, tabs: Mapping[str, Sequence[Sequence[Any]]], post: Transport,
        jobs: Collection[str] = ("number_rows", "follow_rules"),
    ) -> None:  # fmt: skip
        (folder / "config").mkdir(parents=True)
        (folder / "config" / "rules.toml").write_text("", encoding="utf-8")
        self.folder, self.jobs, self._stack = folder, jobs, ExitStack()
        self.configure(site)
        self.book = MemoryWorkbook("team", tabs)
        self.post, self.box = post, FakeInbox()
        self.cuts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def configure(self, site: str) -> None:
        """Another site.toml, from the next run on."""
        (self.folder / "config" / "site.toml").write_text(site, encoding="utf-8")
        self.site = load_site(self.folder)
        self.close()

    def close(self) -> None:
        """End it; the next run opens it anew."""
        self._open = None
        self._stack.close()

    def world(self, now: datetime) -> World:
        """The office's parts, as a run finds them."""
        if self._open is None:
            opened = self._stack.enter_context(open_world(self.site, now))
            self._open = structs.replace(opened, transport=self.post, inbox=self.box, workbooks={"team": self.book})
        return self._open

    def go(self, now: datetime, *, cut: Random | None = None) -> RunResult | None:
        """One run; with `cut` the power fails before one of its steps, and there is no result."""
        last = cut.randrange(1, 12) if cut else -1
        steps = 0

        def step(_: str) -> None:
            nonlocal steps
            steps += 1
            if steps == last:
                raise PowerCutError

        try:
            return run(self.world(now), lambda: now, self.jobs, step=step)
        except PowerCutError:
            self.cuts += 1
            self.close()
            return None
