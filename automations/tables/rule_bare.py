"""Headings that people write without square brackets: “Kursbeginn in den nächsten 14 Tagen und Pate ist leer”.

Only where a comparison begins, so that a word of the team's that is called like a column stays a word."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from automations.tables.rule_tokens import AND, IS, NEITHER, NOR, NOT, OR, STILL, WHERE, WITHOUT, meaning_at, word_at

Token = tuple[str, str]

_LONGEST = 6  # words of a heading
_ARTICLES = frozenset({"der", "die", "das", "den", "dem", "the"})
_FIRST = frozenset({"wenn", "falls", "if", "when", *_ARTICLES})
_JOINS = OR | AND | NOT | WITHOUT | NEITHER | NOR | WHERE


def bracketed(tokens: Sequence[Token], knows: Callable[[str], bool]) -> list[Token]:
    """The same with brackets around each heading that stands where a comparison begins. `knows` says whether words are
    a heading."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        taken = _heading_at(tokens, at, knows)
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


def _heading_at(tokens: Sequence[Token], at: int, knows: Callable[[str], bool]) -> int:
    """How many words at that place are a heading with which a comparison begins; 0 where none does."""
    before = at
    while word_at(tokens, before - 1) in _FIRST | STILL - NOR:
        before -= 1
    first = before == 0
    if not (first or word_at(tokens, before - 1) in _JOINS or tokens[before - 1] in {("sign", "("), ("sign", ",")}):
        return 0
    words = [what == "word" for what, _ in tokens[at : at + _LONGEST]]
    most = words.index(False) if False in words else len(words)
    lacks = word_at(tokens, before - 1) in WITHOUT | NOT | NEITHER
    fits = (n for n in range(most, 0, -1) if _may_follow(tokens, at + n, first=first, lacks=lacks))
    return next((n for n in fits if knows(_text(tokens[at : at + n]))), 0)


def _may_follow(tokens: Sequence[Token], at: int, *, first: bool, lacks: bool) -> bool:
    """Whether a comparison goes on at that place. At the beginning of all it can be nothing else."""
    if tokens[at : at + 1] == [("sign", "(")]:
        return False  # a function: “Alter([Geburtsdatum])”
    ends = at >= len(tokens) or word_at(tokens, at) in OR | AND | NOR or tokens[at] in {("sign", ")"), ("sign", ",")}
    return ends and (first or lacks) if ends else first or word_at(tokens, at) in IS or bool(meaning_at(tokens, at)[0])


def _text(tokens: Sequence[Token]) -> str:
    return " ".join(text for _, text in tokens)
