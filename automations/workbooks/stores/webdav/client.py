"""HTTP to one server: over TLS, with a deadline and a size for every answer, never to another place.

A redirect is not followed but told, so that the password goes nowhere else. Reading is tried again when a
connection breaks; nothing that changes a file is ever sent twice."""

from __future__ import annotations

import os
import ssl
import urllib.request
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

import urllib3
from msgspec import Struct, field
from urllib3.exceptions import HTTPError, NewConnectionError, ProxyError, SSLError
from urllib3.response import BaseHTTPResponse

from automations.common.files import LARGEST
from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores.webdav.account import Account
from automations.workbooks.stores.webdav.address import FOLDER, Address

CONNECT_SECONDS, SILENCE_SECONDS = 10.0, 60.0
"""How long a connection may take, and a server may say nothing (assembling a large upload takes time)."""

DEADLINE_SECONDS = 300.0  # how long one request may take altogether, however steadily its answer drips in
SMALL = 4 * 2**20  # bytes that an answer other than a file may have: a folder of ten thousand files fits
PAUSES: Final = (1.0, 4.0)  # seconds to wait before reading is tried again

_READING = frozenset({"GET", "HEAD", "PROPFIND", "OPTIONS"})
_REPEATABLE = _READING | {"DELETE", "UNLOCK"}  # of our own copy, of our own lock: a second time does nothing
_AGAIN = frozenset({429, 500, 502, 503, 504})
_CHUNK = 2**16

TAKEN = frozenset({200, 201, 204})  # a change that was carried out
ABSENT = frozenset({404, 410})  # nothing lies there


class BrokenError(Exception):
    """The connection broke, or the server did not answer in time: what was asked for may have happened."""


class Answer(Struct, frozen=True):
    """What the server said. `headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class Client(Struct):
    """One file's server, for one account. `ca_file` holds the certificates that are trusted beside nothing else
    ("" for the system's own), `proxy` is one ("" for what the environment says). `clock` counts seconds, `sleep`
    waits for them."""

    address: Address
    account: Account
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    ca_file: str = ""
    proxy: str = ""
    _made: list[tuple[urllib3.PoolManager, dict[str, str]]] = field(default_factory=list)

    @property
    def user(self) -> str:
        """The account's name."""
        return self.account.load()[0]

    def ask(
        self,
        method: str,
        path: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        *,
        limit: int = SMALL,
    ) -> Answer:
        """One request, about the file itself where no path is named. Any status is an answer, but for a redirect, a
        login that fails and a server that is not to be reached: these raise WorkbookError. Raises BrokenError where
        something that is not only reading may have happened or not."""
        # A PUT or MOVE is never repeated by itself: whether the first one arrived is found out by reading.
        for pause in PAUSES if method in _REPEATABLE else ():
            try:
                answer = self._once(method, path, headers, body, limit)
                if answer.status not in _AGAIN:
                    return self._judged(answer)
            except BrokenError:
                pass
            self.sleep(pause)
        try:
            answer = self._once(method, path, headers, body, limit)
        except BrokenError as error:
            # Reading changed nothing, so that the next run may ask again; what writes may have arrived.
            if method in _READING:
                raise self.error("unreachable", *_SILENT, busy=True) from error
            raise
        if answer.status in _AGAIN and method in _READING:
            raise self.error("unreachable", *_OVERLOADED, busy=True, status=answer.status)
        return self._judged(answer)

    def error(self, code: str, message: str, advice: str, *, busy: bool = False, **values: object) -> WorkbookError:
        """A sentence about this file or server."""
        host = urlsplit(self.address.origin).hostname or ""
        known = {"file": self.address.label.name, "host": host, **{name: str(value) for name, value in values.items()}}
        return WorkbookError(message, advice, code=code, busy=busy, values=known)

    def _judged(self, answer: Answer) -> Answer:
        if answer.status in {301, 302, 303, 307, 308}:
            where = _short(answer.headers.get("location", ""))
            # Servers send from “…/name” to “…/name/” where the name is that of a folder.
            if urlsplit(where).path == self.address.path + "/":
                raise self.error("folder", *FOLDER)
            raise self.error("redirect", *_REDIRECT, where=where)
        if answer.status == 401:  # noqa: PLR2004 - an HTTP status
            # A server that does not say gets the benefit of the doubt.
            ways = answer.headers.get("www-authenticate", "Basic")
            if "basic" not in ways.casefold():
                raise self.error("login_way", *_OTHER_LOGIN, ways=_short(ways))
            raise self.error("login", *(_LOGIN if self.user else _NO_LOGIN), user=self.user)
        if answer.status == 407:  # noqa: PLR2004 - an HTTP status
            raise self.error("proxy", *_PROXY_LOGIN)
        return answer

    def _once(
        self, method: str, path: str, headers: Mapping[str, str] | None, body: bytes | None, limit: int
    ) -> Answer:
        pool, own = self._pool()
        until = self.clock() + DEADLINE_SECONDS
        try:
            response = pool.request(
                method,
                self.address.origin + (path or self.address.path),
                body=body,
                headers={**own, **(headers or {})},
                # Not followed: the password would go along to wherever the answer points.
                redirect=False,
                retries=False,
                # Piece by piece, so that size and time can be counted.
                preload_content=False,
                decode_content=False,
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=SILENCE_SECONDS),
            )
        except (SSLError, NewConnectionError, ProxyError) as error:
            raise self._no_way(error) from error
        except (HTTPError, OSError) as error:
            # No connection was made, so that nothing can have arrived.
            if isinstance(error, urllib3.exceptions.ConnectTimeoutError):
                raise self._no_way(error) from error
            raise BrokenError from error
        return self._received(response, method, limit, until)

    def _received(self, response: BaseHTTPResponse, method: str, limit: int, until: float) -> Answer:
        named = {name.lower(): value for name, value in response.headers.items()}
        try:
            body = b"" if method == "HEAD" else self._body(response, limit, until)
        except (HTTPError, OSError) as error:
            raise BrokenError from error
        except BaseException:
            response.close()
            raise
        response.release_conn()
        return Answer(response.status, named, body)

    def _body(self, response: BaseHTTPResponse, limit: int, until: float) -> bytes:
        parts, size = [], 0
        # Never unpacked: packed answers are not asked for, and could unfold without end.
        for part in response.stream(_CHUNK, decode_content=False):
            parts.append(part)
            size += len(part)
            # Counted while it comes, as the length that a server announces may be wrong or missing.
            if size > limit:
                raise self.error("too_large", *_TOO_LARGE)
            # A server that sends a byte each minute is never silent, and never done.
            if self.clock() > until:
                raise BrokenError
        return b"".join(parts)

    def _no_way(self, error: Exception) -> WorkbookError:
        cause = error.original_error if isinstance(error, ProxyError) else error
        if isinstance(cause, SSLError | ssl.SSLError):
            return self.error("certificate", *_UNTRUSTED, reason=_reason(cause))
        if isinstance(error, ProxyError):
            return self.error("proxy", *_NO_PROXY, busy=True)
        return self.error("unreachable", *_NO_WAY, busy=True)

    def _pool(self) -> tuple[urllib3.PoolManager, dict[str, str]]:
        """Made at the first request, so that a site opens without its password."""
        if not self._made:
            user, password = self.account.load()
            # Not packed: a packed answer of few bytes can unfold to more than the memory holds.
            headers = {"User-Agent": "kim", "Accept-Encoding": "identity"}
            if user:
                headers |= urllib3.make_headers(basic_auth=f"{user}:{password}")
            trust = None
            if self.address.origin.startswith("https:"):
                trust = self._trust()
            proxy = self.proxy or _proxy_of(self.address.origin)
            options = {"ssl_context": trust, "maxsize": 1, "num_pools": 1}
            pool = urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)  # type: ignore[arg-type]
            self._made.append((pool, headers))
        return self._made[0]

    def _trust(self) -> ssl.SSLContext:
        named = self.ca_file or os.environ.get("REQUESTS_CA_BUNDLE", "")
        try:
            return ssl.create_default_context(cafile=named or None)
        except (OSError, ssl.SSLError) as error:
            raise self.error("ca_file", *_NO_CA_FILE, path=named) from error


def _proxy_of(origin: str) -> str:
    """The proxy that the environment names for a server (HTTPS_PROXY, NO_PROXY)."""
    parts = urlsplit(origin)
    if urllib.request.proxy_bypass(parts.hostname or ""):
        return ""
    return urllib.request.getproxies().get(parts.scheme, "")


def _short(text: str) -> str:
    """A header's value, fit for a sentence: without what a login page adds to it."""
    return "".join(sign for sign in text.partition("?")[0] if sign.isprintable())[:200] or "?"


def _reason(error: BaseException) -> str:
    found = getattr(error, "verify_message", "") or getattr(error.args[0] if error.args else "", "verify_message", "")
    return str(found or "?")


LARGEST_FILE = LARGEST  # bytes of the largest workbook that is fetched

_NO_WAY = (
    "The server {host} with the workbook {file} cannot be reached.",
    "Check its name, the network and the proxy (HTTPS_PROXY); kim tries again at the next run.",
)
_SILENT = (
    "The server {host} did not answer about the workbook {file}.",
    "Nothing to do: kim tries again at the next run.",
)
_OVERLOADED = (
    "The server {host} with the workbook {file} is busy or under maintenance (status {status}).",
    "Nothing to do: kim tries again at the next run.",
)
_NO_PROXY = (
    "The proxy on the way to {host} cannot be reached or refuses, so the workbook {file} is not opened.",
    "Check “proxy” in site.toml, or HTTPS_PROXY and NO_PROXY.",
)
_PROXY_LOGIN = (
    "The proxy on the way to {host} wants a password, so the workbook {file} is not opened.",
    "Put name and password into HTTPS_PROXY (http://name:password@proxy:port), never into site.toml.",
)
_UNTRUSTED = (
    "The certificate of {host} is not trusted ({reason}), so the workbook {file} is not opened and no password sent.",
    "If your house has a certificate authority of its own, let ca_file in site.toml name its certificate.",
)
_NO_CA_FILE = (
    "The file {path} with the certificates for {host} cannot be used.",
    "Check ca_file in site.toml: it wants a readable file with certificates in PEM format.",
)
_REDIRECT = (
    "The server {host} sends kim elsewhere for {file} ({where}); it does not follow, so that the password stays here.",
    "Take the WebDAV address of the file itself, not a link to a page; where the server moved, its new address.",
)
_LOGIN = (
    "The server {host} does not accept the password of {user} for the workbook {file}.",
    "Make a new app password in the settings of that account (Nextcloud: Security), and put it in place of the old.",
)
_NO_LOGIN = (
    "The server {host} asks for an account before it opens the workbook {file}.",
    'Add user = "…" under the url in site.toml, and put an app password into KIM_WEBDAV_PASSWORD.',
)
_OTHER_LOGIN = (
    "The server {host} wants a way of logging in that kim does not know ({ways}).",
    "Ask for app passwords (Basic, over https) to be allowed for this account.",
)
_TOO_LARGE = (
    "{file} is far larger than any workbook, so it is not opened.",
    "Look at what stands in its place, and put the workbook back from a backup or a version.",
)
