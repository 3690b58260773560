"""What teams call their tabs and columns besides what columns.toml knows: words to propose by, never to read by."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from itertools import pairwise

from msgspec import Struct

from automations.common.shipped import config_folder
from automations.setup.bare_words import WORDS, BareWords
from automations.tables.columns import Columns
from automations.tables.folding import fold

_ARTICLES = frozenset({"der", "des", "die", "das", "of", "the", "s", "in", "innen", "den", "vom", "von", "für", "fuer"})
_COLLEAGUES = frozenset({"team", "ma", "mitarbeiter", "mitarbeitende", "kollegen", "kolleginnen", "kollegium", "staff"})
_FIRST = 2  # headings in which the people of a list are named
_COMPOUNDED = 7  # letters from which a word is known inside a compound
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])(?!In(?:nen)?(?![a-z]))")  # between the words of "EntryDate"
_OWN = re.compile(r"['’]s\b")  # "Father's name"


class Thesaurus(Struct, frozen=True):
    """`tabs` and `headings` are further names; `others` words of headings about somebody else than the client,
    `clients` words for the client himself, `children` for a child, `form` headings of a form's own columns, `remarks`
    those of free text and the like, which are no field of kim's, `copies` and `strangers` words of tabs that are no
    table of kim's, `helpers` those for people who are no clients, `questions` by table words of questions that together
    ask for a field, `bare` tells headings by their words."""

    tabs: Mapping[str, tuple[str, ...]]
    headings: Mapping[str, Mapping[str, tuple[str, ...]]]
    others: frozenset[str]
    clients: frozenset[str]
    children: frozenset[str]
    form: frozenset[str]
    remarks: frozenset[str]
    copies: frozenset[str]
    strangers: frozenset[str]
    helpers: frozenset[str]
    questions: Mapping[str, Mapping[str, tuple[frozenset[str], ...]]]
    bare: BareWords

    def about_others(self, text: str) -> bool:
        """Whether a heading speaks of a referrer, an office, a relative: not of the client."""
        words = WORDS.findall(text)
        pairs = {fold(one + other) for one, other in pairwise(words)}  # "Contact person"
        return bool((words_of(text) | words_of(_OWN.sub("", text)) | pairs) & self.others)

    def without_clients(self, text: str, *, child: bool = False) -> str:
        """A heading without the words for the client ("Nachname Schüler/in" is "Nachname"); "" where it has none."""
        gone = self.clients | (self.children if child else frozenset())
        words = WORDS.findall(text)
        kept = [word for word in words if not {fold(word), fold(_OWN.sub("", word))} & (gone | _ARTICLES)]
        return " ".join(kept) if kept and len(kept) < len(words) else ""

    def says_nothing(self, text: str) -> bool:
        """Whether a heading is one of remarks, notes and the like."""
        return fold(text) in self.remarks

    def is_client(self, text: str, *, child: bool = False) -> bool:
        """Whether a heading is nothing but a word for the client ("Schüler/in")."""
        words = words_of(text) - _ARTICLES
        return bool(words) and words <= self.clients | (self.children if child else frozenset())

    def is_aside(self, tab: str) -> bool:
        """Whether a tab's name says that it is a copy, a template, or something else than kim's tables."""
        return bool(words_of(tab) & self.copies) or self._names_strangers(tab)

    def is_stranger(self, tab: str) -> bool:
        """Whether a tab's name says that it is something else than kim's tables, and neither a copy of one nor people
        who are no clients."""
        return self._names_strangers(tab) and not words_of(tab) & (self.copies | self.helpers)

    def names_helpers(self, tab: str) -> bool:
        """Whether a tab is called after people who are no clients ("MentorInnen"), and after no clients besides
        ("Paten-Kinder")."""
        words = words_of(tab)
        return bool(words & self.helpers) and not words & (self.clients | self.children)

    def names_others(self, tab: str) -> tuple[bool, bool]:
        """Whether a tab is called after people who are no clients, and whether it is after colleagues alone: under the
        same headings, too, they are another list."""
        return self.names_helpers(tab), words_of(tab) - _ARTICLES <= _COLLEAGUES

    def names_clients(self, tab: str) -> bool:
        """Whether a tab is called after clients ("Teilnehmerliste Frauencafé")."""
        long = tuple(word for word in self.clients if len(word) >= _COMPOUNDED)
        return any(word in self.clients or word.startswith(long) for word in words_of(tab))

    def lists_helpers(self, headings: Mapping[int, str]) -> bool:
        """Whether the people of a list are no clients, and no team: its first headings are a word for such
        ("Nr.", "Dolmetscher/in")."""
        first = [words_of(headings[column]) - _ARTICLES for column in sorted(headings)[:_FIRST]]
        return any(words and words <= self.helpers for words in first)

    def _names_strangers(self, tab: str) -> bool:
        """Whether a word of a tab's name is one of those, or begins with a long one ("Dolmetscherpool")."""
        long = tuple(word for word in self.strangers if len(word) >= _COMPOUNDED)
        words = words_of(tab)
        if words & _COLLEAGUES:  # "Team + Urlaub"
            return False
        return any(word in self.strangers or word.startswith(long) for word in words)

    def widened(self, columns: Columns) -> Columns:
        """The columns with these names added behind their own."""
        tables = {
            name: rules.model_copy(
                update={
                    "tabs": (*rules.tabs, *self.tabs.get(name, ())),
                    "headings": {
                        field: (*aliases, *self.headings.get(name, {}).get(field, ()))
                        for field, aliases in rules.headings.items()
                    },
                }
            )
            for name, rules in columns.tables.items()
        }
        # The copy brings the cached lookup of the shorter lists along.
        for rules in tables.values():
            rules.__dict__.pop("by_heading", None)  # made anew from the longer lists
        return columns.model_copy(update={"tables": tables})


def words_of(text: str) -> frozenset[str]:
    """The words of a heading or a tab's name, folded."""
    return frozenset(fold(word) for word in WORDS.findall(_HUMP.sub(" ", text)))


def load_thesaurus() -> Thesaurus:
    """The thesaurus that comes with kim."""
    data = tomllib.loads((config_folder() / "thesaurus.toml").read_text(encoding="utf-8"))
    tabs, others, questions = data.pop("tabs"), data.pop("others"), data.pop("questions")
    short, beside = data.pop("short"), data.pop("beside")
    data.pop("words")  # see word_lists

    def folded(name: str) -> frozenset[str]:
        return frozenset(fold(word) for word in others[name])

    return Thesaurus(
        tabs, data, folded("words"), folded("clients"), folded("children"), folded("form"), folded("remarks"),
        folded("copies"), folded("tabs"), folded("helpers"),
        {table: {name: tuple(map(words_of, phrases)) for name, phrases in asked.items()}
         for table, asked in questions.items()},
        BareWords(
            folded("idle"),
            {fold(word): fold(whole) for whole, words in short.items() for word in words},
            {
                table: {name: frozenset(map(fold, words)) for name, words in fields.items()}
                for table, fields in beside.items()
            },
        ),
    )  # fmt: skip
