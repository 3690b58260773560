"""One spreadsheet through one account: read whole, locked, swept. All refusals leave as WorkbookError."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from automations.workbooks.google.canvas import Request
from automations.workbooks.google.client import GRACE, Rejected, SheetsClient
from automations.workbooks.google.excerpts import Excerpt
from automations.workbooks.google.locking import MUTEX, Held, Lock, description, held, released
from automations.workbooks.google.reading import State, check_size, full_fields, outline_fields, read_state
from automations.workbooks.protocol import WorkbookError

LOCK_TRIES = 6  # how often a write asks for a lock that another run holds (about half a minute in all)
# Seconds: another run holds the lock for the time of one call, not of a whole run.
_LONGEST_WAIT = 10.0

_ANSWER = "updatedSpreadsheet({fields})"
_NO_RIGHT = ("permission", "protect")


class Elsewhere(Exception):  # noqa: N818 - never leaves the package: look again and start anew
    """The spreadsheet is no longer as it was when the request was made up."""


class Acquired(Struct, frozen=True):
    """A lock (None where the account may not protect ranges) and the spreadsheet as it stood under it."""

    lock: Lock | None
    state: State


def names_no_range(refused: Rejected) -> bool:
    """Whether Google did not find the cells that its answer was to show. It does not say whether the changes were
    made all the same."""
    return refused.request is None and "range" in refused.message.casefold()


class Account:
    """`who` is how this installation signs its locks."""

    def __init__(self, client: SheetsClient, who: str) -> None:
        self.client, self._who = client, who
        self._measured = False

    def read(self) -> State:
        """The whole spreadsheet. Its size is looked at first, once."""
        if not self._measured:
            check_size(self.client.name, self._get(outline_fields()))
            self._measured = True
        return self.glance()

    def glance(self) -> State:
        """The whole spreadsheet in one call, for comparing it with what was read before: its size was found
        fit then."""
        return read_state(self.client.name, self._get(full_fields()))

    def _get(self, fields: str) -> Mapping[str, Any]:
        try:
            return self.client.get(fields)
        except Rejected as refused:
            raise self.client.told(refused) from refused

    def change(self, requests: Sequence[Request], *, repeatable: bool, excerpt: Excerpt | None = None) -> State:
        """All changes or none; the spreadsheet afterwards. With an `excerpt` no more than that is sent, unless it
        contradicts what was read before. Raises Rejected, WorkbookError."""
        fields = _ANSWER.format(fields=full_fields())
        ranges = excerpt.ranges() if excerpt else []
        answer = self.client.change(list(requests), fields, ranges, repeatable=repeatable)
        if excerpt is None:
            return read_state(self.client.name, answer["updatedSpreadsheet"])
        return excerpt.laid_over(answer["updatedSpreadsheet"]) or self.read()

    def live_locks(self, protected: Mapping[int, str]) -> list[Held]:
        """Locks of runs that may still be at work."""
        return [lock for lock in held(protected) if not lock.stale(self.client.clock())]

    def sweep(self, state: State, token: str = "") -> bool:
        """Delete locks of killed runs, and those of `token`; whether there were any."""
        now = self.client.clock()
        gone = [n for lock in held(state.protected) if lock.stale(now) or lock.token == token for n in lock.ids]
        if gone:
            self.give_back(gone)
        return bool(gone)

    def give_back(self, ids: Iterable[int]) -> None:
        """Delete protected ranges of ours; what is gone already is well so. A lock that cannot be
        deleted grows stale."""
        # However late it is: a lock that stays keeps people off their own sheet for ten minutes.
        self.client.begin(GRACE)
        with contextlib.suppress(Rejected, WorkbookError):
            self.client.change(released(ids), repeatable=True)

    def acquire(
        self, areas: Sequence[Mapping[str, int]], token: str, excerpt: Excerpt | None = None
    ) -> Acquired | Held:
        """The lock, or who has it. With an `excerpt` no more is looked at. Raises Elsewhere where an area is gone,
        WorkbookError."""
        # Ids of our own choosing: a second try of the same request is refused instead of locking twice.
        ids = (MUTEX, *(secrets.randbelow(2**31 - 1) + 1 for _ in areas))
        lock = Lock(ids, description(self._who, token, self.client.clock()))
        for number in range(LOCK_TRIES):
            try:
                requests = lock.requests(areas, self.client.account)
                return Acquired(lock, self.change(requests, repeatable=True, excerpt=excerpt))
            except Rejected as refused:
                state = self.read()
                # The first try may have arrived although its answer did not.
                mine = [other for other in held(state.protected) if set(other.ids) == set(ids)]
                if mine:
                    return Acquired(lock, state)
                others = self.live_locks(state.protected)
                if not others and not self.sweep(state):
                    self._without_lock(refused)
                    # Without the right to protect ranges kim writes all the same, and looks at everything afterwards.
                    return Acquired(None, state)
            if others and number + 1 < LOCK_TRIES:
                # Any share of the pause, so that two runs do not meet again and again.
                self.client.sleep(self.client.chance() * min(_LONGEST_WAIT, 2.0**number))
        return others[0] if others else _NOBODY

    def _without_lock(self, refused: Rejected) -> None:
        """Go on without a lock where the account has no right to one. Raises Elsewhere, WorkbookError."""
        _, _, said = refused.message.partition(": ")  # before it stands the kind of request, "addProtectedRange"
        text = (said or refused.message).casefold()
        if "already" in text or "exist" in text:
            raise Elsewhere(refused.message)  # the other one gave it back in between
        if refused.request is None:
            if names_no_range(refused):
                raise Elsewhere(refused.message)  # a tab has another name, or is smaller by now
            raise self.client.told(refused, writing=True)
        if not any(word in text for word in _NO_RIGHT):
            raise Elsewhere(refused.message)


_NOBODY = Held((), "?", "", 0.0)
