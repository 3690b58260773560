"""What a server's answer about a workbook means, for the people who can mend it."""

from __future__ import annotations

from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores.webdav.address import FOLDER
from automations.workbooks.stores.webdav.client import Client

FORBIDDEN, TOO_LARGE, NO_ROOM = 403, 413, 507


def missing(client: Client) -> WorkbookError:
    """There is no file (any more)."""
    return client.error("missing", *_MISSING)


def folder(client: Client) -> WorkbookError:
    """A folder stands there."""
    return client.error("folder", *FOLDER)


def page(client: Client) -> WorkbookError:
    """A web page came in place of the file."""
    return client.error("page", *_PAGE)


def odd(client: Client) -> WorkbookError:
    """The answer makes no sense."""
    return client.error("odd_answer", *_ODD)


def unreadable(client: Client, status: int) -> WorkbookError:
    """The file may not be read."""
    if status == FORBIDDEN:
        return client.error("permission", *_NOT_READABLE, user=client.user or "?")
    return client.error("refused", *_REFUSED, status=status)


def unwritable(client: Client, status: int) -> WorkbookError:
    """The server does not take the changed file; the one that stands there is as it was."""
    if status == NO_ROOM:
        return client.error("disk_full", *_FULL)
    if status == TOO_LARGE:
        return client.error("disk_full", *_OVER_LIMIT)
    if status == FORBIDDEN:
        return client.error("unwritable", *_READ_ONLY, user=client.user or "?")
    return client.error("unwritable", *_NOT_TAKEN, status=status)


def unsent(client: Client) -> WorkbookError:
    """The connection broke before the changed file arrived."""
    return client.error("unreachable", *_CUT, busy=True)


def altered(client: Client) -> WorkbookError:
    """The server stores something else than what it was given."""
    return client.error("not_stored", *_ALTERED)


_MISSING = (
    "The workbook {file} is not on the server {host} any more, or never was.",
    "If it was renamed or moved, put its new address into site.toml; kim never makes it anew.",
)
_PAGE = (
    "The server {host} shows a web page in place of the workbook {file}.",
    "Take the WebDAV address of the file itself, not a link to a page.",
)
_ODD = (
    "The server {host} does not answer as a WebDAV server does, so {file} is not opened.",
    "Check the url in site.toml, and whether a proxy or a login page stands in between.",
)
_NOT_READABLE = (
    "The account {user} may not open the workbook {file} on {host}.",
    "Share the file with that account, with the right to change it.",
)
_REFUSED = (
    "The server {host} refused to give the workbook {file} (status {status}).",
    "Please show this sentence to whoever looks after that server.",
)
_FULL = (
    "There is no room on {host} to write {file}; it was left as it is.",
    "Free space there or raise the account's quota; kim tries again at the next run.",
)
_OVER_LIMIT = (
    "The server {host} takes no files as large as {file}; it was left as it is.",
    "Please have the largest size of an upload raised there.",
)
_READ_ONLY = (
    "The account {user} may not change the workbook {file} on {host}; it was left as it is.",
    "Share the file with that account with the right to change it, and its folder with the right to create files.",
)
_NOT_TAKEN = (
    "The server {host} did not take the changed {file} (status {status}); it was left as it is.",
    "Please show this sentence to whoever looks after that server.",
)
_CUT = (
    "The connection to {host} broke while {file} was written; it was left as it is.",
    "Nothing to do: kim tries again at the next run.",
)
_ALTERED = (
    "The server {host} stores {file} otherwise than it was sent; the workbook was left as it was.",
    "Please show this sentence to whoever looks after that server: a filter or scanner there changes files.",
)
