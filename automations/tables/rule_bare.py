"""Headings that people write without square brackets: “Kursbeginn in den nächsten 14 Tagen und Pate ist leer”.

Only where a comparison begins, so that a word of the team's that is called like a column stays a word."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from automations.tables.rule_tokens import (
    AND,
    IS,
    NEITHER,
    NOR,
    NOT,
    OR,
    QUOTES,
    STILL,
    SUMS,
    WHERE,
    WITHOUT,
    meaning_at,
    word_at,
)

Token = tuple[str, str]

_LONGEST = 6  # words of a heading
_ARTICLES = frozenset({"der", "die", "das", "den", "dem", "the"})
_FIRST = frozenset({"wenn", "falls", "if", "when", *_ARTICLES})
_JOINS = OR | AND | NOT | WITHOUT | NEITHER | NOR | WHERE


def bracketed(tokens: Sequence[Token], knows: Callable[[str], bool], tells: Callable[[str, str], bool]) -> list[Token]:
    """The same with brackets around each heading that stands where a comparison begins. `knows` says whether words are
    a heading, `tells` whether the column under one says other words."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        taken = _heading_at(tokens, at, knows, tells)
        found.append(("heading", f"[{_text(tokens[at : at + taken])}]") if taken else tokens[at])
        at += taken or 1
    return found


def each_by_itself(tokens: Sequence[Token]) -> list[Token]:
    """`weder [A] noch [B] leer` as `weder [A] leer noch [B] leer`."""
    shape = [what if what == "heading" else text.casefold() for what, text in tokens[:4]]
    if shape[1::2] != ["heading", "heading"] or shape[0] not in NEITHER or shape[2] not in NOR:
        return list(tokens)
    rest = list(tokens[4:])
    return list(tokens) if any(text.casefold() in OR | AND for _, text in rest) else [
        *tokens[:2], *rest, *tokens[2:4], *rest
    ]  # fmt: skip


def _heading_at(
    tokens: Sequence[Token], at: int, knows: Callable[[str], bool], tells: Callable[[str, str], bool]
) -> int:
    """How many words at that place are a heading with which a comparison begins; 0 where none does."""
    before = at
    while word_at(tokens, before - 1) in _FIRST | STILL - NOR:
        before -= 1
    first = before == 0
    if not (first or word_at(tokens, before - 1) in _JOINS or tokens[before - 1] in {("sign", "("), ("sign", ",")}):
        return 0
    words = [what == "word" for what, _ in tokens[at : at + _LONGEST]]
    # “belegt + 2”: a sign of a sum is no part of the heading before it.
    words = [one and not SUMS.fullmatch(text) for one, (_, text) in zip(words, tokens[at:], strict=False)]
    most = words.index(False) if False in words else len(words)
    lacks = word_at(tokens, before - 1) in WITHOUT | NOT | NEITHER
    if lacks and not (first or _begins(tokens, before - 2)):
        return 0  # “[Status] nicht bewilligt”: a word of that column, also where another one is called so
    return next((
        n for n in range(most, 0, -1) if knows(heading := _text(tokens[at : at + n]))
        and (_may_follow(tokens, at + n, first=first, lacks=lacks) or tells(heading, _value_at(tokens, at + n)))
    ), 0)  # fmt: skip


def _begins(tokens: Sequence[Token], before: int) -> bool:
    """Whether a condition begins behind that place."""
    while word_at(tokens, before) in _FIRST | STILL - NOR:
        before -= 1
    return before < 0 or word_at(tokens, before) in _JOINS or tokens[before] in {("sign", "("), ("sign", ",")}


def _value_at(tokens: Sequence[Token], at: int) -> str:
    """The words from there to where a comparison is over."""
    joins = (
        n for n in range(at, len(tokens)) if word_at(tokens, n) in OR | AND or tokens[n][0] not in {"word", "text"}
    )
    return _text(tokens[at : next(joins, len(tokens))]).strip(QUOTES)


def _may_follow(tokens: Sequence[Token], at: int, *, first: bool, lacks: bool) -> bool:
    """Whether a comparison goes on at that place. At the beginning of all it can be nothing else."""
    if tokens[at : at + 1] == [("sign", "(")]:
        return False  # a function: “Alter([Geburtsdatum])”
    ends = at >= len(tokens) or word_at(tokens, at) in OR | AND | NOR or tokens[at] in {("sign", ")"), ("sign", ",")}
    return ends and (first or lacks) if ends else first or word_at(tokens, at) in IS or bool(meaning_at(tokens, at)[0])


def _text(tokens: Sequence[Token]) -> str:
    return " ".join(text for _, text in tokens)
