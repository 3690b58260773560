"""The checks of the job `check_data`, one a question, in the order in which they run.

To add one that a condition over a row says: an entry in `plain`. Any other: a function
`(context) -> Iterator[Problem]` in the module of its subject, named in that module's `CHECKS`. Each problem has a
code of its own, by which a team switches it off."""

from __future__ import annotations

from automations.jobs.checks import appointments, attended, cases, consents, naturalisation, own, plain, team
from automations.jobs.checks.context import Check

CHECKS: tuple[Check, ...] = (
    *plain.CHECKS, *cases.CHECKS, *attended.CHECKS, *appointments.CHECKS, *team.CHECKS, *consents.CHECKS,
    *naturalisation.CHECKS, own.lost_references,
)  # fmt: skip
