"""Secrets of a site that lie beside its ledger."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_of(path: Path) -> bytes:
    """The bytes in a file of ours; made at random, readable by nobody else, where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        return path.read_bytes()
