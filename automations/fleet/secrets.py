"""A site's own secrets: the file `secrets.env` in its folder, for the eyes of its account (and root) alone."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from automations.common.errors import why
from automations.common.files import write_private
from automations.fleet.errors import FleetError

NAME = "secrets.env"
LEDGER = "KIM_LEDGER_URL"  # the variable that names the site's ledger, with the password of its role

_LINE = re.compile(r"([A-Z][A-Z0-9_]*)=(.*)")
_LARGEST = 2**16


def read_secrets(folder: Path, owner: int) -> dict[str, str]:
    """Variables by name; none where there is no file. `owner` is the number of the site's account. Raises FleetError
    for a file that others can read or could have laid there, and for a line that is none."""
    path = folder / NAME
    try:
        # No link and no pipe: a site could lay one here that leads to, or waits for, something of root's.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise FleetError("{path} cannot be read: {reason}.", path=path, reason=why(error)) from error
    with os.fdopen(handle, "rb") as file:
        # Of the open file and not of the path, which may name another one by now.
        status = os.fstat(file.fileno())
        # Whoever else may read the file has the secrets; whoever else may write it has the site's runs.
        if not stat.S_ISREG(status.st_mode) or status.st_mode & 0o077 or status.st_uid not in {0, owner}:
            raise FleetError(
                "{path} can be read or changed by others than its site.",
                "Please give it to the site's account, with the mode 0600.",
                path=path,
            )
        content = file.read(_LARGEST).decode("utf-8", "replace")
    return _parsed(content, path)


def _parsed(content: str, path: Path) -> dict[str, str]:
    found = {}
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise FleetError("{path}, line {number}: NAME=value is expected.", path=path, number=number)
        value = match[2]
        found[match[1]] = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    return found


def keep_secrets(folder: Path, values: Mapping[str, str], owner: tuple[int, int] | None) -> None:
    """Set variables in the file, whatever else stands there stays. `owner` is the account (user, group) that it is
    given to; None where it stays ours. Raises OSError."""
    path = folder / NAME
    # What a link names is not copied into a file that the site can read.
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() and not path.is_symlink() else []
    kept = [line for line in lines if line.partition("=")[0].strip() not in values]
    text = "\n".join([*kept, *(f"{name}={value}" for name, value in values.items())]) + "\n"
    write_private(path, text.encode())
    if owner is not None:
        os.chown(path, *owner, follow_symlinks=False)
