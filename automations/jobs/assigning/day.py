"""One morning's batch, made and decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from automations.jobs.assigning.batch import Batch, make_batch
from automations.jobs.assigning.rules import Rules
from automations.jobs.assigning.solver import Outcome, decide
from automations.jobs.assigning.units import Unit, Worker, make_workers, weight
from automations.model.records import Case
from automations.model.snapshot import Snapshot


def decide_day(units: Sequence[Unit], snapshot: Snapshot, rules: Rules) -> tuple[Batch, Outcome]:
    """The units with today's team; scarce languages are held back where the settings say so."""
    workers = make_workers(snapshot, rules.settings)
    batch = make_batch(units, workers, rules, _prices(snapshot, workers, rules))
    return batch, decide(batch, rules.settings)


def _prices(snapshot: Snapshot, workers: Sequence[Worker], rules: Rules) -> Mapping[str, int]:
    if not rules.settings.hold_back:
        return {}
    try:
        from automations.jobs.assigning import prices
    except ImportError:
        # Prices need the solver's library. Without it the batch is decided the simple way, and the run says so itself.
        return {}
    new = weight(Case(), rules.settings)
    arrivals = [
        prices.Arrival(case.received, case.languages, new)
        # By number, not by row: sorting the sheet by hand must not change what is learnt.
        for case in sorted(snapshot.cases, key=lambda case: case.number or case.row.key)
        if case.received
    ]
    return prices.learn(arrivals, workers, rules.today, rules.settings.learn_days)
