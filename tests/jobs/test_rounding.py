"""Counts for managers: rounded, and parts that add up to their total."""

from hypothesis import given
from hypothesis import strategies as st

from automations.jobs.figures.rounding import rounded, rounded_together


@given(st.lists(st.integers(0, 90), max_size=9), st.integers(1, 10))
def test_parts_add_up_and_none_is_a_whole_step_away(counts, base):
    shown = rounded_together(counts, base)
    assert sum(shown) == rounded(sum(counts), base)
    assert all(abs(one - count) < base and one % base == 0 for one, count in zip(shown, counts, strict=True))


def test_parts_that_together_would_give_each_other_away():
    # Rounded alone they are 40, 25, 20, 15 beside a total of 110: only 42, 27, 22, 17 come so near to it.
    assert rounded_together([42, 27, 22, 17], 5) == [45, 30, 20, 15]


def test_what_is_largest_after_the_step_goes_up_first():
    assert rounded_together([9, 6, 12], 5) == [10, 5, 10]
