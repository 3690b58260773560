"""It runs by itself: ten days in CI, a year in `make soak`."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from tests.support.simulation import Simulation


def check(year: Simulation) -> None:
    due, found = year.occurrences()
    assert due == set(found)
    assert {outcome.partition(":")[0] for outcome in found.values()} <= {"done", "attention", "busy", "skipped"}
    assert year.doubled() == []
    assert year.lost() == []
    assert year.wrong() == []
    assert year.office.lost_edits() == []
    assert year.office.doubled_rows() == []
    assert false_alarms(year) == []
    assert year.misread() == []
    with year.ledger as world:
        counts = world.ledger.outbox_counts()
        assert world.ledger.check() == ()
    assert not set(counts) & {"sending", "retry", "held"}, counts


def false_alarms(year: Simulation) -> list[str]:
    """Runs that called for people on days when nothing was wrong, refusals, mails to the operator about nothing."""
    bad = [
        f"{run.at:%d.%m. %H:%M} {run.outcome} {run.trouble}"
        for run in year.runs()
        if run.outcome == "refused"
        or (run.outcome not in {"done", "interrupted"} and run.at.date().isoformat() not in year.troubled)
    ]
    told = year.operator_mails()
    return bad + (told if len(told) % 2 else [])


def test_ten_days_with_the_clock_change_and_easter(tmp_path):
    """From Saturday before the clock change to Tuesday after Easter."""
    days = Simulation(tmp_path / "site", date(2026, 3, 28))
    days.run(11)
    check(days)
    assert Counter(run.outcome for run in days.runs())["done"] > 10
    assert len(days.post.taken) > 10


def stated(year: Simulation) -> str:
    """What the year came to, in one line."""
    due, found = year.occurrences()
    outcomes = Counter(outcome.partition(":")[0] for outcome in found.values())
    with year.ledger as world:
        mails = world.ledger.outbox_counts()
    return (
        f"{len(due)} occurrences due = {len(found) - outcomes['skipped']} run + {outcomes['skipped']} skipped; "
        f"mails {mails}, {len(year.doubled())} doubled, {len(year.lost())} lost; "
        f"{len(year.office.lost_edits())} edits lost, {len(year.misread())} misread; "
        f"{len(false_alarms(year))} false alarms"
    )


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_year(tmp_path, seed, capsys):
    year = Simulation(tmp_path / "site", date(2025, 12, 15), seed=seed)
    year.run(365)
    check(year)
    with capsys.disabled():
        print(f"\nseed {seed}: {stated(year)}")  # noqa: T201 - the figures are what a soak run is for
