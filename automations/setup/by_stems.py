"""What a list of cases holds besides, told by a word in a heading and the cells below it together: the phase, the day
on which a case ended, the sex. Never more than likely."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from msgspec.structs import replace

from automations.model.settings import SiteFacts
from automations.model.values import Value, key_text
from automations.setup.cell_kinds import answers, are_permits
from automations.setup.heading_forms import ends, of_a_slot
from automations.setup.proposed import HeadingProposal, TableProposal
from automations.setup.words import WordProposal, propose_words
from automations.tables.columns import Columns
from automations.tables.dates import Parser
from automations.tables.folding import fold
from automations.tables.shared_tabs import filled

_STATE = re.compile(r"status|stand\b|phase|stage|\bstate\b|stadium|statut|\bétat\b|\bstaat\b|durum", re.IGNORECASE)
_ANOTHER_STATE = re.compile(
    r"aufenth|famili|wohn|whg|leistung|versich|titel|\bams\b|zivil|sprach|gesund|einkomm|arbeit|schul|visa|immigr|"
    r"residen|marital|hous|employ|konto|\bam\b|impf|asyl|datum|dolmet|interpret|pa(?:id|y)|transport|letter|report|"
    r"\bwork\b|financ|famil|health|benefit|disab|accomm|zahl|jobcent",
    re.IGNORECASE,
)
_PAPER = re.compile(rf"{_STATE.pattern}|aufenth|titel|ausweis|permis\b|permesso|bewilligung", re.IGNORECASE)
_CONCERN = re.compile(r"\w{3}(?:thema|themen|anliegen|bedarf|problem|probleme|problematik)$", re.IGNORECASE)
_WORD_ITSELF = re.compile(r"(?:status|stand|phase|state|stage)\s+(?:der |des |of )?\w+\W*$", re.IGNORECASE)
_ENOUGH = 5  # cells that say something together
_MOST = 0.8  # of a column's cells, or of pairs of rows
_NAMED = frozenset({"last_name", "first_name", "full_name"})
_CHOICES = 12  # words at most from which people choose


def with_phase(
    table: TableProposal, columns: Columns, facts: SiteFacts
) -> tuple[TableProposal, tuple[WordProposal, ...]]:
    """The cases with their phase, and its words: the only column with a word for states above it whose few words
    include known ones, or the only one of nothing but words for phases."""
    if table.field("phase") is not None:
        return table, ()
    words = {h.column: tuple(_choices(table, "phase", h, columns, facts)) for h in free(table)}
    named = [
        h
        for h in free(table)
        if _is_state(h.text)
        and (
            2 * sum(bool(word.canonical) for word in words[h.column]) >= max(len(words[h.column]), 1)
            or (words[h.column] and _is_named(h.text))
        )
    ]
    told = [h for h in free(table) if not _ANOTHER_STATE.search(h.text) and _only_known(words[h.column])]
    found = (named or told) if len(named or told) == 1 else []
    return (table.with_likely("phase", found[0]), words[found[0].column]) if found else (table, ())


def with_status(
    table: TableProposal, columns: Columns, facts: SiteFacts
) -> tuple[TableProposal, tuple[WordProposal, ...]]:
    """The appointments with their state, and its words: the only column of nothing but words for states, more than
    yes and no."""
    if table.field("status") is not None:
        return table, ()
    told = [h for h in free(table) if not _ANOTHER_STATE.search(h.text) and not answers(table.values(h))]
    words = {h.column: tuple(_choices(table, "status", h, columns, facts)) for h in told}
    found = [h for h in told if len(words[h.column]) > 1 and all(word.canonical for word in words[h.column])]
    return (table.with_likely("status", found[0]), words[found[0].column]) if len(found) == 1 else (table, ())


def with_end(table: TableProposal, read: Parser, today: date) -> TableProposal:
    """The cases with the day on which they ended: the only column of days with a word for ends above it, none before
    the day on which the case came in."""
    if table.field("closed_on") is not None:
        return table
    came = table.field("received") or table.field("first_contact_on")
    begun = _days(table, came, read) if came else []
    found = [h for h in free(table) if ends(h.text) and _are_ends(_days(table, h, read), begun, today)]
    # Of several ends (of a stay, of a course) nobody can say from outside which one is the case's.
    return table.with_likely("closed_on", found[0]) if len(found) == 1 else table


def with_concern(table: TableProposal) -> TableProposal:
    """The cases with the only column of words, not the same for nearly everybody, that is called a concern of some
    kind ("Gesundheitsthema")."""
    if table.field("concern") is not None or table.field("focus") is not None:
        return table
    named = [h for h in free(table) if _CONCERN.search(h.text.strip())]
    found = [h for h in named if len({*table.values(h)}) > 1 and table.share(h, _is_word) >= _MOST]
    return table.with_likely("concern", found[0]) if len(found) == 1 else table


def with_sex(table: TableProposal, columns: Columns) -> TableProposal:
    """The cases with the column of nothing but words for a sex."""
    if table.field("sex") is not None:
        return table
    known = {fold(word) for names in columns.words["sex"].values() for word in names}
    found = next((h for h in free(table) if _few(table.values(h), known)), None)
    return table.with_likely("sex", found) if found else table


def with_residence(table: TableProposal) -> TableProposal:
    """The cases with the only column of titles and states of residence that is called a state or a paper."""
    if table.field("residence_status") is not None:
        return table
    found = [h for h in free(table) if _PAPER.search(h.text) and are_permits(table.values(h), h.text)]
    return table.with_likely("residence_status", found[0]) if len(found) == 1 else table


def without_further_lines(table: TableProposal) -> TableProposal:
    """The cases without columns of the lines that stand below those with a name: what was talked about in further
    talks, and is no row of its own. Of people without a name, more than that is known."""
    names = [h for h in table.headings if h.field in _NAMED]
    fields = [h for h in table.headings if h.field and h not in names]
    whose = [any(filled(cell) for cell in cells) for cells in _lines(table, names)]
    cells = {h.column: [filled(cell) for (cell,) in _lines(table, [h])] for h in fields}
    further = [place for place, named in enumerate(whose) if not named and any(c[place] for c in cells.values())]
    told = [h for h in fields if 2 * sum(cells[h.column][place] for place in further) > sum(cells[h.column])]
    if not names or 2 * len(further) < sum(whose) or 3 * len(told) > len(fields):
        return table
    return replace(table, headings=tuple(h.ignored() if h in told else h for h in table.headings))


def _lines(table: TableProposal, headings: Sequence[HeadingProposal]) -> Iterator[tuple[Value, ...]]:
    """The cells below some headings, row by row, tab by tab."""
    for block in table.blocks:
        yield from zip(*(block.column(h.text, h.column) for h in headings), strict=True)


def free(table: TableProposal) -> list[HeadingProposal]:
    """Headings of which nothing is known yet, with cells below; none of those that come again for each appointment."""
    texts = table.block.headings
    unknown = (h for h in table.headings if not h.field and h.confidence == "unknown" and not h.empty)
    return [h for h in unknown if not of_a_slot(texts, h.column)]


def _is_state(text: str) -> bool:
    return bool(_STATE.search(text)) and not _ANOTHER_STATE.search(text)


def _is_named(text: str) -> bool:
    """Whether a heading is the word itself, and what it is the state of ("Status Dossier")."""
    return bool(_WORD_ITSELF.match(text))


def _choices(
    table: TableProposal, field: str, heading: HeadingProposal, columns: Columns, facts: SiteFacts
) -> list[WordProposal]:
    """The words of a column as phases, or states; none where they are too many, or too few of each."""
    values = table.values(heading)
    texts = {fold(value) for value in values if isinstance(value, str)}
    if len(values) < _ENOUGH or not 1 < len(texts) <= min(_CHOICES, len(values) / 2):
        return []
    return list(propose_words(table.table, field, values, columns, facts))


def _only_known(words: Sequence[WordProposal]) -> bool:
    return len(words) > 1 and all(word.known for word in words)


def _days(table: TableProposal, heading: HeadingProposal, read: Parser) -> list[date | None]:
    cells = [cell for block in table.blocks for cell in block.column(heading.text, heading.column)]
    return [None if isinstance(cell, int | float) else read(cell).value for cell in cells]


def _is_word(value: Value) -> bool:
    return isinstance(value, str) and any(map(str.isalpha, value)) and not answers([value])


def _are_ends(days: Sequence[date | None], begun: Sequence[date | None], today: date) -> bool:
    there = [day for day in days if day]
    pairs = [(day, first) for day, first in zip(days, begun, strict=False) if day and first]
    later = sum(day >= first for day, first in pairs) >= _MOST * len(pairs)
    return bool(there) and later and sum(day <= today for day in there) > len(there) / 2


def _few(values: Sequence[Value], known: set[str]) -> bool:
    texts = {fold(key_text(value) or "") for value in values}
    return len(values) >= _ENOUGH and len(texts) > 1 and texts <= known
