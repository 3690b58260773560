"""Lists that are kept like those of clients or appointments and are something else: of employees, members, donors; of
what is booked or held in rooms. Told by what they have, and by what no list of clients lacks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

_FEWEST = 2  # headings that tell what a list is of
_PEOPLE = re.compile(
    r"(?:job|post) title|line manager|salary|payroll|\bemployee|contract (?:type|hours)|annual leave|"
    r"\bni (?:no|number)|gehaltsgruppe|entgeltgruppe|lohngruppe|personal-?nr|personalnummer|stellenanteil|steuerklasse|"
    r"besoldung|dienstvertrag|"
    r"\bmembership|\bmember (?:no|number|since)|^members?$|^mitglied|mitgliedsbeitrag|jahresbeitrag|"
    r"beitrag (?:be|ge)zahlt|\b(?:sub|subs|subscription|fee)s? paid|gift aid|donat|donor|spende|renewal",
    re.IGNORECASE,
)
"""What no list of clients has. Their wages, the members of their household and the end of their lease it may have."""

_EVENTS = re.compile(
    r"\bhirer\b|\bbooked by|\bevents?\b|\bpurpose\b|set-?up|catering|no\. attending|capacity|invoice|\bfee\b|deposit|"
    r"gebucht von|veranstalt|bestuhlung|\bzweck\b|teilnehmerzahl|anzahl (?:tn|personen|teilnehm)|miete\b|kaution|"
    r"\broom\b|\braum\b|\bsaal\b",
    re.IGNORECASE,
)
_OF_CLIENTS = frozenset({"source", "concern", "phase", "languages", "consent_on", "first_contact_on", "contact_way"})
"""Fields of cases that no list of employees or members has."""

_STAFF_TAB = re.compile(
    r"\b(?:staff|employees?|workforce|mitarbeiter\w*|mitarbeitende\w*|personal|personalliste)\b", re.IGNORECASE
)


def of_other_people(tab: str, headings: Iterable[str], fields: Collection[str]) -> bool:
    """Whether what has the `fields` of a list of cases is one of people who work or pay somewhere."""
    told = _STAFF_TAB.search(tab) or sum(bool(_PEOPLE.search(text)) for text in headings) >= _FEWEST
    return bool(told) and not set(fields) & _OF_CLIENTS


def of_events(headings: Iterable[str], fields: Collection[str]) -> bool:
    """Whether what has the `fields` of appointments is nobody's: a calendar of rooms or events."""
    return "case" not in fields and sum(bool(_EVENTS.search(text)) for text in headings) >= _FEWEST
