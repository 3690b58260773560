"""Secrets of a site that lie beside its ledger."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from automations.common.files import write_private


def secret_of(path: Path) -> bytes:
    """The bytes in a file of ours; made at random, readable by nobody else, where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        # Whole or not there: an empty key after a power cut would serve for ever, and anybody could guess by it.
        made = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        write_private(made, secrets.token_bytes(32))
        try:
            _put(made, path)
        finally:
            made.unlink(missing_ok=True)
        return path.read_bytes()


def _put(made: Path, path: Path) -> None:
    try:
        # Not replaced: of two commands that find none the faster one's counts, for both.
        os.link(made, path)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        made.replace(path)
