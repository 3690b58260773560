"""What every figure means, said once: notes in the tabs and the list in the guide come from here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from automations.common.texts import Texts

TERMS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "open": (
        "Open cases",
        (
            "Cases whose phase counts as open. Where the phase is unknown, a case is open until its closing date. "
            "Each row counts, also those that say the same. In an earlier month: came in by its last day and not "
            "closed by then."
        ),
    ),
    "new": ("New cases", "Cases by the day they came in. Rows without that day are in no month."),
    "closed": (
        "Closed cases",
        (
            "Cases that are not open, by their closing date; without one, by the day of the last phase. Where "
            "neither "
            "is known, or the date lies before the arrival or after today, a closed case is in no month."
        ),
    ),
    "waiting_working": (
        "Waiting time",
        (
            "Working days after the case came in, up to the first contact: the same day is 0. Weekends, public "
            "holidays and closed days do not count."
        ),
    ),
    "waiting_calendar": (
        "Waiting time",
        "Calendar days after the case came in, up to the first contact: the same day is 0.",
    ),
    "median": ("Median", "Half of the people waited no longer than this."),
    "ninety": ("90 percent", "Nine of ten people waited no longer than this."),
    "still_waiting": (
        "Still waiting",
        "Open cases without a first contact whose phase comes before it, or is not known.",
    ),
    "weeks": (
        "4, 13 and 52 weeks",
        "28, 91 and 364 days, the day of the table being the last of them. Coming days begin with today.",
    ),
    "points": (
        "Load points",
        "Each open case counts with the weight of its phase: an assessment more than long-term support.",
    ),
    "capacity": ("Capacity", "Load points that a person can carry, from the team's table."),
    "load_share": (
        "Load",
        (
            "Load points of the open cases, as a share of the capacity. There is none where one of the colleagues "
            "has"
            " no capacity."
        ),
    ),
    "kept": ("Kept", "Appointments of past days whose status says that they took place."),
    "cancelled": (
        "Cancelled",
        "Appointments that were cancelled beforehand: their hour could be given to somebody else.",
    ),
    "missed": ("Missed", "Appointments that nobody came to and nobody cancelled."),
    "missed_share": ("Missed share", "Missed appointments as a share of kept and missed ones."),
    "postponed": ("Postponed", "Past appointments whose status says postponed: they have no new date yet."),
    "no_result": ("Without result", "Past appointments whose status still says planned or confirmed, or nothing."),
    "answered": (
        "Answers to reminders",
        (
            "Appointments that the client was written about, each once, by the last answer. Trial mails to a folder"
            " or a test address are none."
        ),
    ),
    "language": ("Language", "The first language that is noted for a case."),
    "office": ("Office", "The office of the case manager in charge."),
    "change": (
        "Change",
        (
            "Against the same weekday one week and 52 weeks before: as noted on that day, else counted back from"
            " the tables, as far as they reach back; a case whose arrival is not recorded makes no difference."
            " Shares differ by percentage points."
        ),
    ),
    "applications": (
        "Applications",
        (
            "Applications for naturalisation, by the month in which they were made; each row counts. A monthly"
            " count comes before single rows of that month; a blank one is no nought."
        ),
    ),
    "decisions": ("Decisions", "Decisions on naturalisation, by their month; for monthly counts, naturalisations."),
    "to_date": (
        "Running total",
        (
            "From January up to the same day in each year; the last day of a month is compared with the last day. "
            "It ends with the last month that is complete; an earlier one that is not complete is left out of its"
            " year and named. There is a change in per cent only where all months of both years are known."
        ),
    ),
    "persons": (
        "Persons",
        (
            "Cases that were open on at least one day of the half-year; each counts once, with what the table"
            " says today."
        ),
    ),
    "households": (
        "Households",
        "Different households of these persons; a person without one is a household of their own.",
    ),
    "continuing": ("Continuing", "Persons whose case came in before the half-year began."),
    "half_new": ("New", "Persons whose case came in during the half-year."),
    "half_closed": ("Closed", "Persons whose case ended during the half-year."),
    "half_open": ("Open at the end", "Persons whose case was still open at the end of the half-year."),
})  # fmt: skip
"""Term id -> (its name, what it means), as sentences for `texts`."""


def name_of(term: str, say: Texts) -> str:
    """What a figure is called."""
    return say.say(TERMS[term][0])


def meaning(term: str, say: Texts) -> str:
    """What a figure means, in one or two sentences."""
    return say.say(TERMS[term][1])
