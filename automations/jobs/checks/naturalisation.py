"""Checks of the counts on naturalisation as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from automations.jobs.checks.context import Check, CheckContext
from automations.jobs.figures.cumulated import looks_cumulated
from automations.jobs.figures.naturalisation import numbers
from automations.model.problems import Problem


def sums_since_january(context: CheckContext) -> Iterator[Problem]:
    """Monthly counts that are sums of the year so far: told once, at the latest month."""
    say = context.said.say
    # The team has said that they are monthly counts, whatever they look like.
    if context.facts.counts_stand_alone:
        return
    counted = [row for row in context.snapshot.naturalisation if row.month and row.applications is not None]
    if counted and looks_cumulated(numbers(context.snapshot.naturalisation, context.today).applications):
        latest = max(counted, key=lambda row: row.month or date.min)
        yield context.for_lead(
            context.finding(
                "cumulated_counts",
                latest,
                "applications",
                say("The counts of applications look like sums since January; no figure is made of them."),
                say(
                    "Please type how many were made in each month alone. If that is what stands there, please tell"
                    " whoever looks after kim (setting “counts_stand_alone”)."
                ),
            )
        )


CHECKS: tuple[Check, ...] = (sums_since_january,)
