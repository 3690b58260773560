"""The fewest cells, held against the optimum of Tau-Argus (the reference of the statistical offices)."""

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


def test_as_few_cells_as_tau_argus_hides(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # its solver leaves files where it runs
    tau = pytest.importorskip("pytauargus")
    ours = theirs = 0
    for seed in range(50):
        rows = a_table(seed)
        people = [(f"k{n}", kind) for n, line in enumerate(rows) for kind, count in zip("CW", line, strict=True)
                  for _ in range(count)]  # fmt: skip
        micro = {"cat": [one for one, _ in people], "kind": [kind for _, kind in people], "one": [1] * len(people)}
        table = tau.protect(micro, ["cat", "kind"], "one", "FREQ(5,100)", "OPT(1)").tables[0]
        theirs += sum(row["status"] in {"U", "M"} for row in table.rows)
        cells, relations, small = programme(rows)
        ours += len(suppress(cells, relations, small, 5) or cells)
    assert ours <= 1.1 * theirs
