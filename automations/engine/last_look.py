"""How things stood when kim last looked, and from when on looking again could show something else.

Kept as one fact of the ledger: it tells a look whether there is anything new, and a run of the schedule whether it
would plan what the run before it planned. No content of a row is in it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from automations.common import stamps
from automations.common.shipped import config_folder, program_folder, templates_folder
from automations.common.texts import Texts
from automations.model.fact_kinds.sightings import Standing

if TYPE_CHECKING:
    from automations.ledger.book import Ledger
    from automations.ledger.glimpse import Answering


class Speaking(Protocol):
    """What knows the language of a site."""

    @property
    def texts(self) -> Texts:
        """Its sentences."""


class Grounds(Protocol):
    """A site for those who only look: where it lies, and how it speaks."""

    @property
    def folder(self) -> Path:
        """The folder."""

    @property
    def state(self) -> Path:
        """The folder of the ledger."""

    @property
    def facts(self) -> Speaking:
        """What speaks its language."""


def standing_of(ledger: Answering) -> Standing:
    """What the ledger keeps; a blank one before the first run."""
    return ledger.fact(Standing) or Standing()


def keep(ledger: Ledger, standing: Standing, now: datetime) -> None:
    """Remember how things stand."""
    ledger.remember([standing.under()], now)


def same_now(site: Grounds, ledger: Answering) -> str:
    """What besides the workbooks and the clock a plan is made from: the program, the config with the texts, and what
    the ledger knows."""
    return f"{program_and_config(site)} {ledger.head}"


def program_and_config(site: Grounds) -> str:
    """A stamp of the program with its libraries, and of the config with the texts."""
    shipped = (program_folder(), config_folder(), templates_folder())
    # Whole folders, not the files that were read: a file that is put there tomorrow changes the plan as well.
    own = stamps.stamp(*shipped, site.folder / "config", site.folder / "templates")
    return f"{own}-{stamps.libraries()}"
