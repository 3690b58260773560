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
        # EXCL: of two commands that find none, the slower fails instead of making the other's digests worthless.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            # Digests made with it are in the ledger a moment later: a power cut must not leave them without their key.
            os.fsync(file.fileno())
        return path.read_bytes()
