"""Words with a fixed meaning: statuses, languages, yes and no, weekdays; numbers; plain text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from automations.model import values
from automations.model.values import Value, is_number
from automations.tables.dates import Parser
from automations.tables.faults import NOTHING, Fault, Parsed, shown
from automations.tables.folding import fold

UNKNOWN_WORD = Fault(
    "unknown_word", "“{shown}” is not one of the words of the column “{column}”.", "Please choose one of: {known}."
)
UNKNOWN_LANGUAGE = Fault(
    "unknown_language", "The language “{part}” is not known.", "Please check the spelling, or add it to columns.toml."
)
LIKELY_LANGUAGE = Fault(
    "unknown_language",
    "The language “{part}” is not known; perhaps {likely} is meant.",
    "Please correct it, or add it to columns.toml.",
)
UNREADABLE_DAYS = Fault(
    "unreadable_days", "“{shown}” cannot be read as working days.", "Please type them like Mo, Di, Do or Mo-Fr."
)
BAD_NUMBER = Fault("bad_number", "“{shown}” is no number.", "Please type digits only, like 12,5.")
BELOW_ZERO = Fault("bad_number", "“{shown}” is less than 0.", "Please type digits only, like 12,5.")
BAD_COUNT = Fault("bad_number", "“{shown}” is no count.", "Please type a whole number, like 12.")

# difflib's ratio of a word to the one that is likely meant ("Ukrainish": 0.95).
_ALIKE = 0.85
# Signs that nobody sees: copied from web pages, they make equal words unequal.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def parse_text(raw: Value) -> Parsed:
    """Text without outer blanks and invisible signs; numbers and dates as people see them."""
    if raw is None:
        return NOTHING
    if not isinstance(raw, str):
        return Parsed(shown(raw))
    if raw.isascii() and raw.isprintable():
        return Parsed(raw.strip() or None)
    text = _CONTROL.sub("", unicodedata.normalize("NFC", raw)).strip(" \t\r\n\u00a0")
    return Parsed(text or None)


def parse_key(raw: Value) -> Parsed:
    """A row's number or code as text; 143.0 is "143"."""
    return Parsed(key_text(raw))


def key_text(raw: Value) -> str | None:
    """The text of a key cell, None for a blank one: as the backends find rows again by it."""
    if isinstance(raw, str) and raw.isascii() and raw.isprintable():
        return raw.strip() or None
    return values.key_text(raw)


def word_parser(known: Mapping[str, str], make: Callable[[str], Any], code: str, examples: str) -> Parser:
    """A parser of one of the words of `known` (folded word -> canonical), made into a value by `make`."""
    fault = Fault(code, UNKNOWN_WORD.message, UNKNOWN_WORD.advice, values={"known": examples})

    def parse(raw: Value) -> Parsed:
        text = shown(raw)
        if not text:
            return NOTHING
        canonical = known.get(fold(text))
        return Parsed(None, fault) if canonical is None else Parsed(make(canonical))

    return parse


_BETWEEN = re.compile(r"\s*(?:[,;/\\+&|\n\r·•]|\s-\s|\bund\b|\band\b|\bu\.|\bsowie\b)\s*", re.IGNORECASE)
# “Arabisch (Syrien)”, “Deutsch B1”: dialect and level are no other language.
_BRACKETS = re.compile(r"\s*\([^)]*\)|\s*\b[ABC][12]\b", re.IGNORECASE)


def languages_parser(known: Mapping[str, str], spoken: Mapping[str, str]) -> Parser:
    """A parser of several languages in a cell, to ISO codes in the order typed. Those that are known
    are taken even where another one is not. `spoken` are folded words and how they are written."""

    def find(part: str) -> list[str] | None:
        if code := known.get(fold(part)) or known.get(fold(_BRACKETS.sub("", part))):
            return [code]
        pieces = [known.get(fold(piece)) for piece in part.split()]
        return [code for code in pieces if code] if len(pieces) > 1 and all(pieces) else None

    def parse(raw: Value) -> Parsed:
        codes: list[str] = []
        unknown: list[str] = []
        for part in _BETWEEN.split(shown(raw)):
            if part:
                # One unknown word must not cost the client the interpreter for the others.
                found = find(part)
                codes.extend(found or ())
                unknown.extend([] if found else [part])
        return Parsed(tuple(dict.fromkeys(codes)), _unknown(unknown, spoken) if unknown else None)

    return parse


def _unknown(parts: Sequence[str], spoken: Mapping[str, str]) -> Fault:
    near = [get_close_matches(fold(part), spoken, n=1, cutoff=_ALIKE) for part in parts]
    part = ", ".join(parts)
    if not all(near):
        return UNKNOWN_LANGUAGE.saying(part=part)
    return LIKELY_LANGUAGE.saying(part=part, likely=", ".join(spoken[found[0]] for found in near))


def language_parts(text: str) -> list[str]:
    """What stands for one language each in a cell with several."""
    return [part for part in _BETWEEN.split(text) if part]


def source_parser(known: Mapping[str, str]) -> Parser:
    """A parser of free text in which spellings of one name are brought together."""

    def parse(raw: Value) -> Parsed:
        parsed = parse_text(raw)
        return Parsed(known.get(fold(parsed.value), parsed.value)) if isinstance(parsed.value, str) else parsed

    return parse


def list_parser(raw: Value) -> Parsed:
    """Several words in a cell, in the order typed."""
    parts = (part.strip() for part in re.split(r"[,;\n|]", shown(raw)))
    return Parsed(tuple(part for part in parts if part))


_ALL_DAYS = frozenset({"alle", "taeglich", "all", "vollzeit", "immer"})


def weekdays_parser(known: Mapping[str, str]) -> Parser:
    """A parser of working days ("Mo-Do", "Mo, Mi, Fr", "alle") to weekdays, 0 = Monday."""

    def span(first: str, last: str) -> set[int]:
        start, end = (known.get(fold(name)) for name in (first, last))
        if start is None or end is None or int(start) > int(end):
            return set()
        return set(range(int(start), int(end) + 1))

    def parse(raw: Value) -> Parsed:
        text = shown(raw)
        if not text:
            return NOTHING
        if fold(text) in _ALL_DAYS:
            # “täglich” means the days on which an office works.
            return Parsed(frozenset(range(5)))
        days: set[int] = set()
        spans = re.sub(r"\s*(?:-|–|\bbis\b)\s*", "-", text)
        for part in re.split(r"[,;/+&\s]+|\bund\b", spans):
            if part:
                first, _, last = part.partition("-")
                found = span(first, last or first)
                if not found:
                    return Parsed(None, UNREADABLE_DAYS)
                days |= found
        return Parsed(frozenset(days), None) if days else Parsed(None, UNREADABLE_DAYS)

    return parse


_CURRENCY = r"(?:€|EUR|Euro)"
_OF_MONEY = re.compile(
    rf"^{_CURRENCY}\s*(?=[-\d])|\s*{_CURRENCY}$|(?<=\d)[.,]\s?-{{1,2}}(?=\s*{_CURRENCY}?$)", re.IGNORECASE
)
_SIGNS = str.maketrans("−–—\u00a0\u202f’´", "---  ''")
# A point before three digits parts thousands here; a fraction begins with a nought.
_PARTED = re.compile(r"(-?[1-9]\d{0,2}(?:([. '])\d{3})(?:\2\d{3})*)(?:,(\d{1,2})|(?<!\.\d{3})\.(\d{1,2}))?", re.ASCII)


def parse_number(raw: Value) -> Parsed:
    """A number, with a comma or a point for decimals; a sum of money may say so ("50,00 €", "€ 1 250,50", "50,-")."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return NOTHING
    if is_number(raw):
        return Parsed(float(raw))
    plain = _OF_MONEY.sub("", raw.strip().translate(_SIGNS)).strip() if isinstance(raw, str) else ""
    if found := _PARTED.fullmatch(plain):
        whole, decimals = re.sub(r"[. ']", "", found[1]), found[3] or found[4] or "0"
        return Parsed(float(f"{whole}.{decimals}"))
    # “1,250” is a thousand for one and a fraction for another: nobody is to find a sum that was guessed.
    if re.fullmatch(r"-?\d{1,6}(?:[.,]\d{1,3})?", plain, re.ASCII) and not _AMBIGUOUS.fullmatch(plain):
        return Parsed(float(plain.replace(",", ".")))
    return Parsed(None, BAD_NUMBER)


_AMBIGUOUS = re.compile(r"-?[1-9]\d{0,2},\d{3}", re.ASCII)
_UNIT = re.compile(r"(?<=\d)\s*(?:Punkte?|Pkt\.?|points?)\s*$", re.IGNORECASE)


def parse_amount(raw: Value) -> Parsed:
    """A number that cannot be less than 0, such as a colleague's capacity: points, as a case may weigh more or less
    than one."""
    number = parse_number(_UNIT.sub("", raw) if isinstance(raw, str) else raw)
    return Parsed(None, BELOW_ZERO) if isinstance(number.value, float) and number.value < 0 else number


def parse_count(raw: Value) -> Parsed:
    """A whole number from 0, also with a point between thousands."""
    if isinstance(raw, str) and re.fullmatch(r"\s*\d{1,3}(?:[. \u00a0]\d{3})*\s*|\s*\d+\s*", raw):
        return Parsed(int(re.sub(r"\D", "", raw)))
    number = parse_number(raw)
    if number.value is None:
        return Parsed(None, BAD_COUNT if number.fault else None)
    return Parsed(int(number.value)) if number.value.is_integer() and number.value >= 0 else Parsed(None, BAD_COUNT)
