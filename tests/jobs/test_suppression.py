"""The fewest cells that protect the small ones, held against all smaller choices."""

import random
from itertools import combinations

import numpy as np
import pytest

from automations.jobs.figures.suppression import Cell, Reader, suppress

KINDS = ("C", "W", "T")


def a_table(seed, largest=9):
    dice = random.Random(seed)  # noqa: S311 (examples, no secrets)
    counts = ([1, 2, 3, 6, 9, 14, 25, 40], [1, 2, 4, 7, 12, 20, 35])
    return [tuple(dice.choice(column) for column in counts) for _ in range(dice.randint(min(4, largest), largest))]


def programme(rows):
    """Cells and relations of a table of two columns with all totals, which may be hidden too."""
    lines = [(c, w, c + w) for c, w in rows]
    lines.append(tuple(map(sum, zip(*lines, strict=True))))
    cells = [Cell(float(count)) for line in lines for count in line]
    relations = [((3 * n + 2, 1.0), (3 * n, -1.0), (3 * n + 1, -1.0)) for n in range(len(lines))]
    relations += [(*((3 * n + m, 1.0) for n in range(len(rows))), (3 * len(rows) + m, -1.0)) for m in range(3)]
    return cells, relations, [n for n, cell in enumerate(cells) if 0 < cell.value < 5]


@pytest.mark.parametrize("seed", range(12))
def test_no_smaller_choice_protects_all_small_cells(seed):
    cells, relations, small = programme(a_table(seed, largest=3))
    chosen = suppress(cells, relations, small, 5)
    assert chosen is not None
    reader = Reader(cells, relations)

    def safe(hidden):
        reader.look(np.array([float(n in hidden) for n in range(len(cells))]))
        return all(reader.width(n)[0] >= 5 - 1e-6 for n in small)

    assert safe(chosen)
    others = [n for n in range(len(cells)) if n not in small]
    fewer = len(chosen) - len(small) - 1
    assert not any(safe({*small, *more}) for more in combinations(others, max(fewer, 0)) if fewer >= 0)
