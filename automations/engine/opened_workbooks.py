"""The workbooks of a site, each by where it lies: a file on a disk, a file on a server, a Google sheet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from automations.config.models import Premises, WorkbookSettings
from automations.workbooks.protocol import WorkbookError
from automations.workbooks.stores.disk import Disk

if TYPE_CHECKING:
    from automations.workbooks.protocol import Workbook


def open_workbooks(site: Premises) -> dict[str, Workbook]:
    """Each workbook of the config, unread yet."""
    return {name: _open_workbook(site, name, settings) for name, settings in site.file.workbooks.items()}


def holder_of(site: Premises, name: str) -> Callable[[], str]:
    """Asks who has a workbook open, in words; "" for nobody that we can see. A file is asked for its locks alone,
    without all that could read or write it. Raises WorkbookError for an address that cannot be one, and when asked
    where a server does not let us know."""
    settings = site.file.workbooks[name]
    if settings.url:
        return _open_workbook(site, name, settings).holder
    return partial(_holder_on_disk, site, settings)


def _holder_on_disk(site: Premises, settings: WorkbookSettings) -> str:
    holder = Disk(site.folder / Path(settings.path)).holder()
    return holder.in_words(site.facts.texts) if holder else ""


def _open_workbook(site: Premises, name: str, settings: WorkbookSettings) -> Workbook:
    versions = site.state / "versions" / name
    if settings.url:
        from automations.workbooks.stores.webdav.address import is_webdav

        is_file = is_webdav(settings.url)
        return _on_a_server(site, name, settings, versions) if is_file else _google(site, name, settings)
    from automations.workbooks.xlsx.backend import XlsxWorkbook

    path = site.folder / Path(settings.path)
    return XlsxWorkbook(name, path, versions=versions, keep=settings.keep_versions, language=site.facts.language)


def _on_a_server(site: Premises, name: str, settings: WorkbookSettings, versions: Path) -> Workbook:
    """A file on a WebDAV server. Raises WorkbookError for an address that cannot be one."""
    from automations.workbooks.stores.webdav.store import open_store
    from automations.workbooks.xlsx.backend import StoredWorkbook

    if site.state.is_dir():
        versions.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = open_store(
        name,
        settings.url,
        user=settings.user,
        password_env=settings.password_env,
        password_keyring=settings.password_keyring,
        ca_file=str(site.folder / settings.ca_file) if settings.ca_file else "",
        proxy=settings.proxy,
        http=settings.allow_http,
        versions=versions,
        keep=settings.keep_versions,
    )
    return StoredWorkbook(name, store, language=site.facts.language)


def _google(site: Premises, name: str, settings: WorkbookSettings) -> Workbook:
    """Google's libraries come with an extra of the package; without it one sentence says so."""
    try:
        from automations.workbooks.google.backend import GoogleSheetsWorkbook
        from automations.workbooks.google.credentials import KeySource
    except ImportError as error:
        raise WorkbookError(
            "For the Google sheet “{name}” a part of kim is not installed.",
            "Please have it installed: pip install 'kim-automations[google]'.",
            code="extra_missing",
            values={"name": name},
        ) from error
    key = KeySource(name, settings.credentials_env, settings.credentials_keyring)
    language, zone = site.facts.language, site.facts.zone
    return GoogleSheetsWorkbook(name, settings.url, key.load, language=language, zone=zone)
