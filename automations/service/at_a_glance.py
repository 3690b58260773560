"""A site that is only looked at: the ledger in its file and the workbooks beside it, without config and libraries.

What site.toml says of them is kept by the run whose plan still stands (see `engine.last_findings`). It counts as
long as program and config are those of that run, which is asked before anything is said (`same` in Standing). Where
anything else is to be asked (a mailbox, a server, a ledger elsewhere) nothing is kept, and the site is opened as usual.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from automations.common.texts import Texts, texts
from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores.disk import Disk

if TYPE_CHECKING:
    from automations.config.models import Premises
    from automations.ledger.glimpse import Answering

LEDGER = "ledger.sqlite"  # the ledger of a site that names no other
_FLEET = ("KIM_FENCE", "KIM_CLOCK_AHEAD")  # what a fleet says by the environment: its runs are opened as usual


def place_of(site: Premises) -> Mapping[str, object]:
    """What to keep of a site that can be only looked at; nothing for any other."""
    file = site.file
    elsewhere = file.ledger.url or file.ledger.url_env or file.mail.inbox is not None
    # A server may have news that no file on this disk shows.
    if elsewhere or any(book.url or not book.path for book in file.workbooks.values()):
        return {}
    books = {name: book.path for name, book in file.workbooks.items()}
    return {"language": site.facts.language, "zone": site.facts.time_zone.key, "books": books}


def files_of(site: Premises, revisions: Mapping[str, str]) -> Mapping[str, str]:
    """The revisions, by workbook, of those that are files, by their paths as site.toml has them."""
    files = {name: book.path for name, book in site.file.workbooks.items() if book.path and not book.url}
    return {path: revisions[name] for name, path in files.items() if revisions.get(name)}


def is_other(folder: Path, files: Mapping[str, object]) -> bool:
    """Whether one of the files certainly is another one than what `files_of` gave: then no look at the rest can tell
    that nothing is new. One that cannot be read now tells nothing."""
    for path, revision in files.items():
        with suppress(WorkbookError, OSError, ValueError):
            if FileOnDisk(folder / Path(path)).revision() != revision:
                return True
    return False


class Place(Struct, frozen=True):
    """A site: where it lies, its language, its zone, its workbooks by name as site.toml has them."""

    folder: Path
    language: str
    zone: ZoneInfo
    books: Mapping[str, str]

    @classmethod
    def read(cls, folder: Path, kept: Mapping[str, object]) -> Place | None:
        """What `place_of` gave; None for nothing, for what makes no sense, and within a fleet."""
        books = kept.get("books")
        if not isinstance(books, dict) or not books or any(map(os.environ.get, _FLEET)):
            return None
        try:
            zone = ZoneInfo(str(kept["zone"]))
            return cls(folder, str(kept["language"]), zone, {str(name): str(path) for name, path in books.items()})
        except (KeyError, ValueError, OSError):
            return None

    @property
    def state(self) -> Path:
        """The folder of the ledger."""
        return self.folder / "state"

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return self.state / LEDGER

    @property
    def facts(self) -> Place:
        """What speaks its language."""
        return self

    @property
    def texts(self) -> Texts:
        """Its sentences."""
        return texts(self.language)


class FileOnDisk:
    """A workbook in a folder, of which no more is asked than whether it is still the same."""

    def __init__(self, path: Path) -> None:
        self._disk = Disk(path)

    def revision(self) -> str:
        """The digest of its bytes; "" where it cannot be read now."""
        return self._disk.revision()

    def holder(self) -> str:
        """That somebody has it open; "" for nobody."""
        return "somebody" if self._disk.holder() else ""


class AtAGlance(Struct, frozen=True):
    """See `unchanged.Looked`: a site that reads no mailbox."""

    site: Place
    ledger: Answering
    inbox: None = None

    @property
    def workbooks(self) -> Mapping[str, FileOnDisk]:
        """Its workbooks, unread."""
        return {name: FileOnDisk(self.site.folder / Path(path)) for name, path in self.site.books.items()}
