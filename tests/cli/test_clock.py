"""The clock of a command: "today" is the town's day, whatever zone somebody gives to --at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from automations.cli.clock import make_clock
from automations.model.settings import SiteFacts

ON_NEW_YEARS_EVE = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Town:
    facts: SiteFacts


@pytest.mark.parametrize(
    ("at", "day"), [(ON_NEW_YEARS_EVE, date(2026, 1, 1)), (ON_NEW_YEARS_EVE.replace(tzinfo=None), date(2025, 12, 31))]
)
def test_a_moment_of_another_zone_is_told_in_the_towns(at, day):
    clock = make_clock(Town(SiteFacts()), at)
    assert clock().date() == day
    assert clock().tzinfo is SiteFacts().time_zone
