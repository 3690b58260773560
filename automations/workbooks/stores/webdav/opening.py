"""A workbook on a server, from what site.toml says of it. Nothing is asked of the server yet."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from automations.workbooks.stores.replacing import Step, no_step
from automations.workbooks.stores.webdav.account import Account
from automations.workbooks.stores.webdav.address import parse
from automations.workbooks.stores.webdav.client import Client
from automations.workbooks.stores.webdav.store import WebDav

HTTP_ENV = "KIM_WEBDAV_ALLOW_HTTP"
"""Set to 1 it says the same as allow_http = true, for `kim init` on a server of a test."""


def open_store(
    name: str,
    url: str,
    *,
    user: str = "",
    password_env: str = "KIM_WEBDAV_PASSWORD",  # noqa: S107 - the name of a variable
    password_keyring: str = "",
    ca_file: str = "",
    proxy: str = "",
    http: bool = False,
    versions: Path,
    keep: int = 30,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    step: Step = no_step,
) -> WebDav:
    """The store of a workbook. Raises WorkbookError for an address that cannot be one."""
    address = parse(url, http=http or os.environ.get(HTTP_ENV) == "1")
    account = Account(name, user or address.user, password_env, password_keyring)
    client = Client(address, account, clock, sleep, ca_file, proxy)
    return WebDav(client, name=name, versions=versions, keep=keep, step=step)
