"""Which mails were read as they would leave, and are fit to: the same mail is not rendered again for that.

Kept as digests beside the ledger, each of all that such a reading rests on: the mail itself, the program, the config,
the templates, what the site is called, and what no message may say. Derived: without it every mail is read. A mail
that leaves is read once more right before (`Gate`), whatever is kept here."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import blake2b
from pathlib import Path

from automations.common.files import read_file, write_private
from automations.config.site import Site
from automations.engine.last_look import program_and_config
from automations.messages.inspection import Secrets
from automations.model.plan import Mail

_NAME = "proofs"
_SIZE = 16  # bytes of a digest
_LARGEST = 2**24


class Proofs:
    """The marks of mails that were found fit: `known` from before, and those of this planning. Without a `ground` (what
    all of them rest on) nothing counts as known."""

    def __init__(self, ground: str = "", known: Collection[bytes] = ()) -> None:
        self._ground, self._known = ground, set(known)
        self.fit: dict[bytes, None] = {}

    @classmethod
    def of(cls, site: Site, *, answered: bool) -> Proofs:
        """Those that the site keeps; `answered` tells whether mails have buttons to answer by."""
        ground = repr((program_and_config(site), site.facts.model_dump_json(), site.file.model_dump_json(), answered))
        return cls(ground, _kept(site.state))

    def mark(self, mail: Mail, secrets: Secrets) -> bytes:
        """A digest of a mail and of what its reading rests on."""
        # The protected places are part of it: a new one may be named by a mail that was fit yesterday.
        rests_on = (self._ground, sorted(secrets.names), sorted(secrets.words), mail)
        return blake2b(repr(rests_on).encode("utf-8", "surrogatepass"), digest_size=_SIZE).digest()

    @staticmethod
    def of_likes(mark: bytes) -> bytes:
        """The mark of a mail that was found to be in its own language, and all that are like it with it."""
        return blake2b(mark, digest_size=_SIZE, person=b"likes").digest()

    def holds(self, mark: bytes) -> bool:
        """Whether the very same mail was found fit before."""
        return bool(self._ground) and mark in self._known

    def add(self, mark: bytes) -> None:
        """Remember that this mail is fit to leave."""
        self._known.add(mark)
        self.fit[mark] = None


def keep_proofs(state: Path, proofs: Proofs) -> None:
    """Keep those of this planning, and no older ones. A full disk stops nothing."""
    try:
        # Compared first, as most runs plan the mails of the run before.
        if set(proofs.fit) != _kept(state):
            write_private(state / _NAME, b"".join(proofs.fit))
    except OSError:
        return


def proofs_kept(state: Path) -> int:
    """How many marks are kept."""
    return len(_kept(state))


def forget_proofs(state: Path) -> None:
    """Delete them all: whose they are cannot be told. Raises OSError."""
    (state / _NAME).unlink(missing_ok=True)


def _kept(state: Path) -> set[bytes]:
    try:
        found = read_file(state / _NAME, _LARGEST)
    except OSError:
        return set()
    return {found[at : at + _SIZE] for at in range(0, len(found) - _SIZE + 1, _SIZE)}
