"""What a site at work leaves in `state/`, day by day: counted in bytes by kind, for none of it is seen by anybody."""

from __future__ import annotations

import os
import re
import zipfile
from datetime import timedelta
from pathlib import Path

from automations.config.loading import load_site
from automations.engine.parts import open_world
from automations.engine.runner import run
from automations.ledger.packing import LEAN, WHOLE, backups
from automations.workbooks.stores.packed import unpack
from automations.workbooks.stores.versions import versions
from automations.workbooks.xlsx.one_cell import set_cell
from tests.support.small_site import DAY, case, reachable, small_site

CASES = 20
DAYS = 9


def a_day(folder: Path, number: int) -> None:
    """Somebody types a name, and the morning's run writes."""
    now = DAY + timedelta(days=number)
    set_cell(folder / "Team.xlsx", f"Fälle!C{2 + number * 11 % CASES}", f"Familie anders {number}")
    moment = now.timestamp() - 60
    os.utime(folder / "Team.xlsx", (moment, moment))
    with open_world(load_site(folder), now) as world:
        assert run(world, lambda: now).outcome == "done"


def formats(folder: Path) -> int:
    with zipfile.ZipFile(folder / "Team.xlsx") as package:
        found = re.search(rb'<cellXfs count="(\d+)"', package.read("xl/styles.xml"))
    assert found
    return int(found[1])


def test_versions_and_backups_grow_by_what_changed_and_formats_not_at_all(tmp_path):
    small_site(tmp_path, [case(number, **reachable(number)) for number in range(1, CASES + 1)])
    counted, ledger = [], []
    for number in range(DAYS):
        a_day(tmp_path, number)
        counted.append(formats(tmp_path))
        ledger.append((tmp_path / "state" / "ledger.sqlite").stat().st_size)
    # A day with one edit; the first days are those of a story that is not packed yet.
    assert ledger[-1] - ledger[3] < 25_000 * (DAYS - 4), ledger
    found = versions(tmp_path / "state" / "versions" / "team", "team")
    sizes = [path.stat().st_size for path in found]
    assert len(found) >= DAYS
    assert sum(sizes) < 0.6 * len(found) * sizes[-1]  # the newest is whole
    assert all(unpack(path) for path in found)
    assert counted[-1] == counted[2]
    kept = backups(tmp_path / "state" / "backups")
    lean = [path for path in kept if LEAN in path.name]
    assert len(kept) >= 7
    assert len(kept) - len(lean) == WHOLE
    assert max(path.stat().st_size for path in lean) < kept[-1].stat().st_size
