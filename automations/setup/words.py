"""What the words in a workbook's cells mean: languages, phases, statuses, sources, …"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct
from rapidfuzz import fuzz, process

from automations.model.settings import SiteFacts
from automations.model.values import Value, key_text
from automations.setup.word_lists import foreign_words
from automations.tables.columns import Columns
from automations.tables.folding import fold
from automations.tables.schema import WORD_KINDS, kind_of
from automations.tables.words import language_parts

_ALIKE = 82.0  # rapidfuzz ratio of folded words ("Ukrainish" to "ukrainisch": 95, "russ" to "rum": 57)
_BEGINNING = 3  # letters of a word's beginning that tell which word is meant
_PARTS = re.compile(r"[^\W\d_]{3,}")
_MOST_WORDS = 60  # distinct words; a column with more holds free text


class WordProposal(Struct, frozen=True):
    """A word of a column and the value that it probably stands for ("" where nobody knows). `known`
    words need no line in columns.toml."""

    table: str
    field: str
    kind: str
    word: str
    times: int
    canonical: str
    confidence: Literal["sure", "likely", "unknown"]
    known: bool = False


def propose_words(
    table: str, field: str, values: Sequence[Value], columns: Columns, facts: SiteFacts
) -> Iterator[WordProposal]:
    """Every distinct word of a column of words, the most frequent first. Spellings that differ only in
    case, blanks or punctuation are one."""
    kind = "language" if kind_of(table, field) == "languages" else kind_of(table, field)
    if kind not in WORD_KINDS or kind in {"weekday", "sex"}:
        return
    counts, shown = _counted(_split(kind, values))
    if kind == "source":
        yield from _sources(table, field, counts, shown, columns)
        return
    known = _vocabulary(kind, columns, facts)
    foreign = {word: value for word, value in foreign_words(kind).items() if value in set(known.values())}
    for folded, times in counts.most_common(_MOST_WORDS):
        if folded in known:
            yield WordProposal(table, field, kind, shown[folded], times, known[folded], "sure", known=True)
        else:
            likely = foreign.get(folded, "") or _likely(folded, known) or _kept(kind, folded, columns)
            likely = likely or _said_twice(shown[folded], known | foreign)
            if kind == "language":
                likely = likely or _inside(shown[folded], known)
            yield WordProposal(table, field, kind, shown[folded], times, likely, "likely" if likely else "unknown")


def _split(kind: str, values: Sequence[Value]) -> Iterator[str]:
    for value in values:
        text = key_text(value) or ""
        yield from language_parts(text) if kind == "language" else [text]


def _counted(words: Iterable[str]) -> tuple[Counter[str], dict[str, str]]:
    """How often each folded word stands there, and how it is mostly written."""
    written = Counter(word.strip() for word in words if word.strip())
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for word, times in written.most_common():
        counts[fold(word)] += times
        shown.setdefault(fold(word), word)
    return counts, shown


def _vocabulary(kind: str, columns: Columns, facts: SiteFacts) -> dict[str, str]:
    known = columns.vocabulary(kind)
    if kind == "phase":
        known = {word: phase for word, phase in known.items() if facts.phase(phase)}
        known |= {fold(phase.word): phase.id for phase in facts.phases if phase.word}
    return known


def _likely(folded: str, known: Mapping[str, str]) -> str:
    """The value of the one word that this is the beginning of, or that is nearest."""
    begun = {value for word, value in known.items() if len(folded) >= _BEGINNING and word.startswith(folded)}
    if len(begun) == 1:
        return begun.pop()
    near = process.extractOne(folded, list(known), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return known[near[0]] if near and len(folded) > _BEGINNING else ""


def _said_twice(word: str, known: Mapping[str, str]) -> str:
    """The value of a word that stands there in two languages ("beendet/concluso"); "" where they differ."""
    found = {known[folded] for part in word.split("/") if (folded := fold(part)) in known}
    return found.pop() if "/" in word and len(found) == 1 else ""


def _inside(word: str, known: Mapping[str, str]) -> str:
    """The value of the one known word inside a longer text ("etwas Deutsch", "Arabisch (gut)")."""
    found = {known[folded] for part in _PARTS.findall(word) if (folded := fold(part)) in known}
    return found.pop() if len(found) == 1 else ""


def _kept(kind: str, folded: str, columns: Columns) -> str:
    """A yes or no, or a cross, in a column that says whether an appointment took place."""
    answer = columns.vocabulary("yes_no").get(folded, "") if kind == "status" else ""
    return {"yes": "attended", "no": "no_show"}.get(answer, "")


def _sources(
    table: str, field: str, counts: Counter[str], shown: Mapping[str, str], columns: Columns
) -> Iterator[WordProposal]:
    """Who refers clients is free text; spellings of one office are brought together under the most frequent one."""
    known = columns.vocabulary("source")
    leaders: dict[str, str] = {}
    for folded, times in counts.most_common(_MOST_WORDS):
        if folded in known:
            yield WordProposal(table, field, "source", shown[folded], times, known[folded], "sure", known=True)
            continue
        likely = known.get(_nearest(folded, known), "") or shown.get(_nearest(folded, leaders), "")
        if likely:
            yield WordProposal(table, field, "source", shown[folded], times, likely, "likely")
        else:
            leaders[folded] = folded
            yield WordProposal(table, field, "source", shown[folded], times, shown[folded], "sure", known=True)


def _nearest(folded: str, others: Iterable[str]) -> str:
    near = process.extractOne(folded, list(others), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return near[0] if near else ""
