"""How many cores a fleet needs: a simulated morning of 54, 500 and 10 000 sites with measured costs.

A site's run at 06:30 and its look each five minutes take as much of one core as was measured; a minute's tick asks
for who is due, who waits longest begins first, as `fleet/registry.py` has it.
"""

from __future__ import annotations

import heapq
import random
import sys
from dataclasses import dataclass

MORNING, LOOK = 9.7, 1.2
"""CPU seconds of a full run of 600 cases, and of a look that finds nothing (Debian 12, Python 3.11)."""

EVERY, TICK, BEGIN, END = 300.0, 60.0, 1800.0, 9000.0
"""Seconds: between looks, between ticks, from six to half past, until half past eight."""


@dataclass
class Morning:
    """What came of it: minutes until the last morning run began and ended, busy share of the cores in the last half
    hour, how late the last look was (in seconds; up to a minute is the tick)."""

    began: float
    ended: float
    busy: float
    late: float


def morning(sites: int, cores: int) -> Morning:
    """From six to half past eight."""
    chance = random.Random(1)  # noqa: S311 (moments, no secrets)
    due = [(chance.uniform(0, EVERY), site) for site in range(sites)]
    free = [0.0] * cores
    done, began, ended, busy, late = set[int](), 0.0, 0.0, 0.0, 0.0
    heapq.heapify(due)
    while due and due[0][0] < END:
        moment, site = heapq.heappop(due)
        asked = (moment // TICK + 1) * TICK
        start = max(asked, heapq.heappop(free))
        first = start >= BEGIN and site not in done
        cost = MORNING if first else LOOK
        if first:
            done.add(site)
            began, ended = max(began, start), max(ended, start + cost)
        else:
            late = start - moment
        busy += cost if start > END - EVERY * 6 else 0.0
        heapq.heappush(free, start + cost)
        following = start + cost + EVERY
        heapq.heappush(due, (min(following, BEGIN) if start < BEGIN else following, site))
    return Morning((began - BEGIN) / 60, (ended - BEGIN) / 60, busy / (EVERY * 6 * cores), late)


def main() -> None:
    """A line a plan."""
    for sites, cores in ((54, 1), (54, 2), (500, 2), (500, 4), (500, 8), (10_000, 32), (10_000, 64), (10_000, 96)):
        found = morning(sites, cores)
        sys.stdout.write(
            f"{sites} sites, {cores} cores: last morning run begins after {found.began:.0f} min, ends after"
            f" {found.ended:.0f} min; cores busy {found.busy:.0%} later, looks {found.late:.0f} s late\n"
        )


if __name__ == "__main__":
    main()
