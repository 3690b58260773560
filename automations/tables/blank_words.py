"""Words by which people say that there is nothing: "-", "k. A.", "keine", by column."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, time

from automations.model.values import Value
from automations.tables.dates import Parser
from automations.tables.faults import Fault, Parsed, shown
from automations.tables.words import parse_text

EVERYWHERE = "any"  # the words that mean nothing in nearly every column

# Kinds and fields in which a word that is unclear is asked about: a message could go out, a row be taken for another
# one, a figure be wrong. Only their own words count there.
_UNSURE = frozenset({"contact_way", "yes_no", "status", "answer", "key", "count", "withdrawn_on"})

DITTO = Fault(
    "ditto", "“{shown}” stands for the cell above; kim reads each row by itself.",
    "Please copy the cell above into “{column}”.",
)  # fmt: skip
_DITTO = re.compile(
    r"\s*-*\s*(?:[\"“”„〃]|''|´´|``|,,|(?:dito|ditto|dto|s\.\s?o)\.?|siehe oben|wie oben)\s*-*\s*$", re.IGNORECASE
)
_DITTO_BEGINS = frozenset(" \t\n-\"“”„〃'´`,dDsSwW")
# “- siehe oben -” has 15.
_LONGEST_DITTO = 16

_AGAIN = re.compile(r"([^\w\s])\1+")


def bare(text: str) -> str:
    """The comparable form of such a word: "K. A." and "k.a" are one, "---" and "-" too; unlike with
    headings signs count, as "ka" is Georgian."""
    joined = _AGAIN.sub(r"\1", "".join(text.casefold().split()))
    return joined.rstrip(".") or joined


def is_ditto(value: Value) -> bool:
    """Whether a cell says that the one above it holds here, too."""
    if not isinstance(value, str) or value[:1] not in _DITTO_BEGINS:  # as nearly all: asked of each distinct cell
        return False
    return len(value) <= _LONGEST_DITTO and bool(_DITTO.match(value))


class Nothing:
    """The vocabulary of columns.toml. `known` are words by kind that do mean something there."""

    def __init__(self, words: Mapping[str, Iterable[str]], known: Mapping[str, Collection[str]]) -> None:
        self._words = {name: frozenset(map(bare, listed)) for name, listed in words.items()}
        self._known = {kind: frozenset(map(bare, listed)) for kind, listed in known.items()}

    def words(self, kind: str, name: str = "") -> frozenset[str]:
        """All bare words that mean nothing in a column of that kind, read into the field `name`."""
        unsure = {kind, name} & _UNSURE
        found = [self._words.get(one, frozenset()) for one in unsure or {EVERYWHERE, kind, name}]
        return frozenset[str]().union(*found) - self._known.get(kind, frozenset())

    def parser(self, parse: Parser, kind: str, name: str) -> Parser:
        """The same parser, by which such a word is a blank cell."""
        words = self.words(kind, name)
        begins = frozenset(word[:n] for word in words for n in (1, 2))
        # Days and times begin with a digit as people see them, which hardly ever is such a word.
        is_day = (date, time) if not any(sign[:1].isdigit() for sign in begins) else ()

        def parsed(raw: Value) -> Parsed:
            if raw is None or isinstance(raw, is_day) or _begins_otherwise(raw, begins):
                return parse(raw)
            return parse("" if bare(parse_text(shown(raw)).value or "") in words else raw)

        return parsed


def _begins_otherwise(raw: Value, begins: Collection[str]) -> bool:
    """Whether a text begins with other signs than any of the words, for certain: most cells do, and making them
    comparable takes long. Two letters or digits stay side by side in that; signs that are no ASCII may change, or
    belong to the one before them."""
    if not isinstance(raw, str) or not raw[:3].isascii():
        return False
    lead = raw[:2] if raw[:2].isalnum() else raw[:1]
    return lead.isalnum() and lead.lower() not in begins


SIGNS = Nothing({EVERYWHERE: ("-", "–", "—", "/")}, {})
"""Where people write words for kim to act on: a dash is nothing, “offen” or “fehlt” is a word."""

NO_WORDS = Nothing({}, {})  # where nothing but a blank cell means nothing
