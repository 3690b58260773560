"""The address of a workbook on a server, and what people paste in its place."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from msgspec import Struct

from automations.workbooks.protocol import WorkbookError

_GOOGLE = re.compile(r"(?:^|\.)google\.com$", re.IGNORECASE)
_LATER = re.compile(r"(?:^|\.)(?:sharepoint\.com|onedrive\.live\.com|1drv\.ms)$", re.IGNORECASE)
_SHARE = re.compile(r"(?:/index\.php)?/s/[A-Za-z0-9_-]+(?:/|$)")
_BROWSER = re.compile(r"(?:/index\.php)?/(?:apps/|f/\d+|login)")


def is_webdav(url: str) -> bool:
    """Whether a URL of site.toml names a file on a server; else it is a Google sheet's, or no address at all."""
    parts = urlsplit(url.strip())
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not _GOOGLE.search(parts.hostname or "")


class Address(Struct, frozen=True):
    """Where a file is: `origin` is the server ("https://cloud.example.org"), `path` the rest, percent-encoded.
    `user` is the account, where the address names one."""

    origin: str
    path: str
    user: str = ""

    @property
    def url(self) -> str:
        """The whole address, without account."""
        return self.origin + self.path

    @property
    def label(self) -> Path:
        """The file's name, for sentences."""
        return Path(unquote(self.path).rpartition("/")[2] or "Workbook.xlsx")

    @property
    def folder(self) -> str:
        """The path of the folder in which it lies, ending with a slash."""
        return self.path.rpartition("/")[0] + "/"

    def beside(self, name: str) -> str:
        """The path of another file in that folder."""
        return self.folder + quote(name)


def parse(url: str, *, http: bool = False) -> Address:
    """The address, once it can be one. `http` allows an unencrypted connection to this very machine.

    Raises WorkbookError: for no https, a password, a page for a browser, a folder, a service that comes later."""
    parts = urlsplit(url.strip())
    host = parts.hostname or ""
    if _LATER.search(host):
        raise _error("sharepoint", *_SHAREPOINT)
    # Addresses stand in logs, in sentences, and in the list of processes.
    if parts.password is not None:
        raise _error("password_in_url", *_PASSWORD)
    if parts.scheme != "https" and not (http and _loopback(host)):
        raise _error("insecure", *_INSECURE)
    # Nextcloud serves shares by WebDAV under public.php.
    if _SHARE.search(parts.path) and "/public.php/" not in parts.path:
        raise _error("share_link", *_SHARE_LINK)
    # What people copy from the browser's bar is the page around the file.
    if _BROWSER.match(parts.path):
        raise _error("browser_address", *_BROWSER_ADDRESS)
    if not parts.path.rpartition("/")[2]:
        raise _error("folder", *FOLDER, file=unquote(parts.path) or host)
    # A user's name is left out of what is asked for; it travels in the header alone.
    place = parts.netloc.rpartition("@")[2]
    # Both ways, as people paste addresses with umlauts and with percent signs.
    path = quote(unquote(parts.path))
    return Address(urlunsplit((parts.scheme, place, "", "", "")), path, unquote(parts.username or ""))


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _error(code: str, message: str, advice: str, **values: str) -> WorkbookError:
    return WorkbookError(message, advice, code=code, values=values)


_WHERE = (
    "Take the WebDAV address: in Nextcloud it stands under Files, settings (bottom left); add the path of the file, as"
    " in https://cloud.example.org/remote.php/dav/files/kim/Team.xlsx."
)
_SHARE_LINK = ("The address of the workbook is a share link, which shows a page and no file.", _WHERE)
_BROWSER_ADDRESS = ("The address of the workbook is that of a page in the browser, not of the file.", _WHERE)
FOLDER = ("{file} is a folder on the server, not a workbook.", "Add the name of the file to the url in site.toml.")
_INSECURE = (
    "The address of the workbook does not begin with https://, so that others could read along.",
    "Use https://. For a test on this very machine allow_http = true permits http://localhost.",
)
_PASSWORD = (
    "The address of the workbook contains a password.",
    "Take it out of site.toml, and make a new one; the variable KIM_WEBDAV_PASSWORD or the keyring is its place.",
)
_SHAREPOINT = (
    "Workbooks in SharePoint and OneDrive cannot be opened yet.",
    "Let the library be synchronised to a folder and name its path, or put the workbook into Nextcloud or on a share.",
)
