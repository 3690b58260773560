"""Tells the operator that the config stops every run: by site.toml as it was when a run last went through, since whom
to write to and how stands in the very file that cannot be read."""

from __future__ import annotations

import dataclasses
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from automations.common.files import write_private
from automations.config.files import ConfigError
from automations.config.loading import load_site
from automations.config.site import Site
from automations.engine.parts import open_world
from automations.service.alerts import tell_of_config

_KEPT = "site-good.toml"


def keep_good(site: Site) -> None:
    """Keep site.toml of a run that went through. Where that cannot be written, nothing is kept."""
    kept = site.state / _KEPT
    with suppress(OSError):
        text = (site.folder / "config" / "site.toml").read_bytes()
        if not kept.is_file() or kept.read_bytes() != text:
            write_private(kept, text)


def mail_refused(folder: Path, error: ConfigError, at: datetime | None) -> None:
    """Write to the operator, once for as long as it lasts; nothing where no run ever went through. `at` is the
    moment of the command, in the site's zone where it has none (None: now)."""
    # Whatever stands in the way of the mail must not hide what is wrong with the config.
    with suppress(Exception):
        site = _good(folder)
        now = _moment(at, site)
        with open_world(site, now) as world:
            tell_of_config(world, error.sentences, lambda: now)


def _good(folder: Path) -> Site:
    with tempfile.TemporaryDirectory() as name:
        config = Path(name) / "config"
        config.mkdir()
        write_private(config / "site.toml", (folder / "state" / _KEPT).read_bytes())
        return dataclasses.replace(load_site(Path(name)), folder=folder)


def _moment(at: datetime | None, site: Site) -> datetime:
    if at is None:
        return datetime.now(site.facts.time_zone)
    return at if at.tzinfo else at.replace(tzinfo=site.facts.time_zone)
