"""What kind of cells a column holds, by their looks alone: names, answers, countries, two things in one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import lru_cache

from babel import Locale
from babel.core import get_global

from automations.jobs.reminding.printed import way_in
from automations.model.values import Value, key_text
from automations.tables.folding import fold

ANYTHING = frozenset({"text", "key", "list", "manager", "place", "case", "source", "sex"})
"""Kinds that any text could be."""

ENOUGH = 3  # cells that say something together
MOST, HARDLY_ANY = 0.8, 0.3  # shares of cells that can be read
FOR, AGAINST = 12.0, -30.0
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.\w+")
_PHONE = re.compile(r"[+0][\d\s()/.-]{6,}\d")
_WRITTEN = re.compile(
    r"\s*\d{4}-\d\d-\d\d[T ](?!00:00)\d\d:\d\d|\s*\d{1,2}[./]\d{1,2}[./]\d{4},? +(?!0?0:00)\d{1,2}:\d\d"
)
_SOME = 0.3  # of cells that hold two things: others lack one of them
_FEW_OF = 0.2  # of cells that hold the one thing, where the others hold the other
_WORDY = frozenset({"text", "list", "manager", "place", "source", "sex"})  # kinds of which no column is all numbers

# Fields of which no column is all digits, typed as texts: those are rooms, wards, codes.
_NO_NUMBERS = frozenset({"source", "district", "concern", "referred_to", "outcome"})

# What a day, a vague one too, is written with.
_MAY_BE_A_DAY = re.compile(
    r"\d|jan|feb|mär|mar|apr|mai|may|jun|jul|aug|sep|o[kc]t|nov|de[zc]|woche|week|monat|month|jahr|year|ostern|heute|"
    r"gestern|früh|sommer|herbst|winter|spring|summer|autumn",
    re.IGNORECASE,
)

YES_OR_DAY = frozenset({"consent_on", "withdrawn_on"})
"""Fields in which people type a yes instead of a day; that is asked about."""

# Answers, folded.
_YES_NO = frozenset({"ja", "nein", "j", "n", "yes", "no", "y", "oui", "non", "o", "tak", "nie", "evet", "hayir", "si",
                     "nee", "true", "false", "wahr", "falsch"})  # fmt: skip

_YES = re.compile(r"\s*(ja|j|x|yes|y|ok|liegt vor|vorhanden|erteilt|given|nein|no)\b", re.IGNORECASE)

# Titles and states of residence. Letters alone are those of Switzerland, below a heading that speaks of papers.
_RESIDENCE = re.compile(
    r"\bduldung|geduldet|gestatt|fiktion|aufenth|niederlass|fl[üu]chtling|\basyl|subs(?:idi[äa]r)?\b|freiz[üu]g|"
    r"eu-?b[üu]rger|(?-i:\b[AN]E\b)|§\s*2\d|\bvis(?:um|a)\b|rwr|refugee|\bil[rt]\b|leave to remain|settled",
    re.IGNORECASE,
)
# How somebody lives, or makes a living.
_OF_LIFE = re.compile(
    r"\bledig|verheirat|geschied|verwitw|getrennt|alleinerz|\bsingle\b|married|divorced|widow|separated|arbeitslos|"
    r"arbeitss?uch|besch[äa]ftigt|erwerb|minijob|\bin arbeit\b|ausbildung|sch[üu]ler|studi[eu]|rentner|employed",
    re.IGNORECASE,
)
_SWISS = frozenset("BCFGLNS")
_PAPERS = re.compile(r"ausweis|permis\b|permesso|bewilligung", re.IGNORECASE)

_CHOICES = 12  # words at most from which people choose
_WHOLE = 0.7  # of cells with several words, above which names are whole ones
FAMILY = 5  # people at most, on average, who share a name or a household
_FEW = 0.7  # distinct colleagues for each cell, above which a column names something else
_LETTERS = 2  # of a country's code; continents have three digits


def whole(texts: Sequence[str]) -> bool:
    """Whether names are whole ones: several words in most cells."""
    return sum(len(text.split()) > 1 for text in texts) > _WHOLE * len(texts)


def says_yes_or_no(kind: str, texts: Sequence[str]) -> bool:
    """Whether cells say nothing but yes and no where a field has words of its own."""
    return (kind in ANYTHING or kind in _WORDY) and all(fold(text) in _YES_NO for text in texts)


def few_words(values: Sequence[Value]) -> bool:
    """Whether the same few words stand again and again."""
    texts = [fold(value) for value in values if isinstance(value, str)]
    return len(texts) == len(values) and 1 < len(set(texts)) <= _CHOICES and 2 * len(set(texts)) <= len(texts)


def no_people(table: str, name: str, values: Sequence[Value], texts: Sequence[str]) -> bool:
    """Whether cells are no names: colleagues are few and stand there again and again, each of the team once."""
    distinct = len(set(map(fold, texts)))
    if name == "manager":
        numbers = all(isinstance(value, int | float) for value in values)
        return numbers or (table != "team" and len(texts) > 2 * ENOUGH and distinct > _FEW * len(texts))
    if name == "name":
        return distinct < MOST * len(texts)
    if name == "full_name" and len(texts) > 2 * ENOUGH and distinct < len(texts) / 2:
        return True
    if name != "name" and len(texts) > 2 * ENOUGH and distinct <= len(texts) / FAMILY:
        return True
    return sum(any(map(str.isalpha, text)) for text in texts) < MOST * len(texts)


def another_kind(kind: str, name: str, values: Sequence[Value], texts: Sequence[str]) -> bool:
    """Whether cells are of another kind than the field: countries for offices, numbers for words, no digit in days."""
    if name == "source" and (countries_in(values) or _numbered(texts)):
        return True
    if name in _NO_NUMBERS and all(text.isdigit() for text in texts):
        return True
    if kind in _WORDY and (all(isinstance(value, int | float | date) for value in values) or are_moments(values)):
        return True
    # Consents are often kept as a yes, without their day: it is the right column all the same.
    if kind in {"date", "birth_date"} and not any(_MAY_BE_A_DAY.search(text) for text in texts):
        return name not in YES_OR_DAY or not any(_YES.match(text) for text in texts)
    return kind == "time" and all(type(value) is int for value in values)


def _numbered(texts: Sequence[str]) -> bool:
    """Whether most cells have a number in them, and hardly two are the same: weeks, house numbers."""
    numbers = sum(any(map(str.isdigit, text)) for text in texts)
    return len(texts) >= ENOUGH and numbers >= MOST * len(texts) and 2 * len(set(texts)) > len(texts)


def are_moments(values: Sequence[Value]) -> bool:
    """Whether most cells are days with a time of day, also as databases write them ("2026-12-01 09:00:00")."""
    timed = sum(
        value.time() != time(0)
        if isinstance(value, datetime)
        else isinstance(value, str) and bool(_WRITTEN.match(value))
        for value in values
    )
    return len(values) >= ENOUGH and timed >= MOST * len(values)


def are_ways(values: Sequence[Value]) -> bool:
    """Whether cells are nothing but ways in which people meet, and more than one of them."""
    ways = frozenset(way_in(key_text(value) or "") for value in values)
    return len(values) >= ENOUGH and len(ways) > 1 and not ways & {None, "other"}


def are_reasons(values: Sequence[Value]) -> bool:
    """Whether cells tell why people meet rather than how: read as a way, none of them would name the place."""
    odd = sum(way_in(key_text(value) or "") == "other" for value in values)
    return len(values) >= ENOUGH and 2 * odd > len(values)


def are_permits(values: Sequence[Value], heading: str = "") -> bool:
    """Whether most cells name a title or a state of residence."""
    texts = [key_text(value) or "" for value in values]
    papers = bool(_PAPERS.search(heading))
    told = sum(bool(_RESIDENCE.search(text)) or (papers and text in _SWISS) for text in texts)
    return len(texts) >= ENOUGH and told >= MOST * len(texts)


def is_ones_own(values: Sequence[Value]) -> bool:
    """Whether a state is the person's and not the case's: of residence, in the family, at work."""
    texts = [key_text(value) or "" for value in values]
    return are_permits(values) or (
        len(texts) >= ENOUGH and sum(bool(_OF_LIFE.search(text)) for text in texts) >= MOST * len(texts)
    )


def addresses_in(values: Sequence[Value]) -> bool:
    """Whether most cells hold an address of somebody, whatever else stands there ("Mother 0176 …")."""
    texts = [key_text(value) or "" for value in values]
    return sum(bool(_ADDRESS.search(text) or _PHONE.search(text)) for text in texts) > len(texts) / 2


def answers(values: Sequence[Value]) -> bool:
    """Whether cells are nothing but yes and no."""
    return bool(values) and all(fold(key_text(value) or "") in _YES_NO for value in values)


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    """The names of the world's countries in both languages of headings, folded, and their codes of three letters."""
    named = (
        fold(name) for code in ("de", "en") for key, name in Locale(code).territories.items() if len(key) == _LETTERS
    )
    codes = (fold(code) for code in get_global("territory_aliases") if len(code) > _LETTERS and code.isalpha())
    return frozenset({*named, *codes})


def countries_in(values: Sequence[Value]) -> bool:
    """Whether most cells name countries."""
    texts = [fold(key_text(value) or "") for value in values]
    return len(texts) >= ENOUGH and sum(text in _countries() for text in texts) >= MOST * len(texts)


def two_in_one(values: Sequence[Value]) -> bool:
    """Whether many cells hold an email address and a phone number, or some the one and some the other."""
    texts = [key_text(value) or "" for value in values]
    mails = [bool(_ADDRESS.search(text)) for text in texts]
    phones = [bool(_PHONE.search(_ADDRESS.sub("", text))) for text in texts]
    both = sum(mail and number for mail, number in zip(mails, phones, strict=True))
    either = sum(mail or number for mail, number in zip(mails, phones, strict=True))
    mixed = either >= MOST * len(texts) and min(sum(mails), sum(phones)) >= _FEW_OF * len(texts)
    return len(texts) >= ENOUGH and (both >= _SOME * len(texts) or mixed)


def names_or_not(name: str, values: Sequence[Value]) -> float:
    """A comma in most cells makes a column of full names, else it is one of last names; so do two words."""
    if len(values) < ENOUGH:
        return 0.0
    if sum(any(map(str.isalpha, str(value))) for value in values) < MOST * len(values):
        return AGAINST
    whole = sum("," in str(value) for value in values) / len(values) > 1 / 2
    words = sum(len(str(value).split()) > 1 for value in values) / len(values) > 1 / 2
    if name == "full_name":
        return FOR if whole or words else AGAINST
    return AGAINST if whole or words else 0.0
