"""Where an .xlsx file lies, as the backend above sees it: a folder, a WebDAV server, whatever comes next.

*revision*: the SHA-256 of the file's bytes, the same in every store, so that a write can be settled by comparing
hashes whatever the store calls a state itself (an ETag, a time). *turn*: one try at replacing the file, from
reading it to the end; where the store can lock, the file is locked for so long. *copy*: the changed file, made
on this machine, complete and proved before the store hears of it.

Why: docs/decisions/13-stores.md"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores.locks import Holder

if TYPE_CHECKING:
    from automations.model.writes import PendingWrite


Last = Callable[[], None]  # the last word before a file is replaced; it raises where that is not to be any more


def nothing() -> None:
    """Nobody has a last word."""


class Held(Exception):  # noqa: N818 - somebody has it open, which is no fault
    """Somebody has the file open, so there is no turn now."""

    def __init__(self, holder: Holder) -> None:
        super().__init__(holder.who)
        self.holder = holder


class Unclear(Exception):  # noqa: N818 - it may have gone well
    """A replacement of which nobody can tell now whether it arrived; the next run settles it."""


class Content(Protocol):
    """What can be read."""

    def fetch(self) -> bytes:
        """The whole file. Raises WorkbookError where it is missing, out of reach or larger than any workbook."""

    def revision(self) -> str:
        """The revision as it is now, without fetching where the store can tell; "" where there is no file."""


class Turn(Content, Protocol):
    """One try at replacing the file. `copy` is where the changed copy is to be made, from the file `source`,
    which holds what `fetch` gave."""

    source: Path
    copy: Path

    def secure(self) -> None:
        """The copy is complete: see it on the disk. Raises OSError."""

    def replace(self, before: str, after: str, last: Last = nothing) -> bool:
        """Put the copy (revision `after`) in the file's place if that still is `before`; False where it is
        not. What was displaced is kept as a version. Where something that takes its time comes first (an upload),
        `last` is called right before the replacement itself. Raises OSError or WorkbookError where the store refuses,
        and nothing was replaced then; Unclear where that cannot be told."""


class Store(Content, Protocol):
    """One workbook file and where it lies. `label` names it in sentences; only a folder's is a path as well."""

    label: Path

    def holder(self) -> Holder | None:
        """Who has it open, as far as the store can see."""

    def turn(self, token: str) -> AbstractContextManager[Turn]:
        """A turn for the write `token`. Whatever happens in it, no lock and no copy of ours is left beside the
        file. Raises Held; WorkbookError where the file is missing or out of reach."""

    def recover(self, pending: PendingWrite) -> None:
        """Put right what a crash in the middle of a replacement left half done, before a write is settled."""

    def limits(self) -> Iterable[WorkbookError]:
        """What the store cannot promise. Raises WorkbookError where the file is out of reach."""
