"""What earlier plans left for the next one: the tab of the look ahead, if it stands as it was drawn, and which people
were compared as likely duplicates. A later run compares only pairs with a changed side.

The latter is kept as digests beside the ledger, on the ground of all that a comparison rests on besides two people.
Derived: without it everybody is compared. What it tells is the same as comparing anew (see the tests)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from msgspec import structs

from automations.common.files import read_file, write_private
from automations.config.site import Site
from automations.engine.last_look import program_and_config
from automations.jobs.check_data import CheckData, CheckSettings
from automations.jobs.duplicates.compared import SIZE, Compared, digest, packed, unpacked
from automations.jobs.forecasting.settings import LookAheadSettings
from automations.jobs.look_ahead import LookAhead
from automations.jobs.rules.desk import JOB
from automations.jobs.rules.model import RuleSettings
from automations.workbooks.protocol import RawWorkbook

_NAME = "compared.bin"
# Bytes: many times what the largest site keeps; a file that grew beyond that is damaged.
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
    # What is kept only saves time: without it all is compared anew.
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


def from_scratch(site: Site) -> Site:
    """The site for a plan that takes nothing over from earlier ones."""
    ahead = site.settings(LookAheadSettings, LookAhead.name)
    checks = site.settings(CheckSettings, CheckData.name)
    rules = site.settings(RuleSettings, JOB)
    anew = {one: settings.model_copy(update={"anew": True}) for one, settings in
            ((LookAhead.name, ahead), (CheckData.name, checks), (JOB, rules))}  # fmt: skip
    return structs.replace(site, jobs={**site.jobs, **anew})


def with_look_ahead(site: Site, raws: Mapping[str, RawWorkbook]) -> Site:
    """The site with what tells the look ahead whether its tab stands as it was drawn last."""
    ahead = site.settings(LookAheadSettings, LookAhead.name)
    home = raws.get(ahead.tab)
    marks = [tab.mark.fingerprint for tab in home.tabs if tab.mark and tab.mark.id == LookAhead.name] if home else []
    known = {"stamp": program_and_config(site), "standing": marks[0] if len(marks) == 1 else ""}
    return structs.replace(site, jobs={**site.jobs, LookAhead.name: ahead.model_copy(update=known)})


def with_compared(site: Site, compared: Compared) -> Site:
    """The site with what tells the checks who was compared before."""
    checks = site.settings(CheckSettings, CheckData.name)
    known = None if checks.anew else compared
    return structs.replace(site, jobs={**site.jobs, CheckData.name: checks.model_copy(update={"compared": known})})
