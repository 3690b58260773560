"""Appointments that name the client as people do: by a name, with a birthday or the number beside, in two columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import zip_longest

from automations.model.values import key_text
from automations.setup.proposed import HeadingProposal, TableProposal
from automations.tables.born import parted
from automations.tables.named_rows import Name, Names

_MOST = 0.8  # of the distinct words of a column that must be found among the cases
_KEYS = 5  # distinct initials that are no chance
_ENOUGH = 2  # distinct words below which that is chance


def naming_clients(appointments: TableProposal, cases: TableProposal) -> TableProposal:
    """Appointments with the column of clients that are named in some way: with a birthday, with their number inside,
    by their initials. One of initials is told from colleagues' by their number."""
    clients = names_of_clients(cases)
    for heading in (h for h in appointments.headings if not h.field):
        texts = {text for value in appointments.values(heading) if (text := key_text(value))}
        named = [text for text in texts if clients.meant(text) is not None]
        short = [text for text in texts if clients.may_be_initials(text)] if len(texts) >= _KEYS else []
        if len(texts) >= _ENOUGH and max(len(named), len(short)) >= _MOST * len(texts):
            return appointments.with_likely("case", heading)
    return appointments


def in_two_columns(appointments: TableProposal, cases: TableProposal) -> TableProposal:
    """Appointments with the two columns that name the client, as last and first name do in the list of cases. One
    of them alone, with its few words that stand there too, is no number of a case."""
    case, free = appointments.field("case"), [heading for heading in appointments.headings if not heading.field]
    if case and case.confidence == "sure":
        return appointments
    own = {name: cases.field(name) for name in ("last_name", "first_name")}
    known = {name: set(cases.words(heading)) for name, heading in own.items() if heading}
    open_ = [*free, *([case] if case else [])]
    found = {name: next((h for h in open_ if _stand_in(set(appointments.words(h)), words)), None)
             for name, words in known.items()}  # fmt: skip
    last, first = found.get("last_name"), found.get("first_name")
    if last is None or first is None or last is first or not _agree(appointments, last, first, cases):
        return appointments
    return appointments.with_likely("client_last_name", last).with_likely("client_first_name", first)


def _agree(appointments: TableProposal, last: HeadingProposal, first: HeadingProposal, cases: TableProposal) -> bool:
    """Whether the names in two columns are those of clients, row by row."""
    block, clients = appointments.block, names_of_clients(cases)
    pairs = zip(block.column(last.text, last.column), block.column(first.text, first.column), strict=True)
    texts = {f"{one}, {other}" for one, other in pairs if one and other}
    return sum(clients.meant(text) is not None for text in texts) >= _MOST * len(texts) > 0


def _stand_in(own: Collection[str], known: Collection[str]) -> bool:
    return len(own) >= _ENOUGH and sum(word in known for word in own) >= _MOST * len(own)


def names_of_clients(cases: TableProposal) -> Names:
    """What the clients of a list may be called."""
    return Names([*_people(cases)])


def _people(cases: TableProposal) -> Iterator[Name]:
    """What clients may be called where somebody names one: by their number, "last, first" and "first last"."""
    number, whole, last, first = (cases.field(name) for name in ("number", "full_name", "last_name", "first_name"))
    columns = [heading for heading in (last, first) if heading] if last else [whole] if whole else []
    for block in cases.blocks:
        keys = block.column(number.text, number.column) if number else []
        names = zip(*(block.column(heading.text, heading.column) for heading in columns), strict=True)
        for cells, key in zip_longest(names, keys):
            sign, parts = key_text(key) or "", [parted(key_text(cell) or "")[0] for cell in cells or ()]
            yield from (Name(" ".join(order), sign) for order in (parts, parts[::-1]) if all(parts))
            yield from [Name(sign, sign)] if sign else []
