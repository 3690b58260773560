"""Possible futures: past weeks drawn again in runs, and stays drawn from how long cases stayed.

Every number comes from a hash of what it is for (path, week, place), not from a running generator: the same
tables give the same futures, and two scenarios differ by what they say alone."""

from __future__ import annotations

import numpy as np

from automations.jobs.forecasting.past import AHEAD, NEVER, Floats, Ints, Past

# The chance in each week that a run of past weeks ends: half a year on average, so that seasons and waves come as they
# came, not week by week.
_RUN = 1 / 26

_WINDOW = 78  # weeks whose endings say how long cases stay: old habits of closing cases fade
_NEAR = 5  # ages that are looked at together
_MOST = 0.95  # no age at which everybody leaves at once
_STREAMS = {"run": 1, "week": 2, "level": 3, "ease": 4, "copy": 5, "stay": 6, "here": 7, "wait": 8}


def uniform(stream: str, *places: Ints | int) -> Floats:
    """Numbers above 0 and below 1, one for each place: a hash, the same on every machine."""
    number = np.asarray(_STREAMS[stream] * 0x9E3779B9, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for place in places:
            number = _mixed(np.asarray(number ^ np.asarray(place).astype(np.uint64)))
    return np.asarray((np.right_shift(number, np.uint64(11)).astype(float) + 0.5) / 2.0**53)


def _mixed(number: np.ndarray) -> np.ndarray:
    """A step of splitmix64 (Steele, Lea, Flood 2014)."""
    number = number + np.uint64(0x9E3779B97F4A7C15)
    number = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    number = (number ^ (number >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(number ^ (number >> np.uint64(31)))


def normal(stream: str, places: Ints) -> Floats:
    """Standard normal numbers by place (Box and Muller)."""
    radius = np.sqrt(-2 * np.log(uniform(stream, places, 0)))
    return np.asarray(radius * np.cos(2 * np.pi * uniform(stream, places, 1)))


def weeks_again(paths: int, first: int, last: int) -> Ints:
    """For each path and coming week the past week that is drawn (both ends included), in runs."""
    here, ahead, span = np.arange(paths)[:, None], np.arange(AHEAD)[None, :], last - first + 1
    drawn = first + (uniform("week", here, ahead) * span).astype(int)
    ends = uniform("run", here, ahead) < _RUN
    found = drawn.copy()
    for week in range(1, AHEAD):
        following = found[:, week - 1] + 1
        found[:, week] = np.where(ends[:, week] | (following > last), drawn[:, week], following)
    return found


def levels(paths: int, spread: float) -> tuple[Floats, Floats]:
    """By path: what arrivals are multiplied with, and the ease with which cases end."""
    here = np.arange(paths)
    return np.exp(spread * normal("level", here) - spread**2 / 2), np.exp(spread * normal("ease", here))


def hazard(past: Past, week: int) -> Floats:
    """The cumulated hazard of ending by age in weeks, from the endings of the weeks before the end of `week`
    (Kaplan and Meier's estimate over that window, neighbouring ages together)."""
    # What was not known at the end of that week is left out, or a look back would know its own future.
    known = (past.arrived <= week) & (past.ended > week - _WINDOW)
    arrived, ended = past.arrived[known], np.where(past.ended[known] <= week, past.ended[known], NEVER)
    top = week - int(arrived.min(initial=week)) + 2
    # Cases that were there before the window count from their age at its start (left truncation): young ends of old
    # cases are not seen.
    low = np.maximum(0, week - _WINDOW - arrived)
    high = np.minimum(ended, week) - arrived
    seen = high >= low
    at_risk = np.zeros(top + 1)
    np.add.at(at_risk, low[seen], 1)
    np.add.at(at_risk, high[seen] + 1, -1)
    at_risk = np.cumsum(at_risk)[:top]
    within = (ended <= week) & (ended > week - _WINDOW)
    ends = np.bincount((ended - arrived)[within], minlength=top)[:top].astype(float)
    whole = ends.sum() / max(1.0, at_risk.sum())
    near = np.ones(_NEAR)
    # Two cases that end as all do are added: an age seen once or twice would say 0 or 100 %.
    smooth = (np.convolve(ends, near, "same") + 2 * whole) / (np.convolve(at_risk, near, "same") + 2)
    # The first week stands alone: cases that are sent on at once end there and nowhere else.
    smooth[0] = (ends[0] + whole) / (at_risk[0] + 1)
    # Beyond the oldest age seen nothing is known; never less than on average, or nothing would ever end there.
    late = max(whole, ends[-AHEAD:].sum() / max(1.0, at_risk[-AHEAD:].sum()))
    chance = np.minimum(_MOST, np.concatenate([smooth, np.full(2 * AHEAD, late)]))
    return np.concatenate([[0.0], np.cumsum(-np.log1p(-chance))])


NEW = -1  # the age of a case that comes in the next week: it may end in that same week


def stays(cumulated: Floats, ages: Ints, drawn: Floats, ease: Floats) -> Ints:
    """In which coming week cases of these ages end, from 1; `drawn` are uniform numbers."""
    return ends(cumulated, ages, np.log(drawn), ease)


def ends(cumulated: Floats, ages: Ints, logarithms: Floats, ease: Floats) -> Ints:
    """The same of the logarithms of the numbers, for whoever needs these again and again."""
    spent = cumulated[np.minimum(ages + 1, len(cumulated) - 1)]
    return np.asarray(np.searchsorted(cumulated, spent - logarithms / ease) - 1 - ages)
