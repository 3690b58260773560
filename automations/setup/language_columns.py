"""Columns of crosses: a language a column, an x where somebody speaks it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from automations.model.values import Value, key_text
from automations.setup.table_search import Block
from automations.tables.folding import fold

_MARKS = frozenset({"x", "xx", "✓", "✔", "☑", "☒", "×", "✗", "✘"})
CROSSES = _MARKS | {"ja", "j", "1", "yes", "y", "true", "wahr"}
_FEWEST = 2  # columns that make a group of crosses
_SHORT = 4  # letters that may stand for other words as well
_BETWEEN = re.compile(r"[/,;+&|]|\bund\b|\band\b")


def crossed(block: Block, samples: Mapping[int, Sequence[Value]], languages: Mapping[str, str]) -> dict[int, str]:
    """Columns that are headed by languages and hold nothing but crosses -> the heading."""
    called = [column for column, text in block.headings.items() if _all_known(text, languages)]
    found = {
        column: block.headings[column]
        for column in called
        if _only_crosses(samples[column])
        # "pers." between "telef." and "Mail": a few letters are a language beside another one.
        and (len(fold(block.headings[column])) > _SHORT or {column - 1, column + 1} & {*called})
    }
    used = [column for column in found if samples[column]]
    return found if len(found) >= _FEWEST and used else {}


def only_marks(texts: Sequence[str]) -> bool:
    """Whether cells hold nothing but the marks with which people tick something."""
    return all(fold(text) in _MARKS for text in texts)


def _all_known(text: str, languages: Mapping[str, str]) -> bool:
    return all(fold(part) in languages for part in _BETWEEN.split(text))


def _only_crosses(values: Sequence[Value]) -> bool:
    return all(fold(key_text(value) or "") in CROSSES or key_text(value) in CROSSES for value in values)
