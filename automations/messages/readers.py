"""Who reads what is written about a case: for a minor the person who has custody, never the child."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from automations.common.dates import age
from automations.common.phones import readable
from automations.messages.addresses import AddressProblem, address
from automations.model.records import Case, ContactWay
from automations.model.snapshot import Snapshot

_OF_AGE = 18
_DIGITS = 6  # fewer digits are no telephone number


def reader_of(case: Case, snapshot: Snapshot, today: date) -> Case:
    """The case with the address, telephone and way of contact of its reader. In a table without a column for custody
    everybody reads for themselves. `today` is the site's local date."""
    if not _read_by_another(case, snapshot, today):
        return case
    other = guardian_case(case, snapshot, today)
    if other is not None:
        # Only what forbids is taken over: by which way a child's appointment is told, its own row says.
        barred = other.contact_way in {ContactWay.UNSAFE, ContactWay.NONE}
        way = other.contact_way if barred and case.contact_way is not ContactWay.UNSAFE else case.contact_way
        languages = other.writing_languages or other.languages
        return replace(
            case, email=other.email, phone=other.phone, contact_way=way, reads_not=other.reads_not,
            languages=other.languages or case.languages, writing_languages=languages or case.writing_languages,
        )  # fmt: skip
    said = (case.guardian or "").strip()
    return replace(case, email=_mail(said), phone=_phone(said))


def guardian_case(case: Case, snapshot: Snapshot, today: date) -> Case | None:
    """The case of a minor's guardian, where the cell names one. `today` is the site's local date."""
    if not _read_by_another(case, snapshot, today):
        return None
    other = snapshot.case_by_number.get((case.guardian or "").strip())
    # A case that names itself, or another child, has no guardian that anybody could write to.
    return None if other is None or other is case or is_minor(other, today) else other


def guardian_of(case: Case, snapshot: Snapshot, today: date) -> str | None:
    """Whom to ask for on the telephone instead of a minor: the number of the guardian's case, "" where the table gives
    an address or a telephone alone; None where clients speak for themselves. `today` is the site's local date."""
    if not _read_by_another(case, snapshot, today):
        return None
    said = (case.guardian or "").strip()
    return said if said in snapshot.case_by_number else ""


def _read_by_another(case: Case, snapshot: Snapshot, today: date) -> bool:
    layout = snapshot.layouts.get("cases")
    return layout is not None and "guardian" in layout.columns and is_minor(case, today)


def is_minor(case: Case, today: date) -> bool:
    """Whether the client is under eighteen. One whose birthday is not known counts as grown up, unless somebody
    entered who has custody."""
    born = case.birth_date
    if born is None:
        # Whoever has custody reads also where the birthday cannot be read: a child must not be written to.
        return bool((case.guardian or "").strip())
    return age(today, born) < _OF_AGE


def _mail(said: str) -> str | None:
    try:
        return said if "@" in said and address(said) else None
    except AddressProblem:
        return None


def _phone(said: str) -> str | None:
    digits = sum(sign.isdigit() for sign in said)
    return readable(said) if digits >= _DIGITS and not any(sign.isalpha() for sign in said) else None
