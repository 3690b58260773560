"""One message where several would say the same: to a household that shares an address and an appointment, and to one
person about several appointments. All else stays apart: the other one may not know of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from automations.jobs.reminding.desk import Desk
from automations.jobs.reminding.findings import Finding
from automations.model.cases import kept_apart
from automations.model.plan import Mail
from automations.model.values import Plain, digest

_OF_ONE_ROW = frozenset({"status"})  # what a context says of its own row, not to the reader


def together(findings: Iterable[Finding], desk: Desk) -> list[Finding]:
    """The findings with as few mails as say it all. Each mail tells every person and appointment that it stands for."""
    found = list(findings)
    mails = {place: one.mail for place, one in enumerate(found) if one.mail is not None and one.mail.tells}
    kept = _of_persons(_of_households(mails, desk))
    return [
        replace(one, mail=kept.get(place), reason=one.reason if place in kept else "together")
        if place in mails
        else one
        for place, one in enumerate(found)
    ]


def _of_households(mails: Mapping[int, Mail], desk: Desk) -> dict[int, Mail]:
    """One mail for the members of a household at one address whose appointment is the same."""
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, mail in mails.items():
        case = desk.snapshot.case_by_number.get(mail.case)
        household = (case.household if case else None) or ""
        # Household, address and content: who lives together may still not know of the other's appointment.
        groups[_address(mail), household or f"alone/{mail.case}", _matter(mail)].append(place)
    kept: dict[int, Mail] = {}
    for places in groups.values():
        apart = _one_each(sorted(places, key=lambda place: mails[place].key), mails, desk)
        for some in apart:
            kept[some[0]] = _for_all([mails[place] for place in some])
    return kept


def _one_each(places: Sequence[int], mails: Mapping[int, Mail], desk: Desk) -> list[list[int]]:
    """Groups in which each person stands once: two rows of one person are two appointments."""
    groups: list[list[int]] = []
    for place in places:
        free = (some for some in groups if not any(_apart(mails[place], mails[one], desk) for one in some))
        chosen = next(free, None)
        if chosen is None:
            groups.append([place])
        else:
            chosen.append(place)
    return groups


def _apart(one: Mail, other: Mail, desk: Desk) -> bool:
    """Whether two mails are about one person, or about people who must not meet."""
    cases = desk.snapshot.case_by_number
    return one.case == other.case or kept_apart(cases[one.case], cases[other.case])


def _for_all(mails: Sequence[Mail]) -> Mail:
    first = mails[0]
    if len(mails) == 1:
        return first
    return replace(
        first,
        tells=tuple(telling for mail in mails for telling in mail.tells),
        needs=_needs(mails),
        # One of them wants no entry in a calendar that the family shares.
        calendar=first.calendar if all(mail.calendar for mail in mails) else None,
        # As late as the soonest of them allows: a joint mail must not say something that is over.
        not_after=min(mail.not_after for mail in mails),
        languages=tuple(dict.fromkeys(mail.language for mail in mails)),
    )


def _of_persons(mails: Mapping[int, Mail]) -> dict[int, Mail]:
    """One mail about all appointments of the same readers, the soonest first; a correction is a mail of its own, but
    for one appointment that stood in two rows and is off in both."""
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    kept: dict[int, Mail] = {}
    for place, mail in mails.items():
        off = mail.correction and _says_off(mail)
        # A text message has no room for two matters; a move asks for an answer of its own for each row.
        if not off and (mail.correction or mail.channel != "email"):
            kept[place] = mail
        else:
            # What waits for a cell to be written does not hold up what stands there already.
            new, matter = "new" if mail.needs else "", _matter(mail) if off else ""
            groups[_address(mail), new, matter, *sorted(mail.cases)].append(place)
    for places in groups.values():
        first, *others = sorted(places, key=lambda place: _begins(mails[place]))
        several = [mails[first], *(mails[place] for place in others)]
        kept[first] = (
            replace(
                mails[first],
                joined=tuple(several[1:]),
                needs=_needs(several),
                not_after=min(mail.not_after for mail in several),
            )
            if others
            else mails[first]
        )
    return kept


def _says_off(mail: Mail) -> bool:
    facts = (telling.content.get("printed") for telling in mail.tells)
    return all(isinstance(said, Mapping) and said.get("cancelled") for said in facts)


def _address(mail: Mail) -> str:
    return f"{mail.channel}:{mail.to.strip().casefold()}"


def _matter(mail: Mail) -> str:
    """What a mail says to its reader, as a mark; corrections are told apart from what is no correction."""
    said: dict[str, Plain] = {name: value for name, value in mail.context.items() if name not in _OF_ONE_ROW}
    # Reminders of different rules with the same content are one; "has changed" and "takes place" are not.
    return digest(mail.template if mail.correction else "", *(f"{name}={said[name]!r}" for name in sorted(said)))


def _begins(mail: Mail) -> tuple[str, str, str]:
    return str(mail.context.get("date", "")), str(mail.context.get("time", "")), mail.key


def _needs(mails: Iterable[Mail]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(group for mail in mails for group in mail.needs))
