"""Headings told by the words that they are made of, in whatever order and form, without those that change nothing:
"Best contact no." is a number, "Date of referral" a "Referral date". Every other word must be known, so that the phone
of an emergency contact is nobody's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from automations.tables.columns import TableColumns
from automations.tables.folding import fold

WORDS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_OF_ANYTHING = frozenset({"number"})  # what a heading may say alone, and nobody knows of what
_TELLING = 3  # letters from which what is left of a known heading tells something by itself
_SEVERAL = 4  # letters from which a word that ends with "s" is several of something
_ONE = ("ss", "us", "is")  # ends of single things


class BareWords(Struct, frozen=True, eq=False):
    """`idle` are folded words that say nothing in any heading, `short` such written out ("appt" -> "appointment");
    `beside` are, for each table and each field of it, those that change nothing beside the field's own ones."""

    idle: frozenset[str]
    short: Mapping[str, str]
    beside: Mapping[str, Mapping[str, frozenset[str]]]

    def named(self, text: str, table: str, rules: TableColumns) -> frozenset[str]:
        """The fields of which a heading has the words of a known heading, and none besides but idle ones."""
        words = self._content(text)
        own = {} if words <= _OF_ANYTHING else {name: words - self._beside(table, name) for name in rules.headings}
        return frozenset(name for name, left in own.items() if left in _sets(self, table, name, rules.headings[name]))

    def sets(self, table: str, name: str, aliases: tuple[str, ...]) -> frozenset[frozenset[str]]:
        """What the known headings of a field are made of. What is left of one without its idle words counts if it
        tells something: of "Assigned to" no "to" is left."""
        contents = map(self._content, aliases)
        pairs = [(words, words - self._beside(table, name)) for words in contents]
        return frozenset(own for words, own in pairs if own == words or any(len(w) >= _TELLING for w in own)) - {
            frozenset()
        }

    def _beside(self, table: str, name: str) -> frozenset[str]:
        words = self.beside.get(table, {})
        return words.get("any", frozenset()) | words.get(name, frozenset())

    def _content(self, text: str) -> frozenset[str]:
        return frozenset(map(self._whole, _words(text))) - self.idle

    def _whole(self, word: str) -> str:
        """A word written out, and one of several."""
        several = len(word) >= _SEVERAL and word.endswith("s") and not word.endswith(_ONE)
        one = word[:-3] + "y" if several and word.endswith("ies") else word[:-1] if several else word
        return self.short.get(word) or self.short.get(one, one)


@lru_cache(maxsize=1_000)
def _sets(words: BareWords, table: str, name: str, aliases: tuple[str, ...]) -> frozenset[frozenset[str]]:
    return words.sets(table, name, aliases)


@lru_cache(maxsize=20_000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in WORDS.findall(_HUMP.sub(" ", text)))
