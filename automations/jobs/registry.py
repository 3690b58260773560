"""All jobs, in the order of a run. A new automation in Python is one file and one line here."""

from __future__ import annotations

from automations.jobs.assign_cases import AssignCases
from automations.jobs.check_data import CheckData
from automations.jobs.follow_rules import FollowRules
from automations.jobs.list_calls import ListCalls
from automations.jobs.look_ahead import LookAhead
from automations.jobs.number_rows import NumberRows
from automations.jobs.protocol import Job
from automations.jobs.record_changes import RecordChanges
from automations.jobs.record_outcomes import RecordOutcomes
from automations.jobs.remind import Remind
from automations.jobs.summarise import Summarise
from automations.jobs.take_in import TakeIn


def jobs() -> tuple[Job, ...]:
    """The jobs in their order: numbers first, since others quote them; the checks over what the next
    run will find (rows with their new colleague, what rules filled in and noted); summaries last."""
    return (
        NumberRows(), TakeIn(), RecordOutcomes(), RecordChanges(), AssignCases(), LookAhead(), FollowRules(),
        CheckData(), Remind(), ListCalls(), Summarise(),
    )  # fmt: skip
