"""A site whose agreement with the staff council is dated: figures about single colleagues may be shown."""

from datetime import date

from automations.model.settings import SiteFacts
from automations.model.staff_figures import StaffFigures

AGREED = SiteFacts(staff_figures=StaffFigures(agreement_on=date(1990, 1, 1)))
