"""What was read of a workbook a moment ago: the same bytes need not be read again."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from automations.workbooks.protocol import RawTab, RawWorkbook
from automations.workbooks.wanted_changes import Wish


@dataclass(frozen=True)
class AlreadyRead:
    """`tabs` are the names of those whose cells were read; `raw` holds the others without."""

    raw: RawWorkbook
    tabs: frozenset[str]

    @classmethod
    def of(cls, raw: RawWorkbook, wish: Wish | None) -> AlreadyRead:
        """What a reading with this wish gave."""
        return cls(raw, _wished(raw, wish))

    def narrowed(self, revision: str, wish: Wish | None) -> RawWorkbook | None:
        """What a reading of this revision with a wish would give; None where more would have to be read."""
        wished = _wished(self.raw, wish)
        if revision != self.raw.revision or not wished <= self.tabs:
            return None
        tabs = tuple(tab if tab.name in wished else _bare(tab) for tab in self.raw.tabs)
        return dataclasses.replace(self.raw, tabs=tabs)


def _wished(raw: RawWorkbook, wish: Wish | None) -> frozenset[str]:
    return frozenset(tab.name for tab in raw.tabs if wish is None or wish(tab.name, tab.id))


def _bare(tab: RawTab) -> RawTab:
    return dataclasses.replace(tab, rows=[], formulas={}, errors={}, merged=())
