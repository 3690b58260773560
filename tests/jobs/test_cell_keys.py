"""Cell keys: the table is what its sources ask for, the same units give the same noise, nothing small is shown."""

import secrets
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automations.jobs.figures.cell_keys import LARGEST, OF, TABLE, noise, perturbed, unit_key
from tests.support.cell_key_reader import possible

SECRET = b"s" * 32


@pytest.mark.parametrize("count", range(1, len(TABLE) + 1))
def test_the_noise_is_nought_on_average_bounded_and_never_shows_a_one_or_a_two(count):
    row = TABLE[count - 1]
    assert sum(row.values()) == OF
    assert sum(value * weight for value, weight in row.items()) == 0
    assert sum(value**2 * weight for value, weight in row.items()) / OF == pytest.approx(3, abs=0.005)
    assert all(abs(value) <= LARGEST and count + value not in {1, 2} and count + value >= 0 for value in row)


def test_random_keys_give_noise_as_often_as_the_table_says():
    for count in (1, 4, 30):
        row = TABLE[min(count, len(TABLE)) - 1]
        found = Counter(noise(count, secrets.randbits(64)) for _ in range(20_000))
        assert set(found) <= set(row)
        assert all(abs(found[value] / 20_000 - weight / OF) < 0.02 for value, weight in row.items())


@given(st.sets(st.text(max_size=8)), st.randoms())
def test_the_same_units_give_the_same_count_in_whatever_order(units, chance):
    names = list(units)
    chance.shuffle(names)
    shown = perturbed(SECRET, names)
    assert shown == perturbed(SECRET, sorted(units))
    low, high = possible(shown)
    assert low <= len(units) <= high
    assert (shown == 0) or units


def test_nothing_stays_nothing_and_another_secret_gives_another_noise():
    assert perturbed(SECRET, []) == 0
    units = [f"cases/{n}" for n in range(40)]
    assert len({perturbed(bytes([n]) * 32, units) for n in range(60)}) > 4
    assert unit_key(SECRET, "cases/1") != unit_key(SECRET, "appointments/1")


@pytest.mark.parametrize(("shown", "counts"), [(0, (0, 5)), (3, (1, 8)), (6, (1, 11)), (40, (35, 45))])
def test_what_a_reader_who_knows_the_table_can_tell_of_a_count(shown, counts):
    assert possible(shown) == counts
