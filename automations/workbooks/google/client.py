"""Calls of the Sheets API with retries of our own: full jitter, one deadline, and nothing repeated that
could then happen twice.

gspread's own retrying client is not used: a lasting 503 gives it 975 attempts over 34 hours."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import requests
from google.auth.exceptions import RefreshError, TransportError
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient
from gspread.urls import SPREADSHEET_BATCH_UPDATE_URL, SPREADSHEET_URL
from msgspec import Struct, field

from automations.workbooks.protocol import WorkbookError

TIMEOUT = (10, 190)  # seconds to connect, and to wait for an answer: Google itself gives up after 180

DEADLINE = 300.0
"""Seconds that a reading or a write may take with all its repetitions (quotas are counted by the minute)."""

GRACE = 150.0  # seconds more to give a lock back: a used-up quota is refilled within a minute

PATIENCE = 30.0
"""Seconds for which a way to Google is looked for that was never found yet: somebody waits for the answer."""

LONGEST_PAUSE = 64.0  # seconds; as Google's guide to exponential backoff has it

AGENT = "kim-automations (gzip)"
"""What the client calls itself. Google packs its answers, to a thirtieth of their size, for a client that accepts that
and has "gzip" in its name (developers.google.com/workspace/sheets/api/guides/performance)."""

# All others are answers about the request itself, which a second try would only get again.
_AGAIN = frozenset({429, 500, 502, 503})
_UNAUTHORIZED, _FORBIDDEN, _QUOTA = 401, 403, 429
_SHEET_ID = re.compile(r"/spreadsheets/(?:u/\d+/)?d/([A-Za-z0-9_-]+)")
_BARE_ID = re.compile(r"[A-Za-z0-9_-]{25,}")


class Rejected(Exception):  # noqa: N818 - Google said no, which is an answer
    """A request that Google refused: HTTP status and sentence. `repeated`: an earlier try of the same
    request got no answer, so that it may have been carried out."""

    def __init__(self, status: int, message: str, *, repeated: bool) -> None:
        super().__init__(message)
        self.status, self.message, self.repeated = status, message, repeated

    @property
    def request(self) -> tuple[int, str] | None:
        """Which request of a batch was refused: its place and kind."""
        # Google says it in this sentence alone; no field of its answer does.
        found = re.match(r"Invalid requests\[(\d+)\]\.(\w+)", self.message)
        return (int(found[1]), found[2]) if found else None


class UnansweredError(WorkbookError):
    """No answer before the deadline. `perhaps`: the request may have been carried out."""

    perhaps = False


class SheetsClient(Struct):
    """One spreadsheet of one account. `sleep` waits for seconds, `clock` counts them, `chance` gives
    numbers between 0 and 1. `name` and `account` are for sentences."""

    name: str
    sheet: str
    make_http: Callable[[], HTTPClient]
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    chance: Callable[[], float] = random.random
    account: str = ""
    _until: float = 0.0
    _reached: bool = False
    _http: list[HTTPClient] = field(default_factory=list)

    def begin(self, seconds: float = DEADLINE) -> None:
        """So long calls are repeated from now on, at least. Once that is over each has one try."""
        # Never shortened: what asks within a longer task ends with that one.
        self._until = max(self._until, self.clock() + seconds)

    def get(self, fields: str) -> dict[str, Any]:
        """What `fields` names of the spreadsheet."""
        return self._send(lambda http: http.request("get", SPREADSHEET_URL % self.sheet, params=_compact(fields)))

    def change(
        self,
        changes: list[dict[str, Any]],
        fields: str = "spreadsheetId",
        ranges: Sequence[str] = (),
        *,
        repeatable: bool,
    ) -> dict[str, Any]:
        """All changes or none. `fields` is what the answer shows of the spreadsheet afterwards, `ranges` of which
        cells (all of them where there are none).

        `repeatable` says that a second time would be refused or do nothing. Raises Rejected, UnansweredError."""
        body: dict[str, Any] = {"requests": changes, "includeSpreadsheetInResponse": fields != "spreadsheetId"}
        if ranges:
            body["responseRanges"] = list(ranges)
        url = SPREADSHEET_BATCH_UPDATE_URL % self.sheet
        return self._send(lambda http: http.request("post", url, params=_compact(fields), json=body), repeatable)

    def _send(self, call: Callable[[HTTPClient], requests.Response], repeatable: bool = True) -> dict[str, Any]:
        tries, perhaps, began = 0, False, self.clock()
        while True:
            status, pause = 0, 0.0
            try:
                answer = dict(call(self._client()).json())
            except APIError as error:
                self._reached = True
                status = error.response.status_code
                if status not in _AGAIN:
                    raise Rejected(status, _sentence(error), repeated=perhaps) from error
                # The server knows better than any formula when it will have time.
                pause = _asked_pause(error.response)
            except RefreshError as error:
                # Waiting gives nobody the key back.
                raise self._revoked() from error
            except (requests.RequestException, TransportError, TypeError, ValueError) as error:
                # A proxy or a hotel's login page answers in Google's place, with no JSON or with another one.
                status = 0  # no answer, or one that is not Google's
                self._look_for_a_way(error, began)
            else:
                self._reached = True
                return answer
            # A used-up quota is the one refusal by which nothing was begun.
            perhaps = perhaps or status != _QUOTA
            # Any share of the doubled pause (“full jitter”), so that many sites do not come back at the same moment.
            pause = max(pause, self.chance() * min(LONGEST_PAUSE, 2.0**tries))
            # A batch that may have arrived is never sent again: rows would be inserted twice.
            if (perhaps and not repeatable) or self.clock() + pause > self._until:
                raise self._gave_up(status, perhaps=perhaps)
            tries += 1
            self.sleep(pause)

    def _client(self) -> HTTPClient:
        """Made at the first call, so that a site opens without its key."""
        if not self._http:
            http = self.make_http()
            http.session.headers["User-Agent"] = AGENT
            http.set_timeout(TIMEOUT)
            self.account = str(getattr(http.auth, "service_account_email", "") or self.account)
            self._http.append(http)
        return self._http[0]

    def _gave_up(self, status: int, *, perhaps: bool) -> UnansweredError:
        error = UnansweredError(
            "Google's quota for “{name}” is used up."
            if status == _QUOTA
            else "Google did not answer about “{name}” in time.",
            "Nothing to do: kim tries again at the next run.",
            code="quota" if status == _QUOTA else "unreachable",
            busy=True,
            values={"name": self.name},
        )
        error.perhaps = perhaps
        return error

    def _look_for_a_way(self, error: Exception, began: float) -> None:
        """Raises WorkbookError where Google was never reached, and it is no use to go on trying for long."""
        if self._reached or not _no_way(error):
            return
        if _untrusted(error) or self.clock() - began >= PATIENCE:
            message, advice = _UNTRUSTED if _untrusted(error) else _NO_WAY
            raise WorkbookError(message, advice, code="unreachable", busy=True, values={"name": self.name}) from error

    def _revoked(self) -> WorkbookError:
        return WorkbookError(
            "Google no longer accepts the key of “{name}” ({account}).",
            "Make a new key for the service account, as docs/google-sheets.md shows, and put it in the place of the old"
            " one.",
            code="key_revoked",
            values={"name": self.name, "account": self.account or "?"},
        )

    def told(self, refused: Rejected, *, writing: bool = False) -> WorkbookError:
        """A refusal as a sentence for people. `writing`: what was refused could be read before."""
        if refused.status == _UNAUTHORIZED:
            return self._revoked()
        message, advice, code = _READ_ONLY if writing and refused.status == _FORBIDDEN else _sentence_for(refused)
        values = {"name": self.name, "account": self.account or "?", "reason": refused.message}
        return WorkbookError(message, advice, code=code, values=values)


def _compact(fields: str) -> dict[str, str | int | bool | float | list[str] | None]:
    """Google indents its answers unless told otherwise, which makes them twice as long."""
    return {"fields": fields, "prettyPrint": "false"}


def _cause(error: Exception) -> BaseException:
    """google-auth wraps what requests said."""
    return error.__cause__ or error if isinstance(error, TransportError) else error


def _untrusted(error: Exception) -> bool:
    return isinstance(_cause(error), requests.exceptions.SSLError)


def _no_way(error: Exception) -> bool:
    """Whether nothing that might be Google was reached."""
    broken = isinstance(_cause(error), requests.ConnectionError)
    return broken and "Max retries exceeded" in str(_cause(error))  # urllib3's word for: no connection was made


_UNTRUSTED = (
    "What answers in Google's place shows a certificate that is not trusted, so “{name}” is not opened.",
    "If a proxy opens encrypted traffic here, let REQUESTS_CA_BUNDLE name the file with its certificate.",
)
_NO_WAY = (
    "Google cannot be reached, so “{name}” is not opened.",
    "Check the internet connection and the proxy (HTTPS_PROXY); kim tries again at the next run.",
)


def _sentence_for(refused: Rejected) -> tuple[str, str, str]:
    text = refused.message.casefold()
    if refused.status == _FORBIDDEN and ("disabled" in text or "has not been used" in text):
        return _API_OFF
    if "not supported for this document" in text:
        return _EXCEL_FILE
    return _REFUSALS.get(refused.status, _OTHER)


_API_OFF = (
    "The Google Sheets API is switched off for the key of “{name}”.",
    "Switch it on in the Google Cloud project of the key (APIs & Services, Google Sheets API).",
    "api_off",
)
_EXCEL_FILE = (
    "“{name}” is an Excel file in Google Drive, not a Google sheet.",
    "Open it there, choose File, Save as Google Sheets, and put the new address into site.toml.",
    "excel_in_drive",
)
_READ_ONLY = (
    "The Google sheet “{name}” is shared with {account} for reading only.",
    "Share it with that address as an editor.",
    "read_only",
)
_OTHER = (
    "Google refused “{name}”: {reason}",
    "Please show this sentence to whoever looks after kim.",
    "google_refused",
)
_REFUSALS: Mapping[int, tuple[str, str, str]] = {
    403: (
        "The Google sheet “{name}” is not shared with {account}.",
        "Share it with that address as an editor.",
        "no_access",
    ),
    404: (
        "There is no Google sheet at the address of “{name}”.",
        "Copy the address from the browser into site.toml.",
        "no_sheet",
    ),
}


def _sentence(error: APIError) -> str:
    try:
        return str(error.response.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {error.response.status_code}"


def _asked_pause(response: requests.Response) -> float:
    """Seconds that the server asks us to wait, as far as we do."""
    asked = response.headers.get("Retry-After", "")
    return min(LONGEST_PAUSE, float(asked)) if asked.isdigit() else 0.0


def sheet_id(name: str, url: str) -> str:
    """The id in a sheet's address. Raises WorkbookError."""
    found = _SHEET_ID.search(url)
    bare = _BARE_ID.fullmatch(url.strip())
    # “/d/e/…” is the address of a published page, whose id names no sheet.
    if (found is None or found[1] == "e") and bare is None:
        raise WorkbookError(
            "The address of “{name}” is not that of a Google sheet: {url}",
            "Copy the address from the browser; it begins with https://docs.google.com/spreadsheets/d/.",
            code="bad_url",
            values={"name": name, "url": url},
        )
    return found[1] if found else url.strip()
