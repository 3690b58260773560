"""The same person entered twice: under another spelling, in another script, with swapped names or dates.

Pure: cases in, pairs with evidence out. People decide; nothing is merged.
"""

from automations.jobs.duplicates.compared import Compared
from automations.jobs.duplicates.names import Names, shipped_names
from automations.jobs.duplicates.search import Household, Pair, likely_duplicates, likely_households

__all__ = ["Compared", "Household", "Names", "Pair", "likely_duplicates", "likely_households", "shipped_names"]
