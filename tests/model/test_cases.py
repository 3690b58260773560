"""Cases that must not meet: neither in one message nor in one household."""

from __future__ import annotations

from msgspec.structs import replace

from automations.jobs.assigning.families import loosened
from automations.jobs.assigning.settings import AssignSettings
from automations.jobs.assigning.units import home
from automations.model.cases import household_key, kept_apart, parted
from automations.model.history import History
from automations.model.records import Case
from automations.model.values import RowKey
from tests.support.builders import snapshot

CASES = tuple(
    Case(row=RowKey("team", "cases", number), number=number, last_name="Haddad", household=household, not_with=apart)
    for number, household, apart in (
        ("K-1", "H 1", "K-2"), ("K-2", "h 1 ", None), ("K-3", "H 1", None), ("K-4", "H 2", "K-1, K-9"),
    )
)  # fmt: skip


def test_either_row_says_it():
    assert kept_apart(CASES[1], CASES[0])
    assert not kept_apart(CASES[1], CASES[2])


def test_only_who_shares_a_household_with_them_is_parted():
    assert parted(CASES) == {"K-1", "K-2"}


def test_they_are_assigned_each_alone():
    left = loosened(snapshot(cases=CASES), AssignSettings(), History())
    assert [home(case)[0] for case in left.cases] == ["case", "case", "household", "household"]


def test_one_household_spelled_in_several_ways():
    def key(name):
        return household_key(Case(household=name))

    assert key("Fam. 12") == key("fam 12") == key("Fam.12") == key("FAM-12")
    assert key("H1") == "h1"
    assert key("12/1") != key("121")
    assert key(None) == ""
    assert key("-") == "-"


def test_a_number_in_brackets_or_small_letters_keeps_apart():
    one, other = Case(number="K-1", household="H 1"), Case(number="K-2", household="H 1", not_with="Ex-Mann (k-1)")
    assert kept_apart(one, other)
    assert parted([one, other]) == {"K-1", "K-2"}
    assert parted([replace(one, not_with="K-1")]) == frozenset()
