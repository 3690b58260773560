"""What is wrong with a config that stopped a run before there was a ledger to note it in: `kim status` says it until
somebody changes a file."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from automations.common.files import write_private
from automations.config.files import ConfigError

_NAME = "config-refused.json"
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
