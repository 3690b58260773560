"""Tabs that are one table: a tab a year, a colleague, an office, all with the same headings."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import chain, islice

from msgspec import Struct

from automations.model.values import Value, key_text
from automations.setup.heading_forms import ends
from automations.setup.table_search import Block
from automations.setup.thesaurus import Thesaurus
from automations.tables.folding import fold

_SAME, _ALIKE = 0.9, 0.7  # shares of headings that two tabs have in common
_WITHIN, _SEVERAL = 0.5, 5  # the share, and the headings, from which a tab may be another one with less columns
_FEWEST = 4  # headings below which two tabs may be alike by chance
_COPIED = 0.5  # of a tab's rows that stand in another one, too, above which it is a copy of that one
_SAMPLE = 500
_TODAY = 9999
_PAST = re.compile(r"archiv|ehemal|former\b|\bpast\b|inakti|inactive", re.IGNORECASE)
YEAR = re.compile(r"(?:19|20)\d\d")


class Group(Struct, frozen=True):
    """A table as it stands in one tab or several, the newest first. `alike`: all have the same headings, and no
    tab was left out as a copy: else somebody should say which one is in use."""

    blocks: tuple[Block, ...]
    alike: bool = True

    def samples(self) -> Mapping[int, Sequence[Value]]:
        """What stands below each heading of the first tab, in all of them."""
        first = self.blocks[0]
        return {
            column: list(islice(chain.from_iterable(b.below(text, column) for b in self.blocks), _SAMPLE))
            for column, text in first.headings.items()
        }


def grouped(blocks: Sequence[Block], thesaurus: Thesaurus) -> list[Group]:
    """The blocks, those with the same headings in different tabs together. Tabs that are called a template or a
    copy, or hold the same rows, are left out; so are those that are called something else than kim's tables."""
    left = [block for block in blocks if block.shared or not thesaurus.is_aside(block.tab.name)]
    groups: list[list[Block]] = []
    copied: set[int] = set()
    # The one in use first, as the first tab gives the headings and gets the new rows.
    dated = {name for block in left for name, year in [without_year(block.tab.name)] if year}
    for block in sorted(left, key=lambda block: (_is_over(block.tab.name), -_year(block.tab.name, dated))):
        home = next((group for group in groups if _belongs(block, group, thesaurus)), None)
        if home is None:
            groups.append([block])
        elif any(_copied(block, other) for other in home):
            copied.add(groups.index(home))
        else:
            home.append(block)
    return [
        Group(tuple(group), number not in copied and all(_alike(group[0], block) >= _SAME for block in group))
        for number, group in enumerate(groups)
    ]


def asides(blocks: Sequence[Block], thesaurus: Thesaurus) -> list[Group]:
    """The tabs that are left out for being called something else than kim's tables, each by itself; no copies."""
    return [Group((block,)) for block in blocks if not block.shared and thesaurus.is_stranger(block.tab.name)]


def _is_over(tab: str) -> bool:
    """Whether a tab is called after what has ended ("Archiv 2026", "Closed cases")."""
    return bool(_PAST.search(tab)) or ends(tab)


def _year(tab: str, dated: Collection[str]) -> int:
    """The year in a tab's name; "Klienten" beside "Klienten 2024" is the one of today."""
    name, year = without_year(tab)
    return year or (_TODAY if name in dated else 0)


def without_year(tab: str) -> tuple[str, int]:
    """A tab's name, folded, without the year in it, and the year; 0 where there is none."""
    years = YEAR.findall(tab)
    return fold(YEAR.sub("", tab)), int(years[-1]) if years else 0


def _belongs(block: Block, group: Sequence[Block], thesaurus: Thesaurus) -> bool:
    apart = all(block.tab.id != other.tab.id for other in group)
    alike = _alike(group[0], block) >= _ALIKE or _is_within(group[0], block)
    same = thesaurus.names_others(group[0].tab.name) == thesaurus.names_others(block.tab.name)
    return apart and len(block.headings) >= _FEWEST and alike and same


def _is_within(one: Block, other: Block) -> bool:
    """Whether one of two tabs has all columns of the other and some more: those who wait have no colleague and no
    day on which they left."""
    fewer = min(len(_texts(one)), len(_texts(other)))
    common = len(_texts(one) & _texts(other))
    return common == fewer >= _SEVERAL and _alike(one, other) >= _WITHIN


def _alike(one: Block, other: Block) -> float:
    mine, yours = _texts(one), _texts(other)
    return len(mine & yours) / max(1, len(mine | yours))


def _texts(block: Block) -> set[str]:
    return {fold(text) for text in block.headings.values()}


def _copied(block: Block, other: Block) -> bool:
    rows, known = _rows(block), set(_rows(other))
    return len(rows) > 1 and sum(row in known for row in rows) > _COPIED * len(rows)


def _rows(block: Block) -> list[tuple[str, ...]]:
    """The rows as texts, without those of hardly anything."""
    cells = islice(block.tab.rows, block.row, block.last_row)
    texts = [tuple(text for cell in row if (text := key_text(cell))) for row in cells]
    return [row for row in texts if len(row) > 1]
