"""Figures that are kept as they were told."""

from __future__ import annotations

from datetime import date

from automations.model.facts import Listed, Remembered


class Weekly(Remembered, frozen=True):
    """A week's figures, under its Monday; `days` says in which days waiting is counted."""

    kind = "weekly"
    as_of: date | None = None
    open: int | None = None
    new: int | None = None
    closed: int | None = None
    median_wait: float | None = None
    ninety_wait: float | None = None
    missed_share: float | None = None
    days: str = ""


class LookedAhead(Remembered, frozen=True):
    """What the look ahead was drawn for last: a digest of the day, the scenarios and the settings (`of`), one of all
    that it was made from (`made_from`), and the tab's own fingerprint."""

    kind, key, bookkeeping = "look_ahead", "drawn", True
    of: str = ""
    made_from: str = ""
    fingerprint: str = ""


class PublishedHalf(Listed, frozen=True):
    """A half-year as it was given to the Land, so that it is never made anew; see jobs/figures/disclosure."""

    kind = "published"


class ComparedHalf(Listed, frozen=True):
    """A half-year as it was given to be compared with other towns; see jobs/figures/comparison."""

    kind = "compared"
