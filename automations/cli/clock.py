"""The clock of a command."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta

from automations.config.models import Premises

AHEAD = "KIM_CLOCK_AHEAD"
"""The environment variable by which a fleet says how many seconds this machine's clock is ahead of the database's."""


def make_clock(site: Premises, at: datetime | None) -> Callable[[], datetime]:
    """The clock of a command, in the site's zone; for a site of a fleet it goes as its database's does."""
    zone = site.facts.time_zone
    if at is None:
        # Machines of a fleet differ by seconds, and the fleet's database decides what is due.
        ahead = timedelta(seconds=float(os.environ.get(AHEAD) or 0))
        return lambda: datetime.now(zone) - ahead
    # In the site's zone also where `--at` names another: "today" is the day on the wall of the town's office.
    fixed = at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)
    return lambda: fixed
