"""Text in a client's mail that is not in the client's language, though it stands there as if it were. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct

from automations.messages.folding import fold
from automations.model.values import Plain

_WORDS, _LETTERS = 3, 12  # A shorter line may be a name, which is the same in every language

_MOSTLY = 1 / 3

_WORD = re.compile(r"[^\W\d_]{2,}")


class Foreign(Struct, frozen=True):
    """The foreign lines of a mail, and what share of its letters they are."""

    lines: tuple[str, ...] = ()
    share: float = 0.0

    @property
    def mostly(self) -> bool:
        """Whether so much is foreign that the mail is honest only in the site's own language."""
        return self.share >= _MOSTLY


def foreign(first: str, second: str, missed: Collection[str], context: Mapping[str, Plain]) -> Foreign:
    """What a mail says in its `first` language exactly as it does in its second: it stands in the template itself.
    `missed` are sentences that the first language has no words for. What the mail was given (names, places,
    directions) is no text of the template."""
    # The longest first: a street must not lose its town before it is found as a whole.
    given = sorted(set(_strings(context)), key=len, reverse=True)
    own, other = (list(_lines(text, given)) for text in (first, second))
    untold = [fold(sentence) for sentence in missed]
    found = [line for line in own if line in set(other) or any(sentence in line for sentence in untold if sentence)]
    total = sum(map(len, own)) or 1
    return Foreign(tuple(dict.fromkeys(found)), sum(map(len, found)) / total)


def _lines(text: str, given: Collection[str]) -> Iterator[str]:
    for line in text.splitlines():
        rest = line
        for value in given:
            rest = rest.replace(value, " ")
        words = _WORD.findall(fold(rest))
        if len(words) >= _WORDS and sum(map(len, words)) >= _LETTERS:
            yield " ".join(words)


def _strings(value: Plain) -> Iterator[str]:
    if isinstance(value, str) and len(value) > 2:  # noqa: PLR2004 - two letters stand in every word
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)
