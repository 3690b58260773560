"""All checks, in the order in which they run."""

from __future__ import annotations

from automations.jobs.checks import appointments, attended, cases, consents, naturalisation, own, plain, team
from automations.jobs.checks.context import Check

CHECKS: tuple[Check, ...] = (
    *plain.CHECKS, *cases.CHECKS, *attended.CHECKS, *appointments.CHECKS, *team.CHECKS, *consents.CHECKS,
    *naturalisation.CHECKS, own.lost_references,
)  # fmt: skip
