"""The checks of the job `check_data`: small functions in a registry, one a question.

To add one: write a function `(context) -> Iterator[Problem]` in the module of its subject and name it
in that module's `CHECKS`. Each problem has a code of its own, by which a team switches it off.
"""

from automations.jobs.checks.context import Check, CheckContext
from automations.jobs.checks.registry import CHECKS

__all__ = ["CHECKS", "Check", "CheckContext"]
