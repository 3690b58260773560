"""What a server cannot promise, as far as it tells: said by `kim check`, before it matters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores.webdav import answers
from automations.workbooks.stores.webdav.answers import OddAnswerError, Seen

if TYPE_CHECKING:
    from automations.workbooks.stores.webdav.store import WebDav

_MULTI = 207
# As the clients of Nextcloud ("… (conflicted copy 2026-11-28 0815)"), ownCloud ("…_conflict-…"), Syncthing and others
# call a copy that they could not reconcile.
_CONFLICT = r"(?:[ _(.-].*)?(?:conflict|konflikt|in Konflikt).*"


def limits(store: WebDav) -> Iterator[WorkbookError]:
    """One sentence for each thing that a team should know. Raises WorkbookError where the file is out of reach."""
    seen = store.standing()
    yield from _of_file(store, seen)
    yield from _conflicts(store)


def _of_file(store: WebDav, seen: Seen) -> Iterator[WorkbookError]:
    client = store.client
    if seen.rights and "W" not in seen.rights:
        yield client.error("unwritable", *_READ_ONLY, user=client.user or "?")
    if seen.identity and not seen.tells_editors:
        yield client.error("no_files_lock", *_NO_FILES_LOCK)
    elif not seen.locking and not seen.tells_editors:
        yield client.error("no_locks", *_NO_LOCKS)
    if not seen.tag:
        yield client.error("no_tags", *_NO_TAGS)


def _conflicts(store: WebDav) -> Iterator[WorkbookError]:
    """Copies that a sync program laid beside the workbook: somebody's edits stand there and nowhere else."""
    headers = {"Depth": "1", "Content-Type": "text/xml"}
    answer = store.client.ask("PROPFIND", store.client.address.folder, headers, answers.NAMES)
    if answer.status != _MULTI:
        return  # a file shared by itself: its folder is not ours to look into
    try:
        beside = answers.names(answer.body)
    except OddAnswerError:
        return
    stem, suffix = re.escape(store.label.stem), re.escape(store.label.suffix)
    copy = re.compile(f"{stem}{_CONFLICT}{suffix}", re.IGNORECASE)
    # Five are enough to be heard.
    for name in sorted(filter(copy.fullmatch, beside))[:5]:
        yield store.client.error("conflict_copy", *_COPY, copy=name)


_READ_ONLY = (
    "The account {user} may not change the workbook {file} on {host}: kim can read it, and write nothing.",
    "Share the file with that account with the right to change it, and its folder with the right to create files.",
)
_NO_FILES_LOCK = (
    "On {host} kim cannot see who edits {file} in the browser: the app files_lock is missing there.",
    "Please have “Temporary files lock” installed. Until then kim writes only where nobody saved meanwhile.",
)
_NO_LOCKS = (
    "The server {host} knows no locks: kim cannot see who has {file} open, nor ask others to wait while it writes.",
    "It writes only where nobody saved meanwhile. Close the file when you are done, above all before 6:30.",
)
_NO_TAGS = (
    "The server {host} gives no ETags: kim compares the whole file {file} before it writes.",
    "A save in the very second of a write could be lost there; the version before it is kept on this machine.",
)
_COPY = (
    "Beside {file} lies “{copy}”: a program that synchronises could not join two people's changes.",
    "Please compare the two, carry over what is missing, and delete the copy; kim reads {file} alone.",
)
