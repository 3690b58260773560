from datetime import date, timedelta

import pytest

from automations.jobs.figures.cumulated import looks_cumulated
from automations.jobs.figures.naturalisation import numbers, to_date
from automations.jobs.figures.periods import month_of
from automations.model.records import Naturalisation
from automations.setup.demo.naturalisation import monthly_counts

TODAY = date(2024, 10, 31)


def counts(rows):
    return [Naturalisation(month=m, as_of=a, applications=n, naturalisations=d) for m, a, n, d in rows]


def test_the_example_of_the_article_comes_out_of_the_demo():
    now, before = to_date(numbers(counts(monthly_counts(TODAY)), TODAY))
    assert (now.year, now.until, now.applications) == (2024, TODAY, 1052)
    assert (before.year, before.applications) == (2023, 631)
    assert f"{now.change:+.1%}" == "+66.7%"


def test_a_running_month_is_left_out_in_every_year():
    today = date(2024, 10, 15)
    now, before = to_date(numbers(counts(monthly_counts(today)), today))
    assert (now.until, before.until) == (date(2024, 9, 30), date(2023, 9, 30))
    assert (now.applications, before.applications) == (1052 - 131 + 0, 631 - 78)


def test_single_applications_are_compared_to_the_very_day():
    rows = [Naturalisation(applied_on=date(2022, 12, 1))]
    rows += [Naturalisation(applied_on=date(2023, 10, day)) for day in (1, 30, 31)]
    rows += [Naturalisation(applied_on=date(2024, 10, day)) for day in (1, 2, 30)]
    now, before, _ = to_date(numbers(rows, date(2024, 10, 30)))
    assert (now.applications, before.applications, now.change) == (3, 2, 0.5)


def test_a_leap_day_is_compared_with_the_28th():
    rows = [Naturalisation(applied_on=day) for day in (date(2023, 1, 1), date(2023, 2, 28), date(2024, 2, 29))]
    now, before = to_date(numbers(rows, date(2024, 2, 29)))
    assert (now.applications, before.applications, before.until) == (1, 2, date(2023, 2, 28))


@pytest.mark.parametrize("year", [2023, 2024])
def test_a_blank_month_is_no_nought(year):
    blank = date(year, 6, 1)
    rows = counts((m, a, None if m == blank else n, d) for m, a, n, d in monthly_counts(TODAY))
    now, before, *_ = to_date(numbers(rows, TODAY))
    assert now.change is None
    assert [month for row in (now, before) for month in row.gaps] == [year * 12 + 5]


def test_a_count_that_stops_in_the_middle_of_a_month_is_not_complete_later_either():
    early = date(2024, 3, 12)
    rows = counts((m, early if m == date(2024, 3, 1) else a, n, d) for m, a, n, d in monthly_counts(TODAY))
    assert to_date(numbers(rows, TODAY))[0].change is None


@pytest.mark.parametrize(
    ("today", "months", "expected"),
    [(date(2025, 3, 3), 2, (300, 200)), (date(2024, 3, 1), 2, (300, 200)), (date(2025, 1, 2), 12, (1800, 1200)),
     (date(2024, 5, 15), 4, (600, 400))],
)  # fmt: skip
def test_months_end_at_their_end(today, months, expected):
    last = today.year if months < 12 else today.year - 1
    rows = [Naturalisation(month=date(last - 1, m, 1), applications=100) for m in range(1, 13)]
    rows += [Naturalisation(month=date(last, m, 1), applications=150) for m in range(1, months + 1)]
    now, before = to_date(numbers(rows, today))
    assert ((now.applications, before.applications), now.change) == (expected, 0.5)


def test_half_a_count_is_not_in_the_years_sum_that_is_told_without_it():
    rows = [(date(year, month, 1), None, 100, 10) for year in (2023, 2024) for month in range(1, 10)]
    rows[10] = (date(2024, 2, 1), date(2024, 2, 15), 40, 4)
    now, before = to_date(numbers(counts(rows), date(2024, 10, 10)))
    assert (now.applications, len(now.gaps), before.applications, now.change) == (800, 1, 900, None)


def test_equal_rows_are_counted_each():
    rows = [Naturalisation(applied_on=date(2023, 1, 10), usable=False, double=True)] * 24
    rows += [Naturalisation(applied_on=date(2024, 1, 12), usable=False, double=True)] * 40
    now, before = to_date(numbers(rows, TODAY))
    assert (now.applications, before.applications) == (40, 24)


def test_a_year_with_a_gap_is_compared_with_nothing():
    rows = [row for row in counts(monthly_counts(TODAY)) if row.month != date(2023, 4, 1)]
    assert to_date(numbers(rows, TODAY))[0].change is None


def test_a_first_year_that_began_late_is_compared_with_nothing():
    rows = [Naturalisation(applied_on=day) for day in (date(2023, 7, 1), date(2024, 1, 1), date(2024, 8, 1))]
    assert to_date(numbers(rows, TODAY))[0].change is None


def test_a_month_with_a_count_takes_nothing_from_single_rows():
    rows = [Naturalisation(month=date(2024, 1, 1), applications=10), Naturalisation(applied_on=date(2024, 1, 5))]
    assert numbers(rows, TODAY).applications.by_month.total() == 10


def test_of_two_counts_of_a_month_the_later_stands():
    rows = counts([(date(2024, 1, 1), date(2024, 1, 31), 12, 1), (date(2024, 1, 1), date(2024, 1, 15), 5, 0)])
    assert numbers(rows, TODAY).applications.by_month.total() == 12


def test_of_two_counts_of_a_month_up_to_the_same_day_one_is_left_out_and_said_so():
    january = date(2024, 1, 1)
    found = numbers(counts([(january, None, 10, 0), (january, None, 12, 0)]), TODAY)
    assert [(one.reason, one.count) for one in found.left_out] == [("replaced", 1)]
    assert to_date(found)[0].applications == 12
    went_on = counts([(january, date(2024, 1, 12), 10, 0), (january, None, 12, 0)])
    apart = counts([(january, None, 10, None), (january, None, None, 3)])
    assert numbers(went_on, TODAY).left_out == numbers(apart, TODAY).left_out == ()


def test_future_and_undated_rows_are_told_apart():
    rows = [
        Naturalisation(month=date(2025, 1, 1), applications=3),
        Naturalisation(applied_on=TODAY + timedelta(days=1)),
        Naturalisation(),
        Naturalisation(bad=frozenset({"applied_on"}), line=9),
        Naturalisation(month=date(2024, 9, 1), bad=frozenset({"applications"}), line=10),
    ]
    found = numbers(rows, TODAY)
    assert {item.reason: (item.count, item.lines) for item in found.left_out} == {
        "future": (2, ()), "no_day": (1, ()), "bad_day": (1, (9,)), "bad_count": (1, (10,)),
    }  # fmt: skip
    assert (found.applications.by_month.total(), to_date(found)) == (0, ())


@pytest.mark.parametrize(
    "rows", [[], [Naturalisation(month=date(2024, 10, 1), as_of=date(2024, 10, 2), applications=1)]]
)
def test_nothing_to_compare_is_no_figure(rows):
    assert to_date(numbers(rows, TODAY)) == ()


def test_decisions_are_counted_by_their_own_month_and_kind():
    rows = [Naturalisation(applied_on=date(2023, 1, 5), decided_on=date(2024, 3, 1), decision="eingebürgert")]
    found = numbers(rows, TODAY)
    assert found.decisions.by_month == {2024 * 12 + 2: 1}
    assert found.decided_as == {"eingebürgert": 1}


def test_a_year_of_which_nothing_is_known_has_no_nought():
    rows = counts((date(2023, month, 1), None, 100, None) for month in range(1, 13))
    rows += counts((date(2024, month, 1), None, 150, 5) for month in range(1, 10))
    now, before = to_date(numbers(rows, date(2024, 10, 15)))
    assert (now.decisions, before.decisions, before.applications) == (45, None, 900)
    late = [Naturalisation(applied_on=date(2023, 11, 3)), Naturalisation(applied_on=date(2024, 2, 3))]
    now, before = to_date(numbers(late, date(2024, 10, 15)))
    assert (now.applications, before.applications, now.change) == (1, None, None)


def test_a_decision_before_its_application_counts_as_typed_and_is_named():
    rows = [
        Naturalisation(applied_on=date(2024, 5, 2), decided_on=date(2024, 3, 1), decision="ja", line=2),
        Naturalisation(applied_on=date(2024, 5, 2), decided_on=date(2024, 5, 2), decision="ja", line=3),
    ]
    found = numbers(rows, TODAY)
    assert [(one.reason, one.lines) for one in found.left_out] == [("backwards", (2,))]
    assert found.decisions.by_month == {2024 * 12 + 2: 1, 2024 * 12 + 4: 1}


def test_a_decision_without_its_day_is_named_where_others_of_its_kind_have_one():
    rows = [
        Naturalisation(applied_on=date(2024, 5, 2), decided_on=date(2024, 6, 3), decision="Eingebürgert", line=2),
        Naturalisation(applied_on=date(2024, 5, 2), decision="eingebürgert", line=3),
        Naturalisation(applied_on=date(2024, 5, 2), decision="in Bearbeitung", line=4),
        Naturalisation(applied_on=date(2024, 5, 2), line=5),
    ]
    assert [(one.reason, one.lines) for one in numbers(rows, TODAY).left_out] == [("undated", (3,))]


def test_months_that_are_typed_ahead_are_no_fault():
    rows = [*counts(monthly_counts(TODAY)), *counts([(date(2024, 12, 1), None, None, None)])]
    assert numbers(rows, TODAY).left_out == ()
    rows += [*counts([(date(2025, 1, 1), None, 7, None)])]
    assert [one.reason for one in numbers(rows, TODAY).left_out] == ["future"]


def _yearly(*series):
    return [Naturalisation(month=date(year, n, 1), applications=count) for year, counts in series
            for n, count in enumerate(counts, 1)]  # fmt: skip


SUMS = [100 * n for n in range(1, 13)]


@pytest.mark.parametrize(
    ("before", "running", "sums"),
    [
        (SUMS, [150 * n for n in range(1, 11)], True),
        (SUMS, [150, 150, 300], True),
        (SUMS, [150, 300], False),
        ([100, 110] * 6, [105 * n for n in range(1, 11)], True),
        (SUMS, [100, 120, 90, 110, 100], True),
        ([100] * 12, [100] * 10, False),
        ([100] * 12, [100 + 20 * n for n in range(10)], False),
        ([10] * 12, [105 * n for n in range(1, 11)], False),
        ([90 + n for n in range(12)], [60 + n for n in range(10)], False),
        (SUMS, [1300 + 100 * n for n in range(10)], False),
        ([*SUMS[:5], 80, *SUMS[6:]], [150 * n for n in range(1, 11)], False),
    ],
)
def test_sums_since_january_are_no_months(before, running, sums):
    assert looks_cumulated(numbers(_yearly((2023, before), (2024, running)), TODAY).applications) is sums


def test_applications_of_rows_of_their_own_are_never_sums():
    days = [date(year, n, 1) for year in (2023, 2024) for n in range(1, 11) for _ in range(n)]
    assert not looks_cumulated(numbers([Naturalisation(applied_on=day) for day in days], TODAY).applications)


@pytest.mark.parametrize(
    ("days", "until", "behind"),
    [
        # A table that nobody went on with this year, one that stopped in spring, one with few rows, as ever.
        ([date(2023, 1 + n % 12, 1 + n % 28) for n in range(60)], date(2023, 12, 24), date(2023, 12, 24)),
        ([date(2023 + n // 52, 1 + n % 52 // 5, 1 + n % 28) for n in range(70)], date(2024, 4, 14), date(2024, 4, 14)),
        ([date(2022, 12, 30), date(2023, 5, 1), date(2024, 3, 1), date(2024, 9, 1)], TODAY, None),
    ],
)
def test_single_rows_that_nobody_enters_any_more_are_no_nought(days, until, behind):
    found = numbers([Naturalisation(applied_on=day) for day in days], TODAY)
    assert (found.until, found.behind) == (until, behind)
    assert all(row.change is None or row.change > -1 for row in to_date(found))
    assert found.applications.value(month_of(TODAY)) == (None if behind else 0)


def test_a_year_that_has_just_begun_is_not_compared_before_its_first_row():
    rows = [Naturalisation(applied_on=date(year, month, 20)) for year in (2022, 2023) for month in range(1, 13)]
    rows += [Naturalisation(applied_on=date(2023, 1, 1))]
    found = numbers(rows, date(2024, 1, 2))
    assert (to_date(found)[0].until, to_date(found)[0].applications) == (date(2023, 12, 20), 13)
    assert found.behind is None


def test_counts_of_a_year_that_are_missing_altogether_are_named():
    rows = counts((date(2023, month, 1), None, 100, None) for month in range(1, 13))
    assert numbers(rows, TODAY).behind == date(2023, 12, 31)
    assert numbers(rows, date(2024, 2, 20)).behind is None
