"""Whom a rule's message goes to: clients, colleagues, partners in a team's own tables."""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import replace

from automations.jobs.desk import Addressee
from automations.jobs.rules.desk import Desk, Look
from automations.messages.may_send import Verdict
from automations.messages.readers import reader_of
from automations.model.fields import CLIENTS, COLLEAGUES
from automations.model.records import Case, CaseManager, Record

_Person = TypeVar("_Person", Case, CaseManager)

COLLEAGUE_ROLES = ("manager", "substitute", "lead")
ROLES = ("client", *COLLEAGUE_ROLES, "referrer")


def text_addressee(record: Record, desk: Desk) -> Addressee:
    """The telephone of the client whom a row is about: text messages go to nobody else."""
    case = case_of(record, desk)
    return desk.to_telephone(reader_of(case, desk.snapshot, desk.today) if case else None)


def addressee(recipient: str, record: Record, desk: Desk) -> Addressee:
    """The recipient that a rule names, for one row. An address that is a client's is guarded as the
    client's, whatever column it came from."""
    case = case_of(record, desk)
    if recipient == "client":
        return desk.to_client(reader_of(case, desk.snapshot, desk.today) if case else None)
    if recipient == "referrer":
        address = desk.settings.referrers.get((case.source if case else None) or "", "")
        return _guarded(address, case, desk)
    if recipient in ROLES:
        person = desk.colleague(recipient, manager_of(record, desk))
        return desk.to_staff(person.email if person else None, case)
    if "@" in recipient:
        return _guarded(recipient, case, desk)
    return _by_field(recipient, record, case, desk)


def _by_field(path: str, record: Record, case: Case | None, desk: Desk) -> Addressee:
    way, _, name = path.rpartition(".")
    holder = desk.book.related(record.row.table, record, way) if way else record
    if holder is None:
        return Addressee("", desk.site.language, "partner", case)
    spec = desk.spec(holder.row.table).fields.get(name)
    value = holder.get(name)
    if spec is not None and spec.target:
        other = desk.book.related(holder.row.table, holder, name)
        if isinstance(other, CaseManager):
            return desk.to_staff(other.email, case)
        field = _address_field(spec.target, desk)
        value = other.get(field) if other is not None and field else None
        holder = other or holder
    if isinstance(holder, CaseManager):
        return desk.to_staff(str(value or ""), case)
    if isinstance(holder, Case):
        reader = reader_of(holder, desk.snapshot, desk.today)
        mine = str(value or "")
        # The column of the mail address means the person who reads (of a minor, who has custody); any other column
        # itself.
        return replace(desk.to_client(reader), address=(reader.email or "") if mine == (holder.email or "") else mine)
    # Whoever is named by another row is an office of its own: consent may be for that very one.
    way_there = holder is not record and not desk.nameless(holder)
    return _guarded(str(value or ""), case, desk, desk.key(holder) if way_there else "")


def _address_field(table: str, desk: Desk) -> str:
    """The field of a table that holds mail addresses."""
    return next((name for name, spec in desk.spec(table).fields.items() if spec.kind == "email"), "")


def _guarded(address: str, case: Case | None, desk: Desk, office: str = "") -> Addressee:
    folded = address.strip().casefold()
    owner = desk.by_address.get(folded)
    # A partner's address that is a client's, too: the client's consent counts, as the stricter one.
    if owner is not None:
        return replace(desk.to_client(owner), address=address)
    # Without this check a blank address would be that of a colleague who has none.
    staff = any((one.email or "").casefold() == folded for one in desk.snapshot.team) if folded else False
    office = office or (case.source if case else None) or ""
    return Addressee(address, desk.site.language, "staff" if staff else "partner", case, office=office)


def case_of(record: Record, desk: Desk) -> Case | None:
    """The case that a row is or names; None where it names none, or more than one could be meant."""
    return _named(record, Case, CLIENTS, desk)


def manager_of(record: Record, desk: Desk) -> CaseManager | None:
    """The colleague that a row is or names, else the one of its case."""
    found = _named(record, CaseManager, COLLEAGUES, desk)
    case = case_of(record, desk) if found is None else None
    return manager_of(case, desk) if case is not None and case is not record else found


def _named(record: Record, kind: type[_Person], target: str, desk: Desk) -> _Person | None:
    """The record where it is of the kind, else the one that the first field with such a target names."""
    if isinstance(record, kind):
        return record
    for name, spec in desk.spec(record.row.table).fields.items():
        if spec.target == target:
            found = desk.book.related(record.row.table, record, name)
            if isinstance(found, kind):
                return found
    return None


def verdict(to: Addressee, look: Look, desk: Desk, purpose: str = "") -> Verdict:
    """What the guards say of a message about one row."""
    return desk.verdict(to, look.step.until if look.step else desk.now, purpose)
