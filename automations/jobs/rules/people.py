"""Whom a rule's message goes to: clients, colleagues, partners in a team's own tables."""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import replace

from automations.jobs.desk import Addressee
from automations.jobs.rules.desk import Desk, Look
from automations.jobs.rules.model import Rule
from automations.messages.may_send import Verdict
from automations.messages.readers import reader_of
from automations.model.fields import CLIENTS, COLLEAGUES
from automations.model.history import MailRecord
from automations.model.records import Case, CaseManager, Record
from automations.model.told import address_digest
from automations.model.values import digest

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
    holder, name = _holder(path, record, desk)
    if holder is None:
        return Addressee("", desk.site.language, "partner", case)
    value = str(holder.get(name) or "") if name else ""
    if isinstance(holder, CaseManager):
        return desk.to_staff(value, case)
    if isinstance(holder, Case):
        reader = reader_of(holder, desk.snapshot, desk.today)
        # The column of the mail address means the person who reads (of a minor, who has custody); any other column
        # itself.
        address = (reader.email or "") if value == (holder.email or "") else value
        return replace(desk.to_client(reader), address=address)
    # Whoever is named by another row is an office of its own: consent may be for that very one.
    way_there = holder is not record and not desk.nameless(holder)
    return _guarded(value, case, desk, desk.key(holder) if way_there else "")


def names_somebody(recipient: str, record: Record, desk: Desk) -> bool:
    """Whether a row says whom a rule writes to, address or not: a helper that is not chosen yet is nobody."""
    if recipient in ROLES or "@" in recipient:
        return recipient in COLLEAGUE_ROLES
    return _holder(recipient, record, desk)[0] is not None


def _holder(path: str, record: Record, desk: Desk) -> tuple[Record | None, str]:
    """The row that holds the address which a field means, and in which field of it ("": it has none)."""
    way, _, name = path.rpartition(".")
    holder = desk.book.related(record.row.table, record, way) if way else record
    spec = desk.spec(holder.row.table).fields.get(name) if holder is not None else None
    if holder is None or spec is None or not spec.target:
        return holder, name
    other = desk.book.related(holder.row.table, holder, name)
    return other or holder, _address_field(spec.target, desk) if other is not None else ""


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


def of_reader(key: str, rule: Rule, record: Record, to: Addressee, desk: Desk) -> str:
    """The key of what a rule says of a row; another one where the row named somebody else when that was said."""
    sent = desk.history.mails.get(key)
    # One that still waits is planned anew, for whom the row names now.
    if sent is None or not desk.settled(key) or not is_anothers(sent, rule, record, to, desk):
        return key
    mark = digest(to.case.number) if rule.recipient == "client" and to.case else address_digest(to.address)
    return f"{key}+{mark[:8]}"


def is_anothers(sent: MailRecord, rule: Rule, record: Record, to: Addressee, desk: Desk) -> bool:
    """Whether a message went to another client or partner than the row names now (`to`)."""
    path = rule.recipient
    if path == "client":
        return sent.case not in {"", to.case.number if to.case else None}
    named = to.audience != "staff" and path not in ROLES and "@" not in path
    if not named or sent.address_digest in {"", address_digest(to.address)}:
        return False
    holder, name = _holder(path, record, desk)
    # An address in the row itself is whoever it is about. In a table of people it may have been corrected: then it is
    # nobody's any more.
    if holder is None or holder is record or not to.address:
        return True
    return sent.address_digest in {address_digest(str(one or "")) for one in desk.book.column(holder.row.table, name)}


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
