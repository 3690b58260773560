"""How many messages leave on a day: what the brake judges. Pure.

Counted is what the outbox says, for all runs of a day together, also those that were cut off: what left, and what
would leave now. Messages to colleagues count nothing, a text message as many as it has parts, and what people let
go counts no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date

from automations.model.history import LEFT, History, MailRecord
from automations.model.plan import Mail
from automations.model.settings import SiteFacts

_FEW = 10  # a usual day of fewer mails says nothing: three instead of one are no storm
_DAYS = 20  # days that the usual number is taken from


class Brake:
    """The days of one history, counted once."""

    def __init__(self, history: History, facts: SiteFacts, today: date) -> None:
        self._history, self.today = history, today
        days: Counter[date] = Counter()
        self.left = 0
        """What left today without anybody having let it go."""
        for record in history.mails.values():
            if record.size and self._left(record):
                # The day of the last try: `at` moves on when a mail bounces, which would put an old mail among today's.
                day = facts.today(record.tried or record.at)
                days[day] += record.size
                # What people let go was looked at by somebody, and does not count against the next batch.
                self.left += record.size if day == today and not record.released else 0
        self.usual = self._mean(days)
        """What leaves on a usual day; 0.0 while no day is known."""

    def held(self, mail: Mail) -> bool:
        """Whether it was held before, and nobody has let it go yet."""
        known = self._history.mails.get(mail.key)
        return known is not None and (known.state, known.detail) == ("held", "brake") and not known.released

    def leaves(self, mail: Mail) -> bool:
        """Whether it has not left yet, and nobody has let it go: such mails are counted together."""
        known = self._history.mails.get(mail.key)
        if known is None:
            return True
        waits = known.state in {"queued", "held", "retry"} or (known.state == "test" and self._history.live)
        return waits and not known.released

    def _left(self, record: MailRecord) -> bool:
        return record.state in LEFT or (record.state == "test" and not self._history.live)

    def _mean(self, days: Counter[date]) -> float:
        # Without today: the storm that is to be stopped must not raise what counts as usual.
        before: Collection[date] = sorted((day for day in days if day < self.today), reverse=True)[:_DAYS]
        return max(sum(days[day] for day in before) / len(before), _FEW) if before else 0.0
