"""The Google Sheets backend: a guest in a spreadsheet that people type into at the same moment.

A full cycle takes four calls: size, everything, lock with everything again, and one batch that changes
and unlocks; two where nothing is to change. Nothing is asked of Google Drive."""

from __future__ import annotations

import contextlib
import platform
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from google.auth.credentials import Credentials
from gspread.http_client import HTTPClient

from automations.common.texts import texts
from automations.model.layout import Base
from automations.model.plan import EditGroup
from automations.model.tabdoc import TabDoc
from automations.model.writes import PendingWrite, WriteResult
from automations.workbooks.google.account import Account
from automations.workbooks.google.client import SheetsClient, sheet_id
from automations.workbooks.google.extending import add_tab, append_columns
from automations.workbooks.google.reading import State
from automations.workbooks.google.writing import Order, Writer, result_of, wish
from automations.workbooks.new_files import NewTab
from automations.workbooks.outcomes import check_ledger, settled
from automations.workbooks.protocol import Announce, RawWorkbook, WorkbookError

FRESH = 60.0  # seconds for which a reading tells who holds the lock; later it is asked again


class GoogleSheetsWorkbook:
    """A Google sheet by its address. `credentials` are fetched at the first call.

    `zone` is the site's ("Europe/Berlin"), "" for any.
    `http_client` makes the client that calls Google; `clock` gives seconds since the epoch (for the age
    of locks and for deadlines), `sleep` waits for seconds; `host` signs our locks."""

    def __init__(
        self,
        name: str,
        url: str,
        credentials: Callable[[], Credentials],
        *,
        language: str = "de",
        zone: str = "",
        http_client: Callable[[Credentials], HTTPClient] = HTTPClient,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        host: str = "",
    ) -> None:
        self.name = name
        self._url, self._language, self._zone, self._clock = url, language, zone, clock
        self._host = host or platform.node() or "?"
        # Without its id yet: an address that cannot be one is told when it is read, not when the site opens.
        self._client = SheetsClient(name, "", lambda: http_client(credentials()), clock, sleep)
        self._account = Account(self._client, self._host)
        self._seen: tuple[State, float] | None = None

    def revision(self) -> str:
        """One call, and nothing kept of it. Drive, which knows of changes without reading, is not asked: it would want
        a right to all files of the account. Raises WorkbookError."""
        with self._told():
            self._client.sheet = sheet_id(self.name, self._url)
            return self._account.glance().raw.revision

    def read(self) -> RawWorkbook:
        """All tabs with values, formulas, errors. Locks left by killed runs are swept on the way."""
        with self._told():
            state = self._read()
            # Else the sheet stays shut for its people until the next write.
            self._account.sweep(state)
            return state.raw

    def write(
        self,
        groups: Sequence[EditGroup],
        tabs: Sequence[TabDoc],
        base: Base,
        token: str,
        ledger: str,
        announce: Announce,
    ) -> WriteResult:
        """See `protocol.Workbook.write`. `announce` is called again where the write starts anew."""
        with self._told():
            state = self._as_of(base)
            # Forgotten while it writes: if that fails half-way, the next call must read anew.
            writer = Writer(self._account, self._language)
            self._seen = None
            result = writer.write(Order(groups, tabs, base, token, ledger, announce), state)
            if writer.state is not None:
                self._seen = writer.state, self._clock()
            return result

    def rehearse(self, groups: Sequence[EditGroup], tabs: Sequence[TabDoc], base: Base, ledger: str) -> WriteResult:
        """What the sheet says of itself: formulas, arrays, merged cells, and what is protected from kim."""
        with self._told():
            state = self._as_of(base)
            check_ledger(state.raw, ledger)
            wanted = wish(state, groups, list(tabs), base, ledger, self._language, self._client.account)
            return result_of("unchanged", wanted)

    def settle(self, pending: PendingWrite) -> WriteResult:
        """What became of an announced write; its lock is taken away first."""
        with self._told():
            state = self._read()
            # Before it is judged: while its lock stands, the batch of a killed run could still arrive and change all.
            self._account.sweep(state, pending.token)
            return settled(state.raw, pending)

    def holder(self) -> str:
        """Which other run of kim is writing just now, in words. People at work in the sheet are no
        reason to wait: they are kept apart row by row. "" where Google does not answer."""
        try:
            with self._told():
                seen = self._lately()
        # Who is at work there is only asked for display and patience; the write itself takes the lock.
        except WorkbookError:
            return ""
        locks = self._account.live_locks(seen.protected)
        return texts(self._language).say("kim on {host}", host=locks[0].who) if locks else ""

    def limits(self) -> Sequence[WorkbookError]:
        """See `protocol.Limited`: settings by which the sheet understands otherwise what is typed."""
        with self._told():
            return [error.told(self._language) for error in odd_settings(self._lately(), self._language, self._zone)]

    def append_columns(self, tab: str, row: int, headings: Mapping[int, str]) -> None:
        """Headings, by column, right of the last one of a header row. Raises WorkbookError (Refusal) where
        that is not safe; the sheet is then as it was."""
        with self._told():
            before = self._seen[0] if self._seen else self._read()
            after = append_columns(self._account, before, tab, row, headings, secrets.token_hex(8))
            self._seen = after, self._clock()

    def add_tab(self, tab: NewTab) -> None:
        """A new tab at the end. Raises WorkbookError."""
        with self._told():
            self._client.sheet = sheet_id(self.name, self._url)
            self._seen = add_tab(self._account, tab), self._clock()

    def _as_of(self, base: Base) -> State:
        """The spreadsheet that a plan was made from, else as it is now."""
        return self._seen[0] if self._seen and self._seen[0].raw.revision == base.revision else self._read()

    def _lately(self) -> State:
        """The spreadsheet as it was less than a minute ago."""
        return self._seen[0] if self._seen and self._clock() - self._seen[1] < FRESH else self._read()

    def _read(self) -> State:
        self._client.sheet = sheet_id(self.name, self._url)
        state = self._account.read()
        self._seen = state, self._clock()
        return state

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Errors leave in the language of the site. The deadline of what is done begins here."""
        self._client.begin()
        try:
            yield
        except WorkbookError as error:
            raise error.told(self._language) from error


_SET = "In Google: File, Settings, General."


def odd_settings(state: State, language: str, zone: str) -> Iterator[WorkbookError]:
    """A sentence for the sheet's locale, and one for its zone, where they are not the site's."""
    values = {"name": state.raw.name, "locale": state.locale, "zone": state.zone, "other": zone}
    if state.locale and state.locale.partition("_")[0].casefold() != language.casefold():
        message = (
            "The Google sheet “{name}” is set to the locale {locale}: it understands dates and decimal commas "
            "otherwise than your team types them."
        )
        yield WorkbookError(message, _SET, code="sheet_locale", values=values)
    if zone and state.zone and state.zone != zone:
        message = (
            "The Google sheet “{name}” is set to the time zone {zone}, this site to {other}: TODAY() and NOW() show "
            "another moment there."
        )
        yield WorkbookError(message, _SET, code="sheet_zone", values=values)
