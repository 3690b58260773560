"""What an open case is: the one definition for every figure, check and condition."""

from __future__ import annotations

from datetime import date

from automations.model.records import Case
from automations.model.settings import SiteFacts


def is_open(case: Case, site: SiteFacts, today: date) -> bool:
    """Whether the case is being worked on, on a local date of the site; for many cases ask an `Openness`."""
    phase = site.phase(case.phase)
    return phase.open if phase else not (case.closed_on and case.closed_on <= today)


class Openness:
    """Says of cases whether they are open on a site's local date `today`.

    The phase decides. Where a case has no phase that the site knows, it is open until its closing date.
    """

    def __init__(self, site: SiteFacts, today: date) -> None:
        self._open_phase = {phase.id: phase.open for phase in site.phases}
        self._today = today

    def __call__(self, case: Case) -> bool:
        """Whether the case is being worked on."""
        known = self._open_phase.get(case.phase) if case.phase else None
        return known if known is not None else not (case.closed_on and case.closed_on <= self._today)


__all__ = ["Openness", "is_open"]
