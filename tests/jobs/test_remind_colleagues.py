"""Whether a client who was told a name would meet somebody else."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from msgspec.structs import replace

from automations.jobs.reminding.differences import changes
from automations.jobs.reminding.printed import Printed
from automations.model.told import Told

BEFORE = Printed(date(2026, 12, 2), time(10), 45, "", "", "", False, "Anna Berg", "", code="AB")


@pytest.mark.parametrize(
    ("code", "name", "another"),
    [
        ("AB", "Anna Berg", False),
        ("AB", "Anna Bergmann", False),  # married, or spelt anew
        ("AB", "Frau Anna  Berg", False),
        ("AB", "Ulrich Kranz", True),  # the successor got the short name
        ("ABE", "Anna Berg", False),  # the short name is another one now
        ("CD", "Cem Demir", True),
        ("CD", "Anna Demir", True),
        ("AB", "", False),  # left open
    ],
)
def test_another_colleague_is_one_whom_the_client_was_not_told(code, name, another):
    told = Told("k", "m", "K-1", "T-1", 1, datetime(2026, 11, 27, tzinfo=UTC), content={"printed": BEFORE.plain()})
    assert ("manager" in set(changes(told, replace(BEFORE, code=code, manager=name)))) is another


def test_a_title_is_no_name_that_two_colleagues_share():
    before = replace(BEFORE, manager="Frau Berg")
    told = Told("k", "m", "K-1", "T-1", 1, datetime(2026, 11, 27, tzinfo=UTC), content={"printed": before.plain()})
    assert list(changes(told, replace(before, manager="Frau Kranz"))) == ["manager"]
