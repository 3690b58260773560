"""The checks of the job `check_data`, one a question, in a registry.

To add one that a condition over a row says: an entry in `plain`. Any other: a function
`(context) -> Iterator[Problem]` in the module of its subject, named in that module's `CHECKS`. Each problem has a
code of its own, by which a team switches it off.
"""

from automations.jobs.checks.context import Check, CheckContext
from automations.jobs.checks.registry import CHECKS

__all__ = ["CHECKS", "Check", "CheckContext"]
