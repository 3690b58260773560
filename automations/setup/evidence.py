"""What the cells below a heading say about the field that it may name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from automations.model.settings import SiteFacts
from automations.model.values import Value, key_text
from automations.setup.by_cells import births
from automations.setup.cell_kinds import (
    AGAINST,
    ANYTHING,
    ENOUGH,
    FAMILY,
    FOR,
    HARDLY_ANY,
    MOST,
    YES_OR_DAY,
    another_kind,
    are_moments,
    are_reasons,
    are_ways,
    countries_in,
    few_words,
    is_ones_own,
    names_or_not,
    no_people,
    says_yes_or_no,
    two_in_one,
    whole,
)
from automations.setup.language_columns import only_marks
from automations.setup.word_lists import foreign_words
from automations.tables.columns import Columns
from automations.tables.dates import Parser
from automations.tables.folding import fold
from automations.tables.parsers import parsers
from automations.tables.schema import WORD_KINDS, kind_of
from automations.tables.words import language_parts

_SAMPLE = 60  # distinct cells that are looked at
# Kinds, and the fields called like them, whose cells are like no others.
_TELLING = frozenset({"email", "languages", "phone"})

_WAY = ("appointments", "kind")
# What tells whether cells hold nothing but the words of a field.
_TOLD_BY_WORDS: Mapping[tuple[str, str], Callable[[Sequence[Value]], bool]] = {
    ("cases", "nationality"): countries_in, _WAY: are_ways,
}  # fmt: skip

_BY_CELLS_ALONE = 66.0  # with what speaks for it: just enough to be proposed
_ANSWERS = frozenset({"ja", "no"})  # codes of Japanese and Norwegian, but nobody means these
_NUMBER = re.compile(r"\s*[+(0]\s*\d[\d\s()/.-]{5,}")  # as phone numbers are typed, but no dates or amounts
_DATE_LIKE = re.compile(r"\d{1,2}\.\s?\d{1,2}\.")
_PEOPLE = frozenset({"manager", "last_name", "first_name", "full_name"})
_GROWN = 3  # years ago that most people of a list were born
_SHORTEST_PHONE = 10**8  # a bare number below says nothing of a phone: its area code is missing
_CODE = 3  # letters of a word that may be a code, or anything
_KEPT_FOR = 12  # years beyond which no list of appointments reaches back
_SPREAD = 5  # years between the births of a list
_CAREER = 25  # years within which a list's own dates lie
_HAS_BEEN = frozenset({"closed_on", "withdrawn_on"})
_OWN_CASES = frozenset({"received", "first_contact_on", "closed_on", "consent_on", "phase_since", "manager_since"})


class Evidence:
    """Reads cells with the parsers of the site and counts what they understand."""

    def __init__(self, columns: Columns, facts: SiteFacts, today: date) -> None:
        self._parsers: Mapping[str, Parser] = parsers(columns, facts, today)
        self._languages = columns.vocabulary("language")
        self._codes = frozenset(self._languages.values())
        self._states = frozenset({*columns.vocabulary("phase"), *columns.vocabulary("status")})
        self._shares: dict[tuple[str, tuple[Value, ...]], float | None] = {}
        self._today = today

    @property
    def languages(self) -> Mapping[str, str]:
        """Folded words for languages -> their codes."""
        return self._languages

    def weigh(self, table: str, name: str, values: Sequence[Value], *, exact: bool, named: bool = False) -> float:
        """What to add to the likeness of a heading: the cells speak for a field, against it, or not at all. `named`:
        the heading has the field's word in it; then a few words of the team's own do not speak against a phase."""
        # Headings say "Name" for both; only the cells tell the two apart.
        if name in {"full_name", "last_name"} and table == "cases":
            return AGAINST if self.contradicts(table, name, values) else names_or_not(name, values)
        if name == "contact":
            return FOR if two_in_one(values) else AGAINST
        if self.contradicts(table, name, values):
            return AGAINST
        told = _TOLD_BY_WORDS.get((table, name))
        if told and told(values):
            return FOR
        share = self._share(kind_of(table, name), values)
        own_words = named and kind_of(table, name) in WORD_KINDS and few_words(values)
        if share is None or exact or own_words:
            return 0.0
        return FOR if share >= MOST else AGAINST if share < HARDLY_ANY else 0.0

    def fits(self, table: str, name: str, values: Sequence[Value], *, own: bool) -> bool:
        """Whether nothing in the cells speaks against a field whose heading is known. Under kim's `own`
        heading words of the team's own are no reason to doubt."""
        if name in {"full_name", "last_name"} and table == "cases":
            return names_or_not(name, values) >= 0
        if name == "contact":
            return two_in_one(values)
        if self.contradicts(table, name, values):
            return False
        kind = kind_of(table, name)
        # Words of phases and states are the team's own and asked about later; they are no doubt about the column.
        share = None if own and kind in WORD_KINDS else self._share(kind, values)
        return share is None or share >= HARDLY_ANY

    def says(self, table: str, name: str, values: Sequence[Value]) -> bool:
        """Whether the cells themselves say that it is this field, whatever kind of words the heading uses."""
        kind = kind_of(table, name)
        if kind == "key":
            # Any text can be a key; what makes it one is that none stands twice.
            return len(values) >= ENOUGH and len(set(values)) == len(values)
        share = self._share(kind, values)
        return share is not None and share >= MOST

    def contradicts(self, table: str, name: str, values: Sequence[Value]) -> bool:
        """Whether the cells show that a column is something else: crosses, births of last week, a key that repeats."""
        texts = [key_text(value) or "" for value in values]
        # One yes under "Fall zu?" shows that it is no day.
        dated = kind_of(table, name) == "date" and name not in YES_OR_DAY
        answers = bool(texts) and dated and says_yes_or_no("text", texts)
        if answers or len(values) < ENOUGH:
            return answers
        # A column of crosses says yes or no to its heading, whatever that names.
        if only_marks(texts):
            return kind_of(table, name) != "yes_no"
        if self._cannot_be(table, name, values, texts):
            return True
        # Names have no parser; how often each stands there is all that tells colleagues from clients.
        if name in _PEOPLE or (table, name) == ("team", "name"):
            return no_people(table, name, values, texts)
        if name in {"number", "code"} and table in {"cases", "team"}:
            return len(set(texts)) < MOST * len(texts) or any(isinstance(value, date) for value in values)
        return another_kind(kind_of(table, name), name, values, texts) or self._wrong_days(table, name, values)

    def _cannot_be(self, table: str, name: str, values: Sequence[Value], texts: Sequence[str]) -> bool:
        """Whether a column answers a question, has whole names for given ones, one household for everybody, or days
        with hours for hours."""
        crowd = len(texts) > 2 * ENOUGH and len(set(texts)) <= len(texts) / FAMILY
        # "Bearbeitung", and below it "offen"; "Reason", and below it a few words: why kim assigned takes a sentence.
        states = name == "manager" and all(fold(text) in self._states for text in texts)
        own = name == "phase" and is_ones_own(values)
        if states or own or (name == "reason" and few_words(values)):
            return True
        if (name == "time" and are_moments(values)) or ((table, name) == _WAY and are_reasons(values)):
            return True
        many = (name == "household" and crowd) or (name == "first_name" and whole(texts))
        # Whether somebody interprets is all that many lists tell of it.
        return many or (name != "interpreter" and says_yes_or_no(kind_of(table, name), texts))

    def _wrong_days(self, table: str, name: str, values: Sequence[Value]) -> bool:
        days = [value.date() if isinstance(value, datetime) else value for value in values if isinstance(value, date)]
        if len(days) < ENOUGH or table not in {"cases", "appointments"}:
            return False
        if table == "appointments":
            # Dates of birth are the days that stand beside appointments most often.
            return sum((self._today - day).days > _KEPT_FOR * 365 for day in days) > len(days) / 2
        old = sum((self._today - day).days > _GROWN * 365 for day in days) / len(days)
        years = max(days).year - min(days).year
        if name == "birth_date":
            # A list of children has births of few years, but all of them lie back for long.
            return old < 1 / 2 or (years < _SPREAD and old < 1)
        if name in _HAS_BEEN and sum(day > self._today for day in days) > len(days) / 2:
            return True  # what will end is a stay, a contract, a sentence
        recent = sum((self._today - day).days < _CAREER * 365 for day in days) / len(days)
        return name in _OWN_CASES and recent < MOST

    def all_past(self, values: Sequence[Value]) -> bool:
        """Whether cells are days, none of them today or later."""
        read = [self._parsers["date"](value).value for value in values[:_SAMPLE]]
        days = [day for day in read if isinstance(day, date)]
        return len(days) >= ENOUGH and max(days) < self._today

    def are_births(self, values: Sequence[Value]) -> bool:
        """Whether most cells are days on which grown people were born; a bare number may be a sum of money as well as
        a day as Excel counts them."""
        typed = (value for value in values[:_SAMPLE] if not isinstance(value, int | float))
        read = [self._parsers["birth_date"](value).value for value in typed]
        days = [day for day in read if isinstance(day, date)]
        return len(days) >= MOST * min(len(values), _SAMPLE) and births(days, self._today)

    def alone(self, table: str, name: str, values: Sequence[Value]) -> float:
        """The score of a field by its cells alone, whatever its heading says; 0 where they are silent."""
        if name == "contact":
            return _BY_CELLS_ALONE if two_in_one(values) else 0.0
        if (table, name) == _WAY:
            return _BY_CELLS_ALONE if are_ways(values) else 0.0
        kind = kind_of(table, name)
        if kind == "phone" and all(isinstance(value, int | float) and value < _SHORTEST_PHONE for value in values):
            return 0.0  # numbers of cases, all the more where they count on
        if kind == "languages" and len({fold(key_text(value) or "") for value in values}) == 1:
            return 0.0  # a remark about a few ("DGS")
        share = self._share(kind, values) if {kind, name} <= _TELLING else None
        return _BY_CELLS_ALONE if share is not None and share >= MOST else 0.0

    def _is_foreign(self, word: str) -> bool:
        """Whether a folded word is the name of one of kim's languages in another language ("arabo")."""
        return len(word) > _CODE and foreign_words("language").get(word) in self._codes

    def _share(self, kind: str, values: Sequence[Value]) -> float | None:
        """The share of cells that can be read as that kind; None where every text could be, or cells are few."""
        # Distinct ones: a phase that stands a thousand times says no more than once.
        sample = tuple(dict.fromkeys(values))[:_SAMPLE]
        if kind in ANYTHING or len(values) < ENOUGH:
            return None
        if (kind, sample) not in self._shares:
            self._shares[kind, sample] = sum(self._reads(kind, value) for value in sample) / len(sample)
        return self._shares[kind, sample]

    def _reads(self, kind: str, value: Value) -> bool:
        if kind == "languages":  # the parser searches long for what may be meant by other words
            parts = [fold(part) for part in language_parts(str(value))]
            return any((part in self._languages or self._is_foreign(part)) and part not in _ANSWERS for part in parts)
        if kind == "phone" and isinstance(value, str) and (not _NUMBER.match(value) or _DATE_LIKE.search(value)):
            return False
        return self._parsers[kind](value).value not in (None, ())
