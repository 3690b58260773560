"""What makes a table one of kim's, and what it has in common with others."""

from __future__ import annotations

from collections.abc import Mapping

MAKES: Mapping[str, tuple[frozenset[str], ...]] = {
    "cases": (
        frozenset({"last_name", "full_name", "first_name"}),
        frozenset({"received", "birth_date", "phase", "manager", "languages", "number", "concern", "source",
                   "consent_on", "first_contact_on", "closed_on"}),
    ),
    "appointments": (frozenset({"date"}), frozenset({"case", "time", "status"})),
    "team": (
        frozenset({"code", "name"}),
        frozenset({"email", "languages", "working_days", "capacity", "substitute", "role", "office", "phone"}),
    ),
    "locations": (
        frozenset({"name"}), frozenset({"address", "neutral_name", "protected", "hours", "directions"}),
    ),
    "naturalisation": (
        frozenset({"applications", "naturalisations", "applied_on"}), frozenset({"month", "decided_on", "decision"}),
    ),
    "decisions": (frozenset({"decision"}), frozenset({"question"})),
    "consents": (frozenset({"case"}), frozenset({"given_on", "withdrawn_on"})),
}  # fmt: skip
"""What makes a table that table: one column of each set."""

PARENTS = frozenset({"mutter", "vater", "eltern", "familie", "mother", "father", "parent", "parents", "family"})
OF_TALKS = frozenset({"received", "first_contact_on", "phase", "concern", "outcome"})
"""Fields of cases that may as well be of each talk."""

OF_PLACES = frozenset({"neutral_name", "protected", "hours", "directions"})
"""Fields of places where people meet, beside which a name and an address are those of anybody."""

OF_APPOINTMENTS = frozenset({"time", "place", "status", "duration", "interpreter"})
ANYBODYS = frozenset({"", "last_name", "first_name", "full_name", "email", "phone", "contact", "languages", "sex",
                       "district", "office_wish"})  # fmt: skip
"""Fields that clients and colleagues have alike: a list of nothing else may be either."""

DAYS = frozenset({"received", "birth_date", "consent_on", "withdrawn_on", "first_contact_on", "closed_on",
                   "phase_since", "manager_since"})  # fmt: skip
"""Fields of cases that are days."""

SINCE = frozenset({"phase_since", "manager_since"})
"""Days that kim notes down by itself: no list has them under other words by chance."""
