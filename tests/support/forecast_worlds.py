"""Ten invented years of a team, drawn otherwise than the look ahead draws: seasons, waves, a colleague leaving."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from automations.model.records import Case, CaseManager
from automations.model.snapshot import Snapshot
from tests.support.builders import snapshot

START = date(2014, 1, 6)
WEEKS = 52 * 12
TEAM = (
    CaseManager(code="AA", name="Anna Abel", languages=("de", "ar"), capacity=90, office="Mitte"),
    CaseManager(code="BB", name="Bo Berg", languages=("de", "uk", "ru"), capacity=90, office="Nord"),
    CaseManager(code="CC", name="Cem Can", languages=("de", "tr", "en"), capacity=90, office="Nord"),
    CaseManager(code="DD", name="Dana Dorn", languages=("de", "ro"), capacity=90, office="Mitte"),
)
_SPOKEN = (("ar",), ("uk", "ru"), ("tr",), ("ro",), ("en",))


class World:
    """Cases with the day they came and the day they ended, over twelve years (the first two are run-up)."""

    def __init__(self, kind: str, seed: int, rate: float = 7.5, median: float = 28.0) -> None:
        rng = np.random.default_rng(seed)
        came = rng.poisson(self._rates(kind, rng, rate))
        week = np.repeat(np.arange(WEEKS), came)
        self.arrived = week * 7 + rng.integers(0, 7, len(week))
        stay = np.exp(rng.normal(np.log(7 * median), 0.8, len(week)))
        self.ended = self.arrived + np.maximum(1, stay).astype(int)
        self.spoken = rng.choice(len(_SPOKEN), len(week), p=(0.35, 0.3, 0.15, 0.12, 0.08))
        self.waited = rng.gamma(2, 3, len(week)).astype(int)
        if kind == "leaving":
            self._leaving(rng)

    def _rates(self, kind: str, rng: np.random.Generator, rate: float) -> np.ndarray:
        weeks = np.arange(WEEKS)
        rates = np.full(WEEKS, rate) * rng.gamma(8, 1 / 8, WEEKS)  # no two weeks alike
        if kind == "seasons":
            rates *= 1 + 0.45 * np.sin(2 * np.pi * weeks / 52 + rng.uniform(0, 6))
            rates[weeks % 52 > 49] *= 0.3
        if kind == "wave":
            for start in rng.choice(np.arange(60, WEEKS - 40), 4, replace=False):
                length = rng.integers(12, 30)
                rates[start : start + length] *= rng.uniform(1.8, 3.0)
        return rates

    def _leaving(self, rng: np.random.Generator) -> None:
        """Every year and a half somebody leaves: a part of the cases ends at once, others take longer."""
        at = 40 * 7
        while at < WEEKS * 7:
            theirs = (self.arrived < at) & (self.ended > at) & (rng.random(len(self.ended)) < 0.15)
            shut = theirs & (rng.random(len(self.ended)) < 0.4)
            self.ended[shut] = at + rng.integers(0, 21, int(shut.sum()))
            self.ended[theirs & ~shut] += 12 * 7
            at += int(rng.integers(70, 110)) * 7

    def known_on(self, day: int) -> Snapshot:
        """The tables as they stood on that day (counted from START)."""
        return snapshot(cases=tuple(self._case(n, day) for n in self._known(day)), team=TEAM)

    def _known(self, day: int) -> np.ndarray:
        """Old closed cases are deleted after three years, as in an office."""
        return np.flatnonzero((self.arrived <= day) & ((self.ended > day) | (self.arrived > day - 3 * 364)))

    def _case(self, n: int, day: int) -> Case:
        ended = self.ended[n] <= day
        contact = self.arrived[n] + self.waited[n]
        return Case(
            number=f"K-{n}", received=_on(self.arrived[n]), languages=_SPOKEN[self.spoken[n]],
            first_contact_on=_on(contact) if contact <= day else None,
            phase="closed" if ended else "support", closed_on=_on(self.ended[n]) if ended else None,
            manager=TEAM[n % len(TEAM)].code,
        )  # fmt: skip

    def open_on(self, day: int) -> int:
        """How many cases were open at the end of a day."""
        return int(((self.arrived <= day) & (self.ended > day)).sum())


def _on(day: int) -> date:
    return START + timedelta(days=int(day))
