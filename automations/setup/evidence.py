"""What the cells below a heading say about the field that it may name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from automations.model.settings import SiteFacts
from automations.model.values import Value
from automations.tables.columns import Columns
from automations.tables.dates import Parser
from automations.tables.folding import fold
from automations.tables.parsers import parsers
from automations.tables.schema import WORD_KINDS, kind_of
from automations.tables.words import language_parts

_SAMPLE = 60  # distinct cells that are looked at
_ANYTHING = frozenset({"text", "key", "list", "manager", "place", "case", "source"})
_ENOUGH = 3  # cells that say something together
_MOST, _HARDLY_ANY = 0.8, 0.3  # shares of cells that can be read
_FOR, _AGAINST = 12.0, -30.0
_TELLING = frozenset({"email", "languages", "phase", "status", "contact_way", "phone"})
_BY_CELLS_ALONE = 66.0  # with what speaks for it: just enough to be proposed


class Evidence:
    """Reads cells with the parsers of the site and counts what they understand."""

    def __init__(self, columns: Columns, facts: SiteFacts, today: date) -> None:
        self._parsers: Mapping[str, Parser] = parsers(columns, facts, today)
        self._languages = columns.vocabulary("language")
        self._shares: dict[tuple[str, tuple[Value, ...]], float | None] = {}

    def weigh(self, table: str, name: str, values: Sequence[Value], *, exact: bool) -> float:
        """What to add to the likeness of a heading: the cells speak for a field, against it, or not at all."""
        kind = kind_of(table, name)
        if name in {"full_name", "last_name"}:
            return _names(name, values)
        share = self._share(kind, values)
        if share is None or exact:
            return 0.0
        return _FOR if share >= _MOST else _AGAINST if share < _HARDLY_ANY else 0.0

    def fits(self, table: str, name: str, values: Sequence[Value], *, own: bool) -> bool:
        """Whether nothing in the cells speaks against a field whose heading is known. Under kim's `own`
        heading words of the team's own are no reason to doubt."""
        if name in {"full_name", "last_name"}:
            return _names(name, values) >= 0
        kind = kind_of(table, name)
        share = None if own and kind in WORD_KINDS else self._share(kind, values)
        return share is None or share >= _HARDLY_ANY

    def alone(self, table: str, name: str, values: Sequence[Value]) -> float:
        """The score of a field by its cells alone, whatever its heading says; 0 where they are silent."""
        kind = kind_of(table, name)
        share = self._share(kind, values) if kind in _TELLING else None
        return _BY_CELLS_ALONE if share is not None and share >= _MOST else 0.0

    def _share(self, kind: str, values: Sequence[Value]) -> float | None:
        """The share of cells that can be read as that kind; None where every text could be, or cells are few."""
        sample = tuple(dict.fromkeys(values))[:_SAMPLE]
        if kind in _ANYTHING or len(values) < _ENOUGH:
            return None
        if (kind, sample) not in self._shares:
            self._shares[kind, sample] = sum(self._reads(kind, value) for value in sample) / len(sample)
        return self._shares[kind, sample]

    def _reads(self, kind: str, value: Value) -> bool:
        if kind == "languages":  # the parser searches long for what may be meant by other words
            return any(fold(part) in self._languages for part in language_parts(str(value)))
        return self._parsers[kind](value).value not in (None, ())


def _names(name: str, values: Sequence[Value]) -> float:
    """A comma in most cells makes a column of full names, else it is one of last names."""
    if len(values) < _ENOUGH:
        return 0.0
    whole = sum("," in str(value) for value in values) / len(values) > 1 / 2
    return (_FOR if whole else _AGAINST) if name == "full_name" else (_AGAINST if whole else 0.0)
