"""Sites of a fleet for tests: a folder with the least config, a room in the database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from automations.fleet import membership, registry
from automations.fleet.registry import FleetSite, connect
from automations.fleet.secrets import LEDGER, read_secrets
from automations.ledger.book import open_ledger


def empty_site(folder: Path, name: str) -> Path:
    """A folder that is a site."""
    (folder / name / "config").mkdir(parents=True)
    (folder / name / "config" / "site.toml").write_text('[site]\nname = "Ort"\n', encoding="utf-8")
    return folder / name


def joined(url: str, folder: Path, name: str, *, version: str = "1", ledger: bool = True) -> FleetSite:
    """A site that has come into the fleet, with an empty ledger, or with none at all."""
    with connect(url) as connection:
        membership.add(connection, empty_site(folder, name), name, "", version)
        if ledger:
            open_ledger(url_of(folder / name), now=datetime.now(UTC)).close()
        registry.set_state(connection, name, "active")
        return membership.known(connection, name)


def url_of(folder: Path) -> str:
    """Where a site's ledger is, by its own secrets."""
    return read_secrets(folder, 0)[LEDGER]
