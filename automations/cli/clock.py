"""The clock of a command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from automations.config.models import Premises


def make_clock(site: Premises, at: datetime | None) -> Callable[[], datetime]:
    """The clock of a command, in the site's zone."""
    zone = site.facts.time_zone
    if at is None:
        return lambda: datetime.now(zone)
    fixed = at if at.tzinfo else at.replace(tzinfo=zone)
    return lambda: fixed
