"""How a site comes into the fleet, and how it leaves."""

from __future__ import annotations

import stat
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from psycopg import Connection
from psycopg.errors import UniqueViolation

from automations.common.errors import why
from automations.config.editing import set_values
from automations.config.files import OWN, read_premises
from automations.fleet import registry
from automations.fleet.child import account_of, call, said
from automations.fleet.errors import FleetError
from automations.fleet.registry import FleetSite
from automations.fleet.secrets import LEDGER, keep_secrets
from automations.fleet.site_database import check_name, clear_room, close_room, ledger_url, make_room
from automations.ledger.journal import BESIDE
from automations.tables.folding import slug


def close_for_others(folder: Path) -> None:
    """Accounts other than the site's (and its group) get nothing of its folder: other sites run under such. Raises
    OSError."""
    folder.chmod(stat.S_IMODE(folder.stat().st_mode) & ~stat.S_IRWXO)


def add(connection: Connection, folder: Path, name: str, os_user: str, version: str) -> FleetSite:
    """Give a site its room in the database, its secrets their file, and note it, paused: its ledger is to be opened
    (or moved there) before it runs. Raises FleetError, ConfigError; nothing is left half done."""
    folder = folder.resolve()
    name = check_name(name or slug(folder.name))
    premises = read_premises(folder)
    if premises.file.ledger.url:
        raise FleetError(
            "The site {name} has its ledger at the address in its site.toml.",
            "Please take url below [ledger] out there: the fleet gives it a place, and moves what a file holds.",
            name=name,
        )
    variable = premises.file.ledger.url_env or LEDGER
    with connection.transaction():
        try:
            registry.enter(connection, name, str(folder), os_user, version)
        except UniqueViolation as error:
            raise FleetError(
                "There is a site {name} or a site in {folder} in the fleet already.", name=name, folder=folder
            ) from error
        site = known(connection, name)
        account = account_of(site)
        password = make_room(connection, name)
        try:
            owner = (account.user, account.group) if account.drops else None
            if owner:
                close_for_others(folder)
            keep_secrets(folder, {variable: ledger_url(connection, name, password)}, owner)
            if not premises.file.ledger.url_env:
                set_values(folder, {"ledger.url_env": LEDGER, "ledger.url": None})
        except (OSError, ValueError) as error:
            raise FleetError("{folder} cannot be written: {reason}.", folder=folder, reason=why(error)) from error
    return site


def take_in(
    connection: Connection, folder: Path, name: str, os_user: str, version: str, now: datetime
) -> tuple[FleetSite, bool]:
    """Add a site, open its ledger and let it run; the site, and whether its ledger was moved from a file (then all its
    mail is on hold). Raises FleetError, ConfigError; then the fleet and the site's config are as they were."""
    config = folder.resolve() / "config" / OWN
    before = config.read_bytes() if config.is_file() else b""
    site = add(connection, folder, name, os_user, version)
    moved = (Path(site.folder) / "state" / "ledger.sqlite").is_file()
    try:
        if moved:
            _move(site, now)
        else:
            _must(site, ["ledger", "check"], {})
    # Also on Ctrl-C: a site that is half a member would be run twice, or by nobody.
    except BaseException:
        remove(connection, site, erase=True)
        # It names the fleet's ledger by now: whatever still runs the site alone would find none there.
        config.write_bytes(before)
        raise
    registry.set_state(connection, site.name, "active")
    return site, moved


def _move(site: FleetSite, now: datetime) -> None:
    """The ledger from its file to the database. Whoever still writes into the file is noticed."""
    state = Path(site.folder) / "state"
    copy = str(state / "backups" / f"ledger-{now:%Y%m%d}-before-fleet.sqlite.gz")
    # The config names the database by now, and what is to be copied is the file.
    variable = read_premises(Path(site.folder)).file.ledger.url_env
    _must(site, ["ledger", "backup", copy], {variable: f"sqlite:///{state / 'ledger.sqlite'}"})
    before = _seen(site)
    _must(site, ["ledger", "restore", copy, "--moved"], {})
    if _seen(site) != before:
        raise FleetError(
            "Something wrote into the ledger of {name} while it was moved.",
            "Please stop what runs the site (kim service, cron), then try again.", name=site.name,
        )  # fmt: skip
    _take_file_away(site)


def _seen(site: FleetSite) -> tuple[int, int]:
    found = (Path(site.folder) / "state" / "ledger.sqlite").stat()
    return found.st_mtime_ns, found.st_size


def _must(site: FleetSite, words: Sequence[str], more: Mapping[str, str]) -> None:
    """A command of the site that has to go well."""
    done = call(site, words, more, quiet=True)
    if done.returncode:
        raise FleetError("The site {name} cannot be taken in: {reason}", name=site.name, reason=said(done))


def _take_file_away(site: FleetSite) -> None:
    """The ledger's file, once it was moved: nobody is to open it again by mistake. A backup of it stays."""
    for ending in ("", *BESIDE):
        (Path(site.folder) / "state" / f"ledger.sqlite{ending}").unlink(missing_ok=True)


def remove(connection: Connection, site: FleetSite, *, erase: bool) -> None:
    """Forget a site. Its schema stays, closed to everybody; `erase` takes it away as well."""
    (clear_room if erase else close_room)(connection, site.name)
    registry.leave(connection, site.name)


def known(connection: Connection, name: str) -> FleetSite:
    """The site of a name or folder. Raises FleetError."""
    found = registry.site(connection, name) or registry.site(connection, str(Path(name).resolve()))
    if found is None:
        raise FleetError("There is no site {name} in the fleet.", "“kim fleet status” names all.", name=name)
    return found
