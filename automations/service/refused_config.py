"""What is wrong with a config that stopped a run before there was a ledger to note it in: `kim status` says it until
somebody changes a file, and the operator is told by site.toml as it was when a run last went through, since whom to
write to and how stands in the very file that cannot be read."""

from __future__ import annotations

import json
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from automations.common.files import write_private
from automations.config.files import ConfigError

if TYPE_CHECKING:
    from automations.config.site import Site

_NAME, _GOOD = "config-refused.json", "site-good.toml"
_MOST = 10


def stamp(folder: Path) -> list[list[object]]:
    """What tells that a config file changed: name, time and size of each; nothing of one that cannot be looked at, such
    as a link to nowhere or a file that an editor is just replacing."""
    found: list[list[object]] = []
    for path in sorted((folder / "config").glob("*.toml")):
        with suppress(OSError):
            status = path.stat()
            found.append([path.name, status.st_mtime_ns, status.st_size])
    return found


def remember(folder: Path, error: ConfigError) -> None:
    """Note why the config of a site was refused. Where that cannot be written, or there is no site
    at all, nothing is noted."""
    # A folder that is no site must not get a folder `state` by a slip in --site.
    if not (folder / "config").is_dir():
        return
    noted = {"stamp": stamp(folder), "sentences": error.sentences[:_MOST]}
    with suppress(OSError):
        (folder / "state").mkdir(mode=0o700, exist_ok=True)
        write_private(folder / "state" / _NAME, json.dumps(noted, ensure_ascii=False).encode())


def refused(folder: Path) -> tuple[str, ...]:
    """Why the config was refused as it still stands; () for one that nobody refused, or that changed since."""
    try:
        noted = json.loads((folder / "state" / _NAME).read_text(encoding="utf-8"))
        return tuple(map(str, noted["sentences"])) if noted["stamp"] == stamp(folder) else ()
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def keep_good(site: Site) -> None:
    """Keep site.toml of a run that went through. Where that cannot be written, nothing is kept."""
    kept = site.state / _GOOD
    with suppress(OSError):
        text = (site.folder / "config" / "site.toml").read_bytes()
        if not kept.is_file() or kept.read_bytes() != text:
            write_private(kept, text)


def mail_refused(folder: Path, error: ConfigError, at: datetime | None) -> None:
    """Write to the operator, once for as long as it lasts; nothing where no run ever went through. `at` is the
    moment of the command, in the site's zone where it has none (None: now)."""
    from automations.engine.parts import open_world  # here: status, which asks why alone, needs no runs
    from automations.service.alerts import tell_of_config

    # Whatever stands in the way of the mail must not hide what is wrong with the config.
    with suppress(Exception):
        site = _good(folder)
        now = _moment(at, site)
        with open_world(site, now) as world:
            tell_of_config(world, error.sentences, lambda: now)


def _good(folder: Path) -> Site:
    from automations.config.loading import load_site

    with tempfile.TemporaryDirectory() as name:
        config = Path(name) / "config"
        config.mkdir()
        write_private(config / "site.toml", (folder / "state" / _GOOD).read_bytes())
        return structs.replace(load_site(Path(name)), folder=folder)


def _moment(at: datetime | None, site: Site) -> datetime:
    if at is None:
        return datetime.now(site.facts.time_zone)
    return at if at.tzinfo else at.replace(tzinfo=site.facts.time_zone)
