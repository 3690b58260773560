"""The simple way: unit by unit, a shared language first, then the least relative load.

Used where the solver is missing or gives up; a run that used it says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from automations.jobs.assigning.rules import obstacles
from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.assigning.units import Unit, Worker
from automations.working_days import WorkingDays


def assign(
    units: Sequence[Unit], workers: Sequence[Worker], today: date, settings: AssignSettings, days: WorkingDays
) -> Mapping[str, str]:
    """Unit keys -> codes of colleagues; what cannot be assigned is left out. Units in their order."""
    loads = {worker.code: worker.load for worker in workers}
    chosen: dict[str, str] = {}
    for unit in units:
        able = [w for w in workers if not obstacles(unit, w, loads[w.code], today, settings, days)]
        if able:
            best = min(able, key=lambda worker: _rank(unit, worker, loads[worker.code]))
            chosen[unit.key] = best.code
            loads[best.code] += unit.load
    return chosen


def _rank(unit: Unit, worker: Worker, load: float) -> tuple[bool, float, bool, str]:
    speaks = bool(set(unit.languages) & set(worker.person.languages)) or not unit.languages
    relative = (load + unit.load) / worker.capacity if worker.capacity else float("inf")
    wished = unit.office is None or unit.office == worker.person.office
    return (not speaks, round(relative, 6), not wished, worker.code)
