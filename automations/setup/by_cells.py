"""What makes a table, told by its cells where no heading tells: names of people, days with times, keys that another
tab repeats. Never more than likely."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from automations.jobs.duplicates.names import shipped_names
from automations.model.values import Value, key_text
from automations.setup.cell_kinds import names_or_not
from automations.setup.grouping import Group
from automations.setup.proposed import HeadingProposal
from automations.tables.folding import fold

Headings = tuple[HeadingProposal, ...]

_ENOUGH = 5  # cells that say something together
_MOST, _MANY, _SOME = 0.8, 0.9, 0.3  # shares of cells
_KNOWN = 3  # other columns that a table must be known by before its cells are asked
_NAMES = frozenset({"last_name", "first_name", "full_name"})
_OF_PEOPLE = frozenset({"languages", "birth_date", "sex", "nationality"})
# Of each one column that a list of clients has, and no other.
_OF_LISTS = frozenset({"manager", "received", "phase", "first_contact_on", "closed_on"})

_PARTS = (2, 4)  # words of a whole name
_LONGEST = 40  # letters of one
_LIST = 60  # rows of a list of colleagues, at most
_GROWN, _APART = 15, 10  # years that half of a list's people are old, and that its oldest are older than its youngest
_TIMES = 2  # times that each row of a list is named elsewhere, on average


class Cells(Struct, frozen=True):
    """The cells of a table below each heading. `foreign` tells a column that is somebody else's; `days` whether cells
    are days, `births` whether they are those of births; `parent` a column of parents, the clients
    where nobody else is; `key` is the column that another tab repeats, `quoted` the one that names rows of another
    tab by its number, 0 for none."""

    samples: Mapping[int, Sequence[Value]]
    foreign: Callable[[int], bool]
    days: Callable[[Sequence[Value]], bool]
    births: Callable[[Sequence[Value]], bool]
    parent: Callable[[int], bool]
    key: int = 0
    quoted: int = 0


def completed(table: str, headings: Headings, cells: Cells) -> Headings:
    """The headings with what that table cannot do without, where the cells show it."""
    if table == "cases":
        headings = _with_births(headings, cells)
    known = {heading.field for heading in headings if heading.field and heading.confidence != "doubtful"}
    if table == "cases" and len(known) >= _KNOWN and not known & _NAMES:
        return _with_names(headings, cells)
    if table == "cases" and "first_name" in known and not known & {"last_name", "full_name"}:
        return _with_family(headings, cells)
    if table == "cases" and "last_name" in known and not known & {"first_name", "full_name"}:
        return _with_given(headings, cells)
    # Such visits name their client by nothing but the number of the people's tab.
    if table == "appointments" and "time" in known and cells.quoted and "case" not in known:
        headings = tuple(_as(h, "case") if h.column == cells.quoted else h for h in headings)
        known = {*known, "case"}
    if table == "appointments" and "date" not in known and len(known) > 1:
        return _with_days(headings, cells, known)
    # By what others quote: names may stand twice in a team, what the cases call a colleague by may not.
    if table == "team" and "code" not in known and cells.key:
        return tuple(_as(h, "code") if h.column == cells.key and h.field in {"", "name"} else h for h in headings)
    return headings


def _as(heading: HeadingProposal, field: str) -> HeadingProposal:
    return replace(heading, field=field, confidence="likely")


def _with_births(headings: Headings, cells: Cells) -> Headings:
    """The first column of days that lie as far back, and as far apart, as the births of grown people."""
    if any(heading.field == "birth_date" for heading in headings):
        return headings
    free = (h for h in headings if not h.field and not cells.foreign(h.column))
    found = next((h for h in free if cells.births(cells.samples[h.column])), None)
    return tuple(_as(h, "birth_date") if h is found else h for h in headings)


def births(days: Sequence[date], today: date) -> bool:
    """Whether days are those on which grown people were born."""
    if len(days) < _ENOUGH:
        return False
    years = sorted(day.year for day in days)
    grown = today.year - years[len(years) // 2] >= _GROWN
    return grown and years[-1] - years[0] >= _APART and max(days) < today


def _with_names(headings: Headings, cells: Cells) -> Headings:
    free = [h for h in headings if not h.field and not cells.foreign(h.column)]
    parents = [h for h in headings if not h.field and cells.parent(h.column)]
    whole = next((h for h in (*free, *parents) if whole_names(cells.samples[h.column])), None)
    # Before single names: cells of two words hold both, and half of them would be taken for given names.
    if whole:
        return tuple(_as(h, "full_name") if h is whole else h for h in headings)
    given = next((h for h in (*free, *parents) if given_names(cells.samples[h.column])), None)
    beside = [h for h in free if given and abs(h.column - given.column) == 1 and _words(cells.samples[h.column])]
    if given is None or not beside:
        return _with_stand_in(headings, cells)
    fields = {given.column: "first_name", beside[0].column: "last_name"}
    return tuple(_as(h, fields[h.column]) if h.column in fields else h for h in headings)


def _with_stand_in(headings: Headings, cells: Cells) -> Headings:
    """A list of people that names nobody: what tells them apart stands for their names, a family's or a number."""
    known = {heading.field for heading in headings}
    if not known & _OF_PEOPLE or not known & _OF_LISTS:
        return headings
    family = (h for h in headings if h.field == "household" and _family(cells.samples[h.column]))
    signs = (h for h in headings[:2] if not h.field or (h.field, h.confidence) == ("number", "likely"))
    keys = (h for h in signs if _once(cells.samples[h.column]))
    found = next(family, None) or next(keys, None)
    name = "full_name" if found and names_or_not("full_name", cells.samples[found.column]) > 0 else "last_name"
    return tuple(_as(h, name) if h is found else h for h in headings)


def _once(values: Sequence[Value]) -> bool:
    texts = [key_text(value) for value in values if not isinstance(value, date)]
    return len(texts) >= _ENOUGH and len(set(texts)) == len(values)


def _with_family(headings: Headings, cells: Cells) -> Headings:
    """Given names with family names beside them, whatever these are called: "Familie" may be a household as well."""
    given = next(h for h in headings if h.field == "first_name")
    # A number or a title may stand between the two names.
    places = {h.column for h in headings if h.field and h.field != "household"}
    near = {given.column - 1, given.column + 1, *([given.column - 2] if given.column - 1 in places else [])}
    beside = [h for h in headings if h.column in near and h.field in {"", "household"}]
    found = next((h for h in beside if not cells.foreign(h.column) and _family(cells.samples[h.column])), None)
    return tuple(_as(h, "last_name") if h is found else h for h in headings)


def _with_given(headings: Headings, cells: Cells) -> Headings:
    """Family names with given names beside them, whatever these are called."""
    last = next(h for h in headings if h.field == "last_name")
    beside = [h for h in headings if abs(h.column - last.column) == 1 and not h.field and not cells.foreign(h.column)]
    found = next((h for h in beside if given_names(cells.samples[h.column])), None)
    return tuple(_as(h, "first_name") if h is found else h for h in headings)


def _family(values: Sequence[Value]) -> bool:
    capital = [str(value) for value in values if not str(value)[:1].islower()]
    return _words(values) and len(capital) >= _MOST * len(values) and all(len(text) <= _LONGEST for text in capital)


def _with_days(headings: Headings, cells: Cells, known: Collection[str]) -> Headings:
    """Appointments with the first column of days, beside one of times; or of days with their times."""
    for heading in (h for h in headings if not h.field):
        values = cells.samples[heading.column]
        timed = "time" in known or any(isinstance(v, datetime) and v.time() != time(0) for v in values)
        if timed and len(values) >= _ENOUGH and cells.days(values):
            return tuple(_as(h, "date") if h is heading else h for h in headings)
    return headings


def whole_names(values: Sequence[Value]) -> bool:
    """Whether cells hold the whole names of different people: words with capitals, none twice, some given names."""
    texts = [value for value in values if isinstance(value, str)]
    if len(values) < _ENOUGH or len(set(texts)) < _MANY * len(values):
        return False
    named = [text for text in texts if _is_name(text)]
    given = sum(bool(given_among(text.replace(",", " ").split())) for text in named)
    return len(named) >= _MOST * len(values) and given >= _SOME * len(named)


def given_names(values: Sequence[Value]) -> bool:
    """Whether cells hold given names."""
    texts = [value for value in values if isinstance(value, str)]
    return len(values) >= _ENOUGH and len(texts) == len(values) and given_among(texts) >= _SOME * len(set(texts))


def given_among(words: Sequence[str]) -> int:
    """How many of some words are given names."""
    known = _given_names()
    return sum(fold(word) in known for word in set(words))


@cache
def _given_names() -> frozenset[str]:
    """The given names that come with kim, folded; they do not change while a program runs."""
    return frozenset(fold(name) for group in shipped_names() for name in group)


def _is_name(text: str) -> bool:
    words = text.replace(",", " ").split()
    return (
        _PARTS[0] <= len(words) <= _PARTS[1]
        and len(text) <= _LONGEST
        and all(word[0].isalpha() and not word[0].islower() for word in words)
        and not any(map(str.isdigit, text))
    )


def _words(values: Sequence[Value]) -> bool:
    """Whether cells are words, hardly any of them twice, as family names are."""
    texts = [value for value in values if isinstance(value, str) and not any(map(str.isdigit, value))]
    return len(texts) >= _ENOUGH and len(texts) >= _MOST * len(values) and len(set(texts)) > len(texts) / 2


def repeated_keys(groups: Sequence[Group]) -> Mapping[int, int]:
    """The short lists whose rows another tab names again and again -> the column by which it names them; both lists
    and columns by their place."""
    columns = [dict(_columns(group)) for group in groups]
    found: dict[int, int] = {}
    for place, own in enumerate(columns):
        for column, texts in own.items():
            if (
                place not in found
                and _is_key(texts)
                and any(
                    _repeats(other, set(texts))
                    for n, others in enumerate(columns)
                    if n != place
                    for other in others.values()
                )
            ):
                found[place] = column  # fmt: skip
    return found


def quoted_keys(groups: Sequence[Group]) -> Mapping[int, int]:
    """The lists that name rows of another one by its number, under the same heading -> the column in which they do;
    both by their place."""
    columns = [
        {fold(group.blocks[0].headings[column]): (column, texts) for column, texts in _columns(group)}
        for group in groups
    ]
    return {
        place: column
        for place, own in enumerate(columns)
        for text, (column, texts) in reversed(own.items())
        for number, other in enumerate(columns)
        if number != place and text in other and len(set(texts)) >= _ENOUGH and _numbers(other[text][1])
        and len(set(texts) & set(other[text][1])) >= _MOST * len(set(texts))
        and len(groups[number].blocks[0].headings) > _KNOWN
    }  # fmt: skip


def _numbers(texts: Sequence[str]) -> bool:
    """Whether each cell holds a number with letters, and none twice."""
    return len(set(texts)) == len(texts) and all(any(map(str.isdigit, text)) for text in texts)


def _columns(group: Group) -> Iterator[tuple[int, list[str]]]:
    for column, values in group.samples().items():
        texts = [fold(text) for value in values if not isinstance(value, date | time) and (text := key_text(value))]
        if texts and any(map(str.isalpha, texts[0])):
            yield column, texts


def _is_key(texts: Sequence[str]) -> bool:
    return 1 < len(texts) <= _LIST and len(set(texts)) == len(texts)


def _repeats(texts: Sequence[str], keys: Collection[str]) -> bool:
    used = set(texts)
    return len(used) > 1 and len(texts) >= _TIMES * len(keys) and len(used & set(keys)) >= _MOST * len(used)
