"""Which row of a table a cell means that names it otherwise than by its key: by a name, one with a birthday, or with
the key inside ("A. Y. (KIM-12)"). Where two may be meant, or one thing says another row than the other, none is."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from automations.tables.born import is_born, parted
from automations.tables.folding import fold

_PARTS = re.compile(r"[\s()\[\]{},;:|=]+|(?<!\w)[-–—/]|[-–—/](?!\w)")
_WORDS = re.compile(r"[^\W\d_]+")
_INITIALS = re.compile(r"\s*[^\W\d_]\.?\s?[^\W\d_]\.?\s*")
_SHORTEST = 3  # signs of a key that is no chance inside a text


class Name(NamedTuple):
    """What a row is called, its key ("" where it has none yet), and the day on which its person was born."""

    text: str
    key: str
    born: date | None = None


class Names:
    """What the rows of a table are called. What takes long is made when the first cell is met that needs it: most
    tables are named by their keys alone."""

    def __init__(self, names: Sequence[Name]) -> None:
        self._names = names

    @cached_property
    def keys(self) -> Collection[str]:
        """The keys as they stand."""
        return {name.key for name in self._names}

    @cached_property
    def _folded(self) -> Mapping[str, list[Name]]:
        found: dict[str, list[Name]] = {}
        for name in self._names:
            found.setdefault(fold(name.text), []).append(name)
        return found

    @cached_property
    def _words(self) -> Mapping[str, set[str]]:
        """The words of which the names of each row are made, folded."""
        found: dict[str, set[str]] = {}
        for name in self._names:
            found.setdefault(name.key, set()).update(map(fold, _WORDS.findall(name.text)))
        return found

    @cached_property
    def _used(self) -> Collection[str]:
        return {word for words in self._words.values() for word in words}

    def meant(self, text: str) -> str | None:
        """The key of the only row that a text can mean; "" where it means one without a key, or several; None where
        it means none."""
        bare, born = parted(text)
        found = self._folded.get(fold(text)) or self._folded.get(fold(bare), [])
        fitting = [name for name in found if not born or name.born is None or is_born(born, name.born)]
        # The birthday tells two of one name apart, and no other way round: whoever else has none may be meant as well.
        keys = {name.key for name in fitting}
        if not found:
            return self._inside(text)
        return keys.pop() if len(keys) == 1 else ""

    def may_be_initials(self, text: str) -> bool:
        """Whether a text is nothing but the initials of one of the rows, in either order; that is too little to say
        which one."""
        letters = _INITIALS.fullmatch(text)
        return bool(letters) and fold(text) in self._initials

    @cached_property
    def _initials(self) -> Collection[str]:
        words = ([*map(fold, _WORDS.findall(name.text))] for name in self._names)
        return {f"{first[0]}{last[0]}" for first, *others in filter(None, words) for last in others[-1:]}

    def _inside(self, text: str) -> str | None:
        """The only key that stands in a text as a word; "" where the words beside it are of another row's
        name, or other initials."""
        parts = [part for part in _PARTS.split(text) if part]
        keys = {part for part in parts if any(map(str.isdigit, part)) and part in self.keys}
        if len(keys) != 1:
            return None
        (key,) = keys
        words = [fold(word) for part in parts if part != key for word in _WORDS.findall(part)]
        if _is_called(words, self._words.get(key, set())):
            return key
        if any(len(word) > 1 and word in self._used for word in words) or sum(len(word) == 1 for word in words) > 1:
            return ""
        # Digits alone may be a year or a house number as well, and "B1" a course.
        return key if len(key) >= _SHORTEST and any(map(str.isalpha, key)) else None


def _is_called(words: Sequence[str], own: Collection[str]) -> bool:
    """Whether words have one of a row's name among them, or are its initials."""
    letters = [word for word in words if len(word) == 1]
    initials = len(letters) > 1 and all(any(word.startswith(letter) for word in own) for letter in letters)
    return initials or any(len(word) > 1 and word in own for word in words)
