"""Everything that a workbook probably means: the evidence of each table, then what they say of each other."""

from __future__ import annotations

from datetime import date

from automations.model.settings import SiteFacts
from automations.setup.appointment_columns import with_slots
from automations.setup.guesses import guessed
from automations.setup.proposals import propose
from automations.setup.proposed import Proposal
from automations.setup.relations import related
from automations.setup.tab_names import with_tab_names
from automations.tables.columns import Columns
from automations.workbooks.protocol import RawWorkbook


def understand(workbook: RawWorkbook, columns: Columns, facts: SiteFacts, today: date) -> Proposal:
    """What is proposed for a workbook. `today` is the site's date."""
    named = guessed(related(propose(workbook, columns, facts, today)), columns, facts, today)
    found = with_slots(related(named), columns, facts)
    return with_tab_names(found, columns, facts)
