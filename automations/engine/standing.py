"""How things stood when kim last looked, and from when on looking again could show something else.

Kept as one fact of the ledger: it tells a look whether there is anything new, and a run of the schedule whether it
would plan what the run before it planned. No content of a row is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from automations.common import stamps
from automations.common.shipped import config_folder, program_folder, templates_folder
from automations.config.models import Premises
from automations.ledger import Ledger
from automations.model.plan import Fact

LOOK = "look"
"""The kind of the fact."""


@dataclass(frozen=True, slots=True)
class Standing:
    """`seen` are the revisions whose rows were last looked at, `planned` those that the last whole run planned for
    or left behind. `since`: when a look first saw another one than `planned`. `next`: when something settles or
    falls due. Until `stale` a run would plan the same again, as long as `same` (program, config, ledger) holds too;
    `same` is "" where the last run is to be repeated in any case. `letters`: from when on a mailbox is looked at
    again. All moments are aware.
    """

    at: datetime | None = None
    seen: Mapping[str, str] = field(default_factory=dict)
    planned: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None
    next: datetime | None = None
    stale: datetime | None = None
    letters: datetime | None = None
    same: str = ""
    outcome: str = "done"
    run: str = ""


_MOMENTS = ("at", "since", "next", "stale", "letters")


def standing_of(ledger: Ledger) -> Standing:
    """What the ledger keeps; a blank one before the first run."""
    known: Mapping[str, Any] = ledger.fact(LOOK, "") or {}
    moments: dict[str, Any] = {name: datetime.fromisoformat(known[name]) for name in _MOMENTS if known.get(name)}
    rest = {name: known[name] for name in ("seen", "planned", "same", "outcome", "run") if name in known}
    return Standing(**moments, **rest)


def keep(ledger: Ledger, standing: Standing, now: datetime) -> None:
    """Remember how things stand."""
    plain: dict[str, Any] = {
        "seen": dict(standing.seen), "planned": dict(standing.planned), "same": standing.same,
        "outcome": standing.outcome, "run": standing.run,
    }  # fmt: skip
    for name in _MOMENTS:
        moment = getattr(standing, name)
        plain[name] = moment.isoformat() if moment else ""
    ledger.remember([Fact(LOOK, "", plain)], now)


def same_now(site: Premises, ledger: Ledger) -> str:
    """What besides the workbooks and the clock a plan is made from: the program, the config with the texts, and what
    the ledger knows."""
    shipped = (program_folder(), config_folder(), templates_folder())
    return f"{stamps.stamp(*shipped, site.folder / 'config', site.folder / 'templates')} {ledger.head}"
