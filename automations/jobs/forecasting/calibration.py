"""How far the same look ahead would have been wrong before: its past error, and how wide bands must be for it.

A band of drawn weeks alone is too narrow where levels shift (seasons, a wave of arrivals): it knows what
happened, not that something else may. So every path has a level of its own, as wide as the past errors of
this very team ask for: the narrowest of a few widths with which four of five past weeks would have lain in
the band. Simulated histories of ten years show what comes of it (tests/jobs/test_forecast_bands.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from automations.jobs.forecasting.draws import NEW, ends, hazard, levels, stays, uniform, weeks_again
from automations.jobs.forecasting.past import AHEAD, Floats, Ints, Past

SPREADS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.55)
"""Widths of the level that are tried: standard deviations of its logarithm."""

_USUAL = 3  # the width that is taken while no past error is known
_WANTED = 0.78  # a 10/90 band should hold four of five; the narrowest that nearly does is taken
# for looks back; the 10 and 90 % quantiles of fewer than twenty paths are single paths
_PATHS, _FEWEST = 60, 20
_EVERY, _ORIGINS = 4, 26  # weeks between the looks back, and how many at most
_BEFORE = 26  # weeks that a look back needs behind it
_ENOUGH = 4  # looks back without which no error is told
# paths by cases of one look: more would take seconds, and bands do not get steadier by it
_MOST_DRAWS = 400_000


class PastError(Struct, frozen=True):
    """`spread` is the width taken; `looks` how many past forecasts were compared over `weeks` weeks in all;
    `held` the share of these weeks in the band; `error` the mean distance of the middle from what came, in
    cases. None where too few are known."""

    spread: float
    looks: int = 0
    weeks: int = 0
    held: float | None = None
    error: float | None = None


def past_error(past: Past, paths: int = _PATHS) -> PastError:
    """The width with which the bands of past forecasts would have held, and what they missed."""
    # The latest look back needs weeks after it to be compared with.
    newest = past.today - _EVERY
    origins = range(newest, max(_BEFORE, newest - _EVERY * _ORIGINS), -_EVERY)
    if len(origins) < _ENOUGH:
        return PastError(SPREADS[_USUAL])
    chosen, tried = _USUAL, dict[int, tuple[float, float, int]]()
    hazards = [hazard(past, origin) for origin in origins]
    drawn = _drawn(past, origins, paths)
    # Walks from the usual width until it held enough: mostly two or three of the eight are tried.
    while chosen not in tried:
        tried[chosen] = _tried(past, dict(zip(origins, hazards, strict=True)), SPREADS[chosen], drawn)
        held = tried[chosen][0]
        if held < _WANTED and chosen + 1 < len(SPREADS):
            chosen += 1
        elif held >= _WANTED and chosen and chosen - 1 not in tried:
            chosen -= 1
        elif held < _WANTED:
            break
    best = min((one for one in tried if tried[one][0] >= _WANTED), default=max(tried))
    held, error, weeks = tried[best]
    return PastError(SPREADS[best], len(origins), weeks, held, error)


def _drawn(past: Past, weeks: Sequence[int], paths: int) -> Floats:
    """The logarithms of the numbers that say how long the open cases of each of these weeks stay, by path and place:
    the same for all weeks and widths."""
    most = max(len(_open_in(past, week)) for week in weeks)
    return np.asarray(np.log(uniform("here", np.arange(max(_FEWEST, paths))[:, None], np.arange(most)[None, :])))


def _open_in(past: Past, week: int) -> Ints:
    """When those cases came that were open at the end of a week."""
    return np.asarray(past.arrived[(past.arrived <= week) & (past.ended > week)])


def _tried(past: Past, hazards: Mapping[int, Floats], spread: float, drawn: Floats) -> tuple[float, float, int]:
    """The share of weeks in the band, the mean error of its middle, and how many weeks these are."""
    inside, off, total = 0, 0.0, 0
    counts = past.counts
    actual = past.open_by_week
    for origin, cumulated in hazards.items():
        known = actual[origin + 1 : origin + 1 + AHEAD]
        low, middle, high = bands(open_ahead(past, counts, origin, cumulated, spread, drawn))[:, : len(known)]
        # Whole cases: a band that ends at 41.7 holds 42.
        inside += int(((known >= np.floor(low)) & (known <= np.ceil(high))).sum())
        off += float(np.abs(known - middle).sum())
        total += len(known)
    return inside / total, off / total, total


def bands(paths: Floats) -> Floats:
    """The 10, 50 and 90 % quantiles over paths, by week."""
    return np.asarray(np.quantile(paths, [0.1, 0.5, 0.9], axis=0))


def open_ahead(past: Past, counts: Ints, week: int, cumulated: Floats, spread: float, drawn: Floats) -> Floats:
    """How many cases are open at the end of each of the weeks after `week`, by path, from what was known then. `drawn`
    are logarithms by path and place, of as many of both as are needed at most."""
    ages = week - _open_in(past, week)
    paths = max(_FEWEST, min(len(drawn), _MOST_DRAWS // max(1, len(ages))))
    level, ease = levels(paths, spread)
    here = np.arange(paths)
    left = ends(cumulated, ages[None, :], drawn[:paths, : len(ages)], ease[:, None])
    gone = _counted(here[:, None] + np.zeros_like(left), left, paths)
    # 104 weeks, as `past` draws from: a look back must use the same method as the look ahead.
    mean = counts[weeks_again(paths, max(0, week - 103), week)] * level[:, None]
    came = np.floor(mean + uniform("copy", here[:, None], np.arange(AHEAD)[None, :])).astype(int)
    who = np.repeat(np.arange(paths * AHEAD), came.ravel())
    over = stays(cumulated, np.array(NEW), uniform("stay", np.arange(len(who))), ease[who // AHEAD])
    gone += _counted(who // AHEAD, who % AHEAD + over, paths)
    return np.asarray(len(ages) + np.cumsum(came, axis=1) - np.cumsum(gone, axis=1))


def _counted(path: Ints, week: Ints, paths: int) -> Ints:
    """How many end in each coming week (from 1), by path; those that stay longer are left out."""
    inside = (week >= 1) & (week <= AHEAD)
    place = path[inside] * AHEAD + week[inside] - 1
    return np.bincount(place.ravel(), minlength=paths * AHEAD).reshape(paths, AHEAD)
