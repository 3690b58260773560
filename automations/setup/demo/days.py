"""The working days of the demo's calendar as one list, so that 100 000 cases stay quick."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta

from automations.common.working_days import WorkingDays


class Days:
    """All working days between two dates, to step along."""

    def __init__(self, first: date, last: date) -> None:
        calendar = WorkingDays()
        every = (first + timedelta(days=n) for n in range((last - first).days + 1))
        self.all: Sequence[date] = [day for day in every if calendar.is_working_day(day)]

    def on_or_after(self, day: date, steps: int = 0) -> date:
        """The working day `steps` working days after the first one that is not before `day`; at the
        ends of the list the last one there is."""
        index = bisect_left(self.all, day) + steps
        return self.all[max(0, min(index, len(self.all) - 1))]
