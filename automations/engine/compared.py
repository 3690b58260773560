"""Which people were compared as likely duplicates, and which of them were found alike: a later run compares only pairs
with a changed side.

Kept as digests beside the ledger, on the ground of all that a comparison rests on besides two people. Derived: without
it everybody is compared. What it tells is the same as comparing anew (see the tests).
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

from automations.common.files import read_file, write_private
from automations.config.site import Site
from automations.engine.last_look import program_and_config
from automations.jobs.duplicates.compared import SIZE, Compared, digest, packed, unpacked

_NAME = "compared.bin"
_LARGEST = 2**28


def compared_of(site: Site) -> Compared:
    """What the site keeps."""
    # The letters of a name are folded by Python, slips are counted by rapidfuzz.
    ground = digest(program_and_config(site), sys.version, sys.byteorder, version("rapidfuzz"))
    return unpacked(_kept(site.state), ground)


def keep_compared(state: Path, compared: Compared) -> None:
    """Keep what a search found. A full disk stops nothing."""
    fresh = packed(compared)
    try:
        # By its digest: most mornings nobody was added, and the file stays as it is.
        if fresh[:SIZE] != _kept(state)[:SIZE]:
            write_private(state / _NAME, fresh)
    except OSError:
        return


def compared_kept(state: Path) -> int:
    """How many people are kept."""
    return len(unpacked(_kept(state), b"").known.people)


def forget_compared(state: Path) -> None:
    """Delete it: whose the digests are cannot be told. Raises OSError."""
    (state / _NAME).unlink(missing_ok=True)


def _kept(state: Path) -> bytes:
    try:
        return read_file(state / _NAME, _LARGEST)
    except OSError:
        return b""
