"""What people type around a condition, in the order that the rest reads: “wenn [Tag] leer ist”, “[A] = x u. [B] > 5”,
“HEUTE()+7”, “alle außer [Status] = abgelehnt”."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from automations.tables.rule_spans import IN_DAYS, IN_MONTHS
from automations.tables.rule_tokens import (
    AND,
    IS,
    NEITHER,
    NOT,
    OR,
    SIGNS_OF_SUMS,
    STILL,
    TODAY,
    WITHOUT,
    meaning_at,
    spelled,
    word_at,
)

Token = tuple[str, str]

_AS_WORDS = {"&&": "und", "||": "oder"}
_ADDED = re.compile(r"([^+−–-]*)([+−–-]?)(.*)", re.DOTALL)

_OR_MORE: Mapping[str, str] = MappingProxyType({
    **dict.fromkeys(("mehr", "groesser", "hoeher", "laenger", "aelter", "spaeter", "danach", "more", "greater",
                     "larger", "longer", "older", "later", "after", "above"), ">="),
    **dict.fromkeys(("weniger", "kleiner", "niedriger", "kuerzer", "juenger", "frueher", "davor", "less", "fewer",
                     "smaller", "shorter", "younger", "earlier", "before", "below"), "<="),
})  # fmt: skip

_IF = frozenset({"wenn", "falls", "if", "when"})
# Joined as people shorten it, where a condition follows; in a value (“Sach- u. Geldleistung”) they stay.
_SHORT = {"u.": "und", "u": "und", "&": "und", "+": "und", "od.": "oder", "o.": "oder", "bzw.": "oder", "bzw": "oder"}
_BETWEEN = frozenset({"zwischen", "zw.", "between"})
_ARTICLES = frozenset({"der", "die", "das", "den", "dem", "the"})
_EITHER = frozenset({"entweder", "either"})
_PARTED = {"läuft": "ab", "laufen": "ab", "findet": "statt", "finden": "statt", "fängt": "an", "fangen": "an"}
_LAST = frozenset({"abläuft", "ablaufen", "ausläuft", "endet", "enden", "beginnt", "beginnen", "anfängt", "startet",
                   "stattfindet", "stattfinden", "ends", "begins", "starts"})  # fmt: skip
_VERB = 3  # a heading and both pieces of a verb
_EXCEPT = frozenset({"außer", "ausser", "except", "unless"})
_ALL = frozenset({"alle", "alles", "all", "everybody"})


def or_more(tokens: Sequence[Token]) -> list[Token]:
    """`3 oder mehr` as `mindestens 3`, also `3+`, and `heute oder früher` as `bis heute`."""
    found: list[Token] = []
    for what, text in tokens:
        more = re.fullmatch(r"(\d[\d.,]*)\+", text) if what == "word" else None
        found += [("word", more[1]), ("word", "oder"), ("word", "mehr")] if more else [(what, text)]
    for at in range(len(found) - 1, 1, -1):
        joined = word_at(found, at - 1) in OR | AND and _ends(found, at + 1)
        sign = _OR_MORE.get(spelled(word_at(found, at))) if joined else None
        # “500 € oder mehr”: behind the number may stand its unit.
        places = (at - 2, at - 3) if sign else ()
        first = next((n for n in places if re.match(r"\d", word_at(found, n)) or word_at(found, n) in TODAY), -1)
        if sign and first > 0:
            said = word_at(found, first - 1) in IS or found[first - 1] == ("sign", "=")
            found[first - said : at + 1] = [("sign", sign), *found[first : at - 1]]
    return found


def in_order(tokens: Sequence[Token]) -> list[Token]:
    """The same as a chain of comparisons: without the words around it, exceptions as “und nicht (…)”."""
    found = list(tokens)
    # “wenn [Status] = offen ist”: people finish the sentence that the heading begins.
    if found and found[0][1].casefold() in _IF:
        del found[0]
        found = _without(found, lambda at: at > 1 and word_at(found, at) in IS and _ends(found, at + 1))
    joined = _without(found, lambda at: _is_idle(found, at))
    short = [("word", _SHORT[word_at(joined, at)]) if _joins(joined, at) else one for at, one in enumerate(joined)]
    ended = _without(short, lambda at: word_at(short, at) in _LAST and _ends(short, at + 1) and _of_time(short, at - 1))
    return _with_exception(_joined_verbs(ended))


def _without(tokens: Sequence[Token], idle: Callable[[int], bool]) -> list[Token]:
    return [one for at, one in enumerate(tokens) if not idle(at)]


def _is_idle(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word says nothing of its own: “entweder … oder”, “der [Kursbeginn]”."""
    word = word_at(tokens, at)
    before_heading = at + 1 < len(tokens) and tokens[at + 1][0] == "heading"
    return (word in _EITHER and _or_follows(tokens, at)) or (word in _ARTICLES and before_heading)


def _ends(tokens: Sequence[Token], at: int) -> bool:
    """Whether a comparison is over before that place."""
    return at >= len(tokens) or tokens[at][1] in {")", ",", ";"} or word_at(tokens, at) in OR | AND


def _starts(tokens: Sequence[Token], at: int) -> bool:
    """Whether a comparison begins at that place."""
    at += word_at(tokens, at) in NOT | WITHOUT
    return at < len(tokens) and (tokens[at][0] == "heading" or tokens[at] == ("sign", "("))


def _joins(tokens: Sequence[Token], at: int) -> bool:
    """Whether a sign or short word for “und” joins two conditions, or the ends of “zwischen”."""
    return word_at(tokens, at) in _SHORT and (_starts(tokens, at + 1) or word_at(tokens, at - 2) in _BETWEEN)


def _or_follows(tokens: Sequence[Token], at: int) -> bool:
    return any(word_at(tokens, n) in OR for n in range(at, len(tokens)))


def _of_time(tokens: Sequence[Token], at: int) -> bool:
    word = word_at(tokens, at)
    return word in IN_DAYS or word in IN_MONTHS or word in TODAY or bool(re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d*", word))


def _joined_verbs(tokens: list[Token]) -> list[Token]:
    """`[Bis] läuft in 14 Tagen ab`: both pieces of the verb say no more than “liegt”."""
    for at, (what, _) in enumerate(tokens):
        piece = _PARTED.get(word_at(tokens, at + 1)) if what == "heading" else None
        end = at + 2
        while piece and end < len(tokens) and not _ends(tokens, end) and tokens[end][0] != "heading":
            end += 1
        places = [n for n in range(at + 2, end) if word_at(tokens, n) == piece]
        # “[Frist] läuft ab” says nothing more, and “[Status] läuft” is a word of the team's.
        if places and end - at > _VERB:
            return _joined_verbs(_without(tokens, {at + 1, places[-1]}.__contains__))
    return tokens


def _with_exception(tokens: list[Token]) -> list[Token]:
    """`…, außer [Status] = x oder [Tag] ist leer`: nothing of what stands behind it may hold."""
    for at in range(len(tokens)):
        before, taken = tokens[:at], _exception(tokens, at)
        if not taken or not _starts(tokens, at + taken) or before.count(("sign", "(")) != before.count(("sign", ")")):
            continue
        rest = in_order([("word", "wenn"), *tokens[at + taken :]])
        while before and before[-1] == ("sign", ","):
            del before[-1]
        some = [] if len(before) == 1 and word_at(before, 0) in _ALL else before
        first: list[Token] = [("sign", "("), *some, ("sign", ")"), ("word", "und")] if some else []
        return [*first, ("word", "nicht"), ("sign", "("), *rest, ("sign", ")")]
    return tokens


def _exception(tokens: Sequence[Token], at: int) -> int:
    """How many words say that an exception begins: “außer wenn”, “bis auf”."""
    taken = (
        1 if word_at(tokens, at) in _EXCEPT else 2 * ((word_at(tokens, at), word_at(tokens, at + 1)) == ("bis", "auf"))
    )
    return taken + (word_at(tokens, at + taken) in _IF) if taken else 0


def plainly(tokens: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same without what changes nothing: a comma before “und”, “noch” or “already” before a comparison, the
    brackets of Excel's HEUTE(). What may belong to a value of the team's (“noch nicht begonnen”) stays."""
    kept: list[tuple[str, str]] = []
    tokens = list(_excel(tokens))
    for at, (what, text) in enumerate(tokens):
        word = text.casefold() if what == "word" else ""
        if word in OR | AND and kept[-1:] == [("sign", ",")] and tokens[at + 1 : at + 2] != [("sign", "(")]:
            # “…, und …”: the comma of German grammar joins nothing.
            kept.pop()
        if word not in STILL or not _says_nothing(kept, tokens, at):
            kept.append((what, text))
    return kept


def _excel(tokens: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The same in words: `HEUTE()+7`, `&&`, `[Bis] minus [Von]`."""
    before, skipped = "", 0
    for at, (what, text) in enumerate(tokens):
        if skipped:
            skipped -= 1
            continue
        word = text.casefold() if what == "word" else ""
        day, sign, rest = _ADDED.match(word).groups()  # type: ignore[union-attr]  # it takes any text
        # "Heutetermin" begins like a day and is a word of the team's.
        if day in TODAY and (not rest or rest[0].isdecimal()):
            yield "word", text[: len(day)]
            if sign:
                yield "word", f"{sign}{rest}"
            skipped = 2 if [text for _, text in tokens[at + 1 : at + 3]] == ["(", ")"] else 0
        elif before == "heading" and word in SIGNS_OF_SUMS:
            yield "word", SIGNS_OF_SUMS[word]
        else:
            yield what, _AS_WORDS.get(word, text)
        before = what


def _says_nothing(before: Sequence[tuple[str, str]], tokens: Sequence[tuple[str, str]], at: int) -> bool:
    """Whether the word there stands before a comparison and not within a value."""
    if any(text.casefold() in NEITHER for _, text in before):
        return False
    what, last = before[-1] if before else ("", "")
    if last.casefold() in NOT:
        return tokens[at + 1 : at + 2] != [] and tokens[at + 1][0] == "heading"
    behind = tokens[at + 1][1].casefold() if tokens[at + 1 : at + 2] else ""
    begins = behind in NOT | WITHOUT or bool(meaning_at(tokens, at + 1)[0])
    if last.casefold() in IS:
        return begins and behind not in NOT
    return begins and (what in {"", "heading"} or last == "(" or last.casefold() in OR | AND)
