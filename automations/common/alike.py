"""One word typed in several ways: "Mitte", "mitte" and "Mitte " are one place, and one row of a figure."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable


def alike(text: str) -> str:
    """What spellings of one word have in common: case, blanks and the way of writing accents make no difference."""
    # Most words are: normalising them would find nothing.
    if text.isascii():
        return " ".join(text.lower().split())
    # Twice, as folding the case can part a letter from its accent again (the Turkish İ).
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())


class Spellings:
    """How most rows spell each word; of as many the one that stands first in the alphabet of the computer, so that
    the order of rows makes no difference."""

    def __init__(self, words: Iterable[str | None]) -> None:
        common: dict[str, str] = {}
        counts = Counter(filter(None, words))
        for word, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
            common.setdefault(alike(word), word)
        self._common = {word: common[alike(word)] for word in counts}

    def of(self, word: str | None) -> str | None:
        """The common spelling of a word; the word itself where it is not among them."""
        return self._common.get(word, word) if word else None
