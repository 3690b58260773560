"""Where a site runs: a copy of its folder, ledger included, would write to everybody a second time, and take answers
out of a mailbox that are meant for the other one."""

from __future__ import annotations

import platform
from contextlib import suppress
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from automations.common.files import true_path
from automations.common.texts import Texts
from automations.config.models import Premises
from automations.engine.parts import ledger_file
from automations.ledger.book import Ledger
from automations.model.fact_kinds.course import Place

MOVED = "moved"  # The site ran elsewhere until now. As long as that is not accepted, its mailbox is left alone, too.

_MACHINE = Path("/etc/machine-id")


def place_trouble(site: Premises, ledger: Ledger) -> str:
    """That the site runs elsewhere, as far as is known; "" where it is at home, or reaches nobody."""
    here = _here(site)
    known = ledger.facts_of(Place).values()
    if here is None or not known or any(_is_same(here, place) for place in known):
        return ""
    places = ", ".join(f"{place.folder} ({place.host})" for place in known)
    sentence = (
        "This site was copied or moved: so far it ran in {places}. Run at both places, it would send everything twice."
    )
    return site.facts.texts.say(sentence, places=places)


def settle_in(say: Texts, names: str = MOVED) -> str:
    """How a site that was moved goes on; `names` are the guards to be accepted for it."""
    return say.say("Nothing was changed. If it runs there no longer, run “kim run --accept {name}” once. A copy for"
                   " trials needs transport = “folder” in site.toml and no [mail.inbox].", name=names)  # fmt: skip


def run_here(site: Premises, ledger: Ledger, now: datetime) -> None:
    """Remember that the site runs here. Beside the places before: one site may be run from a container and by hand."""
    here = _here(site)
    if here is not None:
        ledger.remember([here.under(f"{here.machine} {here.folder}")], now)


def _here(site: Premises) -> Place | None:
    """None for what harms nobody: a trial whose mails stay here. A ledger on a server is one for all who share it."""
    file = ledger_file(site)
    if file is None or not (site.live or site.file.mail.inbox):
        return None
    return Place(_machine(), str(true_path(site.folder)), str(file.stat().st_ino), platform.node())


def _machine() -> str:
    """The machine's id, digested, as nobody outside of it is to know it."""
    with suppress(OSError, ValueError):
        told = int(_MACHINE.read_text("ascii"), 16)  # images of containers hold nothing, or "uninitialized"
        return blake2b(b"%x" % told, key=b"kim", digest_size=12).hexdigest()
    return ""


def _is_same(here: Place, known: Place) -> bool:
    """A folder that was moved on its disk keeps its file, one that was restored its path. Where a machine has no id
    (a container gets a new name each time, and all of them call the folder alike), the file alone tells."""
    if here.machine and known.machine:
        return here.machine == known.machine and (here.folder == known.folder or here.file == known.file)
    return here.file == known.file
